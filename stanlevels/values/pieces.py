"""Large arrays in pieces, so that memory stays bounded, and the pieces on all processors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from stanlevels.arrays import Array
from stanlevels.processors import processors

__all__ = ["chunks", "for_each", "turned"]

_PIECE = 2_000_000  # numbers held at once
_ROWS = 128  # draws turned at once: they and their places stay near the processor


def chunks(n: int, each: int, most: int | None = None) -> list[slice]:
    """Slices of 0..n that hold about two million numbers, or `most`, where one unit holds `each`."""
    step = max(1, (most or _PIECE) // max(each, 1))
    return [slice(start, min(start + step, n)) for start in range(0, n, step)]


def for_each(pieces: Sequence[slice], work: Callable[[slice], None]) -> None:
    """Do the work of every piece, on all processors where there are several pieces."""
    if len(pieces) <= 1:
        for piece in pieces:
            work(piece)
        return
    with ThreadPoolExecutor(processors()) as threads:
        list(threads.map(work, pieces))


def turned(values: Array) -> Array:
    """Draws (chains, draws, n) as (n, chains, draws), of real numbers that lie side by side."""
    chains, draws, n = values.shape
    found = np.empty((n, chains, draws))
    for chain in range(chains):
        for first in range(0, draws, _ROWS):
            found[:, chain, first : first + _ROWS] = values[chain, first : first + _ROWS].T
    return found
