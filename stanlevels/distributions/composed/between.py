"""Draws and moments of a distribution between two bounds, by its cumulative and its density."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.numbers import Numbers

__all__ = ["below", "draws_between", "log_between", "moment_between", "quantile_between"]

_STEPS = 200  # halvings, of which about 60 lead from neighbouring powers of 2 to the last digit
_DOUBLINGS = 1100  # from 1 to the largest floating number
_PANELS = (1e-13, 1e-6, 1e-3, 0.05, 0.5, 0.95, 1 - 1e-3, 1 - 1e-6, 1 - 1e-13)
"""Shares between whose quantiles moments are integrated."""
_LOG_HALF = -0.6931471805599453
_MOST = 200_000
"""Whole numbers over which a sum goes."""


def below(of: Numbers, x: Any, given: Mapping[str, Any]) -> Array:
    """The probability of at most a number, inside the support and out of it."""
    assert of.cumulative is not None
    x, support = np.asarray(x, dtype=float), of.support
    with np.errstate(all="ignore"):
        found = of.cumulative(np.clip(x, support.lower, support.upper), **given)
    return np.where(x < support.lower, 0.0, np.where(x >= support.upper, 1.0, found))


def log_between(of: Numbers, low: Any, high: Any, given: Mapping[str, Any]) -> Any:
    """The log of the probability of more than one number and at most another.

    By whichever tail both are in, so that no digits are lost far out. What carries derivatives passes through.
    """
    below_low = of.log_up_to(low, given)
    far = below_low > _LOG_HALF
    larger = np.where(far, of.log_beyond(low, given), of.log_up_to(high, given))
    smaller = np.where(far, of.log_beyond(high, given), below_low)
    return np.where(larger > -np.inf, larger + _log_rest(smaller - larger), -np.inf)


def _log_rest(x: Any) -> Any:
    """log(1 - exp(x)) of what is at most 0 (Mächler 2012)."""
    near = x > _LOG_HALF
    return np.where(near, np.log(-np.expm1(np.where(near, x, -1.0))), np.log1p(-np.exp(x)))


def draws_between(
    of: Numbers,
    rng: np.random.Generator,
    size: tuple[int, ...],
    given: Mapping[str, Any],
    lower: Any,
    upper: Any,
) -> Array:
    """Draws above `lower` and up to `upper`, also where that is a small part of the distribution.

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
    return quantile_between(of, rng.random(size), given, lower, upper)


def quantile_between(of: Numbers, share: Array, given: Mapping[str, Any], lower: Any, upper: Any) -> Array:
    """The number up to which a share lies of what is above `lower` and up to `upper`."""
    support, size = of.support, np.shape(share)
    lower = np.broadcast_to(np.maximum(lower, support.lower - support.integer), size).astype(float)
    upper = np.broadcast_to(np.minimum(upper, support.upper), size).astype(float)
    first, last = below(of, lower, given), below(of, upper, given)
    wanted = first + (last - first) * share
    low, high = _bracket(of, given, wanted, lower, upper)
    for _ in range(_STEPS):
        middle = low + (high - low) / 2
        middle = np.floor(middle) if support.integer else middle
        above = below(of, middle, given) >= wanted
        low, high = np.where(above, low, middle), np.where(above, middle, high)
        if np.all(high - low <= (1 if support.integer else 4 * np.spacing(np.abs(high)))):
            break
    return np.asarray(high)


def _bracket(
    of: Numbers, given: Mapping[str, Any], wanted: Array, lower: Array, upper: Array
) -> tuple[Array, Array]:
    """Finite numbers between which the cumulative reaches what is wanted."""
    start = np.where(np.isfinite(upper), np.minimum(upper - 1, -1.0), -1.0)
    low = np.where(np.isfinite(lower), lower, start)
    for _ in range(_DOUBLINGS):
        far = ~np.isfinite(lower) & (below(of, low, given) >= wanted) & (low > -1e300)
        if not far.any():
            break
        low = np.where(far, 2 * low, low)
    high = np.where(np.isfinite(upper), upper, np.maximum(low + 1, 1.0))
    for _ in range(_DOUBLINGS):
        near = ~np.isfinite(upper) & (below(of, high, given) < wanted) & (high < 1e300)
        if not near.any():
            break
        high = np.where(near, low + 2 * (high - low), high)
    return low, high


def moment_between(of: Numbers, power: int, given: Mapping[str, Any], lower: Any, upper: Any) -> Array:
    """The mean of a power of what lies above `lower` and up to `upper`."""
    shape = np.broadcast_shapes(*(np.shape(v) for v in (*given.values(), lower, upper)))
    lower, upper = np.broadcast_to(lower, shape), np.broadcast_to(upper, shape)
    if of.support.integer:
        return _sum_between(of, power, given, lower, upper)
    ends = [quantile_between(of, np.full(shape, share), given, lower, upper) for share in _PANELS]
    nodes, weights = np.polynomial.legendre.leggauss(20)
    total, mass = np.zeros(shape), np.zeros(shape)
    for low, high in pairwise(ends):
        for node, weight in zip(nodes.tolist(), weights.tolist(), strict=True):
            x = low + (high - low) * (node + 1) / 2
            with np.errstate(all="ignore"):
                own = weight / 2 * (high - low) * np.exp(of.log_density(x, **given))
            own = np.where(high > low, own, 0.0)
            mass = mass + own
            total = total + own * x**power
    return np.asarray(total / mass)


def _sum_between(of: Numbers, power: int, given: Mapping[str, Any], lower: Array, upper: Array) -> Array:
    """The same of whole numbers: a sum up to the upper bound, or what the lower one leaves of the whole."""
    bounded = bool(np.isfinite(upper).all())
    first = int(max(of.support.lower, lower.min() + 1)) if bounded else int(of.support.lower)
    last = int(upper.max() if bounded else max(lower.max(), of.support.lower))
    if last - first > _MOST:
        return np.full(lower.shape, np.nan)
    total, mass = np.zeros(lower.shape), np.zeros(lower.shape)
    for k in range(first, last + 1):
        inside = (k > lower) & (k <= upper) if bounded else k <= lower
        with np.errstate(all="ignore"):
            own = np.where(inside, np.exp(of.log_density(float(k), **given)), 0.0)
        mass, total = mass + own, total + own * float(k) ** power
    if bounded:
        return np.asarray(total / mass)
    mean = of.mean(**given)
    whole = mean if power == 1 else of.variance(**given) + np.square(mean)
    return np.asarray((whole - total) / (1 - mass))
