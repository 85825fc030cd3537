"""Series of many quantities and their autocovariances at the first lags, in a few products of matrices.

The draws of a quantity are cut in blocks of as many draws as there are lags: the rows of a matrix. Its
products with the same matrix begun one draw later, and with that of the next blocks, hold the sums of all
products of draws that are so many lags apart along their diagonals.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["LAGS", "Rows", "Series", "autocovariances", "series_of_flags", "series_of_numbers"]

Floats = NDArray[np.float64]
Rows = NDArray[np.floating[Any]]

LAGS = 16
"""Lags at which autocovariances are found at once; most chains need no others."""

_EXACT = 1 << 24  # up to which real numbers of 32 bits count


class Series(NamedTuple):
    """Chains of n quantities.

    Attributes
    ----------
    draws : ndarray, (n, chains, draws)
        Up to a constant for each chain.
    means : ndarray, (n, chains)
        Of the chains.
    covariances : ndarray, (n, LAGS + 1)
        Biased autocovariances at lags from 0, averaged over chains; those at as many as there are draws
        or more mean nothing.
    """

    draws: Rows
    means: Floats
    covariances: Floats

    def variance(self) -> Floats:
        """Unbiased variance within chains, averaged over them, (n,)."""
        draws = self.draws.shape[2]
        found: Floats = self.covariances[:, 0] * (draws / (draws - 1))
        return found


def series_of_numbers(x: Floats) -> Series:
    """Series of x, (n, chains, draws)."""
    means = np.einsum("ijk->ij", x) / x.shape[2]
    rows, draws = _room(x.shape, np.dtype(np.float64))
    np.subtract(x, means[:, :, None], out=draws)
    return Series(draws, means, _products(rows) / x[0].size)


def series_of_flags(flags: NDArray[np.bool_]) -> Series:
    """Series of ones and zeros, (n, chains, draws): their products are counts, exact in half the memory."""
    _, chains, size = flags.shape
    rows, draws = _room(flags.shape, np.dtype(np.float32 if chains * size < _EXACT else np.float64))
    draws[:] = flags
    means = (draws @ np.ones(size, dtype=draws.dtype)).astype(float) / size
    # Deviations from the mean are multiplied out; draws at the edges of a chain are in fewer products.
    squares = np.square(means).sum(axis=1)
    inner = min(LAGS, size)
    edges = np.zeros((len(flags), LAGS + 1))
    for edge in (draws[:, :, :inner], draws[:, :, : -inner - 1 : -1]):
        edges[:, 1 : inner + 1] += np.einsum("ijk,ij->ik", np.cumsum(edge, axis=2), means)
    sums = _products(rows) + edges - (size + np.arange(LAGS + 1)) * squares[:, None]
    return Series(draws, means, sums / (chains * size))


def autocovariances(x: Rows, lags: int) -> Floats:
    """Biased autocovariances of x, (n, chains, draws), at lags up to a multiple of LAGS, as in `Series`."""
    rows, draws = _room(x.shape, np.dtype(np.float64), lags)
    np.subtract(x, x.mean(axis=2, dtype=float)[:, :, None], out=draws)
    found: Floats = _products(rows, lags) / x[0].size
    return found


def _room(shape: tuple[int, ...], kind: np.dtype[Any], lags: int = LAGS) -> tuple[Rows, Rows]:
    """Rows in which zeros follow each chain, so that no lag leads from one to the next, and their draws."""
    n, chains, draws = shape
    width = -(-(draws + lags) // LAGS) * LAGS
    rows = np.empty((n, chains * width + LAGS), dtype=kind)
    rows[:, chains * width :] = 0
    each = rows[:, : chains * width].reshape(n, chains, width)  # a view
    each[:, :, draws:] = 0
    return rows, each[:, :, :draws]


def _products(rows: Rows, lags: int = LAGS) -> Floats:
    """Sums of the products of draws that are 0, 1, ... lags apart, (n, lags + 1)."""
    n, length = rows.shape
    blocks = (length - lags) // LAGS - 1  # only zeros follow
    width = lags + LAGS
    first = rows[:, : blocks * LAGS].reshape(n, blocks, LAGS).transpose(0, 2, 1)
    found = np.zeros((n, LAGS * (width + 1)), dtype=rows.dtype)
    pairs = found[:, : LAGS * width].reshape(n, LAGS, width)
    for start in range(0, width, LAGS):
        later = rows[:, start + 1 : start + 1 + blocks * LAGS].reshape(n, blocks, LAGS)
        np.matmul(first, later, out=pairs[:, :, start : start + LAGS])
    sums = np.empty((n, lags + 1))
    sums[:, 0] = np.matmul(rows[:, None, :], rows[:, :, None])[:, 0, 0]
    # Pair (i, j) is j - i + 1 apart. Read in lines one number longer, a diagonal is a column.
    sums[:, 1:] = found.reshape(n, LAGS, width + 1)[:, :, :lags].sum(axis=1)
    return sums
