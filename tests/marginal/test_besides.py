"""Numbers without units and crossed effects, integrated out besides nested effects, and drawn back."""

from __future__ import annotations

import decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
import stanli

import stanlevels as sl
from stanlevels.gaussian.beside import beside_units
from stanlevels.linear.groups import groups_of
from stanlevels.resources import folder
from stanlevels.values.restore import drawn_back
from stanlevels.values.store import Values
from tests.marginal.test_densities import (
    CASES,
    DATA,
    Coefficients,
    Crossed,
    KnownTimes,
    Nested,
    Slopes,
    integrated,
    values_of,
)
from tests.parity.harness import densities, effects
from tests.values.test_nested import exactly
from tests.values.test_restore import Zeros

RNG = np.random.default_rng(8)


class Alone(sl.Model):
    """No random variables at all."""

    X = sl.covariates("x", "z")
    mu, t, b = sl.Normal(0, 5), sl.HalfNormal(1), sl.Normal(0.2, 1, over=X)
    c, s = sl.Normal(0, t), sl.HalfNormal(1)
    y = sl.Normal(mu + b @ X + c * sl.data("size"), s, observed=True, weights="n")


class Beside(sl.Model):
    """What is not normal stays sampled; a level is met twice in one row."""

    school, kind = sl.Level(), sl.Level()
    other = sl.Level("other", of=kind)
    X = sl.covariates("x", "z")
    mu, b = sl.Normal(0, 5), sl.StudentT(4, 0, 1)
    m, t, k, s = sl.Normal(0, 1), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    sds = sl.HalfNormal(1, over=X)
    A = sl.Normal(mu, t, over=school)
    K = sl.Normal(m, k, over=kind)
    C = sl.Normal(0.1, sds, over=(kind, X))
    y = sl.Normal(A + K[kind] - 0.5 * K[other] + C[kind] @ X + b * sl.data("x"), s, observed=True)


WIDER = DATA.assign(other=RNG.choice(["a", "b", "c"], len(DATA)))


def code(*names: str) -> str:
    """Functions of ours, as a program brings them along."""
    texts = [(folder("stan_templates") / "functions" / f"{name}.stan").read_text() for name in names]
    return "functions {\n" + "".join(texts) + "}"


def test_our_stan_functions_do_what_numpy_does() -> None:
    n, units, w = 40, 7, 4
    unit, x = RNG.integers(0, units, n), RNG.normal(size=n)
    columns, weights = RNG.normal(size=(n, w)), RNG.uniform(0.5, 2, n)
    rows = beside_units([np.ones(n), x, 2 * x], columns, weights, unit, units, ())
    root, sd = np.tril(RNG.normal(size=(3, 3))), 0.7
    found, half = rows.left(np.array([sd]), [root[None]])
    entries = stanli.Function("unit_weights", stan_code=code("unit_weights"))(
        {"multiples": rows.multiples, "root": root, "sd": sd}
    )
    np.testing.assert_allclose(np.asarray(entries)[:, -1].sum() / 2, half[0], rtol=1e-12)
    between = (rows.products @ np.asarray(entries)[:, :-1].T.ravel())[rows.place].reshape(w, w)
    np.testing.assert_allclose(rows.within / sd**2 + between, found[0], rtol=1e-10)
    z = np.zeros((n, units, 3))
    z[np.arange(n), unit] = np.column_stack([np.ones(n), x, 2 * x])
    effect = z.reshape(n, -1) @ np.kron(np.eye(units), root)
    V = np.diag(sd**2 / weights) + effect @ effect.T
    np.testing.assert_allclose(found[0], columns.T @ np.linalg.solve(V, columns), rtol=1e-9)
    sds, at = np.array([0.3, 2.0, 1e-9]), np.array([0.4, -3.0, 0.0])
    got = stanli.Function("common_effects", stan_code=code("common_effects"))(
        {"products": found[0], "sd": sds, "at": at}
    )
    C, y = columns[:, :3], columns[:, 3] + columns[:, :3] @ at
    whole = V + (C * sds**2) @ C.T
    _, more = np.linalg.slogdet(whole)
    _, less = np.linalg.slogdet(V)
    expected = -0.5 * (y @ np.linalg.solve(whole, y) + more - less)
    np.testing.assert_allclose(got, expected, rtol=1e-9)
    moved = stanli.Function("outcome_moved", stan_code=code("outcome_moved"))(
        {"products": found[0], "d": np.array([0.3, -0.2])}
    )
    left = np.column_stack([columns[:, :1], columns[:, 3] - columns[:, 1:3] @ [0.3, -0.2]])
    np.testing.assert_allclose(np.asarray(moved), left.T @ np.linalg.solve(V, left), rtol=1e-9)


