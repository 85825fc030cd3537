"""Cases from the field, sampled by NUTS as their authors met them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.priors.likelihood import generalised, least_squares
from tests.priors.test_levels import sleepstudy

NUTS: dict[str, Any] = {"seed": 1, "engine": "stanli", "progress": False}


class Line(sl.Model):
    a = sl.Normal()
    b = sl.Normal()
    noise = sl.HalfNormal()
    y = sl.Normal(a + b * sl.data("x"), noise, observed=True)


class Trend(sl.Model):
    a = sl.Normal()
    b = sl.Normal()
    k = sl.Poisson(log=a + b * sl.data("year"), observed=True)


class Sleep(sl.Model):
    """The population's day 12 above the outcome's line."""

    subject = sl.Level("Subject")
    intercept = sl.Normal()
    slope = sl.Normal()
    subject_sd = sl.HalfNormal()
    noise = sl.HalfNormal()
    A = sl.Normal(intercept, subject_sd, over=subject)
    pop12 = intercept + slope * 12
    y = sl.Normal(A + slope * sl.data("Days"), noise, observed=True)


def years() -> pd.DataFrame:
    r = np.random.default_rng(2)
    x = 2000 + np.arange(60) % 20
    return pd.DataFrame({"x": x, "y": 20 + (x - x.mean()) / x.std() * 3 + r.normal(0, 1.5, 60)})


def assert_near(found: Any, estimate: float, se: float) -> None:
    """A posterior mean within a quarter of a standard error, and four of its own Monte Carlo errors."""
    error = found["sd"] / np.sqrt(found["ess_bulk"])
    assert abs(found["estimate"] - estimate) < 0.25 * se + 4 * error


@pytest.mark.slow
def test_the_slope_by_calendar_years_is_that_of_least_squares():
    """Found in 0.1.0: 0.0016 (-0.007, 0.010) for 0.515 (0.03), and no sign of trouble."""
    d = years()
    right = least_squares(d["y"], d["x"])
    assert right.estimate[1] == pytest.approx(0.515, abs=0.001)
    fit = Line.fit(d, **NUTS)
    assert_near(fit.summary().loc["b"], right.estimate[1], right.se[1])
    assert fit.diagnose().ok


@pytest.mark.slow
def test_the_slope_by_calendar_years_is_that_of_centred_ones():
    one = Line.fit(years(), **NUTS).summary().loc["b"]
    other = Line.fit(years().assign(x=lambda d: d["x"] - 2009.5), **NUTS).summary().loc["b"]
    assert_near(one, other["estimate"], other["sd"])
    assert one["sd"] == pytest.approx(other["sd"], rel=0.15)


def test_laplace_at_the_mode_finds_the_slope_by_calendar_years():
    """Found in 0.1.0: an EngineError that repeats "Non-finite gradient" eleven times."""
    right = least_squares(years()["y"], years()["x"])
    fit = Line.fit(years(), "laplace", seed=1, engine="stanli", progress=False)
    found = fit.summary().loc["b"]
    assert found["estimate"] == pytest.approx(right.estimate[1], abs=0.3 * right.se[1])


@pytest.mark.slow
def test_the_trend_of_counts_by_calendar_years_is_that_of_maximum_likelihood():
    """Found in 0.1.0: 0.0054 (0.0032, 0.0077) for 0.0265 (0.0026)."""
    r = np.random.default_rng(3)
    year = np.arange(1950, 2020)
    d = pd.DataFrame({"year": year, "k": r.poisson(np.exp(1.5 + 0.0265 * (year - 1985)))})
    right = generalised("poisson", d["k"], d["year"])
    fit = Trend.fit(d, **NUTS)
    assert_near(fit.summary().loc["b"], right.estimate[1], right.se[1])


@pytest.mark.slow
def test_a_line_that_no_outcome_uses_does_not_move_sleepstudy():
    """Found in 0.1.0: intercept 8.96 for 25.21, subject_sd 14.55 for 3.94."""
    fit = Sleep.fit(sleepstudy().assign(y=lambda d: d["Reaction"] / 10), **NUTS)
    summary = fit.summary()
    assert_near(summary.loc["intercept"], 25.14, 0.975)  # lme4: 251.4 (9.75)
    assert_near(summary.loc["slope"], 1.047, 0.080)  # lme4: 10.47 (0.80)
    assert summary.loc["subject_sd", "estimate"] == pytest.approx(3.94, abs=0.2)
    assert fit.diagnose().ok
