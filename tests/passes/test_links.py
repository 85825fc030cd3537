"""Predictors without bounds where a number must have them: the message shows the line, and the line runs."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import DeclarationError


def rows() -> pd.DataFrame:
    rng = np.random.default_rng(3)
    x = rng.normal(size=12)
    counts = {"flag": rng.integers(0, 2, 12), "count": rng.integers(0, 4, 12), "tried": np.full(12, 6)}
    return pd.DataFrame(
        {"x": x, "z": x**2, "size": x + 9, "part": 1 / (1 + np.exp(x)), "wait": np.exp(x), **counts}
    )


a, b = sl.Normal(0, 1), sl.Normal(0, 1)
X = sl.covariates("x", "z")
B = sl.Normal(0, 1, over=X)
eta = a + b * sl.data("x")
NAMES = {"sl": sl, "a": a, "b": b, "B": B, "X": X, "eta": eta}

SHOWN: dict[str, tuple[Any, str, str]] = {
    "a probability": (
        lambda: sl.Bernoulli(a + b * sl.data("x"), observed="flag"),
        "theta",
        'sl.Bernoulli(logit=a + b * sl.data("x"))',
    ),
    "covariates": (
        lambda: sl.Bernoulli(a + B @ X, observed="flag"),
        "theta",
        "sl.Bernoulli(logit=a + B @ X)",
    ),
    "a quantity": (lambda: sl.Bernoulli(a, observed="flag"), "theta", "sl.Bernoulli(logit=a)"),
    "a named predictor": (lambda: sl.Bernoulli(eta, observed="flag"), "theta", "sl.Bernoulli(logit=eta)"),
    "a rate": (
        lambda: sl.Poisson(a + b * sl.data("x") - sl.log(sl.data("size")), observed="count"),
        "rate",
        'sl.Poisson(log=a + b * sl.data("x") - sl.log(sl.data("size")))',
    ),
    "trials": (
        lambda: sl.Binomial(sl.data("tried"), a + b * sl.data("x"), observed="count"),
        "theta",
        'sl.Binomial(trials=sl.data("tried"), logit=a + b * sl.data("x"))',
    ),
    "a shape beside": (
        lambda: sl.NegBinomial(eta * 2, 3, observed="count"),
        "mu",
        "sl.NegBinomial(log=eta * 2, shape=3)",
    ),
    "trials that vary": (
        lambda: sl.BetaBinomial(sl.data("tried"), mean=eta * 2, concentration=4, observed="count"),
        "mean",
        'sl.BetaBinomial(trials=sl.data("tried"), logit=eta * 2, concentration=4)',
    ),
    "a share": (
        lambda: sl.Beta(mean=eta - 1, concentration=4, observed="part"),
        "mean",
        "sl.Beta(logit=eta - 1, concentration=4)",
    ),
    "a shape of a share": (
        lambda: sl.Beta(eta - 1, 2, observed="part"),
        "alpha",
        "sl.Beta(logit=eta - 1, concentration=...), where logit= is the logit of the mean",
    ),
    "a rate of waiting": (
        lambda: sl.Exponential(eta - 1, observed="wait"),
        "beta",
        "sl.Exponential(log=eta - 1), where log= is the log of the mean",
    ),
    "a rate of a gamma": (
        lambda: sl.Gamma(2, eta - 1, observed="wait"),
        "beta",
        "sl.Gamma(log=eta - 1, shape=...), where log= is the log of the mean",
    ),
}


def bind(outcome: Any) -> Any:
    lines = {"a": a, "b": b, "X": X, "B": B, "eta": eta, "y": outcome}
    return sl.Model.define("M", lines).bind(rows())


@pytest.mark.parametrize(("make", "argument", "line"), SHOWN.values(), ids=SHOWN)
def test_a_predictor_without_bounds_is_shown_the_line_with_its_link(
    make: Any, argument: str, line: str
) -> None:
    with pytest.raises(DeclarationError, match=f"{argument} of 'y' must be") as caught:
        bind(make())
    assert caught.value.way_out.startswith(f"write {line}")


@pytest.mark.parametrize(("make", "argument", "line"), SHOWN.values(), ids=SHOWN)
def test_the_line_that_is_shown_can_be_written(make: Any, argument: str, line: str) -> None:
    call = line.partition(", where")[0].replace("=...", "=2")
    column = make().observed
    outcome = eval(
        f"{call[:-1]}, observed={column!r})", {"sl": sl, "a": a, "b": b, "B": B, "X": X, "eta": eta}
    )
    assert bind(outcome).program


@pytest.mark.parametrize(
    "make",
    [
        lambda: sl.Bernoulli(a + b * sl.data("x"), observed="flag"),
        lambda: sl.Poisson(eta * 2, observed="count"),
    ],
)
def test_who_insists_can_write_what_is_shown(make: Any) -> None:
    with pytest.raises(DeclarationError) as caught:
        bind(make())
    insisted = re.search(r"or insist with (.*): values outside", caught.value.way_out)
    assert insisted
    again = make()
    location = eval(insisted[1], NAMES)
    assert bind(getattr(sl, again.family)(location, observed=again.observed)).program
