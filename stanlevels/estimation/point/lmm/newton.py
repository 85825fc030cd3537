"""Maximum likelihood and REML by steps with the average information: of large models, and from near by.

A step costs one factorisation with its derivatives, and some solutions; five to ten of them lead to the
maximum. Where a standard deviation comes near 0, or a step does not help, the general optimiser goes on
from there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.lmm.criterion import Criterion
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.optimum import Optimum, maximize

__all__ = ["optimum_of"]

_NEAR_ZERO = 0.01  # standard deviations in units of the residual
_STEPS = 25
_FACTOR = 5.0  # by which a standard deviation moves in one step at most


def optimum_of(
    criterion: Criterion, start: Array | None = None, observer: Observer = unobserved, near: bool = False
) -> Optimum:
    """Where a criterion is smallest: by `maximize`, after steps with the average information if it is large.

    `near` says that the start is one of an earlier fit: then the steps are few, whatever the size.

    Raises
    ------
    FitError
        As `maximize`.
    """
    if not (criterion.is_large or near) or not criterion.layout.coordinates:
        return maximize(criterion, start, observer)
    found = _steps(criterion, criterion.start if start is None else start, observer)
    if found.converged:
        return found
    on = maximize(criterion, found.z, observer)
    return replace(on, evaluations=on.evaluations + found.evaluations)


def _steps(criterion: Criterion, z: Array, observer: Observer) -> Optimum:
    """From a point; not converged where the steps got stuck."""
    calls = 1
    value, gradient, H, model = criterion.second(z)
    observer(-value / 2)
    for _ in range(_STEPS):
        if not np.isfinite(value) or not _inside(criterion, z):
            break
        step = _step(criterion, z, gradient, H)
        if step is None:
            break
        if -float(step @ gradient) / 2 < max(1e-11, 1e-15 * abs(value)):
            return Optimum(z, value, (), True, calls, float(np.abs(gradient).max()), model)
        trial, size = None, 1.0
        while trial is None and size > 0.05:
            calls += 1
            new = criterion.second(z + size * step)
            observer(-new[0] / 2)
            if new[0] <= value + 1e-12 * abs(value):
                trial = z + size * step
                value, gradient, H, model = new
            size /= 3
        if trial is None:
            break
        z = trial
    return Optimum(z, value, (), False, calls, float(np.abs(gradient).max(initial=0.0)))


def _inside(criterion: Criterion, z: Array) -> bool:
    """Whether no standard deviation is near 0, where second derivatives mislead."""
    return all(
        z[k] > _NEAR_ZERO for k, coordinate in enumerate(criterion.layout.coordinates) if coordinate.bounded
    )


def _step(criterion: Criterion, z: Array, gradient: Array, H: Array) -> Array | None:
    """A Newton step; None where the information is singular.

    In terms of standard deviations t rather than variances, second derivatives have the part
    ``gradient / t`` as well; where it is negative it is left out, which keeps the matrix positive definite.
    """
    bounded = np.array([c.bounded for c in criterion.layout.coordinates])
    curved, m = H.copy(), len(bounded)
    extra = np.where(bounded, np.maximum(gradient[:m], 0) / np.maximum(z[:m], _NEAR_ZERO), 0.0)
    curved[np.arange(m), np.arange(m)] += extra
    scale = 1 / np.sqrt(np.maximum(np.diagonal(curved), 1e-300))
    try:
        root = np.linalg.cholesky(scale[:, None] * curved * scale)
    except np.linalg.LinAlgError:
        return None
    if np.diagonal(root).min() < 1e-7:
        return None
    step = -scale * np.linalg.solve(root.T, np.linalg.solve(root, scale * gradient))
    ratio = (z[:m] + step[:m])[bounded] / z[:m][bounded]
    low, high = 1 / _FACTOR, _FACTOR
    shares = np.where(
        ratio < low, (1 - low) / (1 - ratio), np.where(ratio > high, (high - 1) / (ratio - 1), 1.0)
    )
    return np.asarray(step * shares.min(initial=1.0))
