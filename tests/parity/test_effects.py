"""Models with `sl.effects`: the program has the density of the lines that they stand for, in every form."""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.oracle.random_models import Case, random_values
from tests.parity.harness import bind_as, check, closed_graph, unit_keys

RNG = np.random.default_rng(3)
N = 40
DATA = pd.DataFrame({"school": RNG.integers(0, 3, N), "x": RNG.normal(size=N).round(2)})
DATA["room"] = DATA["school"] * 10 + RNG.integers(0, 3, N)
DATA["year"] = RNG.integers(0, 2, N)
DATA["home"] = RNG.choice(["a", "b", "c"], N)
DATA["away"] = RNG.choice(["a", "b", "c"], N)
DATA["kind"] = RNG.choice(["u", "v", "w"], N)
DATA["two"] = RNG.choice(["u", "v"], N)
DATA["size"] = DATA["school"] % 7 - 2.0
DATA["y"] = (RNG.normal(size=N) + DATA["school"]).round(2)
DATA["z"] = (DATA["y"] / 2 + RNG.normal(size=N)).round(2)
DATA["won"] = (DATA["y"] > 1).astype(int)


def correlated(B: Any) -> dict[str, Any]:
    school = sl.Level()
    block = sl.effects(1, "x", over=school, sd=sl.HalfNormal(1), mean=sl.Normal(0, 1))
    return {"school": school, "B": block, "y": B(block)}


def normal(mean: Any) -> Any:
    return sl.Normal(mean, 0.8, observed=True)


def nested() -> dict[str, Any]:
    school = sl.Level()
    room = sl.Level(within=school)
    B = sl.effects(1, "x", over=school, mean=sl.Normal(0, 1), sd=sl.HalfNormal(1))
    C = sl.effects(1, "x", over=room, mean=B, sd=sl.HalfNormal(1))
    return {"school": school, "room": room, "B": B, "C": C, "y": normal(C)}


def roads() -> dict[str, Any]:
    team = sl.Level()
    home, away = sl.Level(of=team), sl.Level(of=team)
    B = sl.effects(1, "x", over=team, mean=0, sd=[1, 0.5])
    return {"team": team, "home": home, "away": away, "B": B, "y": normal(B[home] - B[away])}


def categories() -> dict[str, Any]:
    year = sl.Level()
    B = sl.effects(sl.data("kind", categorical=True, coding="indicator"), over=year, mean=0, sd=1)
    C = sl.effects("two", over=year, mean=sl.Normal(0, 1), sd=sl.HalfNormal(1))
    return {"year": year, "B": B, "C": C, "y": normal(B + C)}


def coefficients() -> dict[str, Any]:
    b = sl.effects(1, "x", "kind", sl.interactions("x", "kind"), mean=0, sd=sl.HalfNormal(2))
    return {"b": b, "y": normal(b)}


def cells() -> dict[str, Any]:
    school, year = sl.Level(), sl.Level()
    B = sl.effects(1, "x", over=(school, year), mean=0, sd=sl.HalfNormal(1), corr=sl.LKJCholesky(3))
    return {"school": school, "year": year, "B": B, "y": normal(B)}


def elsewhere() -> dict[str, Any]:
    school = sl.Level()
    B = sl.effects(1, "x", over=school, mean=0, sd=0.5)
    S = sl.effects(1, over=school, mean=0.1 * sl.data("size"), sd=sl.HalfNormal(0.3))
    y = sl.Normal(B["x"], sl.exp(S), observed=True)
    z = sl.Normal(2 * B, 1, observed=True)
    return {"school": school, "B": B, "S": S, "y": y, "z": z}


def listed() -> dict[str, Any]:
    """Means that rest on a covariate of the level, in a list: slopes too."""
    school = sl.Level()
    a, b, c, d = (sl.Normal(0, 1) for _ in range(4))
    size = sl.data("size")
    B = sl.effects(1, "x", over=school, mean=[a + c * size, b + d * size], sd=sl.HalfNormal(1))
    return {"school": school, "a": a, "b": b, "c": c, "d": d, "B": B, "y": normal(B)}


def listed_in_stages(crossed: bool) -> dict[str, Any]:
    school, year = sl.Level(), sl.Level()
    room = sl.Level() if crossed else sl.Level(within=school)
    a, b = sl.Normal(0, 1), sl.Normal(0, 1)
    B = sl.effects(1, "x", over=school, mean=[a, b], sd=sl.HalfNormal(1))
    C = sl.effects(1, "x", over=room, mean=[B["intercept"], 2 * b], sd=sl.HalfNormal(1))
    D = sl.effects(1, "x", over=year, mean=[0, a], sd=[1, 0.3])
    lines = {"school": school, "room": room, "year": year, "a": a, "b": b, "B": B, "C": C}
    if not crossed:
        return {**lines, "y": normal(C)}
    return {**lines, "D": D, "y": normal(C + D)}


MODELS = {
    "about a list": listed,
    "about lists in stages": lambda: listed_in_stages(crossed=False),
    "about lists, crossed": lambda: listed_in_stages(crossed=True),
    "in a normal outcome": lambda: correlated(normal),
    "in a Bernoulli outcome": lambda: correlated(lambda B: sl.Bernoulli(logit=B, observed="won")),
    "nested": nested,
    "by two roads": roads,
    "of categories": categories,
    "that do not vary": coefficients,
    "over two levels": cells,
    "in several lines": elsewhere,
}


@pytest.mark.parametrize("name", MODELS)
def test_effects_have_the_declared_density_in_every_form(name):
    lines = MODELS[name]()
    model = sl.Model.define("Declared", lines)
    case = Case(model, DATA, {}, frozenset(), zlib.crc32(name.encode()))
    bound = bind_as(model, DATA)
    values = random_values(case, unit_keys(bound), graph=closed_graph(bound))
    check(model, DATA, values, forms=(None, True, False))
