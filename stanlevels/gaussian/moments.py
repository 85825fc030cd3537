"""Conditional moments of the random effects given the data: E[u | y] and Var[u | y].

`Moments` also answers for linear combinations of coefficients and effects, such as the mean of an
app (the overall mean plus its publisher's effect plus its own).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.blocked import times, units_of
from stanlevels.gaussian.covariances import covariance_on, covariances
from stanlevels.gaussian.design import Factors
from stanlevels.gaussian.marginal import relative
from stanlevels.gaussian.profile import Profiled, profile
from stanlevels.gaussian.rowwise import Rowwise
from stanlevels.gaussian.stages import Pair
from stanlevels.gaussian.statistics import Statistics

__all__ = ["Moments", "moments"]

_PIECE = 20_000_000  # numbers of right-hand sides at a time
_PAIRS = 5e7  # of effects in the same row, beyond which systems are solved instead


@dataclass(frozen=True, eq=False)
class Moments:
    """Moments of the effects of a linear Gaussian model at given parameters.

    Attributes
    ----------
    profiled : Profiled
    sigma : float
    fixed : bool
        Whether beta is known; else its uncertainty (a flat distribution) enters every variance.
    """

    profiled: Profiled
    sigma: float
    fixed: bool

    @property
    def mean(self) -> Array:
        """E[u | y], (K,)."""
        return self.profiled.u

    @cached_property
    def _effects(self) -> dict[Pair, Any]:
        """Covariances of the effects at known beta in units of sigma^2, by pairs of blocks."""
        return covariances(self.profiled.factor)

    @cached_property
    def covariance(self) -> tuple[Array, ...]:
        """Var[u_j | y] of every unit, by block: (units, width, width)."""
        s, found = self.profiled.statistics, []
        for b, block in enumerate(s.blocks):
            own = units_of(self._effects[b, b], block.width)
            if not self.fixed and s.p:
                own = own + self._of_beta(b)
            found.append(self.sigma**2 * own)
        return tuple(found)

    @property
    def covariance_sums(self) -> tuple[Array, ...]:
        """The sums of `covariance` over the units of each block, (width, width), where beta is known.

        From ``Var[u_j | y] = L (I - L'P_jj L) L'`` with P = Z'V^-1Z, whose sums the derivatives of the
        likelihood need as well.
        """
        found = []
        for b, block in enumerate(self.profiled.statistics.blocks):
            L = self.profiled.factors[b]
            inner = block.units * np.eye(block.width) - L.T @ self.profiled.determinant_slopes[b]
            found.append(self.sigma**2 * L @ inner @ L.T)
        return tuple(found)

    def _of_beta(self, b: int) -> Array:
        """What the uncertainty of beta adds to the variance of each unit."""
        p, L = self.profiled, self.profiled.factors[b]
        moved = p.statistics.by_unit(p.scores, b) @ p.inverse_root
        moved = (L @ L.T) @ moved
        return np.asarray(moved @ moved.transpose(0, 2, 1))

    def variance(self, X: Array, Z: Any) -> Array:
        """Var[X beta + Z u | y] for rows X (m, p) and sparse Z (m, K).

        Where every pair of effects in a row of Z also meets in a row of data, the entries of the
        covariance on the pattern of the data have what is needed; otherwise systems are solved, a piece at
        a time.
        """
        p, Z = self.profiled, Z.tocsr()
        own = self._quadratic(Z)
        if not self.fixed and p.statistics.p:
            inner = np.linalg.solve(p.statistics.R.T, np.asarray(X, dtype=float).T).T if X.size else X
            moved = np.empty_like(p.scores)
            for b, place in enumerate(p.factor.pieces.slices):
                moved[place] = times(p.factors[b] @ p.factors[b].T, p.scores[place])
            rest = inner - Z @ moved
            own = own + np.square(rest @ p.inverse_root).sum(axis=1)
        return np.asarray(self.sigma**2 * own)

    def _quadratic(self, Z: Any) -> Array:
        if not self.profiled.statistics.blocks or not Z.nnz:
            return np.zeros(Z.shape[0])
        if isinstance(self.profiled.factor, Rowwise):
            return np.asarray(np.square(Z @ self.profiled.factor.half).sum(axis=1))
        if self._covered(Z):
            return np.asarray((Z @ self._on_pattern).multiply(Z).sum(axis=1))
        total = np.empty(Z.shape[0])
        rows = max(1, _PIECE // Z.shape[1])
        for first in range(0, len(total), rows):
            piece = Z[first : first + rows].toarray().T
            total[first : first + rows] = (piece * self.profiled.factor.solve(piece)[1]).sum(axis=0)
        return total

    @cached_property
    def _on_pattern(self) -> Any:
        return covariance_on(self.profiled.factor, self._effects)

    def _covered(self, Z: Any) -> bool:
        """Whether all pairs of effects that share a row and are linked lie on the pattern of the data."""
        if np.square(np.diff(Z.indptr).astype(float)).sum() > _PAIRS:
            return False
        pairs, pattern = Z.copy(), self._on_pattern.copy()
        pairs.data[:] = 1
        wanted = (pairs.T @ pairs).tocsr()
        wanted.data[:] = 1
        pattern.data[:] = 1
        return bool(wanted.multiply(pattern).nnz == wanted.nnz)


def moments(statistics: Statistics, factors: Factors, sigma: float, beta: Array | None = None) -> Moments:
    """Conditional moments at given covariance factors L_b and residual sd.

    Parameters
    ----------
    statistics : Statistics
    factors : tuple of ndarray, (width, width)
        L_b; zeros are allowed.
    sigma : float
    beta : ndarray, (p,), optional
        Known coefficients. By default they are estimated, and their uncertainty enters.

    Returns
    -------
    Moments
    """
    return Moments(profile(statistics, relative(factors, sigma), beta), sigma, beta is not None)
