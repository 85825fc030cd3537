"""The oracle's own densities: they sum to one, and agree with the literature and with draws."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from scipy import integrate, special, stats

from tests.oracle.closed_forms import (
    LOG_DENSITIES,
    dirichlet,
    lkj_cholesky,
    lkj_log_constant,
    multi_normal,
    ordered_logistic,
)
from tests.oracle.draws import DRAWS

POSITIVE = (1e-12, np.inf)
REAL = (-np.inf, np.inf)
UNIT = (0, 1)
CUTS, STEPS = np.array([[-1.0, 0.2, 1.5]]), np.array([[-1.0, 1.5, 0.2]])

CONTINUOUS: dict[tuple[str, str], Any] = {
    ("Normal", ""): (REAL, {"mu": 0.3, "sigma": 1.2}),
    ("StudentT", ""): (REAL, {"nu": 3.5, "mu": 0.3, "sigma": 1.2}),
    ("Cauchy", ""): (REAL, {"mu": 0.3, "sigma": 1.2}),
    ("Laplace", ""): (REAL, {"mu": 0.3, "sigma": 1.2}),
    ("Logistic", ""): (REAL, {"mu": 0.3, "sigma": 1.2}),
    ("LogNormal", ""): (POSITIVE, {"mu": 0.3, "sigma": 0.7}),
    ("Gamma", ""): (POSITIVE, {"alpha": 2.5, "beta": 1.2}),
    ("Gamma", "log"): (POSITIVE, {"log": 0.3, "shape": 2.5}),
    ("InverseGamma", ""): (POSITIVE, {"alpha": 2.5, "beta": 1.2}),
    ("Exponential", ""): (POSITIVE, {"beta": 1.2}),
    ("Exponential", "log"): (POSITIVE, {"log": 0.3}),
    ("Weibull", ""): (POSITIVE, {"alpha": 1.7, "sigma": 1.2}),
    ("SkewNormal", ""): (REAL, {"mu": 0.3, "sigma": 1.2, "alpha": -1.5}),
    ("ExGaussian", ""): (REAL, {"mu": 0.3, "sigma": 1.2, "tau": 0.8}),
    ("AsymmetricLaplace", ""): (REAL, {"mu": 0.3, "sigma": 1.2, "quantile": 0.2}),
    ("Gumbel", ""): ((-30, np.inf), {"mu": 0.3, "sigma": 1.2}),
    ("VonMises", ""): ((-np.pi, np.pi), {"mu": 0.3, "kappa": 2.5}),
    ("VonMises", "tan_half"): ((-np.pi, np.pi), {"tan_half": 0.3, "kappa": 2.5}),
    ("Pareto", ""): ((0.7, np.inf), {"y_min": 0.7, "alpha": 2.5}),
    ("GeneralizedPareto", ""): ((0.3, np.inf), {"mu": 0.3, "sigma": 1.2, "xi": 0.2}),
    ("GeneralizedExtremeValue", ""): ((0.3 - 1.2 / 0.2, np.inf), {"mu": 0.3, "sigma": 1.2, "xi": 0.2}),
    ("Frechet", ""): (POSITIVE, {"alpha": 2.5, "sigma": 1.2}),
    ("Frechet", "log"): (POSITIVE, {"alpha": 2.5, "log": 0.3}),
    ("Tweedie", ""): (POSITIVE, {"mu": 2.0, "dispersion": 0.15, "power": 1.4}),  # 0 once in 10 million
    ("Tweedie", "log"): (POSITIVE, {"log": 0.7, "dispersion": 0.15, "power": 1.4}),
    ("ShiftedLogNormal", ""): ((0.2, np.inf), {"mu": 0.3, "sigma": 0.7, "shift": 0.2}),
    ("Wiener", ""): ((-15, 15), {"drift": 0.4, "boundary": 1.2, "delay": 0.0, "bias": 0.4}),
    ("InverseGaussian", ""): (POSITIVE, {"mu": 0.7, "shape": 2.5}),
    ("InverseGaussian", "log"): (POSITIVE, {"log": 0.3, "shape": 2.5}),
    ("Weibull", "log"): (POSITIVE, {"alpha": 1.6, "log": 0.3}),
    ("LogLogistic", ""): (POSITIVE, {"alpha": 1.2, "beta": 2.5}),
    ("LogLogistic", "log"): (POSITIVE, {"log": 0.3, "beta": 2.5}),
    ("Gompertz", ""): (POSITIVE, {"shape": 0.7, "rate": 0.4}),
    ("Gompertz", "log"): (POSITIVE, {"shape": 0.7, "log": -0.6}),
    ("Beta", ""): (UNIT, {"alpha": 2.5, "beta": 1.2}),
    ("Beta", "mean"): (UNIT, {"mean": 0.3, "concentration": 7.0}),
    ("Beta", "logit"): (UNIT, {"logit": 0.3, "concentration": 7.0}),
    ("Uniform", ""): ((-1, 3), {"alpha": -1.0, "beta": 3.0}),
    ("HalfNormal", ""): (POSITIVE, {"sigma": 1.2}),
    ("HalfCauchy", ""): (POSITIVE, {"sigma": 1.2}),
    ("HalfStudentT", ""): (POSITIVE, {"nu": 3.5, "sigma": 1.2}),
}
DISCRETE: dict[tuple[str, str], Any] = {
    ("Bernoulli", ""): (range(2), {"theta": 0.3}),
    ("Bernoulli", "logit"): (range(2), {"logit": 0.3}),
    ("Binomial", ""): (range(8), {"trials": 7, "theta": 0.3}),
    ("Binomial", "logit"): (range(8), {"trials": 7, "logit": 0.3}),
    ("BetaBinomial", ""): (range(8), {"trials": 7, "alpha": 1.3, "beta": 2.2}),
    ("BetaBinomial", "mean"): (range(8), {"trials": 7, "mean": 0.3, "concentration": 3.0}),
    ("BetaBinomial", "logit"): (range(8), {"trials": 7, "logit": 0.3, "concentration": 3.0}),
    ("Poisson", ""): (range(80), {"rate": 2.2}),
    ("Poisson", "log"): (range(80), {"log": 0.3}),
    ("NegBinomial", ""): (range(400), {"mu": 2.2, "shape": 1.5}),
    ("NegBinomial", "log"): (range(400), {"log": 0.3, "shape": 1.5}),
    ("ConwayMaxwellPoisson", ""): (range(200), {"mu": 2.2, "shape": 0.6}),
    ("ConwayMaxwellPoisson", "log"): (range(200), {"log": 0.3, "shape": 1.7}),
    ("GeneralizedPoisson", ""): (range(500), {"mu": 2.2, "dispersion": 2.5}),
    ("GeneralizedPoisson", "log"): (range(500), {"log": 0.3, "dispersion": 1.5}),
    ("Categorical", ""): (range(1, 4), {"theta": np.array([[0.2, 0.5, 0.3]])}),
    ("Categorical", "logit"): (range(1, 4), {"logit": np.array([[0.2, -0.5, 1.3]])}),
    ("OrderedLogistic", ""): (range(1, 5), {"eta": 0.4, "cutpoints": CUTS}),
    ("OrderedLogistic", "scale"): (
        range(1, 5),
        {"eta": 0.4, "cutpoints": CUTS, "scale": 1.8},
    ),
    ("OrderedProbit", ""): (range(1, 5), {"eta": 0.4, "cutpoints": CUTS}),
    ("OrderedProbit", "scale"): (
        range(1, 5),
        {"eta": 0.4, "cutpoints": CUTS, "scale": 1.8},
    ),
    ("StoppingRatio", ""): (range(1, 5), {"eta": 0.4, "cutpoints": STEPS}),
    ("StoppingRatio", "probit"): (range(1, 5), {"probit": 0.4, "cutpoints": STEPS}),
    ("StoppingRatio", "cloglog"): (range(1, 5), {"cloglog": 0.4, "cutpoints": STEPS}),
    ("AdjacentCategories", ""): (range(1, 5), {"eta": 0.4, "cutpoints": STEPS}),
}
TALLIES: dict[tuple[str, str], Any] = {
    ("Multinomial", ""): {"theta": np.array([[0.2, 0.5, 0.3]])},
    ("Multinomial", "logit"): {"logit": np.array([[0.2, -0.5, 1.3]])},
    ("DirichletMultinomial", ""): {"alpha": np.array([[0.7, 2.0, 3.5]])},
    ("DirichletMultinomial", "mean"): {"mean": np.array([[0.2, 0.5, 0.3]]), "concentration": 1.7},
    ("DirichletMultinomial", "logit"): {"logit": np.array([[0.2, -0.5, 1.3]]), "concentration": 1.7},
}
VECTORS = {("MultiNormal", ""), ("MultiStudentT", ""), ("LKJCholesky", ""), ("Dirichlet", ""), *TALLIES}


def as_arrays(arguments: dict[str, Any]) -> dict[str, Any]:
    return {k: np.atleast_1d(v) for k, v in arguments.items()}


def density(key: tuple[str, str], x: float, arguments: dict[str, Any]) -> float:
    return float(np.exp(np.squeeze(LOG_DENSITIES[key](np.array([x]), **as_arrays(arguments)))))


def integral(key: tuple[str, str], arguments: dict[str, Any], low: float, high: float) -> float:
    return float(integrate.quad(lambda x: density(key, x, arguments), low, high, limit=400)[0])


def test_every_distribution_of_the_language_has_a_density_and_a_draw():
    from stanlevels.distributions.table import FAMILIES

    every = {(f.name, p.key) for f in FAMILIES.values() for p in f.parameterizations}
    assert set(LOG_DENSITIES) == set(DRAWS) == every == {*CONTINUOUS, *DISCRETE, *VECTORS}


@pytest.mark.parametrize("key", CONTINUOUS)
def test_a_continuous_density_integrates_to_one(key):
    (low, high), arguments = CONTINUOUS[key]
    middle = 0.5 if low > -np.inf else 0.3
    total = integral(key, arguments, low, middle) + integral(key, arguments, middle, high)
    assert total == pytest.approx(1, abs=1e-7)


@pytest.mark.parametrize("key", DISCRETE)
def test_a_discrete_mass_sums_to_one(key):
    support, arguments = DISCRETE[key]
    assert sum(density(key, y, arguments) for y in support) == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("key", [*CONTINUOUS, *DISCRETE])
def test_draws_have_the_distribution_of_the_density(key):
    """Kolmogorov's statistic of 4,000 draws; false alarms 1e-6 in each case (conservative where discrete)."""
    n, rng = 4000, np.random.default_rng(17)
    support, arguments = (CONTINUOUS | DISCRETE)[key]
    drawn = np.sort(DRAWS[key](rng, (n,), **as_arrays(arguments)).reshape(n))
    if key in DISCRETE:
        mass = np.cumsum([density(key, y, arguments) for y in support])
        observed = np.searchsorted(drawn, list(support), side="right") / n
        distance = np.abs(observed - mass).max()
    else:
        grid = np.quantile(drawn, [0.05, 0.2, 0.4, 0.6, 0.8, 0.95])
        below = [integral(key, arguments, support[0], g) for g in grid]
        distance = np.abs(np.searchsorted(drawn, grid, side="right") / n - below).max()
    assert distance < np.sqrt(np.log(2 / 1e-6) / (2 * n))


