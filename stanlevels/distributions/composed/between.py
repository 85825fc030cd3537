"""Draws and moments of a distribution between two bounds, by its cumulative and its density."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import log
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.numbers import Numbers

__all__ = ["below", "draws_between", "log_between", "moments_between", "quantile_between"]

_STEPS = 200  # halvings, of which about 60 lead from neighbouring powers of 2 to the last digit
_DOUBLINGS = 1100  # from 1 to the largest floating number
_NEAR = 1e-13  # of the number itself
_TAIL = (1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-3, 0.01, 0.05, 0.15, 0.3, 0.4)
_SHARES = (*_TAIL, 0.5, *(1 - share for share in reversed(_TAIL)))
"""Between whose quantiles moments are integrated."""
_GAUSS = tuple(part.tolist() for part in np.polynomial.legendre.leggauss(12))
_DECADES, _STEP = 15, 3  # beyond the outermost quantiles
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

    By whichever tail both are in, so that no digits are lost far out.
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
    reached = _reached(of, share, given, lower, upper)
    low, high = _bracket(reached, lower, upper)
    for _ in range(_STEPS):
        middle = low + (high - low) / 2
        middle = np.floor(middle) if support.integer else middle
        above = reached(middle)
        low, high = np.where(above, low, middle), np.where(above, middle, high)
        if np.all(high - low <= (1 if support.integer else _NEAR * np.abs(high))):
            break
    return np.asarray(high)


def _reached(
    of: Numbers, share: Array, given: Mapping[str, Any], lower: Array, upper: Array
) -> Callable[[Array], Array]:
    """Whether a number has at least a share below it, asked of the tail in which all of it is."""
    with np.errstate(all="ignore"):
        below_low, below_high = of.log_up_to(lower, given), of.log_up_to(upper, given)
        above_low, above_high = of.log_beyond(lower, given), of.log_beyond(upper, given)
        far = below_low > _LOG_HALF
        part = np.exp(np.where(far, above_high - above_low, below_low - below_high))
        wanted = np.where(
            far,
            above_low + np.log1p(-share * (1 - part)),
            below_high + np.log(part + share * (1 - part)),
        )

    def reached(x: Array) -> Array:
        with np.errstate(all="ignore"):
            found = of.log_up_to(x, given) >= wanted if not far.all() else np.zeros(far.shape, dtype=bool)
            return np.where(far, of.log_beyond(x, given) <= wanted, found) if far.any() else found

    return reached


def _bracket(reached: Callable[[Array], Array], lower: Array, upper: Array) -> tuple[Array, Array]:
    """Finite numbers between which the share is reached."""
    start = np.where(np.isfinite(upper), np.minimum(upper - 1, -1.0), -1.0)
    low = np.where(np.isfinite(lower), lower, start)
    for _ in range(_DOUBLINGS):
        far = ~np.isfinite(lower) & (low > -1e300)
        far = far & reached(low) if far.any() else far
        if not far.any():
            break
        low = np.where(far, 2 * low, low)
    high = np.where(np.isfinite(upper), upper, np.maximum(low + 1, 1.0))
    for _ in range(_DOUBLINGS):
        near = ~np.isfinite(upper) & (high < 1e300)
        near = near & ~reached(high) if near.any() else near
        if not near.any():
            break
        high = np.where(near, low + 2 * (high - low), high)
    return low, high


def moments_between(of: Numbers, given: Mapping[str, Any], lower: Any, upper: Any) -> tuple[Array, Array]:
    """Mean and variance of what lies above `lower` and up to `upper`.

    By the distribution function, which has no peaks: beyond the median m, the mean of (x - m)^p is the
    integral of p (x - m)^(p - 1) times what lies beyond x.
    """
    shape = np.broadcast_shapes(*(np.shape(v) for v in (*given.values(), lower, upper)))
    lower, upper = np.broadcast_to(lower, shape), np.broadcast_to(upper, shape)
    if of.support.integer:
        return _sums_between(of, given, lower, upper)
    lower, upper = np.maximum(lower, of.support.lower), np.minimum(upper, of.support.upper)
    ends = [quantile_between(of, np.full(shape, share), given, lower, upper) for share in _SHARES]
    middle = ends[len(_SHARES) // 2]
    first, second = np.zeros(shape), np.zeros(shape)
    with np.errstate(all="ignore"):
        whole = log_between(of, lower, upper, given)
        for x, width, below in (*_along(ends), *_beyond(ends, middle, lower, upper)):
            found = log_between(of, lower, x, given) if below else log_between(of, x, upper, given)
            part = np.where(width > 0, np.exp(found - whole) * width, 0.0)
            first = first + (-part if below else part)
            second = second + 2 * np.abs(x - middle) * part
    return middle + first, second - np.square(first)


def _along(ends: Sequence[Array]) -> Iterator[tuple[Array, Array, bool]]:
    """Nodes between quantiles, with their weights, and whether they lie below the median."""
    for place, (low, high) in enumerate(pairwise(ends)):
        for node, weight in zip(*_GAUSS, strict=True):
            yield low + (high - low) * (node + 1) / 2, (high - low) * weight / 2, place < len(ends) // 2


def _beyond(
    ends: Sequence[Array], middle: Array, lower: Array, upper: Array
) -> Iterator[tuple[Array, Array, bool]]:
    """The same beyond the outermost quantiles, on the scale of logarithms: heavy tails go far."""
    for end, bound, below in ((ends[0], lower, True), (ends[-1], upper, False)):
        if np.isfinite(bound).all():
            continue
        away = np.where(np.isfinite(bound), 0.0, end - middle)
        for start in range(0, _DECADES, _STEP):
            for node, weight in zip(*_GAUSS, strict=True):
                grown = 10 ** (start + _STEP * (node + 1) / 2)
                yield middle + away * grown, np.abs(away) * grown * log(10) * _STEP * weight / 2, below


def _sums_between(of: Numbers, given: Mapping[str, Any], lower: Array, upper: Array) -> tuple[Array, Array]:
    """The same of whole numbers: sums up to the upper bound, or what the lower one leaves of the whole."""
    bounded = bool(np.isfinite(upper).all())
    first = int(max(of.support.lower, lower.min() + 1)) if bounded else int(of.support.lower)
    last = int(upper.max() if bounded else max(lower.max(), of.support.lower))
    if last - first > _MOST:
        return np.full(lower.shape, np.nan), np.full(lower.shape, np.nan)
    mass, mean, square = np.zeros(lower.shape), np.zeros(lower.shape), np.zeros(lower.shape)
    for k in range(first, last + 1):
        inside = (k > lower) & (k <= upper) if bounded else k <= lower
        with np.errstate(all="ignore"):
            own = np.where(inside, np.exp(of.log_density(float(k), **given)), 0.0)
        mass, mean, square = mass + own, mean + own * k, square + own * k**2
    if not bounded:
        own_mean = of.mean(**given)
        mass, mean = 1 - mass, own_mean - mean
        square = of.variance(**given) + np.square(own_mean) - square
    with np.errstate(all="ignore"):
        mean = mean / mass
        return mean, square / mass - np.square(mean)
