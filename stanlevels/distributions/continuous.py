"""Distributions of real numbers, and of numbers between bounds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import log, pi
from typing import Any

import numpy as np

from stanlevels.distributions import kept, pairs
from stanlevels.distributions.family import COVARIATES, INTERCEPT, SLOPES, Default, Family, Parameter
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import OPEN_UNIT, REAL
from stanlevels.distributions.vocabulary import (
    NU,
    SPREAD,
    alternative,
    call,
    complement,
    location,
    minus,
    refs,
    scale,
    shape,
    squared,
    standard,
    times,
)
from stanlevels.graph import Ref

__all__ = [
    "CAUCHY",
    "CONTINUOUS",
    "NORMAL",
    "STUDENT_T",
    "located",
    "log_ratio_of_gammas",
    "student_variance",
]

# --- of a location and a scale --------------------------------------------------------------------


def located(
    log_density: Callable[..., Any],
    cumulative: Callable[..., Any],
    draw: Callable[..., Any],
    mean: Callable[..., Any],
    variance: Callable[..., Any],
    *,
    symmetric: bool = True,
    log_above: Callable[..., Any] | None = None,
    log_below: Callable[..., Any] | None = None,
) -> Numbers:
    """The numbers of mu + sigma z, from those of the standard variable z.

    Further arguments (degrees of freedom) are handed on by name; `draw` gets a generator and a shape.
    """

    def beyond(z: Any, **more: Any) -> Any:
        if log_above is not None:
            return log_above(z, **more)
        return np.log(cumulative(-z, **more)) if symmetric else np.log1p(-cumulative(z, **more))

    def up_to(z: Any, **more: Any) -> Any:
        if log_below is not None:
            return log_below(z, **more)
        return beyond(-z, **more) if symmetric else np.log(cumulative(z, **more))

    return Numbers(
        REAL,
        log_density=lambda x, mu, sigma, **more: log_density((x - mu) / sigma, **more) - np.log(sigma),
        draw=lambda rng, size, mu, sigma, **more: mu + sigma * draw(rng, size, **more),
        mean=lambda mu, sigma, **more: mu + sigma * mean(**more),
        variance=lambda mu, sigma, **more: np.square(sigma) * variance(**more),
        cumulative=lambda x, mu, sigma, **more: cumulative((x - mu) / sigma, **more),
        symmetric=symmetric,
        log_above=lambda x, mu, sigma, **more: beyond((x - mu) / sigma, **more),
        log_below=lambda x, mu, sigma, **more: up_to((x - mu) / sigma, **more),
    )


def _normal_between(low: Any, high: Any, mu: Any, sigma: Any) -> tuple[Any, Any]:
    """Mean and variance between two values (Johnson, Kotz and Balakrishnan 1994), by the lower tail."""
    a, b = (low - mu) / sigma, (high - mu) / sigma
    turned = a > -b
    a, b = np.where(turned, -b, a), np.where(turned, -a, b)  # what is left of the middle keeps its digits
    mass = special.log_ndtr(b) + np.log1p(-np.exp(special.log_ndtr(a) - special.log_ndtr(b)))
    first, last = (np.exp(-np.square(end) / 2 - log(2 * pi) / 2 - mass) for end in (a, b))
    mean = first - last
    from_ends = np.where(np.isfinite(a), a * first, 0.0) - np.where(np.isfinite(b), b * last, 0.0)
    return mu + sigma * np.where(turned, -mean, mean), np.square(sigma) * (1 + from_ends - np.square(mean))


_NORMAL = replace(
    located(
        log_density=lambda z: -np.square(z) / 2 - log(2 * pi) / 2,
        cumulative=lambda z: special.ndtr(z),
        draw=lambda rng, size: rng.standard_normal(size),
        mean=lambda: 0.0,
        variance=lambda: 1.0,
        log_above=lambda z: special.log_ndtr(-z),
    ),
    moments_between=_normal_between,
)


def log_ratio_of_gammas(nu: Any, count: Any) -> Any:
    """log(Gamma((nu + count) / 2) / Gamma(nu / 2) / nu^(count / 2)), a series where the two would cancel."""
    many, a = nu > 1e5, count / 2
    some, large = np.where(many, 1.0, nu), np.where(many, nu, 1.0)
    near = special.gammaln(some / 2 + a) - special.gammaln(some / 2) - a * np.log(some)
    far = a * (a - 1) / large * (1 - (2 * a - 1) / 3 / large) - a * log(2)
    return np.where(many, far, near)


def _student_log(z: Any, nu: Any) -> Any:
    constant = log_ratio_of_gammas(nu, 1) - np.log(pi) / 2
    return constant - (nu + 1) / 2 * np.log1p(np.square(z) / nu)


def student_variance(nu: Any) -> Any:
    """Of the standard variable: infinite up to 2 degrees of freedom, without meaning up to 1."""
    return np.where(nu > 2, nu / (nu - 2), np.where(nu > 1, np.inf, np.nan))


_STUDENT = located(
    log_density=_student_log,
    cumulative=lambda z, nu: special.stdtr(nu, z),
    draw=lambda rng, size, nu: rng.standard_t(nu, size),
    mean=lambda nu: np.where(nu > 1, 0.0, np.nan),
    variance=student_variance,
)

_CAUCHY = located(
    log_density=lambda z: -log(pi) - np.log1p(np.square(z)),
    cumulative=lambda z: np.arctan2(1, -z) / pi,  # exact far to the left, where 1/2 + arctan(z) / pi cancels
    draw=lambda rng, size: rng.standard_cauchy(size),
    mean=lambda: np.nan,
    variance=lambda: np.nan,
)

_LAPLACE = located(
    log_density=lambda z: -log(2) - np.abs(z),
    cumulative=lambda z: np.where(z < 0, np.exp(-np.abs(z)) / 2, 1 - np.exp(-np.abs(z)) / 2),
    draw=lambda rng, size: rng.laplace(size=size),
    mean=lambda: 0.0,
    variance=lambda: 2.0,
)

_LOGISTIC = located(
    log_density=lambda z: -np.abs(z) - 2 * np.log1p(np.exp(-np.abs(z))),
    cumulative=lambda z: special.expit(z),
    draw=lambda rng, size: rng.logistic(size=size),
    mean=lambda: 0.0,
    variance=lambda: pi**2 / 3,
    log_above=lambda z: -np.logaddexp(0, z),
)

NORMAL = Family(
    "Normal",
    (
        standard(
            "normal",
            _NORMAL,
            location(),
            scale(),
            glm="normal_id_glm",
            glm_arguments=(COVARIATES, INTERCEPT, SLOPES, "sigma"),
            kept=kept.normal(),
            written=(Ref("mu"), squared("sigma")),
            phrase="normal around {mu} with standard deviation {sigma}",
        ),
    ),
    "The normal distribution with mean `mu` and standard deviation `sigma`.",
    location_scale=("mu", "sigma"),
    gaussian=True,
    symbol="N",
)

STUDENT_T = Family(
    "StudentT",
    (
        standard(
            "student_t",
            _STUDENT,
            NU,
            location(),
            scale(),
            phrase="Student-t around {mu} with scale {sigma} and {nu} degrees of freedom",
        ),
    ),
    "Student's t with `nu` degrees of freedom, location `mu` and scale `sigma`.",
    location_scale=("mu", "sigma"),
    symbol="Student-t",
)

CAUCHY = Family(
    "Cauchy",
    (standard("cauchy", _CAUCHY, location(), scale(), phrase="Cauchy around {mu} with scale {sigma}"),),
    "The Cauchy distribution with location `mu` and scale `sigma`.",
    location_scale=("mu", "sigma"),
)

LAPLACE = Family(
    "Laplace",
    (
        standard(
            "double_exponential",
            _LAPLACE,
            location(),
            scale(),
            phrase="Laplace around {mu} with scale {sigma}",
        ),
    ),
    "The Laplace (double exponential) distribution with location `mu` and scale `sigma`.",
    location_scale=("mu", "sigma"),
)

LOGISTIC = Family(
    "Logistic",
    (standard("logistic", _LOGISTIC, location(), scale(), phrase="logistic around {mu} with scale {sigma}"),),
    "The logistic distribution with location `mu` and scale `sigma`.",
    location_scale=("mu", "sigma"),
)

# --- between bounds -------------------------------------------------------------------------------

_INSIDE = (np.finfo(float).tiny, 1 - np.finfo(float).epsneg)  # draws do not round to the bounds


def _log_beta_above(x: Any, alpha: Any, beta: Any) -> Any:
    """By whichever of both tails is small: 1 - x loses what x has near 0."""
    share = special.betainc(alpha, beta, x)
    far = np.log(special.betainc(beta, alpha, 1 - x))
    return np.where(share < 0.5, np.log1p(-share), far)


_BETA = Numbers(
    OPEN_UNIT,
    log_density=lambda x, alpha, beta: (
        special.xlogy(alpha - 1, x) + special.xlog1py(beta - 1, -x) - special.betaln(alpha, beta)
    ),
    draw=lambda rng, size, alpha, beta: np.clip(rng.beta(alpha, beta, size), *_INSIDE),
    mean=lambda alpha, beta: alpha / (alpha + beta),
    variance=lambda alpha, beta: alpha * beta / (np.square(alpha + beta) * (alpha + beta + 1)),
    cumulative=lambda x, alpha, beta: special.betainc(alpha, beta, x),
    log_above=_log_beta_above,
)

_BETA_STANDARD = standard(
    "beta",
    _BETA,
    shape("alpha", Default(1)),
    shape("beta", Default(1)),
    kept=kept.beta(Ref("alpha"), Ref("beta")),
    phrase="beta with shapes {alpha} and {beta}",
)
_CONCENTRATION = shape("concentration", Default(2))
_BETA_BY_MEAN = (
    times(Ref("mean"), Ref("concentration")),
    times(complement(Ref("mean")), Ref("concentration")),
)
_BETA_BY_LOGIT = (
    times(call("inv_logit", Ref("logit")), Ref("concentration")),
    times(call("inv_logit", minus(Ref("logit"))), Ref("concentration")),
)

BETA = Family(
    "Beta",
    (
        _BETA_STANDARD,
        alternative(
            _BETA_STANDARD,
            "mean",
            (location("mean", OPEN_UNIT, Default(0.5)), _CONCENTRATION),
            _BETA_BY_MEAN,
            stan="beta_proportion",
            stan_arguments=refs("mean", "concentration"),
            kept=kept.beta(*_BETA_BY_MEAN),
            phrase="beta with mean {mean} and concentration {concentration}",
        ),
        alternative(
            _BETA_STANDARD,
            "logit",
            (location("logit", default=Default(0)), _CONCENTRATION),
            _BETA_BY_LOGIT,
            stan="beta_proportion",
            stan_arguments=(call("inv_logit", Ref("logit")), Ref("concentration")),
            link="logit",
            kept=kept.beta(*_BETA_BY_LOGIT),
            phrase="beta with concentration {concentration} and a mean whose log odds are {logit}",
        ),
    ),
    "The beta distribution with shapes `alpha` and `beta`; or with `mean=` (or its `logit=`) and"
    " `concentration` (the sum of the two shapes).",
    conjugate_prior=pairs.ConjugatePrior(pairs.PROBABILITY, "beta"),
)

_UNIFORM = Numbers(
    REAL,
    log_density=lambda x, alpha, beta: np.where((x >= alpha) & (x <= beta), -np.log(beta - alpha), -np.inf),
    draw=lambda rng, size, alpha, beta: rng.uniform(alpha, beta, size),
    mean=lambda alpha, beta: (alpha + beta) / 2,
    variance=lambda alpha, beta: np.square(beta - alpha) / 12,
    cumulative=lambda x, alpha, beta: np.clip((x - alpha) / (beta - alpha), 0, 1),
)

UNIFORM = Family(
    "Uniform",
    (
        standard(
            "uniform",
            _UNIFORM,
            Parameter("alpha", REAL),
            Parameter("beta", REAL, default=SPREAD),
            phrase="uniform from {alpha} to {beta}",
        ),
    ),
    "The uniform distribution from `alpha` to `beta`.",
    bounds=("alpha", "beta"),
    example="sl.Uniform(0, 1)",
)

CONTINUOUS = (NORMAL, STUDENT_T, CAUCHY, LAPLACE, LOGISTIC, BETA, UNIFORM)
