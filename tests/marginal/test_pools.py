"""Units that agree in their information are one: the density stays the declared one, densely integrated."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.linear.groups import groups_of
from tests.marginal.test_besides import at_point, exact_log_density, log_density, restored, units
from tests.marginal.test_densities import (
    CHAINS,
    Apart,
    Coefficients,
    CommonCoefficients,
    Crossed,
    Known,
    Logged,
    Nested,
    Slopes,
    SlopesInStates,
    Two,
    values_of,
)
from tests.marginal.test_densities import DATA as UNBALANCED
from tests.parity.harness import densities

RNG = np.random.default_rng(8)
ROOMS = 30
ROOM = np.repeat(np.arange(ROOMS), np.where(np.arange(ROOMS) % 3, 2, 3))
DATA = pd.DataFrame({"room": ROOM, "school": ROOM // 5, "state": ROOM // 15})
DATA["time"] = DATA.groupby("room").cumcount() / 4.0
DATA["size"] = DATA["school"] % 4 - 1.0
DATA["x"], DATA["z"] = RNG.normal(size=(2, len(DATA))).round(2)
DATA["kind"] = np.array(["a", "b", "c"])[(4 * DATA["time"]).astype(int)]
DATA["y"] = (RNG.normal(size=len(DATA)) + RNG.normal(size=ROOMS)[ROOM]).round(2)
DATA["n"] = 1 + DATA["school"] % 2
DATA["v"], DATA["w"] = (DATA["y"] + RNG.normal(size=len(DATA))).round(2), np.exp(DATA["y"] / 3).round(3)


class OneLevel(sl.Model):
    room = sl.Level()
    mu, b, c = sl.Normal(0, 5), sl.Normal(0, 1), sl.Normal(0, 1)
    t, s = sl.HalfNormal(1), sl.HalfNormal(1)
    A = sl.Normal(mu + c * sl.data("size"), t, over=room)
    y = sl.Normal(A + b * sl.data("x"), s, observed=True)


class Growth(sl.Model):
    """Everybody is measured at the same times: the products of the columns of slopes are the same."""

    room = sl.Level()
    a, b = sl.Normal(0, 5), sl.Normal(0, 1)
    sd_a, sd_b, t, s = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([a, b], [sd_a, sd_b], corr, over=room)
    C = sl.Normal(0, t, over=room)
    y = sl.Normal(B[0] + B[1] * sl.data("time") + C, s, observed=True)


class TwoOfOneLevel(sl.Model):
    """Two effects of the finest level, two outcomes about all of them, offsets."""

    school, room = sl.Level(), sl.Level()
    mu, nu = sl.Normal(0, 5), sl.Normal(0, 5)
    t, u, q, s, r = (sl.HalfNormal(1) for _ in range(5))
    S = sl.Normal(0, q, over=school)
    A = sl.Normal(0, t, over=room)
    B = sl.Normal(S, u, over=room)
    y = sl.Normal(mu + A + B + sl.data("z"), s, observed=True)
    v = sl.Normal(nu + A + B + 2, r, observed=True)


class Far(Nested):
    mu = sl.Normal(1e6, 5)


class GrowthInSchools(sl.Model):
    """Slopes and intercepts of two levels, two outcomes."""

    school, room = sl.Level(), sl.Level()
    a, b, nu = sl.Normal(0, 5), sl.Normal(0, 1), sl.Normal(0, 1)
    sd_a, sd_b, t, u, s, r = (sl.HalfNormal(1) for _ in range(6))
    corr = sl.LKJCholesky(2, dim=2)
    S = sl.MultiNormal([a, b], [t, u], corr, over=school)
    A = sl.Normal(S[0], sd_a, over=room)
    B = sl.Normal(S[1], sd_b, over=room)
    y = sl.Normal(A + B * sl.data("time"), s, observed=True)
    v = sl.Normal(nu + A / 2, r, observed=True)


WITH_SLOPES = (Slopes, SlopesInStates, Coefficients, CommonCoefficients, Two)
POOLED: dict[Any, tuple[str, ...]] = {
    **{model: CHAINS[model] for model in (Nested, Apart, Logged, Known, *WITH_SLOPES)},
    GrowthInSchools: ("A", "B", "S"),
    OneLevel: ("A",),
    Growth: ("B", "C"),
    TwoOfOneLevel: ("A", "B", "S"),
}


def pooled(bound: Any) -> Any:
    """How far units of the finest level agree."""
    (density,) = {id(d): d for d in bound.planned.marginals.values()}.values()
    return density.pooled


@pytest.mark.parametrize("data", [DATA, UNBALANCED], ids=["balanced", "unbalanced"])
@pytest.mark.parametrize("model", POOLED, ids=lambda model: model.__name__)
def test_the_density_is_the_declared_one_with_its_constants(model: Any, data: pd.DataFrame) -> None:
    data = data.assign(time=data.get("time", data["x"]))
    bound = model.bind(data, plan=sl.Plan(marginalize=POOLED[model], compress=True))
    assert pooled(bound) is not None
    found = densities(bound, data, values_of(bound, 1))
    assert abs(found.stan - found.oracle) <= 1e-9 * max(1.0, abs(found.oracle)), found
    assert found.agree(), f"{found}\n{bound.stan_code}"


def _like(n: int) -> pd.DataFrame:
    return DATA.groupby("room").head(n)


FIRST = DATA[DATA["time"] == 0][:12]
EVERY = FIRST.loc[FIRST.index.repeat(1 + FIRST["room"])].reset_index(drop=True)
EVERY["y"] = EVERY["y"] + EVERY.index % 5
MANY = pd.concat([_like(1), *[DATA[:1]] * 300], ignore_index=True)
ODD = {
    "all units equal": _like(2),
    "one row each": _like(1),
    "no two units equal": EVERY,
    "one unit": DATA[:3],
    "one row": DATA[:1],
    "one unit with most rows": MANY,
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD)
@pytest.mark.parametrize(
    "model", [OneLevel, Nested, Growth, GrowthInSchools], ids=lambda model: model.__name__
)
def test_odd_data_have_the_declared_density_too(model: Any, data: pd.DataFrame) -> None:
    bound = model.bind(data, plan=sl.Plan(marginalize=POOLED[model], compress=True))
    found = densities(bound, data, values_of(bound, 3))
    assert abs(found.stan - found.oracle) <= 1e-9 * max(1.0, abs(found.oracle)), found
    assert found.agree(), found


@pytest.mark.parametrize(("small", "other"), [("s", "t_room"), ("t_room", "s"), ("t_school", "s")])
def test_far_from_0_no_digits_are_lost(small: str, other: str) -> None:
    data = DATA.assign(y=1e6 + (DATA["y"] if small == "t_room" else (DATA["y"] / 1e3).round(5)))
    bound = Far.bind(data, plan=sl.Plan(marginalize=POOLED[Nested], compress=True, soften=False))
    assert pooled(bound) is not None
    values = {"mu": 1e6 + 0.25, "b": 0.5, "c": -0.25, "t_state": 0.5, "t_school": 0.25}
    values |= {small: 1e-3, other: 0.75}
    values = dict.fromkeys(("t_room", "s"), 0.5) | values
    residual = (data["y"] - values["mu"]) - 0.5 * data["x"] + 0.25 * data["size"]
    parts = [(values["t_" + level], units(data[level])) for level in ("state", "school", "room")]
    parts.append((values["s"], np.eye(len(data))))
    expected = exact_log_density(residual.to_numpy(), parts)
    squares = sum(v**2 for name, v in values.items() if name != "mu") + (0.25 / 5) ** 2
    priors = 4 * np.log(2) - np.log(5) - 3.5 * np.log(2 * np.pi) - squares / 2
    found = log_density_of(bound, {name: np.asarray(value) for name, value in values.items()})
    assert abs(found - priors - expected) <= 1e-9 * abs(expected)


def log_density_of(bound: Any, values: dict[str, np.ndarray]) -> float:
    """Of a program, at parameters of which some are not positive, without a Jacobian."""
    positive = {name: value for name, value in values.items() if name[:1] in "ts"}
    return log_density(bound, values) + float(
        sum(np.sum(value) for name, value in values.items() if name not in positive)
    )


def test_a_unit_of_a_million_rows_beside_units_of_one() -> None:
    n = 1_000_000
    room = np.concatenate([np.zeros(n, dtype=int), np.arange(1, 301)])
    y = np.concatenate([np.tile([-0.5, 1.5], n // 2), np.sin(np.arange(300))])

    class M(sl.Model):
        room = sl.Level()
        mu, t, s = sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1)
        A = sl.Normal(mu, t, over=room)
        y = sl.Normal(A, s, observed=True)

    frame = pd.DataFrame({"room": room, "y": y})
    bound, apart = M.bind(frame), M.bind(frame, plan=sl.Plan(compress=False))
    assert (pooled(bound).distinct, pooled(bound).rows, pooled(apart)) == (2, 3, None)
    values = {"mu": np.asarray(0.25), "t": np.asarray(0.5), "s": np.asarray(0.75)}
    both = [log_density_of(each, values) for each in (bound, apart)]
    assert abs(both[0] - both[1]) <= 1e-12 * abs(both[1])
    means = np.bincount(room, y) / np.bincount(room)
    V = 0.5**2 + 0.75**2 / np.bincount(room)
    within = n * 1.0  # about the mean of the first
    expected = -0.5 * np.sum(np.log(2 * np.pi * V) + (means - 0.25) ** 2 / V)
    expected += -(n - 1) / 2 * np.log(2 * np.pi * 0.75**2) - np.log(n) / 2 - within / (2 * 0.75**2)
    priors = 2 * np.log(2) - np.log(5) - 1.5 * np.log(2 * np.pi)
    priors -= ((0.25 / 5) ** 2 + 0.5**2 + 0.75**2) / 2
    assert abs(both[0] - expected - priors) <= 1e-11 * abs(expected)


def _many(rooms: int = 400, state: int = 4) -> pd.DataFrame:
    rng = np.random.default_rng(9)
    room = np.repeat(np.arange(rooms), rng.integers(1, 6, rooms))
    return pd.DataFrame(
        {
            "room": room,
            "school": room % 40,
            "state": room % 40 % state,
            "size": room % 40 % 7 - 3.0,
            "x": rng.normal(size=len(room)),
            "y": rng.normal(size=len(room)) + rng.normal(size=rooms)[room],
        }
    )


def test_the_planner_pools_where_few_differ_and_says_so() -> None:
    data = _many()
    bound = Nested.bind(data, plan=sl.Plan(soften=False))
    assert bound.plan.compress == ("y",)
    (record,) = (r for r in bound.plan.records if r.step == "compress")
    assert record.subject == "R"
    assert "400 units of room with 5 distinct numbers of information of y, by 20 rows" in record.decision
    again = Nested.bind(data, plan=bound.plan)
    assert again.stan_code == bound.stan_code
    apart = Nested.bind(data, plan=sl.Plan(compress=False, soften=False))
    assert apart.plan.compress == ()
    assert "R_distinct" not in apart.stan_data
    for seed in range(3):
        values = values_of(bound, seed)
        here, there = (log_density(each, values) for each in (bound, apart))
        assert abs(here - there) <= 1e-11 * abs(there)


def test_units_that_differ_are_left_apart() -> None:
    data = _many(60)
    assert pooled(Nested.bind(data)) is None  # too few to gain anything
    rooms = np.arange(300)
    data = data[:0].reindex(np.arange(rooms.sum()), fill_value=1.0).assign(room=np.repeat(rooms, rooms))
    data = data.assign(school=data["room"] % 4, state=0, y=np.arange(len(data)) % 7)
    assert pooled(Nested.bind(data)) is None  # no two have as many rows


def test_rows_in_another_order_leave_units_with_the_same_information() -> None:
    times = np.array([0.1, 0.7, 1.3, 2.9])
    rng = np.random.default_rng(1)
    rows = [(room, time) for room in range(200) for time in rng.permutation(times)]
    data = pd.DataFrame(rows, columns=["room", "time"]).assign(y=rng.normal(size=800))
    assert pooled(Growth.bind(data)).distinct == 1


@pytest.mark.parametrize(
    ("model", "names", "why"),
    [
        (Crossed, ("A", "S"), "what is sampled with them differs between their rows"),
        (Slopes, ("B", "a", "b"), "a and b are integrated out with their effects"),
    ],
)
def test_a_plan_that_asks_for_what_cannot_be_says_why(model: Any, names: Any, why: str) -> None:
    outcomes = list(model.graph().observed)
    with pytest.raises(sl.FitError, match=why):
        model.bind(UNBALANCED, plan=sl.Plan(marginalize=names, compress=outcomes))
    bound = model.bind(UNBALANCED, plan=sl.Plan(marginalize=names, compress=True))
    assert pooled(bound) is None


def test_what_is_drawn_back_is_about_every_unit() -> None:
    data = _many()
    bound, apart = (Nested.bind(data, plan=plan) for plan in (None, sl.Plan(compress=False)))
    assert pooled(bound) is not None
    assert pooled(apart) is None
    values = values_of(bound, 4)
    here, there = (
        restored(each, at_point(each, values), groups_of(each.planned, each.data)) for each in (bound, apart)
    )
    assert {name: len(x) for name, x in here.items()} == {"R": 400, "C": 40, "S": 4}
    for name, drawn in here.items():
        np.testing.assert_array_equal(drawn, there[name])
