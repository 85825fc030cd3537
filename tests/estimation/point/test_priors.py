"""Maximum likelihood with the priors of parameters: penalised estimates."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

import stanlevels as sl
from stanlevels.errors import FitError
from stanlevels.estimation.point.prior_densities import prior_of
from stanlevels.linear.forms import NotLinear
from stanlevels.linear.predictor import forms_of
from tests.literature import generalised, linear
from tests.literature.frames import frame

DENSITIES = [
    (sl.Normal(1, 2), stats.norm(1, 2), 0.3),
    (sl.StudentT(4, 1, 2), stats.t(4, 1, 2), 0.3),
    (sl.Cauchy(1, 2), stats.cauchy(1, 2), 0.3),
    (sl.Logistic(1, 2), stats.logistic(1, 2), 0.3),
    (sl.Laplace(1, 2), stats.laplace(1, 2), 0.3),
    (sl.LogNormal(0.5, 0.7), stats.lognorm(0.7, scale=np.exp(0.5)), 1.3),
    (sl.Gamma(2, 3), stats.gamma(2, scale=1 / 3), 1.3),
    (sl.InverseGamma(2, 3), stats.invgamma(2, scale=3), 1.3),
    (sl.Exponential(3), stats.expon(scale=1 / 3), 1.3),
    (sl.Weibull(1.5, 2), stats.weibull_min(1.5, scale=2), 1.3),
    (sl.Uniform(-1, 3), stats.uniform(-1, 4), 1.3),
    (sl.HalfNormal(2), stats.halfnorm(scale=2), 1.3),
    (sl.HalfCauchy(2), stats.halfcauchy(scale=2), 1.3),
]


@pytest.mark.parametrize(("declared", "known", "at"), DENSITIES, ids=lambda x: getattr(x, "family", ""))
def test_densities_are_those_of_scipy(declared, known, at):
    model = sl.Model.define("M", {"a": declared, "y": sl.Normal(declared, 1, observed=True)})
    bound = model.bind({"y": [1.0, 2.0]})
    found = forms_of(bound.planned, bound.data)
    assert not isinstance(found, NotLinear)
    density = prior_of(bound.planned.lines["a"], found[0], ["a"])
    assert density({"a": np.array([at])}) == pytest.approx(known.logpdf(at), rel=1e-10)


class Ridge(sl.Model):
    X = sl.covariates("a", "b")
    slopes = sl.Normal(0, 0.3, over=X)
    mean = sl.Normal(2, 0.5)
    y = sl.Normal(mean + slopes @ X, 0.8, observed=True)


def test_normal_priors_give_ridge_regression():
    """(X'X / 0.64 + prior precision)^-1 times the right-hand side; to 1e-6."""
    rng = np.random.default_rng(3)
    data = {"a": rng.normal(size=20), "b": rng.normal(size=20), "y": rng.normal(3, 1, size=20)}
    X = np.column_stack([np.ones(20), data["a"], data["b"]])
    precision = np.diag([1 / 0.25, 1 / 0.09, 1 / 0.09])
    right = X.T @ data["y"] / 0.64 + precision @ np.array([2.0, 0, 0])
    covariance = np.linalg.inv(X.T @ X / 0.64 + precision)
    table = Ridge.fit(data, "mle", priors=True).summary(["mean", "slopes"])
    np.testing.assert_allclose(table["estimate"], covariance @ right, rtol=1e-6)
    np.testing.assert_allclose(table["sd"], np.sqrt(np.diagonal(covariance)), rtol=1e-4)


def test_nearly_flat_priors_give_maximum_likelihood():
    class Flat(linear.Pastes):
        mean = sl.Normal(0, 1e7)
        batch_sd = sl.HalfNormal(1e6)
        cask_sd = sl.HalfNormal(1e6)
        noise = sl.HalfNormal(1e6)

    data = frame("lme4", "Pastes")
    with_priors, without = Flat.fit(data, "mle", priors=True), Flat.fit(data, "mle")
    assert with_priors.log_likelihood == pytest.approx(without.log_likelihood, abs=1e-6)
    np.testing.assert_allclose(with_priors.summary()["estimate"], without.summary()["estimate"], rtol=1e-4)
    np.testing.assert_allclose(
        with_priors.effects("C")["estimate"], without.effects("C")["estimate"], rtol=1e-5
    )


def test_a_prior_that_bounds_a_standard_deviation_away_from_zero_does():
    class Away(linear.Dyestuff):
        batch_sd = sl.Gamma(2, 0.1)

    fit = Away.fit(frame("lme4", "Dyestuff2"), "mle", priors=True)
    assert fit.summary().loc["batch_sd", "estimate"] > 0.1
    assert any("penalised" in note for note in fit.notes)


def test_penalised_counts_draw_towards_the_prior():
    class Tight(generalised.Cbpp):
        b = sl.Normal(0, 0.1, over=generalised.Cbpp.X)

    data = generalised.cbpp()
    tight, free = Tight.fit(data, "mle", priors=True), generalised.Cbpp.fit(data, "mle")
    slopes = [name for name in free.summary().index if name.startswith("b[")]
    assert (abs(tight.summary().loc[slopes, "estimate"]) < abs(free.summary().loc[slopes, "estimate"])).all()
    assert tight.log_likelihood < free.log_likelihood


def test_other_methods_take_no_priors():
    with pytest.raises(FitError, match="takes no priors"):
        linear.Pastes.fit(frame("lme4", "Pastes"), "reml", priors=True)


class Open(sl.Model):
    """Default priors: that of the intercept is where the covariates are at their means."""

    X = sl.covariates("x", "z")
    start, slope, b = sl.Normal(), sl.Normal(), sl.Normal(over=X)
    y = sl.Bernoulli(logit=start + slope * sl.data("w") + b @ X, observed=True)


def test_default_priors_make_separated_estimates_finite_whatever_covariates_are_counted_from():
    rng = np.random.default_rng(5)
    data: dict[str, Any] = {name: rng.normal(size=40) for name in "xzw"}
    data["y"] = np.where(data["w"] > 0, 1.0, 0.0)
    moved = {**data, "w": data["w"] + 10, "z": data["z"] - 3}
    here, there = (Open.fit(each, "mle", priors=True).summary()["estimate"] for each in (data, moved))
    assert here["slope"] == pytest.approx(there["slope"], rel=1e-4)
    assert 1 < here["slope"] < 20
    shift = -10 * here["slope"] + 3 * here["b[z]"]
    assert there["start"] - here["start"] == pytest.approx(shift, rel=1e-4)


def test_default_priors_of_parameters_are_those_that_are_sampled():
    """The penalised estimate is where the program's log density is largest, as Laplace's method finds it."""
    rng = np.random.default_rng(5)
    data: dict[str, Any] = {name: rng.normal(size=40) for name in "xzw"}
    data["y"] = np.where(data["w"] + rng.normal(size=40) > 0, 1.0, 0.0)
    penalised = Open.fit(data, "mle", priors=True).summary()
    draws = Open.fit(data, "laplace", seed=1, engine="stanli", progress=False).summary()
    for name in penalised.index:
        mode, sd = penalised.loc[name, ["estimate", "sd"]]
        assert abs(draws.loc[name, "estimate"] - mode) < 5 * sd / np.sqrt(len(draws) * 250)
        assert draws.loc[name, "sd"] == pytest.approx(sd, rel=0.15)


def test_separated_counts_of_trials_with_a_dispersion_are_refused_in_words():
    class Trials(sl.Model):
        start, slope, k = sl.Normal(0, 3), sl.Normal(0, 3), sl.HalfNormal(10)
        y = sl.BetaBinomial(5, logit=start + slope * sl.data("x"), concentration=k, observed=True)

    x = np.linspace(-2, 2, 24)
    with pytest.raises(FitError, match="separation"):
        Trials.fit({"x": x, "y": np.where(x > 0, 5, 0)}, "mle", progress=False)
