"""`summary` and `effects`: columns, rows, intervals, deviations, and what they refuse."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.errors import FitError
from tests.results.kit import fit_of

COLUMNS = ["estimate", "sd", "lower", "upper", "ess_bulk", "ess_tail", "r_hat"]


class AppCrashes(sl.Model):
    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    overall = sl.Normal(0.9, 0.5)
    app_sd = sl.HalfNormal(0.5)
    half = sl.Constant(0.5)
    fixed = half * 2
    double = app_sd * 2
    P = sl.Normal(overall, 0.2, over=publisher)
    A = sl.Normal(P, app_sd, over=app)
    AD = sl.Normal(0, app_sd, over=(app, device))
    AA = sl.LogNormal(A, 1, over=app)
    above = A - overall
    mu = A + AD + sl.data("shift")
    reliability = sl.Normal(mu, 1, observed=True)


@pytest.fixture(scope="module")
def frame():
    rng = np.random.default_rng(8)
    apps = [("q", "x"), ("q", "y"), ("p", "z")]
    rows = [apps[i] for i in rng.integers(0, 3, 30)]
    return pd.DataFrame(
        {
            "publisher": [p for p, _ in rows],
            "app": [a for _, a in rows],
            "device": rng.integers(1, 3, 30),
            "reliability": rng.normal(size=30),
            "shift": rng.normal(size=30),
        }
    )


@pytest.fixture(scope="module")
def fit(frame):
    return fit_of(AppCrashes, frame, draws=400)


def test_the_summary_shows_what_is_not_over_a_level_and_nothing_that_cannot_vary(fit):
    shown = fit.summary()
    assert list(shown.index) == ["overall", "app_sd", "double"]
    assert list(shown.columns) == COLUMNS


def test_estimate_sd_and_equal_tails_are_those_of_the_draws(fit):
    draws = np.sort(fit.by_quantity.value("overall").ravel())
    row = fit.summary(level=0.8).loc["overall"]
    assert row["estimate"] == pytest.approx(draws.mean(), rel=1e-12)
    assert row["sd"] == pytest.approx(draws.std(ddof=1), rel=1e-12)
    assert (draws < row["lower"]).mean() == pytest.approx(0.1, abs=0.001)
    assert (draws > row["upper"]).mean() == pytest.approx(0.1, abs=0.001)
    wide = fit.summary().loc["overall"]
    # 1600 standard normal draws: the 2.5 % quantile has standard error 0.067 (order statistics)
    assert wide["lower"] == pytest.approx(stats.norm.ppf(0.025), abs=4 * 0.067)


def test_anything_can_be_asked_for_by_name(fit):
    assert list(fit.summary("P").index) == ["P[p]", "P[q]"]
    assert list(fit.summary(["double", "A"]).index) == ["double", "A[x]", "A[y]", "A[z]"]
    assert len(fit.summary(kind="all")) == 3 + 2 + 3 + 6 + 3 + 3


def test_a_named_expression_over_rows_has_a_summary_on_request(fit):
    """What `effects` says of it, under the names of a summary."""
    shown, per_row = fit.summary("mu"), fit.effects("mu")
    assert list(shown.index[:2]) == ["mu[0]", "mu[1]"]
    np.testing.assert_allclose(shown[COLUMNS], per_row[COLUMNS], rtol=1e-12)


def test_the_summary_refuses_what_it_does_not_know(fit):
    with pytest.raises(FitError, match="nothing called 'PP', 'B'") as error:
        fit.summary(["overall", "PP", "B"])
    assert "'overall'" in error.value.expected
    with pytest.raises(FitError, match="level of the intervals is 95"):
        fit.summary(level=95)
    with pytest.raises(FitError, match="kind is 'fixed'"):
        fit.summary(kind="fixed")


def test_effects_have_a_row_per_unit_with_parents_rows_and_deviation(fit, frame):
    table = fit.effects("A")
    assert table["app"].tolist() == ["x", "y", "z"]
    assert table["publisher"].tolist() == ["q", "q", "p"]
    assert table["rows"].tolist() == [int((frame["app"] == a).sum()) for a in "xyz"]
    a, p = fit.by_quantity.value("A")[..., 0], fit.by_quantity.value("P")[..., 0]
    expected = (a - p[:, :, [1, 1, 0]]).mean(axis=(0, 1))
    np.testing.assert_allclose(table["deviation"], expected, atol=1e-14)
    np.testing.assert_allclose(table["estimate"], a.mean(axis=(0, 1)), rtol=1e-12)


def test_effects_over_two_levels_have_both_labels_and_count_the_rows_of_the_pair(fit, frame):
    table = fit.effects("AD")
    assert list(table.columns[:4]) == ["app", "device", "publisher", "rows"]
    counts = frame.groupby(["app", "device"]).size()
    for _, row in table.iterrows():
        assert row["rows"] == counts.get((row["app"], row["device"]), 0)
    assert table["deviation"].tolist() == pytest.approx(table["estimate"].tolist())


def test_a_named_expression_has_no_declared_mean(fit):
    table = fit.effects("above")
    assert "deviation" not in table
    assert list(table.columns) == ["app", "publisher", "rows", *COLUMNS]


def test_the_deviation_is_from_the_mean_not_from_the_location(fit):
    location = fit.by_quantity.value("A")[..., 0]
    expected = fit.by_quantity.value("AA")[..., 0].mean(axis=(0, 1)) - np.exp(location + 0.5).mean(
        axis=(0, 1)
    )
    np.testing.assert_allclose(fit.effects("AA")["deviation"], expected, rtol=1e-12)


def test_effects_of_an_expression_over_rows_are_computed(fit, frame):
    table = fit.effects("mu")
    assert table["row"].tolist() == list(range(30))
    a = fit.effects("A").set_index("app")["estimate"]
    ad = fit.effects("AD").set_index(["app", "device"])["estimate"]
    by_hand = [a[r.app] + ad[(r.app, r.device)] + r.shift for r in frame.itertuples()]
    np.testing.assert_allclose(table["estimate"], by_hand, rtol=1e-10, atol=1e-12)


def test_effects_say_what_to_do_with_a_scalar_a_level_data_and_a_misspelling(fit):
    with pytest.raises(FitError, match="'overall' is one quantity") as error:
        fit.effects("overall")
    assert error.value.way_out == "fit.summary(var_names=['overall'])"
    with pytest.raises(FitError, match="'app' is a level") as error:
        fit.effects("app")
    assert error.value.way_out == "fit.effects('A')"
    with pytest.raises(FitError, match="'reliability' is observed"):
        fit.effects("reliability")
    with pytest.raises(FitError, match="no quantity called 'a'") as error:
        fit.effects("a")
    assert error.value.expected == "one of 'P', 'A', 'AD', 'AA', 'above', 'mu'"


def test_a_draw_that_is_not_finite_leaves_other_units_alone(frame):
    def drawn(name, shape):
        values = np.random.default_rng(1).normal(size=shape)
        if name == "A":
            values[0, 3, 1] = np.nan
        return values

    table = fit_of(AppCrashes, frame, drawn).effects("A")
    assert table["estimate"].isna().tolist() == [False, True, False]
    assert table["r_hat"].isna().tolist() == [False, True, False]


def test_large_tables_in_pieces_equal_small_ones(fit, monkeypatch):
    whole = fit.effects("AD")
    monkeypatch.setattr("stanlevels.values.pieces._PIECE", 1700)
    pd.testing.assert_frame_equal(fit.effects("AD"), whole, rtol=1e-12)
    pd.testing.assert_frame_equal(fit.effects("mu"), fit.effects("mu"))


class Games(sl.Model):
    team = sl.Level()
    home = sl.Level("home_team", of=team)
    away = sl.Level("away_team", of=team)
    arena = sl.Level()
    liking = sl.Normal(0, 1, over=(team, arena))
    goals = sl.Normal(liking[home, arena] - liking[away, arena], 1, observed=True)


def test_units_that_no_row_names_alone_have_no_count_of_rows():
    games = {"home_team": ["a", "b"], "away_team": ["b", "a"], "arena": [1, 2], "goals": [0.5, 1.0]}
    table = fit_of(Games, games).effects("liking")
    assert list(table.columns[:3]) == ["team", "arena", "estimate"]
    assert len(table) == 4


class Slopes(sl.Model):
    subject = sl.Level()
    base = sl.Normal(0, 1, over=subject)
    slope, bend = sl.Normal(0, 1), sl.Normal(0, 1)
    y = sl.Normal(base + slope * sl.data("day") + bend * sl.data("dose"), 1, observed=True)


def days(**others):
    columns = {"subject": [1, 1, 2, 2], "day": [0, 1, 0, 1], "dose": 0.5, "y": [1.0, 2.0, 3.0, 4.0]}
    return pd.DataFrame(columns | others)


def test_fitted_has_the_covariates_that_tell_rows_apart_and_no_more():
    fixed = ["observed", "estimate", "sd", "lower", "upper"]
    assert list(fit_of(Slopes, days()).fitted()) == ["row", "subject", "day", *fixed]
    assert list(fit_of(Slopes, days(subject=range(4))).fitted()) == ["row", "subject", *fixed]
    assert list(fit_of(Slopes, days(day=0.0)).fitted()) == ["row", "subject", "day", "dose", *fixed]


@pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")  # of few draws
def test_fitted_calls_rows_what_the_frame_calls_them():
    data = days(y=[1.0, np.nan, 3.0, 4.0])
    assert fit_of(Slopes, days()).fitted()["row"].tolist() == [0, 1, 2, 3]
    assert bound_fit(data).fitted()["row"].tolist() == [0, 2, 3]
    dates = pd.date_range("2024-01-01", periods=4)
    assert bound_fit(data.set_index(dates)).fitted()["row"].tolist() == dates[[0, 2, 3]].tolist()
    pairs = bound_fit(data.set_index(["subject", "day"], drop=False)).fitted()["row"].tolist()
    assert pairs == [(1, 0), (2, 0), (2, 1)]


def bound_fit(data):
    return Slopes.fit(
        data, missing="drop", chains=1, warmup=20, draws=20, seed=1, engine="stanli", progress=False
    )


def test_rows_say_which_units_their_roads_lead_to():
    games = {"home_team": ["a", "b"], "away_team": ["b", "a"], "arena": [1, 2], "goals": [0.5, 1.0]}
    table = fit_of(Games, games).fitted()
    assert (table["home"].tolist(), table["away"].tolist()) == (["a", "b"], ["b", "a"])


def test_predictions_have_the_covariates_that_tell_rows_apart():
    fit = fit_of(Slopes, days())
    fixed = ["estimate", "sd", "lower", "upper"]
    assert list(fit.predict(days())) == ["subject", "subject_is", "day", *fixed]
    table = fit.predict(days(day=[2.0, 3.0, 4.0, 5.0], subject=1))
    assert table["day"].tolist() == [2.0, 3.0, 4.0, 5.0]
    assert repr(table).splitlines()[0].split()[:3] == ["subject", "subject_is", "day"]
