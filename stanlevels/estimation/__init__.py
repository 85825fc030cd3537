"""Fitting: each method takes a planned model and an engine."""
