"""Z'WZ cut into the blocks of its random effects, in the order of their elimination."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.design import Block
from stanlevels.gaussian.stages import Pair, Scheme, scheme

__all__ = ["Pieces", "cut", "unit_blocks"]


@dataclass(frozen=True, eq=False)
class Pieces:
    """The parts of a symmetric matrix (K, K) that belong to pairs of blocks.

    Attributes
    ----------
    scheme : Scheme
    parts : dict of (i, j)
        With i eliminated before j: sparse arrays (size of i, size of j) in which units meet with all their
        components; of (i, i) the blocks (units, q, q) on the diagonal, or a sparse array where units of
        one block meet.
    """

    scheme: Scheme
    parts: dict[Pair, Any]

    @cached_property
    def slices(self) -> tuple[slice, ...]:
        """The columns of every block."""
        ends = np.cumsum([0, *(block.size for block in self.scheme.blocks)], dtype=int).tolist()
        return tuple(slice(a, b) for a, b in pairwise(ends))


def cut(matrix: Any, blocks: Sequence[Block]) -> Pieces:
    """Cut a sparse symmetric matrix (K, K), whose columns belong to `blocks`, and plan its elimination.

    Raises
    ------
    FitError
        If too many columns stay coupled; see `scheme`.
    """
    matrix = matrix.tocsr()
    ends = np.cumsum([0, *(block.size for block in blocks)], dtype=int).tolist()
    patterns, raw = {}, {}
    for i in range(len(blocks)):
        band = matrix[ends[i] : ends[i + 1]].tocsc()
        for j in range(i, len(blocks)):
            part = band[:, ends[j] : ends[j + 1]].tocsr()
            if part.nnz or i == j:
                raw[i, j] = _narrow(part)
                patterns[i, j] = _of_units(raw[i, j], blocks[i], blocks[j])
    found = scheme(patterns, blocks)
    place = {b: k for k, b in enumerate(found.order)}
    parts: dict[Pair, Any] = {}
    for (i, j), part in raw.items():
        closed = _closed(part, patterns[i, j], blocks[i], blocks[j])
        if i == j:
            parts[i, i] = unit_blocks(part, blocks[i]) if _alone(part, blocks[i]) else closed
        elif place[i] < place[j]:
            parts[i, j] = closed
        else:
            parts[j, i] = _narrow(closed.T.tocsr())
    return Pieces(found, parts)


def _narrow(matrix: Any) -> Any:
    """The same sparse array with sorted indices of 32 bits, where these suffice."""
    from scipy import sparse

    matrix.sort_indices()
    if matrix.nnz < 2**31:
        indices, indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
        return sparse.csr_array((matrix.data, indices, indptr), shape=matrix.shape)
    return matrix


def _of_units(part: Any, one: Block, other: Block) -> Any:
    """Which units meet, whatever the components."""
    from scipy import sparse

    entries = part.tocoo()
    rows, columns = entries.row // one.width, entries.col // other.width
    pattern = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=(one.units, other.units))
    pattern.sum_duplicates()
    pattern.data[:] = 1
    return _narrow(pattern)


def _closed(part: Any, pattern: Any, one: Block, other: Block) -> Any:
    """With entries, if only zeros, for all pairs of components of units that meet."""
    from scipy import sparse

    from stanlevels.gaussian.products import values_at

    if one.width == other.width == 1:
        return part
    wide = sparse.kron(pattern, np.ones((one.width, other.width)), format="csr")
    wide.sort_indices()
    return _narrow(sparse.csr_array((values_at(part, wide), wide.indices, wide.indptr), shape=wide.shape))


def _alone(part: Any, block: Block) -> bool:
    """Whether no two units of a block meet."""
    entries = part.tocoo()
    return bool(np.array_equal(entries.row // block.width, entries.col // block.width))


def unit_blocks(matrix: Any, block: Block) -> Array:
    """The diagonal blocks (units, q, q) of a sparse matrix."""
    q = block.width
    if q == 1:
        return np.asarray(matrix.diagonal()[:, None, None])
    found = np.empty((block.units, q, q))
    for a in range(q):
        for b in range(q):
            found[:, a, b] = matrix[a::q, b::q].diagonal()
    return found
