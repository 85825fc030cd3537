"""Models written with `sl.effects` against published fits: nothing is given but the terms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.errors import FitError
from tests.literature.frames import frame

WITHIN = 2e-4  # relative; the sources print five digits or more


class Sleep(sl.Model):
    """Reaction ~ Days + (Days | Subject)."""

    Subject = sl.Level()
    B = sl.effects(1, "Days", over=Subject)
    Reaction = sl.Normal(B, observed=True)


class SleepApart(Sleep):
    """Reaction ~ Days + (Days || Subject)."""

    B = sl.effects(1, "Days", over=Sleep.Subject, correlated=False)


class SleepBeside(sl.Model):
    """Reaction ~ Days + (Days | Subject), as population-level coefficients beside deviations."""

    Subject = sl.Level()
    b = sl.effects(1, "Days")
    B = sl.effects(1, "Days", over=Subject, mean=0)
    Reaction = sl.Normal(b + B, observed=True)


class Machines(sl.Model):
    """score ~ Machine + (0 + Machine | Worker)."""

    Worker = sl.Level()
    W = sl.effects(sl.data("Machine", categorical=True, coding="indicator"), over=Worker)
    score = sl.Normal(W, observed=True)


class Pastes(sl.Model):
    """strength ~ 1 + (1 | batch/cask)."""

    batch = sl.Level()
    cask = sl.Level(within=batch)
    B = sl.effects(1, over=batch)
    C = sl.effects(1, over=cask, mean=B)
    strength = sl.Normal(C, observed=True)


class Egsingle(sl.Model):
    """math ~ year + (year | schoolid/childid)."""

    schoolid = sl.Level()
    childid = sl.Level(within=schoolid)
    S = sl.effects(1, "year", over=schoolid)
    C = sl.effects(1, "year", over=childid, mean=S)
    math = sl.Normal(C, observed=True)


def numbers(fit: Any) -> dict[str, float]:
    return dict(fit.summary()["estimate"])


LME4_SLEEP = {
    "B_mean[intercept]": 251.40510,
    "B_mean[Days]": 10.46729,
    "B_sd[intercept]": 24.74066,
    "B_sd[Days]": 5.92214,
    "B_corr[intercept, Days]": 0.06555,
    "Reaction_sigma": 25.59180,
}
LME4_SLEEP_ML = {
    "B_sd[intercept]": 23.7798,
    "B_sd[Days]": 5.7168,
    "B_corr[intercept, Days]": 0.0813,
    "Reaction_sigma": 25.5919,
}
LME4_SLEEP_APART = {"B_sd[intercept]": 25.0513, "B_sd[Days]": 5.9882, "Reaction_sigma": 25.5653}
NLME_MACHINES = {
    "W_sd[Machine[A]]": 4.07928,
    "W_sd[Machine[B]]": 8.62529,
    "W_sd[Machine[C]]": 4.38948,
    "W_corr[Machine[A], Machine[B]]": 0.803,
    "W_corr[Machine[A], Machine[C]]": 0.623,
    "W_corr[Machine[B], Machine[C]]": 0.771,
    "score_sigma": 0.96158,
}
PUBLISHED = {
    "sleepstudy-reml": (Sleep, ("lme4", "sleepstudy"), "reml", LME4_SLEEP),
    "sleepstudy-mle": (Sleep, ("lme4", "sleepstudy"), "mle", LME4_SLEEP_ML),
    "sleepstudy-apart": (SleepApart, ("lme4", "sleepstudy"), "reml", LME4_SLEEP_APART),
    "machines": (Machines, ("nlme", "Machines"), "reml", NLME_MACHINES),
    "pastes": (
        Pastes,
        ("lme4", "Pastes"),
        "reml",
        {"B_sd": 1.2874, "C_sd": 2.9041, "strength_sigma": 0.8234},
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_a_published_model_in_the_short_form_has_the_published_estimates(name):
    """Bates and others (2015) and lme4's help pages; Pinheiro and Bates (2000), section 1.3."""
    model, data, method, published = PUBLISHED[name]
    fit = model.fit(frame(*data), method, progress=False)
    found = numbers(fit)
    digits = {
        key: max(WITHIN * abs(value), 0.6 * 10.0 ** -len(str(value).partition(".")[2]))
        for key, value in published.items()
    }
    for key, value in published.items():
        assert found[key] == pytest.approx(value, abs=digits[key]), key


def test_deviations_beside_coefficients_are_effects_about_them():
    """The same model, so the same criterion and estimates, to the precision of the search."""
    data = frame("lme4", "sleepstudy")
    about, beside = (model.fit(data, "reml", progress=False) for model in (Sleep, SleepBeside))
    found = {key.replace("b[", "B_mean["): value for key, value in numbers(beside).items()}
    assert found == pytest.approx(numbers(about), rel=1e-3, abs=1e-3)
    deviation = about.effects("B")["deviation"].to_numpy()
    np.testing.assert_allclose(beside.effects("B")["estimate"], deviation, atol=0.02)


