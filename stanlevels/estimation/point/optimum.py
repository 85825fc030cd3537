"""Minimise a `Criterion`: L-BFGS-B, Newton steps at the end, and care at variances of 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.turns import turned
from stanlevels.gaussian import Profiled
from stanlevels.gaussian.curvature import hessian

__all__ = ["Bounds", "Optimum", "Target", "guarded", "is_done", "maximize"]

Function = Callable[[Array], tuple[float, Array]]

_NEAR_ZERO = 2e-3  # in units of the residual: below, exactly 0 is tried
_TRIALS = (0.02, 0.1, 0.5, 2.0)  # from which a variance at 0 might have escaped
_BACK = (30.0, 10.0, 3.0, 1.0, 0.3)  # the largest loading of a row of correlations that might come back
_FAR_TURN = 30.0  # loadings of correlated components: correlations above 0.999
_TURNED = 1e9  # and of 1, to rounding
_FAR = 1e50  # stands for infinity, which line searches do not take ...
_WORSE = 100.0  # ... and so much above the best value, so that they come back by a step and not to a halt
_SAME = 1e-7  # of minus twice the log likelihood
_FLAT = 1e-3  # a derivative, in units in which 1 is an ordinary value, that leaves next to nothing to gain
_GAIN = 1e-6  # of minus twice the log likelihood, that one more step would gain
_REGULAR = 1e-8  # of the largest curvature, in units in which the diagonal is 1


Bounds = Sequence[tuple[float | None, float | None]]


class Target(Protocol):
    """What can be minimised: the coordinates of `layout` come first in a point."""

    @property
    def layout(self) -> Layout:
        """The coordinates of the covariances."""

    @property
    def start(self) -> Array:
        """Where to begin."""

    @property
    def bounds(self) -> Bounds:
        """Of every number of a point."""

    def __call__(self, z: Array) -> tuple[float, Array]:
        """Value and gradient."""

    def value(self, z: Array) -> float:
        """The value alone."""

    def natural(self, z: Array) -> tuple[Array, float]:
        """Coordinates in absolute units, and the residual standard deviation."""


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where a criterion is smallest.

    Attributes
    ----------
    z : ndarray
        The point.
    value : float
    at_zero : tuple of int
        Coordinates on their boundary: exactly 0, or of a correlation that is 1 or -1.
    converged : bool
    evaluations : int
    gradient : float
        Largest derivative by a coordinate that is not on its boundary.
    model : Profiled, optional
        The model there, where the search has it at hand: to find it again takes an evaluation.
    """

    z: Array
    value: float
    at_zero: tuple[int, ...]
    converged: bool
    evaluations: int
    gradient: float
    model: Profiled | None = None


def maximize(criterion: Target, start: Array | None = None, observer: Observer = unobserved) -> Optimum:
    """Find the smallest value of a criterion.

    A coordinate that comes near 0 is set to exactly 0 where that is no worse, and let go again where
    a larger value is better: at 0 the derivative by a standard deviation always vanishes.

    Raises
    ------
    FitError
        If the outcome has no residual variation: sigma heads to 0.
    """
    counter = _Counted(criterion, observer)
    z = criterion.start if start is None else np.array(start, dtype=float)
    zero: set[int] = set()
    value = np.inf
    for _ in range(10):
        z, value = _descend(counter, z, zero, criterion.bounds)
        if not np.isfinite(value):
            raise _no_residual()
        z, value, now = _to_zero(criterion, z, value, zero)
        escape = _escape(criterion, z, value, now)
        if escape is not None:
            z, zero = escape
            continue
        if now == zero:
            break
        zero = now
    gradient = counter(z)[1]
    free = [k for k in range(len(z)) if k not in zero]
    largest = float(np.abs(gradient[free]).max(initial=0.0))
    done = is_done(value, gradient[free], lambda: _curvature(counter, z, free))
    return Optimum(z, value, tuple(sorted(zero)), done, counter.calls, largest)


def is_done(value: float, gradient: Array, curvature: Callable[[], Array]) -> bool:
    """Whether derivatives leave next to nothing to gain.

    Parameters
    ----------
    value : float
        Minus twice the log likelihood.
    gradient : ndarray, (m,)
        By the numbers that are free.
    curvature : callable
        The Hessian (m, m). Where it is large, as of a billion trials, so is a derivative that rounding
        leaves, and a step along it gains nothing.
    """
    if float(np.abs(gradient).max(initial=0.0)) < _FLAT * max(1.0, abs(value) * 1e-6):
        return True
    H = curvature()
    size = np.sqrt(np.abs(np.diagonal(H)))
    if not np.all(np.isfinite(H)) or not np.all(size > 0):
        return False
    values, vectors = np.linalg.eigh(H / np.outer(size, size))
    if values[0] < _REGULAR * values[-1]:
        return False
    return float(np.square(vectors.T @ (gradient / size)) @ (1 / values)) / 2 < _GAIN


def _curvature(function: Function, z: Array, free: list[int]) -> Array:
    def inner(part: Array) -> tuple[float, Array]:
        whole = z.copy()
        whole[free] = part
        try:
            value, gradient = function(whole)
        except FitError:  # next to where nothing can be factored
            return np.nan, np.full(len(free), np.nan)
        return value, gradient[free]

    return hessian(inner, z[free])


def _no_residual() -> FitError:
    return FitError(
        "the likelihood has no maximum: the residual standard deviation heads to 0",
        expected="rows that differ from what the model's effects can reproduce exactly",
        way_out="leave out an effect that has one unit per row, or give the residual a known value",
    )


