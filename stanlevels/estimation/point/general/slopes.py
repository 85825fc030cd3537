"""The gradient of the Laplace approximation by coefficients and by the factors of the covariances."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.general.mode import Mode, spread_weights
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.gaussian.design import Block, Factors

__all__ = ["Slopes", "laplace_slopes", "through_factors"]

_FEW = 40  # products of entries of a row that are summed one after another
_SMALL = 2_000  # columns of a matrix that is looked up as a dense one


@dataclass(frozen=True, eq=False)
class Slopes:
    """Derivatives of minus twice a log likelihood.

    Attributes
    ----------
    by_beta : ndarray, (r,)
    by_factors : tuple of ndarray, (width, width)
        By the entries of the factor of every block, lower triangular.
    """

    by_beta: Array
    by_factors: Factors


def laplace_slopes(mode: Mode, model: GeneralModel, T: Any) -> Slopes:
    """Of the Laplace approximation.

    With G = H^-1, ``C_ab`` the diagonal of ``B_a G B_b'`` and subscripts of f derivatives by predictors:
    ``s_c = -sum C_ab f_abc`` is what ``log|H|`` has by predictor c, ``r = G sum B_c' s_c`` how the mode's
    move adds to it, and ``-2 f_c + s_c + sum f_ac (B_a r)`` the whole. Where a factor changes, so do B
    (``2 tr(G B' W dB)`` in the determinant, ``f_a dB_a r`` in the mode).
    """
    from scipy import sparse

    inner, G = mode.inner, mode.factor.inverse()
    thirds, totals = [], []
    q = np.zeros(len(mode.v))
    for line, eta, B in zip(inner.lines, mode.eta, inner.B, strict=True):
        third = line.third(eta, _spread(B, G, eta.shape[1]))
        thirds.append(third)
        for c, part in zip(line.random, B, strict=True):
            q -= part.T @ third.curved[c]
    r = mode.factor.solve(q[:, None])[:, 0] if len(q) else q
    by_beta = np.zeros(len(model.kept))
    for data, third, B in zip(model.lines, thirds, inner.B, strict=True):
        total = -2 * third.first - third.curved
        if B:
            total = total + np.einsum("kcn,kn->cn", third.second, np.stack([part @ r for part in B]))
        totals.append(total)
        for c, X in enumerate(data.X):
            by_beta += X.T @ total[c]
    left, moved = np.zeros(len(mode.v)), np.zeros(len(mode.v))
    M: Any = None
    for data, third, total, W, (B, _) in zip(
        model.lines, thirds, totals, mode.weights, inner.stacked, strict=True
    ):
        scaled = [k for k, a in enumerate(data.random) if not data.spherical[a]]
        if not scaled:
            continue
        Z = sparse.vstack([data.Z[data.random[k]] for k in scaled], format="csr").T
        left += Z @ total[[data.random[k] for k in scaled]].ravel()
        moved += Z @ third.first[[data.random[k] for k in scaled]].ravel()
        n = W.shape[2]
        kept = np.concatenate([np.arange(k * n, (k + 1) * n) for k in scaled])
        part = Z @ (spread_weights(W) @ B)[kept]
        M = part if M is None else M + part
    crossed = None if M is None else (M, G)
    return Slopes(by_beta, through_factors(model.blocks, mode.v, left, r, moved, crossed))


def _spread(B: tuple[Any, ...], G: Any, n: int) -> Array:
    """The conditional covariances of the random atoms of every row, (n, r, r)."""
    found = np.zeros((n, len(B), len(B)))
    sides = [_side(part) for part in B]
    look = _lookup(G)
    for i, left in enumerate(sides):
        for j, right in enumerate(sides[: i + 1]):
            if len(left[0]) * len(right[0]) <= _FEW:
                found[:, i, j] = found[:, j, i] = _gathered(left, right, look, i == j)
            else:
                across = (B[i] @ G).tocsr()
                found[:, i, j] = found[:, j, i] = np.asarray(across.multiply(B[j]).sum(axis=1)).ravel()
    return found


def _side(B: Any) -> tuple[Array, Array]:
    """Columns and values of the entries of every row (most entries, n); of shorter rows the rest is 0."""
    B = B.tocsr()
    counts = np.diff(B.indptr)
    width = int(counts.max(initial=0))
    columns, values = np.zeros((len(counts), width), dtype=np.int64), np.zeros((len(counts), width))
    there = np.arange(width) < counts[:, None]
    columns[there], values[there] = B.indices, B.data
    return np.ascontiguousarray(columns.T), np.ascontiguousarray(values.T)


def _lookup(G: Any) -> Callable[[Array, Array], Array]:
    """Entries of a sparse matrix by row and column."""
    dense = G.toarray() if G.shape[0] <= _SMALL else None
    return lambda i, j: np.asarray(G[i, j] if dense is None else dense[i, j]).ravel()


def _gathered(
    left: tuple[Array, Array], right: tuple[Array, Array], look: Callable[[Array, Array], Array], same: bool
) -> Array:
    """``sum over the entries of a row of b_j G_jk c_k``."""
    total = np.zeros(left[0].shape[1])
    for j, (row, b) in enumerate(zip(*left, strict=True)):
        for k, (column, c) in enumerate(zip(*right, strict=True)):
            if not same or k <= j:
                total += (2.0 if same and k < j else 1.0) * b * c * look(row, column)
    return total


def through_factors(
    blocks: tuple[Block, ...], v: Array, left: Array, r: Array, moved: Array, crossed: tuple[Any, Any] | None
) -> Factors:
    """Sums over the units of every block: ``left v' + moved r' + 2 diag(M G)``; `crossed` are M and G."""
    found, first = [], 0
    for block in blocks:
        last, q = first + block.size, block.width
        shape = (block.units, q)
        slope = left[first:last].reshape(shape).T @ v[first:last].reshape(shape)
        slope = slope + moved[first:last].reshape(shape).T @ r[first:last].reshape(shape)
        if crossed is not None:
            M, G = (matrix[first:last].tocsr() for matrix in crossed)
            slope = slope + 2 * np.array(
                [[float(M[a::q].multiply(G[c::q]).sum()) for c in range(q)] for a in range(q)]
            )
        found.append(np.tril(slope))
        first = last
    return tuple(found)
