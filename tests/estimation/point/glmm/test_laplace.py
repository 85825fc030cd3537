"""The Laplace approximation on random designs: its matrix, leverages and gradient against dense ones."""

from typing import Any

import numpy as np
import pytest
from scipy import linalg, sparse, stats

import stanlevels as sl
from stanlevels.distributions.table import FAMILIES
from stanlevels.estimation.point.glmm import bordered
from stanlevels.estimation.point.glmm.data import GlmmData, Outcome
from stanlevels.estimation.point.glmm.laplace import approximate
from stanlevels.gaussian.design import Block


def random_data(seed: int, family: str, rows: int = 60) -> tuple[GlmmData, tuple[Any, ...]]:
    """Two crossed effects, one of two correlated components with a unit that has no rows."""
    r = np.random.default_rng(seed)
    blocks = (Block("h", 4), Block("g", 9, 2))
    h, g, x = r.integers(0, 4, rows), r.integers(0, 8, rows), r.normal(size=rows)
    i = np.arange(rows)
    first = sparse.csr_array((np.ones(rows), (i, h)), shape=(rows, 4))
    second = sparse.csr_array(
        (np.r_[np.ones(rows), x], (np.r_[i, i], np.r_[2 * g, 2 * g + 1])), shape=(rows, 18)
    )
    form = next(f for f in FAMILIES[family].parameterizations if f.likelihood)
    known = {form.trials: np.full(rows, 6.0)} if form.trials else {}
    y = r.binomial(6 if form.trials else 1, 0.4, rows).astype(float)
    y = y + r.poisson(2, rows) if form.link == "log" else y
    weights = r.integers(1, 4, rows).astype(float)
    outcome = Outcome(form, y + 0.5 * (family == "Gamma"), known, weights)
    Z = sparse.hstack([first, second], format="csr")
    data = GlmmData((outcome,), r.normal(0, 0.3, rows), np.column_stack([np.ones(rows), x]), Z, blocks)
    return data, (np.array([[0.7]]), np.array([[0.9, 0.0], [-0.3, 0.5]]))


FAMILIES_WITH_SLOPES = ["Bernoulli", "Binomial", "Poisson", "NegBinomial", "BetaBinomial", "Gamma"]


@pytest.fixture(params=["whole", "one eliminated", "stages"])
def elimination(request, monkeypatch):
    """The three ways in which the matrix is factored."""
    if request.param != "whole":
        monkeypatch.setattr(bordered, "_DENSE", 1)
    if request.param == "stages":
        monkeypatch.setattr(bordered, "_REST", 1)


@pytest.mark.usefixtures("elimination")
@pytest.mark.parametrize("family", ["Poisson", "BetaBinomial"])
def test_the_matrix_its_inverse_and_leverages_are_the_dense_ones(family):
    data, factors = random_data(1, family)
    mode = approximate(data, factors, np.array([0.2, 0.1]), 2.5)
    parts = [np.kron(np.eye(b.units), f) for b, f in zip(data.blocks, factors, strict=True)]
    P = data.Z @ linalg.block_diag(*parts)
    M = P.T @ (data.weight(mode.eta, 2.5)[:, None] * P) + np.eye(P.shape[1])
    right = np.random.default_rng(2).normal(size=(len(M), 3))
    np.testing.assert_allclose(mode.factor.solve(right), np.linalg.solve(M, right), atol=1e-10)
    np.testing.assert_allclose(mode.factor.solve(right[:, 0]), np.linalg.solve(M, right[:, 0]), atol=1e-10)
    assert mode.factor.log_determinant == pytest.approx(np.linalg.slogdet(M)[1], abs=1e-9)
    np.testing.assert_allclose(mode.leverage, np.einsum("ij,jk,ik->i", P, np.linalg.inv(M), P), atol=1e-10)
    slope = P.T @ data.first(mode.eta, 2.5) - mode.v
    np.testing.assert_allclose(slope, 0, atol=1e-7)


