"""Sufficient statistics of cells, against sums over rows."""

from __future__ import annotations

import numpy as np
import pytest

from stanlevels.distributions.kept import Grouped, Kept
from stanlevels.distributions.table import FAMILIES

RNG = np.random.default_rng(5)
CODES = RNG.integers(0, 4, 50)


def grouped(y, **facts):
    return Grouped(np.asarray(y, dtype=float), CODES, 4, **facts)


def kept_of(family: str, key: str = "") -> Kept:
    kept = FAMILIES[family].parameterization(key).kept
    assert kept is not None
    return kept


def by_cell(values, weights=None):
    weights = np.ones(50) if weights is None else weights
    return np.array([np.sum(values[c == CODES] * weights[c == CODES]) for c in range(4)])


@pytest.mark.parametrize("weights", [None, RNG.integers(0, 4, 50).astype(float)])
def test_means_and_squares_are_those_of_the_rows(weights):
    y, n = np.random.default_rng(6).normal(size=50), by_cell(np.ones(50), weights)
    kept, rows = kept_of("Normal"), grouped(y, weights=weights)
    mean = by_cell(y, weights) / n
    assert kept.value("n", rows) == pytest.approx(n)
    assert kept.value("mean", rows) == pytest.approx(mean)
    squares = by_cell(np.square(y - mean[CODES]), weights)
    assert kept.value("squares", rows) == pytest.approx(squares)
    assert kept.value("squares", rows, pooled=True) == pytest.approx(squares.sum())


def test_numbers_around_a_million_lose_no_digits():
    y = np.random.default_rng(7).normal(size=50)
    kept = kept_of("Normal")
    near, far = (grouped(y + shift) for shift in (0.0, 1e6))
    assert kept.value("mean", far) - 1e6 == pytest.approx(kept.value("mean", near), abs=2e-10)
    assert kept.value("squares", far) == pytest.approx(kept.value("squares", near), rel=1e-9)


def test_a_cell_without_weight_has_no_part_in_anything():
    rows = grouped(np.random.default_rng(8).normal(size=50), weights=(CODES != 2).astype(float))
    kept = kept_of("Normal")
    assert kept.value("n", rows)[2] == 0
    assert np.isfinite(kept.value("mean", rows)).all()
    assert kept.value("squares", rows)[2] == 0


def test_successes_trials_and_the_ways_to_come_by_them():
    rng = np.random.default_rng(9)
    trials = rng.integers(1, 9, 50).astype(float)
    y = rng.binomial(trials.astype(int), 0.4).astype(float)
    form, kept = FAMILIES["Binomial"].parameterization("logit"), kept_of("Binomial", "logit")
    rows = grouped(y, trials=trials)
    assert kept.value("successes", rows) == pytest.approx(by_cell(y))
    assert kept.value("trials", rows) == pytest.approx(by_cell(trials))
    at_zero = form.log_density(y, {"trials": trials, "logit": 0.0})
    assert kept.value("constant", rows) == pytest.approx(at_zero.sum() + trials.sum() * np.log(2))


def test_counts_of_every_category_and_of_every_value():
    y = np.random.default_rng(10).integers(1, 4, 50)
    counts = kept_of("Categorical").value("counts", grouped(y, categories=3))
    assert counts.tolist() == [[float(np.sum(y[c == CODES] == k)) for k in (1, 2, 3)] for c in range(4)]
    kept = kept_of("NegBinomial")
    assert kept.value("values", grouped(y)).tolist() == [1, 2, 3]
    assert kept.value("counts", grouped(y)).tolist() == [float(np.sum(y == k)) for k in (1, 2, 3)]
