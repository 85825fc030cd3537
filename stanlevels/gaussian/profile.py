"""The profiled likelihood: beta and sigma at their best for given relative covariance factors.

With ``T_b = L_b / sigma``, ``M = T'Z'WZT + I`` and r2 the smallest value of
``|y - X beta - Z T v|_W^2 + |v|^2`` over beta and v, minus twice the log likelihood is
``n log(2 pi sigma^2) + 2 sum log k + log|M| + r2 / sigma^2`` (Bates, Mächler, Bolker and Walker 2015,
section 3.4); REML adds ``log|X'V^-1 X|`` in units of sigma^2, and n becomes n - p.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.gaussian.blocked import Blocked, factor
from stanlevels.gaussian.covariances import determinant_slopes
from stanlevels.gaussian.design import Factors
from stanlevels.gaussian.rowwise import rowwise
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
    factor : Blocked
        Of M.
    scores : ndarray, (K, p)
        Z'V^-1 Q in units of sigma^-2.
    information : ndarray, (p, p)
        Q'V^-1 Q in units of sigma^2.
    gamma : ndarray, (p,)
        The best coefficients of Q.
    score : ndarray, (K,)
        Z'W(y - X beta - Z u), at the best effects u.
    u : ndarray, (K,)
        The best effects: their conditional mean where sigma T is their covariance factor.
    r2 : float
        The penalised residual sum of squares.
    """

    statistics: Statistics
    factors: Factors
    factor: Blocked
    scores: Array
    information: Array
    gamma: Array
    score: Array
    u: Array
    r2: float

    @property
    def beta(self) -> Array:
        """The best coefficients of X, (p,)."""
        return self.statistics.coefficients(self.gamma)

    @property
    def beta_covariance(self) -> Array:
        """Covariance of beta in units of sigma^2, (p, p)."""
        if not self.statistics.p:
            return np.zeros((0, 0))
        half = np.linalg.solve(self.statistics.R, self.inverse_root)
        return np.asarray(half @ half.T)

    @cached_property
    def inverse_root(self) -> Array:
        """A root of the inverse information, (p, p); of its regular part where rounding leaves no other."""
        try:
            return np.asarray(np.linalg.inv(np.linalg.cholesky(self.information)).T)
        except np.linalg.LinAlgError:
            values, vectors = np.linalg.eigh(self.information)
            kept = values > 1e-16 * values.max(initial=0.0)
            return np.asarray(np.where(kept, vectors / np.sqrt(np.where(kept, values, 1.0)), 0.0))

    def moved(self, beta: Array, u: Array) -> Profiled:
        """The same with coefficients beta and effects u that were found elsewhere."""
        s, gamma = self.statistics, self.statistics.internal(beta)
        return replace(self, gamma=gamma, u=u, score=s.Zy - s.ZX @ gamma - s.A @ u)

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
    def determinant_slopes(self) -> Factors:
        """Sums over units of the diagonal blocks of Z'V^-1Z T; see `stanlevels.gaussian.covariances`."""
        return determinant_slopes(self.factor)

    def slopes(self, sigma: float | None = None, *, reml: bool = False) -> tuple[Factors, float]:
        """Derivatives of `deviance` by the entries of every T_b, and by log sigma.

        The envelope theorem gives the part of r2, ``d log|M| = 2 tr(M^-1 T'A dT)`` that of the
        determinant; the best spherical effects are T' times the score. Nothing is divided by T, so they
        hold where a variance is 0.
        """
        given = self.best_sigma(reml=reml) if sigma is None else sigma
        s, found = self.statistics, []
        inverse = np.linalg.inv(self.information) if reml and s.p else None
        for b in range(len(s.blocks)):
            L, score = self.factors[b], s.by_unit(self.score, b)
            slope = 2 * self.determinant_slopes[b] - 2 * (score.T @ score) @ L / given**2
            if inverse is not None:
                scores = s.by_unit(self.scores, b)
                slope -= 2 * np.einsum("jap,pr,jcr->ac", scores, inverse, scores, optimize=True) @ L
            found.append(slope)
        by_sigma = 2 * (self._freedom(reml) - self.r2 / given**2)
        return tuple(found), float(by_sigma)


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
    s = statistics
    found, scores, effects, products = _solved(s, tuple(np.atleast_2d(np.asarray(L, float)) for L in factors))
    information, cross, yy = products[:-1, :-1], products[:-1, -1], float(products[-1, -1])
    if beta is None:
        gamma = _least(information, cross)
        r2 = yy - float(gamma @ cross)
    else:
        gamma = s.internal(beta)
        r2 = yy - 2 * float(gamma @ cross) + float(gamma @ information @ gamma)
    return Profiled(
        statistics=s,
        factors=found.factors,
        factor=found,
        scores=scores[:, :-1],
        information=information,
        gamma=gamma,
        score=scores[:, -1] - scores[:, :-1] @ gamma,
        u=effects[:, -1] - effects[:, :-1] @ gamma,
        r2=max(r2, 0.0),
    )


def _solved(s: Statistics, factors: Factors) -> tuple[Blocked, Array, Array, Array]:
    """The factored matrix; Z'V^-1Y and effects for Y = [Q, e], (K, p + 1), and Y'V^-1Y."""
    if s.anchor is not None and s.anchor.rows is not None:
        K = s.offsets[-1]
        rowly = rowwise(s.pieces, factors, s.anchor.rows[:, :K])
        return rowly, *rowly.rows(s.anchor.rows[:, K:])
    found = factor(s.pieces, factors)
    scores, effects = found.solve(np.column_stack([s.ZX, s.Zy]))
    return found, scores, effects, s.products(scores, effects)


def _least(information: Array, cross: Array) -> Array:
    if not len(cross):
        return np.zeros(0)
    try:
        root = np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        raise FitError(
            "rounding leaves nothing that tells the coefficients from the random effects at these variances",
            expected="standard deviations of the same order as the residual's",
            way_out="leave out an effect, or give its standard deviation a value nearer to the residual's",
        ) from None
    return np.linalg.solve(root.T, np.linalg.solve(root, cross))
