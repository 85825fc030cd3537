"""Categories in steps, with effects of their own, of unequal width, and as counts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.parity.test_distributions import ROWS, frame, parity

STEPS = {
    "logit": lambda eta, cut: sl.StoppingRatio(eta, cut, observed="answer"),
    "probit": lambda eta, cut: sl.StoppingRatio(probit=eta, cutpoints=cut, observed="answer"),
    "cloglog": lambda eta, cut: sl.StoppingRatio(cloglog=eta, cutpoints=cut, observed="answer"),
    "neighbours": lambda eta, cut: sl.AdjacentCategories(eta, cut, observed="answer"),
}


def answers() -> pd.DataFrame:
    return frame().assign(answer=1 + np.arange(ROWS) % 4)


@pytest.mark.parametrize("steps", STEPS)
def test_a_covariate_may_have_an_effect_on_each_step(steps):
    k, b, school, sd = sl.Index(3), sl.Normal(0, 1), sl.Level(), sl.HalfNormal(1)
    cut, own = sl.Normal(0, 1, over=k), sl.Normal(0, 1, over=k)
    u = sl.Normal(0, sd, over=school)
    y = STEPS[steps](b * sl.data("n") / 9 + u, cut - own * sl.data("x"))
    lines = {"k": k, "b": b, "school": school, "sd": sd, "cut": cut, "own": own, "u": u, "answer": y}
    parity(lines, answers())


@pytest.mark.parametrize("steps", STEPS)
def test_steps_may_differ_between_units(steps):
    k, school, b = sl.Index(3), sl.Level(), sl.Normal(0, 1)
    cut = sl.Normal(0, 1, over=(school, k))
    lines = {"k": k, "school": school, "b": b, "cut": cut, "answer": STEPS[steps](b * sl.data("x"), cut)}
    parity(lines, answers())


@pytest.mark.parametrize("family", [sl.OrderedLogistic, sl.OrderedProbit])
@pytest.mark.parametrize("weights", [None, "n"])
def test_ordered_categories_of_unequal_width(family, weights):
    k, b, wide = sl.Index(3), sl.Normal(0, 1), sl.Normal(0, 1)
    cut = sl.Normal(0, 1, over=k, ordered=True)
    scale = sl.exp(wide * sl.data("x"))
    y = family(b * sl.data("n") / 9, cut, scale=scale, observed="answer", weights=weights)
    parity({"k": k, "b": b, "wide": wide, "cut": cut, "answer": y}, answers())


def counts() -> pd.DataFrame:
    rng = np.random.default_rng(8)
    data = frame()
    data[["bus", "car", "walk"]] = rng.multinomial(data["n"], [0.2, 0.5, 0.3])
    return data


TALLIES = {
    "multinomial": lambda logit, _: sl.Multinomial(
        sl.data("n"), logit=logit, observed=["bus", "car", "walk"]
    ),
    "dirichlet": lambda logit, c: sl.DirichletMultinomial(
        sl.data("n"), logit=logit, concentration=c, observed=["bus", "car", "walk"]
    ),
}


@pytest.mark.parametrize("family", TALLIES)
def test_counts_of_categories_with_a_list_of_log_odds(family):
    a, b, s = sl.Normal(0, 1), sl.Normal(0, 1), sl.Gamma(2, 1)
    y = TALLIES[family]([0, a + b * sl.data("x"), -b], s)
    parity({"a": a, "b": b, "s": s, "modes": y}, counts())


@pytest.mark.parametrize("family", TALLIES)
def test_counts_of_categories_with_effects_of_units_on_each(family):
    k, school, sd, s = sl.Index(["bus", "car", "walk"]), sl.Level(), sl.HalfNormal(1), sl.Gamma(2, 1)
    a, b = sl.Normal(0, 1, over=k), sl.Normal(0, 1, over=k)
    u = sl.Normal(0, sd, over=(school, k))
    y = TALLIES[family](a + b * sl.data("x") + u, s)
    lines = {"k": k, "school": school, "sd": sd, "s": s, "a": a, "b": b, "u": u, "modes": y}
    parity(lines, counts())


@pytest.mark.parametrize("weights", [None, "count"])
def test_counts_of_categories_by_their_shares(weights):
    share, c = sl.Dirichlet([1, 2, 3]), sl.LogNormal(0, 1)
    columns = ["bus", "car", "walk"]
    lines = {
        "share": share,
        "c": c,
        "first": sl.Multinomial(sl.data("n"), share, observed=columns, weights=weights),
        "again": sl.DirichletMultinomial(sl.data("n"), c * share, observed=columns, weights=weights),
        "third": sl.DirichletMultinomial(sl.data("n"), mean=share, concentration=c, observed=columns),
    }
    parity(lines, counts())


def test_the_number_of_trials_may_be_the_sum_of_the_columns():
    a = sl.Normal(0, 1)
    total = sl.data("bus") + sl.data("car") + sl.data("walk")
    y = sl.Multinomial(total, logit=[0, a, a * sl.data("x")], observed=["bus", "car", "walk"])
    parity({"a": a, "modes": y}, counts())
