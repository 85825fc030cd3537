"""Sums of a Poisson number of gamma variables: amounts that are often 0."""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from stanlevels.distributions.dispersed import window
from stanlevels.distributions.family import Default, Family, Parameter, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import POSITIVE, Support
from stanlevels.distributions.vocabulary import alternative, call, location, standard
from stanlevels.graph import Ref

__all__ = ["COMPOUND"]

_WITH_ZEROS = Support("a number of at least 0, with a probability of 0 itself", lower=0)
_POWER = Support("a number strictly between 1 and 2", lower=1, upper=2, open_lower=True, open_upper=True)


def _parts(mu: Any, dispersion: Any, power: Any) -> tuple[Any, Any, Any]:
    """How many parts there are on average, and shape and scale of each of them."""
    rate = mu ** (2 - power) / (dispersion * (2 - power))
    return rate, (2 - power) / (power - 1), dispersion * (power - 1) * mu ** (power - 1)


def _log(x: Any, mu: Any, dispersion: Any, power: Any) -> Any:
    """Summed over the number of parts, around the likeliest one (Dunn and Smyth 2005)."""
    rate, shape, scale = _parts(mu, dispersion, power)
    some = np.where(x > 0, x, 1.0)
    by_part = np.log(rate) + shape * np.log(some / scale)
    likeliest = some ** (2 - power) / (dispersion * (2 - power))
    many = ((likeliest >= 500) & (likeliest * shape >= 50)) | (likeliest >= 20_000)
    first, number = window(np.where(many, 1.0, likeliest), np.where(many, 1.0, 1 + shape))

    def term(n: Any) -> Any:
        return n * by_part - special.gammaln(n + 1) - special.gammaln(n * shape)

    first = np.maximum(first, 1.0)
    peak = term(np.maximum(np.floor(np.where(many, 1.0, likeliest)), 1.0))
    total: Any = 0.0
    for j in range(number):
        total = total + np.where(many, 1.0, np.exp(term(first + j) - peak))
    found = np.where(many, _expanded(likeliest, shape), peak + np.log(total))
    return np.where(x > 0, found - some / scale - np.log(some) - rate, -rate)


def _expanded(likeliest: Any, shape: Any) -> Any:
    """The log of the sum where there are many parts (Wright 1935): two terms of its expansion."""
    less = (shape + 2) * (2 * shape + 1) / (24 * shape * (1 + shape) * likeliest)
    wide = np.log(shape * likeliest / (2 * pi * (1 + shape))) / 2
    return (1 + shape) * likeliest + wide + np.log1p(-less)


def _below(x: Any, mu: Any, dispersion: Any, power: Any) -> Any:
    """Of each number of parts."""
    rate, shape, scale = _parts(mu, dispersion, power)
    first, number = window(rate, 1.0)
    first = np.maximum(first, 1.0)
    some = np.where(x > 0, x, 1.0) / scale
    total: Any = 0.0
    for j in range(number):
        n = first + j
        mass = np.exp(n * np.log(rate) - rate - special.gammaln(n + 1))
        total = total + mass * special.gammainc(n * shape, some)
    return np.exp(-rate) + np.where(x > 0, total, 0.0)


def _draw(rng: np.random.Generator, size: Any, mu: Any, dispersion: Any, power: Any) -> Any:
    rate, shape, scale = _parts(mu, dispersion, power)
    n = rng.poisson(rate, size)
    return np.where(n > 0, rng.gamma(np.maximum(n, 1) * shape, scale), 0.0)


_TWEEDIE = Numbers(
    _WITH_ZEROS,
    log_density=_log,
    draw=_draw,
    mean=lambda mu, dispersion, power: mu,
    variance=lambda mu, dispersion, power: dispersion * mu**power,
    cumulative=_below,
)
_DISPERSION = Parameter(
    "dispersion",
    POSITIVE,
    "boundary",
    prior=Prior("Gamma", (2.0, None), "a dispersion, by the size of the outcomes"),
)
_BETWEEN = Parameter(
    "power",
    _POWER,
    default=Default(1.5),
    prior=Prior("Uniform", (1.0, 2.0), "a power: every value is as likely"),
)
_STANDARD = standard(
    "tweedie",
    _TWEEDIE,
    location("mu", POSITIVE, Default(1)),
    _DISPERSION,
    _BETWEEN,
    together=("dispersion", "power"),
    phrase="Tweedie with mean {mu} and variance {dispersion} times the mean to the power {power}",
)

TWEEDIE = Family(
    "Tweedie",
    (
        _STANDARD,
        alternative(
            _STANDARD,
            "log",
            (location("log"), _DISPERSION, _BETWEEN),
            (call("exp", Ref("log")), Ref("dispersion"), Ref("power")),
            link="log",
            together=("dispersion", "power"),
            phrase="Tweedie with a mean whose log is {log}, and variance {dispersion} times the mean to the"
            " power {power}",
        ),
    ),
    "The Tweedie distribution with mean `mu` (or its `log=`) and variance dispersion * mu^power, the `power`"
    " between 1 and 2: a sum of a Poisson number of gamma variables, which is 0 where there are none.",
    latent=False,
    by_unit=True,
    functions=("tweedie",),
    example="sl.Tweedie(3, 1.2, 1.5, observed='rain')",
)

COMPOUND = (TWEEDIE,)
