"""The units of levels, and which determines which."""
