"""Predictions of outcomes in steps, of unequal width and in counts, and what is saved and said of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special, stats

import stanlevels as sl
from tests.results.kit import fit_of
from tests.results.predictions.test_outcomes import GROUPS, RNG, N, as_draws, small, whole

DATA = pd.DataFrame({"g": GROUPS, "x": RNG.normal(size=N), "n": RNG.integers(3, 9, N)})
SCORES = pd.Categorical.from_codes(np.arange(N) % 4, ["no", "maybe", "yes", "very"], ordered=True)
MODES = ["bus", "car", "walk"]
COUNTS = pd.DataFrame(RNG.multinomial(DATA["n"], [0.2, 0.3, 0.5]), columns=MODES)
NEW = pd.DataFrame({"g": ["b", "z", None], "x": [2.0, -1.0, 0.5], "n": [4, 2, 7]})


class Steps(sl.Model):
    g, k = sl.Level(), sl.Index(3)
    sd, slope = sl.HalfNormal(1), sl.Normal(0, 1)
    G = sl.Normal(0, sd, over=g)
    cut, own = sl.Normal(0, 1, over=k), sl.Normal(0, 1, over=k)
    score = sl.StoppingRatio(slope * sl.data("x") + G, cut - own * sl.data("x"), observed=True)


class Neighbours(Steps):
    score = sl.AdjacentCategories(
        Steps.slope * sl.data("x") + Steps.G, Steps.cut - Steps.own * sl.data("x"), observed=True
    )


class Wide(sl.Model):
    g, k = sl.Level(), sl.Index(3)
    sd, wide = sl.HalfNormal(1), sl.Normal(0, 1)
    G = sl.Normal(0, sd, over=g)
    cut = sl.Normal(0, 1, over=k, ordered=True)
    score = sl.OrderedProbit(G, cut, scale=sl.exp(wide * sl.data("x")), observed=True)


class Modes(sl.Model):
    g, k = sl.Level(), sl.Index(MODES)
    sd, base = sl.HalfNormal(1), sl.Normal(0, 1, over=k)
    G = sl.Normal(0, sd, over=(g, k))
    modes = sl.Multinomial(sl.data("n"), logit=base + G, observed=MODES)


def of_steps(fit: Any) -> np.ndarray:
    """Probabilities at the first new row: one step after the other."""
    cut, own = whole(fit, "cut")[:, 0], whole(fit, "own")[:, 0]
    eta = whole(fit, "slope")[:, 0] * 2 + whole(fit, "G")[:, 1]
    stop = special.expit(cut - 2 * own - eta)
    reached = np.cumprod(np.concatenate([np.ones((len(stop), 1)), 1 - stop], axis=1), axis=1)
    return reached * np.concatenate([stop, np.ones((len(stop), 1))], axis=1)


def of_neighbours(fit: Any) -> np.ndarray:
    cut, own = whole(fit, "cut")[:, 0], whole(fit, "own")[:, 0]
    eta = whole(fit, "slope")[:, 0] * 2 + whole(fit, "G")[:, 1]
    odds = np.cumsum(eta - cut + 2 * own, axis=1)
    return special.softmax(np.concatenate([np.zeros((len(odds), 1)), odds], axis=1), axis=1)


def of_wide(fit: Any) -> np.ndarray:
    scale = np.exp(2 * whole(fit, "wide")[:, 0])
    below = stats.norm.cdf((whole(fit, "cut")[:, 0] - whole(fit, "G")[:, 1]) / scale)
    end = np.ones((len(below), 1))
    return np.diff(np.concatenate([0 * end, below, end], axis=1), axis=1)


@pytest.mark.parametrize(
    ("model", "expected"), [(Steps, of_steps), (Neighbours, of_neighbours), (Wide, of_wide)]
)
def test_every_category_has_its_probability_in_rows_of_known_new_and_unknown_units(model, expected):
    fit = fit_of(model, DATA.assign(score=SCORES), small)
    found = as_draws(fit.predict(NEW, output="xarray"))
    assert found.shape[1:] == (3, 4)
    np.testing.assert_allclose(found[:, 0], expected(fit), rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(found.sum(axis=2), 1)
    assert fit.predict(NEW)["g_is"].tolist() == ["known"] * 4 + ["new"] * 4 + ["unknown"] * 4


def test_counts_of_categories_have_a_row_each_with_what_is_expected():
    fit = fit_of(Modes, DATA.join(COUNTS), small)
    found = as_draws(fit.predict(NEW, output="xarray"))
    shares = special.softmax(whole(fit, "base")[:, 0] + whole(fit, "G")[:, 1], axis=1)
    np.testing.assert_allclose(found[:, 0], 4 * shares, rtol=1e-9)
    np.testing.assert_allclose(found.sum(axis=2), np.broadcast_to(NEW["n"], found.shape[:2]))
    assert fit.predict(NEW)["component"].tolist() == MODES * 3
    drawn = as_draws(fit.posterior_predictive(NEW, output="xarray"))
    assert drawn.dtype.kind == "i"
    assert (drawn.sum(axis=2) == NEW["n"].to_numpy()).all()


@pytest.mark.parametrize("model", [Steps, Wide, Modes])
def test_a_saved_fit_predicts_and_is_left_out_row_by_row_as_before(model, tmp_path):
    data = DATA.join(COUNTS).assign(score=SCORES)
    fit = fit_of(model, data, small)
    fit.save(tmp_path / "fit.zip")
    loaded = sl.load(tmp_path / "fit.zip")
    pd.testing.assert_frame_equal(loaded.predict(NEW), fit.predict(NEW))
    assert len(fit.loo().elpd_of_parts) == N


@pytest.mark.parametrize("model", [Steps, Neighbours, Wide, Modes])
def test_the_text_of_a_class_makes_an_equal_graph(model):
    namespace: dict[str, Any] = {"sl": sl}
    exec(str(model), namespace)
    made = next(v for v in namespace.values() if isinstance(v, type) and issubclass(v, sl.Model))
    assert made.graph() == model.graph()
