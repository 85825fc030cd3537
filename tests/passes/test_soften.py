"""`soften`: standard deviations that may be 0 for all that the data say are sampled soft near 0."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import FitError
from stanlevels.plan.quantities import Natural, Sampled, Softened
from tests.parity.harness import densities
from tests.passes.kit import bind, records

RNG = np.random.default_rng(3)
G = np.repeat(np.arange(12), 5)
NOISE = RNG.normal(size=60)
EFFECTS = RNG.normal(size=12)[G]


def effects(prior=None, **declared):
    g, s = sl.Level(), sl.HalfNormal(1)
    sd = sl.HalfNormal(2) if prior is None else prior
    u = sl.Normal(0, sd, over=g, **declared)
    return {"g": g, "sd": sd, "s": s, "u": u, "y": sl.Normal(u, s, observed=True)}


def data(sd):
    return {"g": G, "y": sd * EFFECTS + NOISE}


def form(bound, name="sd"):
    value = bound.planned.quantities[name].value
    assert isinstance(value, Sampled)
    return value.form


@pytest.mark.parametrize(
    "prior",
    [sl.HalfNormal(2), sl.HalfCauchy(2), sl.HalfStudentT(3, 2), sl.Exponential(0.5), sl.Weibull(1, 2)],
)
def test_a_scale_is_softened_where_the_data_leave_0_open_and_only_there(prior):
    assert isinstance(form(bind(effects(prior), data(0.05))), Softened)
    assert form(bind(effects(prior), data(3.0))) == Natural()
    assert form(bind(effects(prior), data(0.05)), "s") == Natural()


def test_a_prior_that_vanishes_at_0_has_no_long_tail_there():
    assert form(bind(effects(sl.LogNormal(0, 1)), data(0.05))) == Natural()


def test_the_reason_says_how_far_the_data_speak_against_0():
    (record,) = records(bind(effects(), data(0.05)), "soften").values()
    assert record.subject == "sd"
    assert "higher at its estimate than at 0" in record.reason


def test_the_reason_says_no_higher_where_the_estimate_is_0():
    within = NOISE - np.bincount(G, NOISE)[G] / 5  # every unit has the same mean
    (record,) = records(bind(effects(), {"g": G, "y": within}), "soften").values()
    assert record.reason == "the log likelihood of 12 units is no higher at its estimate than at 0"


def test_a_scale_of_which_a_pilot_look_tells_nothing_is_softened_with_few_units():
    lines = effects()
    lines["y"] = sl.Normal(lines["u"] * lines["u"], lines["s"], observed=True)
    (record,) = records(bind(lines, data(0.5)), "soften").values()
    assert "12 units, and the data alone do not tell" in record.reason


def test_the_typical_size_is_the_priors_or_the_datas_where_that_is_smaller():
    narrow = form(bind(effects(sl.HalfNormal(0.01)), data(0.05)))
    assert narrow.typical == (0.008,)  # sqrt(2 / pi) times 0.01
    wide = form(bind(effects(sl.HalfNormal(1000)), data(0.05)))
    assert 0.02 < wide.typical[0] < 2


def test_a_plan_decides_and_a_literal_one_leaves_scales_as_they_are():
    model = sl.Model.define("M", effects())
    here = model.bind(data(0.05))
    assert here.plan.soften == ("sd",)
    assert form(model.bind(data(0.05), plan=sl.Plan(soften=False))) == Natural()
    assert form(model.bind(data(0.05), plan=sl.Plan.literal())) == Natural()
    assert isinstance(form(model.bind(data(3.0), plan=sl.Plan(soften=True))), Softened)
    assert isinstance(form(model.bind(data(3.0), plan=sl.Plan(soften=["s"])), "s"), Softened)
    assert model.bind(data(3.0), plan=here.plan).stan_code == here.stan_code


@pytest.mark.parametrize("wrong", ["u", "y"])
def test_a_plan_that_names_what_cannot_be_softened_is_refused(wrong):
    with pytest.raises(FitError, match=f"soften= of a plan names '{wrong}'"):
        sl.Model.define("M", effects()).bind(data(1.0), plan=sl.Plan(soften=[wrong]))


PRIORS = {
    "half-normal": sl.HalfNormal(2),
    "half-Cauchy": sl.HalfCauchy(2),
    "half-t": sl.HalfStudentT(3, 2),
    "exponential": sl.Exponential(2),
    "gamma": sl.Gamma(2, 3),
    "log-normal": sl.LogNormal(0, 1),
}


@pytest.mark.parametrize("marginalize", [["u"], False], ids=["marginal", "sampled"])
@pytest.mark.parametrize("at", [1e-6, 0.3, 40.0])
@pytest.mark.parametrize("prior", PRIORS)
def test_the_density_is_the_declared_one(prior, at, marginalize):
    model = sl.Model.define("M", effects(PRIORS[prior]))
    plan = sl.Plan(soften=["sd", "s"], marginalize=marginalize, center=None if marginalize else False)
    bound = model.bind(data(0.5), plan=plan)
    values = {"sd": np.asarray(at), "s": np.asarray(0.7)}
    values |= {} if marginalize else {"u": at * np.linspace(-1, 1, 12)}
    found = densities(bound, pd.DataFrame(data(0.5)), values)
    assert found.agree(), f"{found}\n{bound.stan_code}"


def test_the_density_of_scales_by_component_and_by_unit_is_the_declared_one():
    g, k = sl.Level(), sl.Index(2)
    sds, own = sl.HalfNormal(2, over=k), sl.HalfNormal(1, over=g)
    corr = sl.LKJCholesky(2, dim=2)
    b = sl.MultiNormal([0, 0], sds, corr, over=g)
    y = sl.Normal(b[0] + b[1] * sl.data("x"), own, observed=True)
    model = sl.Model.define("M", {"g": g, "k": k, "sds": sds, "own": own, "corr": corr, "b": b, "y": y})
    frame = pd.DataFrame({**data(0.5), "x": np.tile(np.arange(5.0), 12)})
    bound = model.bind(frame, plan=sl.Plan(soften=["sds", "own"], marginalize=False, center=True))
    assert form(bound, "sds").typical == (1.6,)
    values = {"sds": np.array([0.2, 1.5]), "own": np.linspace(0.1, 3, 12), "b": RNG.normal(size=(12, 2))}
    found = densities(bound, frame, {**values, "corr": np.array([[1, 0.3], [0.3, 1]])})
    assert found.agree(), f"{found}\n{bound.stan_code}"


def test_a_fit_tells_the_scale_under_its_own_name_and_can_be_taken_up_again():
    model = sl.Model.define("M", effects())
    said: Any = {"engine": "stanli", "progress": False, "chains": 2, "draws": 400}
    fit = model.fit(data(0.05), seed=1, **said)
    assert set(fit.idata.posterior.data_vars) == {"sd", "s", "u"}
    assert (fit.idata.posterior["sd"] > 0).all()
    again = model.fit(data(0.05), seed=2, start=fit, **said)
    plain = model.fit(data(0.05), seed=3, plan=sl.Plan(soften=False), **said)
    first, *others = (found.summary().loc["sd"] for found in (fit, again, plain))
    for other in others:
        error = np.hypot(first["sd"], other["sd"]) / np.sqrt(100)
        assert abs(first["estimate"] - other["estimate"]) < 4 * error
