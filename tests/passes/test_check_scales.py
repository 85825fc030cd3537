"""Scales of ordered outcomes that data do not tell from cutpoints: the plan warns; and ways out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError

STEP = sl.Index(["1|2", "2|3"])
CUT, S, B = sl.Normal(over=STEP, ordered=True), sl.HalfNormal(1), sl.Normal()
ONE, X = sl.covariates(1, "x"), sl.covariates("x")


def frame() -> pd.DataFrame:
    rng = np.random.default_rng(1)
    return pd.DataFrame({"x": rng.normal(size=60), "y": rng.integers(1, 4, 60), "g": np.arange(60) % 6})


def cautions(eta: Any, scale: Any, cut: Any = CUT, **lines: Any) -> list[str]:
    beside = {"step": STEP, "cut": cut} if isinstance(cut, sl.language.expressions.Expression) else {}
    line = sl.OrderedProbit(eta, cut, scale=scale, observed=True)
    bound = sl.Model.define("Scaled", {**beside, **lines, "y": line}).bind(frame())
    return [str(r) for r in bound.plan.records if r.caution and r.step == "scale"]


def test_a_scale_that_is_free_in_all_rows_is_warned_of():
    x = sl.data("x")
    a, w = sl.Normal(), sl.Normal(over=ONE)
    for scale, lines, name in (
        (S, {"s": S}, "s"),
        (2 * S, {"s": S}, "s"),
        (sl.exp(a + B * x), {"a": a}, "a"),
        (sl.exp(w @ ONE), {"ONE": ONE, "w": w}, "w[intercept]"),
    ):
        (said,) = cautions(B * x, scale, b=B, **lines)
        assert f"its scale has {name}, the same in all rows" in said


def test_a_scale_that_something_holds_in_place_is_not():
    x, v = sl.data("x"), sl.Normal(over=X)
    g = sl.Level()
    t = sl.Normal(0, 1, over=g)
    assert not cautions(B * x, sl.exp(v @ X), b=B, X=X, v=v)
    assert not cautions(x, S, s=S)  # a predictor of known size
    assert not cautions(t, S, s=S, g=g, t=t)  # persons with an sd of 1: a graded response
    assert not cautions(B * x, S, [-0.5, 0.5], b=B, s=S)  # known cutpoints


def test_proportional_hazards_are_steps_by_their_complementary_log_log():
    """Läärä and Matthews (1985): the cumulative model has the same probabilities, by other cutpoints."""
    cut, eta = np.array([-1.0, 0.2, 0.9]), 0.4
    odds = np.exp(cut - eta)  # cumulative: P(y > k) = exp(-exp(cut_k - eta))
    above = np.exp(-odds)
    expected = np.concatenate([[1], above]) - np.concatenate([above, [0]])
    steps = np.log(np.diff(np.concatenate([[0], np.exp(cut)])))
    form = sl.StoppingRatio.family.parameterization("cloglog")
    found = form.probabilities({"cloglog": eta, "cutpoints": steps})
    np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_ways_out_are_said():
    with pytest.raises(DeclarationError, match="a list with a column for each category"):
        sl.Multinomial(3, [0.2, 0.8], observed=True)
    with pytest.raises(DeclarationError, match="write two lines"):
        sl.Hurdle(sl.OrderedProbit(B, CUT), 0.3, observed=True)
    kind = sl.Index(["a", "b"])
    way = sl.Index(["c", "d"])
    both = sl.Normal(0, 1, over=(kind, way, X))
    line = sl.Categorical(logit=both @ X, observed="y")
    with pytest.raises(DeclarationError, match="coefficients for each kind are a line each"):
        sl.Model.define("Both", {"kind": kind, "way": way, "X": X, "both": both, "y": line}).bind(
            frame().assign(y=[1, 2] * 30)
        )
