"""How long a Wiener process needs to get 1 away from where it starts, drawn exactly.

By rejection from a truncated inverse Gaussian below `_CUT` and an exponential above it, with bounds from the
alternating series of the density (Devroye 2009; Polson, Scott and Windle 2013, section 4).
"""

from __future__ import annotations

from math import log, pi

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.special import special

__all__ = ["exit_times"]

_CUT = 0.64


def exit_times(rng: np.random.Generator, drift: Array) -> Array:
    """Draws (n,) of the time of leaving (-1, 1) from 0.

    Parameters
    ----------
    rng : numpy.random.Generator
    drift : ndarray, (n,)
        At least 0; the time does not depend on its sign.
    """
    found = np.empty(len(drift))
    waiting = np.arange(len(drift))
    while len(waiting):
        x = _proposed(rng, drift[waiting])
        kept = _accepted(rng, x)
        found[waiting[kept]] = x[kept]
        waiting = waiting[~kept]
    return found


def _proposed(rng: np.random.Generator, z: Array) -> Array:
    rate = np.square(z) / 2 + pi**2 / 8
    late = log(pi / 2) - np.log(rate) - rate * _CUT
    root = 1 / np.sqrt(_CUT)
    early = log(2) + np.logaddexp(
        -z + special.log_ndtr(root * (_CUT * z - 1)), z + special.log_ndtr(-root * (_CUT * z + 1))
    )
    is_late = np.log(rng.random(len(z))) < late - np.logaddexp(late, early)
    x = _CUT + rng.standard_exponential(len(z)) / rate
    x[~is_late] = _early(rng, z[~is_late])
    return x


def _early(rng: np.random.Generator, z: Array) -> Array:
    """Inverse Gaussian with mean 1 / z and shape 1, up to the cut."""
    found = np.empty(len(z))
    waiting = np.arange(len(z))
    while len(waiting):
        own = z[waiting]
        slow = own * _CUT < 1
        x = np.where(slow, 0.0, rng.wald(1 / np.where(slow, 1.0, own), 1.0))
        first, second = rng.standard_exponential((2, len(own)))
        at = _CUT / np.square(1 + _CUT * first)
        fits = (np.square(first) <= 2 * second / _CUT) & (
            rng.random(len(own)) < np.exp(-np.square(own) * at / 2)
        )
        x = np.where(slow, at, x)
        kept = np.where(slow, fits, x <= _CUT)
        found[waiting[kept]] = x[kept]
        waiting = waiting[~kept]
    return found


def _term(n: int, x: Array) -> Array:
    """Of the alternating series of the density, in the form that falls from the first term on."""
    half = n + 0.5
    early = (2 / (pi * x)) ** 1.5 * np.exp(-2 * half**2 / x)
    return np.asarray(pi * half * np.where(x <= _CUT, early, np.exp(-(half**2) * pi**2 * x / 2)))


def _accepted(rng: np.random.Generator, x: Array) -> Array:
    total = _term(0, x)
    level = rng.random(len(x)) * total
    kept, open_ = np.zeros(len(x), dtype=bool), np.ones(len(x), dtype=bool)
    n = 0
    while open_.any():
        n += 1
        total = total + (-1) ** n * _term(n, x)
        decided = open_ & ((level <= total) if n % 2 else (level > total))
        kept |= decided & bool(n % 2)
        open_ &= ~decided
    return kept