def test_three_stages_of_slopes_are_those_of_the_long_form():
    """Every line by hand, with means of two stages; the same criterion to 1e-6."""

    class Long(sl.Model):
        schoolid = sl.Level()
        childid = sl.Level(within=schoolid)
        k = sl.Index(["intercept", "year"])
        a, b = sl.Normal(), sl.Normal()
        s, t = sl.HalfNormal(over=k), sl.HalfNormal(over=k)
        q, r = sl.LKJCholesky(2), sl.LKJCholesky(2)
        S = sl.MultiNormal([a, b], s, q, over=schoolid)
        C = sl.MultiNormal(S, t, r, over=childid)
        math = sl.Normal(C[0] + C[1] * sl.data("year"), observed=True)

    data = frame("mlmRev", "egsingle").iloc[:2000]
    short, long = (model.fit(data, "mle", progress=False) for model in (Egsingle, Long))
    assert short.log_likelihood == pytest.approx(long.log_likelihood, rel=1e-7)
    assert numbers(short)["S_sd[year]"] == pytest.approx(numbers(long)["s[year]"], rel=1e-2)


def test_effects_of_every_component_have_its_name():
    fit = Sleep.fit(frame("lme4", "sleepstudy"), "reml", progress=False)
    table = fit.effects("B")
    assert list(table["component"][:2]) == ["intercept", "Days"]
    first = table[(table["Subject"] == 308)].set_index("component")["estimate"]
    assert first["intercept"] == pytest.approx(253.6637, abs=1e-3)  # coef() of lme4
    assert first["Days"] == pytest.approx(19.6663, abs=1e-3)


@pytest.mark.parametrize("roles", [{"B": 0}, {"B_sd": 0}], ids=str)
@pytest.mark.parametrize("correlated", [True, False])
def test_effects_that_are_0_leave_the_regression_on_the_coefficients(roles, correlated):
    """Least squares of the same data: RSS / N."""

    class Beside(sl.Model):
        Subject = sl.Level()
        b = sl.effects(1, "Days")
        B = sl.effects(1, "Days", over=Subject, mean=0, correlated=correlated)
        Reaction = sl.Normal(b + B, observed=True)

    data = frame("lme4", "sleepstudy")
    X = np.column_stack([np.ones(len(data)), data["Days"]])
    coefficients, rss, *_ = np.linalg.lstsq(X, data["Reaction"].to_numpy(), rcond=None)
    found = numbers(Beside.fit(data, "mle", roles=roles, progress=False))
    assert found["b[intercept]"] == pytest.approx(coefficients[0], rel=1e-6)
    assert found["b[Days]"] == pytest.approx(coefficients[1], rel=1e-6)
    assert found["Reaction_sigma"] == pytest.approx(np.sqrt(rss[0] / len(data)), rel=1e-6)


def test_vectors_over_an_index_can_be_0_too():
    """Components by label; without them the outcome is about 0."""

    class Indexed(sl.Model):
        Subject = sl.Level()
        k = sl.Index(["start", "slope"])
        s = sl.HalfNormal(over=k)
        B = sl.MultiNormal([0, 0], s, over=Subject)
        Reaction = sl.Normal(B["start"] + B["slope"] * sl.data("Days"), observed=True)

    data = frame("lme4", "sleepstudy")
    found = numbers(Indexed.fit(data, "mle", roles={"B": 0}, progress=False))
    assert found["Reaction_sigma"] == pytest.approx(np.sqrt(np.mean(data["Reaction"] ** 2)), rel=1e-6)


def test_effects_can_be_parameters_and_have_another_distribution():
    """A line by least squares for every subject; wide normal effects are near these."""
    data = frame("lme4", "sleepstudy")
    fit = Sleep.fit(data, "mle", roles={"B": "parameter"}, progress=False)
    wide = Sleep.fit(data, "mle", roles={"B": sl.Normal(0, 1e5)}, progress=False)
    lines = [np.polyfit(d["Days"], d["Reaction"], 1)[::-1] for _, d in data.groupby("Subject")]
    for found, within in ((fit, 1e-6), (wide, 1e-2)):
        table = found.effects("B")["estimate"].to_numpy().reshape(-1, 2)
        np.testing.assert_allclose(table, lines, rtol=within)


def test_effects_with_means_beside_coefficients_are_told_to_have_none():
    class Twice(sl.Model):
        Subject = sl.Level()
        b = sl.effects(1, "Days")
        B = sl.effects(1, "Days", over=Subject)
        Reaction = sl.Normal(b + B, observed=True)

    with pytest.raises(FitError, match=r"write mean=0 in B = sl\.effects"):
        Twice.fit(frame("lme4", "sleepstudy"), "reml", progress=False)
