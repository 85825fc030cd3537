"""Effects as a chain of conditional distributions, so that they can be drawn whatever their number.

The elimination that gives their moments, run backwards: what was factored last is drawn first, and every
unit that was eliminated is normal given what its rows bring it together with, its covariance C and its mean
``-C A_er u_r`` (`stanlevels.gaussian.blocked`). So publishers are drawn before their apps, and the smaller
of two crossed levels before the larger, unit by unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.gaussian.blocked import Blocked, times
from stanlevels.gaussian.elimination import Factor
from stanlevels.gaussian.products import is_sparse, rows_times
from stanlevels.gaussian.rowwise import Rowwise

__all__ = ["Conditionals", "Part", "alone", "conditionals", "conditionals_of_factor"]


@dataclass(frozen=True, eq=False)
class Part:
    """Effects that are independent, unit by unit, given those of earlier parts.

    Attributes
    ----------
    columns : ndarray of int, (units * q,)
        Which effects, unit by unit.
    root : ndarray, (units, q, q)
        A root of each unit's conditional covariance.
    given : sparse array, (units * q, K)
        What the conditional mean is of the effects of earlier parts.
    """

    columns: Codes
    root: Array
    given: Any


@dataclass(frozen=True, eq=False)
class Conditionals:
    """All K effects of a model, as deviations from their conditional mean.

    Attributes
    ----------
    size : int
        K.
    parts : tuple of Part
        In the order in which they are drawn.
    """

    size: int
    parts: tuple[Part, ...]

    @property
    def numbers(self) -> int:
        """How many numbers it takes to keep all this."""
        return sum(part.root.size + part.given.nnz for part in self.parts)

    @cached_property
    def owner(self) -> Codes:
        """The part of every effect, (K,)."""
        found = np.zeros(self.size, dtype=np.int64)
        for k, part in enumerate(self.parts):
            found[part.columns] = k
        return found

    @cached_property
    def place(self) -> Codes:
        """Where every effect is in its part, (K,)."""
        found = np.zeros(self.size, dtype=np.int64)
        for part in self.parts:
            found[part.columns] = np.arange(len(part.columns))
        return found


def conditionals(found: Blocked) -> Conditionals:
    """Of effects with the covariance ``T (I + T'AT)^-1 T'``, from the factored I + T'AT."""
    slices = found.pieces.slices
    K = slices[-1].stop if slices else 0
    if isinstance(found, Rowwise):
        return Conditionals(K, (_together(np.arange(K), found.half, K),) if K else ())
    parts = []
    if found.last.blocks:
        columns = np.concatenate([_columns(slices[b]) for b in found.last.blocks])
        root = _inverse_transposed(found.last.root)
        scaled = [
            times(found.factors[b], root[place])
            for b, place in zip(found.last.blocks, found.last.places, strict=True)
        ]
        parts.append(_together(columns, np.concatenate(scaled), K))
    for step in reversed(found.steps):
        inner = np.eye(len(step.L)) + step.L.T @ step.own @ step.L
        half = np.linalg.solve(np.linalg.cholesky(inner), np.broadcast_to(step.L.T, inner.shape))
        borders = [(slices[r].start, rows_times(-step.conditional, b)) for r, b in step.borders.items()]
        columns = _columns(slices[step.stage.block])
        parts.append(Part(columns, half.transpose(0, 2, 1), _beside(borders, len(columns), K)))
    return Conditionals(K, tuple(parts))


def conditionals_of_factor(found: Factor) -> Conditionals:
    """Of effects whose covariance is the inverse of a factored matrix."""
    from scipy import sparse

    order = found.plan.order
    K, first = len(order), 0
    eliminated = []
    for step in found.steps:
        own = slice(first, first + step.stage.size)
        first = own.stop
        rest = order[first:]
        scaled = step.scaled.tocoo()
        given = sparse.csr_array((-scaled.data, (scaled.row, rest[scaled.col])), shape=(step.stage.size, K))
        eliminated.append(Part(order[own], np.linalg.cholesky(step.inverse), given))
    last = [_together(order[first:], _inverse_transposed(found.last), K)] if len(found.last) else []
    return Conditionals(K, (*last, *reversed(eliminated)))


def alone(covariances: Sequence[Array]) -> Conditionals:
    """Of units that are independent of each other, with these covariances by block, (units, q, q)."""
    from scipy import sparse

    sizes = [found.shape[0] * found.shape[1] for found in covariances]
    K, first, parts = sum(sizes), 0, []
    for found, size in zip(covariances, sizes, strict=True):
        values, vectors = np.linalg.eigh(found)
        root = vectors * np.sqrt(np.maximum(values, 0))[:, None, :]
        parts.append(Part(np.arange(first, first + size), root, sparse.csr_array((size, K))))
        first += size
    return Conditionals(K, tuple(parts))


def _columns(place: slice) -> Codes:
    return np.arange(place.start, place.stop)


def _together(columns: Codes, root: Array, K: int) -> Part:
    """Effects that are drawn at once, with a root of their covariance."""
    from scipy import sparse

    return Part(columns, root[None], sparse.csr_array((len(columns), K)))


def _inverse_transposed(root: Array) -> Array:
    """The transposed inverse of a lower Cholesky factor."""
    from scipy.linalg import lapack

    inverse, _ = lapack.dtrtri(root, lower=1)
    return np.asarray(np.tril(inverse).T)


def _beside(borders: list[tuple[int, Any]], rows: int, K: int) -> Any:
    """Matrices against single blocks as one sparse matrix against all effects."""
    from scipy import sparse

    data, row, column = [np.zeros(0)], [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for start, matrix in borders:
        entries = (matrix if is_sparse(matrix) else sparse.csr_array(matrix)).tocoo()
        data.append(entries.data)
        row.append(entries.row.astype(np.int64))
        column.append(entries.col.astype(np.int64) + start)
    places = np.concatenate(row), np.concatenate(column)
    return sparse.csr_array((np.concatenate(data), places), shape=(rows, K))
