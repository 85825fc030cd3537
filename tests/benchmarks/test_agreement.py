"""The comparison of posteriors: what it lets pass, and what it sees."""

import numpy as np
import pytest
from scipy.stats import norm

from benchmarks.agreement.cases import CASES
from benchmarks.agreement.compare import bound, compared, moments
from benchmarks.samplers.workloads import WORKLOADS


def draws(seed, n=300, slow=0.5, mean=0.0, sd=1.0):
    """Autocorrelated draws of n numbers, (4 chains, 500 draws, n)."""
    x = np.random.default_rng(seed).normal(size=(4, 500, n))
    for t in range(1, 500):
        x[:, t] = slow * x[:, t - 1] + np.sqrt(1 - slow**2) * x[:, t]
    return mean + sd * x


def test_draws_of_one_distribution_agree():
    found = compared({"a": draws(1), "s": draws(2)[..., 0]}, {"a": draws(3), "s": draws(4, slow=0.2)[..., 0]})
    assert found["numbers"] == 301
    for which in ("mean", "sd"):
        assert found[which]["largest"] < bound(2 * 301, 0.001)
        assert found[which]["typical"] == pytest.approx(1, abs=0.15)


def test_errors_are_those_of_repeated_chains():
    """Standard errors, against the spread of 300 sets of chains (whose own error is 4 %)."""
    found = moments(np.moveaxis(draws(5), 2, 0))
    assert np.sqrt(np.mean(found.mean_error**2)) == pytest.approx(found.mean.std(), rel=0.13)
    assert np.sqrt(np.mean(found.sd_error**2)) == pytest.approx(found.sd.std(), rel=0.13)


def test_a_mean_that_is_off_by_a_third_and_an_sd_by_a_sixth_are_seen_and_named():
    theirs = draws(3)
    shifted, wider = theirs.copy(), theirs.copy()
    shifted[..., 17] += 0.33
    wider[..., 4] *= 1.17
    limit = bound(600, 0.001)
    for changed, which, name in ((shifted, "mean", "a[17]"), (wider, "sd", "a[4]")):
        found = compared({"a": draws(1)}, {"a": changed})[which]
        assert found["of"] == name
        assert found["largest"] > limit


def test_what_is_constant_is_left_out_and_what_one_lacks_is_an_error():
    ones = np.ones((4, 500, 2))
    assert compared({"a": draws(1, 3), "d": ones}, {"a": draws(2, 3), "d": ones})["numbers"] == 3
    with pytest.raises(ValueError, match="'d'"):
        compared({"a": draws(1, 3), "d": ones}, {"a": draws(2, 3)})


def test_the_bound_is_bonferronis():
    assert 1000 * 2 * norm.sf(bound(1000, 0.01)) == pytest.approx(0.01)


def test_every_workload_is_compared_once():
    assert [case.workload for case in CASES] == list(WORKLOADS)
