"""Many areas are sampled by the differences between neighbours, and their density stays what it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.bound_model import BoundModel
from stanlevels.values.forms import in_form
from stanlevels.values.store import Values
from tests.parity.harness import build, without_model

SIDE = 15
AREAS = [f"a{k:03d}" for k in range(SIDE * SIDE)]
MORE = ["one", "two", "alone", "none"]
BORDERS = [(AREAS[r * SIDE + k], AREAS[r * SIDE + k + 1]) for r in range(SIDE) for k in range(SIDE - 1)]
BORDERS += [(AREAS[k], AREAS[k + SIDE]) for k in range(SIDE * (SIDE - 1))] + [("one", "two")]
ORDER = np.random.default_rng(1).permutation([*AREAS, *MORE])
DATA: dict[str, Any] = {"area": ORDER, "y": np.random.default_rng(2).normal(size=len(ORDER))}
TABLES = {"map": BORDERS}


class Map(sl.Model):
    area = sl.Level()
    sd = sl.HalfNormal(1)
    u = sl.ICAR(sd, over=area, borders="map")
    y = sl.Normal(u, 1, observed=True)


class Apart(Map):
    u = sl.ICAR(Map.sd, over=Map.area, borders="map", centered=True)


class Both(sl.Model):
    """Two maps, of kinds, beside each other."""

    area, kind = sl.Level(), sl.Level()
    sd = sl.HalfNormal(1)
    u = sl.ICAR(sd, over=(kind, area), borders="map")
    y = sl.Normal(u, 1, observed=True)


def precision(labels: list[str]) -> np.ndarray:
    """At scale 1, with 1e8 of the mean of each part, from pseudo-inverses of NumPy's."""
    n, place = len(labels), {label: k for k, label in enumerate(labels)}
    W = np.zeros((n, n))
    for one, other in BORDERS:
        W[place[one], place[other]] = W[place[other], place[one]] = 1
    found = np.eye(n)
    for names in (AREAS, ["one", "two"]):
        own = np.array([place[name] for name in names])
        L = np.diag(W[own].sum(axis=1)) - W[np.ix_(own, own)]
        size = np.exp(np.log(np.diag(np.linalg.pinv(L, rcond=1e-10))).mean())
        found[np.ix_(own, own)] = size * L + 1e8 / len(own)
    return found


def at(bound: BoundModel, raw: np.ndarray, sd: float) -> tuple[float, np.ndarray, np.ndarray]:
    """The program's log density, its gradient by the numbers of areas, and the areas' values."""
    program, apart = build(bound.stan_code, bound.stan_data), without_model(bound.stan_code)
    (name,) = (p.name for p in bound.program.parameters if p.quantity == "u")
    (scale,) = (p.name for p in bound.program.parameters if p.quantity == "sd")
    q = program.unconstrain({scale: np.asarray(sd), name: raw})
    value, gradient = program.log_prob_grad(q)
    jacobian = build(apart, bound.stan_data).log_prob_grad(q)[0]
    return value - jacobian, np.asarray(gradient), q


def of_map(raw: np.ndarray, labels: list[str]) -> np.ndarray:
    """Values from the numbers that stand for them: 1e-4 of the mean of each part is left."""
    x = raw.copy()
    for names in (AREAS, ["one", "two"]):
        own = np.array([labels.index(name) for name in names])
        x[own] -= (1 - 1e-4) * x[own].mean()
    return x


@pytest.mark.parametrize("model", [Map, Both])
def test_the_density_is_that_of_the_dense_normal_vector(model: type[sl.Model]) -> None:
    data = DATA
    if model is Both:
        data = {k: np.tile(v, 2) for k, v in DATA.items()} | {"kind": np.repeat(["p", "q"], len(ORDER))}
    bound = model.bind(data, tables=TABLES, plan=sl.Plan(soften=False))
    assert "bordered_density_lpdf" in bound.stan_code
    assert "matrix" not in bound.stan_code.split("data {")[1].split("parameters {")[0]
    labels = list(bound.data.encodings.levels["area"].labels)
    groups, Q, rng = 1 + (model is Both), precision(labels), np.random.default_rng(5)
    y, codes = bound.data.outcome("y"), bound.data.codes(("<rows>",), bound.planned.lines["u"].domain)

    def wanted(raw: np.ndarray, sd: float) -> float:
        u = sd * np.concatenate([of_map(part, labels) for part in np.split(raw, groups)])
        quadratic = sum(part @ Q @ part for part in np.split(u, groups)) / sd**2
        return float(
            stats.norm.logpdf(y, u[codes], 1).sum() + stats.halfnorm.logpdf(sd) - quadratic / 2
        )  # numbers at scale 1: the volume of the values by these is the same power of sd as in the density

    raws, sds = rng.normal(size=(3, len(labels) * groups)), (0.4, 0.7, 2.0)
    apart = [at(bound, raw, sd)[0] - wanted(raw, sd) for raw, sd in zip(raws, sds, strict=True)]
    np.testing.assert_allclose(apart, apart[0], atol=2e-9 * abs(wanted(raws[0], sds[0])))
    _, gradient, q = at(bound, raws[0], sds[0])
    program = build(bound.stan_code, bound.stan_data)
    for direction in rng.normal(size=(2, len(q))):
        ahead, behind = (program.log_prob_grad(q + s * 1e-5 * direction)[0] for s in (1, -1))
        assert direction @ gradient == pytest.approx((ahead - behind) / 2e-5, rel=1e-6)


def test_numbers_of_values_are_those_that_they_came_of() -> None:
    bound = Map.bind(DATA, tables=TABLES)
    labels = list(bound.data.encodings.levels["area"].labels)
    raw = np.random.default_rng(7).normal(size=len(labels))
    values = Values(
        bound.planned,
        {"sd": np.full((1, 1, 1, 1), 0.5), "u": 0.5 * of_map(raw, labels).reshape(1, 1, -1, 1)},
    )
    form = bound.planned.quantities["u"].value.form
    found = in_form(form, bound.planned.lines["u"], values, bound.data)
    np.testing.assert_allclose(found.ravel(), raw, atol=1e-9)


def test_areas_without_rows_and_a_line_that_says_so_keep_the_covariance() -> None:
    some = {name: values[:-5] for name, values in DATA.items()}
    for bound in (Map.bind(some, tables=TABLES), Apart.bind(DATA, tables=TABLES)):
        assert "bordered" not in bound.stan_code
        assert bound.stan_data["map_root"].shape[0] >= 224
    assert "sampled by the differences between neighbours" in str(Map.bind(DATA, tables=TABLES).plan)
