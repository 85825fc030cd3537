"""Distributions of successes among trials."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.distributions import kept, pairs
from stanlevels.distributions.family import COVARIATES, INTERCEPT, SLOPES, Family
from stanlevels.distributions.numbers import Likelihood, Numbers
from stanlevels.distributions.special import special
from stanlevels.distributions.supports import BINARY, COUNT, OPEN_UNIT, UNIT
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

__all__ = ["BERNOULLI", "BETA_BINOMIAL", "BINOMIAL", "log_choose"]


def log_choose(n: Any, k: Any) -> Any:
    """Log of the number of ways to choose k among n, exact to rounding also where n is large."""
    return -np.log1p(n) - special.betaln(1 + n - k, 1 + k)


_BINOMIAL = Numbers(
    COUNT,
    log_density=lambda x, trials, theta: np.where(
        x <= trials,
        log_choose(trials, x) + special.xlogy(x, theta) + special.xlog1py(trials - x, -theta),
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
    value = log_choose(trials, x) + x * logit - trials * np.logaddexp(0, logit)
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
    phrase="the number of successes out of {trials}, each with probability {theta}",
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
    phrase="the number of successes out of {trials}, each with log odds {logit}",
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
    "bernoulli",
    _BERNOULLI,
    location("theta", UNIT),
    kept=kept.trials("theta", by_logit=False),
    phrase="1 with probability {theta}, else 0",
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
    phrase="1 with log odds {logit}, else 0",
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
    return np.where(x <= trials, log_choose(trials, x) + ratio, -np.inf)


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
_BETA_BINOMIAL_STANDARD = standard(
    "beta_binomial",
    _BETA_BINOMIAL,
    TRIALS,
    shape("alpha"),
    shape("beta"),
    phrase="the number of successes out of {trials}, with a probability that is beta with shapes"
    " {alpha} and {beta}",
)

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
    phrase="the number of successes out of {trials}, with a probability that is beta with"
    " concentration {concentration} and a mean whose log odds are {logit}",
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
            phrase="the number of successes out of {trials}, with a probability that is beta with mean"
            " {mean} and concentration {concentration}",
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
    symbol="Beta-Binomial",
)
