"""Fit: draws under the names of units, tables, checks. Only `inference_data` touches ArviZ."""
