"""Responses that are linear in a predictor: residuals, and working responses by reweighted least squares."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array

__all__ = ["linearised", "residual"]

_STEPS = 8  # of reweighted least squares: a pilot needs no last digits


def residual(y: Array, design: Array) -> Array:
    """What a least-squares fit leaves."""
    if len(y) <= design.shape[1]:
        return y - (y.mean() if len(y) else 0.0)
    return np.asarray(y - design @ np.linalg.lstsq(design, y, rcond=None)[0])


def linearised(link: str, y: Array, trials: Array, offset: Array, design: Array) -> tuple[Array, Array]:
    """Working residuals and weights at the fit of the covariates alone, by reweighted least squares."""
    eta = np.full(len(y), _start(link, y, trials, offset)) + offset
    for step in range(_STEPS):
        mean, weight = _mean_and_weight(link, eta, trials)
        left = (y - mean) / weight
        if step == _STEPS - 1 or (design.shape[1] == 1 and not np.any(offset)) or len(y) <= design.shape[1]:
            break
        root = np.sqrt(weight)
        move = design @ np.linalg.lstsq(design * root[:, None], left * root, rcond=None)[0]
        eta = eta + np.clip(move, -2, 2)
        if np.max(np.abs(move)) < 1e-6:
            break
    mean, weight = _mean_and_weight(link, eta, trials)
    return (y - mean) / weight, weight


def _start(link: str, y: Array, trials: Array, offset: Array) -> float:
    if not len(y):
        return 0.0
    if link == "log":
        return float(np.log(max(y.mean(), 1e-3) / max(np.exp(offset).mean(), 1e-300)))
    share = min(max(float(y.sum() / max(trials.sum(), 1.0)), 1e-3), 1 - 1e-3)
    return float(np.log(share / (1 - share)))


def _mean_and_weight(link: str, eta: Array, trials: Array) -> tuple[Array, Array]:
    if link == "log":
        mean = np.exp(np.clip(eta, -30, 30))
        return mean, np.maximum(mean, 1e-9)
    share = 1 / (1 + np.exp(-np.clip(eta, -30, 30)))
    return trials * share, np.maximum(trials * share * (1 - share), 1e-9)