def test_levels_above_are_integrated_out_without_rows() -> None:
    n, room, school = 50, RNG.integers(0, 9, 50), np.sort(RNG.integers(0, 3, 9))
    columns, weights = RNG.normal(size=(n, 3)), np.ones(n)
    first = np.concatenate([[0], np.cumsum(np.bincount(school, minlength=3))])
    rows = beside_units([np.ones(n)], columns, weights, room, 9, (first,))
    for sds in ([0.5, 0.8, 0.3], [1.0, 1e-4, 1e-3]):
        s, t, u = sds
        found, half = rows.left(np.array([s]), [np.full((1, 1, 1), t), np.full((1, 1, 1), u)])
        same_room, same_school = room[:, None] == room, school[room][:, None] == school[room]
        V = s**2 * np.eye(n) + t**2 * same_room + u**2 * same_school
        np.testing.assert_allclose(found[0], columns.T @ np.linalg.solve(V, columns), rtol=1e-7)
        np.testing.assert_allclose(half[0], np.linalg.slogdet(V)[1] / 2 - n * np.log(s), rtol=1e-9)


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (Alone, {"mu", "b", "c"}),
        (Beside, {"A", "mu", "m", "K", "C"}),
        (Crossed, {"S", "A", "K", "mu"}),
        (Nested, {"S", "C", "R", "mu", "b"}),
    ],
    ids=lambda x: getattr(x, "__name__", ""),
)
def test_the_density_is_the_declared_one(model: Any, names: set[str]) -> None:
    bound = model.bind(WIDER, plan=sl.Plan(marginalize=names))
    assert integrated(bound) == names
    for seed in range(2):
        found = densities(bound, WIDER, values_of(bound, seed))
        assert abs(found.stan - found.oracle) <= 1e-9 * max(1.0, abs(found.oracle)), found
        assert found.agree(), f"{found}\n{bound.stan_code}"


FAR = WIDER.assign(y=1e6 + WIDER["y"])
COLLINEAR = WIDER.assign(x=2 * WIDER["size"])
ONE = WIDER.assign(school=0, state=0, room=0, kind="a", other="a", size=1.0)

decimal.getcontext().prec = 60


def exact_log_density(y: np.ndarray, parts: list[tuple[float, np.ndarray]]) -> float:
    """Of a normal outcome with mean 0 and covariance the sum of sd^2 Z Z', with 60 digits."""
    n = len(y)
    V = exactly(np.zeros((n, n)))
    for sd, Z in parts:
        Z = exactly(Z)
        V = V + exactly(np.array(sd)) ** 2 * (Z @ Z.T)
    r, found = exactly(y), decimal.Decimal(0)
    for k in range(n):  # eliminated one after another
        found += r[k] * r[k] / V[k, k] + V[k, k].ln()
        rate = V[k + 1 :, k] / V[k, k]
        r[k + 1 :] = r[k + 1 :] - rate * r[k]
        V[k + 1 :, k + 1 :] = V[k + 1 :, k + 1 :] - np.multiply.outer(rate, V[k, k + 1 :])
    return float(-found / 2) - n * np.log(2 * np.pi) / 2


