"""Encodings made wider: new rows with units that were not there before, or that nobody knows."""
