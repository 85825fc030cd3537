"""The form of saved fits: what it is called, its number, and its members."""

from __future__ import annotations

__all__ = ["DECLARATION", "FIT", "FORMAT", "LABELS", "PROGRAM", "VERSION"]

FORMAT = "stanlevels fit"
VERSION = 1
"""Of the form. Files of a higher number are refused; it rises when older readers would misread."""

FIT = "fit.json"
LABELS = "labels.json"
DECLARATION = "model.py"
PROGRAM = "program.stan"