@pytest.mark.parametrize(
    "data", [FAR, COLLINEAR, ONE, WIDER.iloc[:1]], ids=["far from 0", "collinear", "one unit", "one row"]
)
@pytest.mark.parametrize(
    ("model", "small"), [(Crossed, "s"), (Crossed, "k"), (Nested, "s"), (Nested, "t_school")]
)
def test_ill_conditioned_data_lose_no_digits(model: Any, small: str, data: pd.DataFrame) -> None:
    bound = model.bind(data, plan=sl.Plan(marginalize=CASES[model], soften=False))
    values = values_of(bound, 1)
    values[small] = np.asarray(1e-3)
    priors = sum(np.log(2) - np.log(2 * np.pi) / 2 - v**2 / 2 for v in values.values())
    found = log_density(bound, values) - priors
    sds = {"u": "state", "t": "school", "k": "kind"} if model is Crossed else {}
    sds = sds or {"t_state": "state", "t_school": "school", "t_room": "room"}
    parts = [(float(values[sd]), units(data[level])) for sd, level in sds.items()]
    one = np.ones(len(data))
    numbers = [(5.0, one), (1.0, data["x"]), (1.0, data["size"])]
    parts += [(sd, np.asarray(x)[:, None]) for sd, x in numbers]
    parts.append((float(values["s"]), np.eye(len(data))))
    expected = exact_log_density(data["y"].to_numpy(), parts)
    assert abs(found - expected) <= 1e-10 * abs(expected)


def units(column: pd.Series) -> np.ndarray:
    """Indicators."""
    return np.asarray(pd.get_dummies(column), dtype=float)


def log_density(bound: Any, values: dict[str, np.ndarray]) -> float:
    """Of a program with positive parameters alone, at values of them, without a Jacobian."""
    model = stanli.Model(stan_code=bound.stan_code, data=dict(bound.stan_data))
    point = model.unconstrain(values)
    return float(model.log_prob_grad(point)[0] - np.sum(point))


def at_point(bound: Any, values: dict[str, np.ndarray]) -> Values:
    """One draw of what is sampled."""
    lines, data = bound.planned.lines, bound.data
    sizes = {name: data.size(lines[name].domain) if lines[name].domain else 1 for name in values}
    return Values(bound.planned, {n: np.reshape(x, (1, 1, sizes[n], -1)) for n, x in values.items()})


def restored(
    bound: Any, values: Values, groups: Any, one: tuple[int, Any] | None = None
) -> dict[str, np.ndarray]:
    """All that is integrated out, drawn back with standard normal numbers that are 0 but for one."""
    for place, group in enumerate(groups):
        normals = one[1] if one is not None and one[0] == place else Zeros()
        values = drawn_back(group, values, bound.data, normals)
    return {name: values.arrays[name].ravel() for group in groups for name in group.names}


@pytest.mark.parametrize("model", [Crossed, Slopes, Coefficients, KnownTimes, Beside, Alone, Nested])
@pytest.mark.parametrize("far", [False, True], ids=["", "far from 0"])
def test_draws_have_the_exact_conditional_mean_and_covariance(model: Any, far: bool) -> None:
    names = CASES.get(model, {"A", "mu", "m", "K", "C"} if model is Beside else {"mu", "b", "c"})
    data = FAR if far else WIDER
    bound = model.bind(data, plan=sl.Plan(marginalize=names))
    values = values_of(bound, 4)
    expected = effects(bound, data, values)
    here, groups = at_point(bound, values), groups_of(bound.planned, bound.data)
    middle = restored(bound, here, groups)
    assert set(middle) == set(names)
    order = [name for name in expected.means if name in middle]
    mean = np.concatenate([middle[name] for name in order])
    wanted = np.concatenate([np.ravel(expected.means[name]) for name in order])
    sd = np.concatenate([np.ravel(expected.sds[name]) for name in order])
    assert np.all(np.abs(mean - wanted) <= 1e-9 * np.maximum(sd, np.abs(wanted))), model
    columns = []
    for place, group in enumerate(groups):
        for i, block in enumerate(group.blocks):
            for at in range(block.size):
                moved = restored(bound, here, groups, (place, Zeros(i, at)))
                columns.append(np.concatenate([moved[name] - middle[name] for name in order]))
    root = np.column_stack(columns)
    covariance = np.block([[expected.covariance_of(a, b) for b in order] for a in order])
    tolerance = 1e-9 + (1e-9 if far else 0) * np.abs(wanted).max()
    np.testing.assert_allclose(root @ root.T, covariance, atol=tolerance * np.outer(sd, sd).max())
