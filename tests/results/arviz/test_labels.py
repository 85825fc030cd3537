"""Every number under its own label, from Stan's draws to ArviZ, the tables and back from a file."""

import datetime as dt

import arviz as az
import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.results.kit import fit_of

ODD = ["?", "a.b", "größe 名", "", " lead", "1a", "lp__", "x[1]", "a,b", "日" * 60, "a/b", "class"]


def numbered(shape: tuple[int, ...]) -> np.ndarray:
    """x[i, j, k] = 100 i + 10 j + k, the same in every draw, for units (i, j) flat and k last."""
    chains, draws, units, components = shape
    i, j = np.divmod(np.arange(units), 4)
    cells = 100 * i[:, None] + 10 * j[:, None] + np.arange(components)
    return np.broadcast_to(cells, (chains, draws, units, components))


class Grid(sl.Model):
    team = sl.Level()
    arena = sl.Level()
    k = sl.Index(["low", "high"])
    x = sl.Normal(0, 1, over=(team, arena, k))
    y = sl.Normal(x["low"], 1, observed=True)


@pytest.fixture
def grid():
    rng = np.random.default_rng(0)
    teams, arenas = ["zeta", "alpha", "mid"], [40, 10, 30, 20]
    rows = [(t, a) for t in teams for a in arenas for _ in range(2)]
    rng.shuffle(rows)
    frame = pd.DataFrame(
        {"team": [t for t, _ in rows], "arena": [int(a) for _, a in rows], "y": rng.normal(size=24)}
    )
    frame["team"] = pd.Categorical(frame["team"], categories=teams)  # the order of units
    return frame


def test_x_ijk_stands_under_its_three_labels_in_arviz(grid):
    x = fit_of(Grid, grid, lambda _, shape: numbered(shape), draws=6).idata.posterior.x
    assert x.dims == ("chain", "draw", "team", "arena", "k")
    for i, team in enumerate(["zeta", "alpha", "mid"]):
        for j, arena in enumerate([10, 20, 30, 40]):
            for k, label in enumerate(["low", "high"]):
                cell = x.sel(team=team, arena=arena, k=label)
                assert (cell == 100 * i + 10 * j + k).all()


def test_x_ijk_stands_in_its_row_of_effects_and_of_the_summary(grid):
    fit = fit_of(Grid, grid, lambda _, shape: numbered(shape), draws=6)
    rows = fit.effects("x").set_index(["team", "arena", "component"])
    assert len(rows) == 3 * 4 * 2
    assert rows.loc[("alpha", 30, "high"), "estimate"] == 121
    assert rows.loc[("mid", 10, "low"), "estimate"] == 200
    assert rows.loc[("zeta", 40, "high"), "rows"] == 2
    shown = fit.summary("x")
    assert shown.loc["x[alpha, 30, high]", "estimate"] == 121
    assert shown.loc["x[mid, 10, low]", "estimate"] == 200


def test_draws_of_each_chain_stay_in_their_chain_and_order(grid):
    counting = lambda _, shape: np.arange(np.prod(shape), dtype=float).reshape(shape)  # noqa: E731
    fit = fit_of(Grid, grid, counting, chains=2, draws=5)
    x = fit.idata.posterior.x
    assert float(x.sel(chain=2, draw=3, team="zeta", arena=10, k="low")) == (1 * 5 + 3) * 24


class Shops(sl.Model):
    shop = sl.Level()
    effect = sl.Normal(0, 1, over=shop)
    y = sl.Normal(effect, 1, observed=True)


def shops(labels) -> pd.DataFrame:
    return pd.DataFrame({"shop": labels, "y": np.arange(len(labels), dtype=float)})


@pytest.mark.parametrize(
    "labels",
    [ODD, [30, 4, -7], [True, False], [0.5, 2.0, 1e300], ["a", "bb" * 100], [2**62, 5], ["one"]],
    ids=["odd", "integers", "booleans", "floats", "widths", "large", "single"],
)
def test_labels_come_back_exactly_and_in_order_also_from_a_file(labels, tmp_path):
    fit = fit_of(Shops, shops(labels), lambda _, shape: np.broadcast_to(np.arange(shape[-1]), shape), draws=5)
    order = list(fit.bound.levels["shop"].labels)
    assert sorted(map(str, order)) == sorted(map(str, labels))
    table = fit.effects("effect")
    assert table["shop"].tolist() == order
    assert [type(v) for v in table["shop"].tolist()] == [type(v) for v in order]
    fit.idata.to_netcdf(tmp_path / "fit.nc")
    for idata in (fit.idata, az.from_netcdf(tmp_path / "fit.nc")):
        assert idata.posterior.shop.values.tolist() == order
        for position, label in enumerate(order):
            assert (idata.posterior.effect.sel(shop=label) == position).all()


