"""How chains differ in distances from the median, against SciPy, wherever distances meet."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import rankdata

from stanlevels.results.checks.folded import spread
from stanlevels.results.checks.ranks import order_of

RNG = np.random.default_rng(1)
EPS = np.finfo(float).eps
BESIDE = RNG.normal(size=(9, 118))


def expected(rows, chains):
    distances = np.abs(rows - np.median(rows, axis=1, keepdims=True))
    scores = ndtri((rankdata(distances, axis=1) - 0.375) / (rows.shape[1] + 0.25))
    x = scores.reshape(len(rows), chains, -1)
    return x.mean(axis=2), x.var(axis=2, ddof=1).mean(axis=1)


def mirrored(rows):
    """Each distance twice, up to rounding, on both sides of the median."""
    return np.random.default_rng(2).permuted(np.concatenate([1 / 3 + rows, 1 / 3 - rows], axis=1), axis=1)


ROWS = {
    "normal": RNG.normal(size=(50, 120)),
    "heavy-tailed": RNG.standard_cauchy(size=(20, 120)),
    "with huge distances, which short keys cannot tell apart": RNG.normal(size=(9, 120)) ** 21,
    "with one far away": np.append(RNG.normal(size=(3, 119)), np.full((3, 1), 1e200), axis=1),
    "with many ties": np.round(RNG.normal(size=(9, 120)), 1),
    "with two draws of one chain alike": np.concatenate([BESIDE, BESIDE[:, 7:8], BESIDE[:, :1]], axis=1),
    "with a draw that stayed": np.repeat(RNG.normal(size=(9, 60)), 2, axis=1),
    "symmetric up to rounding": mirrored(RNG.normal(size=(50, 60))),
    "a bit apart": 1 + RNG.permuted(np.tile(np.arange(120.0), (9, 1)), axis=1) * EPS,
    "almost all equal": np.where(np.arange(120) % 60 == 5, 1.0, 0.0)[None],
    "tiny": RNG.normal(size=(9, 120)) * 1e-310,
    "huge": RNG.uniform(-8e307, 8e307, size=(9, 120)),
    "apart by chains": RNG.normal(size=(9, 120)) + np.repeat(np.arange(4), 30),
    "of four draws": RNG.normal(size=(50, 4)),
}


@pytest.mark.parametrize("chains", [2, 4])
@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_means_and_variance_of_scores_are_those_of_mean_ranks(rows, chains):
    if rows.shape[1] < 2 * chains:
        chains = 2
    found = spread(order_of(rows), chains)
    means, variance = expected(rows, chains)
    np.testing.assert_allclose(found.means, means, rtol=0, atol=1e-13)
    np.testing.assert_allclose(found.variance, variance, rtol=1e-12)


def test_any_number_of_chains_and_long_keys_give_the_same(monkeypatch):
    rows = np.random.default_rng(3).normal(size=(20, 126))
    for chains in (2, 3, 6, 7, 9, 21, 63):
        means, variance = expected(rows, chains)
        for met in (0.5, 0):
            monkeypatch.setattr("stanlevels.results.checks.folded._MET", met)
            found = spread(order_of(rows), chains)
            np.testing.assert_allclose(found.means, means, rtol=0, atol=1e-13)
            np.testing.assert_allclose(found.variance, variance, rtol=1e-12)


@pytest.mark.parametrize("few", [0, 1])
@pytest.mark.parametrize("rows", ROWS.values(), ids=ROWS)
def test_how_many_rows_are_done_exactly_at_once_changes_nothing(monkeypatch, rows, few):
    whole = spread(order_of(rows), 2)
    monkeypatch.setattr("stanlevels.results.checks.folded._FEW", few)
    found = spread(order_of(rows), 2)
    np.testing.assert_allclose(found.means, whole.means, rtol=0, atol=1e-13)
    np.testing.assert_allclose(found.variance, whole.variance, rtol=1e-12)


@pytest.mark.parametrize("stays", [0, 12])
def test_rows_in_which_a_chain_stays_now_and_then_need_no_exact_order(monkeypatch, stays):
    rng = np.random.default_rng(4)
    rows = rng.normal(size=(20, 4000))
    at = rng.choice(np.arange(1, 4000, 2), stays, replace=False)
    rows[:, at] = rows[:, at - 1]
    seen = []

    def looked_at(distances):
        seen.append(len(distances))
        return order_of(distances)

    monkeypatch.setattr("stanlevels.results.checks.folded.order_of", looked_at)
    monkeypatch.setattr(
        "stanlevels.results.checks.folded._FEW", 0
    )  # else long keys are left out for a few rows
    order = order_of(rows)
    beside_the_median = np.isin(order.equal % 4000, [1998, 2000])
    spread(order, 8)
    assert sum(seen) <= beside_the_median.sum()


def test_rows_that_short_keys_settled_stay_settled():
    """Of numbers so small that long keys cannot scale them, short keys settle less than half of the rows."""
    rows = np.random.default_rng(1).normal(size=(40, 600)) ** 3 * 1e-294
    means, variance = expected(rows, 6)
    found = spread(order_of(rows), 6)
    np.testing.assert_allclose(found.means, means, rtol=0, atol=1e-13)
    np.testing.assert_allclose(found.variance, variance, rtol=1e-12)
