"""Backwards through an elimination: derivatives of the log determinant, and conditional covariances.

Let Q be the conditional covariance of all effects in units of sigma^2, ``T (I + T'AT)^-1 T'``. It is the
derivative of the log determinant by A, and follows block by block from what is left after it
(Takahashi, Fagan and Chin 1973): with the H = A_er Q_rr of a step, ``Q_er = -C H`` and
``Q_ee = C + C (H A_re) C``. Derivatives by L need sums over units alone, which for blocks that no earlier
one meets come from one symmetric product.
"""

from __future__ import annotations

from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.blocked import Blocked, Step, scaled
from stanlevels.gaussian.design import Factors
from stanlevels.gaussian.products import (
    block_diagonal,
    dense,
    gram,
    is_sparse,
    product_on,
    rows_times,
    symmetric,
    values_at,
)
from stanlevels.gaussian.rowwise import Rowwise
from stanlevels.gaussian.stages import Pair

__all__ = ["covariance_on", "covariances", "determinant_slopes"]


def determinant_slopes(found: Blocked) -> Factors:
    """Half the derivatives of ``log |I + T'AT|`` by the entries of every L_b, (q, q).

    They are the sums over units of the diagonal blocks of ``Z'V^-1Z T``.
    """
    if isinstance(found, Rowwise):
        return found.slopes()
    blocks = found.pieces.scheme.blocks
    slopes = [np.zeros((block.width, block.width)) for block in blocks]
    inverse = _inverse(found)
    for b, slope in _last_slopes(found, inverse).items():
        slopes[b] = slope
    Q = _last_covariances(found, inverse)
    for step in reversed(found.steps):
        if not step.L.any():
            _empty(step, Q)
            continue
        e = step.stage.block
        if step.stage.inner:
            unit = _step_back(step, Q)
            passed = (step.shrink @ unit @ step.shrink.transpose(0, 2, 1)).sum(axis=0)
        else:
            passed = _summed(step, Q)
        slopes[e] = ((step.shrink @ step.own).sum(axis=0) - passed) @ step.L
    return tuple(slopes)


def covariances(found: Blocked) -> dict[Pair, Any]:
    """Q where blocks meet in A or by elimination: of (i, i) the blocks (units, q, q), as far as kept so."""
    if isinstance(found, Rowwise):
        return found.covariances()
    Q = _last_covariances(found, _inverse(found))
    for step in reversed(found.steps):
        _step_back(step, Q)
    return Q


def covariance_on(found: Blocked, Q: dict[Pair, Any]) -> Any:
    """Q at the places of Z'WZ, a sparse (K, K) array."""
    from scipy import sparse

    pieces = found.pieces
    rows, columns, values = [], [], []
    for (i, j), part in pieces.parts.items():
        pattern = part if is_sparse(part) else block_diagonal(np.ones(part.shape)).tocsr()
        at = pattern.tocoo()
        data = values_at(Q[i, j], pattern)
        row, column = at.row + pieces.slices[i].start, at.col + pieces.slices[j].start
        rows += [row] if i == j else [row, column]
        columns += [column] if i == j else [column, row]
        values += [data] if i == j else [data, data]
    K = pieces.slices[-1].stop if pieces.slices else 0
    if not rows:
        return sparse.csr_array((K, K))
    places = np.concatenate(rows), np.concatenate(columns)
    return sparse.csr_array((np.concatenate(values), places), shape=(K, K))


# --- what is factored densely ------------------------------------------------------------------------


def _inverse(found: Blocked) -> Array:
    """The inverse of I + T'AT of what is factored densely."""
    from scipy.linalg import lapack

    if not found.last.blocks:
        return np.zeros((0, 0))
    lower, _ = lapack.dpotri(found.last.root, lower=1)
    return symmetric(lower)


def _parts(found: Blocked) -> list[tuple[slice, Array]]:
    last = found.last
    return [(place, found.factors[b]) for place, b in zip(last.places, last.blocks, strict=True)]


def _last_slopes(found: Blocked, inverse: Array) -> dict[int, Array]:
    """Sums over units of the diagonal blocks of A T (I + T'AT)^-1."""
    turned = scaled(found.last.A, _parts(found), left=False)
    slopes = {}
    for b, (place, L) in zip(found.last.blocks, _parts(found), strict=True):
        q = len(L)
        one, other = turned[place], inverse[place]
        slopes[b] = np.array([[np.vdot(one[a::q], other[c::q]) for c in range(q)] for a in range(q)])
    return slopes