def test_dates_are_exact_in_the_table_and_text_in_a_file(tmp_path):
    days = [dt.date(2024, 2, 29), dt.date(2023, 1, 1)]
    fit = fit_of(Shops, {"shop": days, "y": [1.0, 2.0]}, draws=5)
    assert fit.effects("effect")["shop"].tolist() == sorted(days)
    fit.idata.to_netcdf(tmp_path / "fit.nc")
    assert az.from_netcdf(tmp_path / "fit.nc").posterior.shop.values.tolist() == ["2023-01-01", "2024-02-29"]


class Students(sl.Model):
    school = sl.Level()
    classroom = sl.Level(within=school)
    S = sl.Normal(0, 1, over=school)
    C = sl.Normal(S, 1, over=classroom)
    score = sl.Normal(C, 1, observed=True)


@pytest.fixture
def students():
    return pd.DataFrame(
        {"school": ["s1", "s1", "s2", "s2", "s2"], "classroom": [1, 2, 1, 2, 2], "score": np.arange(5.0)}
    )


def test_a_label_that_repeats_across_parents_becomes_a_path_with_its_own_label_beside_it(students):
    posterior = fit_of(Students, students).idata.posterior
    assert posterior.classroom.values.tolist() == ["s1/1", "s1/2", "s2/1", "s2/2"]
    assert posterior.classroom_label.values.tolist() == [1, 2, 1, 2]
    assert posterior.classroom_school.values.tolist() == ["s1", "s1", "s2", "s2"]
    assert posterior.school.values.tolist() == ["s1", "s2"]  # not deleted by the parents' labels
    assert posterior.C.dims == ("chain", "draw", "classroom")


def test_a_parents_value_is_found_through_its_coordinate(students):
    posterior = fit_of(Students, students).idata.posterior
    above = posterior.S.sel(school=posterior.classroom_school)
    assert above.dims == ("chain", "draw", "classroom")
    np.testing.assert_array_equal(above.sel(classroom="s2/1"), posterior.S.sel(school="s2"))


def test_effects_of_a_nested_level_carry_the_labels_of_the_data(students):
    table = fit_of(Students, students).effects("C")
    labels, numbers = ["classroom", "school", "rows"], ["estimate", "sd", "lower", "upper", "deviation"]
    pooling = ["weight", "no_pooling", "complete_pooling"]
    assert list(table.columns) == [*labels, *numbers, *pooling, "ess_bulk", "ess_tail", "r_hat"]
    assert table[["school", "classroom", "rows"]].values.tolist() == [
        ["s1", 1, 1],
        ["s1", 2, 1],
        ["s2", 1, 1],
        ["s2", 2, 2],
    ]
    assert len(students.merge(table, on=["school", "classroom"])) == len(students)


class Games(sl.Model):
    team = sl.Level()
    home = sl.Level("home_team", of=team)
    away = sl.Level("away_team", of=team)
    strength = sl.Normal(0, 1, over=team)
    edge = strength[home] - strength[away]
    goals = sl.Normal(edge, 1, observed=True)


def test_a_level_reached_by_two_roads_has_one_axis_and_rows_name_both():
    games = pd.DataFrame(
        {"home_team": ["b", "c", "a"], "away_team": ["a", "b", "c"], "goals": [1.0, 2.0, 3.0]}
    )
    fit = fit_of(Games, games, lambda _, shape: np.broadcast_to([10.0, 20.0, 40.0], shape), draws=5)
    assert fit.idata.posterior.strength.dims == ("chain", "draw", "team")
    assert fit.idata.observed_data.row_home.values.tolist() == ["b", "c", "a"]
    assert fit.idata.observed_data.row_away.values.tolist() == ["a", "b", "c"]
    assert fit.effects("strength")["rows"].tolist() == [2, 2, 2]
    assert fit.effects("edge")["estimate"].tolist() == [10, 20, -30]


