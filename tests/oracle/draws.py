"""Random draws from every distribution of the language, given its arguments."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import numpy as np
from scipy import special

from tests.oracle.closed_forms import LOG_DENSITIES, as_cholesky

Rng = np.random.Generator
Array = np.ndarray
Shape = tuple[int, ...]


def multi_normal(g: Rng, n: Shape, mu: Array, sigma: Array, corr: Array) -> Array:
    k = n[-1]
    factor = as_cholesky(corr.reshape(k, k))
    wide = [a[:, None] if a.ndim == 1 else a for a in (mu, sigma)]
    return wide[0] + wide[1] * (g.standard_normal(n) @ factor.T)


def multi_student_t(g: Rng, n: Shape, nu: Array, mu: Array, sigma: Array, corr: Array) -> Array:
    wide = mu[:, None] if mu.ndim == 1 else mu
    root = np.sqrt(g.chisquare(np.reshape(nu, -1), n[:-1]) / np.reshape(nu, -1))
    return wide + multi_normal(g, n, np.zeros(n[-1])[None], sigma, corr) / root[..., None]


def lkj_cholesky(g: Rng, n: Shape, eta: Array) -> Array:
    """The Cholesky factor of an LKJ draw by the onion method (Lewandowski, Kurowicka, Joe 2009, 3.2)."""
    d = n[-1]
    factor = np.eye(d)
    beta = float(np.squeeze(eta)) + (d - 2) / 2
    for k in range(1, d):
        if k > 1:
            beta -= 0.5
        y = g.beta(k / 2, beta)
        direction = g.standard_normal(k)
        factor[k, :k] = np.sqrt(y) * direction / np.linalg.norm(direction)
        factor[k, k] = np.sqrt(1 - y)
    return factor[None]


def dirichlet(g: Rng, n: Shape, alpha: Array) -> Array:
    wide = alpha[:, None] if alpha.ndim == 1 else alpha
    shares = g.standard_gamma(np.broadcast_to(wide, n))
    return shares / shares.sum(axis=-1, keepdims=True)


def categorical(g: Rng, n: Shape, theta: Array) -> Array:
    edges = np.cumsum(np.broadcast_to(theta, (n[0], theta.shape[-1])), axis=1)[:, :-1]
    return 1 + (g.random(n[0])[:, None] > edges).sum(axis=1)


def ordered_logistic(g: Rng, n: Shape, eta: Array, cutpoints: Array) -> Array:
    return _cut(eta + g.logistic(size=n), n, cutpoints)


def _cut(latent: Array, n: Shape, cutpoints: Array) -> Array:
    return 1 + (latent[:, None] > np.broadcast_to(cutpoints, (n[0], cutpoints.shape[-1]))).sum(axis=1)


def ordered(noise: Callable[..., Array]) -> Callable[..., Array]:
    """The piece that a latent variable falls into."""

    def draw(g: Rng, n: Shape, eta: Array, cutpoints: Array, scale: Array | float = 1.0) -> Array:
        latent = eta + scale * noise(g, n)
        return 1 + (latent[:, None] > np.broadcast_to(cutpoints, (n[0], cutpoints.shape[-1]))).sum(axis=1)

    return draw


def stopping_ratio(noise: Callable[..., Array]) -> Callable[..., Array]:
    """Step by step: a latent variable of its own is above each cutpoint, or the walk ends there."""

    def draw(g: Rng, n: Shape, eta: Array, cutpoints: Array) -> Array:
        latent = np.reshape(eta, (-1, 1)) + noise(g, (n[0], cutpoints.shape[-1]))
        return 1 + np.cumprod(latent > cutpoints, axis=1).sum(axis=1)

    return draw


def adjacent_categories(g: Rng, n: Shape, eta: Array, cutpoints: Array) -> Array:
    """The largest of log odds plus Gumbel variables."""
    steps = np.reshape(eta, (-1, 1)) - cutpoints
    odds = np.concatenate([np.zeros((len(steps), 1)), np.cumsum(steps, axis=1)], axis=1)
    return 1 + np.argmax(odds + g.gumbel(size=(n[0], odds.shape[1])), axis=1)


def _logistic(g: Rng, n: Shape) -> Array:
    return g.logistic(size=n)


def _normal(g: Rng, n: Shape) -> Array:
    return g.standard_normal(n)


def _smallest(g: Rng, n: Shape) -> Array:
    """P(eta + x > c) = exp(-exp(c - eta))."""
    return np.log(g.exponential(size=n))


def multinomial(g: Rng, n: Shape, trials: Array, theta: Array) -> Array:
    """Trial by trial."""
    edges = np.cumsum(np.broadcast_to(theta, n), axis=1)[:, :-1]
    counts = np.zeros(n, dtype=int)
    for row, (many, edge) in enumerate(zip(np.broadcast_to(_whole(trials), n[:1]), edges, strict=True)):
        kinds = (g.random(many)[:, None] > edge).sum(axis=1)
        counts[row] = np.bincount(kinds, minlength=n[1])
    return counts


def dirichlet_multinomial(g: Rng, n: Shape, trials: Array, alpha: Array) -> Array:
    return multinomial(g, n, trials, dirichlet(g, n, alpha))


def beta_binomial(g: Rng, n: Shape, trials: Array, alpha: Array, beta: Array) -> Array:
    return g.binomial(_whole(trials), g.beta(alpha, beta, n), n)


def neg_binomial(g: Rng, n: Shape, mu: Array, shape: Array) -> Array:
    return g.poisson(g.gamma(shape, mu / shape, n), n)


def _whole(x: Array) -> Array:
    return np.asarray(x).astype(int)


def _t(g: Rng, n: Shape, nu: Array) -> Array:
    return g.standard_normal(n) / np.sqrt(g.chisquare(nu, n) / nu)


def _skew_normal(g: Rng, n: Shape, mu: Array, sigma: Array, alpha: Array) -> Array:
    """Of two correlated normal numbers, the second where the first is positive (Azzalini 1985)."""
    delta = alpha / np.sqrt(1 + alpha**2)
    first = g.standard_normal(n)
    second = delta * first + np.sqrt(1 - delta**2) * g.standard_normal(n)
    return mu + sigma * np.where(first > 0, second, -second)


def _gompertz(g: Rng, n: Shape, shape: Array, rate: Array) -> Array:
    """By the inverse of the survival function."""
    return np.log(1 - shape / rate * np.log(g.uniform(size=n))) / shape


def _passage(g: Rng, n: Shape, drift: Array, boundary: Array, delay: Array, bias: Array) -> Array:
    """In steps of a thousandth, which is early or late by about as much."""
    place, time = np.broadcast_to(bias * boundary, n).astype(float), np.zeros(n)
    moving, step = np.ones(n, dtype=bool), 1e-3
    while moving.any():
        time = time + moving * step
        place = place + moving * (drift * step + np.sqrt(step) * g.standard_normal(n))
        moving = (place > 0) & (place < boundary)
    return np.where(place > 0, 1, -1) * (delay + time)


def _tweedie(g: np.random.Generator, n: Shape, mu: Array, dispersion: Array, power: Array) -> Array:
    """Parts one by one."""
    left = g.poisson(mu ** (2 - power) / (dispersion * (2 - power)), n)
    shape, scale = (2 - power) / (power - 1), dispersion * (power - 1) * mu ** (power - 1)
    total = np.zeros(n)
    while left.any():
        total, left = total + (left > 0) * g.gamma(shape, scale, n), np.maximum(left - 1, 0)
    return total


def _by_masses(log_mass: Callable[..., Array]) -> Callable[..., Array]:
    """Counts up to which a uniform number's share of the masses reaches."""

    def draw(g: np.random.Generator, n: Shape, **given: Array) -> Array:
        k = np.arange(800).reshape(-1, 1)
        below = np.cumsum(np.exp(log_mass(k, **given)) * np.ones((1, *n)), axis=0)
        return (g.uniform(size=n) > below).sum(axis=0)

    return draw


