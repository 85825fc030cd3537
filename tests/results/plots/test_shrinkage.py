"""The picture of partial pooling shows the numbers of the table."""

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt
from matplotlib.collections import LineCollection

import stanlevels as sl
from stanlevels.results.plots.planes import population


def dots(ax):
    """Offsets of the open and of the filled circles."""
    found = {c.get_label(): np.asarray(c.get_offsets()) for c in ax.collections if len(c.get_offsets())}
    alone = next(v for k, v in found.items() if "no pooling" in str(k))
    return alone, found["partial pooling"]


def test_dots_are_the_table_s_estimates_in_the_order_of_each_unit_s_own_data(groups):
    ax = groups.plot.shrinkage("u")
    table = groups.effects("u")
    alone, partial = dots(ax)
    np.testing.assert_allclose(alone[:, 0], table["no_pooling"])
    np.testing.assert_allclose(partial[:, 0], table["estimate"])
    assert list(np.argsort(alone[:, 1])) == list(np.argsort(table["no_pooling"]))
    assert ax.get_xlabel() == "u"
    labels = [tick.get_text() for tick in ax.get_yticklabels()]
    assert sorted(labels) == sorted(f"area {a}/g{g}" for a in range(3) for g in range(4))


def test_arrows_lead_from_no_pooling_to_the_estimate(groups):
    ax = groups.plot.shrinkage("u")
    table = groups.effects("u")
    ends = sorted((a.xyann[0], a.xy[0]) for a in ax.texts if getattr(a, "arrow_patch", None))
    expected = sorted(zip(table["no_pooling"], table["estimate"], strict=True))
    np.testing.assert_allclose(ends, expected)


def test_one_line_is_complete_pooling_where_it_is_one_number(groups):
    ax = groups.plot.shrinkage("a")
    (line,) = [line for line in ax.lines if line.get_label() == "complete pooling"]
    assert line.get_xdata()[0] == pytest.approx(groups.effects("a")["complete_pooling"][0])


def test_where_complete_pooling_differs_every_unit_has_its_mark(groups):
    ax = groups.plot.shrinkage("u")
    marks = next(c for c in ax.collections if c.get_label() == "complete pooling")
    np.testing.assert_allclose(marks.get_offsets()[:, 0], groups.effects("u")["complete_pooling"])


def test_units_stand_by_the_level_that_they_lie_in(groups):
    ax = groups.plot.shrinkage("u", by="area")
    _, partial = dots(ax)
    place = partial[:, 1]
    area = groups.effects("u")["area"].to_numpy()
    assert all(place[area == f"area {k}"].max() < place[area == f"area {k + 1}"].min() for k in range(2))
    assert {t.get_text() for t in ax.texts} >= {"area 0", "area 1", "area 2"}


@pytest.mark.parametrize("by", ["x", "rows"])
def test_units_stand_by_a_number(groups, by):
    ax = groups.plot.shrinkage("u", by=by)
    table = groups.effects("u")
    _, partial = dots(ax)
    np.testing.assert_allclose(partial[:, 1], table["estimate"])
    expected = table["rows"] if by == "rows" else np.arange(12) % 3
    np.testing.assert_allclose(partial[:, 0], expected, atol=0.36 if by == "rows" else 0)


def test_units_stand_by_values_that_a_person_has(groups):
    values = pd.Series(
        np.arange(12.0), index=groups.effects("u")["area"] + "/" + groups.effects("u")["group"]
    )
    ax = groups.plot.shrinkage("u", by=values.rename("age"))
    np.testing.assert_allclose(dots(ax)[1][:, 0], np.arange(12))
    assert ax.get_xlabel() == "age"
    assert groups.plot.shrinkage("u", by=list("ab" * 6)) is not None


@pytest.mark.parametrize("by", ["y", "nothing", {"g0": 1}, [1, 2]])
def test_what_cannot_be_drawn_by_is_said(groups, by):
    with pytest.raises(sl.FitError, match=r"by|cannot be drawn"):
        groups.plot.shrinkage("u", by=by)


@pytest.mark.parametrize("name", ["mean", "y", "nothing", "group", 3])
def test_what_was_not_pooled_is_refused(groups, name):
    with pytest.raises(sl.FitError):
        groups.plot.shrinkage(name)


def test_larger_dots_have_more_rows(groups):
    ax = groups.plot.shrinkage("u")
    sizes = next(c for c in ax.collections if c.get_label() == "partial pooling").get_sizes()
    assert np.corrcoef(sizes, groups.effects("u")["rows"])[0, 1] == pytest.approx(1)


