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


def curve(**wiggle):
    S, a, slope, noise = sl.spline("x", 12), sl.Normal(), sl.Normal(), sl.HalfNormal()
    w = sl.Normal(0, *wiggle.values(), over=S)
    y = sl.Normal(a + slope * sl.data("x") + w @ S, noise, observed=True)
    return sl.Model.define(
        "Curve", {"S": S, "a": a, "slope": slope, "noise": noise, **wiggle, "w": w, "y": y}
    )


def test_the_open_standard_deviation_of_a_smooth_is_unknown():
    short, long = curve().bind(ROWS), curve(w_sigma=sl.HalfNormal()).bind(ROWS)
    first, second = (bound.planned.lines["w_sigma"].args["sigma"].values for bound in (short, long))
    assert first == pytest.approx(second)
    reml = [bound.fit("reml", progress=False).summary()["estimate"].sort_index() for bound in (short, long)]
    assert reml[0].to_dict() == pytest.approx(reml[1].to_dict(), rel=1e-6)


@pytest.mark.parametrize(("by", "add"), [(1000.0, 0.0), (1e-3, 0.0), (1.0, 5000.0), (-40.0, 7.0)])
def test_neither_the_unit_of_the_column_nor_that_of_the_outcome_moves_a_curve(by, add):
    first = curve().bind(ROWS)
    of_x = curve().bind({**ROWS, "x": by * ROWS["x"] + add})
    of_y = curve().bind({**ROWS, "y": by * ROWS["y"] + add})
    sigma = [bound.planned.lines["w_sigma"].args["sigma"].values[0] for bound in (first, of_x, of_y)]
    assert sigma == pytest.approx([sigma[0], sigma[0], abs(by) * sigma[0]], rel=1e-6)
    fits = [
        bound.fit("reml", progress=False).predict()["estimate"].to_numpy() for bound in (first, of_x, of_y)
    ]
    assert fits[1] == pytest.approx(fits[0], rel=1e-5)
    assert fits[2] == pytest.approx(by * fits[0] + add, rel=1e-5)
