"""Several outcomes in one line, of which rows lack some: what is known has the density of SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.errors import DataError, DeclarationError
from stanlevels.values.pointwise import log_density
from stanlevels.values.store import Values
from tests.parity.harness import build

N, NAMES = 14, ["y1", "y2", "y3"]
MISSING = [(0, 0), (1, 1), (2, 2), (3, 0), (3, 2), (4, 0), (4, 1), (4, 2), (5, 1), (5, 2), (9, 0)]
R = np.array([[1.0, 0.5, -0.3], [0.5, 1.0, 0.2], [-0.3, 0.2, 1.0]])
M, S, NU = 0.4, 0.9, 4.5
RNG = np.random.default_rng(5)
U = RNG.normal(size=7)
WHOLE = pd.DataFrame(RNG.normal(size=(N, 3)).round(2), columns=NAMES).assign(
    x=RNG.normal(size=N).round(2), g=np.tile(list("abcdefg"), 2)
)
HOLES = WHOLE.copy()
for _row, _column in MISSING:
    HOLES.iloc[_row, _column] = np.nan


def model(family: str, spread: Any) -> type[sl.Model]:
    g, m, s, corr = sl.Level(), sl.Normal(0, 1), sl.HalfNormal(1), sl.LKJCholesky(2)
    u = sl.Normal(0, 1, over=g, centered=True)
    nu = sl.Gamma(2, 0.1)
    arguments = [[m + u, u * 0.5, m * sl.data("x")], [s, spread, 2], corr]
    shared: dict[str, Any] = {"observed": NAMES, "missing": "model"}
    lines = {"g": g, "m": m, "s": s, "corr": corr, "u": u}
    if family == "t":
        lines |= {"nu": nu, "three": sl.MultiStudentT(nu, *arguments, **shared)}
    else:
        lines["three"] = sl.MultiNormal(*arguments, **shared)
    return sl.Model.define("Three", lines)


def by_scipy(family: str, data: pd.DataFrame, spread: np.ndarray) -> np.ndarray:
    """The log density of what each row knows."""
    x, u = data["x"].to_numpy(), U[np.arange(N) % 7]
    means = np.stack([M + u, u * 0.5, M * x], axis=1)
    found = np.zeros(N)
    for i, y in enumerate(data[NAMES].to_numpy()):
        k = ~np.isnan(y)
        sds = np.array([S, spread[i], 2.0])
        scales = (np.outer(sds, sds) * R)[np.ix_(k, k)]
        if k.any():
            given = stats.multivariate_normal if family == "normal" else stats.multivariate_t
            more = {} if family == "normal" else {"df": NU}
            found[i] = given.logpdf(y[k], means[i, k], scales, **more)
    return found


@pytest.mark.parametrize("family", ["normal", "t"])
@pytest.mark.parametrize("varies", [False, True], ids=["one scale", "scales that vary"])
def test_what_is_known_of_a_row_has_its_own_density(family, varies):
    declared = model(family, sl.exp(0.3 * sl.data("x")) if varies else 1.5)
    spread = np.exp(0.3 * WHOLE["x"].to_numpy()) if varies else np.full(N, 1.5)
    point = {
        "m": M,
        "s": S,
        "u": U.tolist(),
        "corr_cholesky": np.linalg.cholesky(R).ravel(order="F").tolist(),
    }
    point |= {"nu": NU} if family == "t" else {}
    densities = {}
    for name, data in (("whole", WHOLE), ("holes", HOLES)):
        bound = declared.bind(data)
        program = build(bound.stan_code, bound.stan_data)
        densities[name] = program.log_prob_grad(program.unconstrain(point))[0]
    expected = by_scipy(family, HOLES, spread), by_scipy(family, WHOLE, spread)
    assert densities["holes"] - densities["whole"] == pytest.approx(expected[0].sum() - expected[1].sum())

    arrays = {"m": M, "s": S, "u": U, "corr": R.ravel(), "nu": NU}
    shaped = {k: np.reshape(v, (1, 1, *((7, 1) if k == "u" else (1, -1)))) for k, v in arrays.items()}
    values = Values(bound.planned, {k: v for k, v in shaped.items() if k in bound.planned.lines})
    found = log_density(bound.planned.lines["three"], values, bound.data)
    np.testing.assert_allclose(found.ravel(), expected[0], rtol=1e-10)


def test_the_plan_counts_what_is_missing_and_the_text_of_the_class_stays_as_written():
    bound = model("normal", 1.5).bind(HOLES)
    (record,) = [record for record in bound.plan.records if record.step == "missing"]
    assert "11 of 42 values missing, in 7 rows: integrated out" in str(record)
    assert "seen" not in str(bound.plan)
    assert "seen=" not in bound.stan_code


def test_outcomes_of_one_line_that_stand_in_another_cannot_be_missing():
    class Used(sl.Model):
        corr = sl.LKJCholesky(2)
        pair = sl.MultiNormal([0, 0], [1, 1], corr, observed=["y1", "y2"], missing="model")
        y3 = sl.Normal(pair[0], 1, observed=True)

    with pytest.raises((DeclarationError, DataError)):
        Used.bind(HOLES.dropna(subset=["y3"]))


def test_outcomes_of_a_level_may_be_missing_in_all_rows_of_a_unit():
    class Level(sl.Model):
        g = sl.Level()
        a, b, corr = sl.Normal(0, 1), sl.Normal(0, 1), sl.LKJCholesky(2)
        pair = sl.MultiNormal([a, b], [1, 2], corr, over=g, observed=["h", "k"], missing="model")

    rows = pd.DataFrame({"g": list("aabbcc"), "h": [1.0, 1, np.nan, np.nan, 3, 3], "k": [2.0, 2, 1, 1, 0, 0]})
    bound = Level.bind(rows).data
    assert np.isnan(bound.seen("pair")).tolist() == [[False, False], [True, False], [False, False]]


def test_an_outcome_that_no_row_knows_is_refused():
    with pytest.raises(DataError, match="no value in any"):
        model("normal", 1.5).bind(HOLES.assign(y2=np.nan))
