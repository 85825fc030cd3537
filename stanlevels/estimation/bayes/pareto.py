"""Pareto smoothed importance sampling: the k-hat of Vehtari, Simpson, Gelman, Yao and Gabry (2024)."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array

__all__ = ["pareto_k", "resampled"]


def pareto_k(log_ratios: Array) -> float:
    """Shape of the generalised Pareto distribution fitted to the largest importance ratios.

    Below 0.7 the approximation can be corrected by importance sampling; above, it is unreliable.

    Parameters
    ----------
    log_ratios : ndarray, (draws,)
        Log density of the model less that of the approximation.

    Returns
    -------
    float
        Infinite where the ratios cannot be used: too few draws, or none finite.
    """
    finite = np.sort(log_ratios[np.isfinite(log_ratios)])
    tail = int(np.ceil(min(0.2 * len(finite), 3 * np.sqrt(len(finite)))))
    if tail < 5 or len(finite) < len(log_ratios) / 2:
        return float("inf")
    weights = np.exp(finite - finite[-1])
    excess = weights[-tail:] - weights[-tail - 1]
    if excess[-1] <= np.finfo(float).tiny:
        return float("-inf")  # all ratios are equal: the approximation is exact
    return _fit(np.maximum(excess, np.finfo(float).tiny))


def _fit(x: Array) -> float:
    """Zhang and Stephens (2009), with the weak prior of Vehtari et al. (appendix C)."""
    n = len(x)
    points = 30 + int(np.sqrt(n))
    grid = 1 - np.sqrt(points / (np.arange(1, points + 1) - 0.5))
    grid = grid / (3 * x[int(n / 4 + 0.5) - 1]) + 1 / x[-1]
    shapes = np.log1p(-grid[:, None] * x).mean(axis=1)
    heights = n * (np.log(-(grid / shapes)) - shapes - 1)
    weights = 1 / np.exp(heights - heights[:, None]).sum(axis=1)
    weights = np.where(weights >= 10 * np.finfo(float).eps, weights, 0)
    best = float((grid * weights).sum() / weights.sum())
    shape = float(np.log1p(-best * x).mean())
    return float((n * shape + 10 * 0.5) / (n + 10))


def resampled(log_ratios: Array, draws: int, rng: np.random.Generator) -> Array:
    """Positions of `draws` draws, with probability proportional to their importance ratios, truncated
    at the mean times the square root of their number (Ionides 2008).
    """
    finite = np.where(np.isfinite(log_ratios), log_ratios, -np.inf)
    weights = np.exp(finite - finite.max())
    weights = np.minimum(weights, weights.mean() * np.sqrt(len(weights)))
    return np.asarray(rng.choice(len(weights), size=draws, p=weights / weights.sum()))