DRAWS: dict[tuple[str, str], Callable[..., Array]] = {
    ("Normal", ""): lambda g, n, mu, sigma: g.normal(mu, sigma, n),
    ("StudentT", ""): lambda g, n, nu, mu, sigma: mu + sigma * _t(g, n, nu),
    ("Cauchy", ""): lambda g, n, mu, sigma: mu + sigma * g.standard_cauchy(n),
    ("Laplace", ""): lambda g, n, mu, sigma: g.laplace(mu, sigma, n),
    ("Logistic", ""): lambda g, n, mu, sigma: g.logistic(mu, sigma, n),
    ("LogNormal", ""): lambda g, n, mu, sigma: g.lognormal(mu, sigma, n),
    ("Gamma", ""): lambda g, n, alpha, beta: g.gamma(alpha, 1 / beta, n),
    ("Gamma", "log"): lambda g, n, log, shape: g.gamma(shape, np.exp(log) / shape, n),
    ("InverseGamma", ""): lambda g, n, alpha, beta: 1 / g.gamma(alpha, 1 / beta, n),
    ("Exponential", ""): lambda g, n, beta: g.exponential(1 / beta, n),
    ("Exponential", "log"): lambda g, n, log: g.exponential(np.exp(log), n),
    ("Weibull", ""): lambda g, n, alpha, sigma: sigma * g.weibull(alpha, n),
    ("SkewNormal", ""): _skew_normal,
    ("ExGaussian", ""): lambda g, n, mu, sigma, tau: g.normal(mu, sigma, n) + g.exponential(tau, n),
    ("AsymmetricLaplace", ""): lambda g, n, mu, sigma, quantile: (
        mu
        + sigma
        * np.where(
            g.uniform(size=n) < quantile,
            -g.exponential(1 / (1 - quantile), n),
            g.exponential(1 / quantile, n),
        )
    ),
    ("Gumbel", ""): lambda g, n, mu, sigma: g.gumbel(mu, sigma, n),
    ("VonMises", ""): lambda g, n, mu, kappa: np.angle(np.exp(1j * g.vonmises(mu, kappa, n))),
    ("VonMises", "tan_half"): lambda g, n, tan_half, kappa: g.vonmises(2 * np.arctan(tan_half), kappa, n),
    ("Pareto", ""): lambda g, n, y_min, alpha: y_min * (1 + g.pareto(alpha, n)),
    ("GeneralizedPareto", ""): lambda g, n, mu, sigma, xi: mu + sigma * (g.uniform(size=n) ** -xi - 1) / xi,
    ("GeneralizedExtremeValue", ""): lambda g, n, mu, sigma, xi: (
        mu + sigma * ((-np.log(g.uniform(size=n))) ** -xi - 1) / xi
    ),
    ("Frechet", ""): lambda g, n, alpha, sigma: sigma / g.weibull(alpha, n),
    ("Frechet", "log"): lambda g, n, alpha, log: np.exp(log) / g.weibull(alpha, n),
    ("Tweedie", ""): _tweedie,
    ("Tweedie", "log"): lambda g, n, log, dispersion, power: _tweedie(g, n, np.exp(log), dispersion, power),
    **{
        key: _by_masses(LOG_DENSITIES[key])
        for key in itertools.product(("ConwayMaxwellPoisson", "GeneralizedPoisson"), ("", "log"))
    },
    ("ShiftedLogNormal", ""): lambda g, n, mu, sigma, shift: shift + g.lognormal(mu, sigma, n),
    ("Wiener", ""): _passage,
    ("InverseGaussian", ""): lambda g, n, mu, shape: g.wald(mu, shape, n),
    ("InverseGaussian", "log"): lambda g, n, log, shape: g.wald(np.exp(log), shape, n),
    ("Weibull", "log"): lambda g, n, alpha, log: np.exp(log) * g.weibull(alpha, n),
    ("LogLogistic", ""): lambda g, n, alpha, beta: np.exp(g.logistic(np.log(alpha), 1 / beta, n)),
    ("LogLogistic", "log"): lambda g, n, log, beta: np.exp(g.logistic(log, 1 / beta, n)),
    ("Gompertz", ""): _gompertz,
    ("Gompertz", "log"): lambda g, n, shape, log: _gompertz(g, n, shape, np.exp(log)),
    ("Beta", ""): lambda g, n, alpha, beta: g.beta(alpha, beta, n),
    ("Beta", "mean"): lambda g, n, mean, concentration: g.beta(
        mean * concentration, (1 - mean) * concentration, n
    ),
    ("Beta", "logit"): lambda g, n, logit, concentration: g.beta(
        special.expit(logit) * concentration, special.expit(-logit) * concentration, n
    ),
    ("Uniform", ""): lambda g, n, alpha, beta: g.uniform(alpha, beta, n),
    ("HalfNormal", ""): lambda g, n, sigma: np.abs(g.normal(0, sigma, n)),
    ("HalfCauchy", ""): lambda g, n, sigma: np.abs(sigma * g.standard_cauchy(n)),
    ("HalfStudentT", ""): lambda g, n, nu, sigma: np.abs(sigma * _t(g, n, nu)),
    ("Bernoulli", ""): lambda g, n, theta: g.binomial(1, theta, n),
    ("Bernoulli", "logit"): lambda g, n, logit: g.binomial(1, special.expit(logit), n),
    ("Binomial", ""): lambda g, n, trials, theta: g.binomial(_whole(trials), theta, n),
    ("Binomial", "logit"): lambda g, n, trials, logit: g.binomial(_whole(trials), special.expit(logit), n),
    ("BetaBinomial", ""): beta_binomial,
    ("BetaBinomial", "mean"): lambda g, n, trials, mean, concentration: beta_binomial(
        g, n, trials, mean * concentration, (1 - mean) * concentration
    ),
    ("BetaBinomial", "logit"): lambda g, n, trials, logit, concentration: beta_binomial(
        g, n, trials, special.expit(logit) * concentration, special.expit(-logit) * concentration
    ),
    ("Poisson", ""): lambda g, n, rate: g.poisson(rate, n),
    ("Poisson", "log"): lambda g, n, log: g.poisson(np.exp(log), n),
    ("NegBinomial", ""): neg_binomial,
    ("NegBinomial", "log"): lambda g, n, log, shape: neg_binomial(g, n, np.exp(log), shape),
    ("Categorical", ""): categorical,
    ("Categorical", "logit"): lambda g, n, logit: categorical(g, n, special.softmax(logit, axis=-1)),
    ("OrderedLogistic", ""): ordered_logistic,
    ("OrderedLogistic", "scale"): ordered(_logistic),
    ("OrderedProbit", ""): ordered(_normal),
    ("OrderedProbit", "scale"): ordered(_normal),
    ("StoppingRatio", ""): stopping_ratio(_logistic),
    ("StoppingRatio", "probit"): lambda g, n, probit, cutpoints: stopping_ratio(_normal)(
        g, n, probit, cutpoints
    ),
    ("StoppingRatio", "cloglog"): lambda g, n, cloglog, cutpoints: stopping_ratio(_smallest)(
        g, n, cloglog, cutpoints
    ),
    ("AdjacentCategories", ""): adjacent_categories,
    ("Multinomial", ""): multinomial,
    ("Multinomial", "logit"): lambda g, n, trials, logit: multinomial(
        g, n, trials, special.softmax(logit, axis=-1)
    ),
    ("DirichletMultinomial", ""): dirichlet_multinomial,
    ("DirichletMultinomial", "mean"): lambda g, n, trials, mean, concentration: dirichlet_multinomial(
        g, n, trials, mean * np.reshape(concentration, (-1, 1))
    ),
    ("DirichletMultinomial", "logit"): lambda g, n, trials, logit, concentration: dirichlet_multinomial(
        g, n, trials, special.softmax(logit, axis=-1) * np.reshape(concentration, (-1, 1))
    ),
    ("MultiNormal", ""): multi_normal,
    ("MultiStudentT", ""): multi_student_t,
    ("LKJCholesky", ""): lkj_cholesky,
    ("Dirichlet", ""): dirichlet,
}
