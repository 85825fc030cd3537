"""Sampling with what a pilot found: starts, metric, warm-up, and when there is none."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stanlevels as sl
from stanlevels.engines import get_engine
from stanlevels.estimation.bayes import precondition
from stanlevels.estimation.bayes.apart import start_of_chain
from stanlevels.estimation.bayes.pilot import Dense, Pilot, pilot
from stanlevels.estimation.bayes.starting_values import starts


class Groups(sl.Model):
    """Groups on a far scale, with a slope of a covariate far from 0."""

    group = sl.Level()
    mean = sl.Normal(5000, 1000)
    sd = sl.HalfNormal(100)
    slope = sl.Normal(0, 10)
    noise = sl.HalfNormal(100)
    A = sl.Normal(mean, sd, over=group)
    y = sl.StudentT(5, A + slope * sl.data("x"), noise, observed=True)


RNG = np.random.default_rng(2)
DATA = pd.DataFrame({"group": np.repeat(np.arange(12), 10), "x": RNG.normal(300, 1, 120)})
DATA["y"] = 5000 + RNG.normal(0, 50, 12)[DATA["group"]] + 3 * DATA["x"] + RNG.normal(0, 20, 120)
BOUND = Groups.bind(DATA)
SETTINGS: dict[str, Any] = {"engine": "stanli", "progress": False, "seed": 3}
FEW = pytest.mark.filterwarnings("ignore:this fit did not pass its checks")


def program(bound=BOUND):
    posterior = bound.posterior
    return get_engine("stanli").prepare(posterior.text, posterior.stan_data, shapes=posterior.shapes)


def test_a_short_warm_up_gives_the_posterior_of_a_long_one():
    short = BOUND.fit(**SETTINGS)
    long = BOUND.fit(**SETTINGS, inits=1.0)
    assert short.settings.warmup == precondition.WARMUP
    assert long.settings.warmup == 1000
    assert short.diagnose().ok
    a, b = short.summary(), long.summary()
    error = np.hypot(a["sd"] / np.sqrt(a["ess_bulk"]), b["sd"] / np.sqrt(b["ess_bulk"]))
    assert ((a["estimate"] - b["estimate"]).abs() < 5 * error).all()


@FEW
def test_the_plan_of_a_fit_says_how_it_was_sampled():
    (record,) = [r for r in BOUND.fit(**SETTINGS, draws=50).plan.records if r.step == "precondition"]
    assert f"{precondition.WARMUP} iterations of warm-up" in record.decision
    assert "a pilot of" in record.reason


@FEW
def test_a_plan_with_a_diagonal_metric_samples_as_stan_does():
    fit = Groups.bind(DATA, plan=sl.Plan(metric="diag")).fit(**SETTINGS, draws=50)
    assert fit.settings.warmup == 1000
    assert fit.raw.inverse_metric.ndim == 2
    assert "the plan says so" in str(fit.plan)


@FEW
def test_a_warm_up_that_is_given_is_obeyed():
    fit = BOUND.fit(**SETTINGS, warmup=200, draws=50)
    assert fit.settings.warmup == 200
    assert fit.by_quantity.shape == (4, 50)


@FEW
def test_draws_reproduce():
    first, second = (BOUND.fit(**SETTINGS, draws=20, chains=2) for _ in range(2))
    np.testing.assert_array_equal(first.raw.variables["noise"], second.raw.variables["noise"])


@FEW
def test_without_a_pilot_stans_own_warm_up_is_there(monkeypatch):
    monkeypatch.setattr(precondition, "pilot", lambda *_: None)
    fit = BOUND.fit(**SETTINGS, draws=50, chains=2)
    assert fit.settings.warmup == 1000
    assert "a pilot did not find its way" in str(fit.plan)


def test_a_program_that_the_interpreter_lacks_something_of_is_sampled_all_the_same(monkeypatch):
    monkeypatch.setattr(precondition, "interpreted", lambda *_: None)
    _, record = precondition.precondition(BOUND.posterior, program(), 4, 1, None)
    assert "cannot run a pilot" in record.reason


def test_more_unknowns_than_a_dense_metric_is_for_have_widths(monkeypatch):
    monkeypatch.setattr(precondition, "LARGEST", 5)
    for metric, form in ((None, "diag_e"), ("dense", "dense_e")):
        tuning, _ = precondition.precondition(BOUND.posterior, program(), 4, 1, metric)
        assert tuning is not None
        assert tuning.metric == form


def test_a_dense_metric_that_costs_more_than_it_saves_is_not_taken():
    many = pd.DataFrame({"group": np.arange(450), "x": 1.0, "y": np.linspace(0, 1, 450)})
    bound = Groups.bind(many)
    tuning, record = precondition.precondition(bound.posterior, program(bound), 4, 1, None)
    assert tuning is not None
    assert tuning.metric == "diag_e"
    assert "to factorise a dense metric" in record.reason


def test_chains_start_apart_and_where_they_can_come_from():
    built = program()
    own = [built.unconstrain(starts(BOUND.posterior, 1, chain)) for chain in range(1, 5)]
    found = pilot(built, own[0], 1)
    assert found is not None
    points = [start_of_chain(built.log_density, found, q, 1, c) for c, q in enumerate(own, 1)]
    assert isinstance(found.shape, Dense)
    white = np.linalg.solve(found.shape.root, (np.array(points) - found.centre).T)
    assert 0.7 < np.square(white).mean() < 20
    for q in points:
        assert np.isfinite(built.log_density(q)[0])


def test_chains_start_in_another_mode_where_their_own_start_leads_there():
    def two(x):
        near = 5.0 if x[0] > 0 else -5.0
        return -float(np.square(x - [near, 0]).sum()) / 2, -(x - [near, 0])

    found = pilot_of_one_mode(two)
    starts_of = [start_of_chain(two, found, np.array([side, 1.0]), 1, 1)[0] for side in (9.0, -9.0)]
    assert starts_of[0] > 0 > starts_of[1]


def pilot_of_one_mode(density):
    points = np.random.default_rng(3).normal([5.0, 0.0], 1.0, (50, 2))
    return Pilot(Dense(np.eye(2)), points, np.array([density(q)[0] for q in points]), 0.8, 0.0, 7.0, 100)


def test_where_a_pilot_diverged_steps_are_small_from_the_start():
    found = pilot_of_one_mode(lambda q: (0.0, q))
    accepts = [
        precondition._accept(replace(found, divergent=share), n)
        for share, n in ((0.0, 40), (0.01, 90), (0.01, 9))
    ]
    assert accepts == [0.8, 0.95, 0.9]


@pytest.mark.parametrize(("n", "accept"), [(60, 0.8), (90, 0.8), (200, 0.73), (304, 0.67), (450, 0.61)])
def test_trajectories_of_hundreds_of_unknowns_just_turn(n, accept):
    """At 7 steps of 3.25 widths together, whatever the dense metric makes of the step for 0.8."""
    found = pilot_of_one_mode(lambda q: (0.0, q))
    assert precondition._accept(found, n) == pytest.approx(accept, abs=0.006)
    assert precondition._accept(replace(found, accept=0.5), n) == 0.5


@pytest.mark.cmdstan
def test_cmdstan_samples_with_the_pilot_of_the_interpreter(cmdstan):
    fit = BOUND.fit(engine="cmdstan", progress=False, seed=3)
    assert fit.settings.warmup == precondition.WARMUP
    assert fit.diagnose().ok
    assert fit.raw.stats["n_steps"].mean() < 16
