"""Effects much larger than the residual in linear Gaussian models: every number keeps its digits.

Sources of the cases: lme4#489, MixedModels.jl#313. Data are made up.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.errors import FitError
from tests.field.kit import Correlated, Intercepts, Means, TwoLevels, base
from tests.field.test_degenerate import LIKELIHOODS


def one_way(data, groups, restricted):
    """Closed forms of the balanced one-way layout (Searle, Casella and McCulloch 1992, chapter 3).

    Estimates and large-sample standard errors of both standard deviations, the mean's standard error
    and Satterthwaite's degrees of freedom (those of the mean square between units).
    """
    y = data.y.to_numpy().reshape(groups, -1)
    n, k = y.shape[1], groups - restricted
    between = n * y.mean(1).var() * groups / k
    within = ((y - y.mean(1, keepdims=True)) ** 2).sum() / (groups * (n - 1))
    sd, noise = np.sqrt((between - within) / n), np.sqrt(within)
    se = np.sqrt(2 * between**2 / k + 2 * within**2 / (groups * (n - 1))) / n / (2 * sd)
    return {
        "sd": (sd, se),
        "noise": (noise, noise / np.sqrt(2 * groups * (n - 1))),
        "a": (y.mean(), np.sqrt(between / y.size)),
    }, k


@pytest.mark.parametrize("method", LIKELIHOODS)
@pytest.mark.parametrize("noise", [1.0, 1e-2, 1e-4, 1e-6])
def test_standard_errors_and_degrees_of_freedom_hold_at_any_ratio_to_the_noise(noise, method):
    data = base()
    u, z = np.random.default_rng(4).normal(size=6), np.random.default_rng(3).normal(size=60)
    data["y"] = 3 * u[data.g.str[1:].astype(int)] + noise * z
    wanted, df = one_way(data, 6, method == "reml")
    table = Means.fit(data, method).summary()
    for name, (estimate, se) in wanted.items():
        assert table.loc[name, "estimate"] == pytest.approx(estimate, rel=1e-5), name
        assert table.loc[name, "se"] == pytest.approx(se, rel=1e-4), name
    assert table.loc["a", "df"] == pytest.approx(df, rel=1e-4)
    half = stats.t.ppf(0.975, df) * wanted["a"][1]
    assert table.loc["a", "upper"] - table.loc["a", "lower"] == pytest.approx(2 * half, rel=1e-3)


def test_profile_intervals_hold_where_the_noise_is_a_millionth():
    """They scale with the residual: with noise so small, intervals of a and sd do not depend on it."""
    u, z = np.random.default_rng(4).normal(size=6), np.random.default_rng(3).normal(size=60)
    tables = []
    for noise in (1e-2, 1e-6):
        data = base()
        data["y"] = 3 * u[data.g.str[1:].astype(int)] + noise * z
        table = Means.fit(data, "mle").summary(interval="profile")[["lower", "upper"]]
        table.loc["noise"] /= noise
        tables.append(table)
    np.testing.assert_allclose(tables[0], tables[1], rtol=5e-3)


@pytest.mark.parametrize("method", LIKELIHOODS)
@pytest.mark.parametrize("noise", [1e-3, 1e-6])
def test_random_slopes_far_above_the_noise_are_those_of_the_units_own_lines(noise, method):
    """The limit: covariance of the units' least-squares coefficients, J or J - 1 in the denominator."""
    r = np.random.default_rng(7)
    data = pd.DataFrame({"g": np.repeat(np.arange(12), 6), "x": np.tile(np.linspace(-1, 1, 6), 12)})
    own = r.normal(size=(12, 2))
    data["y"] = own[data.g, 0] + own[data.g, 1] * data.x + noise * r.normal(size=72)
    lines = np.array([np.polyfit(d.x, d.y, 1)[::-1] for _, d in data.groupby("g")])
    k = 11 if method == "reml" else 12
    sds, corr = lines.std(axis=0) * np.sqrt(12 / k), np.corrcoef(lines.T)[0, 1]
    table = Correlated.fit(data, method).summary()
    within = 100 * noise**2 + 1e-5
    np.testing.assert_allclose(table.loc[["sd", "other_sd"], "estimate"], sds, rtol=within)
    np.testing.assert_allclose(table.loc[["sd", "other_sd"], "se"], sds / np.sqrt(2 * k), rtol=within + 1e-4)
    assert table.loc["corr[a, b]", "estimate"] == pytest.approx(corr, rel=within + 1e-5)
    np.testing.assert_allclose(table.loc[["a", "b"], "df"], k, rtol=1e-3)
    np.testing.assert_allclose(table.loc[["a", "b"], "se"], sds / np.sqrt(12), rtol=within + 1e-5)


