"""The Laplace approximation on random designs: its matrix, leverages and gradient against dense ones."""

from typing import Any

import numpy as np
import pytest
from scipy import linalg, sparse

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
