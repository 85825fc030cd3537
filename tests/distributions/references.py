"""Every distribution of numbers from SciPy, in every parameterisation, with arguments to try."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import integrate, optimize, special, stats

from stanlevels.distributions.table import FAMILIES, Parameterization
from tests.oracle.closed_forms import passage

Key = tuple[str, str]


@dataclass(frozen=True)
class Reference:
    """How SciPy makes a distribution, and a grid of arguments."""

    make: Callable[..., Any]
    grid: Mapping[str, tuple[float, ...]]

    def points(self) -> Iterator[dict[str, float]]:
        """Every combination of arguments."""
        for numbers in itertools.product(*self.grid.values()):
            yield dict(zip(self.grid, numbers, strict=True))


class Folded:
    """The absolute value of a variable that is symmetric about 0."""

    def __init__(self, whole: Any) -> None:
        self.whole = whole

    def logpdf(self, x: Any) -> Any:
        return np.where(x >= 0, np.log(2) + self.whole.logpdf(x), -np.inf)

    def cdf(self, x: Any) -> Any:
        return np.where(x >= 0, 2 * self.whole.cdf(x) - 1, 0.0)

    def ppf(self, q: Any) -> Any:
        return self.whole.ppf((1 + q) / 2)

    def mean(self) -> float:
        return float(2 * self.whole.expect(lambda x: x, lb=0))

    def var(self) -> float:
        return float(self.whole.var()) - self.mean() ** 2


class Circular:
    """An angle from -pi to pi, of which SciPy has what lies within pi of the mean direction."""

    def __init__(self, mu: float, kappa: float) -> None:
        self.centre = float(np.angle(np.exp(1j * mu)))
        self.about = stats.vonmises(kappa)

    def logpdf(self, x: Any) -> Any:
        return self.about.logpdf(x - self.centre)

    def cdf(self, x: Any) -> Any:
        return self.about.cdf(np.asarray(x) - self.centre) - self.about.cdf(-np.pi - self.centre)

    def ppf(self, q: Any) -> Any:
        x = np.linspace(-np.pi, np.pi, 20001)
        return np.interp(q, self.cdf(x), x)

    def mean(self) -> float:
        return self.centre

    def var(self) -> float:
        return float(integrate.quad(lambda x: x**2 * self.about.pdf(x), -np.pi, np.pi)[0])


class Passage:
    """Signed times of a Wiener process through one of two boundaries: quadrature of the oracle's density."""

    def __init__(self, **given: float) -> None:
        self.given = {name: np.array([value]) for name, value in given.items()}
        self.delay = given["delay"]

    def logpdf(self, x: Any) -> Any:
        return passage(np.asarray(x, dtype=float), **self.given)

    def cdf(self, x: Any) -> Any:
        x = np.atleast_1d(np.asarray(x, dtype=float))
        if len(x) > 50:
            far = np.append(np.linspace(1e-3, 3, 150), 30)
            at = np.concatenate([-far[::-1], far])
            return np.interp(x, at, [self._below(value) for value in at])
        return np.array([self._below(value) for value in x])

    def _below(self, x: float) -> float:
        before = self._integral(max(-x, self.delay), 30, -1, 0)
        return before + (self._integral(self.delay, x, 1, 0) if x > self.delay else 0.0)

    def _integral(self, low: float, high: float, sign: int, power: int) -> float:
        """By Gauss' rule, piece by piece."""
        cuts = [low, *(c for c in self.delay + np.array([0.02, 0.1, 0.4, 1, 3, 9]) if low < c < high), high]
        nodes, weights = np.polynomial.legendre.leggauss(24)
        total = 0.0
        for a, b in itertools.pairwise(cuts):
            x = sign * (a + (b - a) * (nodes + 1) / 2)
            total += (b - a) / 2 * float(weights @ (x**power * np.exp(self.logpdf(x))))
        return total

    def ppf(self, q: Any) -> Any:
        return np.array([optimize.brentq(lambda x, q=q: self._below(x) - q, -30, 30, xtol=1e-6) for q in q])

    def mean(self) -> float:
        return sum(self._integral(self.delay, 30, sign, 1) for sign in (-1, 1))

    def var(self) -> float:
        return sum(self._integral(self.delay, 30, sign, 2) for sign in (-1, 1)) - self.mean() ** 2


