"""Curves of the mean: what is drawn is what `predict` says of the grid."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl

RNG = np.random.default_rng(4)
ROWS = pd.DataFrame(
    {
        "x": RNG.uniform(0, 10, 90),
        "z": RNG.normal(size=90),
        "g": RNG.choice(["ä", "b c", "chain"], 90),
        "c": RNG.choice(["lo", "mid", "hi"], 90),
    }
)
ROWS["c"] = pd.Categorical(ROWS["c"], ["lo", "mid", "hi"], ordered=True)
ROWS["y"] = np.sin(ROWS["x"]) + 0.3 * ROWS["z"] + (ROWS["g"] == "b c") + RNG.normal(0, 0.3, 90)


class Curves(sl.Model):
    """A curve with a level and categories."""

    g = sl.Level()
    S = sl.spline("x", 6)
    C = sl.data("c", categorical=True)
    a, slope, of_z = sl.Normal(), sl.Normal(), sl.Normal()
    wiggle, sd, noise = sl.HalfNormal(), sl.HalfNormal(), sl.HalfNormal()
    w = sl.Normal(0, wiggle, over=S)
    A = sl.Normal(a, sd, over=g)
    of_c = sl.Normal(over=C)
    y = sl.Normal(A + slope * sl.data("x") + w @ S + of_z * sl.data("z") + of_c @ C, noise, observed=True)


@pytest.fixture(scope="module")
def fit():
    return Curves.fit(ROWS, "reml", progress=False)


def test_a_curve_is_the_mean_over_levels_at_typical_values(fit):
    ax = fit.plot.curve("x")
    (line,) = ax.lines
    places = line.get_xdata()
    assert (places.min(), places.max()) == (ROWS["x"].min(), ROWS["x"].max())
    rows = fit.grid(x=list(places))
    table = fit.predict(rows, average_over=["g"])
    np.testing.assert_allclose(line.get_ydata(), table["estimate"])
    assert len(ax.collections[-1].get_offsets()) == 90
    assert "averaged over 'g'" in ax.get_title(loc="left")
    assert rows["z"].iloc[0] == pytest.approx(ROWS["z"].mean())


def test_units_have_curves_of_their_own(fit):
    ax = fit.plot.curve("x", by="g", level=0.5)
    labels = [text.get_text() for text in ax.get_legend().get_texts()]
    assert sorted(labels) == ["g b c", "g chain", "g ä"]
    for label, line in zip(labels, ax.lines, strict=True):
        rows = fit.grid(x=list(line.get_xdata()), g=label.removeprefix("g "))
        np.testing.assert_allclose(line.get_ydata(), fit.predict(rows)["estimate"])


def test_numbers_have_curves_at_their_mean_and_one_sd_away(fit):
    ax = fit.plot.curve("x", by="z")
    found = [float(text.get_text().split()[1]) for text in ax.get_legend().get_texts()]
    z = ROWS["z"]
    assert found == pytest.approx([z.mean() - z.std(), z.mean(), z.mean() + z.std()], rel=0.02)


def test_categories_have_points_in_their_order(fit):
    ax = fit.plot.curve("c", at={"z": 0.5})
    assert [text.get_text() for text in ax.get_xticklabels()] == ["lo", "mid", "hi"]
    table = fit.predict(fit.grid(c=["lo", "mid", "hi"], z=0.5), average_over=["g"])
    np.testing.assert_allclose(ax.lines[0].get_ydata(), table["estimate"])
    dotted = fit.plot.curve("c", rows=True)
    assert [text.get_text() for text in dotted.get_xticklabels()] == ["lo", "mid", "hi"]


def test_places_are_those_that_are_given(fit):
    (line,) = fit.plot.curve("x", at={"x": [-5, 0, 15]}).lines
    assert line.get_xdata().tolist() == [-5, 0, 15]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ({"x": "nothing"}, "nothing"),
        ({"x": "x", "by": "x"}, "both"),
        ({"x": "x", "at": {"z": [1, 2]}}, "several values of 'z'"),
        ({"x": "x", "name": "z"}, "z"),
        ({"x": "x", "level": 2}, "level"),
    ],
)
def test_curves_that_cannot_be_drawn_are_refused(fit, call, said):
    with pytest.raises(sl.FitError, match=said):
        fit.plot.curve(**call)


def test_categories_of_an_outcome_have_a_curve_each():
    class Kinds(sl.Model):
        k = sl.Index(["a", "b"])
        cut = sl.Normal(0, 2, over=k, ordered=True)
        slope = sl.Normal(0, 2)
        c = sl.OrderedLogistic(slope * sl.data("x"), cut, observed=True)

    fit = Kinds.fit(ROWS, "mle", progress=False)
    ax = fit.plot.curve("x")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["lo", "mid", "hi"]
    assert np.sum([line.get_ydata() for line in ax.lines], axis=0) == pytest.approx(np.ones(101))


def test_summaries_say_that_the_coefficients_of_curves_are_elsewhere(fit):
    table = fit.summary()
    assert not [label for label in table.index if label.startswith("w[")]
    assert table.notes == ("w: 6 coefficients of spline(x, 6), drawn by plot.curve(); summary('w') has them",)
    assert len(fit.summary("w")) == 6


def test_a_fit_that_was_loaded_without_rows_is_drawn_by_others(fit, tmp_path):
    fit.save(tmp_path / "fit.zip")
    loaded: Any = sl.load(tmp_path / "fit.zip")
    with pytest.raises(sl.FitError, match="without the rows"):
        loaded.plot.curve("x")
    found, expected = (each.plot.curve("x", data=ROWS).lines[0] for each in (loaded, fit))
    np.testing.assert_allclose(found.get_ydata(), expected.get_ydata())
