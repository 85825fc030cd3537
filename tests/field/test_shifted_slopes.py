"""Correlated intercepts and slopes: a fit does not depend on where a covariate has its 0.

Years are about 2000, and an intercept at year 0 is all but the slope times -2000. Sources of the cases:
glmmTMB#880, MixedModels.jl#313 (dividing covariates by a million made a fit work). Data are made up.
"""

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from tests.field.kit import Correlated
from tests.field.test_degenerate import LIKELIHOODS


class Chances(sl.Model):
    """k ~ 1 + x + (1 + x | g), yes or no."""

    g = sl.Level()
    a, b = sl.Normal(0, 5), sl.Normal(0, 5)
    sd, other_sd = sl.HalfNormal(2), sl.HalfNormal(2)
    corr = sl.LKJCholesky(2, dim=2)
    A = sl.MultiNormal([a, b], [sd, other_sd], corr, over=g)
    yes = sl.Bernoulli(logit=A[0] + A[1] * sl.data("x"), observed=True)


class Counts(Chances):
    """The same with counts."""

    yes = sl.Poisson(log=Chances.A[0] + Chances.A[1] * sl.data("x"), observed="count")


class Three(sl.Model):
    """y ~ 1 + x + w + (1 + x + w | g)."""

    g = sl.Level()
    a, b, c = sl.Normal(0, 5), sl.Normal(0, 5), sl.Normal(0, 5)
    sd, x_sd, w_sd = sl.HalfNormal(2), sl.HalfNormal(2), sl.HalfNormal(2)
    noise = sl.HalfNormal(2)
    corr = sl.LKJCholesky(2, dim=3)
    A = sl.MultiNormal([a, b, c], [sd, x_sd, w_sd], corr, over=g)
    y = sl.Normal(A[0] + A[1] * sl.data("x") + A[2] * sl.data("w"), noise, observed=True)


def generalised() -> pd.DataFrame:
    """120 rows of 12 units."""
    r = np.random.default_rng(80)
    g, x = np.arange(120) % 12, r.normal(size=120)
    u = r.normal(size=12)[g]
    r.normal(size=120)
    yes = r.binomial(1, 1 / (1 + np.exp(-(0.5 + 0.6 * u + x))))
    count = r.poisson(np.exp(0.5 + 0.6 * u + (0.3 + 0.3 * r.normal(size=12)[g]) * x))
    return pd.DataFrame({"g": g, "x": x, "yes": yes, "count": count})


def gaussian(seed: int) -> pd.DataFrame:
    """120 rows of 12 units; each component has a standard deviation of 0, 0.3 or 1."""
    r = np.random.default_rng(seed)
    g, x, w = np.arange(120) % 12, r.normal(size=120), r.normal(size=120)
    u = r.normal(size=(3, 12)) * r.choice([0, 0.3, 1], size=(3, 1))
    y = 1 + x + u[0, g] + u[1, g] * x + u[2, g] * w + r.normal(size=120)
    return pd.DataFrame({"g": g, "x": x, "w": w, "y": y})


def assert_same(fit, plain, rtol=1e-3):
    """All but the intercept, its standard deviation and its correlations, which are about another place."""
    assert fit.notes[0].startswith("converged")
    assert fit.log_likelihood == pytest.approx(plain.log_likelihood, abs=1e-5)
    here = [n for n in plain.summary().index if not n.startswith("corr") and n not in ("a", "sd")]
    columns = ["estimate", "se"]
    table, wanted = (f.summary().loc[here, columns].astype(float) for f in (fit, plain))
    np.testing.assert_allclose(table, wanted, rtol=rtol, atol=1e-6)


@pytest.mark.parametrize("shift", [5.0, 2000.0])
@pytest.mark.parametrize("model", [Chances, Counts])
def test_generalised_fits_do_not_depend_on_the_origin_of_a_covariate(model, shift):
    """The search once ended 1.9 to 2.6 below the maximum, its intercepts without variance, and converged."""
    data = generalised()
    assert_same(model.fit(data.assign(x=data.x + shift), "mle"), model.fit(data, "mle"))


def test_counts_are_those_of_glmmtmb():
    """glmmTMB 1.1.5: count ~ x + (x | g), family = poisson."""
    fit = Counts.fit(generalised(), "mle")
    assert fit.log_likelihood == pytest.approx(-227.4021, abs=1e-4)
    table = fit.summary()
    wanted = {"a": 0.8472838, "b": 0.2215168, "sd": 0.3684772, "other_sd": 0.2242842, "corr[a, b]": 0.1267783}
    for name, value in wanted.items():
        assert table.loc[name, "estimate"] == pytest.approx(value, rel=1e-4), name
    assert table.loc["a", "se"] == pytest.approx(0.1241884, rel=1e-4)
    assert table.loc["b", "se"] == pytest.approx(0.09279332, rel=1e-4)


@pytest.mark.parametrize("method", LIKELIHOODS)
@pytest.mark.parametrize("seed", [18, 20, 21])
def test_linear_fits_do_not_depend_on_the_origin_of_a_covariate(seed, method):
    """The search once ended up to 8.6 below the maximum, and called it converged."""
    data = gaussian(seed)
    plain = Correlated.fit(data, method)
    for shift in (5.0, 2000.0):
        assert_same(Correlated.fit(data.assign(x=data.x + shift), method), plain, 5e-3)


@pytest.mark.parametrize("method", ["mle", "reml"])
@pytest.mark.parametrize("seed", [2, 20, 24])
def test_nor_do_those_with_two_slopes(seed, method):
    data = gaussian(seed)
    plain, moved = (Three.fit(data.assign(x=data.x + s, w=data.w - s), method) for s in (0.0, 500.0))
    assert_same(moved, plain, 5e-3)