class _Counted:
    """A function that counts its calls, and tells of them."""

    def __init__(self, function: Function, observer: Observer) -> None:
        self.function = function
        self.observer = observer
        self.calls = 0

    def __call__(self, z: Array) -> tuple[float, Array]:
        self.calls += 1
        value, gradient = self.function(z)
        self.observer(-value / 2)
        return value, gradient


def _descend(function: Function, z: Array, zero: set[int], bounds: Any) -> tuple[Array, float]:
    """From z with some coordinates held at 0."""
    from scipy import optimize

    free = [k for k in range(len(z)) if k not in zero]
    if not free:
        return z, function(z)[0]

    def part_of(part: Array) -> tuple[float, Array]:
        whole = z.copy()
        whole[free] = part
        value, gradient = function(whole)
        return value, gradient[free]

    inner = guarded(part_of)
    options = {"maxiter": 500, "ftol": 1e-13, "gtol": 1e-7, "maxcor": 20}
    found = optimize.minimize(
        inner, z[free], jac=True, method="L-BFGS-B", bounds=[bounds[k] for k in free], options=options
    )
    part, value = _newton(inner, found.x, found.fun, [bounds[k][0] for k in free])
    z = z.copy()
    z[free] = part
    return z, value


def guarded(function: Function) -> Function:
    """The same for a line search: where there is no value, one a little worse than the best so far.

    Raises
    ------
    FitError
        If the value is minus infinity: there is no residual variation.
    """
    best = _FAR

    def inner(x: Array) -> tuple[float, Array]:
        nonlocal best
        try:
            value, gradient = function(x)
        except FitError:  # where nothing can be factored
            value, gradient = np.inf, np.zeros(len(x))
        if value == -np.inf:
            raise _no_residual()
        if not np.isfinite(value):  # or where a prior has no density
            return min(best + _WORSE, _FAR), np.zeros(len(x))
        best = min(best, value)
        return value, gradient

    return inner


def _newton(function: Function, x: Array, value: float, lower: list[float | None]) -> tuple[Array, float]:
    """Newton steps while they help; none next to a boundary, where the Hessian misleads."""
    near = any(low is not None and x[k] - low < _NEAR_ZERO for k, low in enumerate(lower))
    if near or len(x) > 40 or not np.isfinite(value):
        return x, value
    gradient = function(x)[1]
    for _ in range(4):
        if np.abs(gradient).max() < 1e-9 * max(1.0, abs(value)):
            break
        H = hessian(function, x)
        try:
            np.linalg.cholesky(H)
        except np.linalg.LinAlgError:
            break
        trial = x - np.linalg.solve(H, gradient)
        if any(low is not None and trial[k] < low for k, low in enumerate(lower)):
            break
        new_value, new_gradient = function(trial)
        if new_value > value + 1e-9 * max(1.0, abs(value)):
            break
        better = np.abs(new_gradient).max() < np.abs(gradient).max()
        if not better:
            break
        x, value, gradient = trial, new_value, new_gradient
    return x, value


def _to_zero(criterion: Target, z: Array, value: float, zero: set[int]) -> tuple[Array, float, set[int]]:
    """Set to 0 what is near it, and correlations near 1 or -1 to that, where that is no worse."""
    zero = set(zero)
    for k, c in enumerate(criterion.layout.coordinates):
        if c.bounded and k not in zero and z[k] < _NEAR_ZERO:
            trial = z.copy()
            trial[k] = 0.0
            at_zero = criterion.value(trial)
            if at_zero <= value + _SAME * max(1.0, abs(value) * 1e-6):
                z, value = trial, at_zero
                zero.add(k)
    for turn in _far_turns(criterion.layout, z, zero):
        trial = z.copy()
        trial[turn] *= _TURNED / float(np.abs(z[turn]).max())
        at_end = criterion.value(trial)
        if at_end <= value + _SAME * max(1.0, abs(value) * 1e-6):
            z, value = trial, at_end
            zero |= set(turn)
    return z, value, zero


def _far_turns(layout: Layout, z: Array, zero: set[int]) -> list[list[int]]:
    """Rows that are all but turned to the end, and are not there."""
    return [row for row in _turns(layout) if np.abs(z[row]).max() > _FAR_TURN and not zero & set(row)]


def _turns(layout: Layout) -> list[list[int]]:
    """Rows of roots of correlations, by the places of their numbers."""
    rows: dict[tuple[str, int], list[int]] = {}
    for k, c in enumerate(layout.coordinates):
        if c.corr:
            rows.setdefault((c.corr, c.i), []).append(k)
    return list(rows.values())


def _escape(criterion: Target, z: Array, value: float, zero: set[int]) -> tuple[Array, set[int]] | None:
    """A point where something that is 0 is not, or is turned, and that is better; and what is 0 there."""
    better = value - 10 * _SAME * max(1.0, abs(value) * 1e-6)
    turns = [row for row in _turns(criterion.layout) if zero & set(row)]
    for row in turns:
        for size in _BACK:
            trial = z.copy()
            trial[row] *= size / float(np.abs(z[row]).max())
            if criterion.value(trial) < better:
                return trial, zero - set(row)
    for k in sorted(zero.difference(*turns)):
        for size in _TRIALS:
            trial = z.copy()
            trial[k] = size
            if criterion.value(trial) < better:
                return trial, zero - {k}
    for trial, still in turned(criterion.layout, z, frozenset(zero)):
        if criterion.value(trial) < better:
            return trial, set(still)
    return None
