"""Estimates of last week are where this week's begin: the same maximum, sooner."""

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import FitError


class Pupils(sl.Model):
    school = sl.Level()
    teacher = sl.Level()
    part = sl.Index(["intercept", "slope"])
    intercept = sl.Normal(0, 5)
    slope = sl.Normal(0, 5)
    sds = sl.HalfNormal(2, over=part)
    corr = sl.LKJCholesky(2, dim=2)
    B = sl.MultiNormal([intercept, slope], sds, corr, over=school)
    teacher_sd = sl.HalfNormal(2)
    T = sl.Normal(0, teacher_sd, over=teacher)
    noise = sl.HalfNormal(2)
    y = sl.Normal(B[0] + B[1] * sl.data("x") + T, noise, observed=True)


class Passed(sl.Model):
    school = sl.Level()
    region = sl.data("region", categorical=True)
    a = sl.Normal(0, 2)
    b = sl.Normal(0, 2, over=region)
    sd = sl.HalfNormal(1)
    S = sl.Normal(0, sd, over=school)
    passed = sl.Bernoulli(logit=a + b @ region + S, observed=True)


class Visits(sl.Model):
    """With a dispersion."""

    school = sl.Level()
    a = sl.Normal(0, 2)
    sd = sl.HalfNormal(1)
    S = sl.Normal(0, sd, over=school)
    size = sl.Exponential(1)
    visits = sl.NegBinomial(log=a + S, shape=size, observed=True)


class Heavy(sl.Model):
    """A model whose likelihood is found by the general method."""

    school = sl.Level()
    a = sl.Normal(0, 5)
    spread = sl.HalfNormal(2)
    S = sl.Normal(a, spread, over=school)
    g = sl.Normal(0, 1)
    h = sl.Normal(0, 1)
    y = sl.Normal(S, sl.exp(g + h * sl.data("x")), observed=True)


class Trend(sl.Model):
    teacher = sl.Level()
    a = sl.Normal(0, 5)
    b = sl.Normal(0, 1)
    teacher_sd = sl.HalfNormal(2)
    T = sl.Normal(0, teacher_sd, over=teacher)
    noise = sl.HalfNormal(2)
    y = sl.Normal(a + b * sl.data("x") + T, noise, observed=True)


class Fixed(sl.Model):
    """Schools are parameters."""

    school = sl.Level()
    teacher = sl.Level()
    S = sl.Normal(0, 10, over=school)
    teacher_sd = sl.HalfNormal(2)
    T = sl.Normal(0, teacher_sd, over=teacher)
    noise = sl.HalfNormal(2)
    y = sl.Normal(S + T, noise, observed=True)


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(3)
    n, J, K = 600, 24, 9
    school, teacher = rng.integers(0, J, n), rng.integers(0, K, n)
    x = rng.normal(size=n)
    u = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 0.5]], J)
    mean = 2 + u[school, 0] + (1 + u[school, 1]) * x + rng.normal(0, 0.7, K)[teacher]
    region = np.array(["n", "s", "w"])[school % 3]
    eta = 0.3 + u[school, 0] + 0.5 * (region == "s")
    return pd.DataFrame(
        {
            "school": [f"s{k:02d}" for k in school],
            "teacher": [f"t{k}" for k in teacher],
            "region": region,
            "x": x,
            "y": mean + rng.normal(0, np.exp(0.2 * x)),
            "passed": rng.random(n) < 1 / (1 + np.exp(-eta)),
            "visits": rng.negative_binomial(3, 3 / (3 + np.exp(eta))),
        }
    )


@pytest.fixture(scope="module")
def last_week(rows):
    return rows[(rows.school < "s21") & (rows.teacher != "t4")].iloc[::-1]


CASES: dict[str, tuple[type[sl.Model], dict[str, Any]]] = {
    "mle": (Pupils, {"method": "mle"}),
    "reml": (Pupils, {"method": "reml"}),
    "em": (Pupils, {"method": "em"}),
    "penalised": (Passed, {"method": "mle", "priors": True}),
    "binary": (Passed, {"method": "mle"}),
    "quadrature": (Passed, {"method": "mle", "nAGQ": 5}),
    "dispersion": (Visits, {"method": "mle"}),
    "general": (Heavy, {"method": "mle"}),
    "general reml": (Heavy, {"method": "reml"}),
    "parameters over units": (Fixed, {"method": "mle", "roles": {"S": "parameter"}}),
    "penalised linear": (Trend, {"method": "mle", "priors": True}),
}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("loaded", [False, True], ids=["in memory", "loaded"])
def test_the_maximum_is_the_same(case, loaded, rows, last_week):
    model, settings = CASES[case]
    old = model.fit(last_week, **settings, progress=False)
    if loaded:
        old = pickle.loads(pickle.dumps(old))
    cold = model.fit(rows, **settings, progress=False)
    warm = model.fit(rows, **settings, start=old, progress=False)
    assert warm.log_likelihood == pytest.approx(cold.log_likelihood, abs=1e-5)
    pd.testing.assert_frame_equal(warm.summary(), cold.summary(), rtol=2e-3, atol=2e-3)


@pytest.mark.parametrize("case", ["mle", "reml", "binary", "general"])
def test_the_same_data_again_take_few_evaluations(case, rows):
    model, settings = CASES[case]
    old = model.fit(rows, **settings, progress=False)
    again = model.fit(rows, **settings, start=old, progress=False)
    assert again.solution.optimum.evaluations <= old.solution.optimum.evaluations
    assert case in ("binary", "general") or again.solution.optimum.evaluations <= 4


def test_em_goes_on_where_it_was(rows, last_week):
    cold = Pupils.fit(rows, method="em", progress=False)
    assert len(Pupils.fit(rows, method="em", start=cold, progress=False).trace) < len(cold.trace) / 2


def test_a_standard_deviation_of_0_last_week_may_be_positive_now(rows):
    """At 0 the likelihood has no slope: the search must not begin there."""
    flat = rows.assign(y=rows.y - rows.groupby("teacher").y.transform("mean"))
    old = Fixed.fit(flat, method="mle", progress=False)
    assert old.numbers["teacher_sd"].estimate[0] < 1e-6
    warm = Fixed.fit(rows, method="mle", start=old, progress=False)
    cold = Fixed.fit(rows, method="mle", progress=False)
    assert warm.log_likelihood == pytest.approx(cold.log_likelihood, abs=1e-6)


def test_the_plan_says_how_many_units_are_known(rows, last_week):
    old = Pupils.fit(last_week, method="mle", progress=False)
    found = Pupils.fit(rows, method="mle", start=old, progress=False).plan.to_frame()
    said = found[found.step == "start"].set_index("quantity")
    assert said.decision["school"] == "21 of 24 schools are known from the fit that start= names"
    assert said.reason["teacher"] == "by their labels; 1 new"


def test_a_method_without_a_search_takes_no_start(rows):
    old = Fixed.fit(rows, method="mle", progress=False)
    with pytest.raises(FitError, match="method='ols' takes no start"):
        Fixed.fit(rows, method="ols", roles={"S": "parameter", "T": "parameter"}, start=old)


def test_numbers_are_no_fit(rows):
    with pytest.raises(FitError, match="start= is a dict"):
        Pupils.fit(rows, method="mle", start={"intercept": 1.0}, progress=False)
