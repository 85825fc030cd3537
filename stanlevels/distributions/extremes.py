"""Distributions of the largest of many."""

from __future__ import annotations

from math import pi
from typing import Any

import numpy as np

from stanlevels.distributions.family import Default, Family, Parameter, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import POSITIVE, REAL
from stanlevels.distributions.tails import log_over
from stanlevels.distributions.vocabulary import HAZARD, SPREAD, alternative, call, location, scale, standard
from stanlevels.graph import Ref

__all__ = ["EXTREMES"]

# --- generalised extreme values -------------------------------------------------------------------------

_ZETA = (pi**2 / 6, 1.2020569031595942, pi**4 / 90, 1.03692775514337)
"""Riemann's zeta function from 2 on."""


def _reduced(x: Any, mu: Any, sigma: Any, xi: Any) -> tuple[Any, Any]:
    """Whether x lies where the density does, and the standard Gumbel variable that it comes from."""
    z = (x - mu) / sigma
    inside = 1 + xi * z > 0
    return inside, z * log_over(np.where(inside, xi * z, 0.0))


def _extreme_log(x: Any, mu: Any, sigma: Any, xi: Any) -> Any:
    inside, w = _reduced(x, mu, sigma, xi)
    return np.where(inside, -np.log(sigma) - (1 + xi) * w - np.exp(-w), -np.inf)


def _extreme_below(x: Any, mu: Any, sigma: Any, xi: Any) -> Any:
    """The log of what lies below."""
    inside, w = _reduced(x, mu, sigma, xi)
    return np.where(inside, -np.exp(-w), np.where(xi > 0, -np.inf, 0.0))


def _extreme_above(x: Any, mu: Any, sigma: Any, xi: Any) -> Any:
    inside, w = _reduced(x, mu, sigma, xi)
    return np.where(inside, np.log(-np.expm1(-np.exp(-w))), np.where(xi > 0, 0.0, -np.inf))


def _extreme_draw(rng: np.random.Generator, size: Any, mu: Any, sigma: Any, xi: Any) -> Any:
    w = -np.log(rng.standard_exponential(size))
    t = np.where(xi * w == 0, 1.0, xi * w)
    return mu + sigma * w * np.where(xi * w == 0, 1.0, np.expm1(t) / t)


def _extreme_mean(mu: Any, sigma: Any, xi: Any) -> Any:
    near = np.abs(xi) < 1e-5
    some = np.where(near | (xi >= 1), 0.5, xi)
    far = np.expm1(special.gammaln(1 - some)) / some
    close = np.euler_gamma + xi * (np.euler_gamma**2 + _ZETA[0]) / 2
    return np.where(xi < 1, mu + sigma * np.where(near, close, far), np.inf)


def _extreme_variance(mu: Any, sigma: Any, xi: Any) -> Any:
    """By log(Gamma(1 - 2 xi) / Gamma(1 - xi)^2), a series of zeta functions near 0."""
    near, some = np.abs(xi) < 1e-3, np.where((np.abs(xi) < 1e-3) | (xi >= 0.5), 0.25, xi)
    once = special.gammaln(1 - some)
    far = np.expm1(special.gammaln(1 - 2 * some) - 2 * once) * np.exp(2 * once) / np.square(some)
    series = _ZETA[0] + xi * (2 * _ZETA[1] + xi * (3.5 * _ZETA[2] + xi * 6 * _ZETA[3]))
    close = np.exp(2 * special.gammaln(1 - np.where(near, xi, 0.0))) * series
    close = close * (1 + np.square(xi) * _ZETA[0] / 2)  # the exponential of so small a number, less 1
    finite = np.square(sigma) * np.where(near, close, far)
    return np.where(xi < 0.5, finite, np.where(xi < 1, np.inf, np.nan))


_EXTREME = Numbers(
    REAL,
    log_density=_extreme_log,
    draw=_extreme_draw,
    mean=_extreme_mean,
    variance=_extreme_variance,
    cumulative=lambda x, mu, sigma, xi: np.exp(_extreme_below(x, mu, sigma, xi)),
    log_above=_extreme_above,
    log_below=_extreme_below,
)

