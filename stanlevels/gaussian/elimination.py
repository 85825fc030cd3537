"""Sparse Cholesky for random effects, by eliminating one block of units after another.

The units of a block that no row couples are independent given everything else: their part of the
matrix is block diagonal and is eliminated exactly, unit by unit (`math.md`, sections 3 and 4 of the
design notes; Bates et al. 2015, section 3). For nested levels what is left is block diagonal again;
for crossed ones it fills up and is factored as a dense matrix at the end.

Entries of the inverse are found on the pattern of the matrix alone, backwards through the same
steps (Takahashi, Fagan and Chin 1973).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, InternalError
from stanlevels.gaussian.design import Block

__all__ = ["Elimination", "Factor", "eliminate"]

_SMALL = 400  # columns that a dense factorisation takes in no time
_LARGEST = 12_000  # columns of a dense matrix that fits into ordinary memory (1.2 GB)
_FILL = 4e7  # products when one block is eliminated, beyond which the rest is taken as dense
_PIECE = 4_000_000  # numbers at a time in a dense product


@dataclass(frozen=True, eq=False)
class Stage:
    """A block that is eliminated: the first `units * width` columns of what is left."""

    units: int
    width: int
    border: Any  # pattern of its columns against the rest, (c, rest)

    @property
    def size(self) -> int:
        """Number of columns."""
        return self.units * self.width


@dataclass(frozen=True, eq=False)
class Elimination:
    """A plan of elimination for matrices of one pattern.

    Attributes
    ----------
    order : ndarray, (K,)
        Columns in the order of elimination.
    stages : tuple of Stage
    pattern : sparse array
        Where entries of the inverse are wanted, in the order of elimination.
    """

    order: Array
    stages: tuple[Stage, ...]
    pattern: Any

    def factor(self, matrix: Any) -> Factor:
        """Factor a symmetric positive definite matrix (K, K) with this pattern.

        Raises
        ------
        FitError
            If it is not positive definite.
        """
        from scipy import linalg

        rest = matrix[self.order][:, self.order].tocsr()
        steps = []
        for stage in self.stages:
            c = stage.size
            blocks = _unit_blocks(rest[:c, :c], stage)
            root = _cholesky(blocks)
            inverse = np.linalg.inv(blocks)
            border = rest[:c, c:]
            scaled = (_block_diagonal(inverse) @ border).tocsr()
            rest = (rest[c:, c:] - border.T @ scaled).tocsr()
            steps.append(_Step(stage, inverse, scaled, 2 * float(np.log(root).sum())))
        dense = rest.toarray()
        try:
            last = linalg.cholesky(dense, lower=True, check_finite=False) if len(dense) else dense
        except linalg.LinAlgError:
            raise FitError("the random effects cannot be told apart at these variances") from None
        return Factor(self, tuple(steps), last)


def _cholesky(blocks: Array) -> Array:
    """Diagonals of the Cholesky factors of (units, q, q)."""
    if blocks.shape[1] == 1:
        return np.sqrt(blocks[:, 0, 0])
    return np.diagonal(np.linalg.cholesky(blocks), axis1=1, axis2=2)


def _unit_blocks(matrix: Any, stage: Stage) -> Array:
    """The diagonal blocks (units, q, q) of a sparse block diagonal matrix."""
    q = stage.width
    blocks = np.empty((stage.units, q, q))
    for a in range(q):
        for b in range(q):
            blocks[:, a, b] = matrix[a::q, b::q].diagonal()
    return blocks


def _block_diagonal(blocks: Array) -> Any:
    from scipy import sparse

    units, q, _ = blocks.shape
    if q == 1:
        return sparse.diags_array(blocks[:, 0, 0], format="csr")
    return sparse.bsr_array((blocks, np.arange(units), np.arange(units + 1)), shape=(units * q,) * 2).tocsr()


@dataclass(frozen=True, eq=False)
class _Step:
    stage: Stage
    inverse: Array  # (units, q, q), of the eliminated blocks
    scaled: Any  # inverse times the border, (c, rest)
    log_determinant: float


@dataclass(frozen=True, eq=False)
class Factor:
    """A factored matrix."""

    plan: Elimination
    steps: tuple[_Step, ...]
    last: Array

    @property
    def log_determinant(self) -> float:
        """Log determinant of the matrix."""
        dense = 2 * float(np.log(np.diagonal(self.last)).sum())
        return sum(step.log_determinant for step in self.steps) + dense

    def solve(self, right: Array) -> Array:
        """The solution (K, m) of the linear system with right-hand side (K, m)."""
        from scipy import linalg

        rest = np.asarray(right, dtype=float)[self.plan.order]
        firsts = []
        for step in self.steps:
            c = step.stage.size
            firsts.append(rest[:c])
            rest = rest[c:] - step.scaled.T @ rest[:c]
        if len(self.last):
            rest = linalg.cho_solve((self.last, True), rest, check_finite=False)
        for step, first in zip(reversed(self.steps), reversed(firsts), strict=True):
            own = _block_diagonal(step.inverse) @ first
            rest = np.concatenate([own - step.scaled @ rest, rest])
        solution = np.empty_like(rest)
        solution[self.plan.order] = rest
        return solution

    def draw_root(self, standard: Array) -> Array:
        """Vectors (K, m) whose covariance is the inverse, from standard normal ones (K, m)."""
        from scipy import linalg

        rest = np.asarray(standard, dtype=float)
        parts = []
        for step in self.steps:
            c = step.stage.size
            parts.append(rest[:c])
            rest = rest[c:]
        if len(self.last):
            rest = linalg.solve_triangular(self.last, rest, lower=True, trans="T", check_finite=False)
        for step, part in zip(reversed(self.steps), reversed(parts), strict=True):
            own = _block_diagonal(np.linalg.cholesky(step.inverse)) @ part
            rest = np.concatenate([own - step.scaled @ rest, rest])
        drawn = np.empty_like(rest)
        drawn[self.plan.order] = rest
        return drawn

    def inverse(self) -> Any:
        """Entries of the inverse where the matrix's own pattern has entries, a sparse (K, K) array."""
        from scipy import sparse

        found: Any = _inverse_from_root(self.last)
        for step in reversed(self.steps):
            if step is self.steps[0] and not sparse.issparse(found):
                c = step.stage.size
                found = _backwards(step, found, _on_pattern(found, self.plan.pattern[c:, c:]))
            else:
                found = _backwards(step, found, sparse.csr_array(found))
        if not sparse.issparse(found):
            found = _on_pattern(found, self.plan.pattern)
        place = np.argsort(self.plan.order)
        return found[place][:, place].tocsr()


