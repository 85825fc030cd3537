"""Comparisons, slopes, contrasts, ranks and shares of variance."""

from __future__ import annotations

__all__ = ["Asks"]


class Asks:
    """Comparisons, slopes, contrasts, ranks and shares of variance."""
