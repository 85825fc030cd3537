"""Units in time: what their labels say, and what is no time."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DataError, DeclarationError


class Walk(sl.Model):
    t = sl.Level()
    u = sl.RandomWalk(1, over=t)
    y = sl.Normal(u, 1, observed=True)


def gaps(times: object, model: type[sl.Model] = Walk, **more: object) -> list[float]:
    frame = pd.DataFrame({"t": times, **more})
    frame["y"] = np.arange(len(frame)) / 2
    geometry = model.bind(frame).data.geometry("u")
    return [float(g) for g in geometry.gap[geometry.order]]


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param([3, 1, 2, 7], [1, 1, 1, 4], id="whole numbers, in any order"),
        pytest.param([0.3, 0.1, 0.2], [1, 1, 1], id="fractions"),
        pytest.param([2000, 1990, 1994], [1, 1, 1.5], id="years"),
        pytest.param(pd.to_datetime(["2020-01-08", "2020-01-01", "2020-01-29"]), [1, 1, 3], id="dates"),
        pytest.param([dt.date(2020, 1, 1), dt.date(2020, 1, 3)], [1, 1], id="dates of Python"),
        pytest.param(pd.PeriodIndex(["2020-01", "2020-02", "2020-06"], freq="M"), [1, 1, 4], id="months"),
        pytest.param(pd.Categorical([9, 2, 4], categories=[9, 4, 2]), [1, 1, 2.5], id="categories"),
        pytest.param([5], [1], id="one unit"),
    ],
)
def test_gaps_are_counted_in_the_shortest_of_them(times: object, expected: list[float]) -> None:
    assert gaps(times) == pytest.approx(expected)


@pytest.mark.parametrize("times", [["a", "b"], [True, False], ["week 1", "week 2"]])
def test_what_is_no_time_is_an_error_that_says_what_is(times: object) -> None:
    with pytest.raises(DataError, match="goes over level 't' in time") as raised:
        gaps(times)
    assert raised.value.expected == "numbers, dates or periods"


def test_units_of_a_level_within_another_have_a_process_for_each_of_that() -> None:
    class Nested(sl.Model):
        who = sl.Level()
        t = sl.Level(within=who)
        u = sl.RandomWalk(1, over=t)
        y = sl.Normal(u, 1, observed=True)

    assert gaps([5, 6, 1, 2, 4], Nested, who=list("aabbb")) == [1, 1, 1, 1, 2]

    class Twice(Nested):
        u = sl.RandomWalk(1, over=(Nested.who, Nested.t))

    with pytest.raises(DeclarationError, match="'t' lies within 'who'"):
        gaps([5, 6, 1], Twice, who=list("aab"))


def test_a_step_is_told() -> None:
    frame = pd.DataFrame({"t": pd.to_datetime(["2020-01-08", "2020-01-01"]), "y": [1.0, 2.0]})
    assert "a step is 7 days" in str(Walk.bind(frame).plan)


def test_a_correlation_of_times_that_are_no_whole_steps_apart_is_not_negative() -> None:
    class Process(sl.Model):
        t = sl.Level()
        rho = sl.Uniform(-1, 1)
        u = sl.AR1(rho, 1, over=t)
        y = sl.Normal(u, 1, observed=True)

    assert gaps([1, 2, 4], Process) == [1, 1, 2]
    with pytest.raises(DeclarationError, match="no whole steps apart"):
        gaps([1, 2, 4.5], Process)

    class Positive(Process):
        rho = sl.Uniform(0, 1)

    assert gaps([1, 2, 4.5], Positive) == [1, 1, 2.5]


@pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")
def test_new_rows_have_labels_of_the_same_kind() -> None:
    frame = pd.DataFrame({"t": [1, 2], "y": [1.0, 2.0]})
    fit = Walk.fit(frame, draws=10, chains=1, warmup=10, seed=1, progress=False)
    with pytest.raises(DataError, match="mixes types"):
        fit.predict({"t": ["x"]})
