"""Generalised models on extreme offsets, covariates, weights and counts: the same fit, or words."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import FitError


class Rates(sl.Model):
    """k ~ 1 + x + offset(o) + (1 | g), Poisson, with weights."""

    g = sl.Level()
    a = sl.Normal(0, 2)
    c = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    A = sl.Normal(a, sd, over=g)
    k = sl.Poisson(log=A + c * sl.data("x") + sl.data("o"), observed=True, weights="w")


class Slopes(sl.Model):
    """k ~ 1 + x + (1 + x | g), Bernoulli."""

    g = sl.Level()
    a = sl.Normal(0, 2)
    b = sl.Normal(0, 2)
    s1 = sl.HalfNormal(1)
    s2 = sl.HalfNormal(1)
    corr = sl.LKJCholesky(2, dim=2)
    A = sl.MultiNormal([a, b], [s1, s2], corr, over=g)
    k = sl.Bernoulli(logit=A[0] + A[1] * sl.data("x"), observed=True)


class Trials(sl.Model):
    """cbind(k, n - k) ~ 1 + (1 | g)."""

    g = sl.Level()
    a = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    A = sl.Normal(a, sd, over=g)
    k = sl.Binomial(logit=A, trials=sl.data("n"), observed=True)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    r = np.random.default_rng(0)
    g = np.arange(60) % 6
    x = r.normal(size=60)
    k = r.poisson(np.exp(1 + 0.3 * x + r.normal(0, 0.5, 6)[g]))
    return pd.DataFrame({"g": g, "x": x, "o": 0.0, "w": 1, "k": k})


@pytest.fixture(scope="module")
def usual(rows):
    return Rates.fit(rows, "mle")


@pytest.mark.parametrize("offset", [-1000.0, -30.0, 30.0, 1000.0])
def test_an_offset_moves_the_intercept_alone(rows, usual, offset):
    fit = Rates.fit(rows.assign(o=offset), "mle")
    moved, table = usual.summary(), fit.summary()
    assert fit.log_likelihood == pytest.approx(usual.log_likelihood, abs=1e-6)
    np.testing.assert_allclose(table["se"], moved["se"], rtol=1e-3)
    assert table.loc["a", "estimate"] == pytest.approx(moved.loc["a", "estimate"] - offset, abs=1e-4)


@pytest.mark.parametrize("unit", [1e-8, 1e8])
def test_the_unit_of_a_covariate_is_nothing_to_the_likelihood(rows, usual, unit):
    fit = Rates.fit(rows.assign(x=rows["x"] * unit), "mle")
    assert fit.log_likelihood == pytest.approx(usual.log_likelihood, abs=1e-6)
    c, se = usual.summary().loc["c", ["estimate", "se"]]
    np.testing.assert_allclose(
        fit.summary().loc["c", ["estimate", "se"]].astype(float) * unit, [c, se], rtol=1e-3
    )


@pytest.mark.parametrize("unit", [1e-6, 1e6])
def test_the_unit_of_a_slope_that_varies_is_nothing_to_the_likelihood(rows, unit):
    data = rows.assign(k=(rows["k"] > 2).astype(int))
    usual = Slopes.fit(data, "mle")
    fit = Slopes.fit(data.assign(x=data["x"] * unit), "mle")
    assert fit.log_likelihood == pytest.approx(usual.log_likelihood, abs=1e-6)
    one, other = usual.summary()["estimate"], fit.summary()["estimate"]
    assert other["s2"] * unit == pytest.approx(one["s2"], rel=1e-3)
    assert other["corr[a, b]"] == pytest.approx(one["corr[a, b]"], abs=1e-3)


def test_rows_of_weight_zero_are_as_left_out(rows):
    fit = Rates.fit(rows.assign(w=(rows["g"] != 2).astype(int)), "mle")
    left = Rates.fit(rows[rows["g"] != 2], "mle")
    assert fit.log_likelihood == pytest.approx(left.log_likelihood, abs=1e-8)
    np.testing.assert_allclose(fit.summary()["estimate"], left.summary()["estimate"], rtol=1e-6)


def test_rows_without_trials_are_as_left_out():
    r = np.random.default_rng(3)
    n = r.integers(0, 5, 80)
    data = pd.DataFrame({"g": np.arange(80) % 8, "n": n, "k": r.binomial(n, 0.4)})
    fit, left = Trials.fit(data, "mle"), Trials.fit(data[n > 0], "mle")
    assert fit.log_likelihood == pytest.approx(left.log_likelihood, abs=1e-8)


def test_one_count_of_a_thousand_million_is_fitted(rows):
    """The unit that holds it has about its mean; every other row is a small count beside it."""
    data = rows.copy()
    data.loc[3, "k"] = 10**9
    fit = Rates.fit(data, "mle")
    assert fit.notes[0].startswith("converged")
    assert np.isfinite(fit.summary()["se"]).all()
    c = fit.summary().loc["c", "estimate"]
    unit = fit.effects("A").set_index("g").loc[3, "estimate"]
    own = data[data["g"] == 3]
    assert np.exp(unit + c * own["x"]).sum() == pytest.approx(own["k"].sum(), rel=1e-6)


@pytest.mark.parametrize("count", [2, 3])
def test_two_or_three_rows_end_in_numbers(rows, count):
    fit = Rates.fit(rows.iloc[:count], "mle")
    assert np.isfinite(fit.log_likelihood)
    assert not np.isnan(fit.summary()["estimate"].astype(float)).any()


def test_one_row_is_refused_by_what_it_lacks(rows):
    with pytest.raises(FitError, match="1 row for 2 coefficients"):
        Rates.fit(rows.iloc[:1], "mle")
