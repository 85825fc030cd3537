"""Draws and data under the names of units, for ArviZ: the only place that touches it."""
