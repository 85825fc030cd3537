"""Chains that run as a tuning says."""

from dataclasses import replace

import numpy as np
import pytest

import stanlevels as sl
from stanlevels.estimation.bayes import nuts
from stanlevels.estimation.bayes.tuning import KEPT, Tuning


class Line(sl.Model):
    """A line."""

    a = sl.Normal(0, 10)
    b = sl.Normal(0, 10)
    noise = sl.HalfNormal(2)
    y = sl.Normal(a + b * sl.data("x"), noise, observed=True)


X = np.linspace(-1, 1, 40)
BOUND = Line.bind({"x": X, "y": 1 + 2 * X + 0.3 * np.sin(40 * X)})


def tuning(chains=2, **others):
    covariance = np.array([[0.02, 0.001, 0.0], [0.001, 0.05, 0.0], [0.0, 0.0, 0.015]])
    starts = [{"a": 1.0 + 0.1 * c, "b": 2.0, "noise": 0.2 + 0.1 * c} for c in range(chains)]
    return Tuning(tuple(starts), covariance, **{"warmup": 60, "step_size": 0.7, **others})


def run(tuning, **settings):
    settings = {"seed": 1, "progress": False, "chains": 2, "draws": 200, "engine": "stanli", **settings}
    return nuts.sample(BOUND.posterior, tuning=tuning, **settings)


def test_the_metric_and_the_warm_up_are_those_of_the_tuning():
    raw, settings, _ = run(tuning())
    assert settings.warmup == 60
    assert raw.variables["a"].shape == (2, 200)
    np.testing.assert_array_equal(raw.inverse_metric[0], tuning().inverse_metric)
    assert abs(raw.variables["b"].mean() - 2) < 0.3


@pytest.mark.parametrize("warmup", [KEPT, KEPT + 1, 400])
def test_a_warm_up_that_a_person_asks_for_is_obeyed_and_keeps_the_metric(warmup):
    raw, settings, _ = run(tuning(), warmup=warmup, draws=50)
    assert settings.warmup == warmup
    assert raw.variables["a"].shape == (2, 50)
    assert raw.stats["lp"].shape == (2, 50)
    np.testing.assert_array_equal(raw.inverse_metric[1], tuning().inverse_metric)


def test_a_diagonal_metric_is_a_vector():
    raw, _, _ = run(replace(tuning(), inverse_metric=np.array([0.01, 0.03, 0.015])))
    np.testing.assert_array_equal(raw.inverse_metric[0], [0.01, 0.03, 0.015])


@pytest.mark.cmdstan
def test_cmdstan_keeps_the_metric_too(cmdstan):
    raw, settings, _ = run(tuning(), engine="cmdstan", warmup=200, draws=50)
    assert settings.warmup == 200
    assert raw.variables["a"].shape == (2, 50)
    np.testing.assert_allclose(raw.inverse_metric[1], tuning().inverse_metric)
