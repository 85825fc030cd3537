"""Data of which every column is read once, however many pieces of rows are asked for."""

from __future__ import annotations

from functools import cache
from typing import Any, cast

from stanlevels.plan.facts import Facts

__all__ = ["remembered"]


def remembered(data: Facts) -> Facts:
    """The same data; what was read is kept for as long as this is."""
    found: Facts = cast("Facts", _Remembered(data))
    return found


class _Remembered:
    """Bound data whose answers are kept, and shared: nobody may write into them."""

    def __init__(self, data: Facts) -> None:
        self._data = data
        for name in ("codes", "column", "matrix", "outcome", "weights"):
            setattr(self, name, cache(getattr(data, name)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._data, name)
