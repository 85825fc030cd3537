"""Autocovariances of the first lags against their definition."""

import numpy as np
import pytest

from stanlevels.results.checks.series import LAGS, autocovariances, series_of_flags, series_of_numbers


def expected(x: np.ndarray, most: int = LAGS) -> np.ndarray:
    centred = x - x.mean(axis=2, keepdims=True)
    draws = x.shape[2]
    lags = range(min(most + 1, draws))
    return np.stack(
        [
            (centred[:, :, lag:] * centred[:, :, : draws - lag]).sum(axis=2).mean(axis=1) / draws
            for lag in lags
        ],
        axis=1,
    )


@pytest.mark.parametrize("shape", [(3, 4, 50), (2, 1, 64), (1, 8, 17), (2, 3, 15), (5, 2, 3), (1, 2, 2)])
def test_chains_of_any_length_have_the_autocovariances_of_the_definition(shape):
    x = 5 + np.cumsum(np.random.default_rng(1).normal(size=shape), axis=2)
    series = series_of_numbers(x)
    known = expected(x)
    np.testing.assert_allclose(series.covariances[:, : known.shape[1]], known, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(series.means, x.mean(axis=2), rtol=1e-14)
    np.testing.assert_allclose(series.variance(), x.var(axis=2, ddof=1).mean(axis=1), rtol=1e-12)

    flags = x > np.quantile(x, 0.7)
    series = series_of_flags(flags)
    known = expected(flags.astype(float))
    np.testing.assert_allclose(series.covariances[:, : known.shape[1]], known, rtol=1e-12, atol=1e-14)
    np.testing.assert_array_equal(series.means, flags.mean(axis=2))


@pytest.mark.parametrize("lags", [LAGS, 3 * LAGS])
@pytest.mark.parametrize("shape", [(3, 4, 100), (2, 1, 49), (1, 3, 30)])
def test_as_many_lags_as_are_asked_for_are_those_of_the_definition(shape, lags):
    x = 5 + np.cumsum(np.random.default_rng(1).normal(size=shape), axis=2)
    known = expected(x, lags)
    found = autocovariances(x, lags)
    assert found.shape == (len(x), lags + 1)
    np.testing.assert_allclose(found[:, : known.shape[1]], known, rtol=1e-12, atol=1e-12)


def test_flags_that_are_too_many_to_count_in_half_the_memory_are_counted_in_full(monkeypatch):
    flags = np.random.default_rng(1).random((2, 3, 40)) < 0.3
    whole = series_of_flags(flags)
    monkeypatch.setattr("stanlevels.results.checks.series._EXACT", 100)
    found = series_of_flags(flags)
    assert (whole.draws.itemsize, found.draws.itemsize) == (4, 8)
    np.testing.assert_allclose(found.covariances, whole.covariances, rtol=1e-14)