def test_a_covariance_that_is_singular_in_the_middle_is_not_left_at_a_smaller_maximum():
    """lme4 1.1-31 ends at -189.47606, without a variance of intercepts, by its default optimiser."""
    fit = Three.fit(gaussian(2), "reml")
    assert fit.log_likelihood > -189.2976
    assert any("'A' is singular" in note for note in fit.notes)


def few_units(seed: int) -> pd.DataFrame:
    """36 to 120 rows of 4 to 12 units, some components without variance."""
    r = np.random.default_rng(seed)
    n, k = int(r.choice([36, 60, 120])), int(r.choice([4, 6, 12]))
    g, x, w = np.arange(n) % k, r.normal(size=n) + r.choice([0, 2]), r.normal(size=n)
    u = r.normal(size=(3, k)) * r.choice([0, 0.2, 0.5, 1], size=(3, 1))
    h, v = r.integers(0, 5, n), r.normal(size=5) * r.choice([0, 0.5])
    y = 1 + x + u[0, g] + u[1, g] * x + u[2, g] * w + v[h] + r.normal(size=n)
    return pd.DataFrame({"g": g, "x": x, "w": w, "y": y})


@pytest.mark.parametrize(("seed", "value"), [(123, -47.270680), (127, -89.764739)])
def test_a_singular_covariance_turns_while_entries_of_its_factor_are_held_at_0(seed, value):
    """The search once ended 0.1 and 4.1 below, where one more variance was 0.

    lme4 1.1-31, lmer(y ~ x + w + (x + w | g), REML = FALSE): -89.76473907 for the second; of the first it
    refuses 36 effects in 36 rows, and EM is the other witness.
    """
    for method in ("mle", "em"):
        assert Three.fit(few_units(seed), method).log_likelihood == pytest.approx(value, abs=1e-5)


@pytest.mark.parametrize("method", LIKELIHOODS)
def test_units_have_the_effects_that_they_have_about_another_origin(method):
    """An intercept at 2000 years before is the one here less 2000 slopes, unit by unit."""
    data = gaussian(21)
    here = Correlated.fit(data, method).effects("A").set_index(["g", "component"])
    there = Correlated.fit(data.assign(x=data.x + 100), method).effects("A").set_index(["g", "component"])
    here, there = (t["estimate"].unstack() for t in (here, there))
    np.testing.assert_allclose(there["b"], here["b"], rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(there["a"] + 100 * there["b"], here["a"], rtol=1e-3, atol=1e-3)


class Robust(sl.Model):
    """y ~ 1 + x + (1 + x | g), Student's t with 5 degrees of freedom."""

    g = sl.Level()
    a, b = sl.Normal(0, 5), sl.Normal(0, 5)
    sd, other_sd, noise = sl.HalfNormal(5), sl.HalfNormal(5), sl.HalfNormal(5)
    corr = sl.LKJCholesky(1, dim=2)
    A = sl.MultiNormal([a, b], [sd, other_sd], corr, over=g)
    y = sl.StudentT(5, A[0] + A[1] * sl.data("x"), noise, observed=True)


class Varying(Robust):
    """The same, normal, with a residual that changes along w."""

    growth = sl.Normal(0, 1)
    y = sl.Normal(
        Robust.A[0] + Robust.A[1] * sl.data("x"),
        Robust.noise * sl.exp(growth * sl.data("w")),
        observed=True,
    )


class Wide(Robust):
    """The same, normal, with priors so wide that they say nothing."""

    a, b = sl.Normal(0, 1e5), sl.Normal(0, 1e5)
    sd, other_sd, noise = sl.HalfNormal(1e5), sl.HalfNormal(1e5), sl.HalfNormal(1e5)
    y = sl.Normal(Robust.A[0] + Robust.A[1] * sl.data("x"), noise, observed=True)


@pytest.mark.parametrize("model", [Robust, Varying])
def test_general_fits_do_not_depend_on_the_origin_of_a_covariate(model):
    """About 0 the search once ended 0.3 to 0.7 below, with intercepts that do not vary."""
    data = gaussian(21)
    plain, moved = (model.fit(data.assign(x=data.x + s), "mle") for s in (0.0, 5.0))
    assert_same(moved, plain)


def test_wide_priors_leave_correlated_slopes_where_maximum_likelihood_has_them():
    """The search once came to a halt where a correlation of 1 has no density, 9 below the maximum."""
    r = np.random.default_rng(5)
    g, x = np.arange(300) % 30, r.normal(size=300)
    u = r.normal(size=(2, 30))[:, g]
    data = pd.DataFrame({"g": g, "x": x, "y": 1 + x + u[0] + 0.5 * u[1] * x + r.normal(size=300)})
    penalised, free = Wide.fit(data, "mle", priors=True), Wide.fit(data, "mle")
    assert penalised.notes[0].startswith("converged")
    columns = ["estimate", "se"]
    table, wanted = (f.summary()[columns].sort_index().astype(float) for f in (penalised, free))
    np.testing.assert_allclose(table, wanted, rtol=3e-3, atol=1e-5)


def test_profile_intervals_do_not_depend_on_the_origin_of_a_covariate():
    """An end held as a constant, about 0, costs the quantile of minus twice the log likelihood."""
    data = gaussian(21)
    far = Correlated.fit(data.assign(x=data.x + 2000), "mle")
    ends = far.summary("other_sd", interval="profile").iloc[0]
    for end in ("lower", "upper"):
        held = Correlated.fit(data, "mle", roles={"other_sd": float(ends[end])})
        assert held.deviance - far.deviance == pytest.approx(3.841459, abs=2e-3)
