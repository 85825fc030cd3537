"""Elimination of random effects block by block: log determinant and solutions.

With ``G_b = L_b L_b'`` the covariance of a unit's effects in units of sigma^2, and A = Z'WZ, a unit of
the first block with own part a contributes ``|I + L'aL|``, and leaves to all that it meets
``A - A_re C A_er`` with ``C = L (I + L'aL)^-1 L'``, its conditional covariance given everything else:
again a matrix of the form Z'V^-1Z, for the remaining blocks. Nothing is divided by L, so that variances
of 0 and singular covariances are ordinary points. (`math.md`, section 3; Bates et al. 2015, section 3.)
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.gaussian.design import Block, Factors
from stanlevels.gaussian.pieces import Pieces, unit_blocks
from stanlevels.gaussian.products import dense, gram, is_sparse, rows_times, values_at
from stanlevels.gaussian.stages import Pair, Stage

__all__ = ["Blocked", "Last", "Step", "factor", "scaled", "times", "units_of"]


@dataclass(frozen=True, eq=False)
class Step:
    """A block that was eliminated.

    Attributes
    ----------
    stage : Stage
    L : ndarray, (q, q)
    own : ndarray, (units, q, q)
        Its part a of A, less what blocks before it left.
    conditional : ndarray, (units, q, q)
        C, the conditional covariance of each unit given all that is left.
    borders : dict of int to matrix
        Its parts of A against later blocks.
    log_determinant : float
    """

    stage: Stage
    L: Array
    own: Array
    conditional: Array
    borders: dict[int, Any]
    log_determinant: float

    @cached_property
    def shrink(self) -> Array:
        """``(I + a L L')^-1`` of every unit."""
        q = len(self.L)
        whole = np.eye(q) + self.own @ (self.L @ self.L.T)
        try:
            return np.asarray(1 / whole if q == 1 else np.linalg.inv(whole))
        except np.linalg.LinAlgError:
            raise _not_told_apart() from None


@dataclass(frozen=True, eq=False)
class Last:
    """What is factored densely.

    Attributes
    ----------
    blocks : tuple of int
    places : tuple of slice
        Of every block in A.
    A : ndarray, (n, n)
        What all others leave of Z'WZ.
    root : ndarray, (n, n)
        Lower Cholesky factor of I + T'AT.
    """

    blocks: tuple[int, ...]
    places: tuple[slice, ...]
    A: Array
    root: Array


@dataclass(frozen=True, eq=False)
class Blocked:
    """A factored I + T'AT."""

    pieces: Pieces
    factors: Factors
    steps: tuple[Step, ...]
    last: Last

    @property
    def log_determinant(self) -> float:
        """Log determinant of I + T'AT."""
        end = 2 * float(np.log(np.diagonal(self.last.root)).sum())
        return sum(step.log_determinant for step in self.steps) + end

    def solve(self, right: Array) -> tuple[Array, Array]:
        """The solutions s and u = G s of ``(I + A G) s = right``, with G = T T'.

        u is the conditional mean of the effects where `right` is Z'W(y - X beta), and s is
        then ``Z'W(y - X beta - Z u)``, the derivative of the log density by them.

        Parameters
        ----------
        right : ndarray, (K, m)

        Returns
        -------
        s, u : ndarray, (K, m)
        """
        rights = [np.array(right[place], dtype=float) for place in self.pieces.slices]
        u, s = [np.empty(0)] * len(rights), [np.empty(0)] * len(rights)
        for step in self.steps:
            passed = rows_times(step.conditional, rights[step.stage.block])
            for r, border in step.borders.items():
                rights[r] = rights[r] - border.T @ passed
        self._solve_last(rights, s, u)
        for step in reversed(self.steps):
            e = step.stage.block
            known = rights[e].copy()
            for r, border in step.borders.items():
                known -= border @ u[r]
            s[e] = rows_times(step.shrink, known)
            u[e] = times(step.L @ step.L.T, s[e])
        if not rights:
            return right, right
        return np.concatenate(s), np.concatenate(u)

    def _solve_last(self, rights: list[Array], s: list[Array], u: list[Array]) -> None:
        from scipy import linalg

        if not self.last.blocks:
            return
        c = np.concatenate([rights[b] for b in self.last.blocks])
        cuts = np.cumsum([len(rights[b]) for b in self.last.blocks])[:-1]
        turned = [times(self.factors[b].T, rights[b]) for b in self.last.blocks]
        v = linalg.cho_solve((self.last.root, True), np.concatenate(turned), check_finite=False)
        parts = dict(zip(self.last.blocks, np.split(v, cuts), strict=True))
        for b in self.last.blocks:
            u[b] = times(self.factors[b], parts[b])
        left = c - self.last.A @ np.concatenate([u[b] for b in self.last.blocks])
        for b, rest in zip(self.last.blocks, np.split(left, cuts), strict=True):
            s[b] = _unturned(self.factors[b], parts[b], rest)


def _unturned(L: Array, v: Array, otherwise: Array) -> Array:
    """The s with L's = v where L is regular, which loses no digits; else what else is known of it."""
    sizes = np.linalg.svd(L, compute_uv=False)
    if sizes[-1] <= 1e-8 * sizes[0]:
        return otherwise
    return times(np.linalg.inv(L).T, v)


def times(L: Array, values: Array) -> Array:
    """L times the components of every unit: of rows (units * q, m)."""
    q = len(L)
    if q == 1:
        return np.asarray(L[0, 0] * values)
    wide = values.reshape(-1, q, *values.shape[1:])
    return np.asarray(np.einsum("ab,jb...->ja...", L, wide)).reshape(values.shape)


def factor(pieces: Pieces, factors: Factors) -> Blocked:
    """Factor I + T'AT for the relative covariance factors L of every block, zeros allowed.

    Raises
    ------
    FitError
        If the matrix is not positive definite to rounding.
    """
    state = dict(pieces.parts)
    steps = [_eliminate(state, stage, factors[stage.block]) for stage in pieces.scheme.stages]
    return Blocked(pieces, factors, tuple(steps), _last(state, pieces, factors))


def _eliminate(state: dict[Pair, Any], stage: Stage, L: Array) -> Step:
    e = stage.block
    own = state.pop((e, e))
    borders = {r: state.pop((e, r)) for r in stage.borders}
    inner = np.eye(len(L)) + L.T @ own @ L
    root = np.sqrt(inner) if len(L) == 1 else _cholesky(inner)
    half = L.T / root if len(L) == 1 else np.linalg.solve(root, np.broadcast_to(L.T, root.shape))
    halves = {r: rows_times(half, border) for r, border in borders.items()} if L.any() else {}
    for (r, s), kind in stage.fills.items():
        product = gram(halves[r], halves[s]) if halves else None
        shape = borders[r].shape[1], borders[s].shape[1]
        state[r, s] = _less(state.get((r, s)), product, kind, shape)
    logs = 2 * float(np.log(np.diagonal(root, axis1=1, axis2=2)).sum())
    return Step(stage, L, own, half.transpose(0, 2, 1) @ half, borders, logs)


def _cholesky(matrices: Array) -> Array:
    try:
        return np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        raise _not_told_apart() from None


def _not_told_apart() -> FitError:
    return FitError(
        "rounding leaves nothing that tells the random effects apart at these variances",
        expected="standard deviations of the same order as the residual's, or units that overlap",
        way_out="leave out an effect whose units are those of another, or give its standard deviation",
    )


def _less(part: Any, product: Any, kind: Any, shape: tuple[int, int]) -> Any:
    """A part of A less a product, kept as its kind says."""
    from scipy import sparse

    if isinstance(kind, str) and kind == "units":
        width = part.shape[1]
        return part if product is None else part - units_of(product, width)
    if isinstance(kind, str):
        whole = _whole(part, shape)
        return whole if product is None else whole - dense(product)
    before = 0.0 if part is None else values_at(part, kind)
    data = before - (0.0 if product is None else values_at(product, kind))
    return sparse.csr_array((np.broadcast_to(data, kind.nnz), kind.indices, kind.indptr), shape=kind.shape)


def _whole(part: Any, shape: tuple[int, int]) -> Array:
    """A part as a dense matrix, zeros where there is none."""
    if part is None:
        return np.zeros(shape)
    return _from_units(part) if not is_sparse(part) and part.ndim == 3 else dense(part)


def _from_units(blocks: Array) -> Array:
    units, q, _ = blocks.shape
    found = np.zeros((units, q, units, q))
    found[np.arange(units), :, np.arange(units)] = blocks
    return found.reshape(units * q, units * q)


def units_of(matrix: Any, q: int) -> Array:
    """The blocks (units, q, q) on the diagonal of a matrix."""
    if not is_sparse(matrix) and matrix.ndim == 3:
        return np.asarray(matrix)
    if is_sparse(matrix):
        return unit_blocks(matrix, Block("", matrix.shape[0] // q, q))
    units = len(matrix) // q
    at = np.arange(units)
    return np.asarray(matrix.reshape(units, q, units, q)[at, :, at])


def _last(state: dict[Pair, Any], pieces: Pieces, factors: Factors) -> Last:
    from scipy.linalg import lapack

    largest = {b: float(np.square(factors[b]).max(initial=0.0)) for b in pieces.scheme.last}
    blocks = tuple(sorted(pieces.scheme.last, key=lambda b: -largest[b]))  # keeps the digits of the small
    sizes = [pieces.scheme.blocks[b].size for b in blocks]
    ends = np.cumsum([0, *sizes]).tolist()
    A = np.zeros((ends[-1], ends[-1]))
    for i, r in enumerate(blocks):
        for j, s in list(enumerate(blocks))[i:]:
            if (r, s) in state:
                part = _whole(state.pop((r, s)), (sizes[i], sizes[j]))
            elif (s, r) in state:
                part = _whole(state.pop((s, r)), (sizes[j], sizes[i])).T
            else:
                continue
            A[ends[i] : ends[i + 1], ends[j] : ends[j + 1]] = part
            A[ends[j] : ends[j + 1], ends[i] : ends[i + 1]] = part.T
    if not len(A):
        return Last(blocks, (), A, A)
    places = tuple(slice(a, b) for a, b in pairwise(ends))
    M = scaled(A, [(place, factors[b]) for place, b in zip(places, blocks, strict=True)], left=True)
    M[np.diag_indices(len(M))] += 1
    root, failed = lapack.dpotrf(M.T, lower=1, clean=1, overwrite_a=1)
    if failed:
        raise _not_told_apart()
    return Last(blocks, places, A, root)


def scaled(A: Array, parts: list[tuple[slice, Array]], left: bool) -> Array:
    """``A T`` of a dense A, or ``T'A T``, for the factors of the blocks in these places."""
    found = np.array(A)
    for place, L in parts:
        found[:, place] = times(L.T, found[:, place].T).T
    if left:
        for place, L in parts:
            found[place] = times(L.T, found[place])
    return found
