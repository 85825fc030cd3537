"""The matrix M = T'Z'WZT + I, factored over and over for other W and T.

The block with most columns whose units never meet is eliminated unit by unit; the rest is one dense
matrix. Where that would be large, the plan of `gaussian.elimination` takes over, whose stages keep
nested levels sparse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.glmm.crossings import Crossing, crossings
from stanlevels.gaussian.design import Block, Factors
from stanlevels.gaussian.elimination import Elimination, Factor, eliminate

__all__ = ["Factored", "System", "system"]

_DENSE = 64  # columns that are not worth eliminating
_REST = 800  # columns of the dense rest, beyond which a plan with more stages is used
_PIECE = 4_000_000  # numbers at a time in a dense product


@dataclass(frozen=True, eq=False)
class System:
    """What does not change between factorisations.

    Attributes
    ----------
    blocks : tuple of Block
    order : tuple of int
        Blocks in the order of elimination.
    eliminated : bool
        Whether the first of them is eliminated unit by unit.
    crossings : tuple of Crossing
    Z : sparse array, (n, K)
    """

    blocks: tuple[Block, ...]
    order: tuple[int, ...]
    eliminated: bool
    crossings: tuple[Crossing, ...]
    Z: Any

    @cached_property
    def positions(self) -> Array:
        """Columns in the order of elimination, (K,)."""
        ends = np.cumsum([0, *(block.size for block in self.blocks)])
        parts = [np.arange(ends[b], ends[b + 1]) for b in self.order]
        return np.concatenate([np.zeros(0, dtype=int), *parts])

    @cached_property
    def size(self) -> int:
        """Columns that are eliminated."""
        return self.blocks[self.order[0]].size if self.eliminated else 0

    @cached_property
    def rest(self) -> int:
        """Columns of the dense rest."""
        return sum(block.size for block in self.blocks) - self.size

    @cached_property
    def staged(self) -> Elimination | None:
        """The plan with more stages, where the rest is large."""
        if self.rest <= _REST:
            return None
        return eliminate((self.Z.T @ self.Z).tocsr(), self.blocks)

    @cached_property
    def places(self) -> tuple[tuple[Array, Array], ...]:
        """Row and column of every entry of every crossing, in the order of elimination."""
        starts, first = {}, 0
        for b in self.order:
            starts[b] = first
            first += self.blocks[b].size
        return tuple(_places(c, starts[c.first], starts[c.second]) for c in self.crossings)

    @cached_property
    def border(self) -> tuple[tuple[Crossing, Array, Array], ...]:
        """Crossings of the eliminated block with others, with their places in the border."""
        if not self.eliminated:
            return ()
        e = self.order[0]
        pairs = zip(self.crossings, self.places, strict=True)
        return tuple((c, i, j - self.size) for c, (i, j) in pairs if c.first == e != c.second)

    @cached_property
    def sparse_border(self) -> Any:
        """The border's pattern with the number of each entry as its data; None where it is kept dense."""
        from scipy import sparse

        count = sum(len(i) for _, i, _ in self.border)
        if count > 0.15 * self.size * self.rest or self.size * self.rest < 20_000:
            return None
        i = np.concatenate([i for _, i, _ in self.border])
        j = np.concatenate([j for _, _, j in self.border])
        return sparse.csr_array((np.arange(count), (i, j)), shape=(self.size, self.rest))

    def factor(self, factors: Factors, weight: Array) -> Factored:
        """Factor M at covariance factors T and row weights W.

        Raises
        ------
        FitError
            If M cannot be factored: the weights are not finite.
        """
        A = [c.entries(weight) for c in self.crossings]
        M = [
            factors[c.first].T @ a @ factors[c.second]
            if a.shape[1:] != (1, 1)
            else a * (factors[c.first][0, 0] * factors[c.second][0, 0])
            for c, a in zip(self.crossings, A, strict=True)
        ]
        if self.staged is not None:
            return _staged(self, factors, A, M)
        return _bordered(self, factors, A, M)


def system(Z: Any, blocks: tuple[Block, ...]) -> System:
    """Choose what to eliminate, from the pattern of Z."""
    order = sorted(range(len(blocks)), key=lambda b: -blocks[b].size)
    if sum(block.size for block in blocks) > _DENSE:
        for b in order:
            trial = [b, *(c for c in order if c != b)]
            found = crossings(Z, blocks, trial)
            own = next((c for c in found if c.first == c.second == b), None)
            if own is None or np.array_equal(own.rows, own.columns):
                return System(blocks, tuple(trial), True, found, Z)
    return System(blocks, tuple(order), False, crossings(Z, blocks, order), Z)


