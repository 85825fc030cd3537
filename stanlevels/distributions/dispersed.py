"""Distributions of counts that vary less, or more, than Poisson counts do."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from math import inf, log, pi
from typing import Any

import numpy as np

from stanlevels.distributions import kept
from stanlevels.distributions.family import Default, Family, Parameter, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import COUNT, POSITIVE, Support
from stanlevels.distributions.vocabulary import HAZARD, alternative, call, location, standard
from stanlevels.graph import Ref

__all__ = ["DISPERSED", "window"]

# --- Conway-Maxwell-Poisson -----------------------------------------------------------------------------

_MANY, _LARGE, _HUGE = 200.0, 500.0, 5000.0
"""Where the series of Gaunt et al. (2019, equation 1.4) has ten digits: `shape * mu` and `mu`, or `mu`."""
_MOST = 20_000  # numbers over which a sum goes
_LOST = 80.0  # twice the logarithm of what is left out of a sum


def _by_series(mu: Any, shape: Any) -> Any:
    """Where the constant is that of the asymptotic series."""
    return ((mu >= _LARGE) & (shape * mu >= _MANY)) | (mu >= _HUGE)


def window(mu: Any, shape: Any) -> tuple[Any, int]:
    """From which count on sums go, and over how many: what is left out is less than exp(-40) of them.

    By Bernstein's bound, where the logarithms of masses fall as `shape` times those of Poisson's.

    Examples
    --------
    >>> first, number = window(100.0, 4.0)
    >>> float(first), number
    (55.0, 96)
    """
    a = _LOST / (shape * mu)
    first = np.floor(np.maximum(mu * (1 - np.sqrt(a)), 0))
    last = np.floor(mu * (1 + a / 6 + np.sqrt(np.square(a) / 36 + a))) + 2
    number = last - first
    most = np.max(number, initial=0.0, where=np.isfinite(number))
    return first, int(min(most, _MOST)) + 1


def _series(mu: Any, shape: Any) -> Any:
    n, square = shape * mu, np.square(shape)
    first = (square - 1) / 24
    second = (square - 1) * (square + 23) / 1152
    third = (square - 1) * (5 * np.square(square) - 298 * square + 11237) / 414720
    beyond = np.log1p((first + (second + third / n) / n) / n)
    return n - (shape - 1) / 2 * (np.log(mu) + log(2 * pi)) - np.log(shape) / 2 + beyond


def _log_mass(x: Any, mu: Any, shape: Any) -> Any:
    """Up to the constant."""
    return shape * (x * np.log(mu) - special.gammaln(x + 1))


def _log_constant(mu: Any, shape: Any) -> Any:
    """The log of the sum over k of (mu^k / k!)^shape."""
    far = _by_series(mu, shape)
    near = np.where(far, 1.0, mu)
    first, number = window(near, np.where(far, 1.0, shape))
    peak = _log_mass(np.floor(near), near, shape)
    total = reduce(lambda s, j: s + np.exp(_log_mass(first + j, near, shape) - peak), range(number), 0.0)
    return np.where(far, _series(np.where(far, mu, _HUGE), shape), peak + np.log(total))


def _conway_maxwell_log(x: Any, mu: Any, shape: Any) -> Any:
    return _log_mass(x, mu, shape) - _log_constant(mu, shape)


def _conway_maxwell_below(x: Any, mu: Any, shape: Any) -> Any:
    """A sum of masses up to x: from where there are any."""
    constant, spread = _log_constant(mu, shape), np.sqrt(_LOST * mu / shape)
    first = np.floor(np.maximum(mu - spread, 0))
    last = np.floor(np.minimum(x, mu + spread * (1 + np.sqrt(_LOST / (shape * mu)) / 3) + 2))
    number = int(np.max(last - first, initial=-1.0)) + 1
    total: Any = 0.0
    for j in range(number):
        mass = np.exp(_log_mass(first + j, mu, shape) - constant)
        total = total + np.where(first + j <= last, mass, 0.0)
    return np.minimum(total, 1.0)


def _conway_maxwell_moments(mu: Any, shape: Any) -> tuple[Any, Any]:
    far = _by_series(mu, shape)
    near = np.where(far, 1.0, mu)
    first, number = window(near, np.where(far, 1.0, shape))
    constant = _log_constant(near, shape)
    mean: Any = 0.0
    square: Any = 0.0
    for j in range(number):
        mass = np.exp(_log_mass(first + j, near, shape) - constant)
        mean, square = mean + j * mass, square + j**2 * mass
    n, less = shape * mu, (np.square(shape) - 1) / 24
    asymptotic = mu - (shape - 1) / (2 * shape) - less / (shape * n) * (1 + 1 / n)
    variance = mu / shape * (1 + less / np.square(n) * (1 + 2 / n))
    return np.where(far, asymptotic, first + mean), np.where(far, variance, square - np.square(mean))


def _conway_maxwell_draw(rng: np.random.Generator, size: Any, mu: Any, shape: Any) -> Any:
    """Rejection from what bounds every log-concave distribution with that mode (Devroye 1987)."""
    mu, shape = (np.broadcast_to(v, size).astype(float).ravel() for v in (mu, shape))
    mode = np.floor(mu)
    peak = np.exp(_conway_maxwell_log(mode, mu, shape))
    found, left = mode.copy(), np.arange(mu.size)
    while left.size:
        m, p = mode[left], peak[left]
        width = 1 + p / 2
        inner = rng.random(left.size) < width / (1 + width)
        tail = width + rng.standard_exponential(left.size)
        far = np.where(inner, rng.random(left.size) * width, tail) / p
        x = m + np.where(rng.random(left.size) < 0.5, -1, 1) * np.rint(far)
        bound = np.minimum(0, width - p * far)
        ratio = _log_mass(np.maximum(x, 0), mu[left], shape[left]) - _log_mass(m, mu[left], shape[left])
        took = (x >= 0) & (np.log(rng.random(left.size)) + bound <= ratio)
        found[left[took]] = x[took]
        left = left[~took]
    return found.reshape(size)


_CONWAY_MAXWELL = Numbers(
    COUNT,
    log_density=_conway_maxwell_log,
    draw=_conway_maxwell_draw,
    mean=lambda mu, shape: _conway_maxwell_moments(mu, shape)[0],
    variance=lambda mu, shape: _conway_maxwell_moments(mu, shape)[1],
    cumulative=_conway_maxwell_below,
)
_REGULARITY = Parameter("shape", POSITIVE, "shape", Default(1), HAZARD)
_CONWAY_MAXWELL_STANDARD = standard(
    "conway_maxwell_poisson",
    _CONWAY_MAXWELL,
    location("mu", POSITIVE),
    replace(_REGULARITY, prior=Prior("Gamma", (2.0, 1.0), "a shape: 1 is Poisson, and mostly below 5")),
    together=("shape",),
    kept=kept.conway_maxwell_poisson(Ref("mu")),
    phrase="a Conway-Maxwell-Poisson count about {mu} with shape {shape}",
)

CONWAY_MAXWELL_POISSON = Family(
    "ConwayMaxwellPoisson",
    (
        _CONWAY_MAXWELL_STANDARD,
        alternative(
            _CONWAY_MAXWELL_STANDARD,
            "log",
            (location("log"), _CONWAY_MAXWELL_STANDARD.parameters[1]),
            (call("exp", Ref("log")), Ref("shape")),
            link="log",
            together=("shape",),
            kept=kept.conway_maxwell_poisson(call("exp", Ref("log"))),
            phrase="a Conway-Maxwell-Poisson count with shape {shape} about a number whose log is {log}",
        ),
    ),
    "A count whose masses go as (mu^k / k!)^shape, with `mu` (or its `log=`): a `shape` above 1 varies less"
    " than a Poisson count, below 1 more. Its mode is `mu` rounded down, its mean near"
    " mu + 1 / (2 shape) - 1 / 2.",
    latent=False,
    by_unit=True,
    functions=("conway_maxwell_constants", "conway_maxwell_poisson"),
    symbol="Conway-Maxwell-Poisson",
)

# --- generalised Poisson --------------------------------------------------------------------------------

FROM_ONE = Support("a number of at least 1", lower=1)


def _rates(mu: Any, dispersion: Any) -> tuple[Any, Any]:
    """Of what comes by itself, and of what each brings along."""
    root = np.sqrt(dispersion)
    return mu / root, 1 - 1 / root


def _generalized_log(x: Any, mu: Any, dispersion: Any) -> Any:
    own, more = _rates(mu, dispersion)
    total = own + more * x
    return np.log(own) + (x - 1) * np.log(total) - total - special.gammaln(x + 1)


def _generalized_draw(rng: np.random.Generator, size: Any, mu: Any, dispersion: Any) -> Any:
    """Those that come by themselves, those that they bring along, and so on: a branching process."""
    own, more = _rates(mu, dispersion)
    found = new = rng.poisson(np.minimum(own, 2.0**62), size)
    while np.any(new):
        new = rng.poisson(more * new)
        found = found + new
    return found


def _generalized_below(x: Any, mu: Any, dispersion: Any) -> Any:
    """The sum of the masses: there is no closed form."""
    total: Any = np.zeros(np.broadcast_shapes(*(np.shape(a) for a in (x, mu, dispersion))))
    finite = np.where(np.isfinite(x), x, -1.0)
    for k in range(int(np.max(finite, initial=-1)) + 1):
        total = total + np.where(k <= finite, np.exp(_generalized_log(float(k), mu, dispersion)), 0.0)
    return np.where(x == inf, 1.0, np.minimum(total, 1.0))


_GENERALIZED = Numbers(
    COUNT,
    log_density=_generalized_log,
    draw=_generalized_draw,
    mean=lambda mu, dispersion: mu,
    variance=lambda mu, dispersion: mu * dispersion,
    cumulative=_generalized_below,
)
_DISPERSION = Parameter(
    "dispersion",
    FROM_ONE,
    "shape",
    Default(1),
    Prior("Pareto", (1.0, 1.0), "a variance of so many means: as likely above as below 2"),
)
_GENERALIZED_STANDARD = standard(
    "generalized_poisson",
    _GENERALIZED,
    location("mu", POSITIVE),
    _DISPERSION,
    phrase="a generalised Poisson count with mean {mu} and a variance of {dispersion} means",
)

GENERALIZED_POISSON = Family(
    "GeneralizedPoisson",
    (
        _GENERALIZED_STANDARD,
        alternative(
            _GENERALIZED_STANDARD,
            "log",
            (location("log"), _DISPERSION),
            (call("exp", Ref("log")), Ref("dispersion")),
            link="log",
            phrase="a generalised Poisson count with a variance of {dispersion} means, whose log is {log}",
        ),
    ),
    "A generalised Poisson count (Consul and Jain) with mean `mu` (or its `log=`) and variance"
    " dispersion * mu, of which a `dispersion` of 1 is Poisson.",
    latent=False,
    by_unit=True,
    functions=("generalized_poisson",),
    symbol="Generalized-Poisson",
    example="sl.GeneralizedPoisson(3, 1.5, observed='y')",
)

DISPERSED = (CONWAY_MAXWELL_POISSON, GENERALIZED_POISSON)
