"""What distributions of vectors have, against SciPy and against the literature."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from stanlevels.distributions.table import FAMILIES
from stanlevels.distributions.vectors import log_jacobian_of_correlations
from tests.oracle.closed_forms import lkj_cholesky

FALSE_ALARM = 1e-4  # of each test of draws, whose seeds are fixed
R = np.array([[1.0, 0.5, -0.2], [0.5, 1.0, 0.3], [-0.2, 0.3, 1.0]])
MU, SIGMA = np.array([1.0, -2.0, 0.0]), np.array([0.5, 2.0, 1.0])
MULTI_NORMAL = FAMILIES["MultiNormal"].parameterization("")
DIRICHLET = FAMILIES["Dirichlet"].parameterization("")
LKJ = FAMILIES["LKJCholesky"].parameterization("")
ARGUMENTS = {"mu": MU, "sigma": SIGMA, "corr": np.linalg.cholesky(R)}
COVARIANCE = np.outer(SIGMA, SIGMA) * R


def test_the_density_of_a_multivariate_normal_is_that_of_scipy():
    x = np.random.default_rng(1).normal(size=(7, 3)) * 2
    expected = stats.multivariate_normal(MU, COVARIANCE).logpdf(x)
    np.testing.assert_allclose(MULTI_NORMAL.log_density(x, ARGUMENTS), expected, rtol=1e-12)


def test_means_and_one_standard_deviation_may_vary_over_rows():
    rng = np.random.default_rng(2)
    x, mu = rng.normal(size=(5, 3)), rng.normal(size=(5, 3))
    found = MULTI_NORMAL.log_density(x, {**ARGUMENTS, "mu": mu, "sigma": 2.0})
    expected = [stats.multivariate_normal(m, 4 * R).logpdf(v) for v, m in zip(x, mu, strict=True)]
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_draws_of_a_multivariate_normal_are_standard_normal_once_whitened():
    x = MULTI_NORMAL.draw(np.random.default_rng(3), (3000, 3), ARGUMENTS)
    z = np.linalg.solve(np.linalg.cholesky(COVARIANCE), (x - MU).T)
    assert stats.kstest(z.ravel(), "norm").pvalue > FALSE_ALARM
    assert stats.kstest(np.square(z).sum(axis=0), stats.chi2(3).cdf).pvalue > FALSE_ALARM
    np.testing.assert_array_equal(MULTI_NORMAL.mean(ARGUMENTS), MU)
    np.testing.assert_allclose(MULTI_NORMAL.variance(ARGUMENTS), np.diag(COVARIANCE))


@pytest.mark.parametrize("alpha", [(2.0, 0.5, 1.2), (1.0, 1.0, 1.0)])
def test_a_dirichlet_is_that_of_scipy(alpha):
    reference = stats.dirichlet(alpha)
    x = reference.rvs(6, np.random.default_rng(4))
    arguments = {"alpha": np.array(alpha)}
    found = DIRICHLET.log_density(x, arguments)
    np.testing.assert_allclose(found, [reference.logpdf(row) for row in x], rtol=1e-12)
    np.testing.assert_allclose(DIRICHLET.mean(arguments), reference.mean())
    np.testing.assert_allclose(DIRICHLET.variance(arguments), reference.var())
    draws = DIRICHLET.draw(np.random.default_rng(5), (3000, 3), arguments)
    np.testing.assert_allclose(draws.sum(axis=1), 1)
    for k, a in enumerate(alpha):
        assert stats.kstest(draws[:, k], stats.beta(a, sum(alpha) - a).cdf).pvalue > FALSE_ALARM


def test_one_concentration_holds_for_every_component():
    x = np.array([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]])
    found = DIRICHLET.log_density(x, {"alpha": 2.0})
    np.testing.assert_allclose(found, [stats.dirichlet([2, 2, 2]).logpdf(row) for row in x], rtol=1e-12)
    np.testing.assert_allclose(DIRICHLET.mean({"alpha": np.array([2.0]), "dim": 4}), np.full(4, 0.25))


def test_tiny_concentrations_give_probabilities_too():
    draws = DIRICHLET.draw(np.random.default_rng(6), (500, 3), {"alpha": 1e-3})
    assert np.isfinite(draws).all()
    assert np.mean(draws.max(axis=1) > 1 - 1e-9) > 0.95  # nearly all in one corner
    assert stats.binomtest(int(np.sum(draws[:, 0] > 0.5)), 500, 1 / 3).pvalue > FALSE_ALARM


def test_what_does_not_sum_to_one_has_no_density():
    x = np.array([[0.5, 0.5, 0.1], [1.2, -0.1, -0.1], [0.2, 0.3, 0.5]])
    assert (DIRICHLET.log_density(x, {"alpha": 2.0}) > -np.inf).tolist() == [False, False, True]


@pytest.mark.parametrize("eta", [0.7, 1.0, 2.5])
@pytest.mark.parametrize("size", [2, 3, 5])
def test_the_density_of_a_correlation_matrix_is_that_of_the_literature(size, eta):
    """Lewandowski, Kurowicka and Joe (2009), equation 16, for the constant."""
    L = LKJ.draw(np.random.default_rng(7), (4, size, size), {"eta": 1.0})
    expected = [lkj_cholesky(each[None], np.array(eta)) for each in L]
    np.testing.assert_allclose(LKJ.log_density(L, {"eta": eta}), np.ravel(expected), rtol=1e-11, atol=1e-12)


@pytest.mark.parametrize("eta", [0.7, 3.0])
@pytest.mark.parametrize("size", [2, 3, 6])
def test_every_correlation_of_a_draw_is_beta_between_minus_one_and_one(size, eta):
    """Each has the density (1 - r^2)^(eta - 2 + size / 2), whatever its place in the matrix."""
    L = LKJ.draw(np.random.default_rng(8), (3000, size, size), {"eta": eta})
    found = L @ L.swapaxes(-1, -2)
    np.testing.assert_allclose(np.diagonal(found, axis1=1, axis2=2), 1)
    a = eta - 1 + size / 2
    for i, j in zip(*np.tril_indices(size, -1), strict=True):
        assert stats.kstest((found[:, i, j] + 1) / 2, stats.beta(a, a).cdf).pvalue > FALSE_ALARM


def test_the_determinants_of_draws_have_the_mean_of_products_of_betas():
    """det R is the product over rows of what the onion leaves of each: how rows depend."""
    eta, size, count = 1.5, 4, 20_000
    L = LKJ.draw(np.random.default_rng(9), (count, size, size), {"eta": eta})
    det = np.prod(np.square(np.diagonal(L, axis1=1, axis2=2)), axis=1)
    integral = [log_integral(size, e) for e in (eta, eta + 1, eta + 2)]
    mean, square = (np.exp(integral[k] - integral[0]) for k in (1, 2))
    assert abs(det.mean() - mean) < 4 * np.sqrt((square - mean**2) / count)


def log_integral(size, eta):
    """Of det(R)^(eta - 1) over correlation matrices, from the density that the literature gives."""
    one = np.eye(size)[None]
    return -float(np.ravel(lkj_cholesky(one, np.array(eta)))[0])


@pytest.mark.parametrize("size", [2, 4])
def test_moments_of_the_cholesky_factor_are_those_of_draws(size):
    arguments = {"eta": 1.5}
    L = LKJ.draw(np.random.default_rng(10), (20_000, size, size), arguments)
    mean, variance = (f({**arguments, "dim": size}) for f in (LKJ.mean, LKJ.variance))
    assert np.all(np.abs(L.mean(axis=0) - mean) <= 5 * np.sqrt(variance / len(L)) + 1e-12)
    np.testing.assert_allclose(L.var(axis=0), variance, rtol=0.08, atol=1e-12)


def test_the_jacobian_of_correlations_is_that_of_differences():
    L = LKJ.draw(np.random.default_rng(11), (4, 4), {"eta": 2.0})
    below = np.tril_indices(4, -1)

    def correlations(free):
        factor = np.zeros((4, 4))
        factor[below] = free
        np.fill_diagonal(factor, np.sqrt(1 - np.square(factor).sum(axis=1)))
        return (factor @ factor.T)[below]

    at, h = L[below], 1e-6
    steps = np.eye(len(at)) * h
    jacobian = np.array([(correlations(at + s) - correlations(at - s)) / (2 * h) for s in steps])
    np.testing.assert_allclose(log_jacobian_of_correlations(L), np.linalg.slogdet(jacobian)[1], rtol=1e-6)
