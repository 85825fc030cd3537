"""Minimise the criterion of a generalised model: quasi-Newton steps from a good first Hessian.

The first Hessian is that of the working linear model for coefficients and comes from differences of
the gradient for everything else, so that few evaluations remain; every one begins at the mode of the
best point so far.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.glmm.criterion import Evaluated, GlmmCriterion
from stanlevels.estimation.point.glmm.separation import refuse_exact_fit, refuse_separated_units
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.estimation.point.quasi_newton import along, optimum_at, positive_definite, smallest, updated

__all__ = ["minimize"]

_STEPS = 200
_DONE = 1e-10  # what one more step would gain
_HUGE = 15.0  # a standard deviation in units of the predictor that no data have on the way
_LARGE = 4.0  # and one that separated units have at the end
_FLAT = 1e-4  # a gradient that needs no second look
_LONGEST = 4.0  # of a step of any coordinate, where none is larger than 8


def minimize(criterion: GlmmCriterion, start: Array, observer: Observer = unobserved) -> Optimum:
    """Find the smallest value of a criterion.

    Parameters
    ----------
    criterion : GlmmCriterion
    start : ndarray, (d,)
    observer : callable
        Told the log likelihood of every evaluation.
    """
    count = _Counted(criterion, observer)
    at = count(start)
    if not criterion.priors:
        _refuse_runaway(criterion, at)
    at, zero = smallest(count.attempt, partial(_descend, count), at, criterion.bounded, criterion.layout)
    if not criterion.priors:
        _refuse_runaway(criterion, at, _LARGE)
    return optimum_at(at, zero, count.calls, partial(_hessian, count))


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
        H = updated(H, (new.z - at.z)[free], (new.gradient - at.gradient)[free])
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
    H = _hessian(count, at, free)
    if not np.all(np.isfinite(H)):
        return np.eye(len(free))
    return positive_definite(H)


def _hessian(count: _Counted, at: Evaluated, free: list[int]) -> Array:
    return count.criterion.curvature(at, count)[np.ix_(free, free)]


def _along(count: _Counted, at: Evaluated, free: list[int], step: Array) -> Evaluated | None:
    """The first point along a step that is enough better, cut where it goes too far."""
    longest = max(_LONGEST, float(np.abs(at.z[free]).max()) / 2)
    return along(count.attempt, at, free, step, count.criterion.bounded, longest)
