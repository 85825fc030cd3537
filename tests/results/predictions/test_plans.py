"""Predictions rest on draws of quantities alone: how these were sampled makes no difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.results.kit import fit_of
from tests.values.kit import integrating

NEW = {
    "app": ["a", "new", None, "c", "b"],
    "publisher": ["p", "p", "z", None, "q"],
    "device": ["x", "y", None, "w", "x"],
    "x": [0.0, 1.0, 2.0, 3.0, -1.0],
}


class Crashes(sl.Model):
    publisher = sl.Level()
    app = sl.Level(within=publisher)
    device = sl.Level()
    m, b = sl.Normal(1, 1), sl.Normal(0, 1)
    sd_p, sd_a, sd_d, noise = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
    P = sl.Normal(m, sd_p, over=publisher)
    A = sl.Normal(P, sd_a, over=app)
    D = sl.Normal(0, sd_d, over=device)
    y = sl.Normal(A + D + b * sl.data("x"), noise, observed=True)


def rows() -> pd.DataFrame:
    apps = pd.DataFrame({"app": list("abcdef"), "publisher": list("pqpqrr")})
    frame = apps.merge(pd.DataFrame({"device": list("xyw")}), how="cross")
    rng = np.random.default_rng(3)
    return frame.assign(x=rng.normal(size=len(frame)), y=rng.normal(1, 1, size=len(frame)))


def drawn(name: str, shape: tuple[int, ...]) -> np.ndarray:
    values = np.random.default_rng(sum(map(ord, name))).normal(size=shape)
    return np.exp(0.1 * values) if name.startswith(("sd", "noise")) else values


GROUPS = {"tree": {"g": ["P", "A"]}, "crossed": {"g": ["D", "A"]}, "one": {"g": ["D"]}}


@pytest.mark.parametrize("groups", GROUPS.values(), ids=GROUPS)
def test_integrated_effects_predict_as_sampled_ones_with_the_same_draws(groups):
    planned = fit_of(Crashes, rows(), drawn, change=lambda p: integrating(p, groups))
    held = planned.by_quantity

    def same(name: str, shape: tuple[int, ...]) -> np.ndarray:
        return held.whole(name).reshape(shape)

    literal = fit_of(Crashes, rows(), same)
    for new in (None, NEW):
        one = planned.predict(new, output="xarray")
        other = literal.predict(new, output="xarray")
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(planned.posterior_predictive(NEW), literal.posterior_predictive(NEW))


def test_effects_that_are_drawn_again_when_wanted_predict_as_stored_ones(monkeypatch):
    def made(**stored: int) -> np.ndarray:
        for name, number in stored.items():
            monkeypatch.setattr(f"stanlevels.values.restore.{name}", number)
        fit = fit_of(Crashes, rows(), drawn, change=lambda p: integrating(p, GROUPS["tree"]))
        found = fit.predict(NEW, output="xarray").to_numpy()
        assert fit.by_quantity.is_on_demand("A") == bool(stored)
        return found

    np.testing.assert_allclose(made(), made(_STORED=0), rtol=1e-12)


@pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")  # of few draws
def test_what_was_fitted_by_nuts_and_by_its_literal_plan_predicts_alike():
    """The means of two fits of one posterior, 2,000 draws each, within 6 Monte Carlo standard errors.

    With an effective size of at least 400 of each; ten comparisons, so one false alarm in 10^7 runs.
    """
    data = rows()
    asked = {"seed": 2, "progress": False, "engine": "stanli", "warmup": 500, "draws": 500}
    one = Crashes.fit(data, **asked).predict(NEW)
    literal = sl.Plan(marginalize=False, compress=False)
    other = Crashes.bind(data, plan=literal).fit(**asked).predict(NEW)
    error = np.sqrt(one["sd"] ** 2 + other["sd"] ** 2) / np.sqrt(400)
    assert (np.abs(one["estimate"] - other["estimate"]) < 6 * error).all()
    np.testing.assert_allclose(one["sd"], other["sd"], rtol=0.4)


@pytest.mark.filterwarnings("ignore::stanlevels.errors.StanlevelsWarning")  # of few draws
def test_quantities_that_were_not_recorded_are_named_where_they_are_needed():
    asked = {"seed": 2, "progress": False, "engine": "stanli", "warmup": 150, "draws": 50}
    fit = Crashes.fit(rows(), record=["A", "D", "b"], **asked)
    known = {"app": ["a"], "device": ["x"], "x": [0.0]}
    assert len(fit.predict(known)) == 1
    with pytest.raises(sl.FitError, match="were not recorded"):
        fit.predict(known | {"app": ["new"], "publisher": ["p"]})
    with pytest.raises(sl.FitError, match="were not recorded"):
        fit.posterior_predictive(known)
