"""Exact posteriors of Gaussian multilevel models by numerical integration.

Given its standard deviations and correlation (theta), a linear model with normal priors on its
coefficients is a multivariate normal: coefficients and effects integrate out in closed form. What
is left, a posterior over two to four numbers, is integrated on a tensor grid of Gauss-Legendre
nodes. Nothing here knows of Stan or of the package.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np

from stanlevels.arrays import Array


@dataclass(frozen=True)
class Posterior:
    """Posterior means and sds of theta, and of coefficients followed by effects."""

    theta_mean: Array
    theta_sd: Array
    mean: Array
    sd: Array


def integrate(
    y: Array,
    design: Array,
    prior_mean: Array,
    prior_precision: Callable[[Array], Array],
    noise: Callable[[Array], float],
    log_prior: Callable[[Array], float],
    grid: Sequence[tuple[float, float, int]],
) -> Posterior:
    """Integrate over theta.

    Parameters
    ----------
    y : array (n,)
    design : array (n, k)
        Columns of coefficients, then of effects.
    prior_mean : array (k,)
    prior_precision : callable
        Precision (k, k) of coefficients and effects given theta.
    noise : callable
        Residual standard deviation given theta.
    log_prior : callable
        Log density of theta.
    grid : sequence of (low, high, nodes)
        One per entry of theta.
    """
    axes = [_nodes(*edge) for edge in grid]
    cross, score, square = design.T @ design, design.T @ y, float(y @ y)
    logs, thetas, means, seconds = [], [], [], []
    for points in product(*(list(zip(*axis, strict=True)) for axis in axes)):
        theta = np.array([x for x, _ in points])
        s2 = noise(theta) ** 2
        precision = prior_precision(theta)
        total = precision + cross / s2
        rhs = precision @ prior_mean + score / s2
        factor = np.linalg.cholesky(total)
        half = np.linalg.solve(factor, rhs)
        mean = np.linalg.solve(factor.T, half)
        inverse = np.linalg.inv(factor)
        log_evidence = 0.5 * (
            np.linalg.slogdet(precision)[1]
            - 2 * np.log(np.diag(factor)).sum()
            - len(y) * np.log(s2)
            - square / s2
            - prior_mean @ precision @ prior_mean
            + half @ half
        )
        logs.append(log_evidence + log_prior(theta) + sum(np.log(w) for _, w in points))
        thetas.append(theta)
        means.append(mean)
        seconds.append(np.square(inverse).sum(axis=0) + mean**2)
    weight = np.exp(np.array(logs) - max(logs))
    weight /= weight.sum()
    theta_mean, theta_second = weight @ np.array(thetas), weight @ np.array(thetas) ** 2
    mean, second = weight @ np.array(means), weight @ np.array(seconds)
    return Posterior(theta_mean, np.sqrt(theta_second - theta_mean**2), mean, np.sqrt(second - mean**2))


def _nodes(low: float, high: float, count: int) -> tuple[Array, Array]:
    x, w = np.polynomial.legendre.leggauss(count)
    return low + (high - low) * (x + 1) / 2, w * (high - low) / 2
