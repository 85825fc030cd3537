"""Saved fits: a zip of JSON and arrays that others can read."""
