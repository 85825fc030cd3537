"""Counts and successes: the posterior agrees with maximum likelihood, offsets and all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import stanlevels as sl
from tests.priors.kit import COVARIATES, N, agrees, bind, is_same, standard
from tests.priors.likelihood import generalised, maximum
from tests.priors.posterior import posterior


def column(name: str) -> np.ndarray:
    return COVARIATES[name](np.random.default_rng(40))


def lines(outcome: Any, eta: Any = lambda a, b: a + b * sl.data("x")) -> dict[str, Any]:
    a, b = sl.Normal(), sl.Normal()
    return {"a": a, "b": b, "k": outcome(eta(a, b))}


def poisson(eta: Any) -> Any:
    return sl.Poisson(log=eta, observed=True)


@pytest.mark.parametrize("name", COVARIATES)
def test_counts_on_a_covariate_as_it_comes_agree_with_maximum_likelihood(name: str):
    x = column(name)
    k = np.random.default_rng(41).poisson(np.exp(1 + 0.3 * standard(x)))
    found, right = posterior(bind(lines(poisson), {"x": x, "k": k})), generalised("poisson", k, x)
    assert agrees(found, "a", right.estimate[0], right.se[0])
    assert agrees(found, "b", right.estimate[1], right.se[1])


@pytest.mark.parametrize("name", COVARIATES)
def test_yes_or_no_on_a_covariate_as_it_comes_agrees_with_maximum_likelihood(name: str):
    x = column(name)
    k = (np.random.default_rng(42).logistic(size=N) < 0.5 + standard(x)).astype(int)
    model = lines(lambda eta: sl.Bernoulli(logit=eta, observed=True))
    found, right = posterior(bind(model, {"x": x, "k": k})), generalised("binomial", k, x)
    assert agrees(found, "a", right.estimate[0], right.se[0])
    assert agrees(found, "b", right.estimate[1], right.se[1])


@pytest.mark.parametrize("name", ["years", "millions"])
def test_successes_among_trials_agree_with_maximum_likelihood(name: str):
    x, r = column(name), np.random.default_rng(43)
    n = r.integers(5, 40, N)
    k = r.binomial(n, 1 / (1 + np.exp(2 - 0.5 * standard(x))))
    model = lines(lambda eta: sl.Binomial(sl.data("n"), logit=eta, observed=True))
    found = posterior(bind(model, {"x": x, "n": n, "k": k}))
    right = generalised("binomial", k, x, trials=n)
    assert agrees(found, "a", right.estimate[0], right.se[0])
    assert agrees(found, "b", right.estimate[1], right.se[1])


@pytest.mark.parametrize("name", ["years", "proportions"])
def test_overdispersed_counts_agree_with_maximum_likelihood(name: str):
    x, r = column(name), np.random.default_rng(44)
    k = r.poisson(np.exp(2 + 0.4 * standard(x)) * r.gamma(3, 1 / 3, N))
    z = standard(x)

    def log_likelihood(q: np.ndarray) -> float:
        mean, shape = np.exp(q[0] + q[1] * z), np.exp(q[2])
        return float(stats.nbinom.logpmf(k, shape, shape / (shape + mean)).sum())

    a, b, shape = sl.Normal(), sl.Normal(), sl.Gamma(2, 0.1)
    line = sl.NegBinomial(log=a + b * sl.data("x"), shape=shape, observed=True)
    found = posterior(bind({"a": a, "b": b, "shape": shape, "k": line}, {"x": x, "k": k}))
    right = maximum(log_likelihood, [2.0, 0.4, 1.0])
    assert agrees(found, "b", right.estimate[1] / x.std(), right.se[1] / x.std())


# --- offsets ----------------------------------------------------------------------------------

OFFSETS: dict[str, Any] = {
    "last": lambda a, b: a + b * sl.data("x") + sl.log(sl.data("pop")),
    "first": lambda a, b: sl.log(sl.data("pop")) + a + b * sl.data("x"),
    "a quotient": lambda a, b: a + b * sl.data("x") + sl.log(sl.data("pop") / 1000) + np.log(1000.0),
}


def rare_events() -> dict[str, np.ndarray]:
    """About two events in each of 40 places of a hundred million people."""
    r = np.random.default_rng(45)
    pop, x = np.round(r.uniform(2e7, 3e8, 40)), r.normal(170, 8, 40)
    return {"x": x, "pop": pop, "k": r.poisson(pop * 1e-8 * np.exp(0.4 * standard(x)))}


@pytest.mark.parametrize("where", OFFSETS)
def test_rates_of_rare_events_agree_with_maximum_likelihood(where: str):
    data = rare_events()
    found = posterior(bind(lines(poisson, OFFSETS[where]), data))
    right = generalised("poisson", data["k"], data["x"], offset=np.log(data["pop"]))
    assert agrees(found, "a", right.estimate[0], right.se[0])
    assert agrees(found, "b", right.estimate[1], right.se[1])


def test_an_offset_by_its_logarithm_in_the_data_is_the_same_offset():
    data = rare_events()
    one = posterior(bind(lines(poisson, OFFSETS["last"]), data))
    logged = {**data, "log_pop": np.log(data["pop"])}
    other = posterior(bind(lines(poisson, lambda a, b: a + b * sl.data("x") + sl.data("log_pop")), logged))
    assert is_same(one, other, "a")
    assert is_same(one, other, "b")


def test_an_offset_of_a_gaussian_line_is_taken_off_the_outcome():
    r = np.random.default_rng(46)
    known = r.uniform(5000, 9000, 60)
    y = known + 3 + r.normal(0, 1, 60)
    a, noise = sl.Normal(), sl.HalfNormal()
    line = sl.Normal(a + sl.data("known"), noise, observed=True)
    bound = bind({"a": a, "noise": noise, "y": line}, {"known": known, "y": y})
    found = posterior(bound)
    rest = y - known
    assert agrees(found, "a", rest.mean(), rest.std() / np.sqrt(60))
    # the default prior of an sd is scaled by what varies: the outcome less its offset
    plain = bind({"a": a, "noise": noise, "y": sl.Normal(a, noise, observed=True)}, {"y": rest})
    assert is_same(found, posterior(plain), "noise")
    assert is_same(found, posterior(plain), "a")
