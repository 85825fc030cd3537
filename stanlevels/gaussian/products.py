"""Products of sparse and dense matrices whose result is wanted densely, or on a pattern alone.

A matrix is a dense array, or a sparse one in rows (CSR) with sorted indices.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from stanlevels.arrays import Array

__all__ = [
    "block_diagonal",
    "dense",
    "gram",
    "is_sparse",
    "product_on",
    "rows_times",
    "symmetric",
    "values_at",
]

_PIECE = 8_000_000  # numbers at a time
_GATHERED = 60.0  # a product of single entries costs as much as so many in a long row
_DENSE = 250.0  # how many times as fast as a sparse product a dense one is, per multiplication


def is_sparse(matrix: Any) -> bool:
    """Whether a matrix is a sparse one."""
    from scipy import sparse

    return bool(sparse.issparse(matrix))


def block_diagonal(blocks: Array) -> Any:
    """The sparse matrix with these blocks (units, q, q) on its diagonal."""
    from scipy import sparse

    units, q, _ = blocks.shape
    if q == 1:
        return sparse.diags_array(blocks[:, 0, 0], format="csr")
    return sparse.bsr_array((blocks, np.arange(units), np.arange(units + 1)), shape=(units * q,) * 2).tocsr()


def rows_times(blocks: Array, matrix: Any) -> Any:
    """The block diagonal matrix of `blocks` (units, q, q) times a matrix (units * q, m)."""
    from scipy import sparse

    units, q, _ = blocks.shape
    if not is_sparse(matrix):
        wide = matrix.reshape(units, q, *matrix.shape[1:])
        if q == 1:
            return (blocks[:, 0].reshape(-1, *[1] * (wide.ndim - 1)) * wide).reshape(matrix.shape)
        return np.einsum("jab,jb...->ja...", blocks, wide).reshape(matrix.shape)
    if q == 1:
        data = matrix.data * np.repeat(blocks[:, 0, 0], np.diff(matrix.indptr))
        return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)
    return block_diagonal(blocks) @ matrix


def gram(left: Any, right: Any) -> Any:
    """``left' right``: dense, or sparse where both are and few of their entries meet."""
    from scipy.linalg import blas

    if is_sparse(left) and is_sparse(right):
        if meetings(left, right) * _DENSE < float(left.shape[0]) * left.shape[1] * right.shape[1]:
            return (left.T @ right).tocsr()
    elif is_sparse(left) or is_sparse(right):
        return np.asarray(left.T @ right)
    if left is not right:
        total = np.zeros((left.shape[1], right.shape[1]))
        for rows in _slices(left.shape[0], sum(left.shape[1:]) + right.shape[1]):
            total += dense(left[rows]).T @ dense(right[rows])
        return total
    lower = np.zeros((left.shape[1],) * 2, order="F")
    for rows in _slices(left.shape[0], left.shape[1]):
        lower = blas.dsyrk(1.0, dense(left[rows]).T, beta=1.0, c=lower, lower=1, overwrite_c=1)
    return symmetric(lower)


def meetings(left: Any, right: Any) -> float:
    """The number of products of two entries in ``left' right``."""
    return float(np.diff(left.indptr).astype(float) @ np.diff(right.indptr))


def dense(matrix: Any) -> Array:
    """A matrix as a dense array."""
    return np.asarray(matrix.toarray() if is_sparse(matrix) else matrix)


def symmetric(lower: Array) -> Array:
    """A symmetric matrix from its lower triangle, zeros above."""
    whole = lower + lower.T
    whole[np.diag_indices(len(lower))] /= 2
    return np.asarray(whole)


def _slices(rows: int, width: int) -> Iterator[slice]:
    size = max(1, _PIECE // max(width, 1))
    return (slice(first, min(first + size, rows)) for first in range(0, rows, size))


def values_at(matrix: Any, pattern: Any) -> Array:
    """The entries of a matrix at the places of a sparse pattern, in its order; 0 where there are none.

    A matrix that is block diagonal can also be given as its blocks (units, q, q).
    """
    if not is_sparse(matrix) and matrix.ndim == 3:
        matrix = block_diagonal(matrix)
    rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
    if not is_sparse(matrix):
        return np.asarray(matrix[rows, pattern.indices])
    matrix = matrix.tocsr()
    matrix.sort_indices()
    width = matrix.shape[1]
    own = np.repeat(np.arange(matrix.shape[0]) * width, np.diff(matrix.indptr)) + matrix.indices
    wanted = rows * width + pattern.indices
    if not len(own):
        return np.zeros(len(wanted))
    at = np.minimum(np.searchsorted(own, wanted), len(own) - 1)
    return np.where(own[at] == wanted, matrix.data[at], 0.0)


def product_on(left: Any, right: Any, pattern: Any) -> Array:
    """The entries of ``left @ right`` at the places of a sparse pattern, in its order."""
    if is_sparse(left) and is_sparse(right):
        return values_at(left @ right, pattern)
    if is_sparse(left) and meetings_of_rows(left, pattern) * _GATHERED < float(left.nnz) * right.shape[1]:
        return _gathered(left, right, pattern)
    found = np.empty(pattern.nnz)
    for rows in _slices(left.shape[0], right.shape[1]):
        piece = left[rows] @ right
        low, high = pattern.indptr[rows.start], pattern.indptr[rows.stop]
        found[low:high] = values_at(dense(piece), pattern[rows])
    return found


def meetings_of_rows(left: Any, pattern: Any) -> float:
    """The number of pairs of entries in the same row."""
    return float(np.diff(left.indptr).astype(float) @ np.diff(pattern.indptr))


def _gathered(left: Any, right: Array, pattern: Any) -> Array:
    """Every wanted entry as a sum over its row of `left`."""
    counts = np.diff(left.indptr).astype(np.int64)
    rows = np.repeat(np.arange(pattern.shape[0]), np.diff(pattern.indptr))
    each = counts[rows]  # products in every wanted entry
    ends = np.cumsum(each)
    found = np.zeros(pattern.nnz)
    first = 0
    while first < pattern.nnz:
        before = ends[first - 1] if first else 0
        last = max(int(np.searchsorted(ends, before + _PIECE, side="right")), first + 1)
        here = slice(first, last)
        inner = np.arange(each[here].sum()) - np.repeat(ends[here] - each[here] - before, each[here])
        entry = np.repeat(np.asarray(left.indptr)[rows[here]], each[here]) + inner
        column = np.repeat(pattern.indices[here], each[here])
        terms = left.data[entry] * right[left.indices[entry], column]
        found[here] = np.bincount(np.repeat(np.arange(last - first), each[here]), terms, last - first)
        first = last
    return found
