"""The marginal log likelihood of a linear Gaussian model at given parameters, with its gradient."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.gaussian.design import Factors
from stanlevels.gaussian.profile import profile
from stanlevels.gaussian.statistics import Statistics

__all__ = ["Gradient", "gradient", "log_likelihood", "relative"]


@dataclass(frozen=True, eq=False)
class Gradient:
    """Derivatives of the log likelihood.

    Attributes
    ----------
    value : float
        The log likelihood itself.
    factors : tuple of ndarray, (width, width)
        By the lower triangular entries of every L_b.
    beta : ndarray, (p,)
    log_sigma : float
    """

    value: float
    factors: Factors
    beta: Array
    log_sigma: float


def relative(factors: Factors, sigma: float) -> Factors:
    """L_b / sigma."""
    return tuple(np.atleast_2d(np.asarray(factor, dtype=float)) / sigma for factor in factors)


def log_likelihood(
    statistics: Statistics, factors: Factors, sigma: float, beta: Array | None = None
) -> float:
    """Log p(y), the random effects integrated out, every constant kept.

    Parameters
    ----------
    statistics : Statistics
    factors : tuple of ndarray, (width, width)
        L_b, lower triangular, with covariance L_b L_b' of each unit; zeros are allowed.
    sigma : float
        Residual standard deviation, positive.
    beta : ndarray, (p,), optional
        By default the best coefficients for these factors.

    Returns
    -------
    float
    """
    return -profile(statistics, relative(factors, sigma), beta).deviance(sigma) / 2


def gradient(statistics: Statistics, factors: Factors, sigma: float, beta: Array | None = None) -> Gradient:
    """The log likelihood and its derivatives; parameters as in `log_likelihood`.

    With the T of `profile` at L / sigma, the derivative by log sigma goes through T as well. That by
    beta is ``X'W(y - X beta - Z u) / sigma^2`` (zero at the best beta).
    """
    parts = relative(factors, sigma)
    found = profile(statistics, parts, beta)
    slopes, by_sigma = found.slopes(sigma)
    through = sum(float((slope * part).sum()) for slope, part in zip(slopes, parts, strict=True))
    residual = statistics.Qy - found.gamma - statistics.ZX.T @ found.u  # Q'W(y - X beta - Z u)
    return Gradient(
        -found.deviance(sigma) / 2,
        tuple(-slope / sigma / 2 for slope in slopes),
        statistics.R.T @ residual / sigma**2,
        -(by_sigma - through) / 2,
    )
