"""The current value of a course in a hazard, its integral as rows, against adaptive quadrature."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import integrate

import stanlevels as sl

J, END, TINY = 40, 6.0, 1e-9
RNG = np.random.default_rng(3)
U = RNG.multivariate_normal([1, 0.3], [[0.5, 0.05], [0.05, 0.1]], J)


def simulated() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Visits once a year; times at which the integrated hazard reaches an exponential number."""
    rate, growth = np.exp(-2.5 + 0.6 * U[:, 0]), 0.6 * U[:, 1]
    inside = 1 + growth * RNG.exponential(size=J) / rate
    end = np.where(inside > 0, np.log(np.maximum(inside, 1e-300)) / growth, np.inf)
    patients = pd.DataFrame({"patient": range(J), "end": np.minimum(end, END), "died": (end < END) * 1})
    rows = [(j, t) for j, e in enumerate(patients["end"]) for t in np.arange(0, e, 1.0)]
    visits = pd.DataFrame(rows, columns=["patient", "t"])
    true = U[visits["patient"], 0] + U[visits["patient"], 1] * visits["t"]
    return visits.assign(marker=true + 0.4 * RNG.normal(size=len(visits))), patients


VISITS, PATIENTS = simulated()


def times(count: int = 7) -> pd.DataFrame:
    at, weight = np.polynomial.legendre.leggauss(count)
    k = np.tile(np.arange(count), J)
    nodes = PATIENTS.loc[PATIENTS.index.repeat(count)]
    nodes = nodes.assign(when=nodes["end"] * (at[k] + 1) / 2, exposure=nodes["end"] * weight[k] / 2, death=0)
    deaths = PATIENTS[PATIENTS["died"] == 1]
    found = pd.concat([nodes, deaths.assign(when=deaths["end"], exposure=TINY, death=1)], ignore_index=True)
    return found.assign(time=found.groupby("patient").cumcount())


class Joint(sl.Model):
    patient = sl.Level()
    time = sl.Level(within=patient)
    course = sl.effects(1, "t", over=patient)
    marker = sl.Normal(course, observed=True)
    base, alpha = sl.Normal(-2, 2), sl.Normal(0, 1)
    now = course["intercept"] + course["t"] * sl.data("when")
    death = sl.Poisson(log=base + alpha * now + sl.log(sl.data("exposure")), over=time, observed=True)


def by_quadrature(e: pd.Series) -> float:
    """The log likelihood: effects by 20 x 20 Gauss-Hermite nodes about what the marker says of them, the
    hazard by adaptive Gauss-Kronrod quadrature.
    """
    x, w = np.polynomial.hermite_e.hermegauss(20)
    z, w = np.stack(np.meshgrid(x, x), axis=-1).reshape(-1, 2), np.outer(w, w).ravel() / (2 * np.pi)
    m = np.array([e["course_mean[intercept]"], e["course_mean[t]"]])
    s, r = np.array([e["course_sd[intercept]"], e["course_sd[t]"]]), e["course_corr[intercept, t]"]
    S = np.outer(s, s) * [[1, r], [r, 1]]
    total = 0.0
    for j, (_, end, died) in enumerate(PATIENTS.itertuples(index=False)):
        own = VISITS[VISITS["patient"] == j]
        X = np.column_stack([np.ones(len(own)), own["t"]])
        V = X @ S @ X.T + e["marker_sigma"] ** 2 * np.eye(len(own))
        rest = own["marker"].to_numpy() - X @ m
        total -= 0.5 * (np.linalg.slogdet(2 * np.pi * V)[1] + rest @ np.linalg.solve(V, rest))
        gain = S @ X.T @ np.linalg.inv(V)
        u = m + gain @ rest + z @ np.linalg.cholesky(S - gain @ X @ S).T

        def hazard(t: float, u: np.ndarray = u) -> np.ndarray:
            return np.exp(e["base"] + e["alpha"] * (u[:, 0] + u[:, 1] * t))

        whole = integrate.quad_vec(hazard, 0, end, quadrature="gk21")[0]
        total += np.log(np.sum(w * np.exp(died * np.log(hazard(end)) - whole)))
    return float(total)


def test_a_hazard_with_the_current_value_has_the_likelihood_of_quadrature():
    fit = Joint.fit(VISITS, "mle", tables={"time": times()}, progress=False)
    found = fit.summary()
    constant = PATIENTS["died"].sum() * np.log(TINY)
    assert fit.log_likelihood - constant == pytest.approx(by_quadrature(found["estimate"]), abs=0.02)
    more = Joint.fit(VISITS, "mle", tables={"time": times(15)}, progress=False)
    assert more.log_likelihood == pytest.approx(fit.log_likelihood, abs=1e-4)
    for name, true in (("alpha", 0.6), ("base", -2.5), ("course_mean[t]", 0.3)):  # 99.9 % intervals
        assert abs(found.loc[name, "estimate"] - true) < 3.3 * found.loc[name, "sd"]
