"""Parts of a quasi-Newton search in which some coordinates cannot be negative."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.optimum import Optimum, is_done
from stanlevels.estimation.point.turns import turned

__all__ = ["along", "optimum_at", "positive_definite", "smallest", "updated"]

_NEAR_ZERO = 2e-2  # in units of the predictor, or of what the rows leave open: below, exactly 0 is tried
_TRIALS = (0.02, 0.1, 0.5, 2.0)  # from which a standard deviation at 0 might have escaped
_SAME = 1e-7  # of minus twice the log likelihood


class Point(Protocol):
    """A criterion at a point."""

    @property
    def z(self) -> Array:
        """The point."""

    @property
    def value(self) -> float:
        """The criterion there."""

    @property
    def gradient(self) -> Array:
        """Its derivatives."""


P = TypeVar("P", bound=Point)

Attempt = Callable[[Array, P], P | None]
"""The criterion at a point near another; None where it has no value."""


def smallest(
    attempt: Attempt[P],
    descend: Callable[[P, list[int]], P],
    at: P,
    bounded: Array,
    layout: Layout | None = None,
) -> tuple[P, frozenset[int]]:
    """The smallest value of a criterion, and which coordinates are exactly 0 there.

    A coordinate that comes near 0 is set to exactly 0 where that is no worse, and let go again where
    a larger value is better: at 0 the derivative by a standard deviation always vanishes.

    Parameters
    ----------
    attempt : callable
    descend : callable
        From a point to a better one by moving some coordinates.
    at : Point
        Where to begin.
    bounded : ndarray of bool
        Which coordinates cannot be negative.
    layout : Layout, optional
        Of the first coordinates; singular covariances are then turned as well.
    """
    zero = frozenset[int]()
    for _ in range(10):
        at = descend(at, [k for k in range(len(at.z)) if k not in zero])
        now, at = _to_zero(attempt, at, zero, bounded)
        escaped = _escape(attempt, at, now, layout)
        if escaped is not None:
            at, zero = escaped
            continue
        if now == zero:
            break
        zero = now
    return at, zero


def optimum_at(
    at: P, zero: frozenset[int], calls: int, curvature: Callable[[P, list[int]], Array] | None = None
) -> Optimum:
    """What was found, and whether the derivatives there say that it is the minimum.

    Parameters
    ----------
    curvature : callable, optional
        The Hessian by some coordinates, which says what derivatives leave to gain.
    """
    free = [k for k in range(len(at.z)) if k not in zero]
    largest = float(np.abs(at.gradient[free]).max(initial=0.0))

    def unknown() -> Array:
        return np.full((len(free), len(free)), np.nan)

    done = is_done(at.value, at.gradient[free], unknown if curvature is None else lambda: curvature(at, free))
    return Optimum(at.z, at.value, tuple(sorted(zero)), done, calls, largest)


def along(
    attempt: Attempt[P], at: P, free: list[int], step: Array, bounded: Array, longest: float
) -> P | None:
    """The first point along a step that is enough better, cut where a coordinate moves too far."""
    step = step * min(1.0, longest / max(float(np.abs(step).max()), 1e-300))
    low = np.where(bounded[free], 0.1 * at.z[free], -np.inf)
    size = 1.0
    for _ in range(25):
        z = at.z.copy()
        z[free] = np.maximum(at.z[free] + size * step, low)
        found = attempt(z, at)
        expected = float(at.gradient[free] @ (z - at.z)[free])
        if found is not None and found.value <= at.value + 1e-4 * min(expected, 0.0):
            return found
        size /= 4 if found is None else 2
    return None


def positive_definite(H: Array) -> Array:
    """A Hessian with the sizes of its eigenvalues, none next to 0, in units in which its diagonal is 1."""
    size = np.sqrt(np.maximum(np.abs(np.diagonal(H)), 1e-8))
    values, vectors = np.linalg.eigh(H / np.outer(size, size))
    values = np.maximum(np.abs(values), 1e-3)
    return np.asarray((vectors * values) @ vectors.T * np.outer(size, size))


def updated(H: Array, step: Array, change: Array) -> Array:
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


def _to_zero(attempt: Attempt[P], at: P, zero: frozenset[int], bounded: Array) -> tuple[frozenset[int], P]:
    """Set to 0 what is near it, where that is no worse."""
    for k in np.flatnonzero(bounded).tolist():
        if k not in zero and at.z[k] < _NEAR_ZERO:
            found = attempt(_with(at, k, 0.0), at)
            if found is not None and found.value <= at.value + _tolerance(at):
                at, zero = found, zero | {k}
    return zero, at


def _escape(
    attempt: Attempt[P], at: P, zero: frozenset[int], layout: Layout | None
) -> tuple[P, frozenset[int]] | None:
    """A point where something that is 0 is not, or is turned, and that is better; and what is 0 there."""
    for k in sorted(zero):
        for size in _TRIALS:
            found = attempt(_with(at, k, size), at)
            if found is not None and found.value < at.value - 10 * _tolerance(at):
                return found, zero - {k}
    for z, still in turned(layout, at.z, zero) if layout is not None else ():
        found = attempt(z, at)
        if found is not None and found.value < at.value - 10 * _tolerance(at):
            return found, still
    return None


def _with(at: Point, k: int, value: float) -> Array:
    """The point with another value of one coordinate."""
    z = at.z.copy()
    z[k] = value
    return z


def _tolerance(at: Point) -> float:
    return _SAME * max(1.0, abs(at.value) * 1e-6)
