"""Distributions of counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.distributions import kept, pairs
from stanlevels.distributions.family import COVARIATES, INTERCEPT, SLOPES, Family
from stanlevels.distributions.numbers import Likelihood, Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import BINARY, COUNT, NONNEGATIVE, OPEN_UNIT, POSITIVE, UNIT
from stanlevels.distributions.vocabulary import (
    TRIALS,
    alternative,
    call,
    complement,
    location,
    minus,
    refs,
    shape,
    standard,
    times,
)
from stanlevels.graph import Ref

__all__ = ["COUNTS"]

_LARGEST = 2.0**62  # NumPy draws no larger mean of a count; Stan's counts end at 2^31


def _log_choose(n: Any, k: Any) -> Any:
    """Log of the number of ways to choose k among n, exact to rounding also where n is large."""
    return -np.log1p(n) - special.betaln(1 + n - k, 1 + k)


def _log_start(x: Any) -> Any:
    return np.log(x + 0.5)


# --- successes among trials -----------------------------------------------------------------------

_BINOMIAL = Numbers(
    COUNT,
    log_density=lambda x, trials, theta: np.where(
        x <= trials,
        _log_choose(trials, x) + special.xlogy(x, theta) + special.xlog1py(trials - x, -theta),
        -np.inf,
    ),
    draw=lambda rng, size, trials, theta: rng.binomial(trials.astype(np.int64), theta, size),
    mean=lambda trials, theta: trials * theta,
    variance=lambda trials, theta: trials * theta * (1 - theta),
    cumulative=lambda x, trials, theta: np.where(
        x >= trials, 1.0, special.betainc(np.maximum(trials - x, 1), x + 1, 1 - theta)
    ),
)


def _binomial_by_logit(x: Any, logit: Any, trials: Any = 1.0) -> Any:
    value = _log_choose(trials, x) + x * logit - trials * np.logaddexp(0, logit)
    return np.where(x <= trials, value, -np.inf)


# Without trials, of one: these serve the Bernoulli distribution too.
_BINOMIAL_SLOPES = Likelihood(
    first=lambda x, logit, trials=1.0: x - trials * special.expit(logit),
    second=lambda x, logit, trials=1.0: -trials * special.expit(logit) * special.expit(-logit),
    third=lambda x, logit, trials=1.0: (
        -trials * special.expit(logit) * special.expit(-logit) * np.tanh(-logit / 2)
    ),
    start=lambda x, trials=1.0: np.log((x + 0.5) / (trials - x + 0.5)),
)

_BINOMIAL_STANDARD = standard(
    "binomial",
    _BINOMIAL,
    TRIALS,
    location("theta", UNIT),
    kept=kept.trials("theta", by_logit=False, several=True),
)
_BINOMIAL_LOGIT = alternative(
    _BINOMIAL_STANDARD,
    "logit",
    (TRIALS, location("logit")),
    (Ref("trials"), call("inv_logit", Ref("logit"))),
    stan="binomial_logit",
    stan_arguments=refs("trials", "logit"),
    link="logit",
    likelihood=_BINOMIAL_SLOPES,
    glm="binomial_logit_glm",
    glm_arguments=("trials", COVARIATES, INTERCEPT, SLOPES),
    kept=kept.trials("logit", by_logit=True, several=True),
)

BINOMIAL = Family(
    "Binomial",
    (
        _BINOMIAL_STANDARD,
        replace(_BINOMIAL_LOGIT, numbers=replace(_BINOMIAL_LOGIT.numbers, log_density=_binomial_by_logit)),
    ),
    "Successes among `trials`, with probability `theta` of each, or its log odds `logit=`.",
    at_most="trials",
    latent=False,
    example="sl.Binomial(sl.data('n'), logit=sl.Normal(0, 1), observed='successes')",
    conjugate_outcome=pairs.TRIALS,
)


_BERNOULLI = Numbers(
    BINARY,
    log_density=lambda x, theta: special.xlogy(x, theta) + special.xlog1py(1 - x, -theta),
    draw=lambda rng, size, theta: rng.binomial(1, theta, size),
    mean=lambda theta: theta,
    variance=lambda theta: theta * (1 - theta),
    cumulative=lambda x, theta: np.where(x >= 1, 1.0, 1 - theta),
)
_BERNOULLI_STANDARD = standard(
    "bernoulli", _BERNOULLI, location("theta", UNIT), kept=kept.trials("theta", by_logit=False)
)
_BERNOULLI_LOGIT = alternative(
    _BERNOULLI_STANDARD,
    "logit",
    (location("logit"),),
    (call("inv_logit", Ref("logit")),),
    stan="bernoulli_logit",
    stan_arguments=refs("logit"),
    link="logit",
    likelihood=_BINOMIAL_SLOPES,
    glm="bernoulli_logit_glm",
    glm_arguments=(COVARIATES, INTERCEPT, SLOPES),
    kept=kept.trials("logit", by_logit=True),
)

BERNOULLI = Family(
    "Bernoulli",
    (
        _BERNOULLI_STANDARD,
        replace(
            _BERNOULLI_LOGIT,
            numbers=replace(_BERNOULLI_LOGIT.numbers, log_density=_binomial_by_logit),
        ),
    ),
    "0 or 1, with probability `theta` of 1, or with its log odds `logit=`.",
    latent=False,
    conjugate_outcome=pairs.FLAGS,
)


def _beta_binomial_log(x: Any, trials: Any, alpha: Any, beta: Any) -> Any:
    ratio = special.betaln(x + alpha, trials - x + beta) - special.betaln(alpha, beta)
    return np.where(x <= trials, _log_choose(trials, x) + ratio, -np.inf)


def _beta_binomial_cumulative(x: Any, trials: Any, alpha: Any, beta: Any) -> Any:
    """The sum of the masses: there is no closed form."""
    total = np.zeros(np.broadcast_shapes(*(np.shape(a) for a in (x, trials, alpha, beta))))
    top = np.minimum(x, trials)
    for k in range(int(np.max(top, initial=-1)) + 1):
        total = total + np.where(k <= top, np.exp(_beta_binomial_log(k, trials, alpha, beta)), 0.0)
    return np.where(x >= trials, 1.0, total)


def _beta_binomial_variance(trials: Any, alpha: Any, beta: Any) -> Any:
    total = alpha + beta
    return trials * alpha * beta * (total + trials) / (np.square(total) * (total + 1))


def _beta_binomial_by_logit(x: Any, logit: Any, trials: Any, concentration: Any) -> Any:
    """Binomial, times what rising factorials have beyond powers; concentration may be infinite."""
    p, q = special.expit(logit), special.expit(-logit)
    beyond = _rising(x, 1 / (concentration * p)) + _rising(trials - x, 1 / (concentration * q))
    value = _binomial_by_logit(x, logit, trials) + beyond - _rising(trials, 1 / concentration)
    return np.where(x <= trials, value, -np.inf)


def _rising(x: Any, alpha: Any) -> Any:
    """The sum over k < x of log(1 + k alpha)."""
    near = alpha * x * (x - 1) / 2 * (1 - alpha * (2 * x - 1) / 6)
    some = np.maximum(x, 1)
    far = x * np.log(alpha) - np.log(some) - special.betaln(some, 1 / alpha) + special.gammaln(x + 1)
    return np.where((x <= 1) | (alpha * np.square(x) < 1e-4), near, far)


def _shares(x: Any, a: Any) -> tuple[Any, Any, Any]:
    """Sums over k < x of a / (a + k), of its square and of its cube."""
    first, second = x * (x - 1) / 2 / a, x * (x - 1) * (2 * x - 1) / 6 / np.square(a)
    near = (x - first + second, x - 2 * first + 3 * second, x - 3 * first + 6 * second)
    far = (
        a * (special.digamma(a + x) - special.digamma(a)),
        np.square(a) * (special.polygamma(1, a) - special.polygamma(1, a + x)),
        np.power(a, 3) * (special.polygamma(2, a + x) - special.polygamma(2, a)) / 2,
    )
    small = (x <= 1) | (np.square(x) < 1e-4 * a)
    one, two, three = (np.where(small, n, f) for n, f in zip(near, far, strict=True))
    return one, two, three


def _beta_binomial_slope(order: int) -> Any:
    """Derivative by the logit: that of a = concentration p is a q, that of b = concentration q is -b p."""

    def slope(x: Any, logit: Any, trials: Any, concentration: Any) -> Any:
        p, q = special.expit(logit), special.expit(-logit)
        s, s2, s3 = _shares(x, concentration * p)
        t, t2, t3 = _shares(trials - x, concentration * q)
        if order == 1:
            return q * s - p * t
        u, v = s - s2, t - t2
        if order == 2:
            return -p * q * (s + t) + q * q * u + p * p * v
        third = q**3 * (u - 2 * (s2 - s3)) - p**3 * (v - 2 * (t2 - t3))
        return -p * q * (q - p) * (s + t) - 3 * p * q * (q * u - p * v) + third

    return slope


_BETA_BINOMIAL_SLOPES = Likelihood(
    first=_beta_binomial_slope(1),
    second=_beta_binomial_slope(2),
    third=_beta_binomial_slope(3),
    start=lambda x, trials: np.log((x + 0.5) / (trials - x + 0.5)),
    dispersion="concentration",
    limit="binomial",
)

_BETA_BINOMIAL = Numbers(
    COUNT,
    log_density=_beta_binomial_log,
    draw=lambda rng, size, trials, alpha, beta: rng.binomial(
        trials.astype(np.int64), rng.beta(alpha, beta, size)
    ),
    mean=lambda trials, alpha, beta: trials * alpha / (alpha + beta),
    variance=_beta_binomial_variance,
    cumulative=_beta_binomial_cumulative,
)
_BETA_BINOMIAL_STANDARD = standard("beta_binomial", _BETA_BINOMIAL, TRIALS, shape("alpha"), shape("beta"))

_BETA_BINOMIAL_LOGIT = alternative(
    _BETA_BINOMIAL_STANDARD,
    "logit",
    (TRIALS, location("logit"), shape("concentration")),
    (
        Ref("trials"),
        times(call("inv_logit", Ref("logit")), Ref("concentration")),
        times(call("inv_logit", minus(Ref("logit"))), Ref("concentration")),
    ),
    link="logit",
    likelihood=_BETA_BINOMIAL_SLOPES,
)

BETA_BINOMIAL = Family(
    "BetaBinomial",
    (
        _BETA_BINOMIAL_STANDARD,
        alternative(
            _BETA_BINOMIAL_STANDARD,
            "mean",
            (TRIALS, location("mean", OPEN_UNIT), shape("concentration")),
            (
                Ref("trials"),
                times(Ref("mean"), Ref("concentration")),
                times(complement(Ref("mean")), Ref("concentration")),
            ),
        ),
        replace(
            _BETA_BINOMIAL_LOGIT,
            numbers=replace(_BETA_BINOMIAL_LOGIT.numbers, log_density=_beta_binomial_by_logit),
        ),
    ),
    "Successes among `trials` whose probability is beta with shapes `alpha` and `beta`; or with"
    " `mean=` (or its `logit=`) and `concentration`.",
    at_most="trials",
    latent=False,
)

# --- counts without an end ------------------------------------------------------------------------

_POISSON = Numbers(
    COUNT,
    log_density=lambda x, rate: special.xlogy(x, rate) - rate - special.gammaln(x + 1),
    draw=lambda rng, size, rate: rng.poisson(np.minimum(rate, _LARGEST), size),
    mean=lambda rate: rate,
    variance=lambda rate: rate,
    cumulative=lambda x, rate: special.gammaincc(x + 1, rate),
)
_POISSON_STANDARD = standard(
    "poisson", _POISSON, location("rate", NONNEGATIVE), kept=kept.poisson("rate", by_log=False)
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
        ),
    ),
    "A count with mean `rate`, or with the log of its mean, `log=`.",
    latent=False,
    conjugate_outcome=pairs.TOTALS,
)


def _negative_binomial_by_log(x: Any, log: Any, shape: Any) -> Any:
    """Of a count with variance mu + mu^2 / shape, by the log of mu; shape may be infinite."""
    above = np.logaddexp(0, log - np.log(shape))
    far = _log_choose(x + shape - 1, x) - x * np.logaddexp(0, np.log(shape) - log) - shape * above
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
)
_NEGATIVE_BINOMIAL_STANDARD = standard(
    "neg_binomial_2",
    _NEGATIVE_BINOMIAL,
    location("mu", POSITIVE),
    shape("shape"),
    kept=kept.negative_binomial(call("log", Ref("mu"))),
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
)

COUNTS = (BERNOULLI, BINOMIAL, BETA_BINOMIAL, POISSON, NEGATIVE_BINOMIAL)