def of_masses(masses: Any) -> Any:
    """Categories from 1."""
    p = np.asarray(masses) / np.sum(masses)
    return stats.rv_discrete(values=(np.arange(1, len(p) + 1), p))


class Tally:
    """Counts from 0 on with given logarithms of masses, which add up to 1 where enough of them are given."""

    def __init__(self, logs: Any) -> None:
        self.logs = logs - special.logsumexp(logs)
        self.below = np.cumsum(np.exp(self.logs))

    def logpmf(self, x: Any) -> Any:
        return self.logs[np.asarray(x, dtype=int)]

    def pmf(self, x: Any) -> Any:
        return np.exp(self.logpmf(x))

    def cdf(self, x: Any) -> Any:
        place = np.clip(np.floor(x), 0, len(self.below) - 1).astype(int)
        return np.where(np.asarray(x) < 0, 0.0, self.below[place])

    def ppf(self, q: Any) -> Any:
        return np.searchsorted(self.below, q).astype(float)

    def mean(self) -> float:
        return float(np.exp(self.logs) @ np.arange(len(self.logs)))

    def var(self) -> float:
        return float(np.exp(self.logs) @ np.square(np.arange(len(self.logs)) - self.mean()))


def conway_maxwell(mu: float, shape: float) -> Tally:
    """Every mass there is, one by one."""
    k = np.arange(4000)
    return Tally(shape * (k * np.log(mu) - special.gammaln(k + 1)))


def generalized_poisson(mu: float, dispersion: float) -> Tally:
    """Consul and Famoye (1992): theta (theta + lambda k)^(k - 1) exp(-theta - lambda k) / k!."""
    k, theta = np.arange(2000), mu / np.sqrt(dispersion)
    rate = theta + (1 - 1 / np.sqrt(dispersion)) * k
    return Tally(np.log(theta) + (k - 1) * np.log(rate) - rate - special.gammaln(k + 1))


class Parts:
    """Tweedie's distribution: of every number of parts, a gamma distribution of their sum."""

    def __init__(self, mu: float, dispersion: float, power: float) -> None:
        self.n = np.arange(1, 400)
        self.rate = mu ** (2 - power) / (dispersion * (2 - power))
        shape, scale = (2 - power) / (power - 1), dispersion * (power - 1) * mu ** (power - 1)
        self.sums = stats.gamma(self.n * shape, scale=scale)
        self.moments = mu, dispersion * mu**power

    def logpdf(self, x: Any) -> Any:
        logs = stats.poisson.logpmf(self.n, self.rate) + self.sums.logpdf(np.asarray(x)[..., None])
        return np.where(np.asarray(x) > 0, special.logsumexp(logs, axis=-1), -self.rate)

    def pdf(self, x: Any) -> Any:
        return np.exp(self.logpdf(x))

    def cdf(self, x: Any) -> Any:
        some = self.sums.cdf(np.asarray(x)[..., None]) @ stats.poisson.pmf(self.n, self.rate)
        return np.where(np.asarray(x) >= 0, np.exp(-self.rate) + some, 0.0)

    def ppf(self, q: Any) -> Any:
        mean, variance = self.moments
        x = np.append(0, np.geomspace(1e-3 * mean, mean + 20 * np.sqrt(variance), 400))
        return np.interp(q, self.cdf(x), x)

    def mean(self) -> float:
        return self.moments[0]

    def var(self) -> float:
        return self.moments[1]


def between(eta: float, cutpoints: Any, of: Any = stats.logistic) -> Any:
    """The logistic distribution, or another, in pieces."""
    return np.diff(of.cdf(np.array([-np.inf, *cutpoints, np.inf]) - eta))


