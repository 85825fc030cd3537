"""The profiled likelihood: beta and sigma at their best for given relative covariance factors.

With ``T_b = L_b / sigma``, ``M = T'Z'WZT + I`` and r2 the smallest value of
``|y - X beta - Z T v|_W^2 + |v|^2`` over beta and v, minus twice the log likelihood is
``n log(2 pi sigma^2) + 2 sum log k + log|M| + r2 / sigma^2`` (Bates, Mächler, Bolker and Walker 2015,
section 3.4); REML adds ``log|X'V^-1 X|`` in units of sigma^2, and n becomes n - p.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.gaussian.design import Factors
from stanlevels.gaussian.elimination import Factor
from stanlevels.gaussian.statistics import Statistics

__all__ = ["Profiled", "profile"]


@dataclass(frozen=True, eq=False)
class Profiled:
    """A linear Gaussian model at given relative factors T, with beta at its best.

    Attributes
    ----------
    statistics : Statistics
    factors : tuple of ndarray
        T_b, one per block.
    T : sparse array, (K, K)
    factor : Factor
        Of M.
    solved : ndarray, (K, p)
        M^-1 T'Z'WQ.
    information : ndarray, (p, p)
        Q'V^-1 Q in units of sigma^2.
    gamma : ndarray, (p,)
        The best coefficients of Q.
    v : ndarray, (K,)
        The best spherical effects; u = T v.
    r2 : float
        The penalised residual sum of squares.
    """

    statistics: Statistics
    factors: Factors
    T: Any
    factor: Factor
    solved: Array
    information: Array
    gamma: Array
    v: Array
    r2: float

    @property
    def beta(self) -> Array:
        """The best coefficients of X, (p,)."""
        return self.statistics.coefficients(self.gamma)

    @property
    def u(self) -> Array:
        """The best effects, (K,): their conditional mean where sigma T is their covariance factor."""
        return np.asarray(self.T @ self.v)

    @property
    def beta_covariance(self) -> Array:
        """Covariance of beta in units of sigma^2, (p, p)."""
        if not self.statistics.p:
            return np.zeros((0, 0))
        half = np.linalg.solve(self.statistics.R, np.linalg.inv(np.linalg.cholesky(self.information)).T)
        return np.asarray(half @ half.T)

    def log_information(self) -> float:
        """``log|X'V^-1 X|`` in units of sigma^2, for X as it was given."""
        if not self.statistics.p:
            return 0.0
        scale = 2 * float(np.log(np.abs(np.diagonal(self.statistics.R))).sum())
        return float(np.linalg.slogdet(self.information)[1]) + scale

    def best_sigma(self, *, reml: bool = False) -> float:
        """The sigma that maximises the (restricted) likelihood at these T."""
        return float(np.sqrt(max(self.r2, 0.0) / self._freedom(reml)))

    def _freedom(self, reml: bool) -> float:
        return self.statistics.n - (self.statistics.p if reml else 0)

    def deviance(self, sigma: float | None = None, *, reml: bool = False) -> float:
        """Minus twice the log likelihood, or the REML criterion.

        Parameters
        ----------
        sigma : float, optional
            By default the best one.
        reml : bool
            The REML criterion, with lme4's constants: it has no ``log|X'X|`` term.
        """
        sigma = self.best_sigma(reml=reml) if sigma is None else sigma
        if sigma <= 0:
            return -np.inf
        m = self._freedom(reml)
        value = m * np.log(2 * np.pi * sigma**2) + self.r2 / sigma**2 + self.factor.log_determinant
        value += 2 * self.statistics.log_scale
        return float(value + (self.log_information() if reml else 0.0))

    # --- gradients -----------------------------------------------------------------------------

    @cached_property
    def inverse(self) -> Any:
        """M^-1 on the pattern of Z'WZ, sparse (K, K)."""
        return self.factor.inverse()

    @cached_property
    def score(self) -> Array:
        """Z'W(y - X beta - Z u), (K,)."""
        s = self.statistics
        return np.asarray(s.Zy - s.ZX @ self.gamma - s.A @ self.u)

    def slopes(self, sigma: float | None = None, *, reml: bool = False) -> tuple[Factors, float]:
        """Derivatives of `deviance` by the entries of every T_b, and by log sigma.

        The envelope theorem gives the part of r2, ``d log|M| = 2 tr(M^-1 T'A dT)`` that of the
        determinant. Nothing is divided by T, so they hold where a variance is 0.
        """
        given = self.best_sigma(reml=reml) if sigma is None else sigma
        s = self.statistics
        spread = (self.T @ self.inverse).T.tocsr()
        found = []
        for b, block in enumerate(s.blocks):
            v, score = s.by_unit(self.v, b), s.by_unit(self.score, b)
            slope = -2 * score.T @ v / given**2 + 2 * self._determinant_slope(spread, b)
            if reml and s.p:
                slope -= 2 * self._information_slope(b)
            found.append(np.tril(slope) if block.width > 1 else slope)
        by_sigma = 2 * (self._freedom(reml) - self.r2 / given**2)
        return tuple(found), float(by_sigma)

    def _determinant_slope(self, spread: Any, b: int) -> Array:
        """Sum over units of the diagonal blocks of A T M^-1."""
        s = self.statistics
        first, last = s.offsets[b : b + 2]
        q = s.blocks[b].width
        A, right = s.A[first:last], spread[first:last]
        return np.array([[A[a::q].multiply(right[c::q]).sum() for c in range(q)] for a in range(q)])

    @cached_property
    def _weighted(self) -> tuple[Array, Array]:
        """Z'V^-1 Q and its product with the inverse information."""
        s = self.statistics
        H = s.ZX - s.A @ (self.T @ self.solved)
        return H, H @ np.linalg.inv(self.information)

    def _information_slope(self, b: int) -> Array:
        s = self.statistics
        parts = s.by_unit(self._weighted[1], b), s.by_unit(self.solved, b)
        return np.asarray(np.einsum("jap,jcp->ac", *parts))


