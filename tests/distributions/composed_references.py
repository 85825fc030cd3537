"""Distributions made of distributions, from SciPy's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special, stats

from tests.distributions.references import Key, negative_binomial

expit = special.expit


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


@dataclass(frozen=True)
class Composed:
    """How SciPy's distributions make one, and a handful of arguments."""

    make: Callable[..., Any]
    points: tuple[Mapping[str, float], ...]


def _wrapped(wrapper: str, base: Key, make: Any, *points: dict[str, float]) -> dict[Key, Composed]:
    """By the probability of a zero, and by its log odds."""
    name, key = f"{wrapper}({base[0]})", base[1]
    return {
        (name, key): Composed(make, tuple(p | {"zero": z} for p, z in zip(points, (0.05, 0.7), strict=True))),
        (name, f"{key}|logit"): Composed(
            lambda zero_logit, **given: make(zero=expit(zero_logit), **given),
            tuple(p | {"zero_logit": z} for p, z in zip(points, (0.8, -3.0), strict=True)),
        ),
    }


def inflated(of: Any) -> Any:
    return lambda zero, **given: Inflated(of(**given), zero)


def cut(of: Any, discrete: bool = True) -> Any:
    return lambda zero, **given: Cut(of(**given), zero, discrete)


_COUNTS: dict[Key, tuple[Any, ...]] = {
    ("Poisson", "log"): (lambda log: stats.poisson(np.exp(log)), {"log": -3.0}, {"log": 3.5}),
    ("NegBinomial", "log"): (
        lambda log, shape: negative_binomial(np.exp(log), shape),
        {"log": -2.0, "shape": 4.0},
        {"log": 3.0, "shape": 0.6},
    ),
    ("Binomial", ""): (
        lambda trials, theta: stats.binom(trials, theta),
        {"trials": 1.0, "theta": 0.7},
        {"trials": 9.0, "theta": 0.04},
    ),
}
_POSITIVE: dict[Key, tuple[Any, ...]] = {
    ("LogNormal", ""): (
        lambda mu, sigma: stats.lognorm(sigma, scale=np.exp(mu)),
        {"mu": -3.0, "sigma": 2.0},
        {"mu": 0.4, "sigma": 0.3},
    ),
    ("Gamma", "log"): (
        lambda log, shape: stats.gamma(shape, scale=np.exp(log) / shape),
        {"log": 0.4, "shape": 0.6},
        {"log": -3.0, "shape": 4.0},
    ),
}

COMPOSED: dict[Key, Composed] = {}
for _base, (_make, *_points) in _COUNTS.items():
    COMPOSED |= _wrapped("ZeroInflated", _base, inflated(_make), *_points)
    COMPOSED |= _wrapped("Hurdle", _base, cut(_make), *_points)
for _base, (_make, *_points) in _POSITIVE.items():
    COMPOSED |= _wrapped("Hurdle", _base, cut(_make, discrete=False), *_points)
