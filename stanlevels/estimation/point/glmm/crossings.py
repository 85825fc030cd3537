"""Which units meet in a row, and Z'WZ as sums of row weights over these meetings.

The pattern of Z'WZ never changes while W does, so that its entries are one product of a sparse matrix
that is made once with the weights of the rows; the transposed product takes entries of an inverse back
to the rows, as leverages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.design import Block, Factors

__all__ = ["Crossing", "crossings", "gather", "spread"]


@dataclass(frozen=True, eq=False)
class Crossing:
    """The units of two blocks that meet in some row, or of one block with itself.

    Attributes
    ----------
    first, second : int
        The blocks; `first` comes no later than `second` in the order of elimination.
    rows, columns : ndarray of int, (m,)
        Units of `first` and of `second`, sorted by the former.
    shape : tuple of int
        (m, width of `first`, width of `second`).
    sums : sparse array, (m * width * width, n)
        Times the weights of the rows, it gives the entries of Z'WZ.
    """

    first: int
    second: int
    rows: Array
    columns: Array
    shape: tuple[int, int, int]
    sums: Any

    def entries(self, weight: Array) -> Array:
        """The entries of Z'WZ, as `shape`."""
        return np.asarray(self.sums @ weight).reshape(self.shape)

    def to_rows(self, entries: Array) -> Array:
        """The sum over pairs of components of z_a z_b times an entry, for every row; each pair once."""
        own = np.asarray(self.sums.T @ entries.ravel())
        return own if self.first == self.second else 2 * own


def crossings(Z: Any, blocks: tuple[Block, ...], order: list[int]) -> tuple[Crossing, ...]:
    """Every pair of blocks that meet, with `order` saying which of the two comes first.

    Parameters
    ----------
    Z : sparse array, (n, K)
        Columns block after block.
    blocks : tuple of Block
    order : list of int
        Every block's number, in the order of elimination.
    """
    entries = Z.tocsr().tocoo()
    row, column, value = entries.row, entries.col, entries.data
    ends = np.cumsum([0, *(block.size for block in blocks)])
    owner = np.searchsorted(ends, column, side="right") - 1
    parts = {}
    for b in range(len(blocks)):
        mine = owner == b
        parts[b] = (row[mine], *np.divmod(column[mine] - ends[b], blocks[b].width), value[mine])
    found = []
    for i, b in enumerate(order):
        for c in order[i:]:
            made = _crossing(b, c, parts[b], parts[c], blocks, Z.shape[0])
            if made is not None:
                found.append(made)
    return tuple(found)


def _crossing(b: int, c: int, left: Any, right: Any, blocks: tuple[Block, ...], n: int) -> Crossing | None:
    from scipy import sparse

    at, to = _joined(left[0], right[0], n)
    if not len(at):
        return None
    key = left[1][at] * np.int64(blocks[c].units) + right[1][to]
    keys, pair = np.unique(key, return_inverse=True)
    p, q = blocks[b].width, blocks[c].width
    entry = (pair * p + left[2][at]) * q + right[2][to]
    values = left[3][at] * right[3][to]
    sums = sparse.csr_array((values, (entry, left[0][at])), shape=(len(keys) * p * q, n))
    rows, columns = np.divmod(keys, blocks[c].units)
    return Crossing(b, c, rows, columns, (len(keys), p, q), sums)


def _joined(left: Array, right: Array, n: int) -> tuple[Array, Array]:
    """Positions in two sorted lists of rows for every pair that shares a row."""
    count = np.bincount(right, minlength=n)
    begin = np.concatenate([[0], np.cumsum(count)])
    times = count[left]
    at = np.repeat(np.arange(len(left)), times)
    within = np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
    return at, begin[left[at]] + within


def spread(factors: Factors, blocks: tuple[Block, ...], v: Array) -> Array:
    """Effects u = T v of spherical ones, (K,) or (K, m)."""
    found, first = np.empty_like(v), 0
    for factor, block in zip(factors, blocks, strict=True):
        last = first + block.size
        if block.width == 1:
            found[first:last] = factor[0, 0] * v[first:last]
        elif v.ndim == 1:
            found[first:last] = (v[first:last].reshape(-1, block.width) @ factor.T).ravel()
        else:
            wide = factor @ v[first:last].reshape(block.units, block.width, -1)
            found[first:last] = wide.reshape(block.size, -1)
        first = last
    return found


def gather(factors: Factors, blocks: tuple[Block, ...], u: Array) -> Array:
    """T'u, (K,)."""
    return spread(tuple(factor.T for factor in factors), blocks, u)
