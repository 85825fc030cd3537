"""Correlated units are sampled as they are where the data tell each beside its neighbours."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.linear.innovations import beside_neighbours
from stanlevels.linear.pilot import pilot

WEEKS = 60


class Walk(sl.Model):
    week = sl.Level()
    start, step, noise = sl.Normal(20, 5), sl.HalfNormal(1), sl.HalfNormal(1)
    u = sl.RandomWalk(step, over=week)
    y = sl.Normal(start + u, noise, observed=True)


class Process(Walk):
    rho = sl.Uniform(-1, 1)
    u = sl.AR1(rho, Walk.step, over=Walk.week)


class Tree(sl.Model):
    week = sl.Level()
    start, sd, noise = sl.Normal(20, 5), sl.HalfNormal(1), sl.HalfNormal(1)
    u = sl.Normal(0, sd, over=week, corr="A")
    y = sl.Normal(start + u, noise, observed=True)


def walk(rows: int, noise: float) -> pd.DataFrame:
    rng = np.random.default_rng(3)
    week = np.repeat(np.arange(WEEKS), rows)
    return pd.DataFrame(
        {"week": week, "y": 20 + np.cumsum(rng.normal(0, 1, WEEKS))[week] + rng.normal(0, noise, len(week))}
    )


@pytest.mark.parametrize(
    ("rows", "noise", "centred"), [(8, 0.5, True), (4, 1, True), (1, 1, False), (1, 4, False)]
)
@pytest.mark.parametrize("model", [Walk, Process])
def test_a_process_is_sampled_as_it_is_where_each_unit_is_well_seen(
    model: type[sl.Model], rows: int, noise: float, centred: bool
) -> None:
    planned = model.bind(walk(rows, noise)).planned
    assert planned.centered["u"] is centred
    (record,) = [r for r in planned.records if r.step == "correlate"]
    assert "beside the units around each: median information ratio" in record.reason


def test_what_is_new_in_a_step_is_found() -> None:
    """Its sd is 1: of 60 weeks with 8 rows each the estimate is within 0.25 of it (a false alarm in 100)."""
    bound = Walk.bind(walk(8, 0.5))
    found = pilot(bound.planned, bound.data, correlated=True)["u"]
    beside = beside_neighbours(found, bound.data.geometry("u"))
    assert beside is not None
    assert beside.effect_sd == pytest.approx(1, abs=0.25)
    assert beside.median_lambda == pytest.approx(beside.effect_sd**2 * 8 / 0.25, rel=0.3)


def test_relatives_tell_of_each_other() -> None:
    """The nearer relatives are, the less is left for the data of each."""
    labels = list(range(WEEKS))
    apart = np.abs(np.subtract.outer(labels, labels))
    for length, centred in ((0.5, True), (60.0, False)):
        A = pd.DataFrame(np.exp(-apart / length), index=labels, columns=labels)
        rng = np.random.default_rng(1)
        u = np.linalg.cholesky(A.to_numpy()) @ rng.normal(size=WEEKS)
        week = np.repeat(labels, 6)
        data = pd.DataFrame({"week": week, "y": 20 + u[week] + rng.normal(0, 0.7, len(week))})
        assert Tree.bind(data, tables={"A": A}).planned.centered["u"] is centred


def test_a_line_and_a_plan_have_the_last_word() -> None:
    class Own(Walk):
        u = sl.RandomWalk(Walk.step, over=Walk.week, centered=False)

    data = walk(8, 0.5)
    assert Own.bind(data).planned.centered["u"] is False
    assert Walk.bind(data, plan=sl.Plan(center={"u": False})).planned.centered["u"] is False
    assert Walk.bind(walk(1, 4), plan=Walk.bind(data).plan).planned.centered["u"] is True
