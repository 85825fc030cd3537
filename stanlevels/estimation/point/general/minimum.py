"""Minimise the criterion of a general model: quasi-Newton steps from a good first Hessian.

Coefficients are in units in which the criterion without normal random variables curves by 2; the
curvature by the coordinates of covariances comes from differences of the gradient.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.estimation.point.observer import Observer
from stanlevels.estimation.point.optimum import Optimum

__all__ = ["minimize"]

_STEPS = 300
_NEAR_ZERO = 2e-2  # in units of what the rows leave open: below, exactly 0 is tried
_TRIALS = (0.02, 0.1, 0.5, 2.0)  # from which a standard deviation at 0 might have escaped
_SAME = 1e-7  # of minus twice the log likelihood
_DONE = 1e-9  # what one more step would gain
_SLOW, _PATIENCE = 1e-5, 4  # gains of steps that lead nowhere, and how many of them
_LONGEST = 3.0  # of a step of any coordinate


@dataclass(frozen=True, eq=False)
class _Point:
    z: Array
    value: float
    gradient: Array


def minimize(criterion: GeneralCriterion, start: Array, observer: Observer) -> Optimum:
    """Find the smallest value of a criterion.

    A coordinate that comes near 0 is set to exactly 0 where that is no worse, and let go again where
    a larger value is better: at 0 the derivative by a standard deviation always vanishes.

    Raises
    ------
    FitError
        If the criterion has no value at the start.
    """
    search = _Search(criterion, observer)
    at, zero = search(start), frozenset[int]()
    for _ in range(10):
        at = search.descend(at, [k for k in range(len(start)) if k not in zero])
        now, at = search.to_zero(at, zero)
        escape = search.escape(at, now)
        if escape is not None:
            zero, at = now - {escape[0]}, escape[1]
            continue
        if now == zero:
            break
        zero = now
    free = [k for k in range(len(start)) if k not in zero]
    largest = float(np.abs(at.gradient[free]).max(initial=0.0))
    converged = largest < 1e-3 * max(1.0, abs(at.value) * 1e-6)
    return Optimum(at.z, at.value, tuple(sorted(zero)), converged, search.calls, largest)


class _Search:
    """A criterion that counts how often it is evaluated, and tells of it."""

    def __init__(self, criterion: GeneralCriterion, observer: Observer) -> None:
        self.criterion, self.observer = criterion, observer
        self.calls = 0
        m = len(criterion.layout.coordinates)
        bounded = [low == 0.0 for low, _ in criterion.bounds]
        self.coordinates, self.bounded = m, np.array(bounded, dtype=bool)

    def __call__(self, z: Array) -> _Point:
        self.calls += 1
        value, gradient = self.criterion(z)
        self.observer(-value / 2)
        return _Point(z, value, gradient)

    def attempt(self, z: Array) -> _Point | None:
        """The criterion at a point; None where it has no value."""
        try:
            found = self(z)
        except (FitError, np.linalg.LinAlgError):
            return None
        return found if np.isfinite(found.value) and np.all(np.isfinite(found.gradient)) else None

    def descend(self, at: _Point, free: list[int]) -> _Point:
        """Quasi-Newton steps of some coordinates, the others being held."""
        if not free:
            return at
        H, fresh, slow = self._curvature(at, free), True, 0
        for _ in range(_STEPS):
            step = -np.linalg.lstsq(H, at.gradient[free], rcond=None)[0]
            if -float(at.gradient[free] @ step) < _DONE:
                break
            new = self._along(at, free, step)
            if new is None and fresh:
                break
            if new is None or at.value - new.value < 1e-13 * abs(at.value):
                if fresh or (new is None and self._flat(at, free)):
                    break
                H, fresh, at = self._curvature(at, free), True, new or at
                continue
            slow = slow + 1 if at.value - new.value < _SLOW else 0
            if slow > _PATIENCE:  # along a ridge, or towards a limit
                return new
            H = _updated(H, (new.z - at.z)[free], (new.gradient - at.gradient)[free])
            at, fresh = new, False
        return at

    def _flat(self, at: _Point, free: list[int]) -> bool:
        """Whether nothing is left of the gradient but rounding."""
        return float(np.abs(at.gradient[free]).max(initial=0.0)) < 1e-7 * max(1.0, abs(at.value))

    def _curvature(self, at: _Point, free: list[int]) -> Array:
        """The approximate Hessian, made positive definite."""
        H = 2 * np.eye(len(at.z))
        for k in free:
            if k >= self.coordinates:
                break
            z = at.z.copy()
            z[k] += 1e-3 * max(1.0, abs(z[k]))
            moved = self.attempt(z)
            if moved is not None:
                H[k] = H[:, k] = (moved.gradient - at.gradient) / (z[k] - at.z[k])
        H = H[np.ix_(free, free)]
        size = np.sqrt(np.maximum(np.abs(np.diagonal(H)), 1e-8))
        values, vectors = np.linalg.eigh(H / np.outer(size, size))
        values = np.maximum(np.abs(values), 1e-3)
        return np.asarray((vectors * values) @ vectors.T * np.outer(size, size))

    def _along(self, at: _Point, free: list[int], step: Array) -> _Point | None:
        """The first point along a step that is enough better, cut where it goes too far."""
        step = step * min(1.0, _LONGEST / max(float(np.abs(step).max()), 1e-300))
        low = np.where(self.bounded[free], 0.1 * at.z[free], -np.inf)
        size = 1.0
        for _ in range(25):
            z = at.z.copy()
            z[free] = np.maximum(at.z[free] + size * step, low)
            found = self.attempt(z)
            expected = float(at.gradient[free] @ (z - at.z)[free])
            if found is not None and found.value <= at.value + 1e-4 * min(expected, 0.0):
                return found
            size /= 4 if found is None else 2
        return None

    def to_zero(self, at: _Point, zero: frozenset[int]) -> tuple[frozenset[int], _Point]:
        """Set to 0 what is near it, where that is no worse."""
        for k in np.flatnonzero(self.bounded).tolist():
            if k not in zero and at.z[k] < _NEAR_ZERO:
                found = self._with(at, k, 0.0)
                if found is not None and found.value <= at.value + _tolerance(at):
                    at, zero = found, zero | {k}
        return zero, at

    def escape(self, at: _Point, zero: frozenset[int]) -> tuple[int, _Point] | None:
        """A coordinate at 0 that is better elsewhere, and a point with it there."""
        for k in sorted(zero):
            for size in _TRIALS:
                found = self._with(at, k, size)
                if found is not None and found.value < at.value - 10 * _tolerance(at):
                    return k, found
        return None

    def _with(self, at: _Point, k: int, value: float) -> _Point | None:
        """A point with another value of one coordinate."""
        z = at.z.copy()
        z[k] = value
        return self.attempt(z)


def _tolerance(at: _Point) -> float:
    return _SAME * max(1.0, abs(at.value) * 1e-6)


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
    return np.asarray(H + np.outer(change, change) / curved - np.outer(moved, moved) / own)