@pytest.mark.parametrize("key", TALLIES)
def test_counts_of_categories_have_masses_that_sum_to_one_and_are_those_of_draws(key):
    """Pearson's statistic of 4,000 draws of all 15 tallies of 4 trials; false alarms 1e-6 in each case."""
    every = np.array([(a, b, 4 - a - b) for a in range(5) for b in range(5 - a)])
    given = as_arrays(TALLIES[key] | {"trials": 4})
    masses = np.exp(LOG_DENSITIES[key](every, **given))
    assert masses.sum() == pytest.approx(1, abs=1e-12)
    n = 4000
    drawn = DRAWS[key](np.random.default_rng(5), (n, 3), **given)
    counts = np.array([(drawn == tally).all(axis=1).sum() for tally in every])
    assert counts.sum() == n
    assert ((counts - n * masses) ** 2 / (n * masses)).sum() < stats.chi2(len(every) - 1).isf(1e-6)


def test_negative_binomial_has_the_stated_mean_and_variance():
    counts, arguments = DISCRETE["NegBinomial", ""]
    mass = np.array([density(("NegBinomial", ""), y, arguments) for y in counts])
    mean = (mass * counts).sum()
    variance = (mass * (np.array(counts) - mean) ** 2).sum()
    assert mean == pytest.approx(2.2, rel=1e-9)
    assert variance == pytest.approx(2.2 + 2.2**2 / 1.5, rel=1e-9)


