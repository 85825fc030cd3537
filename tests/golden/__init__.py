"""Golden files, and the small cases that they are made from."""
