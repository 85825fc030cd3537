"""Predictive pictures show the data and draws that the model would make of them."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.results.plots.densities import density, grid_around
from stanlevels.results.plots.predictive import Seen, by_unit
from tests.results.plots.conftest import quietly, rows_of_groups


class Counts(sl.Model):
    unit = sl.Level()
    mean = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    u = sl.Normal(mean, sd, over=unit)
    crashes = sl.Poisson(log=u, observed=True)


@pytest.fixture(scope="module")
def counts():
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"unit": rng.integers(0, 20, 300)})
    frame["crashes"] = rng.poisson(np.exp(rng.normal(0.5, 0.5, 20))[frame["unit"]])
    return frame, Counts.fit(frame, method="mle", progress=False)


def test_densities_are_of_the_data_and_of_fifty_draws(groups):
    ax = groups.plot.predictive()
    *drawn, observed = ax.lines
    assert len(drawn) == 50
    y = rows_of_groups()["y"].to_numpy()
    assert np.trapezoid(observed.get_ydata(), observed.get_xdata()) == pytest.approx(1, abs=0.01)
    mean = np.trapezoid(observed.get_ydata() * observed.get_xdata(), observed.get_xdata())
    assert mean == pytest.approx(y.mean(), abs=0.02)


def test_cumulative_shares_are_those_of_the_data(groups):
    ax = groups.plot.predictive(kind="ecdf")
    observed = ax.lines[-1]
    y = np.sort(rows_of_groups()["y"].to_numpy())
    np.testing.assert_allclose(observed.get_xdata(), y)
    np.testing.assert_allclose(observed.get_ydata(), np.arange(1, len(y) + 1) / len(y))


def test_what_is_drawn_is_what_the_fit_predicts(counts):
    _, fit = counts
    *drawn, _ = fit.plot.predictive(kind="ecdf", seed=3).lines
    outcomes = fit.posterior_predictive(draws=50, seed=3, output="xarray", progress=False)
    for line, values in zip(drawn, outcomes.to_numpy().reshape(-1, 300), strict=True):
        np.testing.assert_array_equal(line.get_xdata(), np.sort(values))


def test_counts_have_bars(counts):
    frame, fit = counts
    ax = fit.plot.predictive()
    heights = [bar.get_height() for bar in ax.patches]
    expected = frame["crashes"].value_counts().reindex(range(len(heights)), fill_value=0)
    assert heights == expected.tolist()


def test_means_of_units_stand_beside_their_intervals(counts):
    """95 % intervals of 20 units, fitted to the same data: fewer than 16 hold theirs once in 3,000."""
    frame, fit = counts
    ax = fit.plot.predictive(by="unit")
    means = np.sort(frame.groupby("unit")["crashes"].mean())
    np.testing.assert_allclose(np.asarray(ax.collections[-1].get_offsets())[:, 0], means)
    low, high = np.array([s[:, 0] for s in ax.collections[0].get_segments()]).T
    inside = int(((means >= low) & (means <= high)).sum())
    assert inside >= 16
    assert ax.get_title(loc="left") == f"{inside} of 20 units within the 95 % interval"


@pytest.mark.parametrize(
    ("stat", "expected"), [("mean", [2.0, 5.0]), ("sd", [1.0, 0.0]), ("min", [1, 5]), ("max", [3, 5])]
)
def test_statistics_of_units(stat, expected):
    values = np.array([1.0, 5.0, 3.0])
    seen = Seen("y", values, np.stack([values, values + 1]), np.ones(3), None, np.arange(3))
    observed, drawn = by_unit(np.array([0, 1, 0]), 3, seen, stat)
    assert observed[:2].tolist() == expected
    assert np.isnan(observed[2])
    more = 0 if stat == "sd" else 1
    assert drawn[1, :2].tolist() == [value + more for value in expected]


def test_weights_count_rows():
    values = np.array([1.0, 4.0])
    seen = Seen("y", values, values[None], np.array([2.0, 1.0]), None, np.arange(2))
    assert by_unit(np.zeros(2, dtype=int), 1, seen, "mean")[0].tolist() == [2.0]
    edges = grid_around(values, 2.0)
    middles = (edges[1:] + edges[:-1]) / 2
    weighted = density(values, edges, np.array([2.0, 1.0]))
    assert np.sum(weighted * middles) / np.sum(weighted) == pytest.approx(2, abs=0.02)


def test_a_density_is_that_of_many_normal_numbers():
    values = np.random.default_rng(0).normal(size=200_000)
    edges = grid_around(values)
    found = density(values, edges)
    middles = (edges[1:] + edges[:-1]) / 2
    np.testing.assert_allclose(found, stats.norm.pdf(middles), atol=0.01)


def test_categories_are_shown_by_name():
    class Survey(sl.Model):
        threshold = sl.Normal(0, 2, over=sl.Index(2), ordered=True)
        answer = sl.OrderedLogistic(0, threshold, observed=True)

    words = pd.Categorical(list("abcabcaab") * 3, categories=list("abc"), ordered=True)
    fit = quietly(Survey, {"answer": words})
    ax = fit.plot.predictive()
    assert [t.get_text() for t in ax.get_xticklabels()] == ["a", "b", "c"]
    assert [bar.get_height() for bar in ax.patches] == [12, 9, 6]
    with pytest.raises(sl.FitError, match="3 categories"):
        fit.plot.predictive(by="answer")


@pytest.mark.parametrize(
    "call",
    [
        {"kind": "histogram"},
        {"stat": "median"},
        {"name": "u"},
        {"by": "nothing"},
        {"by": "group", "kind": "ecdf"},
        {"kind": "bars"},
    ],
)
def test_what_there_is_not_is_refused(groups, call):
    with pytest.raises(sl.FitError):
        groups.plot.predictive(**call)


def test_several_outcomes_are_asked_for_by_name():
    class Two(sl.Model):
        mean = sl.Normal(0, 5)
        a = sl.Normal(mean, 1, observed=True)
        b = sl.Normal(mean, 2, observed=True)

    fit = quietly(Two, {"a": [1.0, 2, 3], "b": [2.0, 3, 1]})
    with pytest.raises(sl.FitError, match="'a', 'b'"):
        fit.plot.predictive()
    assert fit.plot.predictive("b").get_xlabel() == "b"


def test_a_fit_without_its_rows_says_so(groups):
    import pickle

    with pytest.raises(sl.FitError, match="left out"):
        pickle.loads(pickle.dumps(groups)).plot.predictive()


def test_censored_outcomes_have_the_shares_of_kaplan_and_meier():
    """By hand: at 1 one of six, at 2 one of five (another goes on from there), at 4 one of two."""

    class Times(sl.Model):
        scale = sl.Normal(0, 1)
        t = sl.Weibull(1.5, sl.exp(scale), observed=True, censored="how")

    how = ["none", "none", "right", "right", "none", "right"]
    data = pd.DataFrame({"t": [1.0, 2.0, 2.0, 3.0, 4.0, 5.0], "how": how})
    fit = Times.fit(data, method="mle", progress=False)
    observed = fit.plot.predictive().lines[-1]
    left = np.cumprod([5 / 6, 4 / 5, 1, 1, 1 / 2, 1])
    np.testing.assert_allclose(observed.get_ydata(), 1 - left)
    with pytest.raises(sl.FitError, match="'t' is censored, and draws of it are not"):
        fit.plot.predictive(kind="density")
    with pytest.raises(sl.FitError, match="from the left or in intervals"):
        Times.fit(data.assign(how=["left", *how[1:]]), "mle", progress=False).plot.predictive()
