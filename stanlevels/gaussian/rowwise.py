"""I + T'AT factored from rows, where effects are much larger than the residual and their units overlap.

Units of crossed blocks add up to the same constants, so that ``T'AT`` is singular there: with effects a
million times the residual, rounding of its entries is as large as the 1 that is added. The QR
decomposition of the rows themselves, ``[Z T; I] = [Q; P] R`` with ``R'R = I + T'AT``, loses half as many
digits, and every number below comes from it without a difference of large ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.blocked import Blocked, Last, times
from stanlevels.gaussian.design import Factors
from stanlevels.gaussian.pieces import Pieces
from stanlevels.gaussian.stages import Pair

__all__ = ["Rowwise", "rowwise", "thinned"]

_LARGE = 1.0  # effects in units of what rows leave open, above which nothing is lost by dividing by L


@dataclass(frozen=True, eq=False)
class Rowwise(Blocked):
    """A factored I + T'AT.

    Attributes
    ----------
    Z : ndarray, (m, K)
        Rows with ``Z'Z = A``.
    root : ndarray, (K, K)
        R, upper triangular.
    basis : ndarray, (m, K)
        Q.
    """

    Z: Array
    root: Array
    basis: Array

    @property
    def log_determinant(self) -> float:
        """Log determinant of I + T'AT."""
        return 2 * float(np.log(np.abs(np.diagonal(self.root))).sum())

    @cached_property
    def inverse_root(self) -> Array:
        """R^-1, (K, K)."""
        from scipy import linalg

        return np.asarray(linalg.solve_triangular(self.root, np.eye(len(self.root)), check_finite=False))

    @cached_property
    def half(self) -> Array:
        """A root of the conditional covariance of the effects in units of sigma^2, T R^-1."""
        return self._by_block(lambda L, part: times(L, part), self.inverse_root)

    def solve(self, right: Array) -> tuple[Array, Array]:
        """As of `Blocked`."""
        v = self.inverse_root @ (self.half.T @ right)
        u = self.half @ (self.half.T @ right)
        return self._scores(v, right - self.Z.T @ (self.Z @ u)), u

    def rows(self, Y: Array) -> tuple[Array, Array, Array]:
        """For rows Y (m, r): Z'V^-1Y and the effects of each column, (K, r), and Y'V^-1Y, (r, r)."""
        v = self.inverse_root @ (self.basis.T @ Y)
        u = self._by_block(lambda L, part: times(L, part), v)
        left = Y - self.Z @ u
        return self._scores(v, self.Z.T @ left), u, left.T @ left + v.T @ v

    def _scores(self, v: Array, otherwise: Array) -> Array:
        """The s with T's = v in blocks whose effects are large; elsewhere what else is known of it."""
        found = np.array(otherwise)
        for place, L in zip(self.pieces.slices, self.factors, strict=True):
            if self._is_large(place, L):
                found[place] = times(np.linalg.inv(L).T, v[place])
        return found

    def _is_large(self, place: slice, L: Array) -> bool:
        size = (
            float(np.sqrt(np.square(self.Z[:, place]).sum(axis=0).mean())) if self.Z[:, place].size else 0.0
        )
        return bool(np.linalg.svd(L, compute_uv=False)[-1] * size > _LARGE)

    def _by_block(self, function: Any, values: Array) -> Array:
        parts = zip(self.pieces.slices, self.factors, strict=True)
        return np.concatenate([function(L, values[place]) for place, L in parts])

    def slopes(self) -> Factors:
        """Sums over units of the diagonal blocks of ``Z'V^-1Z T``: ``T'^-1 (I - (R'R)^-1)``, or by rows."""
        found = []
        for place, L in zip(self.pieces.slices, self.factors, strict=True):
            q, own = len(L), self.inverse_root[place]
            if self._is_large(place, L):
                inner = sum(np.eye(q) - part @ part.T for part in own.reshape(-1, q, len(self.root)))
                found.append(np.linalg.inv(L).T @ inner)
                continue
            one, other = self.Z[:, place].T @ self.basis, own
            found.append(np.array([[np.vdot(one[a::q], other[c::q]) for c in range(q)] for a in range(q)]))
        return tuple(found)

    def covariances(self) -> dict[Pair, Any]:
        """The conditional covariance of the effects in units of sigma^2, by pairs of blocks."""
        whole, places = self.half @ self.half.T, list(enumerate(self.pieces.slices))
        return {(b, c): whole[one, other] for b, one in places for c, other in places}


def rowwise(pieces: Pieces, factors: Factors, Z: Array) -> Rowwise:
    """Factor I + T'AT for A = Z'Z and the relative covariance factors L of every block."""
    scaled = np.column_stack(
        [times(L.T, Z[:, place].T).T for place, L in zip(pieces.slices, factors, strict=True)]
    )
    whole, R = np.linalg.qr(np.concatenate([scaled, np.eye(Z.shape[1])]))
    none = np.zeros((0, 0))
    return Rowwise(pieces, factors, (), Last((), (), none, none), Z, R, whole[: len(Z)])


def thinned(Z: Any, Y: Array) -> Array:
    """As few rows (m, K + r) as columns, with the same cross-products as [Z, Y]; piece by piece."""
    columns = Z.shape[1] + Y.shape[1]
    R = np.zeros((0, columns))
    for first in range(0, len(Y), 4 * columns):
        some = slice(first, first + 4 * columns)
        piece = np.column_stack([Z[some].toarray(), Y[some]])
        R = np.asarray(np.linalg.qr(np.concatenate([R, piece]), mode="r"))
    return R
