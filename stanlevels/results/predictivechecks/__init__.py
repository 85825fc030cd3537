"""Data held against what the fitted model would have produced."""
