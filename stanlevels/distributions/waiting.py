"""Distributions of times until something happens, and of other positive numbers."""

from __future__ import annotations

from math import log, pi
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.family import Default, Family, Parameter, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import NONNEGATIVE, POSITIVE
from stanlevels.distributions.vocabulary import HAZARD, SPREAD, alternative, call, location, shape, standard
from stanlevels.graph import Ref

__all__ = ["WAITING"]

# --- inverse Gaussian -----------------------------------------------------------------------------------


def _inverse_gaussian_below(x: Any, mu: Any, shape: Any) -> Any:
    root = np.sqrt(shape / x)
    second = 2 * shape / mu + special.log_ndtr(-root * (x / mu + 1))
    return np.where(x > 0, special.ndtr(root * (x / mu - 1)) + np.exp(second), 0.0)


_INVERSE_GAUSSIAN = Numbers(
    POSITIVE,
    log_density=lambda x, mu, shape: (
        (np.log(shape) - log(2 * pi) - 3 * np.log(x)) / 2 - shape * np.square((x - mu) / mu) / (2 * x)
    ),
    draw=lambda rng, size, mu, shape: rng.wald(mu, shape, size),
    mean=lambda mu, shape: mu,
    variance=lambda mu, shape: mu**3 / shape,
    cumulative=_inverse_gaussian_below,
)
_INVERSE_GAUSSIAN_STANDARD = standard(
    "inverse_gaussian",
    _INVERSE_GAUSSIAN,
    location("mu", POSITIVE, Default(1)),
    shape("shape"),
    phrase="inverse Gaussian with mean {mu} and shape {shape}",
)

INVERSE_GAUSSIAN = Family(
    "InverseGaussian",
    (
        _INVERSE_GAUSSIAN_STANDARD,
        alternative(
            _INVERSE_GAUSSIAN_STANDARD,
            "log",
            (location("log"), shape("shape")),
            (call("exp", Ref("log")), Ref("shape")),
            link="log",
            phrase="inverse Gaussian with shape {shape} and a mean whose log is {log}",
        ),
    ),
    "The inverse Gaussian (Wald) distribution with mean `mu`, or the log of its mean (`log=`), and `shape`.",
    latent=False,
    by_unit=True,
    functions=("inverse_gaussian",),
    symbol="Inverse-Gaussian",
)

# --- log-logistic -----------------------------------------------------------------------------------------


def _log_logistic_mean(alpha: Any, beta: Any) -> Any:
    angle = pi / beta
    return np.where(beta > 1, alpha * angle / np.sin(angle), np.inf)


def _log_logistic_variance(alpha: Any, beta: Any) -> Any:
    angle = pi / beta
    second = 2 * angle / np.sin(2 * angle)
    finite = np.square(alpha) * (second - np.square(angle / np.sin(angle)))
    return np.where(beta > 2, finite, np.where(beta > 1, np.inf, np.nan))


_LOG_LOGISTIC = Numbers(
    NONNEGATIVE,
    log_density=lambda x, alpha, beta: (
        np.log(beta / alpha)
        + special.xlogy(beta - 1, x / alpha)
        - 2 * np.logaddexp(0, beta * (np.log(x) - np.log(alpha)))
    ),
    draw=lambda rng, size, alpha, beta: alpha * np.exp(rng.logistic(size=size) / beta),
    mean=_log_logistic_mean,
    variance=_log_logistic_variance,
    cumulative=lambda x, alpha, beta: special.expit(beta * (np.log(x) - np.log(alpha))),
    log_above=lambda x, alpha, beta: -np.logaddexp(0, beta * (np.log(x) - np.log(alpha))),
    log_below=lambda x, alpha, beta: -np.logaddexp(0, beta * (np.log(alpha) - np.log(x))),
)
_STEEPNESS = Parameter("beta", POSITIVE, "shape", Default(1), HAZARD)
_LOG_LOGISTIC_STANDARD = standard(
    "loglogistic",
    _LOG_LOGISTIC,
    Parameter("alpha", POSITIVE, "scale", SPREAD, shape("alpha").prior),
    _STEEPNESS,
    phrase="log-logistic with median {alpha} and shape {beta}",
)

LOG_LOGISTIC = Family(
    "LogLogistic",
    (
        _LOG_LOGISTIC_STANDARD,
        alternative(
            _LOG_LOGISTIC_STANDARD,
            "log",
            (location("log", default=Default(0)), _STEEPNESS),
            (call("exp", Ref("log")), Ref("beta")),
            link="log",
            phrase="log-logistic with shape {beta} and a median whose log is {log}",
        ),
    ),
    "The log-logistic distribution with median `alpha`, or the log of its median (`log=`), and shape `beta`.",
    symbol="Log-Logistic",
    tails=("loglogistic_tails",),
)

# --- Gompertz ---------------------------------------------------------------------------------------------

_T = np.arange(-4.0, 4.3, 0.04)
_NODES = np.exp(_T - np.exp(-_T))
_WEIGHTS = 0.04 * np.exp(-_NODES) * _NODES * (1 + np.exp(-_T))
"""Of integrals over exp(-u) from 0 on, by the double exponential rule (Takahasi and Mori 1974)."""


def _of_logs(shape: Any, rate: Any, power: int) -> Array:
    """The mean of x to a power, where x is log(1 + u shape / rate) / shape, and u exponential."""
    shape, rate = np.asarray(shape, dtype=float)[..., None], np.asarray(rate, dtype=float)[..., None]
    return np.asarray(((np.log1p(_NODES * shape / rate) / shape) ** power) @ _WEIGHTS)


_GOMPERTZ = Numbers(
    NONNEGATIVE,
    log_density=lambda x, shape, rate: np.log(rate) + shape * x - rate / shape * np.expm1(shape * x),
    draw=lambda rng, size, shape, rate: np.log1p(rng.standard_exponential(size) * shape / rate) / shape,
    mean=lambda shape, rate: _of_logs(shape, rate, 1),
    variance=lambda shape, rate: _of_logs(shape, rate, 2) - np.square(_of_logs(shape, rate, 1)),
    cumulative=lambda x, shape, rate: -np.expm1(-rate / shape * np.expm1(shape * x)),
    log_above=lambda x, shape, rate: -rate / shape * np.expm1(shape * x),
)
_GROWTH = Parameter(
    "shape",
    POSITIVE,
    "rate",
    Default(1, -1),
    Prior("Exponential", (None,), "a rate of growth: about 1 over a typical time"),
)
_GOMPERTZ_STANDARD = standard(
    "gompertz",
    _GOMPERTZ,
    _GROWTH,
    Parameter("rate", POSITIVE, "rate", Default(1, -1), shape("rate").prior),
    phrase="Gompertz, with a hazard that is {rate} at 0 and grows at the rate {shape}",
)

GOMPERTZ = Family(
    "Gompertz",
    (
        _GOMPERTZ_STANDARD,
        alternative(
            _GOMPERTZ_STANDARD,
            "log",
            (_GROWTH, location("log", default=Default(0))),
            (Ref("shape"), call("exp", Ref("log"))),
            link="log_rate",
            phrase="Gompertz, with a hazard whose log is {log} at 0 and grows at the rate {shape}",
        ),
    ),
    "The Gompertz distribution: a hazard that is `rate` (or has the log `log=`) at 0, and grows at the"
    " rate `shape`.",
    latent=False,
    by_unit=True,
    functions=("gompertz",),
)

WAITING = (INVERSE_GAUSSIAN, LOG_LOGISTIC, GOMPERTZ)
