"""Outcomes that other lines use row by row, though their own density is that of cells, or of integrals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from tests.parity.harness import build

RNG = np.random.default_rng(4)
ROWS = pd.DataFrame({"g": np.tile(list("abcd"), 30), "x": np.tile([0, 1, 1], 40), "z": RNG.normal(size=120)})
ROWS["m"], ROWS["count"] = RNG.normal(ROWS["x"]).round(2), RNG.poisson(1, 120)


def model(mediator: str, integrated: bool) -> type[sl.Model]:
    g, a, b = sl.Level(), sl.Normal(0, 1), sl.Normal(0, 1)
    u = sl.Normal(0, 1, over=g) if integrated else sl.Normal(0, 1, over=g, centered=True)
    mean = a * sl.data("x") + u
    own: dict[str, Any] = {
        "normal": sl.Normal(mean, 1, observed="m"),
        "count": sl.Poisson(log=mean, observed="count"),
        "hurdle": sl.Hurdle(sl.Poisson(log=mean), 0.3, observed="count"),
    }
    m = own[mediator]
    y = sl.StudentT(4, b * m * sl.data("z"), 1, observed="z")
    return sl.Model.define("Mediated", {"g": g, "a": a, "b": b, "u": u, "m": m, "y": y})


def at(bound: Any, b: float) -> float:
    program = build(bound.stan_code, bound.stan_data)
    values = {"a": 0.3, "b": b, "u": [0.1, -0.4, 0.8, 0.2]}
    return float(
        program.log_prob_grad(program.unconstrain({p.name: values[p.name] for p in parameters(bound)}))[0]
    )


def parameters(bound: Any) -> Any:
    return bound.program.parameters


@pytest.mark.parametrize("mediator", ["normal", "count", "hurdle"])
def test_cells_of_a_mediator_leave_its_rows_to_others(mediator):
    switches: dict[str, Any] = {"marginalize": False, "lift": False, "moved": [], "soften": False}
    cells, rows = (
        model(mediator, False).bind(ROWS, plan=sl.Plan(compress=compress, **switches))
        for compress in (True, False)
    )
    assert at(cells, 0.7) == pytest.approx(at(rows, 0.7), rel=1e-10)


def test_a_mediator_whose_effects_are_integrated_out_leaves_its_rows_to_others():
    bound = model("normal", True).bind(
        ROWS, plan=sl.Plan(compress=False, marginalize=["u"], lift=False, moved=[], soften=False)
    )
    assert [p.name for p in parameters(bound)] == ["a", "b"]

    def by_scipy(b: float) -> float:
        own = stats.t.logpdf(ROWS["z"], 4, b * ROWS["m"] * ROWS["z"]).sum()
        return float(own + stats.norm.logpdf(b))

    assert at(bound, 0.7) - at(bound, -0.2) == pytest.approx(by_scipy(0.7) - by_scipy(-0.2))


def test_a_plan_cannot_ask_for_cells_of_values_that_others_use():
    with pytest.raises(sl.FitError, match="used by other lines"):
        model("hurdle", False).bind(ROWS, plan=sl.Plan(compress=["m"]))
