"""Programs with correlated units against dense multivariate normal densities, with gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.bound_model import BoundModel
from stanlevels.errors import FitError
from tests.parity.harness import build, without_model

WEEKS = [4, 1, 2, 7, 2, 4, 1, 9]
DATA = pd.DataFrame(
    {
        "week": WEEKS,
        "person": list("aabbabab"),
        "east": [3.0, 0, 1, 5, 1, 3, 0, 6],
        "north": [1.0, 0, 2, 2, 2, 1, 0, 1],
        "species": ["s3", "s1", "s2", "s3", "s4", "s1", "s2", "s4"],
        "y": np.random.default_rng(1).normal(size=8),
    }
)
LABELS = ["s4", "s9", "s1", "s2", "s3"]
A = pd.DataFrame(0.4 + 0.6 * np.eye(5) + np.diag([0, 0.2, 0, 0.1, 0.3]), index=LABELS, columns=LABELS)
TIMES = np.array([1.0, 2, 4, 7, 9])


class Process(sl.Model):
    week, person = sl.Level(), sl.Level()
    rho, sd = sl.Uniform(-1, 1), sl.HalfNormal(1)
    u = sl.AR1(rho, sd, over=week)
    y = sl.Normal(u, 0.7, observed=True)


class Panel(Process):
    u = sl.AR1(Process.rho, Process.sd, over=(Process.person, Process.week))


class Walk(Process):
    u = sl.RandomWalk(Process.sd, over=Process.week)


class Within(sl.Model):
    person = sl.Level()
    week = sl.Level(within=person)
    sd, rho = sl.HalfNormal(1), sl.Uniform(-1, 1)
    u = sl.AR1(rho, sd, over=week)
    y = sl.Normal(u, 0.7, observed=True)


class Tree(sl.Model):
    species = sl.Level()
    sd, rho, mean = sl.HalfNormal(1), sl.Uniform(-1, 1), sl.Normal(0, 1)
    u = sl.Normal(mean, sd, over=species, corr="A")
    y = sl.Normal(u, 0.7, observed=True)


class Trees(Tree):
    person = sl.Level()
    u = sl.Normal(Tree.mean, Tree.sd, over=(person, Tree.species), corr="A")


class Field(sl.Model):
    week = sl.Level()
    sd, rho = sl.HalfNormal(1), sl.Uniform(-1, 1)
    u = sl.GP("east", "north", length=1 + rho, sigma=sd, over=week, kernel="matern32")
    y = sl.Normal(u, 0.7, observed=True)


def matern(length: float) -> np.ndarray:
    east, north = np.array([0.0, 1, 3, 5, 6]), np.array([0.0, 2, 1, 2, 1])
    apart = np.sqrt(3) * np.hypot(np.subtract.outer(east, east), np.subtract.outer(north, north)) / length
    return (1 + apart) * np.exp(-apart) + 1e-8 * np.eye(5)


def power(rho: float, times: np.ndarray) -> np.ndarray:
    return rho ** np.abs(np.subtract.outer(times, times))


def blocks(*parts: np.ndarray) -> np.ndarray:
    from scipy.linalg import block_diag

    return np.asarray(block_diag(*parts))


OWN = A.loc[["s1", "s2", "s3", "s4"], ["s1", "s2", "s3", "s4"]].to_numpy()
CASES: list[Any] = [
    (Process, lambda rho: power(rho, TIMES)),
    (Panel, lambda rho: np.kron(np.eye(2), power(rho, TIMES))),
    (Walk, lambda rho: np.minimum.outer(TIMES, TIMES)),
    (Within, lambda rho: blocks(power(rho, np.array([1.0, 2, 4])), power(rho, np.array([2.0, 4, 7, 9])))),
    (Tree, lambda rho: OWN),
    (Field, lambda rho: matern(1 + rho)),
    (Trees, lambda rho: np.kron(np.eye(2), OWN)),
]


def bind(model: type[sl.Model], plan: sl.Plan | None = None) -> BoundModel:
    data = DATA.drop_duplicates(["person", "week"]) if model is Within else DATA
    tables = {"A": A} if "Tree" in model.__name__ else None
    return model.bind(data, tables=tables, plan=plan)


def expected(bound: BoundModel, point: dict[str, Any], covariance: np.ndarray) -> float:
    """The log density of the declaration, with `u` dense."""
    u, sd = point["u"], point["sd"]
    mean = point.get("mean", 0.0)
    total = stats.multivariate_normal(np.full(len(u), mean), sd**2 * covariance).logpdf(u)
    total += stats.halfnorm.logpdf(sd)
    total += np.log(0.5) if "rho" in point else 0.0
    total += stats.norm.logpdf(mean) if "mean" in point else 0.0
    codes = bound.data.codes(("<rows>",), bound.planned.lines["u"].domain)
    y = bound.data.outcome("y")
    return float(total + stats.norm.logpdf(y, u[codes], 0.7).sum())


@pytest.mark.parametrize(("model", "covariance"), CASES, ids=[case[0].__name__ for case in CASES])
@pytest.mark.parametrize("form", ["centred", "literal", "planned"])
def test_the_program_has_the_density_of_a_dense_normal_vector(
    model: type[sl.Model], covariance: Any, form: str
) -> None:
    plans = {"centred": sl.Plan(center=True), "literal": sl.Plan.literal(), "planned": None}
    bound = bind(model, plans[form])
    centred = bound.planned.centered["u"] is True
    program = build(bound.stan_code, bound.stan_data)
    jacobian = build(without_model(bound.stan_code), bound.stan_data)
    rng = np.random.default_rng(7)
    for rho in (0.55, -0.4):
        point: dict[str, Any] = {"sd": 0.8, "mean": 0.3, "rho": rho}
        dense = covariance(rho)
        root, z = np.linalg.cholesky(_in_order(bound, dense)), rng.normal(size=len(dense))
        mean = 0.3 if "mean" in bound.planned.lines else 0.0
        u = mean + 0.8 * _back(bound, root @ z)
        inside = {p.quantity for p in bound.program.parameters}
        point = {name: value for name, value in point.items() if name in inside} | {"u": u}
        names = {p.quantity: p.name for p in bound.program.parameters}
        values = {names[q]: np.asarray(v) for q, v in point.items() if q != "u"}
        values[names["u"]] = u if centred else _back(bound, z)
        q = program.unconstrain(values)
        value, gradient = program.log_prob_grad(q)
        log_volume = 0.0 if centred else len(z) * np.log(0.8) + np.log(np.diag(root)).sum()
        want = expected(bound, point, dense) + log_volume + jacobian.log_prob_grad(q)[0]
        assert value == pytest.approx(want, abs=1e-8)
        for direction in rng.normal(size=(3, len(q))):
            ahead, behind = (program.log_prob_grad(q + s * 1e-5 * direction)[0] for s in (1, -1))
            assert direction @ np.asarray(gradient) == pytest.approx((ahead - behind) / 2e-5, abs=1e-5)


def _order(bound: BoundModel) -> np.ndarray:
    geometry = bound.data.geometry("u")
    n = bound.data.size(bound.planned.lines["u"].domain)
    return np.asarray(getattr(geometry, "order", np.arange(n)))


def _in_order(bound: BoundModel, dense: np.ndarray) -> np.ndarray:
    return dense[np.ix_(_order(bound), _order(bound))]


def _back(bound: BoundModel, ordered: np.ndarray) -> np.ndarray:
    found = np.empty_like(ordered)
    found[_order(bound)] = ordered
    return found


def test_a_line_says_in_which_form_it_is_sampled() -> None:
    apart = sl.Model.define("Apart", _lines(centered=False))
    whole = sl.Model.define("Whole", _lines(centered=True))
    first, second = apart.bind(DATA), whole.bind(DATA)
    assert [p.name for p in first.program.parameters] == ["rho", "sd", "u_raw"]
    assert [p.name for p in second.program.parameters] == ["rho", "sd", "u"]


def _lines(**settings: Any) -> dict[str, Any]:
    week = sl.Level()
    rho, sd = sl.Uniform(-1, 1), sl.HalfNormal(1)
    u = sl.AR1(rho, sd, over=week, **settings)
    return {"week": week, "rho": rho, "sd": sd, "u": u, "y": sl.Normal(u, 0.7, observed=True)}


def test_effects_beside_a_correlated_line_are_integrated_out_as_ever() -> None:
    class Beside(sl.Model):
        species, person = sl.Level(), sl.Level()
        sd, own, noise = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
        u = sl.Normal(0, sd, over=species, corr="A")
        S = sl.Normal(0, own, over=species)
        y = sl.Normal(u + S, noise, observed=True)

    bound = Beside.bind(DATA, tables={"A": A}, plan=sl.Plan(marginalize=["S"], soften=False))
    assert [p.quantity for p in bound.program.parameters] == ["sd", "own", "noise", "u"]
    program, rng = build(bound.stan_code, bound.stan_data), np.random.default_rng(5)
    z = rng.normal(size=4)
    point = {"sd": 0.8, "own": 0.6, "noise": 0.5, "u_raw": z}
    values = {p.name: np.asarray(point[p.name]) for p in bound.program.parameters}
    q = program.unconstrain(values)
    jacobian = build(without_model(bound.stan_code), bound.stan_data).log_prob_grad(q)[0]
    codes = bound.data.codes(("<rows>",), ("species",))
    Z = np.eye(4)[codes]
    mean = Z @ (0.8 * np.linalg.cholesky(OWN) @ z)
    covariance = 0.36 * Z @ Z.T + 0.25 * np.eye(8)
    want = stats.multivariate_normal(mean, covariance).logpdf(bound.data.outcome("y"))
    want += stats.norm.logpdf(z).sum() + sum(stats.halfnorm.logpdf(s) for s in (0.8, 0.6, 0.5))
    assert program.log_prob_grad(q)[0] - jacobian == pytest.approx(want, abs=1e-8)


def test_a_plan_cannot_take_correlated_units_for_exchangeable() -> None:
    bound = Tree.bind(DATA, tables={"A": A})
    with pytest.raises(FitError, match="cannot be: 'u'"):
        Tree.bind(DATA, tables={"A": A}, plan=sl.Plan(marginalize=["u"]))
    assert bound.plan.marginalize == ()
    assert "sampled through the independent numbers it is made of" in str(bound.plan)
