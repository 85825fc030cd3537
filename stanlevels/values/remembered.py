"""Data of which every column is read once, however many pieces of rows are asked for."""

from __future__ import annotations

from functools import cache
from typing import Any, TypeVar, cast

from stanlevels.plan.facts import Data

__all__ = ["remembered"]

D = TypeVar("D", bound=Data)


def remembered(data: D) -> D:
    """The same data; what was read is kept for as long as this is."""
    found: D = cast("D", _Remembered(data))
    return found


class _Remembered:
    """Bound data whose answers are kept, and shared: nobody may write into them."""

    def __init__(self, data: Any) -> None:
        self._data = data
        for name in ("codes", "column", "matrix", "outcome", "weights", "geometry"):
            if hasattr(data, name):
                setattr(self, name, cache(getattr(data, name)))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._data, name)
