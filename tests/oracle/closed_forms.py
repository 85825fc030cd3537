"""Log densities and masses, one per distribution, over arrays of values.

Scalar families come from scipy.stats; what SciPy lacks is written from the formula cited beside it.
Keys are the names and parameterisations of the language; arguments are those of the declaration.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import special, stats

Array = np.ndarray
LogDensity = Callable[..., Array]

LOG2 = np.log(2.0)


# --- counts and categories -------------------------------------------------------------------


def bernoulli_logit(y: Array, logit: Array) -> Array:
    return special.log_expit(np.where(y == 1, logit, -logit))


def binomial_logit(y: Array, trials: Array, logit: Array) -> Array:
    chosen = _log_choose(trials, y)
    return chosen + y * special.log_expit(logit) + (trials - y) * special.log_expit(-logit)


def beta_binomial(y: Array, trials: Array, alpha: Array, beta: Array) -> Array:
    return _log_choose(trials, y) + special.betaln(y + alpha, trials - y + beta) - special.betaln(alpha, beta)


def _log_choose(n: Array, k: Array) -> Array:
    return -special.betaln(n - k + 1, k + 1) - np.log(n + 1)


def neg_binomial(y: Array, mu: Array, shape: Array) -> Array:
    """Gelman et al., Bayesian Data Analysis, with variance mu + mu^2 / shape."""
    chosen = special.gammaln(y + shape) - special.gammaln(shape) - special.gammaln(y + 1)
    return chosen + shape * -np.log1p(mu / shape) + special.xlogy(y, mu) - y * np.log(mu + shape)


def categorical(y: Array, theta: Array) -> Array:
    """`theta` (units or 1, categories), y from 1."""
    return np.log(_picked(y, theta))


def categorical_logit(y: Array, logit: Array) -> Array:
    return _picked(y, special.log_softmax(logit, axis=-1))


def _picked(y: Array, table: Array) -> Array:
    full = np.broadcast_to(table, (len(y), table.shape[-1]))
    return full[np.arange(len(y)), y.astype(int) - 1]


def ordered_logistic(y: Array, eta: Array, cutpoints: Array) -> Array:
    """P(y = k) = F(eta - c_{k-1}) - F(eta - c_k), F the logistic function (McCullagh 1980)."""
    cuts = np.broadcast_to(cutpoints, (len(y), cutpoints.shape[-1]))
    edge = np.full((len(y), 1), np.inf)
    every = np.concatenate([-edge, cuts, edge], axis=1)
    at = np.arange(len(y))
    k = y.astype(int)
    upper, lower = eta - every[at, k - 1], eta - every[at, k]
    # log(F(a) - F(b)) with a > b, without cancellation: F(a) - F(b) = F(a) F(-b) (1 - exp(b - a)).
    return special.log_expit(upper) + special.log_expit(-lower) + np.log(-np.expm1(lower - upper))


def ordered_by(cumulative: Callable[[Array], Array]) -> LogDensity:
    """P(y <= k) = F((c_k - eta) / scale), F symmetric: from the side on which it has digits."""

    def log_mass(y: Array, eta: Array, cutpoints: Array, scale: Array | float = 1.0) -> Array:
        z = (cutpoints - np.reshape(eta, (-1, 1))) / np.reshape(scale, (-1, 1))
        end = np.full((len(z), 1), np.inf)
        edges = np.concatenate([-end, z, end], axis=1)
        low, high = edges[:, :-1], edges[:, 1:]
        masses = np.where(low > 0, cumulative(-low) - cumulative(-high), cumulative(high) - cumulative(low))
        return np.log(_picked(y, masses))

    return log_mass


def stopping_ratio(log_stop: Callable[[Array], Array], log_go: Callable[[Array], Array]) -> LogDensity:
    """P(y = k) = F(c_k - eta) prod_{j<k} (1 - F(c_j - eta)) (Tutz 1990)."""

    def log_mass(y: Array, eta: Array, cutpoints: Array) -> Array:
        x = cutpoints - np.reshape(eta, (-1, 1))
        end = np.zeros((len(x), 1))
        reached = np.concatenate([end, np.cumsum(log_go(x), axis=1)], axis=1)
        return _picked(y, reached + np.concatenate([log_stop(x), end], axis=1))

    return log_mass


BY_LOGIT = stopping_ratio(special.log_expit, lambda x: special.log_expit(-x))
BY_PROBIT = stopping_ratio(stats.norm.logcdf, stats.norm.logsf)
BY_CLOGLOG = stopping_ratio(stats.gumbel_l.logcdf, stats.gumbel_l.logsf)


def adjacent_categories(y: Array, eta: Array, cutpoints: Array) -> Array:
    """log P(y = k + 1) / P(y = k) = eta - c_k (Agresti 2010, 4.1)."""
    odds = np.exp(np.reshape(eta, (-1, 1)) - cutpoints)
    masses = np.concatenate([np.ones((len(odds), 1)), np.cumprod(odds, axis=1)], axis=1)
    return np.log(_picked(y, masses / masses.sum(axis=1, keepdims=True)))


# --- vectors ---------------------------------------------------------------------------------


def multi_normal(x: Array, mu: Array, sigma: Array, corr: Array) -> Array:
    """Unit by unit with a dense covariance; `corr` (1, K, K) is a Cholesky factor or the matrix."""
    n, k = x.shape
    correlation = as_correlation(corr.reshape(k, k))
    means, sds = np.broadcast_to(_wide(mu), (n, k)), np.broadcast_to(_wide(sigma), (n, k))
    covariances = [np.outer(s, s) * correlation for s in sds]
    return np.array(
        [stats.multivariate_normal.logpdf(v, m, c) for v, m, c in zip(x, means, covariances, strict=True)]
    ).reshape(n)


def multi_student_t(x: Array, nu: Array, mu: Array, sigma: Array, corr: Array) -> Array:
    """Unit by unit with a dense matrix of scales; `corr` as for `multi_normal`."""
    n, k = x.shape
    correlation = as_correlation(corr.reshape(k, k))
    means, sds = np.broadcast_to(_wide(mu), (n, k)), np.broadcast_to(_wide(sigma), (n, k))
    df = np.broadcast_to(np.reshape(nu, -1), (n,))
    found = [
        stats.multivariate_t.logpdf(v, m, np.outer(s, s) * correlation, d)
        for v, m, s, d in zip(x, means, sds, df, strict=True)
    ]
    return np.array(found).reshape(n)


def _wide(a: Array) -> Array:
    """A vector argument as (units, components); one number stands for every component."""
    return a[:, None] if a.ndim == 1 else a


def as_correlation(corr: Array) -> Array:
    """The correlation matrix from itself or from its Cholesky factor."""
    return corr @ corr.T if np.allclose(corr, np.tril(corr)) else corr


def as_cholesky(corr: Array) -> Array:
    """The Cholesky factor from itself or from the correlation matrix."""
    return corr if np.allclose(corr, np.tril(corr)) else np.linalg.cholesky(corr)


def dirichlet(x: Array, alpha: Array) -> Array:
    shapes = np.broadcast_to(_wide(alpha), x.shape)
    constant = special.gammaln(shapes.sum(axis=-1)) - special.gammaln(shapes).sum(axis=-1)
    return constant + ((shapes - 1) * np.log(x)).sum(axis=-1)


def multinomial(x: Array, trials: Array, theta: Array) -> Array:
    """`trials` are what the numbers sum to."""
    return stats.multinomial.logpmf(x, trials, np.broadcast_to(theta, x.shape))


def dirichlet_multinomial(x: Array, trials: Array, alpha: Array) -> Array:
    """Unit by unit, by SciPy."""
    wide = np.broadcast_to(_wide(alpha), x.shape)
    return np.array(
        [stats.dirichlet_multinomial.logpmf(row, a, row.sum()) for row, a in zip(x, wide, strict=True)]
    ).reshape(len(x))


def lkj_cholesky(corr: Array, eta: Array) -> Array:
    """Density of the Cholesky factor of an LKJ correlation matrix.

    det(R)^(eta - 1) / c_d with c_d of Lewandowski, Kurowicka and Joe (2009), equation 16, times the
    Jacobian of R = L L', which is prod_k L_kk^(d - k), k = 2..d.
    """
    d = corr.shape[-1]
    factor = as_cholesky(corr.reshape(d, d))
    diagonal = np.log(np.diag(factor))[1:]
    k = np.arange(2, d + 1)
    power = 2 * (eta - 1) * diagonal.sum()
    return power + ((d - k) * diagonal).sum() - lkj_log_constant(d, eta)


def lkj_log_constant(d: int, eta: Array) -> Array:
    """Log of the integral of det(R)^(eta - 1) over correlation matrices of size d (LKJ 2009, eq. 16)."""
    k = np.arange(1, d)
    powers = sum((2 * eta - 2 + d - i) * (d - i) * LOG2 for i in k)
    betas = sum((d - i) * special.betaln(eta + (d - i - 1) / 2, eta + (d - i - 1) / 2) for i in k)
    return powers + betas


# --- the table -------------------------------------------------------------------------------


def _beta_mean(x: Array, mean: Array, concentration: Array) -> Array:
    return stats.beta.logpdf(x, mean * concentration, (1 - mean) * concentration)


def asymmetric_laplace(x: Array, mu: Array, sigma: Array, quantile: Array) -> Array:
    """Yu and Moyeed (2001), equation 2: the check function of quantile regression in the exponent."""
    u = (x - mu) / sigma
    return np.log(quantile * (1 - quantile) / sigma) - u * (quantile - (u < 0))


def passage(x: Array, drift: Array, boundary: Array, delay: Array, bias: Array) -> Array:
    """Signed times of a Wiener process: Feller (1968), XIV.6, by reflections early and by waves late."""
    t, v, w = np.abs(x) - delay, np.where(x > 0, -drift, drift), np.where(x > 0, 1 - bias, bias)
    u = np.where(t > 0, t, 1.0) / boundary**2
    k = np.arange(-60, 61).reshape(-1, *(1,) * np.ndim(u + w))
    early = ((w + 2 * k) * np.exp(-((w + 2 * k) ** 2) / (2 * u))).sum(axis=0) / np.sqrt(2 * np.pi * u**3)
    n = k[61:]
    late = np.pi * (n * np.exp(-((n * np.pi) ** 2) * u / 2) * np.sin(n * np.pi * w)).sum(axis=0)
    with np.errstate(divide="ignore"):
        alone = np.log(np.where(u < 0.8, early, late))
    return np.where(t > 0, alone - 2 * np.log(boundary) - v * boundary * w - v**2 * t / 2, -np.inf)


def tweedie(x: Array, mu: Array, dispersion: Array, power: Array) -> Array:
    """Dunn and Smyth (2005), equations 3 and 5: every term of the series one by one."""
    j = np.arange(1, 400).reshape(-1, *(1,) * np.ndim(x + mu + dispersion + power))
    a, some = (2 - power) / (1 - power), np.where(x > 0, x, 1.0)
    z = -a * np.log(some) + a * np.log(power - 1) - (1 - a) * np.log(dispersion) - np.log(2 - power)
    logs = special.logsumexp(j * z - special.gammaln(j + 1) - special.gammaln(-j * a), axis=0) - np.log(some)
    theta, kappa = mu ** (1 - power) / (1 - power), mu ** (2 - power) / (2 - power)
    return (x * theta - kappa) / dispersion + np.where(x > 0, logs, 0.0)


def conway_maxwell(y: Array, mu: Array, shape: Array) -> Array:
    """Every one of the masses, which are added up."""
    k = np.arange(3000).reshape(-1, *(1,) * np.ndim(mu + shape))
    logs = special.logsumexp(shape * (special.xlogy(k, mu) - special.gammaln(k + 1)), axis=0)
    return shape * (y * np.log(mu) - special.gammaln(y + 1)) - logs


def generalized_poisson(y: Array, mu: Array, dispersion: Array) -> Array:
    """Consul and Famoye (1992), by theta and lambda; with no power of a number near 0."""
    theta, rate = mu / np.sqrt(dispersion), 1 - 1 / np.sqrt(dispersion)
    poisson = stats.poisson.logpmf(y, theta + rate * y)
    return poisson + np.log(theta) - np.log(theta + rate * y)


def _uniform(x: Array, alpha: Array, beta: Array) -> Array:
    return np.where((x >= alpha) & (x <= beta), -np.log(beta - alpha), -np.inf)


LOG_DENSITIES: dict[tuple[str, str], LogDensity] = {
    ("Normal", ""): lambda x, mu, sigma: stats.norm.logpdf(x, mu, sigma),
    ("StudentT", ""): lambda x, nu, mu, sigma: stats.t.logpdf(x, nu, mu, sigma),
    ("Cauchy", ""): lambda x, mu, sigma: stats.cauchy.logpdf(x, mu, sigma),
    ("Laplace", ""): lambda x, mu, sigma: stats.laplace.logpdf(x, mu, sigma),
    ("Logistic", ""): lambda x, mu, sigma: stats.logistic.logpdf(x, mu, sigma),
    ("LogNormal", ""): lambda x, mu, sigma: stats.lognorm.logpdf(x, sigma, scale=np.exp(mu)),
    ("Gamma", ""): lambda x, alpha, beta: stats.gamma.logpdf(x, alpha, scale=1 / beta),
    ("Gamma", "log"): lambda x, log, shape: stats.gamma.logpdf(x, shape, scale=np.exp(log) / shape),
    ("InverseGamma", ""): lambda x, alpha, beta: stats.invgamma.logpdf(x, alpha, scale=beta),
    ("Exponential", ""): lambda x, beta: stats.expon.logpdf(x, scale=1 / beta),
    ("Exponential", "log"): lambda x, log: stats.expon.logpdf(x, scale=np.exp(log)),
    ("Weibull", ""): lambda x, alpha, sigma: stats.weibull_min.logpdf(x, alpha, scale=sigma),
    ("SkewNormal", ""): lambda x, mu, sigma, alpha: stats.skewnorm.logpdf(x, alpha, mu, sigma),
    ("ExGaussian", ""): lambda x, mu, sigma, tau: stats.exponnorm.logpdf(x, tau / sigma, mu, sigma),
    ("AsymmetricLaplace", ""): asymmetric_laplace,
    ("Gumbel", ""): lambda x, mu, sigma: stats.gumbel_r.logpdf(x, mu, sigma),
    ("VonMises", ""): lambda x, mu, kappa: stats.vonmises.logpdf(x, kappa, loc=mu),
    ("VonMises", "tan_half"): lambda x, tan_half, kappa: stats.vonmises.logpdf(
        x, kappa, loc=2 * np.arctan(tan_half)
    ),
    ("Pareto", ""): lambda x, y_min, alpha: stats.pareto.logpdf(x, alpha, scale=y_min),
    ("GeneralizedPareto", ""): lambda x, mu, sigma, xi: stats.genpareto.logpdf(x, xi, mu, sigma),
    ("GeneralizedExtremeValue", ""): lambda x, mu, sigma, xi: stats.genextreme.logpdf(x, -xi, mu, sigma),
    ("Frechet", ""): lambda x, alpha, sigma: stats.invweibull.logpdf(x, alpha, scale=sigma),
    ("Frechet", "log"): lambda x, alpha, log: stats.invweibull.logpdf(x, alpha, scale=np.exp(log)),
    ("Tweedie", ""): tweedie,
    ("Tweedie", "log"): lambda x, log, dispersion, power: tweedie(x, np.exp(log), dispersion, power),
    ("ConwayMaxwellPoisson", ""): conway_maxwell,
    ("ConwayMaxwellPoisson", "log"): lambda y, log, shape: conway_maxwell(y, np.exp(log), shape),
    ("GeneralizedPoisson", ""): generalized_poisson,
    ("GeneralizedPoisson", "log"): lambda y, log, dispersion: generalized_poisson(y, np.exp(log), dispersion),
    ("ShiftedLogNormal", ""): lambda x, mu, sigma, shift: stats.lognorm.logpdf(
        x, sigma, loc=shift, scale=np.exp(mu)
    ),
    ("Wiener", ""): passage,
    ("InverseGaussian", ""): lambda x, mu, shape: stats.invgauss.logpdf(x, mu / shape, scale=shape),
    ("InverseGaussian", "log"): lambda x, log, shape: stats.invgauss.logpdf(
        x, np.exp(log) / shape, scale=shape
    ),
    ("Weibull", "log"): lambda x, alpha, log: stats.weibull_min.logpdf(x, alpha, scale=np.exp(log)),
    ("LogLogistic", ""): lambda x, alpha, beta: stats.fisk.logpdf(x, beta, scale=alpha),
    ("LogLogistic", "log"): lambda x, log, beta: stats.fisk.logpdf(x, beta, scale=np.exp(log)),
    ("Gompertz", ""): lambda x, shape, rate: stats.gompertz.logpdf(x, rate / shape, scale=1 / shape),
    ("Gompertz", "log"): lambda x, shape, log: stats.gompertz.logpdf(x, np.exp(log) / shape, scale=1 / shape),
    ("Beta", ""): lambda x, alpha, beta: stats.beta.logpdf(x, alpha, beta),
    ("Beta", "mean"): _beta_mean,
    ("Beta", "logit"): lambda x, logit, concentration: _beta_mean(x, special.expit(logit), concentration),
    ("Uniform", ""): _uniform,
    ("HalfNormal", ""): lambda x, sigma: stats.halfnorm.logpdf(x, scale=sigma),
    ("HalfCauchy", ""): lambda x, sigma: stats.halfcauchy.logpdf(x, scale=sigma),
    ("HalfStudentT", ""): lambda x, nu, sigma: LOG2 + stats.t.logpdf(x, nu, 0, sigma),
    ("Bernoulli", ""): lambda y, theta: stats.bernoulli.logpmf(y, theta),
    ("Bernoulli", "logit"): bernoulli_logit,
    ("Binomial", ""): lambda y, trials, theta: stats.binom.logpmf(y, trials, theta),
    ("Binomial", "logit"): binomial_logit,
    ("BetaBinomial", ""): beta_binomial,
    ("BetaBinomial", "mean"): lambda y, trials, mean, concentration: beta_binomial(
        y, trials, mean * concentration, (1 - mean) * concentration
    ),
    ("BetaBinomial", "logit"): lambda y, trials, logit, concentration: beta_binomial(
        y, trials, special.expit(logit) * concentration, special.expit(-logit) * concentration
    ),
    ("Poisson", ""): lambda y, rate: stats.poisson.logpmf(y, rate),
    ("Poisson", "log"): lambda y, log: stats.poisson.logpmf(y, np.exp(log)),
    ("NegBinomial", ""): neg_binomial,
    ("NegBinomial", "log"): lambda y, log, shape: neg_binomial(y, np.exp(log), shape),
    ("Categorical", ""): categorical,
    ("Categorical", "logit"): categorical_logit,
    ("OrderedLogistic", ""): ordered_logistic,
    ("OrderedLogistic", "scale"): ordered_by(special.expit),
    ("OrderedProbit", ""): ordered_by(special.ndtr),
    ("OrderedProbit", "scale"): ordered_by(special.ndtr),
    ("StoppingRatio", ""): BY_LOGIT,
    ("StoppingRatio", "probit"): lambda y, probit, cutpoints: BY_PROBIT(y, probit, cutpoints),
    ("StoppingRatio", "cloglog"): lambda y, cloglog, cutpoints: BY_CLOGLOG(y, cloglog, cutpoints),
    ("AdjacentCategories", ""): adjacent_categories,
    ("Multinomial", ""): multinomial,
    ("Multinomial", "logit"): lambda x, trials, logit: multinomial(
        x, trials, special.softmax(logit, axis=-1)
    ),
    ("DirichletMultinomial", ""): dirichlet_multinomial,
    ("DirichletMultinomial", "mean"): lambda x, trials, mean, concentration: dirichlet_multinomial(
        x, trials, mean * np.reshape(concentration, (-1, 1))
    ),
    ("DirichletMultinomial", "logit"): lambda x, trials, logit, concentration: dirichlet_multinomial(
        x, trials, special.softmax(logit, axis=-1) * np.reshape(concentration, (-1, 1))
    ),
    ("MultiNormal", ""): multi_normal,
    ("MultiStudentT", ""): multi_student_t,
    ("LKJCholesky", ""): lkj_cholesky,
    ("Dirichlet", ""): dirichlet,
}
