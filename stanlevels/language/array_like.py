"""Arrays and Series of any library, as type checkers know them."""

from __future__ import annotations

from typing import Any, Protocol

__all__ = ["ArrayLike", "SeriesLike"]


class ArrayLike(Protocol):
    """What becomes a list as arrays of NumPy and Series of pandas do."""

    def tolist(self) -> Any:
        """Its entries."""


class SeriesLike(Protocol):
    """What becomes a list as Series of polars do."""

    def to_list(self) -> list[Any]:
        """Its entries."""
