"""Distributions of positive numbers."""

from __future__ import annotations

from collections.abc import Callable
from math import log, pi
from typing import Any

import numpy as np

from stanlevels.distributions import kept, pairs
from stanlevels.distributions.continuous import CAUCHY, NORMAL, STUDENT_T, student_variance
from stanlevels.distributions.family import Default, Family, Parameter, Parameterization
from stanlevels.distributions.numbers import Likelihood, Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import NONNEGATIVE, POSITIVE
from stanlevels.distributions.vocabulary import (
    HAZARD,
    NU,
    SPREAD,
    alternative,
    call,
    location,
    minus,
    scale,
    shape,
    squared,
    standard,
    times,
)
from stanlevels.graph import Number, Ref

__all__ = ["POSITIVES"]

# --- log-normal, gamma and their relatives --------------------------------------------------------

_NORMAL = NORMAL.parameterizations[0].numbers


def _log_part(a: Any, b: Any) -> Any:
    """The log of what a standard normal variable has between two values, by the lower tail."""
    turned = a > -b
    a, b = np.where(turned, -b, a), np.where(turned, -a, b)
    return special.log_ndtr(b) + np.log1p(-np.exp(special.log_ndtr(a) - special.log_ndtr(b)))


def _lognormal_between(low: Any, high: Any, mu: Any, sigma: Any) -> tuple[Any, Any]:
    """Mean and variance between two values: x^k times the density is one with the location mu + k sigma^2."""
    a, b = (np.log(np.maximum(low, 0.0)) - mu) / sigma, (np.log(high) - mu) / sigma
    whole = _log_part(a, b)
    first, second = (
        k * mu + np.square(k * sigma) / 2 + _log_part(a - k * sigma, b - k * sigma) - whole for k in (1, 2)
    )
    return np.exp(first), np.exp(2 * first) * np.maximum(np.expm1(second - 2 * first), 0)


_LOGNORMAL = Numbers(
    POSITIVE,
    log_density=lambda x, mu, sigma: _NORMAL.log_density(np.log(x), mu, sigma) - np.log(x),
    draw=lambda rng, size, mu, sigma: np.exp(_NORMAL.draw(rng, size, mu, sigma)),
    mean=lambda mu, sigma: np.exp(mu + np.square(sigma) / 2),
    variance=lambda mu, sigma: np.expm1(np.square(sigma)) * np.exp(2 * mu + np.square(sigma)),
    cumulative=lambda x, mu, sigma: special.ndtr((np.log(x) - mu) / sigma),
    log_above=lambda x, mu, sigma: special.log_ndtr((mu - np.log(x)) / sigma),
    log_below=lambda x, mu, sigma: special.log_ndtr((np.log(x) - mu) / sigma),
    moments_between=_lognormal_between,
)

LOGNORMAL = Family(
    "LogNormal",
    (
        standard(
            "lognormal",
            _LOGNORMAL,
            location(default=Default(0)),
            scale(Default(1)),
            kept=kept.normal(by_log=True),
            written=(Ref("mu"), squared("sigma")),
            phrase="log-normal, with a logarithm around {mu} with standard deviation {sigma}",
        ),
    ),
    "The distribution of exp(x) with x normal with mean `mu` and sd `sigma`.",
    location_link="log",
    gaussian=True,
    symbol="Log-Normal",
)

_GAMMA = Numbers(
    POSITIVE,
    log_density=lambda x, alpha, beta: (
        alpha * np.log(beta) - special.gammaln(alpha) + (alpha - 1) * np.log(x) - beta * x
    ),
    draw=lambda rng, size, alpha, beta: rng.gamma(alpha, 1 / beta, size),
    mean=lambda alpha, beta: alpha / beta,
    variance=lambda alpha, beta: alpha / np.square(beta),
    cumulative=lambda x, alpha, beta: special.gammainc(alpha, beta * x),
    log_above=lambda x, alpha, beta: np.log(special.gammaincc(alpha, beta * x)),
)

# By the log of the mean, eta, the log density is shape (log shape - eta - x exp(-eta)) and what is constant.
_GAMMA_BY_LOG = Likelihood(
    first=lambda x, log, shape: shape * (x * np.exp(-log) - 1),
    second=lambda x, log, shape: -shape * x * np.exp(-log),
    third=lambda x, log, shape: shape * x * np.exp(-log),
    start=lambda x: np.log(np.maximum(x, 1e-12)),
    dispersion="shape",
)

_GAMMA_STANDARD = standard(
    "gamma",
    _GAMMA,
    shape("alpha", Default(2)),
    shape("beta", Default(2, -1)),
    kept=kept.gamma(Ref("alpha"), Ref("beta")),
    phrase="gamma with shape {alpha} and rate {beta}",
)
_GAMMA_LOG = (Ref("shape"), times(Ref("shape"), call("exp", minus(Ref("log")))))

