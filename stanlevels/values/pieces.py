"""Large arrays in pieces, so that memory stays bounded."""

from __future__ import annotations

__all__ = ["chunks"]

_PIECE = 2_000_000  # numbers held at once


def chunks(n: int, each: int) -> list[slice]:
    """Slices of 0..n that hold about two million numbers, where one unit holds `each`."""
    step = max(1, _PIECE // max(each, 1))
    return [slice(start, min(start + step, n)) for start in range(0, n, step)]
