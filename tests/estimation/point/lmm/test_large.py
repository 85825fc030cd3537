"""Large linear models: the road with the average information ends where the general one does."""

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.estimation.point.lmm import criterion
from tests.estimation.point.lmm.crossed import Crashes, rows


class Slopes(sl.Model):
    g = sl.Level()
    h = sl.Level()
    a = sl.Normal()
    b = sl.Normal()
    a_sd = sl.HalfNormal()
    b_sd = sl.HalfNormal()
    corr = sl.LKJCholesky(2, dim=2)
    h_sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    B = sl.MultiNormal([a, b], [a_sd, b_sd], corr, over=g)
    H = sl.Normal(0, h_sd, over=h)
    y = sl.Normal(B[0] + B[1] * sl.data("x") + H, noise, observed=True)


class KnownNoise(sl.Model):
    g = sl.Level()
    h = sl.Level()
    a = sl.Normal()
    g_sd = sl.HalfNormal()
    h_sd = sl.HalfNormal()
    G = sl.Normal(a, g_sd, over=g)
    H = sl.Normal(0, h_sd, over=h)
    y = sl.Normal(G + H, 1.0, observed=True)


@pytest.fixture
def both(monkeypatch):
    """A fit as of a large model, and as of a small one."""

    def fits(model, data, method):
        bound, found = model.bind(data), []
        for limit in (0.0, np.inf):
            monkeypatch.setattr(criterion, "_LARGE", limit)
            fit = bound.fit(method, progress=False)
            found.append((fit, fit.summary(), fit.notes))
        return found

    return fits


@pytest.mark.parametrize("method", ["mle", "reml"])
@pytest.mark.parametrize("model", [Crashes, Slopes, KnownNoise])
def test_steps_with_the_average_information_find_the_maximum(both, model, method):
    (large, one, notes), (small, other, _) = both(model, rows(), method)
    assert large.log_likelihood == pytest.approx(small.log_likelihood, abs=1e-7)
    np.testing.assert_allclose(one["estimate"], other["estimate"], atol=1e-4 * other["sd"].max())
    np.testing.assert_allclose(one["sd"], other["sd"], rtol=0.05)  # observed or average information
    assert any("average of observed and expected information" in note for note in notes)
    assert large.solution.optimum.evaluations <= 9


def test_a_standard_deviation_of_0_is_found_all_the_same(both):
    data = rows(device_sd=0.0, seed=2)
    (large, one, notes), (small, other, _) = both(Crashes, data, "mle")
    assert large.log_likelihood == pytest.approx(small.log_likelihood, abs=1e-7)
    np.testing.assert_allclose(one["estimate"], other["estimate"], atol=1e-5)
    if one.loc["device_sd", "estimate"] == 0:
        assert any("'D' is 0" in note for note in notes)
