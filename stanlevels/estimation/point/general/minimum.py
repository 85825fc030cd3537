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
from stanlevels.estimation.point.quasi_newton import along, optimum_at, positive_definite, smallest, updated

__all__ = ["minimize"]

_STEPS = 300
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

    Raises
    ------
    FitError
        If the criterion has no value at the start.
    """
    search = _Search(criterion, observer)
    at, zero = smallest(search.attempt, search.descend, search(start), search.bounded)
    return optimum_at(at, zero, search.calls)


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

    def attempt(self, z: Array, _near: _Point) -> _Point | None:
        """The criterion at a point; None where it has no value. It remembers its last mode by itself."""
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
            new = along(self.attempt, at, free, step, self.bounded, _LONGEST)
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
            H = updated(H, (new.z - at.z)[free], (new.gradient - at.gradient)[free])
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
            moved = self.attempt(z, at)
            if moved is not None:
                H[k] = H[:, k] = (moved.gradient - at.gradient) / (z[k] - at.z[k])
        return positive_definite(H[np.ix_(free, free)])
