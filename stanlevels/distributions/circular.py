"""Distributions of directions: angles in radians, from -pi to pi."""

from __future__ import annotations

from math import log, pi
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.family import Default, Family, Parameter, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import REAL, Support
from stanlevels.distributions.vocabulary import alternative, call, location, shape, standard, times
from stanlevels.graph import Number, Ref

__all__ = ["CIRCULAR"]

_ANGLE = Support("an angle in radians, from -pi to pi", lower=-pi, upper=pi)
_TERMS = 60
"""Of the series of the variance, whose terms fall as 1 / n^2 times Bessel functions of order n."""


def _wrapped(angle: Any) -> Any:
    """The same direction between -pi and pi."""
    return angle - 2 * pi * np.floor((angle + pi) / (2 * pi))


def _below(x: Any, mu: Any, kappa: Any) -> Any:
    from scipy import stats

    centre = _wrapped(mu)
    return stats.vonmises.cdf(x - centre, kappa) - stats.vonmises.cdf(-pi - centre, kappa)


def _square_apart(kappa: Any) -> Array:
    """The mean of the squared angle to the mean direction."""
    kappa = np.asarray(kappa, dtype=float)[..., None]
    n = np.arange(1, _TERMS + 1)
    share = special.ive(n, kappa) / special.i0e(kappa)
    return np.asarray(pi**2 / 3 + 4 * ((-1.0) ** n * share / np.square(n)).sum(axis=-1))


_VON_MISES = Numbers(
    _ANGLE,
    log_density=lambda x, mu, kappa: kappa * (np.cos(x - mu) - 1) - np.log(special.i0e(kappa)) - log(2 * pi),
    draw=lambda rng, size, mu, kappa: _wrapped(mu + rng.vonmises(0.0, kappa, size)),
    mean=lambda mu, kappa: _wrapped(mu),
    variance=lambda mu, kappa: _square_apart(kappa),
    cumulative=_below,
)
_VON_MISES_STANDARD = standard(
    "von_mises",
    _VON_MISES,
    Parameter("mu", REAL, "location", Default(0), Prior("Uniform", (-pi, pi), "any direction")),
    shape("kappa", Default(1)),
    phrase="von Mises around the direction {mu} with concentration {kappa}",
)

VON_MISES = Family(
    "VonMises",
    (
        _VON_MISES_STANDARD,
        alternative(
            _VON_MISES_STANDARD,
            "tan_half",
            (location("tan_half", default=Default(0)), shape("kappa", Default(1))),
            (times(Number(2), call("atan", Ref("tan_half"))), Ref("kappa")),
            link="tan_half",
            phrase="von Mises with concentration {kappa} around a direction with half of which the tangent is"
            " {tan_half}",
        ),
    ),
    "The von Mises distribution of an angle in radians, around the direction `mu` (or the one whose half has"
    " the tangent `tan_half=`) with concentration `kappa`; what is called its mean is that direction.",
    cumulative=False,  # Stan's has its place of 0 elsewhere
    symbol="von-Mises",
    example="sl.VonMises(0.0, 2.0)",
)

CIRCULAR = (VON_MISES,)
