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
from stanlevels.gaussian.design import Factors
from stanlevels.gaussian.marginal import relative
from stanlevels.gaussian.profile import Profiled, profile
from stanlevels.gaussian.statistics import Statistics

__all__ = ["Moments", "moments"]

_PIECE = 20_000_000  # numbers of right-hand sides at a time


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
    def covariance(self) -> tuple[Array, ...]:
        """Var[u_j | y] of every unit, by block: (units, width, width)."""
        s, T = self.profiled.statistics, self.profiled.factors
        inverse = self.profiled.inverse
        found = []
        for b, block in enumerate(s.blocks):
            first, last = s.offsets[b : b + 2]
            q = block.width
            part = inverse[first:last, first:last]
            own = np.empty((block.units, q, q))
            for a in range(q):
                for c in range(q):
                    own[:, a, c] = part[a::q, c::q].diagonal()
            if not self.fixed and s.p:
                own += self._of_beta(s.by_unit(self.profiled.solved, b))
            found.append(self.sigma**2 * np.einsum("ab,jbc,dc->jad", T[b], own, T[b]))
        return tuple(found)

    def _of_beta(self, solved: Array) -> Array:
        inverse = np.linalg.inv(self.profiled.information)
        return np.asarray(np.einsum("jap,pr,jcr->jac", solved, inverse, solved))

    def variance(self, X: Array, Z: Any) -> Array:
        """Var[X beta + Z u | y] for rows X (m, p) and sparse Z (m, K).

        Where every pair of effects in a row of Z also meets in a row of data, the sparse inverse
        has what is needed; otherwise systems are solved, a piece at a time.
        """
        p = self.profiled
        weights = (Z @ p.T).tocsr()
        own = self._quadratic(weights)
        if not self.fixed and p.statistics.p:
            inner = np.linalg.solve(p.statistics.R.T, np.asarray(X, dtype=float).T).T if X.size else X
            rest = inner - weights @ p.solved
            own = own + np.einsum("mp,pr,mr->m", rest, np.linalg.inv(p.information), rest)
        return np.asarray(self.sigma**2 * own)

    def _quadratic(self, weights: Any) -> Array:
        s = self.profiled.statistics
        if not s.blocks or not weights.nnz:
            return np.zeros(weights.shape[0])
        if self._covered(weights):
            return np.asarray((weights @ self.profiled.inverse).multiply(weights).sum(axis=1))
        total = np.empty(weights.shape[0])
        rows = max(1, _PIECE // weights.shape[1])
        for first in range(0, len(total), rows):
            piece = weights[first : first + rows].toarray().T
            total[first : first + rows] = (piece * self.profiled.factor.solve(piece)).sum(axis=0)
        return total

    def _covered(self, weights: Any) -> bool:
        """Whether all pairs of effects that share a row and are linked lie on the inverse's pattern."""
        pairs = weights.copy()
        pairs.data[:] = 1
        wanted = (pairs.T @ pairs).tocsr()
        wanted.data[:] = 1
        place = np.argsort(self.profiled.statistics.elimination.order)
        pattern = self.profiled.statistics.elimination.pattern[place][:, place]
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
