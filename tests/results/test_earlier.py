"""This week's fit begins where last week's ended, and finds what a fit without it finds."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.errors import FitError

pytestmark = pytest.mark.filterwarnings("ignore::stanlevels.StanlevelsWarning")  # of few draws


class Pupils(sl.Model):
    school = sl.Level()
    teacher = sl.Level()
    mean = sl.Normal(0, 5)
    slope = sl.Normal(0, 5)
    school_sd = sl.HalfNormal(2)
    S = sl.Normal(mean, school_sd, over=school)
    teacher_sd = sl.HalfNormal(2)
    T = sl.Normal(0, teacher_sd, over=teacher)
    noise = sl.HalfNormal(2)
    y = sl.Normal(S + slope * sl.data("x") + T, noise, observed=True)


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    rng = np.random.default_rng(5)
    n, J, K = 300, 14, 6
    school, teacher, x = rng.integers(0, J, n), rng.integers(0, K, n), rng.normal(size=n)
    mean = 2 + rng.normal(0, 1, J)[school] + x + rng.normal(0, 0.7, K)[teacher]
    names = {"school": [f"s{k:02d}" for k in school], "teacher": [f"t{k}" for k in teacher]}
    return pd.DataFrame({**names, "x": x, "y": mean + rng.normal(size=n)})


@pytest.fixture(scope="module")
def last_week(rows: pd.DataFrame) -> pd.DataFrame:
    return rows[(rows.school != "s03") & (rows.teacher != "t4")].iloc[::-1]


QUICK: dict[str, Any] = {"chains": 2, "draws": 200, "engine": "stanli", "progress": False}


@pytest.fixture(scope="module")
def old(last_week: pd.DataFrame) -> Any:
    return Pupils.fit(last_week, seed=1, **QUICK)


@pytest.fixture(scope="module")
def warm(rows: pd.DataFrame, old: Any) -> Any:
    return Pupils.fit(rows, seed=2, start=old, **QUICK)


@pytest.fixture(scope="module")
def cold(rows: pd.DataFrame) -> Any:
    return Pupils.fit(rows, seed=3, **QUICK)


def test_the_posterior_is_that_of_a_fit_without_a_start(warm: Any, cold: Any) -> None:
    a, b = (fit.summary(kind="all") for fit in (warm, cold))
    assert a.r_hat.max() < 1.1
    error = np.sqrt(a.sd**2 / a.ess_bulk + b.sd**2 / b.ess_bulk)
    assert ((a.estimate - b.estimate).abs() / error).max() < 4.5
    np.testing.assert_allclose(a.sd, b.sd, rtol=0.5)


def test_the_program_is_the_same_and_the_warm_up_short(warm: Any, old: Any) -> None:
    assert warm.stan_code == old.stan_code
    assert warm.settings.warmup == 75


def test_a_new_school_is_among_the_effects(warm: Any) -> None:
    assert "s03" in set(warm.effects("S").school)
    said = warm.plan.to_frame().query("step == 'start'").set_index("quantity").decision
    assert said["school"] == "13 of 14 schools are known from the fit that start= names"


def test_a_loaded_fit_is_as_good_a_start(rows: pd.DataFrame, old: Any, warm: Any) -> None:
    again = Pupils.fit(rows, seed=2, start=pickle.loads(pickle.dumps(old)), **QUICK)
    np.testing.assert_array_equal(again.draws("noise"), warm.draws("noise"))


def test_a_person_may_ask_for_another_warm_up(rows: pd.DataFrame, old: Any) -> None:
    fit = Pupils.fit(rows, seed=2, start=old, warmup=200, chains=1, draws=20, progress=False)
    assert fit.settings.warmup == 200
    assert fit.draws("noise").shape == (1, 20)


@pytest.mark.parametrize("method", ["mle", "reml"])
def test_estimates_start_chains_and_draws_start_a_search(
    method: str, rows: pd.DataFrame, last_week: pd.DataFrame, cold: Any
) -> None:
    estimated = Pupils.fit(last_week, method=method, progress=False)
    sampled = Pupils.fit(rows, seed=4, start=estimated, warmup=150, **QUICK)
    assert sampled.summary().r_hat.max() < 1.1
    searched = Pupils.fit(rows, method=method, start=sampled, progress=False)
    alone = Pupils.fit(rows, method=method, progress=False)
    assert searched.log_likelihood == pytest.approx(alone.log_likelihood, abs=1e-6)
    assert searched.solution.optimum.evaluations < alone.solution.optimum.evaluations


def test_a_bound_model_takes_a_start_whatever_its_plan(rows: pd.DataFrame, old: Any, cold: Any) -> None:
    fit = Pupils.bind(rows, plan=sl.Plan.literal()).fit(seed=5, start=old, **QUICK)
    assert fit.stan_code != old.stan_code
    a, b = fit.summary(), cold.summary()
    error = np.sqrt(a.sd**2 / a.ess_bulk + b.sd**2 / b.ess_bulk)
    assert ((a.estimate - b.estimate).abs() / error).max() < 4.5


def test_quantities_that_were_not_recorded_begin_as_they_would(rows: pd.DataFrame, old: Any) -> None:
    some = Pupils.fit(rows, seed=1, record=["noise", "school_sd", "mean", "slope"], **QUICK)
    fit = Pupils.fit(rows, seed=6, start=some, **QUICK)
    assert fit.summary().r_hat.max() < 1.1


class Apps(sl.Model):
    publisher = sl.Level()
    app = sl.Level()
    spread = sl.HalfNormal(1)
    sd = sl.HalfNormal(1)
    P = sl.Normal(0, 1, over=publisher)
    A = sl.Normal(0, sd, over=app)
    both = P + A
    y = sl.Normal(both, spread, observed=True)


def test_where_the_earlier_plan_does_not_fit_the_data_it_is_made_anew() -> None:
    """Last week every app had one publisher, so that their sum was one number per app."""
    rng = np.random.default_rng(1)
    rows: dict[str, Any] = {
        "publisher": list("ppqq") * 10,
        "app": list("abcd") * 10,
        "y": rng.normal(size=40),
    }
    old = Apps.fit(rows, seed=1, chains=1, warmup=100, draws=100, progress=False)
    moved = {**rows, "publisher": [*"pqqq", *rows["publisher"][4:]]}
    fit = Apps.fit(moved, seed=1, start=old, chains=1, draws=50, progress=False)
    assert fit.planned.lines["both"].domain != ("app",)


# --- what is refused ---------------------------------------------------------------------------------


class MoreSlopes(Pupils):
    b = sl.Normal(0, 1)
    y = sl.Normal(Pupils.S + b * sl.data("x"), Pupils.noise, observed=True)


def test_a_fit_of_another_model_is_refused(rows: pd.DataFrame, old: Any) -> None:
    with pytest.raises(FitError, match="the earlier fit has no unknown 'b'"):
        MoreSlopes.fit(rows, start=old, **QUICK)


def test_two_starts_are_refused(rows: pd.DataFrame, old: Any) -> None:
    with pytest.raises(FitError, match="both start= and inits="):
        Pupils.fit(rows, start=old, inits=1.0, **QUICK)


def test_numbers_are_no_fit(rows: pd.DataFrame) -> None:
    with pytest.raises(FitError, match="start= is a dict"):
        Pupils.fit(rows, start={"noise": 1.0}, **QUICK)


@pytest.mark.parametrize("method", ["laplace", "ols"])
def test_methods_without_chains_or_a_search_take_no_start(method: str, rows: pd.DataFrame, old: Any) -> None:
    with pytest.raises(FitError, match=f"method='{method}' takes no start"):
        Pupils.fit(rows, method=method, start=old)