@pytest.mark.usefixtures("elimination")
@pytest.mark.parametrize("family", FAMILIES_WITH_SLOPES)
def test_the_gradient_is_that_of_the_deviance(family):
    data, factors = random_data(3, family)
    beta = np.array([0.2, 0.1])

    def deviance(numbers):
        a, b, s, p, q, r, log_shape = numbers
        parts = (np.array([[s]]), np.array([[p, 0.0], [q, r]]))
        return approximate(data, parts, np.array([a, b]), np.exp(log_shape)).deviance

    at = np.array([*beta, 0.7, 0.9, -0.3, 0.5, np.log(2.5)])
    mode = approximate(data, factors, beta, 2.5)
    by_beta, (by_s, by_L) = mode.slopes()
    found = [*by_beta, by_s[0, 0], by_L[0, 0], by_L[1, 0], by_L[1, 1], mode.shape_slope()]
    h, expected = 1e-3, []
    for unit in np.eye(7):
        near, far = (deviance(at + k * h * unit) - deviance(at - k * h * unit) for k in (1, 2))
        expected.append((8 * near - far) / (12 * h))
    np.testing.assert_allclose(found, expected, atol=1e-6, rtol=1e-6)


@pytest.mark.parametrize("scale", [0.0, 1e-6, 5.0])
@pytest.mark.parametrize("family", FAMILIES_WITH_SLOPES)
def test_the_mode_does_not_depend_on_where_the_search_begins(family, scale):
    data, factors = random_data(4, family)
    parts = tuple(scale * f for f in factors)
    one = approximate(data, parts, np.array([0.2, 0.1]), 2.5)
    start = np.random.default_rng(5).normal(0, 2, data.Z.shape[1])
    other = approximate(data, parts, np.array([0.2, 0.1]), 2.5, start)
    np.testing.assert_allclose(one.v, other.v, atol=1e-7)
    assert one.deviance == pytest.approx(other.deviance, abs=1e-8)


class Overdispersed(sl.Model):
    """Random variables of units and of rows, and no coefficient."""

    unit = sl.Level()
    unit_sd, row_sd = sl.HalfNormal(1), sl.HalfNormal(1)
    A = sl.Normal(0, unit_sd, over=unit)
    e = sl.Normal(0, row_sd, over=sl.rows)
    n = sl.Poisson(log=A + e, observed=True)


def _dense_laplace(n, Z, variances):
    """Laplace's approximation of the log likelihood of Poisson counts, with every effect as a column."""
    u = np.zeros(Z.shape[1])
    for _ in range(100):
        mean = np.exp(Z @ u)
        H = Z.T @ (mean[:, None] * Z) + np.diag(1 / variances)
        step = np.linalg.solve(H, Z.T @ (n - mean) - u / variances)
        u += step
    at = stats.poisson.logpmf(n, np.exp(Z @ u)).sum() + stats.norm.logpdf(u, 0, np.sqrt(variances)).sum()
    return at + len(u) / 2 * np.log(2 * np.pi) - np.linalg.slogdet(H)[1] / 2


def test_counts_without_a_coefficient_have_effects_of_units_and_of_rows():
    rng = np.random.default_rng(3)
    unit = np.repeat(np.arange(12), 8)
    n = rng.poisson(np.exp(rng.normal(0, 0.8, 12)[unit] + rng.normal(0, 0.6, 96)))
    fit = Overdispersed.fit({"unit": unit, "n": n}, "mle", progress=False)
    sds = fit.summary()["estimate"].loc[["unit_sd", "row_sd"]].to_numpy()
    Z = np.column_stack([np.eye(12)[unit], np.eye(96)])

    def likelihood(s):
        return _dense_laplace(n, Z, np.repeat(s**2, [12, 96]))

    best = likelihood(sds)
    assert fit.solution.log_likelihood == pytest.approx(best, abs=1e-6)
    for step in ([0.01, 0], [-0.01, 0], [0, 0.01], [0, -0.01]):
        assert likelihood(sds + step) < best
