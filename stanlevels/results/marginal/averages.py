"""Weighted means over groups of rows, draw by draw, in pieces of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.values.pieces import chunks

__all__ = ["Means", "averaged"]

Means = Callable[[Codes], Array]
"""Values (chains, draws, units, numbers) of some units."""

_PIECE = 1_000_000  # numbers at once


def averaged(
    means: Sequence[Means], groups: Codes, size: int, weights: Array | None, each: int
) -> Iterator[tuple[slice, list[Array]]]:
    """Weighted means of several sets of values, group by group.

    Parameters
    ----------
    means : sequence of callable
        The values of each set at some units.
    groups : ndarray of int, (units,)
        The group of every unit.
    size : int
        Number of groups.
    weights : ndarray, (units,), optional
        How often each unit counts.
    each : int
        Numbers that the values of one unit are, over all sets.

    Yields
    ------
    slice
        Of the groups: they come in order, each once.
    list of ndarray, (chains, draws, groups, numbers)
        Their means in every set; NaN where a group has no weight.
    """
    order = np.argsort(groups, kind="stable")
    counted = np.ones(len(groups)) if weights is None else weights
    total = np.bincount(groups, counted, minlength=size)
    ends = np.cumsum(np.bincount(groups, minlength=size))
    carried: list[Array] | None = None
    for piece in chunks(len(order), each, _PIECE):
        some = order[piece]
        own = groups[some]
        starts = np.flatnonzero(np.diff(own, prepend=-1))
        first, last = int(own[0]), int(own[-1])
        sums = [_sums(values(some), counted[some], starts) for values in means]
        if carried is not None:
            for kept, found in zip(carried, sums, strict=True):
                found[:, :, 0] += kept
        done = len(starts) if ends[last] == piece.stop else len(starts) - 1
        carried = None if done == len(starts) else [found[:, :, -1] for found in sums]
        if done:
            ready = slice(first, first + done)
            with np.errstate(invalid="ignore", divide="ignore"):
                yield ready, [found[:, :, :done] / total[ready, None] for found in sums]


def _sums(values: Array, weights: Array, starts: Codes) -> Array:
    if len(starts) == values.shape[2]:
        return values * weights[:, None]
    return np.asarray(np.add.reduceat(values * weights[:, None], starts, axis=2))