def stopped(stop: Any) -> Any:
    """The probability of each place where a walk may stop, and of the end."""
    return np.append(stop, 1) * np.cumprod(np.append(1, 1 - stop))


def negative_binomial(mu: float, shape: float) -> Any:
    return stats.nbinom(shape, shape / (shape + mu))


def beta_of_mean(mean: float, concentration: float) -> Any:
    return stats.beta(mean * concentration, (1 - mean) * concentration)


def beta_binomial_of_mean(trials: float, mean: float, concentration: float) -> Any:
    return stats.betabinom(trials, mean * concentration, (1 - mean) * concentration)


expit = special.expit
REAL, SPREAD, SHAPE = (-3.0, 0.4), (0.3, 2.0), (0.6, 4.0)
LOCATED = {"mu": REAL, "sigma": SPREAD}
SHARE, LOGIT, TRIALS = (0.04, 0.7), (-4.0, 0.8), (1.0, 9.0)

REFERENCES: dict[Key, Reference] = {
    ("Normal", ""): Reference(lambda mu, sigma: stats.norm(mu, sigma), LOCATED),
    ("StudentT", ""): Reference(
        lambda nu, mu, sigma: stats.t(nu, mu, sigma), {"nu": (0.8, 1.5, 2.5, 30.0), **LOCATED}
    ),
    ("Cauchy", ""): Reference(lambda mu, sigma: stats.cauchy(mu, sigma), LOCATED),
    ("Laplace", ""): Reference(lambda mu, sigma: stats.laplace(mu, sigma), LOCATED),
    ("Logistic", ""): Reference(lambda mu, sigma: stats.logistic(mu, sigma), LOCATED),
    ("SkewNormal", ""): Reference(
        lambda mu, sigma, alpha: stats.skewnorm(alpha, mu, sigma), {**LOCATED, "alpha": (-2.0, 0.5)}
    ),
    ("ExGaussian", ""): Reference(
        lambda mu, sigma, tau: stats.exponnorm(tau / sigma, mu, sigma), {**LOCATED, "tau": (0.2, 3.0)}
    ),
    ("AsymmetricLaplace", ""): Reference(
        lambda mu, sigma, quantile: stats.laplace_asymmetric(
            np.sqrt(quantile / (1 - quantile)), mu, sigma / np.sqrt(quantile * (1 - quantile))
        ),
        {**LOCATED, "quantile": (0.1, 0.7)},
    ),
    ("Gumbel", ""): Reference(lambda mu, sigma: stats.gumbel_r(mu, sigma), LOCATED),
    ("VonMises", ""): Reference(Circular, {"mu": (-3.0, 0.4, 9.0), "kappa": (0.3, 2.0, 20.0)}),
    ("VonMises", "tan_half"): Reference(
        lambda tan_half, kappa: Circular(2 * np.arctan(tan_half), kappa),
        {"tan_half": (-5.0, 0.3), "kappa": (0.3, 20.0)},
    ),
    ("Pareto", ""): Reference(
        lambda y_min, alpha: stats.pareto(alpha, scale=y_min), {"y_min": SPREAD, "alpha": (0.6, 1.5, 4.0)}
    ),
    ("GeneralizedPareto", ""): Reference(
        lambda mu, sigma, xi: stats.genpareto(xi, mu, sigma),
        {**LOCATED, "xi": (-0.6, 0.0, 1e-7, 0.3, 0.7, 1.2)},
    ),
    ("ShiftedLogNormal", ""): Reference(
        lambda mu, sigma, shift: stats.lognorm(sigma, loc=shift, scale=np.exp(mu)),
        {**LOCATED, "shift": (0.0, 0.3)},
    ),
    ("GeneralizedExtremeValue", ""): Reference(
        lambda mu, sigma, xi: stats.genextreme(-xi, mu, sigma),
        {**LOCATED, "xi": (-0.6, 0.0, 1e-4, 0.3, 0.7, 1.2)},
    ),
    ("Frechet", ""): Reference(
        lambda alpha, sigma: stats.invweibull(alpha, scale=sigma),
        {"alpha": (2.5, 4.0), "sigma": SPREAD},
    ),
    ("Frechet", "log"): Reference(
        lambda alpha, log: stats.invweibull(alpha, scale=np.exp(log)), {"alpha": (2.5, 4.0), "log": REAL}
    ),
    ("Tweedie", ""): Reference(Parts, {"mu": (9.0,), "dispersion": (0.2,), "power": (1.1, 1.5, 1.9)}),
    ("Tweedie", "log"): Reference(
        lambda log, dispersion, power: Parts(np.exp(log), dispersion, power),
        {"log": (2.0,), "dispersion": (0.1, 0.2), "power": (1.3,)},
    ),
    ("Wiener", ""): Reference(
        Passage, {"drift": (-1.5, 0.8), "boundary": (1.2,), "delay": (0.0, 0.3), "bias": (0.4,)}
    ),
    ("InverseGaussian", ""): Reference(
        lambda mu, shape: stats.invgauss(mu / shape, scale=shape), {"mu": SPREAD, "shape": SHAPE}
    ),
    ("InverseGaussian", "log"): Reference(
        lambda log, shape: stats.invgauss(np.exp(log) / shape, scale=shape),
        {"log": (-1.0, 0.7), "shape": SHAPE},
    ),
    ("LogLogistic", ""): Reference(
        lambda alpha, beta: stats.fisk(beta, scale=alpha), {"alpha": SPREAD, "beta": (0.6, 1.5, 4.0)}
    ),
    ("LogLogistic", "log"): Reference(
        lambda log, beta: stats.fisk(beta, scale=np.exp(log)), {"log": REAL, "beta": (1.5, 4.0)}
    ),
    ("Gompertz", ""): Reference(
        lambda shape, rate: stats.gompertz(rate / shape, scale=1 / shape), {"shape": SHAPE, "rate": SPREAD}
    ),
    ("Gompertz", "log"): Reference(
        lambda shape, log: stats.gompertz(np.exp(log) / shape, scale=1 / shape), {"shape": SHAPE, "log": REAL}
    ),
    ("LogNormal", ""): Reference(lambda mu, sigma: stats.lognorm(sigma, scale=np.exp(mu)), LOCATED),
    ("Gamma", ""): Reference(
        lambda alpha, beta: stats.gamma(alpha, scale=1 / beta), {"alpha": SHAPE, "beta": SPREAD}
    ),
    ("Gamma", "log"): Reference(
        lambda log, shape: stats.gamma(shape, scale=np.exp(log) / shape), {"log": REAL, "shape": SHAPE}
    ),
    ("InverseGamma", ""): Reference(
        lambda alpha, beta: stats.invgamma(alpha, scale=beta), {"alpha": (0.8, 1.5, 4.0), "beta": SPREAD}
    ),
    ("Exponential", ""): Reference(lambda beta: stats.expon(scale=1 / beta), {"beta": SPREAD}),
    ("Exponential", "log"): Reference(lambda log: stats.expon(scale=np.exp(log)), {"log": REAL}),
    ("Weibull", ""): Reference(
        lambda alpha, sigma: stats.weibull_min(alpha, scale=sigma), {"alpha": SHAPE, "sigma": SPREAD}
    ),
    ("Weibull", "log"): Reference(
        lambda alpha, log: stats.weibull_min(alpha, scale=np.exp(log)), {"alpha": SHAPE, "log": REAL}
    ),
    ("Beta", ""): Reference(lambda alpha, beta: stats.beta(alpha, beta), {"alpha": SHAPE, "beta": SPREAD}),
    ("Beta", "mean"): Reference(beta_of_mean, {"mean": SHARE, "concentration": SHAPE}),
    ("Beta", "logit"): Reference(
        lambda logit, concentration: beta_of_mean(expit(logit), concentration),
        {"logit": LOGIT, "concentration": SHAPE},
    ),
    ("Uniform", ""): Reference(
        lambda alpha, beta: stats.uniform(alpha, beta - alpha), {"alpha": REAL, "beta": (1.0, 7.0)}
    ),
    ("HalfNormal", ""): Reference(lambda sigma: stats.halfnorm(scale=sigma), {"sigma": SPREAD}),
    ("HalfCauchy", ""): Reference(lambda sigma: stats.halfcauchy(scale=sigma), {"sigma": SPREAD}),
    ("HalfStudentT", ""): Reference(
        lambda nu, sigma: Folded(stats.t(nu, 0, sigma)), {"nu": (2.5, 30.0), "sigma": SPREAD}
    ),
    ("Bernoulli", ""): Reference(lambda theta: stats.bernoulli(theta), {"theta": SHARE}),
    ("Bernoulli", "logit"): Reference(lambda logit: stats.bernoulli(expit(logit)), {"logit": LOGIT}),
    ("Binomial", ""): Reference(
        lambda trials, theta: stats.binom(trials, theta), {"trials": TRIALS, "theta": SHARE}
    ),
    ("Binomial", "logit"): Reference(
        lambda trials, logit: stats.binom(trials, expit(logit)), {"trials": TRIALS, "logit": LOGIT}
    ),
    ("BetaBinomial", ""): Reference(
        lambda trials, alpha, beta: stats.betabinom(trials, alpha, beta),
        {"trials": TRIALS, "alpha": SHAPE, "beta": SHAPE},
    ),
    ("BetaBinomial", "mean"): Reference(
        beta_binomial_of_mean, {"trials": TRIALS, "mean": SHARE, "concentration": SHAPE}
    ),
    ("BetaBinomial", "logit"): Reference(
        lambda trials, logit, concentration: beta_binomial_of_mean(trials, expit(logit), concentration),
        {"trials": TRIALS, "logit": LOGIT, "concentration": SHAPE},
    ),
    ("Poisson", ""): Reference(lambda rate: stats.poisson(rate), {"rate": (0.2, 3.0, 40.0)}),
    ("Poisson", "log"): Reference(lambda log: stats.poisson(np.exp(log)), {"log": (-2.0, 1.0, 4.0)}),
    ("NegBinomial", ""): Reference(negative_binomial, {"mu": (0.2, 3.0, 40.0), "shape": SHAPE}),
    ("NegBinomial", "log"): Reference(
        lambda log, shape: negative_binomial(np.exp(log), shape), {"log": (-2.0, 3.0), "shape": SHAPE}
    ),
    ("ConwayMaxwellPoisson", ""): Reference(
        conway_maxwell, {"mu": (0.6, 3.0, 600.0), "shape": (0.2, 1.0, 4.0)}
    ),
    ("ConwayMaxwellPoisson", "log"): Reference(
        lambda log, shape: conway_maxwell(np.exp(log), shape), {"log": (-0.5, 3.0), "shape": (0.7, 4.0)}
    ),
    ("GeneralizedPoisson", ""): Reference(
        generalized_poisson, {"mu": (0.2, 3.0, 40.0), "dispersion": (1.0, 1.4, 3.0)}
    ),
    ("GeneralizedPoisson", "log"): Reference(
        lambda log, dispersion: generalized_poisson(np.exp(log), dispersion),
        {"log": (-2.0, 3.0), "dispersion": (1.4, 3.0)},
    ),
}

