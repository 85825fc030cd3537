"""Degenerate data in linear Gaussian models: an answer in words, or the limit, whatever the method.

Sources of the cases: MixedModels.jl#292, #313, PR#578; lme4#117, #489, #518, #767, #880. Data are made up.
"""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DataError, FitError
from tests.field.kit import Correlated, Intercepts, Line, Means, Slopes, TwoLevels, base

LIKELIHOODS = ("mle", "reml", "em")


class Weighted(Intercepts):
    y = sl.Normal(Intercepts.A + Intercepts.b * sl.data("x"), Intercepts.noise, observed=True, weights="w")


# --- outcomes that do not vary ---------------------------------------------------------------------


@pytest.mark.parametrize("method", LIKELIHOODS)
@pytest.mark.parametrize("model", [Intercepts, Line])
def test_an_outcome_that_does_not_vary_is_refused_in_words(model, method):
    with pytest.raises(FitError, match="'y' does not vary: it is 5 in 60 rows, so 'noise' heads to 0"):
        model.fit(base().assign(y=5.0), method)


@pytest.mark.parametrize("method", LIKELIHOODS)
def test_an_exact_line_is_refused_in_words(method):
    with pytest.raises(FitError, match="reproduced exactly by 'b', 'a'"):
        Intercepts.fit(base().assign(y=lambda d: 3 * d.x + 1), method)


def test_least_squares_gives_an_exact_line_and_says_so():
    fit = Line.fit(base().assign(y=lambda d: 3 * d.x + 1), "ols")
    found = fit.summary()["estimate"]
    assert found["b"] == pytest.approx(3, rel=1e-14)
    assert found["a"] == pytest.approx(1, rel=1e-14)
    assert found["noise"] == 0
    assert fit.log_likelihood == np.inf
    assert fit.solution.extras["R squared"] == 1
    assert "reproduced exactly" in fit.notes[0]


@pytest.mark.parametrize("noise", [1e-7, 1e-9])
def test_a_small_residual_is_not_taken_for_rounding(noise):
    """Eight digits and more are left of y, so the residual standard deviation is `noise` times a chi."""
    z = np.random.default_rng(6).normal(size=60)
    fit = Line.fit(base().assign(y=lambda d: 3 * d.x + 1 + noise * z), "mle")
    rest = z - np.polynomial.Polynomial.fit(base().x, z, 1)(base().x)
    wanted = noise * np.sqrt(np.mean(rest**2))
    assert fit.summary().loc["noise", "estimate"] == pytest.approx(wanted, rel=1e-5)


# --- few rows ------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", LIKELIHOODS)
def test_fewer_rows_than_coefficients_are_counted(method):
    with pytest.raises(FitError, match="1 row for 2 coefficients"):
        Intercepts.fit(base().iloc[:1], method)
    with pytest.raises(FitError, match="2 rows for 2 coefficients leave no residual"):
        Intercepts.fit(base().iloc[:2], method)


def test_a_known_noise_needs_no_residual_but_rows_enough():
    assert Line.fit(base().iloc[:2], "mle", roles={"noise": 1.0}).log_likelihood == pytest.approx(
        -np.log(2 * np.pi)
    )
    with pytest.raises(FitError, match="1 row for 2 coefficients"):
        Line.fit(base().iloc[:1], "mle", roles={"noise": 1.0})


# --- weights -------------------------------------------------------------------------------------


def test_a_unit_of_weight_0_is_as_without_its_rows():
    data = base().assign(w=lambda d: (d.g != "g5").astype(int))
    roles = {"A": "parameter"}
    fit, wanted = (Weighted.fit(d, "ols", roles=roles) for d in (data, data[data.w > 0]))
    columns = ["estimate", "sd", "lower", "upper"]
    np.testing.assert_allclose(fit.summary()[columns], wanted.summary()[columns], rtol=1e-12)
    np.testing.assert_allclose(fit.effects("A")[columns][:5], wanted.effects("A")[columns], rtol=1e-12)
    assert fit.effects("A")[columns].iloc[5].isna().all()
    assert any("nothing is known of 'A[g5]'" in note for note in fit.notes)


def test_a_coefficient_that_only_rows_of_weight_0_tell_of_is_refused():
    data = base().assign(w=lambda d: (d.g != "g5").astype(int), x=lambda d: (d.g == "g5") * d.x)
    with pytest.raises(FitError, match="no row of weight above 0 tells anything of 'b'"):
        Weighted.fit(data, "mle")


def test_weights_of_0_alone_leave_nothing():
    with pytest.raises(DataError, match="all 60 weights 'w' of 'y' are 0"):
        Weighted.fit(base().assign(w=0), "mle")


