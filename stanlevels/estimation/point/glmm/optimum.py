"""Minimise the criterion of a generalised model: quasi-Newton steps from a good first Hessian.

The first Hessian is that of the working linear model for coefficients and comes from differences of
the gradient for everything else, so that few evaluations remain; every one begins at the mode of the
best point so far.
"""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.glmm.criterion import Evaluated, GlmmCriterion
from stanlevels.estimation.point.glmm.separation import refuse_exact_fit, refuse_separated_units
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.optimum import Optimum

__all__ = ["minimize"]

_STEPS = 200
_NEAR_ZERO = 2e-2  # in units of the predictor: below, exactly 0 is tried
_TRIALS = (0.02, 0.1, 0.5, 2.0)  # from which a standard deviation at 0 might have escaped
_SAME = 1e-7  # of minus twice the log likelihood
_DONE = 1e-10  # what one more step would gain
_HUGE = 15.0  # a standard deviation in units of the predictor that no data have on the way
_LARGE = 4.0  # and one that separated units have at the end
_FLAT = 1e-4  # a gradient that needs no second look
_LONGEST = 4.0  # of a step of any coordinate, where none is larger than 8


def minimize(criterion: GlmmCriterion, start: Array, observer: Observer = unobserved) -> Optimum:
    """Find the smallest value of a criterion.

    A coordinate that comes near 0 is set to exactly 0 where that is no worse, and let go again where
    a larger value is better: at 0 the derivative by a standard deviation always vanishes.

    Parameters
    ----------
    criterion : GlmmCriterion
    start : ndarray, (d,)
    observer : callable
        Told the log likelihood of every evaluation.
    """
    count = _Counted(criterion, observer)
    at, zero = count(start), frozenset[int]()
    if not criterion.priors:
        _refuse_runaway(criterion, at)
    for _ in range(10):
        at = _descend(count, at, [k for k in range(len(start)) if k not in zero])
        now, at = _to_zero(count, at, zero)
        escape = _escape(count, at, now)
        if escape is not None:
            zero, at = now - {escape[0]}, escape[1]
            continue
        if now == zero:
            break
        zero = now
    if not criterion.priors:
        _refuse_runaway(criterion, at, _LARGE)
    free = [k for k in range(len(start)) if k not in zero]
    largest = float(np.abs(at.gradient[free]).max(initial=0.0))
    converged = largest < 1e-3 * max(1.0, abs(at.value) * 1e-6)
    return Optimum(at.z, at.value, tuple(sorted(zero)), converged, count.calls, largest)


class _Counted:
    """A criterion that counts how often it is evaluated, and tells of it."""

    def __init__(self, criterion: GlmmCriterion, observer: Observer) -> None:
        self.criterion, self.observer = criterion, observer
        self.calls = 0

    def __call__(self, z: Array, near: Array | None = None) -> Evaluated:
        self.calls += 1
        found = self.criterion.evaluate(z, near)
        self.observer(-found.value / 2)
        return found

    def attempt(self, z: Array, near: Evaluated) -> Evaluated | None:
        """The criterion at a point; None where it has no value."""
        try:
            found = self(z, near.mode.v)
        except (FitError, np.linalg.LinAlgError):
            return None
        return found if np.isfinite(found.value) and np.all(np.isfinite(found.gradient)) else None


def _descend(count: _Counted, at: Evaluated, free: list[int]) -> Evaluated:
    """Quasi-Newton steps of some coordinates, the others being held."""
    if not free:
        return at
    H, fresh = _curvature(count, at, free), True
    for _ in range(_STEPS):
        step = -np.linalg.solve(H, at.gradient[free])
        gain = -float(at.gradient[free] @ step)
        done = abs(gain) < _DONE and (fresh or float(np.abs(at.gradient[free]).max()) < _FLAT)
        new = None if done or gain <= 0 else _along(count, at, free, step)
        if done or (new is None and fresh):
            break
        if new is None:  # what was learnt of the curvature misleads
            H, fresh = _curvature(count, at, free), True
            continue
        H = _updated(H, (new.z - at.z)[free], (new.gradient - at.gradient)[free])
        at, fresh = new, False
        if not count.criterion.priors:
            _refuse_runaway(count.criterion, at)
    return at


def _refuse_runaway(criterion: GlmmCriterion, at: Evaluated, largest: float = _HUGE) -> None:
    """Refuse maxima at infinity that have no limit."""
    refuse_separated_units(criterion.model, criterion.layout, at.z, at.mode, largest)
    if not criterion.vanishing:
        refuse_exact_fit(criterion.model, at.mode.shape)


def _curvature(count: _Counted, at: Evaluated, free: list[int]) -> Array:
    """The approximate Hessian, made positive definite."""
    H = count.criterion.curvature(at, count)[np.ix_(free, free)]
    if not np.all(np.isfinite(H)):
        return np.eye(len(free))
    size = np.sqrt(np.maximum(np.abs(np.diagonal(H)), 1e-8))
    values, vectors = np.linalg.eigh(H / np.outer(size, size))
    values = np.maximum(np.abs(values), 1e-3)
    return np.asarray((vectors * values) @ vectors.T * np.outer(size, size))


def _along(count: _Counted, at: Evaluated, free: list[int], step: Array) -> Evaluated | None:
    """The first point along a step that is enough better, cut where it goes too far."""
    longest = max(_LONGEST, float(np.abs(at.z[free]).max()) / 2)
    step = step * min(1.0, longest / max(float(np.abs(step).max()), 1e-300))
    low = np.where(count.criterion.bounded[free], 0.1 * at.z[free], -np.inf)
    size = 1.0
    for _ in range(25):
        z = at.z.copy()
        z[free] = np.maximum(at.z[free] + size * step, low)
        found = count.attempt(z, at)
        expected = float(at.gradient[free] @ (z - at.z)[free])
        if found is not None and found.value <= at.value + 1e-4 * min(expected, 0.0):
            return found
        size /= 4 if found is None else 2
    return None


def _updated(H: Array, step: Array, change: Array) -> Array:
    """The update of Broyden, Fletcher, Goldfarb and Shanno, damped where curvature is lost (Powell 1978)."""
    moved = H @ step
    curved, own = float(step @ change), float(step @ moved)
    if curved < 0.2 * own:
        share = 0.8 * own / (own - curved)
        change = share * change + (1 - share) * moved
        curved = float(step @ change)
    if curved <= 0 or own <= 0:
        return H
    return H + np.outer(change, change) / curved - np.outer(moved, moved) / own


def _to_zero(count: _Counted, at: Evaluated, zero: frozenset[int]) -> tuple[frozenset[int], Evaluated]:
    """Set to 0 what is near it, where that is no worse."""
    for k in np.flatnonzero(count.criterion.bounded).tolist():
        if k not in zero and at.z[k] < _NEAR_ZERO:
            z = at.z.copy()
            z[k] = 0.0
            found = count.attempt(z, at)
            if found is not None and found.value <= at.value + _SAME * max(1.0, abs(at.value) * 1e-6):
                at, zero = found, zero | {k}
    return zero, at


def _escape(count: _Counted, at: Evaluated, zero: frozenset[int]) -> tuple[int, Evaluated] | None:
    """A coordinate at 0 that is better elsewhere, and a point with it there."""
    for k in sorted(zero):
        for size in _TRIALS:
            z = at.z.copy()
            z[k] = size
            found = count.attempt(z, at)
            if found is not None and found.value < at.value - 10 * _SAME * max(1.0, abs(at.value) * 1e-6):
                return k, found
    return None
