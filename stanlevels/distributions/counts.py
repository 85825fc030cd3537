"""Distributions of counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.distributions import kept, pairs
from stanlevels.distributions.family import COVARIATES, INTERCEPT, SLOPES, Family
from stanlevels.distributions.numbers import Likelihood, Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import COUNT, NONNEGATIVE, POSITIVE
from stanlevels.distributions.trials import BERNOULLI, BETA_BINOMIAL, BINOMIAL, log_choose
from stanlevels.distributions.vocabulary import alternative, call, location, refs, shape, standard
from stanlevels.graph import Ref

__all__ = ["COUNTS"]

_LARGEST = 2.0**62  # NumPy draws no larger mean of a count; Stan's counts end at 2^31


def _log_start(x: Any) -> Any:
    return np.log(x + 0.5)


_POISSON = Numbers(
    COUNT,
    log_density=lambda x, rate: special.xlogy(x, rate) - rate - special.gammaln(x + 1),
    draw=lambda rng, size, rate: rng.poisson(np.minimum(rate, _LARGEST), size),
    mean=lambda rate: rate,
    variance=lambda rate: rate,
    cumulative=lambda x, rate: special.gammaincc(x + 1, rate),
    log_above=lambda x, rate: np.log(special.gammainc(x + 1, rate)),
)
_POISSON_STANDARD = standard(
    "poisson",
    _POISSON,
    location("rate", NONNEGATIVE),
    kept=kept.poisson("rate", by_log=False),
    phrase="a Poisson count with mean {rate}",
)

POISSON = Family(
    "Poisson",
    (
        _POISSON_STANDARD,
        alternative(
            _POISSON_STANDARD,
            "log",
            (location("log"),),
            (call("exp", Ref("log")),),
            stan="poisson_log",
            stan_arguments=refs("log"),
            link="log",
            likelihood=Likelihood(
                first=lambda x, log: x - np.exp(log),
                second=lambda x, log: -np.exp(log),
                third=lambda x, log: -np.exp(log),
                start=_log_start,
            ),
            glm="poisson_log_glm",
            glm_arguments=(COVARIATES, INTERCEPT, SLOPES),
            kept=kept.poisson("log", by_log=True),
            phrase="a Poisson count with a mean whose log is {log}",
        ),
    ),
    "A count with mean `rate`, or with the log of its mean, `log=`.",
    latent=False,
    conjugate_outcome=pairs.TOTALS,
)


def _negative_binomial_by_log(x: Any, log: Any, shape: Any) -> Any:
    """Of a count with variance mu + mu^2 / shape, by the log of mu; shape may be infinite."""
    above = np.logaddexp(0, log - np.log(shape))
    far = log_choose(x + shape - 1, x) - x * np.logaddexp(0, np.log(shape) - log) - shape * above
    alpha = 1 / shape
    rising = alpha * x * (x - 1) / 2 * (1 - alpha * (2 * x - 1) / 6)  # sum over k < x of log(1 + k alpha)
    excess = np.where(alpha > 0, above * shape, np.exp(log))
    near = rising - special.gammaln(x + 1) + x * (log - above) - excess
    return np.where(alpha * np.square(x) < 1e-7, near, far)


def _share(log: Any, shape: Any) -> Any:
    """Mu / (mu + shape)."""
    return special.expit(log - np.log(shape))


def _negative_binomial_second(x: Any, log: Any, shape: Any) -> Any:
    p = _share(log, shape)
    return -(x * p + 1 / (np.exp(-log) + 1 / shape)) * (1 - p)


_NEGATIVE_BINOMIAL_SLOPES = Likelihood(
    first=lambda x, log, shape: x * (1 - _share(log, shape)) - 1 / (np.exp(-log) + 1 / shape),
    second=_negative_binomial_second,
    third=lambda x, log, shape: _negative_binomial_second(x, log, shape) * (1 - 2 * _share(log, shape)),
    start=_log_start,
    dispersion="shape",
    limit="Poisson",
)
_NEGATIVE_BINOMIAL = Numbers(
    COUNT,
    log_density=lambda x, mu, shape: _negative_binomial_by_log(x, np.log(mu), shape),
    draw=lambda rng, size, mu, shape: rng.poisson(np.minimum(rng.gamma(shape, mu / shape, size), _LARGEST)),
    mean=lambda mu, shape: mu,
    variance=lambda mu, shape: mu + np.square(mu) / shape,
    cumulative=lambda x, mu, shape: special.betainc(shape, x + 1, shape / (shape + mu)),
    log_above=lambda x, mu, shape: np.log(special.betainc(x + 1, shape, mu / (shape + mu))),
)
_NEGATIVE_BINOMIAL_STANDARD = standard(
    "neg_binomial_2",
    _NEGATIVE_BINOMIAL,
    location("mu", POSITIVE),
    shape("shape"),
    kept=kept.negative_binomial(call("log", Ref("mu"))),
    phrase="a negative binomial count with mean {mu} and shape {shape}",
)
_NEGATIVE_BINOMIAL_LOG = alternative(
    _NEGATIVE_BINOMIAL_STANDARD,
    "log",
    (location("log"), shape("shape")),
    (call("exp", Ref("log")), Ref("shape")),
    stan="neg_binomial_2_log",
    stan_arguments=refs("log", "shape"),
    link="log",
    likelihood=_NEGATIVE_BINOMIAL_SLOPES,
    glm="neg_binomial_2_log_glm",
    glm_arguments=(COVARIATES, INTERCEPT, SLOPES, "shape"),
    kept=kept.negative_binomial(Ref("log")),
    phrase="a negative binomial count with shape {shape} and a mean whose log is {log}",
)

NEGATIVE_BINOMIAL = Family(
    "NegBinomial",
    (
        _NEGATIVE_BINOMIAL_STANDARD,
        replace(
            _NEGATIVE_BINOMIAL_LOG,
            numbers=replace(_NEGATIVE_BINOMIAL_LOG.numbers, log_density=_negative_binomial_by_log),
        ),
    ),
    "A count with mean `mu` (or its `log=`) and variance mu + mu^2 / `shape`.",
    latent=False,
    symbol="Negative-Binomial",
)

COUNTS = (BERNOULLI, BINOMIAL, BETA_BINOMIAL, POISSON, NEGATIVE_BINOMIAL)
