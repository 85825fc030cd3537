"""How chains differ in the distances of their draws from the median, of many rows at once.

R-hat asks for the mean normal score of the distances of each chain, and for the sum of their squares, which
is that of all ranks. So it does not matter where in its chain a draw stands, and a key for sorting is the
distance as a whole number with the number of the chain below it, which fits in 32 bits. Where distances that
are not of equal draws become the same number, that row is done again with longer keys and then exactly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stanlevels.arrays import Array
from stanlevels.results.checks.ranks import (
    Order,
    order_of,
    scores,
    scores_in_order,
    scores_of_ranks,
    shared_ranks,
)

__all__ = ["Spread", "spread"]

Floats = NDArray[np.float64]

_MET = 0.5  # pairs of a row that may be expected to meet in a short key, were distances spread evenly
_FEW = 1 / 8  # of the rows that are done exactly at once


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
    equal: Array  # pairs of equal neighbours in the order of draws, without these two, (n,)
    lone: Array  # whether no other draw is equal to one of these two, (n,)

    def take(self, rows: Array) -> _Middle:
        """Some of the rows."""
        return _Middle(*(part[rows] for part in self))


def spread(order: Order, chains: int) -> Spread:
    """Spread of rows (of an even number of draws) that hold one chain after another."""
    n, size = order.rows.shape
    middle = _middle(order, size // chains)
    found = Spread(np.empty((n, chains)), np.empty(n))
    bits, undone = 32 - (chains - 1).bit_length(), np.ones(n, dtype=bool)
    for key in (np.int32, np.int64) if size**2 / 2 < _MET * 2.0**bits else (np.int64,):
        rest = np.flatnonzero(undone & middle.lone)
        if len(rest) <= n * _FEW:
            break
        if len(rest) > n / 2:  # some rows in vain cost less than a copy of the others
            rest = np.arange(n)
        part = middle if len(rest) == n else middle.take(rest)
        (means, variance), sure = _by_chain(part, chains, np.dtype(key))
        done = rest[sure]
        found.means[done], found.variance[done], undone[done] = means[sure], variance[sure], False
    if undone.any():
        distances = np.abs(order.rows[undone] - middle.median[undone, None])
        x = scores(order_of(distances)).reshape(len(distances), chains, -1)
        found.means[undone], found.variance[undone] = x.mean(axis=2), x.var(axis=2, ddof=1).mean(axis=1)
    return found


def _middle(order: Order, draws: int) -> _Middle:
    size = order.rows.shape[1]
    median = order.median()
    farthest = np.maximum(median - order.at(0), order.at(size - 1) - median)
    places = order.places[:, size // 2 - 1 : size // 2 + 1]
    beside = np.abs(np.take_along_axis(order.rows, places, axis=1) - median[:, None])
    row, at = np.divmod(order.equal, size)
    equal = np.bincount(row[at != size // 2 - 1], minlength=len(median))
    lone = np.ones(len(median), dtype=bool)
    lone[row[np.abs(at - (size // 2 - 1)) == 1]] = False
    return _Middle(order.rows, median, farthest, beside, places // draws, equal, lone)


def _by_chain(middle: _Middle, chains: int, key: np.dtype[Any]) -> tuple[Spread, Array]:
    """Spread, and whether the distances that met in a key are those of equal draws."""
    n, size = middle.rows.shape
    draws = size // chains
    keys, nearest = _keys(middle, chains, key)
    keys.sort(axis=1)
    below = keys.dtype.type((1 << (chains - 1).bit_length()) - 1)
    met = np.zeros((n, size), dtype=bool)
    np.less_equal(keys[:, 3:] ^ keys[:, 2:-1], below, out=met[:, 2:-1])
    # Equal draws always meet: where as many pairs met, no others did.
    sure = (np.count_nonzero(met, axis=1) == middle.equal) & (keys[:, 2] > nearest)
    sure &= np.isfinite(middle.farthest)
    of_chain = (keys & below).view(key)
    beside, inner = _scores_beside(middle, size), scores_in_order(size).copy()
    inner[:2] = 0
    sums = np.array([np.bincount(row, inner, chains) for row in of_chain])
    squares = inner @ inner + np.square(beside).sum(axis=1)
    for chain, score in zip(middle.chains.T, beside.T, strict=True):
        sums[np.arange(n), chain] += score
    if middle.equal[sure].any():
        met[~sure] = False
        tied, ranks = shared_ranks(np.flatnonzero(met), size)
        shared, alone, row = scores_of_ranks(ranks, size), inner[tied % size], tied // size
        cell = row * chains + of_chain.reshape(-1)[tied]
        sums += np.bincount(cell, shared - alone, n * chains).reshape(n, chains)
        squares += np.bincount(row, shared**2 - alone**2, n)
    means = sums / draws
    return Spread(means, (squares / size - np.square(means).mean(axis=1)) * (draws / (draws - 1))), sure


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
