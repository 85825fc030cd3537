"""Programs of censored outcomes and of quantities between bounds, with gradients, against SciPy."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

import stanlevels as sl
from tests.parity.harness import build, slope, without_model


class Clauses(sl.Model):
    """Bounds of priors and of effects, late entry, intervals, a cap for each row."""

    clinic = sl.Level()
    shape = sl.Gamma(2, 1, lower=0.2)
    mean = sl.Normal(0.3, 1, upper=2)
    spread = sl.Normal(0.5, 1, lower=0)
    effect = sl.Normal(mean, spread, over=clinic, lower=-1)
    time = sl.Weibull(shape, log=effect, lower=sl.data("entry"), censored="known", until="end", observed=True)
    dose = sl.Normal(effect, 0.7, lower=0, upper=sl.data("cap"), observed=True)
    visits = sl.Poisson(log=effect, lower=1, observed=True)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(5)
    n = 24
    entry = rng.uniform(0, 0.5, n)
    time = entry + rng.gamma(2, 0.5, n)
    known = np.resize(["none", "right", "left", "interval"], n)
    return pd.DataFrame(
        {
            "clinic": np.resize(list("abc"), n),
            "entry": entry,
            "time": time,
            "known": known,
            "end": np.where(known == "interval", time + rng.gamma(2, 0.5, n), np.nan),
            "cap": np.resize([2.0, 5.0], n),
            "dose": rng.uniform(0, 2, n),
            "visits": rng.integers(1, 5, n),
        }
    )


def log_density(data, shape, mean, spread, effect):
    """Everything by differences of SciPy's distribution functions."""
    found = stats.gamma(2).logpdf(shape) - stats.gamma(2).logsf(0.2)
    found += stats.norm(0.3, 1).logpdf(mean) - stats.norm(0.3, 1).logcdf(2)
    found += stats.norm(0.5, 1).logpdf(spread) - stats.norm(0.5, 1).logsf(0)
    found += np.sum(stats.norm(mean, spread).logpdf(effect) - stats.norm(mean, spread).logsf(-1))
    own = effect[pd.factorize(data.clinic, sort=True)[0]]
    w = stats.weibull_min(shape, scale=np.exp(own))
    t, known, late = data.time, data.known, w.cdf(data.entry)
    until = w.cdf(data.end.fillna(np.inf))
    each = {
        "none": w.pdf(t),
        "right": w.sf(t),
        "left": w.cdf(t) - late,
        "interval": until - w.cdf(t),
    }
    found += sum(np.sum(np.log(part / (1 - late))[known == word]) for word, part in each.items())
    z = stats.norm(own, 0.7)
    found += np.sum(z.logpdf(data.dose) - np.log(z.cdf(data.cap) - z.cdf(0)))
    p = stats.poisson(np.exp(own))
    return found + np.sum(p.logpmf(data.visits) - p.logsf(0))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_program_has_the_density_of_scipy_and_gradients_of_it(data, seed):
    bound = Clauses.bind(data, plan=sl.Plan.literal())
    rng = np.random.default_rng(seed)
    values = {
        "shape": 0.2 + rng.gamma(2),
        "mean": 2 - rng.gamma(2),
        "spread": rng.gamma(2),
        "effect": -1 + rng.gamma(2, size=3),
    }
    code, given = str(bound.stan_code), bound.stan_data
    model, jacobian = build(code, given), build(without_model(code), given)
    q = np.asarray(model.unconstrain(values))
    at, gradient = model.log_prob_grad(q)
    wanted = log_density(data, **values)
    np.testing.assert_allclose(at - jacobian.log_prob_grad(q)[0], wanted, rtol=1e-9)
    along = rng.standard_normal(len(q))
    by_differences = slope(lambda t: model.log_prob_grad(q + t * along)[0], 1e-4)
    np.testing.assert_allclose(along @ np.asarray(gradient), by_differences, rtol=1e-6)


def test_draws_of_a_censored_outcome_have_the_conjugate_posterior():
    """An exponential rate with a gamma prior is gamma again: events count, and so does all time at risk."""

    class Rate(sl.Model):
        rate = sl.Gamma(3, 2)
        time = sl.Exponential(rate, observed=True, censored="known")

    rng = np.random.default_rng(6)
    time, known = rng.exponential(0.7, 40), rng.choice(["none", "right"], 40)
    settings = {"engine": "stanli", "seed": 3, "draws": 1000, "chains": 2, "progress": False}
    fit = Rate.fit({"time": time, "known": known}, **settings)
    exact = stats.gamma(3 + np.sum(known == "none"), scale=1 / (2 + time.sum()))
    row = fit.summary().loc["rate"]
    error = exact.std() / np.sqrt(float(row["ess_bulk"]))
    assert abs(float(row["estimate"]) - exact.mean()) < 4.5 * error  # by chance once in 150,000
    np.testing.assert_allclose(float(row["sd"]), exact.std(), rtol=0.15)
