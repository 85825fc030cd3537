"""Structures one by one: what a random model rarely draws, and choices that a person makes."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.oracle.random_models import Case, random_values
from tests.parity.harness import bind_as, check, closed_graph, densities, subject, unit_keys


def football(n: int = 14) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    leagues = {"north": ["a", "b", "c"], "south": ["e", "d"]}
    league = rng.choice(list(leagues), n)
    return pd.DataFrame(
        {
            "league": league,
            "home": [rng.choice(leagues[k]) for k in league],
            "away": [rng.choice(leagues[k]) for k in league],
            "day": rng.choice(["sat", "sun"], n),
            "x": np.round(rng.normal(size=n), 2),
            "z": np.round(rng.normal(size=n), 2),
            "y": np.round(rng.normal(size=n), 2),
        }
    )


def parity(lines: dict[str, Any], data: pd.DataFrame | None = None, tables: Any = None) -> None:
    table = football() if data is None else data
    model = sl.Model.define("Declared", lines)
    case = Case(model, table, tables or {}, frozenset(), zlib.crc32(repr(sorted(lines)).encode()))
    bound = bind_as(model, table, tables)
    values = random_values(case, unit_keys(bound), graph=closed_graph(bound))
    check(model, table, values, tables, forms=(None, True, False))


TEAMS = pd.DataFrame(
    {"league": ["north", "north", "south", "south", "north"], "team": ["c", "a", "d", "e", "b"]}
)


def two_teams() -> dict[str, Any]:
    league = sl.Level()
    team = sl.Level(within=league)
    return {"league": league, "team": team, "home": sl.Level(of=team), "away": sl.Level(of=team)}


def test_a_road_to_a_nested_level_finds_the_parent_in_its_table():
    d = two_teams()
    strength = sl.Normal(0, 1, over=d["team"])
    line = sl.Normal(strength[d["home"]] - strength[d["away"]], 1, observed=True)
    parity({**d, "strength": strength, "y": line}, tables={"team": TEAMS})


def test_a_road_reaches_components_coefficients_and_named_expressions():
    d, X = two_teams(), sl.covariates("x", "z")
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([0, 0], [1, sl.exp(0.1)], corr, over=d["team"])
    V = sl.Normal(0, 1, over=(d["team"], X))
    doubled = 2 * sl.exp(B[0] / 3)
    home, away = d["home"], d["away"]
    eta = B[home][1] * sl.data("x") - B[away][0] + V[home] @ X + doubled[away]
    lines = {**d, "X": X, "corr": corr, "B": B, "V": V, "doubled": doubled}
    parity({**lines, "y": sl.Normal(eta, 1, observed=True)}, tables={"team": TEAMS})


def test_a_pair_of_levels_is_reached_through_roads():
    team, day = sl.Level(), sl.Level()
    home, away = sl.Level(of=team), sl.Level(of=team)
    form = sl.Normal(0, 1, over=(team, day))
    line = sl.Normal(form[home, day] - form[away, day], 1, observed=True)
    parity({"team": team, "day": day, "home": home, "away": away, "form": form, "y": line})


def test_coefficients_of_a_level_may_be_correlated():
    day, X = sl.Level(), sl.covariates("x", sl.data("home", categorical=True))
    corr, s = sl.LKJCholesky(2), sl.HalfNormal(1, over=X)
    centre = sl.Normal(0, 1, over=X)
    V = sl.MultiNormal(centre, s, corr, over=(day, X))
    lines = {"day": day, "X": X, "corr": corr, "s": s, "centre": centre, "V": V}
    parity({**lines, "y": sl.Normal(V @ X, 1, observed=True)})


def test_a_quantity_may_be_over_two_indexes():
    i, j, day = sl.Index(["u", "v"]), sl.Index(3), sl.Level()
    table = sl.Normal(0, 1, over=(i, j))
    lines = {"i": i, "j": j, "day": day, "table": table}
    parity({**lines, "a": sl.Normal(0, 1), "y": sl.Normal(0.5, 1, observed=True)})


def test_cutpoints_may_differ_by_unit():
    data = football().assign(answer=1 + np.arange(14) % 4)
    league, k = sl.Level(), sl.Index(3)
    cut = sl.Normal(0.5, 2, over=(league, k), ordered=True)
    slope = sl.Normal(0, 1)
    line = sl.OrderedLogistic(slope * sl.data("x"), cut, observed="answer")
    parity({"league": league, "k": k, "cut": cut, "slope": slope, "answer": line}, data)


def test_a_uniform_may_have_unknown_bounds():
    league, low, high = sl.Level(), sl.Normal(-20, 0.5), sl.Gamma(2, 1)
    effect = sl.Uniform(low - 10, 10 + high, over=league)
    lines = {"league": league, "low": low, "high": high, "effect": effect}
    parity({**lines, "y": sl.Normal(effect, 1, observed=True)})


def test_an_outcome_may_explain_another_outcome():
    slope = sl.Normal(0, 1)
    x = sl.Normal(0, 1, observed=True)
    parity({"slope": slope, "x": x, "y": sl.Normal(slope * x, 1, observed=True)})


@pytest.mark.parametrize("a", [True, False])
@pytest.mark.parametrize("b", [True, False])
def test_declared_forms_may_be_mixed(a, b):
    league = sl.Level()
    team = sl.Level("home", within=league)
    s, corr = sl.HalfNormal(1), sl.LKJCholesky(2, dim=2)
    top = sl.StudentT(4, 0.5, s, over=league, centered=a)
    B = sl.MultiNormal([top, 0], [s, 1], corr, over=team, centered=b)
    inner = sl.Normal(B[0], sl.exp(B[1] / 2), over=team, centered=a)
    line = sl.Normal(inner + B[1] * sl.data("x"), 1, observed=True)
    model = sl.Model.define(
        "Mixed",
        {"league": league, "team": team, "s": s, "corr": corr, "top": top, "B": B, "inner": inner, "y": line},
    )
    data = football()
    bound = model.bind(data)
    assert bound.plan.centered == {"top": a, "B": b, "inner": a}
    case = Case(model, data, {}, frozenset(), 5)
    found = densities(bound, data, random_values(case, unit_keys(bound)))
    assert found.agree(), f"{found}\n{bound.stan_code}"


def test_a_scalar_may_be_declared_non_centred():
    s = sl.HalfNormal(1)
    m = sl.Normal(0.5, s, centered=False)
    parity_of_choice = {"s": s, "m": m, "y": sl.Normal(m, 1, observed=True)}
    model, data = sl.Model.define("Scalar", parity_of_choice), football()
    bound = model.bind(data)
    case = Case(model, data, {}, frozenset(), 5)
    assert densities(bound, data, random_values(case, unit_keys(bound))).agree()


def test_rows_with_missing_values_are_left_out():
    data = football()
    holes = data.copy()
    holes.loc[[2, 5], "x"] = np.nan
    league, slope = sl.Level(), sl.Normal(0, 1)
    effect = sl.Normal(0, 1, over=league)
    line = sl.Normal(effect + slope * sl.data("x"), 1, observed=True)
    model = sl.Model.define("Holes", {"league": league, "slope": slope, "effect": effect, "y": line})
    bound = model.bind(holes, missing="drop")
    kept = data.drop(index=[2, 5]).reset_index(drop=True)
    values = {"slope": np.array(0.3), "effect": np.array([0.1, -0.5])}
    assert densities(bound, kept, values).agree()


def test_a_second_data_set_has_the_same_text_and_its_own_density():
    league, slope = sl.Level(), sl.Normal(0, 1)
    effect = sl.Normal(0, 1, over=league)
    line = sl.Normal(effect + slope * sl.data("x"), 1, observed=True)
    model = sl.Model.define("Again", {"league": league, "slope": slope, "effect": effect, "y": line})
    first = model.bind(football())
    other = football(30).assign(league=lambda d: d["league"] + d["home"])
    second = model.bind(other, plan=first.plan)
    assert second.stan_code == first.stan_code
    case = Case(model, other, {}, frozenset(), 5)
    assert densities(second, other, random_values(case, unit_keys(second))).agree()


def test_a_line_that_is_overridden_holds_wherever_its_name_is_used():
    class Base(sl.Model):
        league = sl.Level()
        s = sl.HalfNormal(1)
        e = sl.Normal(0, s, over=league)
        y = sl.Normal(e, s, observed=True)

    class Changed(Base):
        s = sl.Gamma(3, 2)
        e = sl.Laplace(1, Base.s, over=Base.league)

    data = football()
    values = {"s": np.array(0.8), "e": np.array([0.4, -0.3])}
    for model in (Base, Changed):
        check(model, data, values)


def test_the_comparison_sees_a_program_that_is_wrong():
    """Each change is one that a careless rewrite makes; none may pass."""

    class Right(sl.Model):
        league = sl.Level()
        s = sl.HalfNormal(1)
        e = sl.Normal(0.5, s, over=league)
        y = sl.Normal(e, s, observed=True)

    data = football()
    values = {"s": np.array(0.8), "e": np.array([0.4, -0.3])}
    judged = subject(bind_as(Right, data, centered=False))
    assert densities(judged, data, values).agree()
    edits = {
        " + log2()": "",
        "e[league]": "e[1]",
        "normal_lpdf(y": "normal_lupdf(y",
        "_lpdf(e": "_lpdf(2 * e",
    }
    for right, wrong in edits.items():
        assert right in judged.stan_code
        wrong_program = replace(judged, stan_code=judged.stan_code.replace(right, wrong))
        assert not densities(wrong_program, data, values).agree(), right


@pytest.mark.parametrize("mean", [0, "unknown"])
def test_coefficients_with_one_unknown_standard_deviation(mean):
    X, sd, noise = sl.covariates("x", "z"), sl.HalfNormal(2), sl.HalfNormal(1)
    center = sl.Normal(0, 1)
    b = sl.Normal(center if mean else 0, sd, over=X)
    lines = {"X": X, "sd": sd, "noise": noise, **({"center": center} if mean else {}), "b": b}
    model = sl.Model.define("Shrunk", {**lines, "y": sl.Normal(1 + b @ X, noise, observed=True)})
    bound = bind_as(model, football())
    assert "b" in bound.plan.centered
    values = random_values(
        Case(model, football(), {}, frozenset(), 5), unit_keys(bound), graph=closed_graph(bound)
    )
    check(model, football(), values, forms=(None, True, False, "between"))