GAMMA = Family(
    "Gamma",
    (
        _GAMMA_STANDARD,
        alternative(
            _GAMMA_STANDARD,
            "log",
            (location("log", default=Default(0)), shape("shape", Default(2))),
            _GAMMA_LOG,
            link="log",
            likelihood=_GAMMA_BY_LOG,
            kept=kept.gamma(*_GAMMA_LOG),
            phrase="gamma with shape {shape} and a mean whose log is {log}",
        ),
    ),
    "The gamma distribution with shape `alpha` and rate `beta`; or with the log of its mean"
    " (`log=`) and `shape`.",
    conjugate_prior=pairs.ConjugatePrior(pairs.RATE, "gamma"),
)


def _inverse_gamma_variance(alpha: Any, beta: Any) -> Any:
    finite = np.square(beta / (alpha - 1)) / (alpha - 2)
    return np.where(alpha > 2, finite, np.where(alpha > 1, np.inf, np.nan))


_INVERSE_GAMMA = Numbers(
    POSITIVE,
    log_density=lambda x, alpha, beta: (
        alpha * np.log(beta) - special.gammaln(alpha) - (alpha + 1) * np.log(x) - beta / x
    ),
    draw=lambda rng, size, alpha, beta: beta / rng.gamma(alpha, size=size),
    mean=lambda alpha, beta: np.where(alpha > 1, beta / (alpha - 1), np.inf),
    variance=_inverse_gamma_variance,
    cumulative=lambda x, alpha, beta: special.gammaincc(alpha, beta / x),
    log_above=lambda x, alpha, beta: np.log(special.gammainc(alpha, beta / x)),
)

INVERSE_GAMMA = Family(
    "InverseGamma",
    (
        standard(
            "inv_gamma",
            _INVERSE_GAMMA,
            shape("alpha", Default(3)),
            shape("beta", Default(2, 1)),
            kept=kept.gamma(Ref("alpha"), Ref("beta"), inverse=True),
            phrase="inverse gamma with shape {alpha} and scale {beta}",
        ),
    ),
    "The distribution of 1/x with x gamma with shape `alpha` and rate `beta`.",
    symbol="Inverse-Gamma",
)


def _exponential_between(low: Any, high: Any, beta: Any) -> tuple[Any, Any]:
    """Mean and variance between two values: it begins anew at the lower one."""
    low = np.maximum(low, 0.0)
    t = beta * (high - low)  # the width
    near, far = t < 1e-3, t > 700
    some = np.where(near | far, 1.0, t)
    mean = np.where(near, t / 2 - np.square(t) / 12, 1 - np.where(far, 0.0, some / np.expm1(some)))
    bent = np.where(far, 0.0, np.square(some / 2 / np.sinh(some / 2)))
    variance = np.where(near, np.square(t) * (1 / 12 - np.square(t) / 240), 1 - bent)
    return low + mean / beta, variance / np.square(beta)


_EXPONENTIAL = Numbers(
    NONNEGATIVE,
    log_density=lambda x, beta: np.log(beta) - beta * x,
    draw=lambda rng, size, beta: rng.exponential(1 / beta, size),
    mean=lambda beta: 1 / beta,
    variance=lambda beta: 1 / np.square(beta),
    cumulative=lambda x, beta: -np.expm1(-beta * x),
    log_above=lambda x, beta: -beta * x,
    moments_between=_exponential_between,
)

_EXPONENTIAL_STANDARD = standard(
    "exponential",
    _EXPONENTIAL,
    Parameter("beta", POSITIVE, "rate", Default(1, -1)),
    kept=kept.exponential(Ref("beta")),
    phrase="exponential with rate {beta}",
)

EXPONENTIAL = Family(
    "Exponential",
    (
        _EXPONENTIAL_STANDARD,
        alternative(
            _EXPONENTIAL_STANDARD,
            "log",
            (location("log", default=Default(0)),),
            (call("exp", minus(Ref("log"))),),
            link="log",
            kept=kept.exponential(minus(Ref("log")), by_log=True),
            phrase="exponential with a mean whose log is {log}",
        ),
    ),
    "The exponential distribution with rate `beta`; or with the log of its mean (`log=`).",
    conjugate_prior=pairs.ConjugatePrior(pairs.RATE, "gamma", shape_is_one=True),
    conjugate_outcome=pairs.TIMES,
)


def _weibull_variance(alpha: Any, sigma: Any) -> Any:
    first, second = special.gamma(1 + 1 / alpha), special.gamma(1 + 2 / alpha)
    return np.square(sigma) * (second - np.square(first))


