"""Pictures."""

from __future__ import annotations

__all__ = ["Looks"]


class Looks:
    """Pictures."""
