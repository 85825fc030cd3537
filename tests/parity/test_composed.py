"""Distributions made of distributions, as likelihoods: log density and gradient beside the oracle's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.parity.test_distributions import frame, parity, rates_are_sampled

__all__ = ["rates_are_sampled"]


def rows() -> pd.DataFrame:
    """Counts, amounts and shares with zeros and ones among them."""
    data = frame()
    none = np.arange(len(data)) % 3 == 0
    share = np.where(none, data["binary"], data["fraction"])
    some, amount = np.where(none, 0, data["count"]), np.where(none, 0, data["positive"])
    return data.assign(some=some, amount=amount, share=share)


SCHOOL = sl.Level()
M, S, Z = sl.Normal(0, 1, over=SCHOOL), sl.Gamma(2, 2), sl.Normal(0, 1)
ETA = M + 0.4 * sl.data("x")
INNER: dict[str, tuple[Any, str]] = {
    "Poisson": (sl.Poisson(sl.exp(ETA)), "some"),
    "Poisson log": (sl.Poisson(log=ETA), "some"),
    "NegBinomial log": (sl.NegBinomial(log=ETA, shape=S), "some"),
    "ConwayMaxwellPoisson log": (sl.ConwayMaxwellPoisson(log=ETA, shape=S), "some"),
    "Binomial logit": (sl.Binomial(trials=sl.data("n"), logit=ETA), "some"),
    "BetaBinomial": (sl.BetaBinomial(trials=sl.data("n"), mean=sl.inv_logit(ETA), concentration=S), "some"),
    "LogNormal": (sl.LogNormal(ETA, S), "amount"),
    "Gamma log": (sl.Gamma(log=ETA, shape=S), "amount"),
    "Weibull": (sl.Weibull(S, sl.exp(ETA)), "amount"),
    "InverseGaussian log": (sl.InverseGaussian(log=ETA, shape=S), "amount"),
    "Beta logit": (sl.Beta(logit=ETA, concentration=S), "share"),
    "Beta mean": (sl.Beta(mean=sl.inv_logit(ETA), concentration=S), "share"),
}
COUNTS = [name for name, (_, column) in INNER.items() if column == "some"]
ONES = rows().assign(share=lambda d: np.where(d["share"] == 1, 0.5, d["share"]))  # a hurdle has no ones


def chance(logit: bool) -> dict[str, Any]:
    return {"logit": Z + 0.3 * sl.data("x")} if logit else {"zero": sl.inv_logit(Z)}


@pytest.mark.parametrize("logit", [False, True])
@pytest.mark.parametrize("inner", COUNTS)
def test_zero_inflated(inner, logit):
    of, column = INNER[inner]
    line = sl.ZeroInflated(of, **chance(logit), observed=column)
    parity({"school": SCHOOL, "m": M, "s": S, "z": Z, "y": line}, rows())


@pytest.mark.parametrize("logit", [False, True])
@pytest.mark.parametrize("inner", INNER)
def test_hurdle(inner, logit):
    of, column = INNER[inner]
    line = sl.Hurdle(of, **chance(logit), observed=column)
    parity({"school": SCHOOL, "m": M, "s": S, "z": Z, "y": line}, ONES)


@pytest.mark.parametrize("inner", ["Beta logit", "Beta mean"])
@pytest.mark.parametrize("ends", [{"ends": 0.3}, {"ends_logit": Z}])
@pytest.mark.parametrize("one", [{"one": sl.inv_logit(Z)}, {"one_logit": Z * sl.data("x")}])
def test_zero_one_inflated(inner, ends, one):
    line = sl.ZeroOneInflated(INNER[inner][0], **ends, **one, observed="share")
    parity({"school": SCHOOL, "m": M, "s": S, "z": Z, "y": line}, rows())


@pytest.mark.parametrize(
    "shares", [{"shares": [0.3, 0.7], "weights": "n"}, {"logit": [0, Z + 0.5 * sl.data("x")]}]
)
@pytest.mark.parametrize(
    ("of", "column"),
    [
        ([sl.Normal(ETA, S), sl.StudentT(4, Z, 2)], "real"),
        ([sl.Poisson(log=ETA), sl.NegBinomial(mu=4, shape=S)], "count"),
        ([sl.Gamma(log=ETA, shape=S), sl.Gamma(log=Z + ETA, shape=2)], "positive"),
    ],
    ids=["numbers", "counts", "positive"],
)
def test_a_mixture_of_a_list(of, column, shares):
    line = sl.Mixture(of, **shares, observed=column)
    parity({"school": SCHOOL, "m": M, "s": S, "z": Z, "y": line}, rows())


@pytest.mark.parametrize("over", [False, True])
def test_a_mixture_over_an_index(over):
    kind = sl.Index(["low", "middle", "high"])
    mu, sd = sl.Normal(0, 2, over=kind, ordered=True), sl.HalfNormal(1, over=kind)
    share = sl.Dirichlet([1, 2, 3], over=(SCHOOL, kind) if over else kind)
    line = sl.Mixture(sl.Normal(mu + Z * sl.data("x"), sd), share, observed="real")
    parity({"school": SCHOOL, "kind": kind, "mu": mu, "sd": sd, "share": share, "z": Z, "y": line}, rows())


def test_outcomes_of_a_level_and_frequency_weights():
    data = rows()
    data["some"] = data.groupby("school")["some"].transform("first")
    line = sl.ZeroInflated(sl.Poisson(log=M), logit=Z, observed="some", over=SCHOOL)
    parity({"school": SCHOOL, "m": M, "z": Z, "y": line}, data)
    line = sl.Hurdle(sl.LogNormal(ETA, S), 0.3, observed="amount", weights="n")
    parity({"school": SCHOOL, "m": M, "s": S, "y": line}, data)
