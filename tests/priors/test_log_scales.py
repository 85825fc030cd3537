"""Standard deviations through `sl.exp`, in any unit of the outcome: the posterior agrees with the data."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import stanlevels as sl
from tests.priors.kit import COVARIATES, N, agrees, bind, standard
from tests.priors.likelihood import maximum
from tests.priors.posterior import posterior

UNITS = (1e-3, 1.0, 1e5)


@pytest.mark.parametrize("unit", UNITS)
def test_an_open_log_sd_agrees_with_maximum_likelihood_in_any_unit(unit: float):
    y = unit * np.random.default_rng(50).normal(20, 1.5, 30)
    a, log_noise = sl.Normal(), sl.Normal()
    line = sl.Normal(a, sl.exp(log_noise), observed=True)
    found = posterior(bind({"a": a, "log_noise": log_noise, "y": line}, {"y": y}))
    assert agrees(found, "a", y.mean(), y.std() / np.sqrt(30))
    assert agrees(found, "log_noise", float(np.log(y.std())), 1 / np.sqrt(60), 0.5)


@pytest.mark.parametrize("unit", UNITS)
def test_a_log_sd_has_the_same_default_prior_in_any_unit(unit: float):
    """Up to the log of the unit: few data, so that the prior is felt."""
    y = np.random.default_rng(51).normal(20, 1.5, 5)
    found = []
    for factor in (1.0, unit):
        a, log_noise = sl.Normal(), sl.Normal()
        line = sl.Normal(a, sl.exp(log_noise), observed=True)
        found.append(posterior(bind({"a": a, "log_noise": log_noise, "y": line}, {"y": factor * y})))
    one, other = (float(f.mean["log_noise"]) for f in found)
    assert other == pytest.approx(one + np.log(unit), abs=0.05)
    assert float(found[1].sd["log_noise"]) == pytest.approx(float(found[0].sd["log_noise"]), rel=0.1)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.parametrize("name", COVARIATES)
def test_covariates_of_a_log_sd_agree_with_maximum_likelihood(name: str, named: bool):
    r = np.random.default_rng(52)
    x = COVARIATES[name](r)
    z = standard(x)
    y = 20 + 3 * z + np.exp(0.4 + 0.3 * z) * r.normal(size=N)

    def log_likelihood(q: np.ndarray) -> float:
        return float(stats.norm.logpdf(y, q[0] + q[1] * z, np.exp(q[2] + q[3] * z)).sum())

    a, b, g0, g1 = sl.Normal(), sl.Normal(), sl.Normal(), sl.Normal()
    log_noise = g0 + g1 * sl.data("x")
    names: dict[str, Any] = {"log_noise": log_noise} if named else {}
    line = sl.Normal(a + b * sl.data("x"), sl.exp(log_noise), observed=True)
    lines = {"a": a, "b": b, "g0": g0, "g1": g1, **names, "y": line}
    found = posterior(bind(lines, {"x": x, "y": y}))
    right = maximum(log_likelihood, [20.0, 3.0, 0.4, 0.3])
    assert agrees(found, "b", right.estimate[1] / x.std(), right.se[1] / x.std())
    assert agrees(found, "g1", right.estimate[3] / x.std(), right.se[3] / x.std())


def test_an_sd_of_its_own_for_each_group_is_not_moved():
    """log sds over a level about an open mean: two groups of rows with sds of 100 and 3000."""
    r = np.random.default_rng(53)
    g = np.repeat(np.arange(8), 30)
    sds = np.array([100.0, 3000.0])[np.arange(8) % 2]
    y = 5e4 + r.normal(size=240) * sds[g]
    level, a, mean = sl.Level("g"), sl.Normal(), sl.Normal()
    log_sd = sl.Normal(mean, 2, over=level)
    line = sl.Normal(a, sl.exp(log_sd), observed=True)
    lines = {"level": level, "a": a, "mean": mean, "log_sd": log_sd, "y": line}
    found = posterior(bind(lines, {"g": g, "y": y}))
    own = np.log([y[g == k].std() for k in range(8)])
    assert found.mean["log_sd"] == pytest.approx(own, abs=0.25)
    assert found.mean["mean"] == pytest.approx(own.mean(), abs=0.4)
