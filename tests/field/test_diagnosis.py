"""What the diagnosis says of fits that people met: divergences, ridges, derived scales, priors."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.field.kit import Line
from tests.results.kit import fit_of, stats_of


def only(fit, kind):
    (finding,) = [f for f in fit.diagnose().findings if f.kind == kind]
    return finding


def kinds(fit):
    return [finding.kind for finding in fit.diagnose().findings]


class TwoMeans(sl.Model):
    app = sl.Level()
    device = sl.Level()
    a = sl.Normal(0, 10)
    d = sl.Normal(0, 10)
    A = sl.Normal(a, 1, over=app)
    D = sl.Normal(d, 1, over=device)
    y = sl.Normal(A + D, 1, observed=True)


CROSSED = pd.DataFrame({"app": list("aabb"), "device": list("xyxy"), "y": [1.0, 2.0, 3.0, 4.0]})


def on_a_ridge(name, shape):
    """a + d within 0.1 of 3, a - d as wide as their priors."""
    rng = np.random.default_rng(9)
    apart, about = rng.normal(0, 7, shape[:2]), rng.normal(0, 0.1, shape[:2])
    if name in ("a", "d"):
        return (3 + (apart if name == "a" else -apart) + about) / 2
    return np.random.default_rng(len(name) + shape[-1]).normal(size=shape)


def test_a_ridge_is_named_with_the_sum_that_is_determined_and_the_difference_that_is_not():
    finding = only(fit_of(TwoMeans, CROSSED, on_a_ridge, draws=500), "ridge")
    assert finding.title == "only priors tell a and d apart"
    assert "a + d is determined (sd 0.1)" in finding.message
    assert "a - d is not (sd 7" in finding.message
    assert "a number in place of one of the two" in finding.way_out
    assert not finding.serious


@pytest.mark.parametrize("what", ["ridge", "none"])
def test_long_trajectories_are_put_down_to_covariates_only_where_there_are_some(what):
    deep = {**stats_of(4, 500), "tree_depth": np.full((4, 500), 10)}
    ridge = fit_of(TwoMeans, CROSSED, on_a_ridge if what == "ridge" else None, draws=500, stats=deep)
    way_out = only(ridge, "tree_depth").way_out
    assert "covariates" not in way_out
    assert ("what is said of a and d" in way_out) == (what == "ridge")
    rng = np.random.default_rng(4)
    line = fit_of(
        Line, {"x": [1.0, 2.0], "y": [1.0, 2.0]}, lambda _, s: rng.gamma(2, size=s), stats=deep, draws=500
    )
    assert "covariates on a common scale" in only(line, "tree_depth").way_out


def test_the_mean_of_effects_about_0_is_a_ridge_only_where_chains_are_slow_along_it():
    class Crossed(sl.Model):
        app = sl.Level()
        a = sl.Normal(0, 10)
        A = sl.Normal(0, 1, over=app)
        y = sl.Normal(a + A, 1, observed=True)

    def drawn(slow):
        def make(name, shape):
            rng = np.random.default_rng(9)
            apart = rng.normal(0, 1, shape[:2])
            if slow:
                apart = np.cumsum(apart, axis=1) / 10
            if name == "a":
                return 3 + apart
            own = rng.normal(0, 0.01, shape)
            return own - apart[..., None]

        return make

    quick, slow = (fit_of(Crossed, CROSSED, drawn(s), draws=500) for s in (False, True))
    assert "ridge" not in kinds(quick)
    assert only(slow, "ridge").title == "only priors tell a and mean(A) apart"


class Named(sl.Model):
    g = sl.Level()
    tau = sl.Gamma(0.01, 0.01)
    sigma = 1 / sl.sqrt(tau)
    A = sl.Normal(0, sigma, over=g)
    y = sl.Normal(A, 1, observed=True)


class Inline(sl.Model):
    g = sl.Level()
    tau = sl.Gamma(0.01, 0.01)
    A = sl.Normal(0, 1 / sl.sqrt(tau), over=g)
    y = sl.Normal(A, 1, observed=True)


@pytest.mark.parametrize("model", [Named, Inline])
def test_a_precision_behind_a_scale_is_named_with_the_scale_to_declare(model):
    def drawn(name, shape):
        if name == "A":
            return np.random.default_rng(1).normal(size=shape)
        tau = np.exp(np.cumsum(np.random.default_rng(2).normal(size=shape) / 5, axis=1))
        return tau if name == "tau" else tau**-0.5

    way_out = only(fit_of(model, {"g": [1, 2], "y": [0.0, 1.0]}, drawn, draws=500), "ess").way_out
    assert "the scale of A" in way_out
    assert "declare the scale, as in sigma = sl.HalfNormal(...)" in way_out


def test_a_scale_times_what_is_known_is_not_taken_for_a_precision():
    class Means(sl.Model):
        noise = sl.HalfNormal(1)
        y = sl.Normal(0, noise / sl.sqrt(sl.data("n")), observed=True)

    def drawn(name, shape):
        return np.exp(np.cumsum(np.random.default_rng(2).normal(size=shape) / 5, axis=1))

    way_out = only(fit_of(Means, {"n": [1, 2], "y": [0.0, 1.0]}, drawn, draws=500), "ess").way_out
    assert "declare the scale" not in way_out


class Beside(sl.Model):
    a = sl.Normal(0, 1)
    sd = sl.HalfNormal(1)
    forgotten = sl.Normal(0, 1)
    new = sl.Normal(a, sd)
    y = sl.Normal(a, sd, observed=True)


def positive(_, shape):
    return np.random.default_rng(shape[-1]).gamma(2, size=shape)


def test_draws_of_the_prior_alone_are_named_and_predictions_are_not():
    finding = only(fit_of(Beside, {"y": [0.0, 1.0]}, draws=500), "prior")
    assert finding.subjects == ("forgotten",)
    assert not finding.serious
    assert "no line with data depends on it" in finding.message


def test_draws_without_a_row_of_data_are_no_sign_of_health():
    fit = fit_of(Line, {"x": np.empty(0), "y": np.empty(0)}, positive, draws=500)
    assert str(fit.diagnose()).startswith("This fit did not pass its checks.")
    assert only(fit, "prior").title == "these are draws of the prior"
    assert "'y' has no rows" in only(fit, "prior").message


def test_what_was_not_recorded_is_said_not_to_be_checked():
    whole = fit_of(TwoMeans, CROSSED, draws=500)
    kept = {
        stan: values for stan, values in whole.raw.variables.items() if stan != whole.program.outputs["A"]
    }
    fit = replace(whole, raw=replace(whole.raw, variables=kept), recorded=("a", "d", "D"))
    assert only(fit, "record").title == "not recorded, so not checked: A"
    assert fit.diagnose().ok


@pytest.mark.slow
def test_the_textbook_case_passes_its_checks():
    """Eight schools with HalfCauchy(5): 4 divergences of 10,000, and a posterior that is right."""

    class Eight(sl.Model):
        school = sl.Level()
        mu = sl.Normal(0, 5)
        tau = sl.HalfCauchy(5)
        theta = sl.Normal(mu, tau, over=school)
        y = sl.Normal(theta, sl.data("se"), observed=True)

    data = {
        "school": list("ABCDEFGH"),
        "y": [28.0, 8, -3, 7, -1, 1, 18, 12],
        "se": [15.0, 10, 16, 11, 9, 11, 10, 18],
    }
    settings: dict[str, Any] = {"engine": "stanli", "progress": False, "draws": 2500}
    fit = Eight.fit(data, seed=4, plan=sl.Plan.literal(), **settings)
    assert fit.diagnose().ok
    assert 0 < fit.raw.stats["diverging"].sum() < 10
    assert "scattered" in only(fit, "divergences").title


# --- priors at odds with data ----------------------------------------------------------------------------


class Written(sl.Model):
    """Priors for an outcome in other units."""

    a = sl.Normal(0, 1)
    noise = sl.HalfNormal(1)
    y = sl.Normal(a, noise, observed=True)


def test_a_prior_at_odds_with_the_data_is_a_problem_that_names_its_line():
    """Mean 1,000 and sd 10 become a mean of 7 with a noise of 84: sampled well, and what nobody meant."""
    y = np.random.default_rng(1).normal(1000, 10, 50)
    with pytest.warns(sl.StanlevelsWarning, match="at odds over 'a', 'noise'"):
        fit = Written.fit({"y": y}, seed=1, chains=2, engine="stanli", progress=False)
    finding = fit.diagnose().problems[0]
    assert finding.kind == "conflict"
    assert "a ~ Normal(0, 1)" in finding.message


def test_small_standard_deviations_and_wide_priors_are_not_at_odds_with_the_data():
    y = np.random.default_rng(1).normal(0.5, 0.01, 50)
    fit = Written.fit({"y": y}, seed=1, chains=2, engine="stanli", progress=False)
    assert not fit.diagnose().problems


@pytest.mark.parametrize("noise", [sl.Uniform(0, 20_000), sl.Exponential(1e-5)], ids=["uniform", "rate"])
def test_flat_priors_are_at_odds_with_nothing(noise):
    """An sd of 1 lies in the lowest part in 10,000 of these, which is as likely as any other."""
    a = sl.Normal(0, 10)
    model = sl.Model.define("M", {"a": a, "noise": noise, "y": sl.Normal(a, noise, observed=True)})
    y = np.random.default_rng(1).normal(0, 1, 50)
    assert not model.fit({"y": y}, seed=1, chains=2, engine="stanli", progress=False).diagnose().problems


def test_default_priors_are_not_judged_as_written_ones():
    from stanlevels.results.checks.conflict import _judged

    lines = Line.bind({"x": np.arange(5.0), "y": np.arange(5.0) ** 2}).planned.lines
    assert not any(_judged(lines[name]) for name in ("a", "b", "noise"))
    assert _judged(Written.bind({"y": np.arange(5.0)}).planned.lines["a"])
