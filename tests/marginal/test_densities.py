"""Programs that the planner integrates effects out of have the declared density, integrated densely."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.parity.harness import densities

RNG = np.random.default_rng(5)
N = 60
DATA = pd.DataFrame({"state": RNG.integers(0, 3, N), "x": RNG.normal(size=N).round(2)})
DATA["school"] = DATA["state"] * 10 + RNG.integers(0, 2, N)
DATA["room"] = DATA["school"] * 10 + RNG.integers(0, 3, N)
DATA["of_state"] = DATA["state"] / 2
DATA["size"] = DATA["school"] % 7 - 2.0
DATA["z"] = RNG.normal(size=N).round(2)
DATA["kind"] = RNG.choice(["a", "b", "c"], N)
DATA["n"] = RNG.integers(1, 4, N)
DATA["y"] = (RNG.normal(size=N) + DATA["state"]).round(2)
DATA["w"] = np.exp(DATA["y"] / 3).round(3)
DATA["v"] = (DATA["y"] / 2 + RNG.normal(size=N)).round(2)


class Nested(sl.Model):
    state, school, room = sl.Level(), sl.Level(), sl.Level()
    mu, b, c = sl.Normal(0, 5), sl.Normal(0, 1), sl.Normal(0, 1)
    t_state, t_school, t_room, s = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    S = sl.Normal(mu, t_state, over=state)
    C = sl.Normal(S + c * sl.data("size"), t_school, over=school)
    R = sl.Normal(C, t_room, over=room)
    y = sl.Normal(R + b * sl.data("x"), s, observed=True)


class Apart(sl.Model):
    state, school, room = sl.Level(), sl.Level(), sl.Level()
    X = sl.covariates("x", "z")
    mu, b = sl.Normal(0, 5), sl.Normal(0, 1, over=X)
    t_state, t_room, s = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    S = sl.Normal(0, t_state, over=state)
    R = sl.Normal(0, t_room, over=room)
    y = sl.Normal(5 + mu + S + 2 * R + b @ X, s, observed=True, weights="n")


class Slopes(sl.Model):
    school = sl.Level()
    a, b = sl.Normal(0, 5), sl.Normal(0, 1)
    sds, sd_b, s = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([a, b], [sds, sd_b], corr, over=school)
    y = sl.Normal(B[0] + B[1] * sl.data("x"), s, observed=True)


class SlopesInStates(sl.Model):
    state, school = sl.Level(), sl.Level()
    a, b = sl.Normal(0, 5), sl.Normal(0, 1)
    sd_a, sd_b, sd_c, s = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    corr = sl.LKJCholesky(2, dim=2)
    A = sl.Normal(a, sd_c, over=state)
    B = sl.MultiNormal([A, b], [sd_a, sd_b], corr, over=school)
    D = sl.Normal(0, 0.7, over=state)
    y = sl.Normal(B[0] + (B[1] + D) * sl.data("x"), s, observed=True)


class Coefficients(sl.Model):
    school = sl.Level()
    X = sl.covariates("x", sl.data("kind", categorical=True))
    mu = sl.Normal(0, 5)
    sd, sd_a, s = sl.HalfNormal(1, over=X), sl.HalfNormal(1), sl.HalfNormal(1)
    A = sl.Normal(mu, sd_a, over=school)
    m = sl.Normal(0, 1)
    b = sl.Normal(0.3 - m, sd, over=(school, X))
    y = sl.Normal(A + b @ X, s, observed=True)


class Logged(sl.Model):
    school = sl.Level()
    mu, t, s = sl.Normal(0, 1), sl.Normal(0, 1), sl.HalfNormal(1)
    A = sl.Normal(mu, sl.exp(t), over=school)
    w = sl.LogNormal(A, s * 2, observed=True)


class Two(sl.Model):
    state, school = sl.Level(), sl.Level()
    mu, nu, b = sl.Normal(0, 5), sl.Normal(0, 5), sl.Normal(0, 1)
    t, u, s, r = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    S = sl.Normal(0, u, over=state)
    A = sl.Normal(S, t, over=school)
    y = sl.Normal(mu + A + b * sl.data("x"), s, observed=True)
    v = sl.Normal(nu + 0.5 * A, r, observed=True)


class Crossed(sl.Model):
    state, school, kind = sl.Level(), sl.Level(), sl.Level()
    mu, b, c = sl.Normal(0, 5), sl.Normal(0, 1), sl.Normal(0, 1)
    t, u, k, s = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    S = sl.Normal(mu, u, over=state)
    A = sl.Normal(S + c * sl.data("size"), t, over=school)
    K = sl.Normal(0, k, over=kind)
    eta = A + K
    y = sl.Normal(eta + b * sl.data("x"), s, observed=True)


class CrossedSlopes(sl.Model):
    school, kind = sl.Level(), sl.Level()
    a, b = sl.Normal(0, 5), sl.Normal(0, 1)
    sd_a, sd_b, k, s = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([a, b], [sd_a, sd_b], corr, over=school)
    K = sl.Normal(0.5, k, over=kind)
    y = sl.Normal(B[0] + B[1] * sl.data("x") + sl.exp(0.1 * K), s, observed=True, weights="n")


class Known(sl.Model):
    school, kind = sl.Level(), sl.Level()
    mu, t = sl.Normal(0, 5), sl.HalfNormal(1)
    A = sl.Normal(mu, t, over=school)
    y = sl.Normal(A, sl.data("w"), observed=True)


class KnownTimes(sl.Model):
    school, kind = sl.Level(), sl.Level()
    mu, t, s, k = sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    A = sl.Normal(mu, t, over=school)
    K = sl.Normal(0, k, over=kind)
    y = sl.Normal(A + K, 2 * s / sl.sqrt(sl.data("n")), observed=True)


class CommonCoefficients(sl.Model):
    school = sl.Level()
    X = sl.covariates("x", sl.data("kind", categorical=True))
    mu, s = sl.Normal(0, 5), sl.HalfNormal(1)
    sd = sl.HalfNormal(1, over=X)
    d = sl.Normal(0, 1, over=X)
    b = sl.Normal(d, sd, over=(school, X))
    y = sl.Normal(mu + b @ X + d @ X / 2, s, observed=True)


class Above(sl.Model):
    """Outcomes of which two say nothing of the finest level."""

    state, school = sl.Level(), sl.Level()
    mu, nu = sl.Normal(0, 5), sl.Normal(0, 5)
    t, u, s, r = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    S = sl.Normal(0, u, over=state)
    A = sl.Normal(S, t, over=school)
    y = sl.Normal(mu + A, s, observed=True)
    v = sl.Normal(nu + S, r, observed=True)
    g = sl.Normal(2 * S, 0.5, over=state, observed="of_state")


CHAINS = {
    Nested: ("S", "C", "R"),
    Apart: ("S", "R"),
    Slopes: ("B",),
    SlopesInStates: ("A", "B", "D"),
    Coefficients: ("A", "b"),
    CommonCoefficients: ("b",),
    Above: ("S", "A"),
    Logged: ("A",),
    Two: ("S", "A"),
    Crossed: ("S", "A"),
    CrossedSlopes: ("B",),
    Known: ("A",),
    KnownTimes: ("A",),
}
"""What is integrated out of nested levels."""

BESIDES = {
    Nested: ("mu", "b", "c"),
    Slopes: ("a", "b"),
    Coefficients: ("mu", "m"),
    CommonCoefficients: ("mu", "d"),
    Logged: ("mu",),
    Crossed: ("mu", "b", "c", "K"),
    Known: ("mu",),
    KnownTimes: ("mu", "K"),
}
"""What is integrated out besides."""

CASES = {model: (*names, *BESIDES.get(model, ())) for model, names in CHAINS.items()}


def integrated(bound: Any) -> set[str]:
    """What a plan integrates out."""
    return {name for name, quantity in bound.planned.quantities.items() if quantity.is_integrated}


def values_of(bound: Any, seed: int) -> dict[str, np.ndarray]:
    """Values of what a program samples, inside their supports."""
    rng = np.random.default_rng(seed)
    found: dict[str, np.ndarray] = {}
    for name, quantity in bound.planned.quantities.items():
        if not quantity.is_sampled:
            continue
        line = bound.planned.lines[name]
        units = (bound.data.size(line.domain),) if line.domain else ()
        shape = (*units, *(len(bound.planned.axes[axis]) for axis in line.components))
        if line.is_correlation:
            L = np.linalg.cholesky(np.array([[1, 0.4], [0.4, 1]]))
            found[name] = L @ L.T
        elif line.family.half:
            found[name] = np.exp(0.3 * rng.normal(size=shape))
        else:
            found[name] = rng.normal(size=shape)
    return found


@pytest.mark.parametrize("model", CASES, ids=lambda model: model.__name__)
def test_the_density_is_the_declared_one_with_its_constants(model: Any) -> None:
    bound = model.bind(DATA, plan=sl.Plan(marginalize=CASES[model]))
    assert integrated(bound) == set(CASES[model])
    for seed in range(3):
        found = densities(bound, DATA, values_of(bound, seed))
        assert found.agree(), f"{found}\n{bound.stan_code}"


@pytest.mark.parametrize("model", BESIDES, ids=lambda model: model.__name__)
def test_the_density_of_nested_effects_alone_is_the_declared_one_too(model: Any) -> None:
    bound = model.bind(DATA, plan=sl.Plan(marginalize=CHAINS[model]))
    assert integrated(bound) == set(CHAINS[model])
    found = densities(bound, DATA, values_of(bound, 1))
    assert found.agree(), f"{found}\n{bound.stan_code}"


FAR = DATA.assign(y=1e6 + DATA["y"])
ALONE = DATA.iloc[:1]
UNBALANCED = pd.concat([DATA, *[DATA.iloc[:1]] * 400], ignore_index=True)


@pytest.mark.parametrize("data", [FAR, ALONE, UNBALANCED], ids=["far from 0", "one row", "unbalanced"])
@pytest.mark.parametrize("names", [CHAINS, CASES], ids=["nested", "besides"])
@pytest.mark.parametrize("model", [Nested, Slopes], ids=lambda model: model.__name__)
def test_ill_conditioned_data_lose_no_digits(model: Any, names: Any, data: pd.DataFrame) -> None:
    bound = model.bind(data, plan=sl.Plan(marginalize=names[model]))
    assert integrated(bound) == set(names[model])
    values = values_of(bound, 1)
    intercept = "mu" if model is Nested else "a"
    values[intercept] = np.asarray(float(data["y"].mean()) + 0.3)
    small = "t_room" if model is Nested else "sd_b"
    values[small] = np.asarray(1e-3)
    found = densities(bound, data, values)
    assert abs(found.stan - found.oracle) <= 1e-9 * max(1.0, abs(found.oracle)), found


def test_a_unit_without_rows_adds_nothing() -> None:
    schools = pd.DataFrame({"school": [*sorted(DATA["school"].unique()), 99]})
    schools["state"] = schools["school"] // 10
    schools.loc[schools["school"] == 99, "state"] = 2

    class M(sl.Model):
        state = sl.Level()
        school = sl.Level(within=state)
        mu, t, u, s = sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
        S = sl.Normal(mu, u, over=state)
        A = sl.Normal(S, t, over=school)
        y = sl.Normal(A, s, observed=True)

    for names in (["S", "A"], ["S", "A", "mu"]):
        plan = sl.Plan(marginalize=names)
        bound = M.bind(DATA[["state", "school", "y"]], tables={"school": schools}, plan=plan)
        assert integrated(bound) == set(names)
        found = densities(bound, DATA, values_of(bound, 2), {"school": schools})
        assert found.agree(), found


def test_a_level_whose_units_have_none_of_the_finest_stays_sampled_where_an_outcome_is_about_them() -> None:
    states = pd.DataFrame({"state": [0, 1, 2, 7], "of_state": [0.0, 0.5, 1.0, 4.0]})
    bound = Above.bind(DATA.drop(columns="of_state"), tables={"state": states})
    assert integrated(bound) == {"A"}
    with pytest.raises(sl.FitError, match="'g' is about units in which there is no school"):
        Above.bind(
            DATA.drop(columns="of_state"), tables={"state": states}, plan=sl.Plan(marginalize=["A", "S"])
        )


def test_nothing_that_is_integrated_out_is_counted_to_what_is_sampled() -> None:
    lines = {n: vars(Above)[n] for n in ("state", "school", "mu", "t", "u", "s", "S")}
    A = sl.Normal(0, Above.t, over=Above.school)
    M = sl.Model.define(
        "M", {**lines, "A": A, "y": sl.Normal(Above.mu + Above.S + A, Above.s, observed=True)}
    )
    bound = M.bind(DATA, plan=sl.Plan(marginalize=["S"], center={"A": True}))
    assert bound.plan.lift == {"A": ("mu",)}
    found = densities(bound, DATA, values_of(bound, 3))
    assert found.agree(), f"{found}\n{bound.stan_code}"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (lambda A, by_unit, s: sl.Normal(A, by_unit, observed=True), "differs between rows"),
        (lambda A, by_unit, s: sl.StudentT(5, A, s, observed=True), "not normal"),
        (lambda A, by_unit, s: sl.Normal(sl.exp(A), s, observed=True), "not linear"),
    ],
)
def test_what_is_not_normal_given_the_rest_stays_sampled(line: Any, why: str) -> None:
    school, mu, t, s = sl.Level(), sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1)
    by_unit = sl.HalfNormal(1, over=school)
    A = sl.Normal(mu, t, over=school)
    lines = {"school": school, "mu": mu, "t": t, "s": s, "by_unit": by_unit, "A": A}
    M = sl.Model.define("M", lines | {"y": line(A, by_unit, s)})
    assert integrated(M.bind(DATA)) == set()
    with pytest.raises(sl.FitError, match=why):
        M.bind(DATA, plan=sl.Plan(marginalize=["A"]))
