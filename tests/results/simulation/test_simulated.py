"""Fake data: rows with outcomes that a model drew, from numbers that are given or drawn themselves."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
import xarray
from scipy import stats

import stanlevels as sl
from stanlevels.errors import DataError, FitError
from tests.results.simulation.models import APPS, OPEN, ROWS, Crashes, Kinds, Open


def test_rows_come_back_with_an_outcome_and_the_truth_behind_it():
    fake = Crashes.simulate(APPS, seed=3)
    assert isinstance(fake, pd.DataFrame)
    assert list(fake) == ["publisher", "app", "x", "y"]
    pd.testing.assert_frame_equal(pd.DataFrame(fake[["publisher", "app", "x"]]), APPS)
    assert set(fake.truth) == {"mu", "publisher_sd", "app_sd", "noise", "b", "twice", "P", "A"}
    assert fake.truth["A"].dims == ("app",)
    assert float(fake.truth["twice"]) == 2 * float(fake.truth["mu"])
    assert "y" not in APPS


def test_given_numbers_are_the_truth_and_the_rest_is_drawn_around_them():
    values = {"A": {("a", "x"): 1.0, "b/z": 4.0}, "P": {"a": 10.0}, "noise": 1e-9, "b": 2.0, "app_sd": 1e-9}
    fake = Crashes.simulate(APPS, values=values, seed=1)
    truth = fake.truth
    assert float(truth["A"].sel(app="a/x")) == 1
    assert float(truth["A"].sel(app="a/y")) == pytest.approx(10, abs=1e-6)  # drawn around its publisher
    assert float(truth["A"].sel(app="b/x")) == pytest.approx(float(truth["P"].sel(publisher="b")), abs=1e-6)
    at = truth["A"].values[[0, 1, 2, 3] * 5]
    np.testing.assert_allclose(fake["y"], at + 2 * APPS["x"], atol=1e-6)


def test_outcomes_have_their_distribution():
    values = {"A": 1.0, "b": 0.0, "noise": 2.0, "P": 0.0}
    fake = Crashes.simulate(pd.concat([APPS] * 500), values=values, seed=1)
    assert stats.kstest(fake["y"], stats.norm(1, 2).cdf).pvalue > 1e-4


@pytest.mark.parametrize(
    "value",
    [
        pd.Series([1.0, 2, 3, 4], index=["a/x", "a/y", "b/x", "b/z"]),
        np.array([1.0, 2, 3, 4]),
        [1, 2, 3, 4],
        {"b/z": 4, "a/x": 1, "a/y": 2, "b/x": 3},
    ],
)
def test_units_take_arrays_mappings_and_series(value):
    fake = Crashes.simulate(APPS, values={"A": value}, seed=1)
    assert fake.truth["A"].values.tolist() == [1, 2, 3, 4]


def test_a_model_is_fitted_to_what_it_simulated():
    rows = pd.DataFrame({"publisher": np.repeat(np.arange(20), 40), "app": np.repeat(np.arange(80), 10)})
    rows["x"] = np.tile([-1.0, 1.0], 400)
    values = {"mu": 1.0, "publisher_sd": 0.5, "app_sd": 0.4, "noise": 0.3, "b": 0.7}
    fake = Crashes.simulate(rows, values=values, seed=4)
    fit = Crashes.fit(fake, "mle", progress=False)
    found = fit.summary()
    for name in ("mu", "b", "noise"):  # five standard errors: one run in a million would fail by chance
        assert abs(found.loc[name, "estimate"] - values[name]) < 5 * found.loc[name, "sd"]
    assert np.corrcoef(fit.effects("A")["estimate"], fake.truth["A"])[0, 1] > 0.95


def test_seeds_give_the_same_data_and_draws_give_a_list():
    one, same = (Crashes.simulate(APPS, seed=9) for _ in range(2))
    pd.testing.assert_frame_equal(one, same)
    assert one.seed == 9
    several = Crashes.simulate(APPS, draws=3, seed=9)
    assert [type(fake) for fake in several] == [type(one)] * 3
    assert len({float(fake.truth["mu"]) for fake in several}) == 3
    again = Crashes.simulate(APPS)
    pd.testing.assert_frame_equal(again, Crashes.simulate(APPS, seed=again.seed))


def test_any_frame_is_taken(tmp_path):
    wanted = Crashes.simulate(APPS, seed=2)["y"].tolist()
    path = tmp_path / "rows.csv"
    APPS.to_csv(path, index=False)
    for data in (pl.from_pandas(APPS), pl.from_pandas(APPS).lazy(), APPS.to_dict("list"), path, str(path)):
        np.testing.assert_allclose(Crashes.simulate(data, seed=2)["y"], wanted)


def test_outcomes_of_every_kind_need_no_column_of_theirs():
    fake = Kinds.simulate(ROWS, seed=1)
    assert set(fake["flag"]) <= {0, 1}
    assert fake["flag"].dtype == np.int64
    assert (fake["hits"] <= fake["n"]).all()
    assert (fake["many"] >= 0).all()
    assert fake["part"].between(0, 1).all()
    assert (fake["wait"] > 0).all()
    assert (fake["size"] > 0).all()
    assert set(fake["colour"]) <= {"red", "green", "blue"}
    assert set(fake["grade"]) <= {1, 2, 3}
    assert Kinds.bind(fake).data.outcome_labels("colour") == ("red", "green", "blue")


def test_columns_that_are_there_keep_their_type_and_their_place():
    grades = pd.Categorical(["low", "mid", "high"] * 6, categories=["low", "mid", "high"], ordered=True)
    rows = ROWS.assign(grade=grades, flag=[True, False] * 9)[["grade", "g", "flag", "n"]]
    fake = Kinds.simulate(rows, seed=1)
    assert list(fake)[:4] == ["grade", "g", "flag", "n"]
    assert fake["grade"].dtype == grades.dtype
    assert fake["flag"].dtype == bool
    assert not (fake["grade"] == rows["grade"]).all()
    holes = rows.assign(flag=[None, True] * 9)
    assert Kinds.simulate(holes, seed=1)["flag"].notna().all()


class Scored(sl.Model):
    """An outcome of apps, which have a table, and one of rows that depends on it."""

    app = sl.Level()
    mean, noise = sl.Normal(3, 1), sl.HalfNormal(1)
    score = sl.Normal(mean, noise, over=app, observed=True)
    y = sl.Poisson(sl.exp(score / 3), observed=True, weights="n")


def test_outcomes_of_a_level_go_to_its_table_or_are_the_same_in_its_rows():
    rows = pd.DataFrame({"app": list("aabbc"), "n": [1, 2, 1, 1, 3]})
    fake = Scored.simulate(rows, seed=1)
    assert fake.groupby("app")["score"].nunique().tolist() == [1, 1, 1]
    assert list(fake) == ["app", "n", "score", "y"]
    table = pd.DataFrame({"app": ["c", "a", "b", "never"]})
    apart = Scored.simulate(rows, tables={"app": table}, seed=1)
    assert list(apart) == ["app", "n", "y"]
    assert list(apart.tables["app"]) == ["app", "score"]
    assert apart.tables["app"]["score"].nunique() == 4
    truth = Scored.bind(apart, tables=apart.tables).data.outcome("score")
    assert len(truth) == 4
    assert "score" not in table


class Pairs(sl.Model):
    """Correlated effects and correlated outcomes."""

    g = sl.Level()
    sds = sl.HalfNormal(1, over=sl.Index(["a", "b"]))
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([0, 0], sds, corr, over=g)
    inner = sl.LKJCholesky(2, dim=2)
    both = sl.MultiNormal([B[0], B[1]], [0.1, 0.1], inner, observed=["left", "right"])


def test_components_are_given_by_label_and_vectors_have_their_columns():
    values = {"B": {"a": [1.0, 2.0], "b": [3.0, 4.0]}, "corr": 0.3, "sds": {"a": 1, "b": 2}}
    fake = Pairs.simulate({"g": list("aabb")}, values=values, seed=1)
    assert fake.truth["B"].values.tolist() == [[1, 2], [3, 4]]
    assert fake.truth["corr"].values.tolist() == [[1, 0.3], [0.3, 1]]
    assert fake.truth["sds"].values.tolist() == [1, 2]
    np.testing.assert_allclose(fake[["left", "right"]], [[1, 2], [1, 2], [3, 4], [3, 4]], atol=0.6)


def test_roads_and_odd_names_work():
    lines = {"chain": sl.Level(), "noise": sl.HalfNormal(1)}
    lines["home"] = sl.Level("Heim Mannschaft", of=lines["chain"])
    lines["away"] = sl.Level("weg", of=lines["chain"])
    lines["data set"] = strength = sl.Normal(0, 1, over=lines["chain"])
    lines["ergebnis ü"] = sl.Normal(
        strength[lines["home"]] - strength[lines["away"]], lines["noise"], observed="goal difference"
    )
    M = sl.Model.define("Odd", lines)
    rows = {"Heim Mannschaft": list("abc"), "weg": list("bca")}
    fake = M.simulate(rows, values={"data set": {"a": 1, "b": 2, "c": 4}, "noise": 1e-9}, seed=1)
    np.testing.assert_allclose(fake["goal difference"], [-1, -2, 3], atol=1e-6)
    assert fake.truth["data set"].dims == ("chain_",)


def test_default_priors_ask_for_the_outcome_that_scales_them_or_for_numbers():
    with pytest.raises(DataError) as caught:
        Open.simulate(OPEN)
    assert str(caught.value).splitlines()[0] == (
        "the default priors of 'b', 'a', 'sd', 'noise' take their scale from 'y', which the data do not hold"
    )
    with pytest.raises(DataError, match="the default prior of 'b' takes its scale"):
        Open.simulate(OPEN, values={"a": 0, "sd": 1, "noise": 1})
    fake = Open.simulate(OPEN, values={"a": 0, "b": 1, "sd": 1, "noise": 1}, seed=1)
    assert len(fake) == 6
    scaled = Open.simulate(OPEN | {"y": [100.0, 200, 300, 400, 500, 600]}, draws=200, seed=1)
    assert 30 < np.median([float(each.truth["noise"]) for each in scaled]) < 500


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"unknown": 1}, "'unknown', which is no quantity of the model"),
        ({"y": 1}, "'y', which is an outcome, which is drawn"),
        ({"twice": 1}, "'twice', which is computed from others"),
        ({"noise": -1.0}, "gives 'noise' -1.0"),
        ({"noise": "a"}, "gives 'noise' 'a'"),
        ({"noise": [1.0, 2.0]}, "an array of shape"),
        ({"mu": np.inf}, "gives 'mu' inf"),
        ({"A": [1.0, 2.0]}, "an array of shape"),
        ({"A": {"q": 1.0}}, "gives 'A' for 'q'"),
        ({"P": {"a": {"left": 1.0}}}, "gives 'P' for 'left'"),
        ([1, 2], "values= is a list"),
    ],
)
def test_values_that_do_not_fit_are_refused_in_words(values, message):
    with pytest.raises(FitError, match=message):
        Crashes.simulate(APPS, values=values)


@pytest.mark.parametrize("corr", [1.5, [[1, 2], [2, 1]], [[1, 0.2], [0.3, 1]], [1, 2, 3]])
def test_what_is_no_correlation_is_refused(corr):
    with pytest.raises(FitError, match="gives 'corr'"):
        Pairs.simulate({"g": list("aabb")}, values={"corr": corr})


def test_categories_that_nothing_tells_are_asked_for():
    class Free(sl.Model):
        a = sl.Normal(0, 1)
        grade = sl.OrderedLogistic(a, observed=True)

    with pytest.raises(DataError, match="nothing else tells the categories of 'grade'"):
        Free.simulate({"x": [1, 2, 3]})


def test_covariates_that_are_missing_are_an_error_as_ever():
    with pytest.raises(DataError, match="'x'"):
        Crashes.simulate(APPS.drop(columns="x"))
    with pytest.raises(DataError):
        Crashes.simulate(APPS.assign(x=[None] + [1.0] * 19))


def test_the_truth_is_an_xarray_dataset_that_stays_with_copies():
    fake = Crashes.simulate(APPS, seed=1)
    assert isinstance(fake.truth, xarray.Dataset)
    assert isinstance(fake.copy().truth, xarray.Dataset)
    assert isinstance(fake[fake["x"] > 0].truth, xarray.Dataset)


def test_what_was_simulated_prints_all_its_columns(monkeypatch):
    class Plain(sl.Model):
        sd = sl.HalfNormal(1)
        y = sl.Normal(0, sd, observed=True)

    monkeypatch.setenv("COLUMNS", "60")
    wide = {f"a column of number {k}": np.arange(5) / 3 for k in range(12)}
    fake = Plain.simulate(pd.DataFrame(wide), seed=1)
    lines = repr(fake).splitlines()
    assert max(map(len, lines)) <= 60
    assert all(any(column in line for line in lines) for column in [*wide, "y"])
    assert "..." not in repr(fake)
    assert type(fake.head(2)) is type(fake)
