"""What a tuned run is looked at for, and what follows."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.estimation.bayes import nuts
from stanlevels.estimation.bayes.trouble import disagree, diverges


class Mean(sl.Model):
    """A mean."""

    mean = sl.Normal(0, 10)
    noise = sl.HalfNormal(5)
    y = sl.Normal(mean, noise, observed=True)


BOUND = Mean.bind({"y": np.linspace(-1, 3, 30)})
RAW = nuts.sample(BOUND.posterior, engine="stanli", seed=1, progress=False).raw


def with_divergences(n):
    diverging = np.zeros((4, 1000), dtype=bool)
    diverging.flat[: n * 7 : 7] = True
    return replace(RAW, stats={**RAW.stats, "diverging": diverging})


@pytest.mark.parametrize(("n", "told"), [(0, 0), (2, 0), (4, 0), (5, 5), (40, 40)])
def test_a_few_divergences_among_thousands_are_let_pass(n, told):
    assert diverges(with_divergences(n)) == told


def apart(raw, by):
    moved = raw.variables["mean"] + by * raw.variables["mean"].std() * np.arange(4)[:, None]
    return replace(raw, variables={**raw.variables, "mean": moved})


def test_chains_that_disagree_are_named_by_what_they_disagree_on():
    assert disagree(RAW) == ""
    assert disagree(apart(RAW, 1.0)) == "mean"


def test_what_never_moves_and_chains_too_short_to_judge_do_not_disagree():
    still = replace(RAW, variables={"corr": np.ones((4, 1000, 2, 2))})
    assert disagree(still) == ""
    assert disagree(apart(replace(RAW, variables={"mean": RAW.variables["mean"][:, :50]}), 1.0)) == ""


def runs(monkeypatch, change, **settings):
    """The records and settings of a fit whose first run is changed."""
    calls: list[Any] = []
    whole = nuts._sample

    def changed(posterior, prepared, run, tuning):
        calls.append((run, tuning))
        raw = whole(posterior, prepared, run, tuning)
        return change(raw) if len(calls) == 1 else raw

    monkeypatch.setattr(nuts, "_sample", changed)
    fit = BOUND.fit(engine="stanli", progress=False, seed=1, **settings)
    return fit, calls


def diverging(raw):
    return replace(raw, stats={**raw.stats, "diverging": np.ones_like(raw.stats["diverging"])})


def test_after_divergences_chains_run_again_with_smaller_steps(monkeypatch):
    fit, calls = runs(monkeypatch, diverging)
    assert [run.target_accept for run, _ in calls] == [0.9, 0.95]
    assert fit.settings.target_accept == 0.95
    assert "run again with target_accept=0.95" in str(fit.plan)


@pytest.mark.filterwarnings("ignore:this fit did not pass its checks")
def test_steps_are_as_long_as_a_person_says(monkeypatch):
    fit, calls = runs(monkeypatch, diverging, target_accept=0.8)
    assert len(calls) == 1
    assert not fit.diagnose().ok


def test_chains_that_disagree_run_again_by_stans_own_warm_up(monkeypatch):
    fit, calls = runs(monkeypatch, lambda raw: apart(raw, 1.0))
    assert [(run.warmup, tuning is None) for run, tuning in calls] == [(120, False), (1000, True)]
    assert fit.settings.warmup == 1000
    assert "chains disagreed on mean" in " ".join(r.reason for r in fit.plan.records)


@pytest.mark.filterwarnings("ignore:this fit did not pass its checks")
def test_a_warm_up_that_a_person_gave_is_the_only_one(monkeypatch):
    _, calls = runs(monkeypatch, lambda raw: apart(raw, 1.0), warmup=100)
    assert len(calls) == 1
