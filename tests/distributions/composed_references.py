"""Distributions made of distributions, from SciPy's."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import special, stats

from tests.distributions.references import Key, Reference, negative_binomial

expit = special.expit
ZERO, ZERO_LOGIT = (0.05, 0.7), (-3.0, 0.8)
RATE, SHAPE = (0.05, 3.0, 40.0), (0.6, 4.0)


class Inflated:
    """A count that is 0 besides with some probability."""

    def __init__(self, of: Any, zero: float) -> None:
        self.of, self.zero = of, zero

    def pmf(self, x: Any) -> Any:
        return (1 - self.zero) * self.of.pmf(x) + self.zero * (np.asarray(x) == 0)

    def cdf(self, x: Any) -> Any:
        return (1 - self.zero) * self.of.cdf(x) + self.zero * (np.asarray(x) >= 0)


class Cut:
    """A count, or a positive number, with the probability of 0 exchanged for another."""

    def __init__(self, of: Any, zero: float, discrete: bool) -> None:
        self.of, self.zero = of, zero
        self.own = of.pmf(0) if discrete else 0.0
        self.density = of.pmf if discrete else of.pdf

    def pmf(self, x: Any) -> Any:
        above = (1 - self.zero) * self.density(np.where(np.asarray(x) == 0, 1, x)) / (1 - self.own)
        return np.where(np.asarray(x) == 0, self.zero, above)

    def cdf(self, x: Any) -> Any:
        above = self.zero + (1 - self.zero) * (self.of.cdf(x) - self.own) / (1 - self.own)
        return np.where(np.asarray(x) >= 0, above, 0.0)


def _both(wrapper: str, base: Key, make: Any, grid: dict[str, tuple[float, ...]]) -> dict[Key, Reference]:
    """By the probability of a zero and by its log odds."""
    name, key = f"{wrapper}({base[0]})", base[1]
    return {
        (name, key): Reference(make, grid | {"zero": ZERO}),
        (name, f"{key}|logit"): Reference(
            lambda zero_logit, **given: make(zero=expit(zero_logit), **given),
            grid | {"zero_logit": ZERO_LOGIT},
        ),
    }


def inflated(of: Any) -> Any:
    return lambda zero, **given: Inflated(of(**given), zero)


def cut(of: Any, discrete: bool = True) -> Any:
    return lambda zero, **given: Cut(of(**given), zero, discrete)


_COUNTS: dict[Key, Any] = {
    ("Poisson", ""): (lambda rate: stats.poisson(rate), {"rate": RATE}),
    ("Poisson", "log"): (lambda log: stats.poisson(np.exp(log)), {"log": (-2.0, 1.0, 4.0)}),
    ("NegBinomial", ""): (negative_binomial, {"mu": RATE, "shape": SHAPE}),
    ("NegBinomial", "log"): (
        lambda log, shape: negative_binomial(np.exp(log), shape),
        {"log": (-2.0, 3.0), "shape": SHAPE},
    ),
    ("Binomial", ""): (
        lambda trials, theta: stats.binom(trials, theta),
        {"trials": (1.0, 9.0), "theta": (0.04, 0.7)},
    ),
    ("Binomial", "logit"): (
        lambda trials, logit: stats.binom(trials, expit(logit)),
        {"trials": (1.0, 9.0), "logit": (-4.0, 0.8)},
    ),
}
_POSITIVE: dict[Key, Any] = {
    ("LogNormal", ""): (
        lambda mu, sigma: stats.lognorm(sigma, scale=np.exp(mu)),
        {"mu": (-3.0, 0.4), "sigma": (0.3, 2.0)},
    ),
    ("Gamma", "log"): (
        lambda log, shape: stats.gamma(shape, scale=np.exp(log) / shape),
        {"log": (-3.0, 0.4), "shape": SHAPE},
    ),
    ("Weibull", ""): (
        lambda alpha, sigma: stats.weibull_min(alpha, scale=sigma),
        {"alpha": SHAPE, "sigma": (0.3, 2.0)},
    ),
}

COMPOSED: dict[Key, Reference] = {}
for base, (make, grid) in _COUNTS.items():
    COMPOSED |= _both("ZeroInflated", base, inflated(make), grid)
    COMPOSED |= _both("Hurdle", base, cut(make), grid)
for base, (make, grid) in _POSITIVE.items():
    COMPOSED |= _both("Hurdle", base, cut(make, discrete=False), grid)