_WEIBULL = Numbers(
    NONNEGATIVE,
    log_density=lambda x, alpha, sigma: (
        np.log(alpha / sigma) + special.xlogy(alpha - 1, x / sigma) - np.power(x / sigma, alpha)
    ),
    draw=lambda rng, size, alpha, sigma: sigma * rng.weibull(alpha, size),
    mean=lambda alpha, sigma: sigma * special.gamma(1 + 1 / alpha),
    variance=_weibull_variance,
    cumulative=lambda x, alpha, sigma: -np.expm1(-np.power(x / sigma, alpha)),
    log_above=lambda x, alpha, sigma: -np.power(x / sigma, alpha),
)

_HAZARD = Parameter("alpha", POSITIVE, "shape", Default(1), HAZARD)
_WEIBULL_STANDARD = standard(
    "weibull",
    _WEIBULL,
    _HAZARD,
    scale(SPREAD),
    phrase="Weibull with shape {alpha} and scale {sigma}",
)

WEIBULL = Family(
    "Weibull",
    (
        _WEIBULL_STANDARD,
        alternative(
            _WEIBULL_STANDARD,
            "log",
            (_HAZARD, location("log", default=Default(0))),
            (Ref("alpha"), call("exp", Ref("log"))),
            link="log",
            phrase="Weibull with shape {alpha} and a scale whose log is {log}",
        ),
    ),
    "The Weibull distribution with shape `alpha` and scale `sigma`, or the log of its scale (`log=`).",
)

# --- folded at zero -------------------------------------------------------------------------------


def folded(whole: Parameterization, mean: Callable[..., Any], variance: Callable[..., Any]) -> Numbers:
    """The numbers of |x|, where x is symmetric about 0."""
    numbers = whole.numbers
    cumulative = numbers.cumulative
    assert cumulative is not None
    return Numbers(
        NONNEGATIVE,
        log_density=lambda x, **given: log(2) + numbers.log_density(x, mu=0.0, **given),
        draw=lambda rng, size, **given: np.abs(numbers.draw(rng, size, mu=0.0, **given)),
        mean=mean,
        variance=variance,
        cumulative=lambda x, **given: 1 - 2 * cumulative(-x, mu=0.0, **given),
    )


def _half(
    whole: Family,
    name: str,
    numbers: Numbers,
    doc: str,
    *parameters: Parameter,
    symbol: str,
    **written: Any,
) -> Family:
    """The row of the upper half of a distribution: Stan's arguments are those of the whole, about 0."""
    first = whole.parameterizations[0]
    arguments = tuple(Number(0) if a == Ref(first.location) else a for a in first.arguments)
    form = standard(first.stan, numbers, *parameters, arguments=arguments, **written)
    return Family(name, (form,), doc, half=True, symbol=symbol)


def _half_student_mean(sigma: Any, nu: Any) -> Any:
    """2 sigma sqrt(nu/pi) Gamma((nu + 1)/2) / (Gamma(nu/2) (nu - 1)), for nu > 1."""
    ratio = np.exp(special.gammaln((nu + 1) / 2) - special.gammaln(nu / 2))
    return np.where(nu > 1, 2 * sigma * np.sqrt(nu / pi) * ratio / (nu - 1), np.inf)


def _half_student_variance(sigma: Any, nu: Any) -> Any:
    return np.square(sigma) * student_variance(nu) - np.square(_half_student_mean(sigma, nu))


HALF_NORMAL = _half(
    NORMAL,
    "HalfNormal",
    folded(
        NORMAL.parameterizations[0],
        lambda sigma: sigma * np.sqrt(2 / pi),
        lambda sigma: np.square(sigma) * (1 - 2 / pi),
    ),
    "The normal distribution with mean 0 and sd `sigma`, folded at 0.",
    scale(SPREAD),
    symbol="Half-Normal",
    written=(Number(0), squared("sigma")),
    phrase="half-normal with scale {sigma}",
)

HALF_CAUCHY = _half(
    CAUCHY,
    "HalfCauchy",
    folded(CAUCHY.parameterizations[0], lambda sigma: np.inf * sigma, lambda sigma: np.nan * sigma),
    "The Cauchy distribution with location 0 and scale `sigma`, folded at 0.",
    scale(SPREAD),
    symbol="Half-Cauchy",
    written=(Number(0), Ref("sigma")),
    phrase="half-Cauchy with scale {sigma}",
)

HALF_STUDENT_T = _half(
    STUDENT_T,
    "HalfStudentT",
    folded(STUDENT_T.parameterizations[0], _half_student_mean, _half_student_variance),
    "Student's t with `nu` degrees of freedom, location 0 and scale `sigma`, folded at 0.",
    NU,
    scale(SPREAD),
    symbol="Half-Student-t",
    written=(Ref("nu"), Number(0), Ref("sigma")),
    phrase="half-Student-t with scale {sigma} and {nu} degrees of freedom",
)

POSITIVES = (
    LOGNORMAL,
    GAMMA,
    INVERSE_GAMMA,
    EXPONENTIAL,
    WEIBULL,
    HALF_NORMAL,
    HALF_CAUCHY,
    HALF_STUDENT_T,
)
