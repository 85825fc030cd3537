"""The work in a gradient, counted by hand."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.engines.stanli import Stanli
from stanlevels.plan.work import numbers, work_of

RNG = np.random.default_rng(5)
ROWS = pd.DataFrame({"g": np.repeat(np.arange(40), 25), "x": RNG.normal(0, 1, 1000)})
ROWS["y"] = RNG.normal(0, 1, 40)[ROWS["g"]] + 0.5 * ROWS["x"] + RNG.normal(0, 1, 1000)
ROWS["hit"] = (ROWS["y"] > 0).astype(int)


class Groups(sl.Model):
    g = sl.Level()
    b = sl.Normal(0, 1)
    spread = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    u = sl.Normal(0, spread, over=g)
    y = sl.Normal(u + b * sl.data("x"), noise, observed=True)


class Hits(sl.Model):
    g = sl.Level()
    b = sl.Normal(0, 1)
    spread = sl.HalfNormal(1)
    u = sl.Normal(0, spread, over=g)
    hit = sl.Bernoulli(logit=u + b * sl.data("x"), observed=True)


def work(model, **switches):
    bound = model.bind(ROWS, plan=sl.Plan(**switches))
    return work_of(bound.planned, bound.data)


LITERAL: Any = {
    "compress": False,
    "marginalize": False,
    "lift": False,
    "center": True,
    "glm": False,
    "moved": (),
}


def test_work_of_rows_is_counted_by_hand():
    found = work(Groups, **LITERAL)
    assert found.simple == 1000 + 40 + 3  # the rows, the effects, three priors
    assert found.elements == 3 * 1000 + 40 + 3  # u[g], b * x, their sum; what is sampled
    assert (found.exponentials, found.gammas, found.loops, found.swept) == (0, 0, 0, 0)


def test_a_standardised_effect_costs_its_definition():
    more = work(Groups, **{**LITERAL, "center": False}).elements - work(Groups, **LITERAL).elements
    assert more == 2 * 40


def test_flags_cost_exponentials():
    assert work(Hits, **LITERAL).exponentials == 1000


def test_rows_do_not_appear_where_effects_are_integrated_out():
    found = work(Groups)
    assert (found.simple, found.swept) == (3, 2 * 40)
    assert found.elements < 40


def test_loops_are_seen():
    class Weighted(sl.Model):
        b = sl.Normal(0, 1)
        hit = sl.Bernoulli(logit=b * sl.data("x"), observed=True, weights="n")

    bound = Weighted.bind(ROWS.assign(n=2), plan=sl.Plan(**LITERAL))
    assert work_of(bound.planned, bound.data).loops == 1000


class Slopes(sl.Model):
    g = sl.Level()
    part = sl.Index(["one", "x", "square"])
    sds = sl.HalfNormal(1, over=part)
    corr = sl.LKJCholesky(2, dim=3)
    noise = sl.HalfNormal(1)
    B = sl.MultiNormal([0, 0, 0], sds, corr, over=g)
    y = sl.Normal(B[0] + B[1] * sl.data("x") + B[2] * sl.data("x") ** 2, noise, observed=True)


@pytest.mark.parametrize("model", [Groups, Hits, Slopes])
@pytest.mark.parametrize("plan", [sl.Plan(), sl.Plan.literal(), sl.Plan(**LITERAL)])
def test_numbers_are_those_of_the_sampler(model, plan):
    bound = model.bind(ROWS, plan=plan)
    given = bound.posterior
    prepared = Stanli().prepare(given.text, given.stan_data, shapes=given.shapes)
    assert numbers(bound.planned, bound.data) == prepared.n_unconstrained
