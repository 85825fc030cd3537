"""Outcomes that are all equal, or that covariates or units separate: the maximum is at infinity."""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import FitError


class Coins(sl.Model):
    """k ~ 1 + (1 | g)."""

    g = sl.Level()
    a = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    A = sl.Normal(a, sd, over=g)
    k = sl.Bernoulli(logit=A, observed=True)


class Treated(sl.Model):
    """k ~ 1 + z + (1 | g)."""

    g = sl.Level()
    a = sl.Normal(0, 2)
    c = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    A = sl.Normal(a, sd, over=g)
    k = sl.Bernoulli(logit=A + c * sl.data("z"), observed=True)


class Trials(sl.Model):
    """cbind(k, n - k) ~ 1 + z + (1 | g)."""

    g = sl.Level()
    a = sl.Normal(0, 2)
    c = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    A = sl.Normal(a, sd, over=g)
    k = sl.Binomial(logit=A + c * sl.data("z"), trials=sl.data("n"), observed=True)


class Kinds(sl.Model):
    """k ~ kind + (1 | g), Poisson."""

    g = sl.Level()
    X = sl.covariates(sl.data("kind", categorical=True))
    a = sl.Normal(0, 2)
    b = sl.Normal(0, 2, over=X)
    sd = sl.HalfNormal(1)
    A = sl.Normal(a, sd, over=g)
    k = sl.Poisson(log=A + b @ X, observed=True)


@pytest.fixture(scope="module")
def treated() -> pd.DataFrame:
    """92 rows by chance, and 8 with z = 1, all of which are successes."""
    r = np.random.default_rng(5)
    z = (np.arange(100) < 8).astype(int)
    return pd.DataFrame({"g": np.arange(100) % 10, "z": z, "k": np.where(z == 1, 1, r.integers(0, 2, 100))})