def _places(crossing: Crossing, first: int, second: int) -> tuple[Array, Array]:
    m, p, q = crossing.shape
    i = first + crossing.rows[:, None, None] * p + np.arange(p)[:, None]
    j = second + crossing.columns[:, None, None] * q + np.arange(q)
    return np.broadcast_to(i, (m, p, q)).ravel(), np.broadcast_to(j, (m, p, q)).ravel()


@dataclass(frozen=True, eq=False)
class Factored:
    """M, factored: by elimination of one block, or by a plan with more stages.

    Attributes
    ----------
    system : System
    factors : tuple of ndarray
        L_b of every block.
    A : list of ndarray
        Entries of Z'WZ of every crossing.
    log_determinant : float
    inverse : ndarray, (units, q, q)
        Of the eliminated block.
    scaled : ndarray or sparse array, (size, rest)
        That inverse times the border.
    root : ndarray, (rest, rest)
        Lower Cholesky factor of the rest.
    plan : Factor or None
        In place of the three, where the rest is large.
    """

    system: System
    factors: Factors
    A: list[Array]
    log_determinant: float
    inverse: Array
    scaled: Any
    root: Array
    plan: Factor | None = None

    def solve(self, right: Array) -> Array:
        """The solution (K,) or (K, m) of the linear system with right-hand side (K,) or (K, m)."""
        if self.plan is not None:
            wide = right if right.ndim == 2 else right[:, None]
            return self.plan.solve(wide).reshape(right.shape)
        s = self.system
        ordered = right[s.positions]
        own, rest = ordered[: s.size], ordered[s.size :]
        if s.eliminated:
            rest = rest - self.scaled.T @ own
        rest = _back(self.root, rest)
        found = np.empty_like(ordered)
        if s.eliminated:
            q = self.inverse.shape[1]
            blocks = own.reshape(len(own) // q, q, 1 if right.ndim == 1 else right.shape[1])
            found[s.positions[: s.size]] = (self.inverse @ blocks).reshape(own.shape) - self.scaled @ rest
        found[s.positions[s.size :]] = rest
        return found

    @cached_property
    def inverse_entries(self) -> list[Array]:
        """Entries of the inverse of M on every crossing."""
        s = self.system
        if self.plan is not None:
            inverse = self.plan.inverse()
            found = [inverse[s.positions[i], s.positions[j]] for i, j in s.places]
            return [np.asarray(e).reshape(c.shape) for e, c in zip(found, s.crossings, strict=True)]
        N = _inverse(self.root)
        across = dict(zip((c.second for c, _, _ in s.border), self._across(N), strict=True))
        found = []
        for c, (i, j) in zip(s.crossings, s.places, strict=True):
            if not s.eliminated or s.order[0] not in (c.first, c.second):
                found.append(N[i - s.size, j - s.size].reshape(c.shape))
            elif c.first != c.second:
                found.append(across[c.second])
            else:
                found.append(self._own(across)[c.rows])
        return found

    def _across(self, N: Array) -> list[Array]:
        """Entries of the inverse between the eliminated block and the rest."""
        s = self.system
        found = [np.empty(len(i)) for _, i, _ in s.border]
        p = self.inverse.shape[1]
        units = max(1, _PIECE // max(s.rest * p, 1))
        for low in range(0, len(self.inverse), units):
            piece = self.scaled[low * p : (low + units) * p] @ N
            for values, (c, i, j) in zip(found, s.border, strict=True):
                first, last = (np.searchsorted(c.rows, [low, low + units]) * p * c.shape[2]).tolist()
                values[first:last] = -piece[i[first:last] - low * p, j[first:last]]
        return [v.reshape(c.shape) for v, (c, _, _) in zip(found, s.border, strict=True)]

    def _own(self, across: dict[int, Array]) -> Array:
        """Diagonal blocks of the inverse of the eliminated block."""
        found = self.inverse.copy()
        for c, i, j in self.system.border:
            part = _at(self.scaled, i, j).reshape(c.shape)
            own = across[c.second] @ part.transpose(0, 2, 1)
            for a in range(own.shape[1]):
                for b in range(own.shape[2]):
                    found[:, a, b] -= np.bincount(c.rows, own[:, a, b], len(found))
        return found


def _at(matrix: Any, i: Array, j: Array) -> Array:
    return np.asarray(matrix[i, j]).ravel()


def _bordered(s: System, factors: Factors, A: list[Array], M: list[Array]) -> Factored:
    C = np.zeros((s.rest, s.rest))
    C.flat[:: s.rest + 1] = 1.0
    own, border = None, []
    for c, (i, j), m in zip(s.crossings, s.places, M, strict=True):
        if s.eliminated and c.first == s.order[0]:
            if c.first == c.second:
                own = (c, m)
            else:
                border.append(m)
            continue
        C[j - s.size, i - s.size] += m.ravel()  # the lower triangle; blocks of one kind hold both
    if not s.eliminated:
        root = _cholesky(C)
        logs = 2 * float(np.log(np.diagonal(root)).sum())
        return Factored(s, factors, A, logs, np.zeros((0, 1, 1)), None, root)
    block = s.blocks[s.order[0]]
    D = np.zeros((block.units, block.width, block.width))
    D[:, range(block.width), range(block.width)] = 1.0
    if own is not None:
        D[own[0].rows] += own[1]
    inverse, logs = _inverted(D)
    values = [inverse[c.rows] @ m for (c, _, _), m in zip(s.border, border, strict=True)]
    B, scaled = _border(s, border), _border(s, values)
    product = B.T @ scaled
    C -= product if isinstance(product, np.ndarray) else product.toarray()
    root = _cholesky(C)
    logs += 2 * float(np.log(np.diagonal(root)).sum())
    return Factored(s, factors, A, logs, inverse, scaled, root)


def _border(s: System, values: Sequence[Array]) -> Any:
    """The border (size, rest) from its entries."""
    from scipy import sparse

    pattern = s.sparse_border
    if pattern is None:
        dense = np.zeros((s.size, s.rest))
        for (_, i, j), v in zip(s.border, values, strict=True):
            dense[i, j] = v.ravel()
        return dense
    data = np.concatenate([v.ravel() for v in values])[pattern.data]
    return sparse.csr_array((data, pattern.indices, pattern.indptr), shape=pattern.shape)


def _inverted(D: Array) -> tuple[Array, float]:
    """Inverses of (units, q, q) and the log of the product of their determinants."""
    if D.shape[1] == 1:
        if not (np.all(D > 0) and np.all(np.isfinite(D))):
            raise _not_factored()
        return 1 / D, float(np.log(D).sum())
    try:
        roots = np.linalg.cholesky(D)
    except np.linalg.LinAlgError:
        raise _not_factored() from None
    logs = 2 * float(np.log(np.diagonal(roots, axis1=1, axis2=2)).sum())
    return np.linalg.inv(D), logs


def _staged(s: System, factors: Factors, A: list[Array], M: list[Array]) -> Factored:
    from scipy import sparse

    assert s.staged is not None
    i = np.concatenate([s.positions[i] for i, _ in s.places])
    j = np.concatenate([s.positions[j] for _, j in s.places])
    values = np.concatenate([m.ravel() for m in M])
    both = np.concatenate([np.full(c.sums.shape[0], c.first != c.second) for c in s.crossings])
    K = len(s.positions)
    half = sparse.csr_array((values, (i, j)), shape=(K, K))
    mirror = sparse.csr_array((values[both], (j[both], i[both])), shape=(K, K))
    found = s.staged.factor((half + mirror + sparse.eye_array(K)).tocsr())
    return Factored(s, factors, A, found.log_determinant, np.zeros((0, 1, 1)), None, np.zeros((0, 0)), found)


def _cholesky(C: Array) -> Array:
    from scipy.linalg import lapack

    if not len(C):
        return C
    root, failed = lapack.dpotrf(C, lower=1, clean=1)
    if failed or not np.isfinite(root[-1, -1]):
        raise _not_factored()
    return np.asarray(root)


def _back(root: Array, right: Array) -> Array:
    from scipy.linalg import lapack

    if not len(root):
        return right
    found, _ = lapack.dpotrs(root, right, lower=1)
    return np.asarray(found).reshape(right.shape)


def _inverse(root: Array) -> Array:
    from scipy.linalg import lapack

    if not len(root):
        return root
    lower, _ = lapack.dpotri(root, lower=1)
    lower = np.tril(lower)
    return np.asarray(lower + np.tril(lower, -1).T)


def _not_factored() -> FitError:
    return FitError("the random effects cannot be told apart at these variances")
