"""Fits: values under the names of units, tables, checks. ArviZ is touched in `arviz/` alone."""
