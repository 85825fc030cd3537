"""The normal approximation to what was estimated: all of it jointly, and draws."""