def test_beta_binomial_agrees_with_scipy():
    y = np.arange(8)
    ours = LOG_DENSITIES["BetaBinomial", ""](y, 7, 1.3, 2.2)
    np.testing.assert_allclose(ours, stats.betabinom.logpmf(y, 7, 1.3, 2.2), rtol=1e-11)


def test_ordered_categories_have_differences_of_the_logistic_distribution_function():
    cuts, eta = CUTS, np.array([0.4])
    above = np.array([1, *special.expit(eta - cuts[0]), 0])
    found = [np.exp(ordered_logistic(np.array([k]), eta, cuts))[0] for k in (1, 2, 3, 4)]
    np.testing.assert_allclose(found, above[:-1] - above[1:], rtol=1e-12)


@pytest.mark.parametrize(
    ("d", "volume"),
    # Volume of the set of correlation matrices: Joe (2006), J. Multivariate Analysis 97, section 2.
    [(2, 2.0), (3, np.pi**2 / 2), (4, 32 * np.pi**2 / 27)],
)
def test_the_lkj_constant_at_eta_one_is_the_volume_of_correlation_matrices(d, volume):
    assert lkj_log_constant(d, np.array(1.0)) == pytest.approx(np.log(volume), abs=1e-12)


@pytest.mark.parametrize("eta", [0.6, 1.0, 2.0, 3.7])
def test_an_lkj_correlation_of_two_is_a_stretched_beta(eta):
    r = 0.35
    factor = np.array([[[1, 0], [r, np.sqrt(1 - r**2)]]])
    expected = stats.beta.logpdf((r + 1) / 2, eta, eta) - np.log(2)
    assert lkj_cholesky(factor, np.array(eta)) == pytest.approx(expected, abs=1e-12)


