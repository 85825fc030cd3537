"""Slopes integrated out beside crossed effects: cells cost as their number, not as its square."""

import numpy as np
import pandas as pd

import stanlevels as sl
from stanlevels.engines.stanli import Stanli

ROWS = 20_000


class Crossed(sl.Model):
    person, item = sl.Level(), sl.Level()
    mean = sl.Normal(0, 5)
    person_sd, slope_sd = sl.HalfNormal(1), sl.HalfNormal(1)
    item_sd, noise = sl.HalfNormal(1), sl.HalfNormal(1)
    ability = sl.Normal(mean, person_sd, over=person)
    slope = sl.Normal(0, slope_sd, over=person)
    ease = sl.Normal(0, item_sd, over=item)
    y = sl.Normal(ability + slope * sl.data("x") + ease, noise, observed=True)


def test_many_cells_fit_into_memory():
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"person": rng.integers(0, 2000, ROWS), "item": rng.integers(0, 300, ROWS)})
    rows = rows.assign(x=rng.normal(0, 1, ROWS), y=rng.normal(0, 1, ROWS))
    given = Crossed.bind(rows, plan=sl.Plan(marginalize=["ability", "slope"])).posterior
    prepared = Stanli().prepare(given.text, given.stan_data, shapes=given.shapes)
    value, gradient = prepared.log_density(np.full(prepared.n_unconstrained, 0.1))
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