# Arguments that are vectors stand as tuples in a list: SciPy makes one distribution of each.
CATEGORIES: dict[Key, tuple[Callable[..., Any], list[dict[str, Any]]]] = {
    ("Categorical", ""): (
        lambda theta: of_masses(theta),
        [{"theta": (0.2, 0.5, 0.3)}, {"theta": (0.9, 0.02, 0.08)}],
    ),
    ("Categorical", "logit"): (
        lambda logit: of_masses(np.exp(logit)),
        [{"logit": (0.2, -0.5, 1.3)}, {"logit": (-7.0, 0.0, 5.0)}],
    ),
    ("OrderedLogistic", ""): (
        lambda eta, cutpoints: of_masses(between(eta, cutpoints)),
        [{"eta": 0.3, "cutpoints": (-1.0, 0.5, 2.0)}, {"eta": -2.0, "cutpoints": (-0.2, 0.1, 3.0)}],
    ),
    ("OrderedLogistic", "scale"): (
        lambda eta, cutpoints, scale: of_masses(between(eta / scale, np.divide(cutpoints, scale))),
        [{"eta": 0.3, "cutpoints": (-1.0, 0.5, 2.0), "scale": s} for s in (0.4, 2.5)],
    ),
    ("OrderedProbit", ""): (
        lambda eta, cutpoints: of_masses(between(eta, cutpoints, stats.norm)),
        [{"eta": 0.3, "cutpoints": (-1.0, 0.5, 2.0)}, {"eta": -2.0, "cutpoints": (-0.2, 0.1, 3.0)}],
    ),
    ("OrderedProbit", "scale"): (
        lambda eta, cutpoints, scale: of_masses(between(eta, cutpoints, stats.norm(scale=scale))),
        [{"eta": 0.3, "cutpoints": (-1.0, 0.5, 2.0), "scale": s} for s in (0.4, 2.5)],
    ),
    ("StoppingRatio", ""): (
        lambda eta, cutpoints: of_masses(stopped(stats.logistic.cdf(np.subtract(cutpoints, eta)))),
        [{"eta": 0.3, "cutpoints": (-1.0, 2.0, 0.5)}, {"eta": -2.0, "cutpoints": (-0.2, 0.1, 3.0)}],
    ),
    ("StoppingRatio", "probit"): (
        lambda probit, cutpoints: of_masses(stopped(stats.norm.cdf(np.subtract(cutpoints, probit)))),
        [{"probit": 0.3, "cutpoints": (-1.0, 2.0, 0.5)}, {"probit": -2.0, "cutpoints": (-0.2, 0.1, 3.0)}],
    ),
    ("StoppingRatio", "cloglog"): (
        lambda cloglog, cutpoints: of_masses(stopped(stats.gumbel_l.cdf(np.subtract(cutpoints, cloglog)))),
        [{"cloglog": 0.3, "cutpoints": (-1.0, 2.0, 0.5)}, {"cloglog": -1.0, "cutpoints": (-0.2, 0.1, 1.0)}],
    ),
    ("AdjacentCategories", ""): (
        lambda eta, cutpoints: of_masses(np.exp([0, *np.cumsum(np.subtract(eta, cutpoints))])),
        [{"eta": 0.3, "cutpoints": (-1.0, 2.0, 0.5)}, {"eta": -2.0, "cutpoints": (-0.2, 0.1, 3.0)}],
    ),
}
SHARES = np.array([1e-6, 0.01, 0.2, 0.5, 0.77, 0.98, 0.999])


def form_of(key: Key) -> Parameterization:
    return FAMILIES[key[0]].parameterization(key[1])


def cases() -> list[Any]:
    """(key, arguments) of everything whose values are single numbers."""
    scalars = [(key, point) for key, reference in REFERENCES.items() for point in reference.points()]
    return scalars + [(key, point) for key, (_, points) in CATEGORIES.items() for point in points]


def frozen(key: Key, arguments: dict[str, Any]) -> Any:
    make = REFERENCES[key].make if key in REFERENCES else CATEGORIES[key][0]
    return make(**arguments)


def values(key: Key, arguments: dict[str, Any]) -> Any:
    """Quantiles, tails included."""
    return np.unique(frozen(key, arguments).ppf(SHARES))


def words(case: Any) -> str:
    (family, key), arguments = case
    numbers = ",".join(f"{name}={value}" for name, value in arguments.items())
    return f"{family}({key + ': ' if key else ''}{numbers})"