@pytest.mark.slow
def test_the_lkj_density_of_three_integrates_to_one_over_cholesky_factors():
    eta = np.array(1.8)

    def at(z: float, radius: float, angle: float) -> float:
        """Free elements L21 and (L31, L32) in polar coordinates; the Jacobian of those is `radius`."""
        a, b = radius * np.cos(angle), radius * np.sin(angle)
        factor = np.array([[[1, 0, 0], [z, np.sqrt(1 - z**2), 0], [a, b, np.sqrt(1 - radius**2)]]])
        return float(np.exp(lkj_cholesky(factor, eta))) * radius

    # The density depends on the diagonal alone, so the angle contributes 2 pi.
    total, _ = integrate.dblquad(lambda r, z: at(z, r, 0.7) * 2 * np.pi, -1, 1, 0, 1)
    assert total == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(("d", "eta"), [(2, 0.7), (3, 1.0), (4, 2.5)])
def test_correlations_drawn_from_lkj_have_beta_margins(d, eta):
    """Each correlation is 2 Beta(a, a) - 1 with a = eta + (d - 2)/2 (LKJ 2009, section 3)."""
    rng = np.random.default_rng(5)
    factors = [DRAWS["LKJCholesky", ""](rng, (d, d), np.array(eta))[0] for _ in range(2000)]
    matrices = np.array([f @ f.T for f in factors])
    shape = eta + (d - 2) / 2
    for i, j in itertools.combinations(range(d), 2):
        p = stats.kstest((matrices[:, i, j] + 1) / 2, stats.beta(shape, shape).cdf).pvalue
        assert p > 1e-5


def test_the_correlation_and_its_cholesky_factor_are_one_argument():
    corr = np.array([[1, 0.4, -0.2], [0.4, 1, 0.1], [-0.2, 0.1, 1]])
    x, sds = np.array([[0.3, 1, -0.4], [1.0, 0, 2]]), np.array([[1.0, 2, 0.5]])
    factor = np.linalg.cholesky(corr)
    from_matrix, from_factor = (multi_normal(x, np.zeros(1), sds, c[None]) for c in (corr, factor))
    np.testing.assert_allclose(from_matrix, from_factor, rtol=1e-12)
    z = np.linalg.solve(np.diag(sds[0]) @ factor, x.T)
    by_hand = stats.norm.logpdf(z).sum(axis=0) - np.log(sds).sum() - np.log(np.diag(factor)).sum()
    np.testing.assert_allclose(from_factor, by_hand, rtol=1e-12)


def test_a_dirichlet_density_agrees_with_scipy():
    alpha, x = np.array([1.5, 2.0, 0.7]), np.array([[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]])
    expected = [stats.dirichlet.logpdf(row, alpha) for row in x]
    np.testing.assert_allclose(dirichlet(x, alpha[None]), expected, rtol=1e-12)
