"""Minimise the criterion of a general model: quasi-Newton steps from a good first Hessian.

Coefficients are in units in which the criterion without normal random variables curves by 2; the
curvature by the coordinates of covariances comes from differences of the gradient.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.estimation.point.observer import Observer
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.estimation.point.quasi_newton import along, optimum_at, positive_definite, smallest, updated

__all__ = ["minimize", "newton_step"]

_STEPS = 300
_DONE = 1e-9  # what one more step would gain
_SLOW, _PATIENCE = 1e-5, 4  # gains of steps that lead nowhere, and how many of them
_LONGEST = 3.0  # of a step of any coordinate ...
_SHARE = 0.1  # ... or for coefficients this times the standard errors in a row's own spread
_VANISHING = 1e-3  # of a coordinate that cannot be negative
_NEWTON = 4  # steps with the true Hessian
_LEFT = (
    1e-6  # of minus twice the log likelihood: estimates are right to a thousandth of their standard errors
)
_ROUNDING = 1e-13  # of a sum of many log densities
_CURVED = 1e-7  # of a direction in units in which the Hessian's diagonal is 1


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
    first = search(start)
    if not np.isfinite(first.value):
        raise FitError("the likelihood has no value where the search begins")
    at, zero = smallest(search.attempt, search.descend, first, search.bounded, criterion.layout)
    found = optimum_at(at, zero, search.calls)
    return found if found.converged else search.finished(at, zero)


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
        small = {k: _VANISHING for k in free if self.bounded[k]}
        for _ in range(_STEPS):
            for k in [k for k, size in small.items() if 0 < at.z[k] < size]:
                if self._may_vanish(at, k):
                    return at
                small[k] = 0.05 * float(at.z[k])
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
            H = updated(H, (new.z - at.z)[free], (new.gradient - at.gradient)[free])
            at, fresh = new, False
        return at

    def _along(self, at: _Point, free: list[int], step: Array) -> _Point | None:
        """The first point along a step that is enough better, cut where rows would move too far.

        A coefficient of 1 is one standard error, of which there are many in what rows vary by.
        """
        longest = np.full(len(at.z), max(_LONGEST, _SHARE * np.sqrt(self.criterion.model.n_rows)))
        longest[: self.coordinates] = _LONGEST
        size = float(np.min(longest[free] / np.maximum(np.abs(step), 1e-300), initial=1.0))
        return along(self.attempt, at, free, size * step, self.bounded, np.inf)

    def _may_vanish(self, at: _Point, k: int) -> bool:
        """Whether a coordinate that heads for 0 may as well be 0: the steps there would be small ones."""
        found = self.attempt(_moved(at.z, k, -at.z[k]), at)
        return found is not None and found.value <= at.value

    def finished(self, at: _Point, zero: frozenset[int]) -> Optimum:
        """Newton steps with the true Hessian, and by what they gain whether it is the minimum.

        A derivative says nothing by itself: where the criterion is steep, rounding alone leaves large ones.
        """
        free, done = [k for k in range(len(at.z)) if k not in zero], False
        for left in reversed(range(_NEWTON + 1)):  # after the last step it is only judged
            H = self._hessian(at, free)
            if H is None:
                break
            step, gain = newton_step(H, at.gradient[free])
            done = gain < _LEFT + _ROUNDING * abs(at.value)
            new = None if done or not left else self._along(at, free, step)
            if new is None:
                break
            at = new
        return replace(optimum_at(at, zero, self.calls), converged=done)

    def _hessian(self, at: _Point, free: list[int]) -> Array | None:
        """By central differences of the gradient; None next to where the criterion ends."""
        H = np.zeros((len(free), len(free)))
        for i, k in enumerate(free):
            step = 1e-3 * max(1.0, abs(at.z[k]))
            sides = [self.attempt(_moved(at.z, k, sign * step), at) for sign in (1.0, -1.0)]
            if sides[0] is None or sides[1] is None:
                return None
            H[i] = (sides[0].gradient - sides[1].gradient)[free] / (2 * step)
        return np.asarray((H + H.T) / 2)

    def _flat(self, at: _Point, free: list[int]) -> bool:
        """Whether nothing is left of the gradient but rounding."""
        return float(np.abs(at.gradient[free]).max(initial=0.0)) < 1e-7 * max(1.0, abs(at.value))

    def _curvature(self, at: _Point, free: list[int]) -> Array:
        """The approximate Hessian, made positive definite."""
        H = 2 * np.eye(len(at.z))
        for k in free:
            if k >= self.coordinates:
                break
            step = 1e-3 * max(1.0, abs(at.z[k]))
            moved = self.attempt(_moved(at.z, k, step), at)
            if moved is not None:
                H[k] = H[:, k] = (moved.gradient - at.gradient) / step
        return positive_definite(H[np.ix_(free, free)])


def _moved(z: Array, k: int, by: float) -> Array:
    z = z.copy()
    z[k] += by
    return z


def newton_step(H: Array, gradient: Array) -> tuple[Array, float]:
    """Newton's step, not along flat directions, and what it would gain were the criterion quadratic.

    Examples
    --------
    >>> step, gain = newton_step(np.diag([2.0, 0.0]), np.array([4.0, 0.0]))
    >>> (step + 0.0).tolist(), gain
    ([-2.0, 0.0], 4.0)
    """
    size = np.sqrt(np.abs(np.diagonal(H)))
    size = np.where(size > 1e-8, size, 1.0)
    values, vectors = np.linalg.eigh(H / np.outer(size, size))
    slopes = vectors.T @ (gradient / size)
    curved = np.abs(values) > _CURVED
    along = np.where(curved, slopes / np.where(curved, np.abs(values), 1.0), 0.0)
    return -(vectors @ along) / size, float(slopes @ along) / 2
