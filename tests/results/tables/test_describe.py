"""Moments and quantiles of draws against NumPy's own, over pieces and where draws are not finite."""

import numpy as np
import pytest

from stanlevels.results.tables.describe import describe
from stanlevels.values.pieces import turned


@pytest.mark.parametrize("draws", [1, 2, 7, 300])
def test_moments_and_quantiles_are_those_of_numpy_in_every_piece(draws, monkeypatch):
    monkeypatch.setattr("stanlevels.results.tables.describe._PIECE", 4 * draws * 3)
    x = np.random.default_rng(1).normal(5, 2, size=(4, draws, 11))
    found = describe(x, 0.9)
    np.testing.assert_allclose(found["estimate"], x.mean(axis=(0, 1)), rtol=1e-13)
    np.testing.assert_allclose(found["sd"], x.std(axis=(0, 1), ddof=1), rtol=1e-12)
    ends = np.quantile(x, [0.05, 0.95], axis=(0, 1))
    np.testing.assert_allclose([found["lower"], found["upper"]], ends, rtol=1e-13)


def test_a_draw_that_is_not_a_number_leaves_the_neighbours_alone():
    x = np.random.default_rng(1).normal(size=(2, 50, 3))
    alone = describe(x, 0.95)
    x[1, 3, 1] = np.nan
    found = describe(x, 0.95)
    for column in ("estimate", "sd", "lower", "upper"):
        assert np.isnan(found[column][1])
        np.testing.assert_array_equal(found[column][[0, 2]], alone[column][[0, 2]])


def test_draws_that_are_all_infinite_have_infinite_ends():
    found = describe(np.full((2, 20, 1), np.inf), 0.95)
    assert found["lower"][0] == found["upper"][0] == np.inf


def test_turning_keeps_each_draw_at_its_place_also_of_whole_numbers_seen_backwards():
    x = np.arange(2 * 300 * 5).reshape(2, 300, 5)[:, :, ::-1]
    np.testing.assert_array_equal(turned(x), np.moveaxis(x, 2, 0))
    assert turned(x).flags.c_contiguous
