"""Coefficients without units that share an unknown standard deviation have forms as effects have."""

from typing import Any

import numpy as np
import pytest

import stanlevels as sl

RNG = np.random.default_rng(3)
ROWS: dict[str, Any] = {"x": RNG.uniform(0, 10, 150)}
ROWS["y"] = np.sin(ROWS["x"]) + RNG.normal(0, 0.3, 150)
ROWS["k"] = RNG.poisson(np.exp(np.sin(ROWS["x"])))


def smooth(*, outcome="y", knots=12, **options):
    S, a, slope = sl.spline("x", knots), sl.Normal(), sl.Normal()
    wiggle, noise = sl.HalfNormal(), sl.HalfNormal()
    w = sl.Normal(0, wiggle, over=S, **options)
    location = a + slope * sl.data("x") + w @ S
    lines = {"S": S, "a": a, "slope": slope, "wiggle": wiggle, "w": w}
    if outcome == "k":
        return sl.Model.define("Counts", {**lines, "k": sl.Poisson(log=location, observed=True)})
    line = sl.Normal(location, noise, observed=True)
    return sl.Model.define("Curve", {**lines, "noise": noise, "y": line})


@pytest.mark.parametrize("outcome", ["y", "k"])
def test_what_the_data_tell_well_is_centred_and_what_they_do_not_is_not(outcome):
    bound = smooth(outcome=outcome).bind(ROWS)
    form = bound.planned.quantities["w"].between
    assert form is not None
    (found,) = form.weights
    assert found[0] > 0.9 > 0.2 > found[-1]
    assert list(found) == sorted(found, reverse=True)  # columns are in the order of what rows tell of them
    assert "coefficient by coefficient" in str(bound.plan)
    assert "how far each coefficient is centred" in str(bound.stan_code)


def test_the_form_may_be_said():
    assert "w_raw" in str(smooth(centered=False).bind(ROWS).stan_code)
    assert "w_between" not in str(smooth(centered=True).bind(ROWS).stan_code)
    assert "w_raw" in str(smooth().bind(ROWS, plan=sl.Plan(center={"w": False})).stan_code)


def test_coefficients_with_known_or_different_standard_deviations_are_as_they_were():
    X, noise = sl.covariates("x", "k"), sl.HalfNormal()
    sds = sl.HalfNormal(over=X)
    for scale in (1.0, sds):
        lines = {"X": X, **({"sds": sds} if scale is sds else {}), "noise": noise}
        b = sl.Normal(0, scale, over=X)
        model = sl.Model.define("M", {**lines, "b": b, "y": sl.Normal(b @ X, noise, observed=True)})
        assert "b" not in model.bind(ROWS).plan.centered


@pytest.mark.slow
def test_every_form_has_the_same_posterior_and_that_of_reml():
    reml = smooth().fit(ROWS, "reml", progress=False).predict()["estimate"].to_numpy()
    for form in (True, False, "between"):
        fit = smooth(centered=form).fit(ROWS, seed=2, warmup=600, draws=600, progress=False)
        assert np.abs(fit.predict()["estimate"] - reml).max() < 0.06  # sd of a curve about 0.08
