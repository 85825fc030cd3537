"""Ranks of many rows at once, as normal scores.

Sorting is three times as fast as finding an order. So the lowest bits of every number are given to the place
it came from: one sort then gives values and places. Rows in which numbers agree in all other bits, as ties
do, are put in order exactly instead.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from stanlevels.arrays import Array

__all__ = ["Order", "order_of", "scores", "scores_in_order", "scores_of_distances", "scores_of_ranks"]

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
    tied : ndarray of bool, (n,)
        Rows in which numbers may be equal.
    """

    rows: Floats
    places: Places
    tied: Array

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
    places, near = _sorted(rows)
    return _exact(rows, places, np.asarray(near.any(axis=1)))


def scores_of_ranks(ranks: Floats, size: int) -> Floats:
    """Normal quantiles of ranks among `size` numbers (Blom's offset 3/8)."""
    from scipy.special import ndtri

    found: Floats = ndtri((ranks - 0.375) / (size + 0.25))
    return found


@lru_cache(maxsize=4)
def scores_in_order(size: int) -> Floats:
    """Normal quantiles of all ranks from the first."""
    found = scores_of_ranks(np.arange(1.0, size + 1), size)
    found.flags.writeable = False
    return found


def scores(order: Order) -> Floats:
    """Normal quantiles of the ranks, (n, size); tied numbers share their mean rank."""
    n, size = order.rows.shape
    found, each = np.empty((n, size)), scores_in_order(size)
    for row, places in zip(found, order.places, strict=True):  # far faster than one assignment for all
        row[places] = each
    if order.tied.any():
        shared = scores_of_ranks(_shared_ranks(order), size)
        for at, each in zip(np.flatnonzero(order.tied), shared, strict=True):
            found[at][order.places[at]] = each
    return found


def scores_of_distances(rows: Floats) -> Floats:
    """The same of distances from the middle of each row, of an even number: the first two are alike.

    They are equal up to rounding, in every row: they alone are looked at again.
    """
    size = rows.shape[1]
    places, near = _sorted(rows)
    order = _exact(rows, places, np.asarray(near[:, 1:].any(axis=1)))
    first, second = order.at(0), order.at(1)
    turned = first > second
    places[turned, :2] = places[turned, 1::-1]
    found = scores(order)
    equal = np.flatnonzero((first == second) & ~order.tied)
    found[equal[:, None], places[equal, :2]] = scores_of_ranks(np.array(1.5), size)
    return found


def _sorted(rows: Floats) -> tuple[Places, Array]:
    """Places in the order of rows, up to their lowest bits; and whether neighbours agree but for these."""
    size = rows.shape[1]
    low = np.int64((1 << max(size - 1, 1).bit_length()) - 1)
    keys = np.add(rows, 0.0)  # -0.0 becomes 0.0
    bits = keys.view(np.int64)
    bits &= ~low
    bits |= np.arange(size)
    keys.sort(axis=1)  # as real numbers, whichever their sign
    unsigned = bits.view(np.uint64)
    near = (unsigned[:, 1:] ^ unsigned[:, :-1]) <= np.uint64(low)
    bits &= low
    return bits, near


def _exact(rows: Floats, places: Places, near: Array) -> Order:
    if near.any():
        places[near] = np.argsort(rows[near], axis=1)
    return Order(rows, places, near)


def _shared_ranks(order: Order) -> Floats:
    """Ranks from 1 along the order of the rows with ties, the mean rank where numbers are equal."""
    rows, places = order.rows[order.tied], order.places[order.tied]
    ascending = np.take_along_axis(rows, places, axis=1)
    fresh = np.ones(rows.shape, dtype=bool)
    fresh[:, 1:] = ascending[:, 1:] != ascending[:, :-1]
    starts = np.flatnonzero(fresh)
    lengths = np.diff(np.append(starts, fresh.size))
    return np.repeat(starts % rows.shape[1] + (lengths + 1) / 2, lengths).reshape(rows.shape)
