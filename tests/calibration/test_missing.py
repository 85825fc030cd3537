"""Simulation-based calibration of a model with missing values: those that are sampled, and the rest.

Values are lost where the outcome that uses them is large, which is seen: missing at random, so that a model
of what was seen is right (Rubin 1976). The ranks and their test are those of `tests/calibration/test_sbc.py`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.calibration.ranks import by_stan, not_uniform

pytestmark = pytest.mark.slow

N, TIMES = 12, 70


class Mediated(sl.Model):
    a, b, s = sl.Normal(0, 1), sl.Normal(0, 1), sl.LogNormal(0, 0.3)
    c, d, t = sl.Normal(0, 1), sl.Normal(0, 1), sl.LogNormal(0, 0.3)
    m = sl.Normal(a + b * sl.data("x"), s, observed=True, missing="model")
    y = sl.Normal(c + d * m, t, observed=True, missing="model")


def test_true_values_rank_evenly_among_draws_where_values_are_missing() -> None:
    found = pd.DataFrame([_ranks(seed) for seed in range(TIMES)])
    assert not_uniform(found) == {}


def _ranks(seed: int) -> dict[str, int]:
    rng = np.random.default_rng([77, seed])
    x = np.linspace(-1, 1, N)
    truth = {name: rng.normal() for name in "abcd"} | {name: rng.lognormal(0, 0.3) for name in "st"}
    m = rng.normal(truth["a"] + truth["b"] * x, truth["s"])
    y = rng.normal(truth["c"] + truth["d"] * m, truth["t"])
    gone = np.argsort(-y)[:4]  # where y is large
    data = pd.DataFrame({"x": x, "m": m, "y": y})
    data.loc[gone, "m"] = np.nan
    data.loc[[5], "y"] = np.where(np.isin(5, gone), y[5], np.nan)
    bound = Mediated.bind(data)
    lacking = np.sort(gone)
    known = {name: np.asarray(value) for name, value in truth.items()} | {"m_missing": m[lacking]}
    drawn = by_stan(bound, seed, known)
    ranks = {name: int((drawn[name] < truth[name]).sum()) for name in truth}
    first, last = drawn["m_missing"][:, 0], drawn["m_missing"][:, -1]
    return ranks | {"first": int((first < m[lacking[0]]).sum()), "last": int((last < m[lacking[-1]]).sum())}
