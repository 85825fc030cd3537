"""What `bind(df).check()` finds, and does not."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl


class Crossed(sl.Model):
    school = sl.Level()
    town = sl.Level()
    b = sl.Normal(0, 1)
    school_sd = sl.HalfNormal(1)
    town_sd = sl.HalfNormal(1)
    slope_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    S = sl.Normal(0, school_sd, over=school)
    T = sl.Normal(0, town_sd, over=town)
    B = sl.Normal(b, slope_sd, over=school)
    y = sl.Normal(S + T + B * sl.data("x"), noise, observed=True)


def rows(n: int = 240, schools: int = 12, towns: int = 6) -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame(
        {
            "school": [f"s{i}" for i in rng.integers(0, schools, n)],
            "town": [f"t{i}" for i in rng.integers(0, towns, n)],
            "x": rng.normal(size=n),
            "y": rng.normal(size=n),
        }
    )


def found(model: Any, data: pd.DataFrame) -> dict[str, str]:
    """What was found of every subject, the last row apart, which is about time."""
    table = model.bind(data).check().to_frame()
    assert table.iloc[-1]["what was found"].startswith("about ")
    return dict(zip(table["about"][:-1], table["what was found"][:-1], strict=True))


def test_data_without_trouble_have_no_notes() -> None:
    assert found(Crossed, rows()) == {}


def test_time_and_memory_are_said() -> None:
    line = Crossed.bind(rows()).check().to_frame().iloc[-1]
    # 12 schools twice, 6 towns and 5 numbers: 35 numbers of 8 bytes, 4,000 times
    assert "draws of 35 numbers take 1.1 MB" in line["what was found"]


def test_few_units_are_named_with_the_spread_that_rests_on_them() -> None:
    table = Crossed.bind(rows(towns=3)).check().to_frame()
    assert table["what was found"][0] == "has 3 units"
    assert "'town_sd'" in table["why it matters"][0]


def test_units_with_one_row_are_counted() -> None:
    data = pd.concat([rows(), rows(1).assign(school="new"), rows(1).assign(school="newer")])
    assert found(Crossed, data) == {"school": "2 of 14 schools have one row (14 %)"}


def test_components_are_named_with_their_units() -> None:
    data = rows()
    left = data["school"].isin(["s0", "s1", "s2"])
    data["town"] = np.where(left, "t" + (data.index % 2).astype(str), "t" + (2 + data.index % 4).astype(str))
    words = found(Crossed, data)["school x town"]
    assert words.startswith(
        "fall into 2 components that no row of y joins: 9 schools ('s10', 's11', 's3', ...)"
    )
    assert "3 schools ('s0', 's1', 's2') with 2 towns ('t0', 't1')" in words
    assert "groups that never meet" not in str(Crossed.bind(data).check())  # the plan's words for the same


def test_levels_that_are_one_are_told() -> None:
    data = rows()
    data["town"] = "in " + data["school"]
    assert found(Crossed, data)["school x town"] == "are one level: each school has one town of its own"


def test_nested_levels_that_are_not_declared_so_are_told() -> None:
    data = rows()
    data["town"] = "t" + (data["school"].str[1:].astype(int) % 5).astype(str)
    words = found(Crossed, data)["school x town"]
    assert words == "are nested, not crossed: each school has one town"


def test_declared_nesting_is_no_news() -> None:
    class Nested(Crossed):
        school = sl.Level(within=Crossed.town)

    data = rows()
    data["town"] = "t" + (data["school"].str[1:].astype(int) % 5).astype(str)
    assert found(Nested, data) == {}


def test_slopes_of_what_does_not_vary_within_units_are_told() -> None:
    data = rows()
    data["x"] = data["school"].str[1:].astype(float)
    assert "x is the same in all rows of every school" in found(Crossed, data)["B"]
    some = data["school"].isin(["s0", "s1", "s2"])
    data.loc[some, "x"] = np.arange(some.sum())
    assert "in all rows of 9 of 12 schools" in found(Crossed, data)["B"]


class Wide(sl.Model):
    mean = sl.Normal(0, 10)
    b = sl.Normal(0, 5)
    y = sl.Poisson(log=mean + b * sl.data("x"), observed=True)


def test_priors_that_imply_outcomes_far_beyond_the_data_are_named() -> None:
    data = pd.DataFrame({"x": np.linspace(0, 0.1, 50), "y": np.arange(50) % 7})
    table = Wide.bind(data).check().to_frame()
    assert table["about"][0] == "y"
    assert "times as wide as the data" in table["what was found"][0]
    assert "this is due to mean ~ Normal(0, 10)" in table["why it matters"][0]


def test_bounded_outcomes_cannot_be_too_wide() -> None:
    class Coin(sl.Model):
        mean = sl.Normal(0, 100)
        y = sl.Bernoulli(logit=mean, observed=True)

    assert found(Coin, pd.DataFrame({"y": [0, 1, 1]})) == {}


def test_what_the_planner_noted_is_said_once() -> None:
    class Twice(Crossed):
        a = sl.Normal(0, 1)
        S = sl.Normal(a, Crossed.school_sd, over=Crossed.school)
        T = sl.Normal(Crossed.b, Crossed.town_sd, over=Crossed.town)

    text = str(Twice.bind(rows()).check())
    assert text.count("which only their") == 1


@pytest.mark.parametrize("name", ["chain", "data", "größe"])
def test_odd_names_are_printed_as_they_are(name: str) -> None:
    level = sl.Level(name)
    spread = sl.HalfNormal(1)
    lines = {name: level, "spread": spread, "effect": sl.Normal(0, spread, over=level)}
    model = sl.Model.define("Odd", {**lines, "y": sl.Normal(lines["effect"], 1, observed=True)})
    assert found(model, pd.DataFrame({name: ["a", "b", "a"], "y": [1.0, 2.0, 3.0]}))[name]


def test_a_model_without_levels_or_unknowns_is_checked_too() -> None:
    class Known(sl.Model):
        y = sl.Normal(0, 1, observed=True)

    table = Known.bind({"y": [0.1]}).check()
    assert table.rows == ()
    assert str(table).startswith("Before fitting Known: no notes")


class Visits(sl.Model):
    start, slope = sl.Normal(), sl.Normal()
    visits = sl.Poisson(log=start + slope * sl.data("x"), observed=True)


class Steep(Visits):
    slope = sl.Normal(0, 10)


def test_default_priors_are_nobodys_choice_and_not_blamed() -> None:
    rng = np.random.default_rng(1)
    data = pd.DataFrame({"x": rng.normal(size=60), "visits": rng.poisson(2, 60)})
    assert found(Visits, data) == {}
    table = Steep.bind(data).check().to_frame()
    assert "slope ~ Normal(0, 10)" in table["why it matters"][0]
    assert "Normal()" not in table["why it matters"][0]
