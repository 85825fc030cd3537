"""From a start to where the posterior is: up its log density, and no further than most of its draws lie.

In n dimensions draws lie about n/2 below the mode. A search that goes on to the mode is worse than of no use:
where a standard deviation goes to 0 together with the effects it belongs to, the density has no bound.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stanlevels.arrays import Array

__all__ = ["Density", "descend"]

Density = Callable[[Array], tuple[float, Array]]
"""Log density and gradient (n,) at a point (n,) of the unconstrained scale."""

_MEMORY = 10
_STEPS = 200
_FEWEST = 5  # steps from which the search knows something of the curvature
_SMALLEST = 1e-10


def descend(density: Density, start: Array) -> Array:
    """A point about as high as draws of the posterior, from a start with a finite density.

    Limited-memory BFGS (Nocedal and Wright 2006, algorithm 7.4), which ends when the gain that it foresees
    is about what draws differ by.

    Examples
    --------
    >>> normal = lambda x: (-float(x @ x) / 2, -x)
    >>> bool(np.square(descend(normal, np.full(10, 100.0))).sum() < 30)
    True
    """
    point = np.array(start, dtype=float)
    value, slope = density(point)
    pairs: list[tuple[Array, Array]] = []
    for step in range(_STEPS):
        ahead = _direction(slope, pairs)
        gain = float(slope @ ahead)
        if not gain > 0 or (step >= _FEWEST and gain < len(point)):
            break
        found = _line(density, point, value, ahead, gain)
        if found is None:
            break
        moved, value, new = found
        _remember(pairs, moved - point, slope - new)
        point, slope = moved, new
    return point


def _direction(slope: Array, pairs: list[tuple[Array, Array]]) -> Array:
    """The inverse curvature, as far as it is known, times the slope; of length 1 where nothing is known."""
    if not pairs:
        length = float(np.linalg.norm(slope))
        return slope / length if length > 0 else slope
    ahead, shares = slope.copy(), []
    for s, y in reversed(pairs):
        shares.append(float(s @ ahead) / float(s @ y))
        ahead -= shares[-1] * y
    s, y = pairs[-1]
    ahead *= float(s @ y) / float(y @ y)
    for (s, y), share in zip(pairs, reversed(shares), strict=True):
        ahead += s * (share - float(y @ ahead) / float(s @ y))
    return ahead


def _line(
    density: Density, point: Array, value: float, ahead: Array, gain: float
) -> tuple[Array, float, Array] | None:
    """The first point on the way back from a full step that is high enough."""
    share = 1.0
    for _ in range(30):
        moved = point + share * ahead
        here, slope = density(moved)
        if np.isfinite(here) and np.isfinite(slope).all() and here >= value + 1e-4 * share * gain:
            return moved, here, slope
        share *= 0.3
    return None


def _remember(pairs: list[tuple[Array, Array]], s: Array, y: Array) -> None:
    """A step and the fall of the slope along it, where the density bends down."""
    if float(s @ y) > _SMALLEST * float(np.linalg.norm(s) * np.linalg.norm(y)):
        pairs.append((s, y))
        del pairs[:-_MEMORY]
