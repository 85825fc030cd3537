"""How chains differ in the distances of their draws from the median, of many rows at once.

R-hat asks for the mean normal score of the distances of each chain, and for the sum of their squares, which
is that of all ranks. So it does not matter where in its chain a draw stands, and a key for sorting is the
distance as a whole number with the number of the chain below it, which fits in 32 bits. Where two distances
become the same number, that row is done again with longer keys and then, as ties are, exactly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stanlevels.arrays import Array
from stanlevels.results.checks.ranks import Order, scores_in_order, scores_of_distances, scores_of_ranks

__all__ = ["Spread", "spread"]

Floats = NDArray[np.float64]

_MET = 0.5  # pairs of a row that may be expected to meet in a short key, were distances spread evenly


class Spread(NamedTuple):
    """Of the scores of distances: means by chain (n, chains), and variance within chains (n,)."""

    means: Floats
    variance: Floats


class _Middle(NamedTuple):
    """Where distances start, and those of the two draws beside it, which are the smallest.

    These two are equal up to rounding, so that they are compared and not sorted.
    """

    rows: Floats  # (n, size)
    median: Floats  # (n,)
    farthest: Floats  # distance, (n,)
    beside: Floats  # distances, (n, 2)
    chains: Array  # that these two belong to, (n, 2)

    def take(self, rows: Array) -> _Middle:
        """Some of the rows."""
        return _Middle(*(part[rows] for part in self))


def spread(order: Order, chains: int) -> Spread:
    """Spread of rows (of an even number of draws) that hold one chain after another."""
    n, size = order.rows.shape
    middle = _middle(order, size // chains)
    found = Spread(np.empty((n, chains)), np.empty(n))
    rest = np.arange(n)
    bits = 32 - (chains - 1).bit_length()
    for key in (np.int32, np.int64) if size**2 / 2 < _MET * 2.0**bits else (np.int64,):
        part = middle if len(rest) == n else middle.take(rest)
        (found.means[rest], found.variance[rest]), sure = _by_chain(part, chains, np.dtype(key))
        rest = rest[~sure]
        if not rest.size:
            return found
    distances = np.abs(order.rows[rest] - middle.median[rest, None])
    x = scores_of_distances(distances).reshape(len(rest), chains, -1)
    found.means[rest], found.variance[rest] = x.mean(axis=2), x.var(axis=2, ddof=1).mean(axis=1)
    return found


def _middle(order: Order, draws: int) -> _Middle:
    size = order.rows.shape[1]
    median = order.median()
    farthest = np.maximum(median - order.at(0), order.at(size - 1) - median)
    places = order.places[:, size // 2 - 1 : size // 2 + 1]
    beside = np.abs(np.take_along_axis(order.rows, places, axis=1) - median[:, None])
    return _Middle(order.rows, median, farthest, beside, places // draws)


def _by_chain(middle: _Middle, chains: int, key: np.dtype[Any]) -> tuple[Spread, Array]:
    """Spread, and whether no two distances met in a key."""
    n, size = middle.rows.shape
    draws = size // chains
    keys, nearest = _keys(middle, chains, key)
    keys.sort(axis=1)
    below = keys.dtype.type((1 << (chains - 1).bit_length()) - 1)
    differ = keys[:, 3:] ^ keys[:, 2:-1]
    sure = (differ > below).all(axis=1) & (keys[:, 2] > nearest) & np.isfinite(middle.farthest)
    keys &= below
    each, beside = scores_in_order(size), _scores_beside(middle, size)
    inner = each.copy()
    inner[:2] = 0
    sums = np.array([np.bincount(row, inner, chains) for row in keys])
    for chain, score in zip(middle.chains.T, beside.T, strict=True):
        sums[np.arange(n), chain] += score
    means = sums / draws
    mean_square = (inner @ inner + np.square(beside).sum(axis=1)) / size
    return Spread(means, (mean_square - np.square(means).mean(axis=1)) * (draws / (draws - 1))), sure


def _keys(middle: _Middle, chains: int, key: np.dtype[Any]) -> tuple[Array, Array]:
    """Keys, and for each row the largest possible one of the two draws beside the median."""
    size = middle.rows.shape[1]
    low = (chains - 1).bit_length()
    with np.errstate(divide="ignore", over="ignore", invalid="ignore"):
        scale = 0.999 * 2.0 ** (8 * key.itemsize - low) / middle.farthest
        scale[~np.isfinite(scale)] = 0
        scaled = np.subtract(middle.rows, middle.median[:, None])
        scaled *= scale[:, None]
        whole = scaled.astype(key)
        nearest = (middle.beside.max(axis=1) * scale).astype(key)
    np.abs(whole, out=whole)
    keys = whole.view(f"u{key.itemsize}")
    keys <<= keys.dtype.type(low)
    keys |= np.repeat(np.arange(chains, dtype=keys.dtype), size // chains)
    return keys, (nearest.view(keys.dtype) << keys.dtype.type(low)) | keys.dtype.type((1 << low) - 1)


def _scores_beside(middle: _Middle, size: int) -> Floats:
    """Scores of the two draws beside the median."""
    order = np.sign(middle.beside - middle.beside[:, ::-1])  # -1 for the nearer, 0 where they tie
    return scores_of_ranks(1.5 + order / 2, size)