def test_draws_of_a_posterior_are_drawn_alike(sampled):
    ax = sampled.plot.shrinkage("u")
    np.testing.assert_allclose(dots(ax)[1][:, 0], sampled.effects("u")["estimate"])


def test_two_components_are_drawn_in_their_plane(lines):
    ax = lines.plot.shrinkage("B")
    table = lines.effects("B")
    alone, partial = dots(ax)
    both = [table[table["component"] == c] for c in table["component"].unique()]
    np.testing.assert_allclose(partial, np.column_stack([part["estimate"] for part in both]))
    np.testing.assert_allclose(alone, np.column_stack([part["no_pooling"] for part in both]))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("B[intercept]", "B[slope]")


def test_the_ellipses_are_those_of_the_population(lines):
    """Mahalanobis distances of their points are the roots of chi-squared quantiles, 1.177 and 2.448."""
    ax = lines.plot.shrinkage("B")
    covariance = population(lines, "B", ["intercept", "slope"])
    assert np.sqrt(np.diag(covariance)) == pytest.approx([1.0, 0.5])
    for label, distance in (("50 % of the population", 1.177), ("95 % of the population", 2.448)):
        line = next(each for each in ax.lines if each.get_label() == label)
        points = np.column_stack(line.get_data())
        moved = points - points[:-1].mean(axis=0)
        found = np.sqrt(np.einsum("ij,jk,ik->i", moved, np.linalg.inv(covariance), moved))
        np.testing.assert_allclose(found, distance, rtol=1e-3)


def test_one_component_is_drawn_as_dots(lines):
    ax = lines.plot.shrinkage("B", components="slope")
    table = lines.effects("B")
    np.testing.assert_allclose(dots(ax)[1][:, 0], table[table["component"] == "slope"]["estimate"])
    with pytest.raises(sl.FitError, match="components of 'B'"):
        lines.plot.shrinkage("B", components=["slope", "nothing"])
    with pytest.raises(sl.FitError, match="one component"):
        lines.plot.shrinkage("B", by="rows")


class Many(sl.Model):
    unit = sl.Level()
    mean = sl.Normal(0, 5)
    sd = sl.HalfNormal(2)
    u = sl.Normal(mean, sd, over=unit)
    noise = sl.HalfNormal(2)
    y = sl.Normal(u, noise, observed=True)


def many(units, seed=3):
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(units), rng.integers(1, 9, units))
    y = rng.normal(size=units)[unit] + rng.normal(0, 2, len(unit))
    return Many.fit({"unit": unit, "y": y}, method="reml", progress=False)


def test_thousands_of_units_stand_by_their_rows_without_labels():
    fit = many(3000)
    ax = fit.plot.shrinkage("u")
    assert ax.get_xlabel() == "rows per unit"
    assert sum(isinstance(c, LineCollection) for c in ax.collections) == 1
    ax.figure.canvas.draw()


def test_one_unit_and_a_unit_of_no_weight_are_drawn():
    for units in (2, 1):
        ax = (
            Many.bind({"unit": np.arange(units).repeat(3), "y": np.arange(3.0 * units)})
            .fit(method="mle", progress=False)
            .plot.shrinkage("u")
        )
        ax.figure.canvas.draw()
        plt.close(ax.figure)


def test_axes_that_are_given_are_used(groups):
    figure, ax = plt.subplots()
    assert groups.plot.shrinkage("u", ax=ax) is ax
    assert plt.get_fignums() == [figure.number]
    with pytest.raises(sl.FitError, match="axes of matplotlib"):
        groups.plot.shrinkage("u", ax="here")


def test_names_are_shown_as_they_are():
    level, sd = sl.Level("$x^$ <b>"), sl.HalfNormal(1)
    u = sl.Normal(0, 1, over=level)
    lines = {"chain": level, "s": sd, "a_b $": u, "y": sl.Normal(u, sd, observed=True)}
    data = pd.DataFrame({"$x^$ <b>": ["$p^$", "$p^$", "q_", "q_"], "y": [1.0, 2, 3, 4]})
    fit = sl.Model.define("M", lines).fit(data, method="mle", progress=False)
    for ax in (fit.plot.shrinkage("a_b $"), fit.plot.effects("a_b $"), fit.plot.variance()):
        ax.figure.canvas.draw()
    assert {t.get_text() for t in fit.plot.effects("a_b $").get_yticklabels()} == {"$p^$", "q_"}
