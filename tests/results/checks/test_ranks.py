"""Normal scores of ranks against SciPy, with ties wherever they can be."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import rankdata

from stanlevels.results.checks.ranks import order_of, scores

RNG = np.random.default_rng(1)
BASE, EPS = RNG.normal(size=(7, 50)), np.finfo(float).eps


def expected(rows):
    return ndtri((rankdata(rows, axis=1) - 0.375) / (rows.shape[1] + 0.25))


ROWS = {
    "of either sign": RNG.normal(size=(7, 50)),
    "with many ties": np.round(RNG.normal(size=(7, 50)), 1),
    "all equal but one": np.where(np.arange(12) == 5, 1.0, 0.0)[None],
    "with both zeros": np.array([[0.0, -0.0, 1.0, -1.0, -0.0, 2.0]]),
    "a bit apart": 1 + np.arange(8)[None, ::-1] * np.finfo(float).eps,
    "tiny and huge": np.array([[5e-324, -5e-324, 1e308, -1e308, 0.0, 1e-310]]),
    "with two that stayed": np.concatenate([BASE, BASE[:, 3:5], BASE[:, 8:9], BASE[:, 8:9]], axis=1),
    "with several a bit apart and equal": 1
    + RNG.permuted(np.tile([0, 1, 1, 2, 40, 40], (9, 1)), axis=1) * EPS,
    "of two": np.array([[2.0, 1.0], [1.0, 1.0]]),
}


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_scores_are_those_of_mean_ranks(rows):
    np.testing.assert_allclose(scores(order_of(rows)), expected(rows), rtol=0, atol=1e-14)


@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_distances_from_the_middle_have_the_same_scores_whether_their_first_two_tie_or_not(rows):
    distances = np.abs(rows - order_of(rows).median()[:, None])
    np.testing.assert_allclose(scores(order_of(distances)), expected(distances), rtol=0, atol=1e-14)


def test_medians_and_quantiles_are_those_of_numpy():
    rows = np.random.default_rng(2).normal(size=(5, 41))
    order = order_of(rows)
    np.testing.assert_array_equal(order.median(), np.median(rows, axis=1))
    np.testing.assert_allclose(order.quantile(0.05), np.quantile(rows, 0.05, axis=1), rtol=1e-14)
