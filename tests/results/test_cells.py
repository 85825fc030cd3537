"""A fit of cells is a fit of rows: nothing that is asked of it tells which it was."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

import stanlevels as sl
from stanlevels.errors import StanlevelsWarning

N = 60
RNG = np.random.default_rng(2)
FRAME = pd.DataFrame({"g": np.arange(N) % 5, "x": np.arange(N) % 3 * 0.5})
FRAME["y"] = RNG.normal(size=5)[FRAME["g"]] + 0.3 * FRAME["x"] + RNG.normal(size=N)


class Cells(sl.Model):
    g = sl.Level()
    s = sl.HalfNormal(1)
    b = sl.Normal(0, 1)
    a = sl.Normal(0, 1, over=g)
    eta = a + b * sl.data("x")
    y = sl.Normal(eta, s, observed=True)


@pytest.fixture(scope="module")
def fit():
    bound = Cells.bind(FRAME, plan=sl.Plan(compress=True, marginalize=False))
    assert bound.data.size(("<cells of y>",)) == 15
    with pytest.warns(StanlevelsWarning, match="only 50 draws"):
        return bound.fit(engine="stanli", chains=2, warmup=150, draws=50, seed=3, progress=False)


def of(fit, name):
    return fit.draws(name).values


def test_what_is_named_at_the_rows_has_a_value_for_every_row(fit):
    eta = of(fit, "a")[..., FRAME["g"]] + of(fit, "b")[..., None] * FRAME["x"].to_numpy()
    assert of(fit, "eta") == pytest.approx(eta)
    assert len(fit.fitted("y")) == N


def test_the_pointwise_log_likelihood_is_that_of_rows(fit):
    eta = of(fit, "a")[..., FRAME["g"]] + of(fit, "b")[..., None] * FRAME["x"].to_numpy()
    wanted = norm.logpdf(FRAME["y"].to_numpy(), eta, of(fit, "s")[..., None])
    found = fit.add_log_likelihood().log_likelihood["y"].values
    assert found.shape == (2, 50, N)
    assert found == pytest.approx(wanted)


def test_effects_count_rows(fit):
    assert fit.effects("a")["rows"].tolist() == [12] * 5


def test_the_outcome_in_the_results_has_a_value_for_every_row(fit):
    assert fit.idata.observed_data["y"].values == pytest.approx(FRAME["y"].to_numpy())


def test_a_pickled_fit_says_the_same(fit):
    again = pickle.loads(pickle.dumps(fit))
    pd.testing.assert_frame_equal(pd.DataFrame(again.effects("a")), pd.DataFrame(fit.effects("a")))
    assert again.plan.compress == ("y",)


def test_estimates_without_draws_are_those_of_the_rows():
    cells = Cells.fit(FRAME, method="mle", plan=sl.Plan(compress=True), progress=False)
    rows = Cells.fit(FRAME, method="mle", plan=sl.Plan(compress=False), progress=False)
    assert cells.summary()["estimate"].tolist() == rows.summary()["estimate"].tolist()
