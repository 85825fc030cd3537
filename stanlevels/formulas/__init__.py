"""Formulas of R as models: read, expanded to terms, and written as the lines of a class."""