GENERALIZED_EXTREME_VALUE = Family(
    "GeneralizedExtremeValue",
    (
        standard(
            "generalized_extreme_value",
            _EXTREME,
            location(),
            scale(),
            Parameter(
                "xi",
                REAL,
                default=Default(0),
                prior=Prior("Normal", (0.0, 0.5), "a tail that is seldom heavier than one without a mean"),
            ),
            phrase="generalised extreme value around {mu} with scale {sigma} and tail index {xi}",
        ),
    ),
    "The generalised extreme value distribution of the largest of many, with location `mu`, scale `sigma` and"
    " tail index `xi`: 0 is Gumbel's, above 0 Fréchet's with an end at mu - sigma / xi below, below 0 (as"
    " of the reversed Weibull) that is an end above. SciPy's shape is -xi.",
    latent=False,
    by_unit=True,
    functions=("generalized_extreme_value",),
    symbol="Generalized-Extreme-Value",
    example="sl.GeneralizedExtremeValue(20, 3, 0.1, observed='flood')",
)

# --- Fréchet --------------------------------------------------------------------------------------------


def _frechet_moment(alpha: Any, sigma: Any, power: int) -> Any:
    return np.where(
        alpha > power,
        np.exp(power * np.log(sigma) + special.gammaln(1 - power / np.where(alpha > power, alpha, 9.0))),
        np.inf,
    )


def _frechet_variance(alpha: Any, sigma: Any) -> Any:
    first, second = (_frechet_moment(alpha, sigma, power) for power in (1, 2))
    return np.where(alpha > 2, second - np.square(first), np.where(alpha > 1, np.inf, np.nan))


def _hazard_before(x: Any, alpha: Any, sigma: Any) -> Any:
    """Less the log of what lies below."""
    return np.exp(alpha * (np.log(sigma) - np.log(x)))


_FRECHET = Numbers(
    POSITIVE,
    log_density=lambda x, alpha, sigma: np.where(
        x > 0,
        np.log(alpha)
        + alpha * np.log(sigma)
        - (alpha + 1) * np.log(np.where(x > 0, x, 1.0))
        - _hazard_before(np.where(x > 0, x, 1.0), alpha, sigma),
        -np.inf,
    ),
    draw=lambda rng, size, alpha, sigma: (
        sigma * np.exp(-np.log(np.maximum(rng.standard_exponential(size), 1e-300)) / alpha)
    ),
    mean=lambda alpha, sigma: _frechet_moment(alpha, sigma, 1),
    variance=_frechet_variance,
    cumulative=lambda x, alpha, sigma: np.exp(-_hazard_before(x, alpha, sigma)),
    log_above=lambda x, alpha, sigma: np.log(-np.expm1(-_hazard_before(x, alpha, sigma))),
    log_below=lambda x, alpha, sigma: -_hazard_before(x, alpha, sigma),
)
_TAIL = Parameter("alpha", POSITIVE, "shape", Default(1), HAZARD)
_FRECHET_STANDARD = standard(
    "frechet",
    _FRECHET,
    _TAIL,
    scale(SPREAD),
    phrase="Fréchet with shape {alpha} and scale {sigma}",
)

FRECHET = Family(
    "Frechet",
    (
        _FRECHET_STANDARD,
        alternative(
            _FRECHET_STANDARD,
            "log",
            (_TAIL, location("log", default=Default(0))),
            (Ref("alpha"), call("exp", Ref("log"))),
            link="log",
            phrase="Fréchet with shape {alpha} and a scale whose log is {log}",
        ),
    ),
    "The Fréchet (inverse Weibull) distribution of the largest of many positive numbers with shape `alpha`"
    " and scale `sigma`, or the log of its scale (`log=`): the probability of at most x is"
    " exp(-(x / sigma)^-alpha).",
    symbol="Fréchet",
)

EXTREMES = (GENERALIZED_EXTREME_VALUE, FRECHET)
