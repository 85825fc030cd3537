"""Draws of a distribution between two bounds, by its cumulative."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.numbers import Numbers

__all__ = ["draws_between"]

_STEPS = (
    200  # halvings: from the widest range of floating numbers to the last digit takes 1100 / 53 doublings
)


def draws_between(
    of: Numbers,
    rng: np.random.Generator,
    size: tuple[int, ...],
    given: Mapping[str, Any],
    lower: Any,
    upper: Any,
) -> Array:
    """Draws above `lower` and up to `upper`, where the probability of that rounds to 0 next to a bound.

    Parameters
    ----------
    of : Numbers
        Of a distribution with a cumulative.
    rng : numpy.random.Generator
    size : tuple of int
    given : mapping
        Its arguments.
    lower, upper : float or ndarray
        Infinite where there is no bound.
    """
    assert of.cumulative is not None
    support = of.support
    lower = np.broadcast_to(np.maximum(lower, support.lower - support.integer), size).astype(float)
    upper = np.broadcast_to(np.minimum(upper, support.upper), size).astype(float)

    def below(x: Array) -> Array:
        with np.errstate(all="ignore"):
            found = np.asarray(of.cumulative(np.clip(x, support.lower, support.upper), **given))  # type: ignore[misc]
        return np.where(x < support.lower, 0.0, np.where(x >= support.upper, 1.0, found))

    first, last = below(lower), below(upper)
    wanted = first + (last - first) * rng.random(size)
    low, high = _bracket(below, wanted, lower, upper)
    for _ in range(_STEPS):
        middle = low + (high - low) / 2
        middle = np.floor(middle) if support.integer else middle
        above = below(middle) >= wanted
        low, high = np.where(above, low, middle), np.where(above, middle, high)
        if np.all(high - low <= (1 if support.integer else 4 * np.spacing(np.abs(high)))):
            break
    return np.asarray(high)


def _bracket(below: Any, wanted: Array, lower: Array, upper: Array) -> tuple[Array, Array]:
    """Finite numbers between which the cumulative reaches what is wanted."""
    low = np.where(np.isfinite(lower), lower, np.minimum(-1.0, np.where(np.isfinite(upper), upper - 1, -1.0)))
    for _ in range(1100):
        far = ~np.isfinite(lower) & (below(low) >= wanted)
        if not far.any():
            break
        low = np.where(far, 2 * low, low)
    high = np.where(np.isfinite(upper), upper, np.maximum(low + 1, 1.0))
    for _ in range(1100):
        near = ~np.isfinite(upper) & (below(high) < wanted)
        if not near.any():
            break
        high = np.where(near, low + 2 * (high - low), high)
    return low, high
