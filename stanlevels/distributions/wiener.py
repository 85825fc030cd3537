"""The first passage of a Wiener process with drift through one of two boundaries: a choice and its time.

A value is the time with a sign: above 0 where the upper boundary was reached, below 0 for the lower.
"""

from __future__ import annotations

from math import log, pi
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.exit_times import exit_times
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import REAL

__all__ = ["WIENER_NUMBERS"]

_SOON = 0.4
"""Up to which time, by the square of the boundary, the series of reflections is the shorter one; of it two
terms on either side, of the other four, leave out less than 1e-13 of the density (Navarro and Fuss 2009)."""
_TERMS = 400
"""Of the series of what is left, which needs many at early times."""


def _log_soon(u: Any, w: Any) -> Any:
    """Log of the density without drift between boundaries 1 apart, from w, at the lower one: reflections."""
    total = w
    for k in (-1, 1, -2, 2):
        total = total + (w + 2 * k) * np.exp(-2 * k * (k + w) / u)
    return np.log(total) - np.square(w) / (2 * u) - 1.5 * np.log(u) - log(2 * pi) / 2


def _log_late(u: Any, w: Any) -> Any:
    """The same by decaying waves."""
    total = np.sin(pi * w)
    for k in (2, 3, 4):
        total = total + k * np.exp(-(k**2 - 1) * pi**2 / 2 * u) * np.sin(k * pi * w)
    return np.log(total) + log(pi) - pi**2 / 2 * u


def _log_density(x: Any, drift: Any, boundary: Any, delay: Any, bias: Any) -> Any:
    time = np.abs(x) - delay
    inside = (time > 0) & (x != 0)
    time = np.where(inside, time, 1.0)
    towards = np.where(x > 0, -drift, drift)
    w = np.where(x > 0, 1 - bias, bias)
    u = time / np.square(boundary)
    soon = u < _SOON
    alone = np.where(soon, _log_soon(np.where(soon, u, _SOON), w), _log_late(np.where(soon, _SOON, u), w))
    found = alone - 2 * np.log(boundary) - towards * boundary * w - np.square(towards) * time / 2
    return np.where(inside, found, -np.inf)


def _log_sinh(x: Any) -> Any:
    return x + np.log(-np.expm1(-2 * x)) - log(2)


def _speed(drift: Any, boundary: Any) -> Any:
    """Of the drift, and a little where there is none: what is divided by it has a limit there."""
    return np.maximum(np.abs(drift), 1e-4 / boundary)


def _reached(drift: Any, boundary: Any, bias: Any) -> Any:
    """The probability of the lower boundary."""
    theta = _speed(drift, boundary)
    ratio = _log_sinh((1 - bias) * boundary * theta) - _log_sinh(boundary * theta)
    return np.exp(ratio - drift * boundary * bias)


def _left(time: Any, drift: Any, boundary: Any, bias: Any, power: int = 1) -> Any:
    """The mass that has yet to come to the lower boundary at a time; by other powers, of moments."""
    total = 0.0
    for k in range(1, _TERMS):
        decay = np.square(drift) / 2 + np.square(k * pi / boundary) / 2
        total = total + k * np.sin(k * pi * bias) * np.exp(-decay * time) / decay**power
    return total * pi / np.square(boundary) * np.exp(-drift * boundary * bias)


def _cumulative(x: Any, drift: Any, boundary: Any, delay: Any, bias: Any) -> Any:
    x, drift, boundary, bias = np.broadcast_arrays(x, drift, boundary, bias)
    time = np.maximum(np.abs(x) - delay, 0)
    towards, w = np.where(x > 0, -drift, drift), np.where(x > 0, 1 - bias, bias)
    whole = _reached(towards, boundary, w)
    left = np.where(time > 0, np.clip(_left(time, towards, boundary, w), 0, whole), whole)
    return np.where(x > 0, 1 - left, left)


def _mean_at(drift: Any, boundary: Any, bias: Any) -> Any:
    """The mean of the time to the lower boundary where that is reached, and 0 where it is not."""
    theta, far = _speed(drift, boundary), (1 - bias) * boundary
    share = np.exp(_log_sinh(far * theta) - _log_sinh(boundary * theta) - drift * boundary * bias)
    return share * (boundary / np.tanh(boundary * theta) - far / np.tanh(far * theta)) / theta


def _mean(drift: Any, boundary: Any, delay: Any, bias: Any) -> Any:
    lower, upper = _mean_at(drift, boundary, bias), _mean_at(-drift, boundary, 1 - bias)
    return delay * (1 - 2 * _reached(drift, boundary, bias)) + upper - lower


def _variance(drift: Any, boundary: Any, delay: Any, bias: Any) -> Any:
    first = _mean_at(drift, boundary, bias) + _mean_at(-drift, boundary, 1 - bias)
    second = 2 * (_left(0.0, drift, boundary, bias, 3) + _left(0.0, -drift, boundary, 1 - bias, 3))
    return second + 2 * delay * first + np.square(delay) - np.square(_mean(drift, boundary, delay, bias))


def _draw(
    rng: np.random.Generator, size: tuple[int, ...], drift: Any, boundary: Any, delay: Any, bias: Any
) -> Array:
    """Exactly: from the middle of the widest interval around to its ends, until one is a boundary."""
    drift, boundary, bias = (np.broadcast_to(v, size).astype(float).ravel() for v in (drift, boundary, bias))
    place, time = bias * boundary, np.zeros(drift.shape)
    sign = np.zeros(drift.shape)
    moving = np.arange(len(drift))
    while len(moving):
        v, a, x = drift[moving], boundary[moving], place[moving]
        wide = np.minimum(x, a - x)
        time[moving] += np.square(wide) * exit_times(rng, np.abs(v) * wide)
        up = rng.random(len(moving)) * (1 + np.exp(-2 * v * wide)) < 1
        down_there, up_there = ~up & (x <= a - x), up & (x >= a - x)
        sign[moving] = up_there.astype(float) - down_there
        place[moving] = x + np.where(up, wide, -wide)
        moving = moving[~(down_there | up_there)]
    return np.asarray(sign.reshape(size) * (delay + time.reshape(size)))


WIENER_NUMBERS = Numbers(
    REAL,
    log_density=_log_density,
    draw=_draw,
    mean=_mean,
    variance=_variance,
    cumulative=_cumulative,
)
