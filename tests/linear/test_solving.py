"""Penalised least squares for a pilot look: dense, by a triangular factor, and by conjugate gradients."""

import numpy as np
import pytest
from scipy import sparse

from stanlevels.linear import solving
from stanlevels.linear.solving import cross_of, solve

RNG = np.random.default_rng(3)
CODES = RNG.integers(0, 30, (2, 400))
G = sparse.csr_matrix(
    (np.ones(800), (np.tile(np.arange(400), 2), np.concatenate([CODES[0], 30 + CODES[1]]))), shape=(400, 60)
)
WEIGHT, TARGET, PENALTY = RNG.uniform(0.5, 2, 400), RNG.normal(size=400), np.full(60, 3.0)
C = np.linalg.inv(G.T @ (WEIGHT[:, None] * G.toarray()) + np.diag(PENALTY))

WAYS = {"inverse": (300, 2500), "factor": (10, 2500), "conjugate gradients": (10, 20)}


@pytest.fixture(params=list(WAYS.values()), ids=list(WAYS))
def solved(request, monkeypatch):
    dense, factored = request.param
    monkeypatch.setattr(solving, "_DENSE", dense)
    monkeypatch.setattr(solving, "_FACTORED", factored)
    monkeypatch.setattr(solving, "_CLOSE", 1e-9)
    return solve(cross_of(G, WEIGHT, TARGET, by_row=True), PENALTY)


def test_the_solution_is_that_of_the_normal_equations(solved):
    assert solved.solution == pytest.approx(C @ (G.T @ (WEIGHT * TARGET)), abs=1e-7)


@pytest.mark.parametrize("shape", [(60,), (60, 1), (60, 3)])
def test_products_are_those_of_the_inverse(solved, shape):
    """A vector stays a vector, however many columns there are."""
    columns = np.random.default_rng(4).normal(size=shape)
    assert solved.times(columns).shape == shape
    assert solved.times(columns) == pytest.approx(C @ columns, abs=1e-7)


def test_variances_are_exact_or_near(solved):
    """From signs and draws, about a tenth off each; averaged over columns or rows, less."""
    variance, leverage = np.diagonal(C), np.einsum("ij,jk,ik->i", G.toarray(), C, G.toarray())
    if solved.inverse is not None:
        assert solved.variance == pytest.approx(variance)
        assert solved.leverage == pytest.approx(leverage)
    assert np.mean(solved.variance) == pytest.approx(np.mean(variance), rel=0.1)
    assert np.mean(solved.leverage) == pytest.approx(np.mean(leverage), rel=0.2)
