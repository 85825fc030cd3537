"""Predictions for the rows that were fitted and for new ones."""

from __future__ import annotations

__all__ = ["Predicts"]


class Predicts:
    """Predictions for the rows that were fitted and for new ones."""
