"""Lists as arguments of distributions of single numbers: a number or a quantity for every component."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import stanlevels as sl
from tests.parity.test_structures import football, parity

g, k, X = sl.Level("league"), sl.Index(["u", "v", "w"]), sl.covariates("x", "z")
m, n, s = sl.Normal(0.3, 1), sl.Normal(0, 2), sl.HalfNormal(1)
A = sl.Normal(m, 0.8, over=g)


def table() -> pd.DataFrame:
    return football().assign(flag=lambda d: (d.day == "sat").astype(int))


def normal(mean: Any) -> dict[str, Any]:
    return {"y": sl.Normal(mean, 0.7, observed=True)}


def flags(mean: Any) -> dict[str, Any]:
    return {"flag": sl.Bernoulli(logit=mean, observed=True)}


OVER_INDEX: dict[str, tuple[Any, Any]] = {
    "numbers": (sl.Normal([0, 1, 2], [1, 1.5, 2], over=k), normal),
    "zeros": (sl.Normal([0, 0, 0], [1, 1.5, 2], over=k), normal),
    "quantities": (sl.Normal([m, n, 3], [1, s, m * m + 1], over=k), normal),
    "of another outcome": (sl.Normal([m, n, 3], [1, s, 2], over=k), flags),
    "over a level": (sl.Normal([m, n, -1], [1, s, 2], over=(g, k)), normal),
    "over a level, sampled": (sl.Normal([m, 2, n], [s, 1, 2], over=(g, k)), flags),
    "heavy tails": (sl.StudentT([3, 4, 5], [m, n, 0], s, over=(g, k)), flags),
    "positive": (sl.Gamma([1, 2, 3], [s, 1, 1], over=k), flags),
    "positive over a level": (sl.Gamma([1, 2, 3], [s, 1, 1], over=(g, k)), flags),
    "half": (sl.HalfNormal([1, s, 2], over=(g, k)), flags),
    "logarithms": (sl.LogNormal([m, 0, n], [1, s, 0.5], over=(g, k)), flags),
    "of units": (sl.Normal([A, m, 3], [1, s, 2], over=(g, k)), normal),
    "of units, sampled": (sl.Normal([n, A + 1, m], 1, over=(g, k)), flags),
}


@pytest.mark.parametrize(("b", "outcome"), OVER_INDEX.values(), ids=OVER_INDEX)
def test_the_program_has_the_density_of_the_declaration(b: Any, outcome: Any) -> None:
    mean = b["u"] + b["v"] * sl.data("x") + b["w"] * sl.data("z")
    parity({"g": g, "k": k, "m": m, "n": n, "s": s, "A": A, "b": b, **outcome(mean)}, table())


@pytest.mark.parametrize("over", [X, (g, X)], ids=["alone", "over a level"])
def test_coefficients_of_covariates_take_lists(over: Any) -> None:
    b = sl.Normal([m, 1], [0.5, s], over=over)
    parity({"g": g, "X": X, "m": m, "s": s, "b": b, **normal(b @ X)}, table())


def test_standard_deviations_of_covariates_take_lists() -> None:
    b = sl.HalfNormal([1, 2], over=X)
    c = sl.Normal(0, b, over=(g, X))
    parity({"g": g, "X": X, "b": b, "c": c, **normal(c @ X)}, table())
