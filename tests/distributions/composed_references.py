"""Distributions made of distributions, from SciPy's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import special, stats

from tests.distributions.references import Key, beta_of_mean, negative_binomial

expit = special.expit


class Inflated:
    """A count that is 0 besides with some probability."""

    def __init__(self, of: Any, zero: float) -> None:
        self.of, self.zero = of, zero

    def pmf(self, x: Any) -> Any:
        return (1 - self.zero) * self.of.pmf(x) + self.zero * (np.asarray(x) == 0)

    def cdf(self, x: Any) -> Any:
        return (1 - self.zero) * self.of.cdf(x) + self.zero * (np.asarray(x) >= 0)


class Ended:
    """A share that is 0 or 1 with some probability."""

    def __init__(self, of: Any, ends: float, one: float) -> None:
        self.of, self.ends, self.one = of, ends, one

    def pmf(self, x: Any) -> Any:
        x = np.asarray(x)
        inside = (1 - self.ends) * self.of.pdf(np.clip(x, 1e-9, 1 - 1e-9))
        return np.select([x == 0, x == 1], [self.ends * (1 - self.one), self.ends * self.one], inside)

    def cdf(self, x: Any) -> Any:
        x = np.asarray(x)
        below = self.ends * (1 - self.one) + (1 - self.ends) * self.of.cdf(x)
        return np.select([x < 0, x >= 1], [0.0, 1.0], below)


class Mixed:
    """One of several distributions."""

    def __init__(self, of: list[Any], weights: Any, discrete: bool) -> None:
        self.of, self.weights = of, np.asarray(weights)
        self.densities = [one.pmf if discrete else one.pdf for one in of]

    def pmf(self, x: Any) -> Any:
        return sum(w * density(x) for w, density in zip(self.weights, self.densities, strict=True))

    def cdf(self, x: Any) -> Any:
        return sum(w * one.cdf(x) for w, one in zip(self.weights, self.of, strict=True))


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
    points: tuple[Mapping[str, Any], ...]


def _wrapped(wrapper: str, base: Key, make: Any, *points: dict[str, float]) -> dict[Key, Composed]:
    """By the probability of a zero, and by its log odds."""
    name, key = f"{wrapper}({base[0]})", base[1]
    shares = tuple(p | {"zero": z} for p, z in zip(points, (0.05, 0.7), strict=True))
    return {
        (name, f"{key}|"): Composed(make, shares),
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
_HIGH, _LOW = {"mean": 0.8, "concentration": 3.0}, {"mean": 0.2, "concentration": 9.0}
_POSITIVE: dict[Key, tuple[Any, ...]] = {
    ("LogNormal", ""): (
        lambda mu, sigma: stats.lognorm(sigma, scale=np.exp(mu)),
        {"mu": -3.0, "sigma": 1.0},
        {"mu": 0.4, "sigma": 0.3},
    ),
    ("Beta", "mean"): (beta_of_mean, _HIGH, _LOW),
    ("Gamma", "log"): (
        lambda log, shape: stats.gamma(shape, scale=np.exp(log) / shape),
        {"log": 0.4, "shape": 0.6},
        {"log": -3.0, "shape": 4.0},
    ),
}

_BETA = {"mean": 0.3, "concentration": 4.0}
_NORMALS = {"mu_1": -1.0, "sigma_1": 0.5, "mu_2": 2.0, "sigma_2": 1.5, "mu_3": 7.0, "sigma_3": 0.2}
_COUNTED = {"log_1": 0.2, "mu_2": 9.0, "shape_2": 1.5, "rate_3": 40.0}


def _ended(ends: float, one: float, **given: float) -> Ended:
    return Ended(beta_of_mean(**given), ends, one)


def _normals(shares: Any, **given: float) -> Mixed:
    of = [stats.norm(given[f"mu_{k}"], given[f"sigma_{k}"]) for k in (1, 2, 3)]
    return Mixed(of, shares, discrete=False)


def _counts(shares: Any, log_1: float, mu_2: float, shape_2: float, rate_3: float) -> Mixed:
    of = [stats.poisson(np.exp(log_1)), negative_binomial(mu_2, shape_2), stats.poisson(rate_3)]
    return Mixed(of, shares, discrete=True)


COMPOSED: dict[Key, Composed] = {
    ("ZeroOneInflated(Beta)", "mean|,"): Composed(
        _ended, (_BETA | {"ends": 0.3, "one": 0.8}, _BETA | {"ends": 0.01, "one": 0.5})
    ),
    ("ZeroOneInflated(Beta)", "mean|logit,logit"): Composed(
        lambda ends_logit, one_logit, **given: _ended(expit(ends_logit), expit(one_logit), **given),
        (_BETA | {"ends_logit": 0.4, "one_logit": -2.0},),
    ),
    ("Mixture(Normal,Normal,Normal)", ""): Composed(_normals, (_NORMALS | {"shares": (0.3, 0.2, 0.5)},)),
    ("Mixture(Normal,Normal,Normal)", "logit"): Composed(
        lambda shares_logit, **given: _normals(special.softmax(shares_logit), **given),
        (_NORMALS | {"shares_logit": (0.0, -1.5, 0.4)},),
    ),
    ("Mixture(Poisson:log,NegBinomial,Poisson)", ""): Composed(
        _counts, (_COUNTED | {"shares": (0.6, 0.3, 0.1)},)
    ),
}
for _base, (_make, *_points) in _COUNTS.items():
    COMPOSED |= _wrapped("ZeroInflated", _base, inflated(_make), *_points)
    COMPOSED |= _wrapped("Hurdle", _base, cut(_make), *_points)
for _base, (_make, *_points) in _POSITIVE.items():
    COMPOSED |= _wrapped("Hurdle", _base, cut(_make, discrete=False), *_points)
