"""Composed outcomes have the likelihood that they are composed for: the same maximum as by SciPy."""

import numpy as np
import pytest
import scipy.stats as st
from scipy.optimize import minimize

from tests.published.frames import composed as frames
from tests.published.frames import survival as times
from tests.published.models.composed import DirichletMultinomial, Monks
from tests.published.models.survival import WeibullSurvival


def maximum(log_likelihood, start):
    found = minimize(lambda x: -log_likelihood(*x), start, method="Nelder-Mead", options={"maxiter": 4000})
    return found.x


def test_zero_inflated_counts():
    y = frames.manuscripts()["y"].to_numpy()

    def log_likelihood(logit_p, log_rate):
        p = 1 / (1 + np.exp(-logit_p))
        mass = (1 - p) * st.poisson.pmf(y, np.exp(log_rate)) + p * (y == 0)
        return np.log(mass).sum()

    logit_p, log_rate = maximum(log_likelihood, [-1.0, 0.0])
    estimate = Monks.fit(frames.manuscripts(), "mle").summary()["estimate"]
    assert estimate["p"] == pytest.approx(1 / (1 + np.exp(-logit_p)), rel=1e-3)
    assert estimate["log_rate"] == pytest.approx(log_rate, abs=1e-3)


def test_censored_survival():
    d = times.patients()

    def log_likelihood(log_alpha, b, slope):
        scale = np.exp(b + slope * d["metastized"])
        time = st.weibull_min(np.exp(log_alpha), scale=scale)
        return np.where(d["alive"], time.logsf(d["time"]), time.logpdf(d["time"])).sum()

    log_alpha, b, slope = maximum(log_likelihood, [0.0, 5.0, 0.0])
    estimate = WeibullSurvival.fit(d, "mle").summary()["estimate"]
    assert estimate["time_alpha"] == pytest.approx(np.exp(log_alpha), rel=1e-3)
    assert estimate.filter(like="b[").tolist() == pytest.approx([b, slope], abs=2e-3)


def test_counts_of_several_species():
    d = frames.trees()
    counts = d[["pine", "oak", "ash", "elm"]].to_numpy()

    def log_likelihood(*log_alpha):
        return st.dirichlet_multinomial.logpmf(counts, np.exp(log_alpha), 50).sum()

    alpha = np.exp(maximum(log_likelihood, [1.0, 1.0, 1.0, 1.0]))
    estimate = DirichletMultinomial.fit(d, "mle").summary()["estimate"]
    assert estimate["c"] == pytest.approx(alpha.sum(), rel=2e-3)
    assert estimate.filter(like="p[").tolist() == pytest.approx(alpha / alpha.sum(), rel=2e-3)