@pytest.mark.parametrize("method", ["mle", "reml", "em", "ols"])
def test_precisions_of_0_are_refused_by_row(method):
    """lme4's weights are precisions; one of 0 makes the residual standard deviation infinite."""

    class Precise(Line):
        y = sl.Normal(Line.a + Line.b * sl.data("x"), Line.noise / sl.sqrt(sl.data("w")), observed=True)

    data = base().assign(w=lambda d: (d.g != "g0").astype(float))
    with pytest.raises(FitError, match=r"of 'y' is infinite in 10 rows \(0, 1, 2, 3, 4 and 5 more"):
        Precise.fit(data, method)


@pytest.mark.parametrize("method", ["mle", "reml", "em"])
def test_a_covariate_of_one_category_adds_nothing(method):
    class Regions(Intercepts):
        C = sl.data("region", categorical=True)
        c = sl.Normal(over=C)
        y = sl.Normal(Intercepts.A + Intercepts.b * sl.data("x") + c @ C, Intercepts.noise, observed=True)

    fit, plain = (model.fit(base().assign(region="north"), method) for model in (Regions, Intercepts))
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-9)
    assert list(fit.summary().index) == list(plain.summary().index)


@pytest.mark.parametrize("prior", [(), (0, 1)], ids=["open", "written"])
def test_a_covariate_of_one_category_adds_nothing_to_draws(prior):
    class Regions(Intercepts):
        C = sl.data("region", categorical=True)
        c = sl.Normal(*prior, over=C)
        y = sl.Normal(Intercepts.A + Intercepts.b * sl.data("x") + c @ C, Intercepts.noise, observed=True)

    d = base(300, 20).assign(region="north")
    fit, plain = (m.fit(d, seed=1, engine="stanli", progress=False) for m in (Regions, Intercepts))
    assert fit.summary().loc["b", "estimate"] == pytest.approx(plain.summary().loc["b", "estimate"], abs=0.05)


# --- scales ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["ols", "mle", "reml", "em"])
@pytest.mark.parametrize(("shift", "unit"), [(1e9, 1.0), (0.0, 1e-9), (0.0, 1e9)])
def test_offsets_and_units_of_the_outcome_change_nothing_else(method, shift, unit):
    roles = {"A": "parameter"} if method == "ols" else {}
    plain = Intercepts.fit(base(), method, roles=roles).summary()
    moved = Intercepts.fit(base().assign(y=lambda d: shift + unit * d.y), method, roles=roles).summary()
    for name in set(plain.index) - {"a"}:
        assert moved.loc[name, "estimate"] == pytest.approx(unit * plain.loc[name, "estimate"], rel=1e-5)
        assert moved.loc[name, "sd"] == pytest.approx(unit * plain.loc[name, "sd"], rel=1e-4)


@pytest.mark.parametrize("method", ["ols", "mle", "reml"])
def test_a_covariate_far_from_0_has_its_slope(method):
    """x is about 1e9 with standard deviation 1: seven digits of the slope are left."""
    roles = {"A": "parameter"} if method == "ols" else {}
    plain = Intercepts.fit(base(), method, roles=roles).summary().loc["b"]
    moved = Intercepts.fit(base().assign(x=lambda d: d.x + 1e9), method, roles=roles).summary().loc["b"]
    assert moved["estimate"] == pytest.approx(plain["estimate"], rel=1e-5)
    assert moved["sd"] == pytest.approx(plain["sd"], rel=1e-5)


def test_a_covariate_too_far_from_0_cannot_be_told_from_the_constant():
    with pytest.raises(FitError, match="cannot tell apart 'b' and 'a'"):
        Intercepts.fit(base().assign(x=lambda d: d.x + 1e13), "mle")


# --- standard deviations that the data cannot tell apart -------------------------------------------


def two_rows_each():
    """30 units with two rows each, at x = -1 and 1."""
    r = np.random.default_rng(5)
    data = pd.DataFrame({"g": np.repeat(np.arange(30), 2), "x": np.tile([-1.0, 1.0], 30)})
    a, b = r.normal(size=30)[data.g], r.normal(size=30)[data.g]
    return data.assign(y=r.normal(size=60) + a + b * data.x)


def assert_not_unique(fit, *names):
    """The first note names what the data cannot tell apart; none says that the fit converged."""
    note = fit.notes[0]
    assert note.startswith("the maximum is not unique: the data"), note
    assert all(repr(name) in note for name in names), note
    assert not any("converged" in each for each in fit.notes)
    table = fit.summary()
    for name in names:
        assert table.loc[[i for i in table.index if i.split("[")[0] == name], "se"].isna().all()
    return note


