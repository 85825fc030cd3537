"""Everything the Gaussian room computes, against the dense multivariate normal distribution.

The dense answers are computed here from the textbook formulas (Petersen and Pedersen, The Matrix
Cookbook, section 8); agreement to 1e-8 relative to the size of the numbers.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import sparse
from scipy.stats import multivariate_normal

from stanlevels.gaussian import elimination, log_likelihood, moments, products, profile, stages, summarize
from stanlevels.gaussian.blocked import units_of
from stanlevels.gaussian.covariances import covariance_on, covariances
from stanlevels.gaussian.elimination import eliminate
from tests.gaussian.worlds import World, worlds

SETTINGS = settings(max_examples=12, deadline=None, derandomize=True)


WAYS: dict[str, dict[tuple[Any, str], float]] = {
    "dense": {},
    "by stages": {(elimination, "_SMALL"): 0, (stages, "_SMALL"): 0},
    "by sparse stages": {
        (stages, "_SMALL"): 0,
        (stages, "_NARROW"): -1.0,
        (stages, "_FULL"): 2.0,
        (products, "_DENSE"): 0.0,
        (products, "_GATHERED"): 0.0,
        (products, "_PIECE"): 7,
    },
    "by stages, a piece at a time": {
        (stages, "_SMALL"): 0,
        (products, "_DENSE"): np.inf,
        (products, "_GATHERED"): np.inf,
        (products, "_PIECE"): 7,
    },
}


@pytest.fixture(params=WAYS, autouse=True, scope="module")
def way(request):
    """Small models are factored densely; with other limits they take every road that large ones do."""
    patch = pytest.MonkeyPatch()
    for (module, name), value in WAYS[request.param].items():
        patch.setattr(module, name, value)
    yield
    patch.undo()


def close(found, wanted, size=1.0):
    np.testing.assert_allclose(found, wanted, rtol=1e-8, atol=1e-8 * max(size, 1.0))


def about(world: World):
    """y about X beta, and its size."""
    r = world.design.y - world.design.X @ world.beta
    return r, float(np.abs(world.design.y).max())


@SETTINGS
@given(worlds())
def test_the_log_likelihood_is_that_of_the_multivariate_normal(world):
    r, size = about(world)
    wanted = multivariate_normal(cov=world.V).logpdf(r)
    found = log_likelihood(summarize(world.design), world.factors, world.sigma, world.beta)
    assert abs(found - wanted) <= 1e-8 * max(1, abs(wanted), size if size < 1e3 else abs(wanted))


@SETTINGS
@given(worlds())
def test_conditional_moments_are_those_of_the_multivariate_normal(world):
    r, size = about(world)
    gain = world.prior @ world.Z.T @ np.linalg.inv(world.V)
    covariance = world.prior - gain @ world.Z @ world.prior
    found = moments(summarize(world.design), world.factors, world.sigma, world.beta)
    close(found.mean, gain @ r, size)
    first = 0
    for block, own in zip(world.design.blocks, found.covariance, strict=True):
        for j in range(block.units):
            here = slice(first, first + block.width)
            close(own[j], covariance[here, here])
            first += block.width


@SETTINGS
@given(worlds())
def test_reml_integrates_over_the_coefficients(world):
    X, y = world.design.X, world.design.y
    inverse = np.linalg.inv(world.V)
    information = X.T @ inverse @ X
    best = np.linalg.solve(information, X.T @ inverse @ y)
    r = y - X @ best
    n, p = X.shape
    wanted = (n - p) * np.log(2 * np.pi) + np.linalg.slogdet(world.V)[1] + r @ inverse @ r
    wanted += np.linalg.slogdet(information)[1] if p else 0
    relative = tuple(L / world.sigma for L in world.factors)
    found = profile(summarize(world.design), relative).deviance(world.sigma, reml=True)
    assert abs(found - wanted) <= 1e-7 * max(1, abs(wanted))


@SETTINGS
@given(worlds())
def test_variances_of_combinations_include_the_uncertainty_of_the_coefficients(world):
    X = world.design.X
    inverse = np.linalg.inv(world.V)
    gain = world.prior @ world.Z.T @ inverse
    covariance = world.prior - gain @ world.Z @ world.prior
    rng = np.random.default_rng(1)
    rows = rng.normal(size=(4, X.shape[1]))
    combos = rng.normal(size=(4, world.Z.shape[1])) * (rng.random((4, world.Z.shape[1])) < 0.4)
    wanted = np.einsum("ma,ab,mb->m", combos, covariance, combos)
    if X.shape[1]:
        rest = rows - combos @ gain @ X
        wanted = wanted + np.einsum("mp,pq,mq->m", rest, np.linalg.inv(X.T @ inverse @ X), rest)
    found = moments(summarize(world.design), world.factors, world.sigma)
    close(found.variance(rows, sparse.csr_array(combos)), wanted)


@SETTINGS
@given(worlds())
def test_the_best_coefficients_are_generalised_least_squares(world):
    X, y = world.design.X, world.design.y
    inverse = np.linalg.inv(world.V)
    wanted = np.linalg.solve(X.T @ inverse @ X, X.T @ inverse @ y)
    relative = tuple(L / world.sigma for L in world.factors)
    close(profile(summarize(world.design), relative).beta, wanted, float(np.abs(y).max()))


def matrix_of(world: World):
    """I + T'Z'WZT, dense and sparse, with its plan of elimination."""
    s = summarize(world.design)
    T = s.spread(tuple(L / world.sigma for L in world.factors)).toarray()
    M = np.eye(len(T)) + T.T @ s.A.toarray() @ T
    return s, T, M, eliminate(s.A, s.blocks).factor(sparse.csr_array(M))


@SETTINGS
@given(worlds())
def test_entries_of_the_inverse_are_those_of_the_dense_inverse(world):
    s, _, M, found = matrix_of(world)
    dense = np.linalg.inv(M)
    pattern = s.A.toarray() != 0
    close(found.inverse().toarray()[pattern], dense[pattern])
    close(found.solve(np.eye(len(M))), dense)


@SETTINGS
@given(worlds())
def test_a_root_of_the_inverse_gives_draws_with_the_conditional_covariance(world):
    _, _, M, found = matrix_of(world)
    root = found.draw_root(np.eye(len(M)))
    close(root @ root.T, np.linalg.inv(M))


@SETTINGS
@given(worlds())
def test_elimination_by_blocks_gives_the_determinant_the_solutions_and_their_covariance(world):
    s, T, M, _ = matrix_of(world)
    found = profile(s, tuple(L / world.sigma for L in world.factors)).factor
    Q = T @ np.linalg.inv(M) @ T.T
    close(found.log_determinant, np.linalg.slogdet(M)[1])
    scores, effects = found.solve(np.eye(len(M)))
    close(effects, Q)
    close(scores, np.linalg.inv(np.eye(len(M)) + s.A.toarray() @ T @ T.T))
    pattern, whole = s.A.toarray() != 0, covariances(found)
    close(covariance_on(found, whole).toarray()[pattern], Q[pattern])
    first = 0
    for b, block in enumerate(s.blocks):
        for own in units_of(whole[b, b], block.width):
            close(own, Q[first : first + block.width, first : first + block.width])
            first += block.width


def test_frequencies_count_rows_that_are_the_same():
    rng = np.random.default_rng(3)
    from stanlevels.gaussian import Block, Design

    codes, counts = rng.integers(0, 4, 20), rng.integers(1, 4, 20)
    y, X = rng.normal(size=20), np.ones((20, 1))
    Z = sparse.csr_array(np.eye(4)[codes])
    blocks = (Block("g", 4),)
    long = np.repeat(np.arange(20), counts)
    weighted = summarize(Design(y, X, Z, blocks, weights=counts))
    written_out = summarize(Design(y[long], X[long], Z[long], blocks))
    factors = (np.array([[0.7]]),)
    found = log_likelihood(weighted, factors, 0.9, np.array([0.3]))
    close(found, log_likelihood(written_out, factors, 0.9, np.array([0.3])))


def test_an_outcome_around_1e8_loses_no_digits():
    """Moments about the least-squares fit: the shift of y by a constant changes nothing."""
    rng = np.random.default_rng(4)
    from stanlevels.gaussian import Block, Design

    codes = rng.integers(0, 5, 60)
    y, Z = rng.integers(-8, 8, 60) / 4, sparse.csr_array(np.eye(5)[codes])
    values = [
        log_likelihood(
            summarize(Design(y + shift, np.ones((60, 1)), Z, (Block("g", 5),))), (np.array([[0.5]]),), 1.1
        )
        for shift in (0.0, 1e8)
    ]
    assert values[1] == pytest.approx(values[0], abs=1e-7)