def profile(statistics: Statistics, factors: Factors, beta: Array | None = None) -> Profiled:
    """Solve the penalised least-squares problem.

    Parameters
    ----------
    statistics : Statistics
    factors : tuple of ndarray
        Relative factors T_b = L_b / sigma, (width, width), lower triangular; zeros are allowed.
    beta : ndarray, (p,), optional
        Fixed coefficients; by default the best ones.

    Returns
    -------
    Profiled

    Raises
    ------
    FitError
        If the matrix of the random effects is not positive definite to rounding.
    """
    from scipy import sparse

    s = statistics
    T = s.spread(factors)
    K = s.A.shape[0]
    M = (T.T @ s.A @ T + sparse.eye_array(K, format="csr")).tocsr()
    factor = s.elimination.factor(M)
    right = np.asarray(T.T @ np.column_stack([s.ZX, s.Zy]))
    solution = factor.solve(right)
    solved, own = solution[:, :-1], solution[:, -1]
    information = np.eye(s.p) - right[:, :-1].T @ solved
    cross = -right[:, :-1].T @ own  # Q'We is zero
    yy = s.yy - float(right[:, -1] @ own)
    if beta is None:
        gamma = _least(information, cross)
        r2 = yy - float(gamma @ cross)
    else:
        gamma = s.internal(beta)
        r2 = yy - 2 * float(gamma @ cross) + float(gamma @ information @ gamma)
    return Profiled(s, factors, T, factor, solved, information, gamma, own - solved @ gamma, max(r2, 0.0))


def _least(information: Array, cross: Array) -> Array:
    if not len(cross):
        return np.zeros(0)
    try:
        root = np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        raise FitError("the coefficients cannot be told from the random effects") from None
    return np.linalg.solve(root.T, np.linalg.solve(root, cross))