@pytest.mark.parametrize("method", LIKELIHOODS)
def test_an_effect_for_every_row_cannot_be_told_from_the_noise(method):
    """Only the sum is determined: that of the mean's variance, N - 1 or N in the denominator."""
    data = base().assign(g=np.arange(60))
    fit = Means.fit(data, method)
    note = assert_not_unique(fit, "sd", "noise")
    assert "'A' has one unit of 'g' for every row; only sd**2 + noise**2 is determined" in note
    table, n = fit.summary(), 59 if method == "reml" else 60
    total = ((data.y - data.y.mean()) ** 2).sum() / n
    assert (table.loc[["sd", "noise"], "estimate"] ** 2).sum() == pytest.approx(total, rel=1e-6)
    assert table.loc["a", "se"] == pytest.approx(np.sqrt(total / 60), rel=1e-6)
    assert table.loc["a", "df"] == pytest.approx(n, rel=1e-3)


@pytest.mark.parametrize("method", LIKELIHOODS)
def test_two_levels_with_the_same_units_are_named(method):
    fit = TwoLevels.fit(base().assign(h=lambda d: "h" + d.g), method)
    note = assert_not_unique(fit, "sd", "other_sd")
    assert "'A' and 'B' have the same units; only sd**2 + other_sd**2 is determined" in note
    assert fit.summary().loc["noise", "se"] > 0
    one = Means.fit(base(), method)
    assert fit.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-5)


@pytest.mark.parametrize("method", LIKELIHOODS)
@pytest.mark.parametrize(
    ("model", "names"),
    [(Slopes, ("sd", "other_sd", "noise")), (Correlated, ("sd", "other_sd", "corr", "noise"))],
    ids=["independent", "correlated"],
)
def test_a_slope_and_an_intercept_need_more_than_two_rows_a_unit(model, names, method):
    note = assert_not_unique(model.fit(two_rows_each(), method), *names)
    assert "no unit of 'g' has more than 2 rows" in note


def test_one_unit_says_nothing_of_a_standard_deviation():
    """REML: the likelihood is constant in sd, and so is the mean's standard error unknown."""
    fit = Intercepts.fit(base().iloc[:10], "reml")
    note = assert_not_unique(fit, "sd")
    assert "'A' has one unit of 'g'" in note
    table, line = fit.summary(), Line.fit(base().iloc[:10], "ols").summary()
    assert np.isnan(table.loc["a", "se"])
    assert table.loc["b", "se"] == pytest.approx(line.loc["b", "se"], rel=1e-6)
    assert table.loc["b", "df"] == pytest.approx(8, rel=1e-3)
    assert table.loc["noise", "estimate"] == pytest.approx(line.loc["noise", "estimate"], rel=1e-6)


def test_one_unit_under_maximum_likelihood_has_a_standard_deviation_of_0():
    fit = Intercepts.fit(base().iloc[:10], "mle")
    assert fit.summary().loc["sd", "estimate"] == 0
    assert any("one unit tells nothing" in note for note in fit.notes)


@pytest.mark.parametrize("method", ["mle", "reml"])
def test_what_the_data_tell_apart_is_not_called_a_ridge(method):
    """Three rows a unit suffice."""
    r = np.random.default_rng(8)
    data = pd.DataFrame({"g": np.repeat(np.arange(30), 3), "x": np.tile([-1.0, 0, 1.0], 30)})
    data["y"] = r.normal(size=90) + r.normal(size=30)[data.g] + r.normal(size=30)[data.g] * data.x
    fit = Slopes.fit(data, method)
    assert fit.notes[0].startswith("converged")
    assert np.isfinite(fit.summary()["se"]).all()


def test_a_profile_says_nothing_of_what_the_data_do_not_determine():
    fit = Means.fit(base().assign(g=np.arange(60)), "mle")
    table = fit.summary(interval="profile")
    assert table.loc[["sd", "noise"], ["lower", "upper"]].isna().all(axis=None)
    assert np.isfinite(table.loc["a", ["lower", "upper"]].astype(float)).all()


# --- proportions that a model fits exactly -----------------------------------------------------------


class Shares(sl.Model):
    g = sl.Level()
    a, b, sd = sl.Normal(0, 5), sl.Normal(0, 5), sl.HalfNormal(2)
    concentration = sl.Gamma(2, 0.1)
    A = sl.Normal(a, sd, over=g)
    y = sl.Beta(logit=A + b * sl.data("x"), concentration=concentration, observed=True)


@pytest.mark.parametrize("slope", [0.0, 1.0])
def test_proportions_that_are_fitted_exactly_have_no_concentration(slope):
    """Its likelihood was 4e13, and called converged."""
    data = base().assign(y=lambda d: 1 / (1 + np.exp(-slope * d.x)))
    with pytest.raises(FitError, match="the model fits 'y' exactly, in 60 rows, and grows without end"):
        Shares.fit(data, "mle")