def reserved(name: str):
    """A model whose level is called `name`."""
    level = sl.Level("unit")
    effect = sl.Normal(0, 1, over=level)
    lines = {name: level, "effect": effect, "y": sl.Normal(effect, 1, observed=True)}
    return sl.Model.define("Reserved", lines)


@pytest.mark.parametrize("name", ["chain", "draw", "metric", "hdi", "row"])
def test_a_level_called_as_arviz_calls_something_is_renamed_reported_and_works(name, tmp_path):
    frame = pd.DataFrame({"unit": ["u", "v", "u", "w"], "y": np.arange(4.0)})
    fit = fit_of(reserved(name), frame)
    assert fit.names.renamed == {name: f"{name}_"}
    assert fit.idata.posterior.effect.dims == ("chain", "draw", f"{name}_")
    assert fit.idata.posterior.attrs["renamed"] == f'{{"{name}": "{name}_"}}'
    assert list(az.summary(fit.idata).index) == ["effect[u]", "effect[v]", "effect[w]"]
    az.hdi(fit.idata)
    assert az.extract(fit.idata).sizes["sample"] == 400
    assert fit.effects("effect")[name].tolist() == ["u", "v", "w"]


def test_a_level_called_like_a_column_of_the_table_keeps_both():
    frame = pd.DataFrame({"unit": ["u", "v"], "y": [0.0, 1.0]})
    table = fit_of(reserved("sd"), frame).effects("effect")
    assert table["sd_"].tolist() == ["u", "v"]
    assert table["sd"].dtype == float


class Slopes(sl.Model):
    subject = sl.Level()
    intercept = sl.Normal(250, 50)
    slope = sl.Normal(10, 10)
    sds = sl.HalfNormal(30)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([intercept, slope], [sds, sds], corr, over=subject)
    reaction = sl.Normal(B[0] + B[1] * sl.data("days"), 30, observed=True)


@pytest.fixture
def sleep():
    return pd.DataFrame(
        {"subject": [308, 308, 309, 309], "days": [0, 1, 0, 1], "reaction": [250.0, 260, 240, 245]}
    )


def test_components_and_a_correlation_have_axes_of_their_own(sleep):
    posterior = fit_of(Slopes, sleep).idata.posterior
    assert posterior.B.dims == ("chain", "draw", "subject", "B_component")
    assert posterior.B_component.values.tolist() == ["intercept", "slope"]
    assert posterior["corr"].dims == ("chain", "draw", "corr_row", "corr_column")
    assert (
        posterior.corr_row.values.tolist() == posterior.corr_column.values.tolist() == ["intercept", "slope"]
    )


def test_the_diagonal_of_a_correlation_is_exactly_one_so_that_a_histogram_can_draw_it(sleep):
    """L L' gives 1 - 2e-16 now and then, of which arviz.plot_trace could make no bins."""
    corr = fit_of(Slopes, sleep).idata.posterior["corr"].values
    assert np.all(corr[..., [0, 1], [0, 1]] == 1.0)


def test_each_pair_of_a_correlation_is_shown_once_and_its_diagonal_never(sleep):
    shown = fit_of(Slopes, sleep).summary()
    assert list(shown.index) == ["intercept", "slope", "sds", "corr[intercept, slope]"]
    everything = fit_of(Slopes, sleep).summary(kind="all")
    assert list(everything.index)[4:] == [
        "B[308, intercept]", "B[308, slope]", "B[309, intercept]", "B[309, slope]",
    ]  # fmt: skip


class Wide(sl.Model):
    X = sl.covariates("age", sl.data("region", categorical=True))
    b = sl.Normal(0, 1, over=X)
    y = sl.Normal(b @ X, 1, observed=True)


def test_coefficients_are_labelled_by_their_columns():
    frame = pd.DataFrame({"age": [1.0, 2, 3], "region": ["north", "south", "west"], "y": [0.0, 1, 2]})
    idata = fit_of(Wide, frame).idata
    labels = ["age", "region[south]", "region[west]"]
    assert idata.posterior.b.dims == ("chain", "draw", "X")
    assert idata.posterior.X.values.tolist() == labels
    assert idata.constant_data.X_values.dims == ("row", "X")
    np.testing.assert_array_equal(idata.constant_data.X_values, [[1, 0, 0], [2, 1, 0], [3, 0, 1]])
