"""What rows look up of crossed effects that are sampled: by sums over look-ups, without rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import stanli

import stanlevels as sl
from stanlevels.linear.fitted import Design, fitted
from stanlevels.linear.tables import Table, table_of
from tests.marginal.test_besides import code
from tests.marginal.test_densities import DATA, values_of
from tests.parity.harness import densities

RNG = np.random.default_rng(11)


def times(table: Table, x: np.ndarray) -> np.ndarray:
    """The product by the layout of the table."""
    terms = x[table.columns] * (table.weights if len(table.weights) else 1.0)
    ends = np.cumsum(table.sizes.prod(axis=1))
    pieces = np.split(terms, ends[:-1]) if len(ends) else []
    found = [p.reshape(size, n).sum(axis=0) for p, (size, n) in zip(pieces, table.sizes, strict=True)]
    return np.concatenate([np.zeros(0), *found])[table.place]


def functions_of(table: Table, x: np.ndarray) -> np.ndarray:
    """The product as our Stan function has it."""
    inputs = {
        "x": x,
        "looked_up": table.columns + 1,
        "weight": table.weights,
        "sizes": table.sizes,
        "place": table.place + 1,
    }
    return np.asarray(stanli.Function("looked_up_sums", stan_code=code("looked_up_sums"))(inputs))


@pytest.mark.parametrize("weights", ["ones", "repeated", "numbers", "cancelling"])
def test_a_table_times_a_vector_is_what_numpy_has(weights: str) -> None:
    n, shape = 60, (12, 7)
    rows, columns, x = RNG.integers(0, 10, n), RNG.integers(0, 7, n), RNG.normal(size=7)
    made = {
        "ones": np.ones(n),
        "repeated": RNG.integers(0, 2, n).astype(float),
        "numbers": RNG.normal(size=n),
        "cancelling": np.ones(n),
    }[weights]
    if weights == "cancelling":
        rows, columns = np.repeat(rows[:30], 2), np.repeat(columns[:30], 2)
        made[::2] = -1
    dense = np.zeros(shape)
    np.add.at(dense, (rows, columns), made)
    table = table_of(rows, columns, made, shape)
    assert (len(table.weights) == 0) == (weights != "numbers")
    np.testing.assert_allclose(times(table, x), dense @ x, atol=1e-14)
    np.testing.assert_allclose(functions_of(table, x), dense @ x, atol=1e-14)


def test_squares_are_moved_as_numpy_has_them() -> None:
    n, units = 50, 6
    codes, w, r, d = RNG.integers(0, 6, n), RNG.uniform(1, 2, n), RNG.normal(size=n), RNG.normal(size=units)
    weight, score = (np.bincount(codes, of, units) for of in (w, w * r))
    got = stanli.Function("moved_squares", stan_code=code("moved_squares"))(
        {"d": d, "weight": weight, "score": score}
    )
    np.testing.assert_allclose(got, w @ (r - d[codes]) ** 2 - w @ r**2, rtol=1e-12)


def test_values_near_the_fit_carry_the_place_of_the_outcome_once() -> None:
    n = 400
    app, x = RNG.integers(0, 9, n), RNG.normal(5, 1, n)
    other = RNG.integers(0, 4, n)
    y = 1e6 + RNG.normal(size=n) + 3 * x
    designs = [Design(app, np.ones(n), 9, carries=True), Design(other, np.ones(n), 4, carries=False)]
    found = fitted(y, np.ones(n), x[:, None], designs)
    assert abs(found.coefficients[0] - 3) < 0.3
    assert abs(found.numbers[0] - 1e6).max() < 3
    assert abs(found.numbers[1]).max() < 1
    np.testing.assert_allclose(x @ found.residual / n, 0, atol=1e-7)
    alone = fitted(y, np.ones(n), np.column_stack([np.ones(n), x]), designs[1:])
    assert abs(alone.numbers[0]).max() < 1


class Several(sl.Model):
    """A chain beside three crossed terms, of which two are of one level, and coefficients of covariates."""

    state, school, kind, other = sl.Level(), sl.Level(), sl.Level(), sl.Level("other")
    X = sl.covariates("x", "z")
    mu, b, t, k, s = sl.Normal(0, 5), sl.Normal(0, 1), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    sds = sl.HalfNormal(1, over=X)
    S = sl.Normal(0, 1, over=state)
    A = sl.Normal(S, t, over=school)
    K = sl.Normal(mu, k, over=kind)
    M = sl.Normal(0, k, over=kind)
    C = sl.Normal(0.1, sds, over=(kind, X))
    O = sl.StudentT(4, 0, 1, over=other)  # noqa: E741
    y = sl.Normal(
        A + 2 * (K - M / 3) + C @ X - O * sl.data("x") + b * sl.data("z"), s, observed=True, weights="n"
    )


class Slopes(sl.Model):
    """Slopes integrated out beside an effect that is looked up twice."""

    school, kind = sl.Level(), sl.Level()
    other = sl.Level("other", of=kind)
    a, b, k, s = sl.Normal(0, 5), sl.Normal(0, 1), sl.HalfNormal(1), sl.HalfNormal(1)
    sd_a, sd_b = sl.HalfNormal(1), sl.HalfNormal(1)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([a, b], [sd_a, sd_b], corr, over=school)
    K = sl.Normal(0, k, over=kind)
    y = sl.Normal(
        B[0] + B[1] * sl.data("x") + K[kind] - 0.5 * K[other], s * sl.sqrt(sl.data("w")), observed=True
    )


WIDER = DATA.assign(other=RNG.choice(["a", "b", "c"], len(DATA)))
CASES = {Several: ["S", "A"], Slopes: ["B"]}


@pytest.mark.parametrize("model", CASES, ids=lambda model: model.__name__)
def test_sums_over_look_ups_have_the_declared_density(model: Any) -> None:
    bound = model.bind(WIDER, plan=sl.Plan(marginalize=CASES[model]))
    assert "looked_up_sums" in str(bound.stan_code)
    assert any("look-ups of what is sampled" in record.reason for record in bound.planned.records)
    for seed in range(3):
        found = densities(bound, WIDER, values_of(bound, seed))
        assert found.agree(), f"{found}\n{bound.stan_code}"


class Crossing(sl.Model):
    """What is sampled carries where the outcome lies, in the mean of effects or by itself."""

    state, school, kind = sl.Level(), sl.Level(), sl.Level()
    mu, b = sl.Normal(1e6, 5), sl.Normal(0, 1)
    t, k, s = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    A = sl.Normal(0, t, over=school)
    K = sl.Normal(mu, k, over=kind)
    y = sl.Normal(A + K + b * sl.data("size"), s, observed=True)


class Beside(sl.Model):
    """A number carries where the outcome lies."""

    school, kind = sl.Level(), sl.Level()
    mu, b = sl.Normal(1e6, 5), sl.Normal(0, 1)
    t, k, s = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    A = sl.Normal(mu, t, over=school)
    K = sl.Normal(0, k, over=kind)
    y = sl.Normal(A + K + b * sl.data("size"), s, observed=True)


@pytest.mark.parametrize("noise", [1.0, 1e-3])
@pytest.mark.parametrize("model", [Crossing, Beside], ids=lambda model: model.__name__)
def test_outcomes_far_from_0_lose_no_digits(model: Any, noise: float) -> None:
    rng = np.random.default_rng(4)
    kind, school = (pd.factorize(WIDER[name])[0] for name in ("kind", "school"))
    K, A = rng.normal(size=3), rng.normal(size=6)
    data = WIDER.assign(y=1e6 + K[kind] + A[school] + noise * rng.normal(size=len(WIDER)))
    bound = model.bind(data, plan=sl.Plan(marginalize=["A"], center=True))
    assert "looked_up_sums" in str(bound.stan_code)
    values = values_of(bound, 1)
    labels = [str(label) for label in bound.data.levels["kind"].labels]
    order = [labels.index(label) for label in pd.factorize(WIDER["kind"])[1]]
    near = np.empty(3)
    near[order] = K + noise * rng.normal(size=3)
    values |= {"b": np.asarray(noise / 5), "s": np.asarray(noise)}
    values["mu"] = np.asarray(1e6 + 0.3)
    values["K"] = near + 1e6 if model is Crossing else near
    found = densities(bound, data, values)
    assert abs(found.stan - found.oracle) <= 1e-8 * max(1.0, abs(found.oracle)), found


def test_what_shares_the_place_of_the_outcome_is_summed_cell_by_cell() -> None:
    """Sums of squares would cancel: draws may share it otherwise than the values that sums are taken at."""

    class Shared(sl.Model):
        state, school, kind = sl.Level(), sl.Level(), sl.Level()
        mu, nu = sl.Normal(1e6, 5), sl.Normal(1, 5)
        t, k, s = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
        A = sl.Normal(0, t, over=school)
        K = sl.Normal(mu, k, over=kind)
        S = sl.Normal(nu, k, over=state)
        y = sl.Normal(A + K + S, s, observed=True)

    data = WIDER.assign(y=1e6 + WIDER["y"])
    bound = Shared.bind(data, plan=sl.Plan(marginalize=["A"], center=True))
    assert "looked_up_sums" not in str(bound.stan_code)
    values = values_of(bound, 1)
    values |= {"mu": np.asarray(1e6), "K": 1e6 + values["K"], "s": np.asarray(0.5)}
    found = densities(bound, data, values)
    assert abs(found.stan - found.oracle) <= 1e-8 * max(1.0, abs(found.oracle)), found