def _inverse_from_root(root: Array) -> Array:
    """The inverse of L L'."""
    from scipy.linalg import lapack

    if not len(root):
        return np.zeros((0, 0))
    lower, _ = lapack.dpotri(root, lower=1)
    lower = np.tril(lower)
    return np.asarray(lower + np.tril(lower, -1).T)


def _on_pattern(dense: Array, pattern: Any) -> Any:
    from scipy import sparse

    entries = pattern.tocoo()
    return sparse.csr_array((dense[entries.row, entries.col], (entries.row, entries.col)), shape=dense.shape)


def _backwards(step: _Step, rest: Any, kept: Any) -> Any:
    """Entries of the inverse with one more block, from those of what was left without it.

    `kept` are those of the latter that go into the result.
    """
    from scipy import sparse

    across = -_product_on(step.scaled, rest, step.stage.border)
    q = step.stage.width
    own = step.inverse.copy()
    for a in range(q):
        for b in range(q):
            own[:, a, b] -= across[a::q].multiply(step.scaled[b::q]).sum(axis=1)
    own = (own + own.transpose(0, 2, 1)) / 2
    return sparse.block_array([[_block_diagonal(own), across], [across.T, kept]], format="csr")


def _product_on(left: Any, right: Any, pattern: Any) -> Any:
    """The entries of ``left @ right`` that lie on `pattern`."""
    from scipy import sparse

    if sparse.issparse(right):
        return (left @ right).multiply(pattern).tocsr()
    entries = pattern.tocsr()
    values = np.empty(entries.nnz)
    rows = max(1, _PIECE // max(right.shape[0], 1))
    for first in range(0, left.shape[0], rows):
        piece = left[first : first + rows] @ right
        low, high = entries.indptr[first], entries.indptr[min(first + rows, left.shape[0])]
        counts = np.diff(entries.indptr[first : first + rows + 1])
        at = np.repeat(np.arange(len(counts)), counts)
        values[low:high] = piece[at, entries.indices[low:high]]
    return sparse.csr_array((values, entries.indices, entries.indptr), shape=entries.shape)


# --- the plan ------------------------------------------------------------------------------------


def eliminate(matrix: Any, blocks: Sequence[Block]) -> Elimination:
    """Find the order of elimination for a matrix (K, K) whose columns belong to `blocks`.

    Raises
    ------
    FitError
        If more than 12,000 columns stay coupled: a dense factorisation would not fit into memory.
    """
    pattern = _closed(matrix, blocks)
    starts = np.cumsum([0, *(block.size for block in blocks)])
    columns = [np.arange(starts[i], starts[i + 1]) for i in range(len(blocks))]
    left, rest = list(range(len(blocks))), pattern
    order: list[int] = []
    stages: list[Stage] = []
    while sum(blocks[i].size for i in left) > _SMALL:
        chosen = _independent(rest, left, blocks)
        if chosen is None:
            break
        rest, stage = _remove(rest, left, chosen, blocks)
        order.append(chosen)
        stages.append(stage)
        left.remove(chosen)
        if _products(stage) > _FILL:
            break
    if (coupled := sum(blocks[i].size for i in left)) > _LARGEST:
        raise FitError(
            f"{coupled:,} random effects of {', '.join(repr(blocks[i].name) for i in left)} stay coupled"
            " after the others are integrated out",
            expected=f"at most {_LARGEST:,}",
            way_out="use method='nuts'",
        )
    positions = np.concatenate([np.zeros(0, dtype=int), *(columns[i] for i in (*order, *left))])
    stages = _in_order(stages, order, left, columns, pattern)
    return Elimination(positions, tuple(stages), pattern[positions][:, positions].tocsr())


def _closed(matrix: Any, blocks: Sequence[Block]) -> Any:
    """The pattern, with the whole square of components wherever a unit meets another (or itself)."""
    from scipy import sparse

    ones = sparse.csr_array(matrix, copy=True).astype(float)
    ones.data[:] = 1
    pattern = (ones + sparse.eye_array(ones.shape[0], format="csr")).tocsr()
    if any(block.width > 1 for block in blocks):
        squares = [_block_diagonal(np.ones((b.units, b.width, b.width))) for b in blocks]
        around = sparse.block_diag(squares, format="csr")
        pattern = (around @ pattern @ around).tocsr()
    pattern.data[:] = 1
    return pattern


def _spans(left: Sequence[int], blocks: Sequence[Block]) -> dict[int, tuple[int, int]]:
    spans, first = {}, 0
    for i in left:
        spans[i] = (first, first + blocks[i].size)
        first += blocks[i].size
    return spans


def _independent(rest: Any, left: Sequence[int], blocks: Sequence[Block]) -> int | None:
    """The largest block whose units do not meet each other."""
    spans = _spans(left, blocks)
    for i in sorted(left, key=lambda i: -blocks[i].size):
        low, high = spans[i]
        entries = rest[low:high, low:high].tocoo()
        if np.array_equal(entries.row // blocks[i].width, entries.col // blocks[i].width):
            return i
    return None


def _remove(rest: Any, left: Sequence[int], chosen: int, blocks: Sequence[Block]) -> tuple[Any, Stage]:
    low, high = _spans(left, blocks)[chosen]
    others = np.r_[0:low, high : rest.shape[0]]
    border = rest[low:high][:, others].tocsr()
    stage = Stage(blocks[chosen].units, blocks[chosen].width, border)
    if _products(stage) > _FILL:
        return rest[others][:, others], stage  # what is left is taken as dense, whatever its pattern
    filled = (rest[others][:, others] + border.T @ border).tocsr()
    filled.data[:] = 1
    return filled, stage


def _products(stage: Stage) -> float:
    return float(np.square(np.diff(stage.border.indptr).astype(float)).sum())


def _in_order(
    stages: Sequence[Stage], order: Sequence[int], left: Sequence[int], columns: Sequence[Array], pattern: Any
) -> list[Stage]:
    """Borders with their columns in the final order, filled as elimination proceeds."""
    final = [*order, *left]
    placed: list[Stage] = []
    for k, stage in enumerate(stages):
        before = np.concatenate([np.zeros(0, dtype=int), *(columns[i] for i in sorted(final[k + 1 :]))])
        after = np.concatenate([np.zeros(0, dtype=int), *(columns[i] for i in final[k + 1 :])])
        where = np.searchsorted(before, after)
        if stage.border.shape[1] != len(after):
            raise InternalError("a border of the elimination does not fit")
        placed.append(Stage(stage.units, stage.width, stage.border[:, where].tocsr()))
    return placed
