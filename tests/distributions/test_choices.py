"""Which rows of a group are chosen: numbers beside a list of all the ways to choose them."""

from itertools import combinations

import numpy as np
import pytest

from stanlevels.distributions.choices import CONDITIONAL_LOGIT, laid_out

GROUPS = np.array([5, 2, 5, 5, 2, 9, 5, 7, 7])
ETA = np.array([0.3, -1.0, 2.0, -0.5, 0.7, 3.0, 0.1, 400.0, -400.0])
CHOSEN = np.array([2, 1, 2, 2, 1, 1, 2, 0, 0])
FORM = CONDITIONAL_LOGIT.parameterization("")


def ways(rows, m):
    """All choices of m rows, with the probability of each."""
    found = list(combinations(rows, m))
    log = np.array([ETA[list(each)].sum() for each in found])
    weights = np.exp(log - log.max())
    return found, weights / weights.sum()


def test_groups_are_laid_out_in_the_order_of_their_rows():
    places, there = laid_out(GROUPS)
    assert [p[t].tolist() for p, t in zip(places, there, strict=True)] == [[1, 4], [0, 2, 3, 6], [7, 8], [5]]
    assert laid_out(np.zeros(0, dtype=int))[0].shape == (0, 0)


@pytest.mark.parametrize("m", [0, 1, 2, 3, 4])
def test_the_density_is_that_of_all_the_ways_to_choose_as_many(m):
    rows = np.flatnonzero(GROUPS == 5)
    for chosen, probability in zip(*ways(rows, m), strict=True):
        y = np.zeros(len(GROUPS))
        y[list(chosen)] = 1
        found = FORM.log_density(y, {"eta": ETA, "within": GROUPS, "chosen": CHOSEN})
        assert found[0] == pytest.approx(np.log(probability), abs=1e-12)
        assert (found[[2, 3, 4, 6, 8]] == 0).all()  # a group's density stands at its first row


def test_means_and_draws_are_those_of_all_the_ways():
    given = {"eta": ETA, "within": GROUPS, "chosen": CHOSEN}
    rows = np.flatnonzero(GROUPS == 5)
    expected = np.zeros(len(GROUPS))
    expected[5] = 1
    for m, inside in ((2, rows), (1, np.flatnonzero(GROUPS == 2))):
        for chosen, probability in zip(*ways(inside, m), strict=True):
            expected[list(chosen)] += probability
    np.testing.assert_allclose(FORM.mean(given), expected, atol=1e-12)
    np.testing.assert_allclose(FORM.variance(given), expected * (1 - expected), atol=1e-12)
    drawn = FORM.draw(np.random.default_rng(1), (4000, len(GROUPS)), given)
    assert (drawn[:, rows].sum(axis=1) == 2).all()
    # 4.5 standard errors in each of 6 rows: one alarm in 25,000 runs
    np.testing.assert_allclose(drawn.mean(axis=0), expected, atol=4.5 * 0.5 / np.sqrt(4000))


def test_odds_of_any_size_have_a_probability():
    eta = np.array([900.0, -900.0, 0.0])
    given = {"eta": eta, "within": np.zeros(3), "chosen": np.full(3, 2)}
    assert FORM.log_density(np.array([0, 1, 1]), given)[0] == pytest.approx(-1800)
    np.testing.assert_allclose(FORM.mean(given), [1, 0, 1], atol=1e-12)