@pytest.mark.parametrize("method", ["mle", "reml"])
def test_one_of_two_crossed_effects_may_be_as_small_as_the_noise(method):
    """Effects and noise of a second level scale together, whatever the first does."""
    r = np.random.default_rng(7)
    data = pd.DataFrame({"g": np.repeat(np.arange(12), 6), "h": np.tile(np.arange(6), 12)})
    u, v, z = r.normal(size=12)[data.g], r.normal(size=6)[data.h], r.normal(size=72)
    tables = []
    for noise in (1e-3, 1e-6):
        table = TwoLevels.fit(data.assign(y=u + noise * (v + z)), method).summary()[["estimate", "se", "df"]]
        table.loc[["other_sd", "noise"], ["estimate", "se"]] /= noise
        tables.append(table)
    np.testing.assert_allclose(tables[0], tables[1], rtol=5e-3)


def crossed(noise):
    """12 units crossed with 6, both with effects of about 1."""
    r = np.random.default_rng(7)
    data = pd.DataFrame({"g": np.repeat(np.arange(12), 6), "h": np.tile(np.arange(6), 12)})
    u, v, z = r.normal(size=12)[data.g], r.normal(size=6)[data.h], r.normal(size=72)
    return data.assign(y=u + v + noise * z)


@pytest.mark.parametrize("method", LIKELIHOODS)
@pytest.mark.parametrize("noise", [1e-5, 1e-6, 1e-8])
def test_two_crossed_effects_may_be_a_million_times_the_noise(noise, method):
    """What tells their means apart was lost to rounding: estimates by 0.6 %, standard errors altogether."""
    tables = []
    for size in (1e-3, noise):
        fit = TwoLevels.fit(crossed(size), method)
        assert fit.notes[0].startswith("converged")
        table = fit.summary()[["estimate", "se", "df"]]
        table.loc["noise", ["estimate", "se"]] /= size
        tables.append(table)
        effects = fit.effects("B")
    np.testing.assert_allclose(tables[1], tables[0], rtol=2e-3)
    shares = {row.h: row.weight for row in effects.itertuples()}
    np.testing.assert_allclose(list(shares.values()), 1 - 1 / 6, rtol=1e-6)  # what their mean takes


def test_profile_intervals_of_crossed_effects_hold_at_any_ratio_to_the_noise():
    tables = [
        TwoLevels.fit(crossed(noise), "mle").summary(["other_sd"], interval="profile")[["lower", "upper"]]
        for noise in (1e-2, 1e-6)
    ]
    np.testing.assert_allclose(tables[1], tables[0], rtol=0.02)


class SlopesAndItems(Correlated):
    """y ~ 1 + x + (1 + x | g) + (1 | h)."""

    h = sl.Level()
    item_sd = sl.HalfNormal()
    H = sl.Normal(0, item_sd, over=h)
    y = sl.Normal(Correlated.A[0] + Correlated.A[1] * sl.data("x") + H, Correlated.noise, observed=True)


def test_em_takes_a_few_steps_where_slopes_are_crossed_and_far_above_the_noise():
    """It took 20,000: least squares on y less the effects moves their own means by next to nothing."""
    r = np.random.default_rng(5)
    data = pd.DataFrame({"g": r.integers(0, 12, 150), "h": r.integers(0, 7, 150), "x": r.normal(size=150)})
    u, v, w = r.normal(size=12), r.normal(size=7), r.normal(size=12)
    y = 1 + u[data.g] + v[data.h] + w[data.g] * data.x + 1e-3 * r.normal(size=150)
    em, direct = (SlopesAndItems.fit(data.assign(y=y), method) for method in ("em", "mle"))
    assert len(em.trace) < 50
    assert em.log_likelihood == pytest.approx(direct.log_likelihood, abs=1e-5)
    np.testing.assert_allclose(em.summary()["estimate"], direct.summary()["estimate"], rtol=1e-3)


def test_an_outcome_that_one_of_two_effects_reproduces_has_no_noise_to_find():
    """Together they would reproduce any outcome: five units and five rows."""
    data = pd.DataFrame({"g": [0, 1, 2, 0, 1], "h": [0, 0, 1, 1, 2], "y": [1.1, -0.5, 0.75, 1.1, -0.5]})
    for method in LIKELIHOODS:
        with pytest.raises(FitError, match="'y' does not vary within the units of 'A', which reproduce it"):
            TwoLevels.fit(data, method)


@pytest.mark.parametrize("method", LIKELIHOODS)
def test_rows_that_do_not_vary_within_units_have_no_noise_to_find(method):
    """Also about a covariate whose slope is another between units than within."""
    data = base().assign(y=lambda d: d.g.str[1:].astype(float) ** 2 + d.x / 3)
    with pytest.raises(FitError, match="'y' does not vary within the units of 'A'"):
        Intercepts.fit(data, method)
