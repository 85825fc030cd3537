"""Weighted means over groups of rows, draw by draw, in pieces of rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.results.predictions.bar import going_on
from stanlevels.values.pieces import chunks, for_each

__all__ = ["Means", "Weighted", "averaged", "weighted"]

Means = Callable[[Codes], Array]
"""Values (chains, draws, units, numbers) of some units."""

_PIECE = 1_000_000  # numbers at once
_TOGETHER = 4  # pieces that are worked on at once


@dataclass(frozen=True, eq=False)
class Weighted:
    """Units in the order of their groups, and how often each counts.

    Attributes
    ----------
    units, groups : ndarray of int, (n,)
    weights : ndarray, (n,)
    """

    units: Codes
    groups: Codes
    weights: Array


def weighted(units: Codes, groups: Codes, weights: Array | None, kinds: Codes | None = None) -> Weighted:
    """Units with their groups; of those of one group and one kind a single one, which counts for all.

    Parameters
    ----------
    units : ndarray of int
        The unit that stands for each kind; every unit where there are no kinds.
    groups : ndarray of int, (n,)
    weights : ndarray, (n,), optional
    kinds : ndarray of int, (n,), optional
        The kind of each.

    Examples
    --------
    >>> same = weighted(np.array([0, 2]), np.array([1, 0, 1]), None, np.array([0, 1, 0]))
    >>> same.units.tolist(), same.groups.tolist(), same.weights.tolist()
    ([2, 0], [0, 1], [1.0, 2.0])
    """
    counted = np.ones(len(groups)) if weights is None else weights
    kinds = np.arange(len(groups)) if kinds is None else kinds
    keys, places = np.unique(groups * len(units) + kinds, return_inverse=True)
    own = np.bincount(places.reshape(-1), counted, minlength=len(keys))
    return Weighted(units[keys % len(units)], keys // len(units), own)


def averaged(
    means: Sequence[Means], rows: Weighted, size: int, each: int, *, progress: bool = False
) -> Iterator[tuple[slice, list[Array]]]:
    """Weighted means of several sets of values, group by group.

    Parameters
    ----------
    means : sequence of callable
        The values of each set at some units.
    rows : Weighted
        Units in the order of their groups.
    size : int
        Number of groups.
    each : int
        Numbers that the values of one unit are, over all sets.
    progress : bool
        Whether a bar is shown where it takes long.

    Yields
    ------
    slice
        Of the groups: they come in order, each once.
    list of ndarray, (chains, draws, groups, numbers)
        Their means in every set; NaN where a group has no weight.
    """
    total = np.bincount(rows.groups, rows.weights, minlength=size)
    ends = np.cumsum(np.bincount(rows.groups, minlength=size))
    carried: list[Array] | None = None
    for piece, starts, sums in _in_pieces(means, rows, each, progress):
        own = rows.groups[piece]
        first, last = int(own[0]), int(own[-1])
        if carried is not None:
            for kept, found in zip(carried, sums, strict=True):
                found[:, :, 0] += kept
        done = len(starts) if ends[last] == piece.stop else len(starts) - 1
        carried = None if done == len(starts) else [found[:, :, -1] for found in sums]
        if done:
            ready = slice(first, first + done)
            with np.errstate(invalid="ignore", divide="ignore"):
                yield ready, [found[:, :, :done] / total[ready, None] for found in sums]


def _in_pieces(
    means: Sequence[Means], rows: Weighted, each: int, progress: bool
) -> Iterator[tuple[slice, Codes, list[Array]]]:
    """Sums over the groups of each piece, and where in it each group starts; a few pieces at a time."""
    pieces = chunks(len(rows.units), each, _PIECE)
    firsts = range(0, len(pieces), _TOGETHER)
    for first in going_on(firsts, len(firsts), "averaging", progress=progress):
        some = pieces[first : first + _TOGETHER]
        found = dict[int, tuple[Codes, list[Array]]]()  # by the first row of each piece

        def work(piece: slice, found: dict[int, tuple[Codes, list[Array]]] = found) -> None:
            starts = np.flatnonzero(np.diff(rows.groups[piece], prepend=-1))
            units, weights = rows.units[piece], rows.weights[piece]
            found[piece.start] = starts, [_sums(values(units), weights, starts) for values in means]

        for_each(some, work)
        yield from ((piece, *found[piece.start]) for piece in some)


def _sums(values: Array, weights: Array, starts: Codes) -> Array:
    weighted = values * weights[:, None]
    return weighted if len(starts) == values.shape[2] else np.add.reduceat(weighted, starts, axis=2)
