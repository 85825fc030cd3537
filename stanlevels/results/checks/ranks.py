"""Ranks of many rows at once, as normal scores.

Sorting is three times as fast as finding an order. So the lowest bits of every number are given to the place
it came from: one sort then gives values and places. Neighbours that agree in all other bits are few, those
of a draw that stayed where it was, and these alone are looked at again.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["Order", "order_of", "scores", "scores_in_order", "scores_of_ranks", "shared_ranks"]

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Order:
    """Rows (n, size) of numbers with the order of each.

    Attributes
    ----------
    rows : ndarray, (n, size)
    places : ndarray, (n, size)
        Where the smallest number of each row stands, then the next, and so on.
    equal : ndarray
        Where in the flat order of all rows a number is equal to the next one of its row, ascending.
    """

    rows: Floats
    places: Places
    equal: Places

    def at(self, position: int) -> Floats:
        """The number at a position of the order of each row, (n,)."""
        found: Floats = self.rows[np.arange(len(self.rows)), self.places[:, position]]
        return found

    def median(self) -> Floats:
        """The middle of each row, (n,)."""
        size = self.rows.shape[1]
        return (self.at((size - 1) // 2) + self.at(size // 2)) / 2

    def quantile(self, share: float) -> Floats:
        """A quantile of each row, (n,), interpolated between neighbours."""
        last = self.rows.shape[1] - 1
        below, part = divmod(share * last, 1)
        low = self.at(int(below))
        high: Floats = self.at(min(int(below) + 1, last))
        between: Floats = low + part * (high - low)
        return between


def order_of(rows: Floats) -> Order:
    """The order of finite numbers in each of many rows (n, size)."""
    n, size = rows.shape
    low = np.int64((1 << max(size - 1, 1).bit_length()) - 1)
    keys = np.add(rows, 0.0)  # -0.0 becomes 0.0
    places = keys.view(np.int64)
    places &= ~low
    places |= np.arange(size)
    keys.sort(axis=1)  # as real numbers, whichever their sign
    bits, near = keys.view(np.uint64), np.zeros((n, size), dtype=bool)
    np.less_equal(bits[:, 1:] ^ bits[:, :-1], np.uint64(low), out=near[:, :-1])
    places &= low
    return Order(rows, places, _settled(rows, places, np.flatnonzero(near)))


def scores_of_ranks(ranks: Floats, size: int) -> Floats:
    """Normal quantiles (Blom's offset 3/8) of ranks among `size` numbers, whole or halves."""
    found: Floats = _scores_of_halves(size)[(2 * ranks).astype(np.int64) - 2]
    return found


@lru_cache(maxsize=4)
def scores_in_order(size: int) -> Floats:
    """Normal quantiles of all ranks from the first."""
    found = _scores_of_halves(size)[::2].copy()
    found.flags.writeable = False
    return found


@lru_cache(maxsize=4)
def _scores_of_halves(size: int) -> Floats:
    from scipy.special import ndtri

    found: Floats = ndtri((np.arange(2, 2 * size + 1) / 2 - 0.375) / (size + 0.25))
    return found


def scores(order: Order) -> Floats:
    """Normal quantiles of the ranks, (n, size); tied numbers share their mean rank."""
    n, size = order.rows.shape
    found, each = np.empty((n, size)), scores_in_order(size)
    for row, places in zip(found, order.places, strict=True):  # far faster than one assignment for all
        row[places] = each
    if order.equal.size:
        tied, ranks = shared_ranks(order.equal, size)
        found[tied // size, order.places.ravel()[tied]] = scores_of_ranks(ranks, size)
    return found


def shared_ranks(equal: Places, size: int) -> tuple[Places, Floats]:
    """Where in a flat order of rows of `size` numbers the tied ones are, and the mean rank of each.

    `equal` is where numbers are equal to the next ones of their rows, ascending.
    """
    starts = np.flatnonzero(np.diff(equal, prepend=-2) != 1)
    first, pairs = equal[starts], np.diff(starts, append=len(equal))
    alike = pairs + 1
    begin = np.cumsum(alike) - alike
    tied = np.arange(alike.sum()) + np.repeat(first - begin, alike)
    return tied, np.repeat(first % size + pairs / 2 + 1, alike)


def _settled(rows: Floats, places: Places, near: Places) -> Places:
    """The pairs of neighbours that are equal, after those that are in the wrong order were put right.

    `near` is where, in the flat order of all rows, the bits of a number do not tell it from the next one.
    """
    if not near.size:
        return near
    size, flat = rows.shape[1], places.reshape(-1)
    row = near // size
    first, second = rows[row, flat[near]], rows[row, flat[near + 1]]
    wrong = first > second
    if wrong.any():
        gaps = np.diff(near, prepend=-2, append=rows.size + 1)
        alone = (gaps[1:] > 1) & (gaps[:-1] > 1)
        turned = near[wrong & alone]
        flat[turned], flat[turned + 1] = flat[turned + 1], flat[turned]
        several = np.unique(row[wrong & ~alone])
        places[several] = np.argsort(rows[several], axis=1)
        first, second = rows[row, flat[near]], rows[row, flat[near + 1]]
    equal: Places = near[first == second]
    return equal
