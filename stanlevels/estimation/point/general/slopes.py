"""The gradient of the Laplace approximation by coefficients and by the factors of the covariances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.general.mode import Mode, spread_weights
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.gaussian.design import Block, Factors

__all__ = ["Slopes", "laplace_slopes", "through_factors"]


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
    determinant = None if M is None else (M @ G)
    return Slopes(by_beta, through_factors(model.blocks, mode.v, left, r, moved, determinant))


def _spread(B: tuple[Any, ...], G: Any, n: int) -> Array:
    """The conditional covariances of the random atoms of every row, (n, r, r)."""
    found = np.zeros((n, len(B), len(B)))
    for i, left in enumerate(B):
        across = (left @ G).tocsr()
        for j in range(i + 1):
            found[:, i, j] = found[:, j, i] = np.asarray(across.multiply(B[j]).sum(axis=1)).ravel()
    return found


def through_factors(
    blocks: tuple[Block, ...], v: Array, left: Array, r: Array, moved: Array, determinant: Any
) -> Factors:
    """Sums over the units of every block: ``left v' + moved r' + 2 diag(M G)``."""
    found, first = [], 0
    for block in blocks:
        last, q = first + block.size, block.width
        shape = (block.units, q)
        slope = left[first:last].reshape(shape).T @ v[first:last].reshape(shape)
        slope = slope + moved[first:last].reshape(shape).T @ r[first:last].reshape(shape)
        if determinant is not None:
            own = determinant[first:last, first:last]
            slope = slope + 2 * np.array(
                [[own[a::q, c::q].diagonal().sum() for c in range(q)] for a in range(q)]
            )
        found.append(np.tril(slope))
        first = last
    return tuple(found)