def _last_covariances(found: Blocked, inverse: Array) -> dict[Pair, Any]:
    """T (I + T'AT)^-1 T' by pairs of blocks, both ways round."""
    parts = [(place, L.T) for place, L in _parts(found)]
    whole = scaled(inverse, parts, left=True) if parts else inverse
    each = list(zip(found.last.places, found.last.blocks, strict=True))
    return {(b, c): whole[one, other] for one, b in each for other, c in each}


# --- steps backwards ---------------------------------------------------------------------------------


def _empty(step: Step, Q: dict[Pair, Any]) -> None:
    """A block without variance has no covariance with anything."""
    e = step.stage.block
    Q[e, e] = np.zeros_like(step.own)
    for r, border in step.borders.items():
        Q[e, r] = 0 * border
        Q[r, e] = Q[e, r].T.tocsr() if is_sparse(border) else Q[e, r].T


def _summed(step: Step, Q: dict[Pair, Any]) -> Array:
    """The sum over units of ``P H A_re P'`` with P = `step.shrink`, (q, q)."""
    q = len(step.L)
    rho = {r: rows_times(step.shrink, border) for r, border in step.borders.items()}
    total = np.zeros((q, q))
    for r, s in combinations_with_replacement(step.borders, 2):
        part = Q[r, s]
        found = np.empty((q, q))
        for a in range(q):
            for b in range(q):
                if r == s and b < a:
                    found[a, b] = found[b, a]
                else:
                    one, other = _component(rho[r], a, q), _component(rho[s], b, q)
                    found[a, b] = _contracted(part, one, one if r == s and a == b else other)
        total += found if r == s else found + found.T
    return total


def _component(rho: Any, a: int, q: int) -> Any:
    return rho if q == 1 else rho[a::q]


def _contracted(Q: Any, one: Any, other: Any) -> float:
    """The sum of ``one Q other'`` over its diagonal."""
    if not is_sparse(Q) and Q.ndim == 3:
        Q = block_diagonal(Q)
    if is_sparse(Q):
        product = one @ Q
        if is_sparse(product) and is_sparse(other):
            return float(product.multiply(other).sum())
        return float(np.vdot(dense(product), dense(other)))
    F = gram(one, other)
    return float(F.data @ values_at(Q, F)) if is_sparse(F) else float(np.vdot(F, Q))


def _step_back(step: Step, Q: dict[Pair, Any]) -> Array:
    """Put a block's Q into place, and give ``H A_re`` of every unit, (units, q, q)."""
    e, q = step.stage.block, len(step.L)
    unit = np.zeros_like(step.own)
    for r, border in step.borders.items():
        H = _bordered(step, Q, r)
        for a in range(q):
            for b in range(q):
                unit[:, a, b] += _row_sums(H, border, a, b, q)
        Q[e, r] = rows_times(-step.conditional, H)
        Q[r, e] = Q[e, r].T.tocsr() if is_sparse(H) else Q[e, r].T
    unit = (unit + unit.transpose(0, 2, 1)) / 2
    Q[e, e] = step.conditional + step.conditional @ unit @ step.conditional
    return unit


def _row_sums(H: Any, border: Any, a: int, b: int, q: int) -> Array:
    if is_sparse(H):
        return np.asarray(H[a::q].multiply(border[b::q]).sum(axis=1)).ravel()
    return np.asarray(np.einsum("jm,jm->j", H[a::q], border[b::q]))


def _bordered(step: Step, Q: dict[Pair, Any], r: int) -> Any:
    """A_er Q_rr for one border, on its pattern."""
    from scipy import sparse

    target = step.borders[r]
    total: Any = 0.0
    for s, border in step.borders.items():
        part = Q[s, r]
        if not is_sparse(part) and part.ndim == 3:
            part = block_diagonal(part)
        if is_sparse(target):
            total = total + product_on(border, part, target)
        else:
            total = total + dense(border @ part)
    if not is_sparse(target):
        return total
    return sparse.csr_array((total, target.indices, target.indptr), shape=target.shape)
