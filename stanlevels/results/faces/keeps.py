"""Files: a saved fit, and a report."""

from __future__ import annotations

__all__ = ["Keeps"]


class Keeps:
    """Files: a saved fit, and a report."""