def kinds() -> pd.DataFrame:
    r = np.random.default_rng(6)
    u = r.normal(0, 0.5, 10)
    g = np.arange(100) % 10
    return pd.DataFrame(
        {"g": g, "kind": np.array(list("pqrs"))[np.arange(100) // 25], "k": r.poisson(np.exp(1 + u[g]))}
    )


@pytest.mark.parametrize("settings", [{}, {"nAGQ": 9}])
@pytest.mark.parametrize("value", [0, 1])
def test_outcomes_that_are_all_equal_are_refused_by_value_and_parameter(value, settings):
    data = pd.DataFrame({"k": np.full(40, value), "g": np.arange(40) % 5})
    where = "infinity" if value else "minus infinity"
    with pytest.raises(FitError, match=rf"every outcome is {value}.* as 'a' goes to {where} \(separation"):
        Coins.fit(data, "mle", **settings)


def test_all_trials_successful_are_refused():
    n = np.arange(60) % 5
    data = pd.DataFrame({"g": np.arange(60) % 6, "z": np.arange(60) % 7, "n": n, "k": n})
    with pytest.raises(FitError, match="all trials of every row are successes"):
        Trials.fit(data, "mle")


def test_counts_that_are_all_zero_are_refused():
    with pytest.raises(FitError, match=r"every outcome is 0.* as 'a' goes to minus infinity"):
        Kinds.fit(kinds().assign(k=0), "mle")


@pytest.mark.parametrize("settings", [{}, {"nAGQ": 9}])
def test_a_coefficient_that_separates_is_infinite_and_the_rest_as_without_its_rows(treated, settings):
    fit = Treated.fit(treated, "mle", **settings)
    rest = Coins.fit(treated[treated["z"] == 0], "mle", **settings)
    table = fit.summary()
    assert table.loc["c", "estimate"] == np.inf
    assert np.isnan(table.loc["c", ["se", "lower", "upper"]].astype(float)).all()
    assert fit.notes[0].startswith("the maximum is at infinity")
    assert "'c' goes to infinity" in fit.notes[0]
    assert not any(note.startswith("converged") for note in fit.notes)
    assert fit.log_likelihood == pytest.approx(rest.log_likelihood, abs=1e-8)
    np.testing.assert_allclose(
        table.loc[["a", "sd"], ["estimate", "se"]],
        rest.summary().loc[["a", "sd"], ["estimate", "se"]],
        atol=1e-5,
    )
    assert fit.aic == pytest.approx(2 * 3 - 2 * fit.log_likelihood)
    assert fit.solution.n_rows == 100


def test_turned_round_the_intercept_is_infinite_too(treated):
    """With 1 - z for z: a + c, the mean of the others, stays finite."""
    fit = Treated.fit(treated.assign(z=1 - treated["z"]), "mle")
    table = fit.summary()["estimate"]
    assert (table["a"], table["c"]) == (np.inf, -np.inf)
    assert "'a' goes to infinity and 'c' goes to minus infinity" in fit.notes[0]
    assert np.all(fit.effects("A")["estimate"] == np.inf)


def test_the_limit_is_approached_by_large_coefficients(treated):
    """The likelihood with c known, ever larger, tends to that of the limit from below."""
    limit = Treated.fit(treated, "mle").log_likelihood
    near = [Treated.fit(treated, "mle", roles={"c": c}).log_likelihood for c in (2.0, 5.0, 10.0, 20.0)]
    assert np.all(np.diff([*near, limit]) > 0)
    assert near[-1] == pytest.approx(limit, abs=1e-6)


def test_a_covariate_that_separates_all_rows_is_named(treated):
    r = np.random.default_rng(1)
    with pytest.raises(
        FitError, match=r"covariates tell every outcome exactly.*'c' goes to infinity and 'a' goes to minus"
    ):
        Treated.fit(treated.assign(z=treated["k"] + r.uniform(0, 0.9, 100)), "mle")


def test_a_category_without_counts_has_minus_infinity():
    data = kinds()
    data.loc[data["kind"] == "r", "k"] = 0
    fit = Kinds.fit(data, "mle")
    rest = Kinds.fit(data[data["kind"] != "r"], "mle")
    table, others = fit.summary()["estimate"], rest.summary()["estimate"]
    assert table["b[kind[r]]"] == -np.inf
    assert "b[kind[r]] goes to minus infinity" in fit.notes[0].replace("'", "")
    np.testing.assert_allclose(table[others.index], others, atol=1e-5)


def test_a_first_category_without_counts_takes_every_contrast_along():
    data = kinds()
    data.loc[data["kind"] == "p", "k"] = 0
    table = Kinds.fit(data, "mle").summary()["estimate"]
    assert table["a"] == -np.inf
    assert np.all(table[["b[kind[q]]", "b[kind[r]]", "b[kind[s]]"]] == np.inf)
    assert 0.1 < table["sd"] < 1.5


@pytest.mark.parametrize("settings", [{}, {"nAGQ": 9}])
@pytest.mark.parametrize(("units", "rows"), [(10, 5), (10, 2), (4, 20), (100, 8)])
def test_units_whose_outcomes_are_alike_are_refused_by_quantity_and_level(units, rows, settings):
    g = np.repeat(np.arange(units), rows)
    with pytest.raises(FitError, match=r"as 'sd' goes to infinity: .* 'A' over 'g'"):
        Coins.fit(pd.DataFrame({"g": g, "k": g % 2}), "mle", **settings)


@pytest.mark.parametrize("settings", [{}, {"nAGQ": 9}])
def test_priors_make_the_maximum_finite(treated, settings):
    """c has about the mode of its prior times the likelihood of 8 successes."""
    table = Treated.fit(treated, "mle", priors=True, **settings).summary()
    assert 1.5 < table.loc["c", "estimate"] < 4
    assert 0.5 < table.loc["c", "se"] < 2
    g = np.repeat(np.arange(10), 5)
    sd = Coins.fit(pd.DataFrame({"g": g, "k": g % 2}), "mle", priors=True, **settings).summary()
    assert 1 < sd.loc["sd", "estimate"] < 5
    all_equal = Coins.fit(pd.DataFrame({"g": g, "k": 1}), "mle", priors=True, **settings).summary()
    assert 1 < all_equal.loc["a", "estimate"] < 6


def test_effects_that_are_large_but_finite_are_no_separation():
    r = np.random.default_rng(8)
    z = r.normal(size=400)
    data = pd.DataFrame({"g": np.arange(400) % 8, "z": z})
    data["k"] = (r.random(400) < 1 / (1 + np.exp(-25 * z))).astype(int)
    fit = Treated.fit(data, "mle")
    assert fit.notes[0].startswith("converged")
    assert np.isfinite(fit.summary().loc["c", ["estimate", "se"]].astype(float)).all()


class Amounts(sl.Model):
    """k ~ 1 + x + (1 | g), gamma."""

    g = sl.Level()
    a = sl.Normal(0, 2)
    c = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    shape = sl.Gamma(2, 0.1)
    A = sl.Normal(a, sd, over=g)
    k = sl.Gamma(log=A + c * sl.data("x"), shape=shape, observed=True)


def test_amounts_that_are_fitted_exactly_are_refused_by_their_shape():
    x = np.linspace(-1, 1, 60)
    data = pd.DataFrame({"g": np.arange(60) % 6, "x": x, "k": np.exp(1 + x)})
    with pytest.raises(FitError, match=r"'shape' goes to infinity.* of all 60 rows exactly"):
        Amounts.fit(data, "mle")
    with pytest.raises(FitError, match="'shape' goes to infinity"):
        Amounts.fit(data.assign(k=3.0), "mle")


@pytest.mark.parametrize("seed", range(3))
def test_units_with_one_trial_each_tell_nothing_of_how_they_differ(seed):
    """Whatever the search ends at has no standard error, and is not called a result."""
    r = np.random.default_rng(seed)
    data = pd.DataFrame({"g": np.arange(60), "z": r.normal(size=60), "k": r.integers(0, 2, 60)})
    fit = Treated.fit(data, "mle")
    assert fit.notes[0].startswith("hardly anything tells of the standard deviation of 'A'")
    assert "each of its units has one trial" in fit.notes[0]
    assert not any("converged" in note or "a result" in note for note in fit.notes)
    assert np.isnan(fit.summary().loc["sd", "se"])
    assert np.isfinite(fit.summary().loc[["a", "c"], "se"]).all()


@pytest.mark.parametrize("seed", range(3))
def test_two_effects_with_the_same_units_are_not_told_apart(seed):
    """Only the sum of their variances is: the rest is as with one of them."""

    class Twice(sl.Model):
        g = sl.Level()
        h = sl.Level()
        a = sl.Normal(0, 2)
        sg = sl.HalfNormal(1)
        sh = sl.HalfNormal(1)
        A = sl.Normal(a, sg, over=g)
        B = sl.Normal(0, sh, over=h)
        k = sl.Bernoulli(logit=A + B, observed=True)

    r = np.random.default_rng(seed)
    g = np.repeat(np.arange(12), 12)
    k = (r.random(144) < 1 / (1 + np.exp(-1.5 * r.normal(size=12)[g]))).astype(int)
    data = pd.DataFrame({"g": g, "h": g + 100, "k": k})
    fit, one = Twice.fit(data, "mle"), Coins.fit(data, "mle")
    assert "the maximum is not unique: the data cannot tell 'sg' and 'sh' apart" in fit.notes[0]
    table, single = fit.summary(), one.summary()
    assert table.loc[["sg", "sh"], "se"].isna().all()
    assert np.hypot(*table.loc[["sg", "sh"], "estimate"]) == pytest.approx(
        single.loc["sd", "estimate"], rel=1e-4
    )
    assert table.loc["a", "se"] == pytest.approx(single.loc["a", "se"], rel=1e-2)
    assert fit.log_likelihood == pytest.approx(one.log_likelihood, abs=1e-6)
