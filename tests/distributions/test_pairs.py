"""What rows add to the arguments of a conjugate prior is their log density, by SciPy."""

import numpy as np
import pytest
from scipy import stats

from stanlevels.distributions import pairs

Y = np.array([0.0, 1.0, 3.0, 7.0])
EXPOSURE = np.array([0.5, 2.0, 1.0, 3.0])
TRIALS = np.array([4.0, 1.0, 9.0, 7.0])


@pytest.mark.parametrize(
    ("outcome", "y", "density"),
    [
        (pairs.TOTALS, Y, lambda y, r: stats.poisson(r * EXPOSURE).logpmf(y)),
        (pairs.TIMES, Y + 0.1, lambda y, r: stats.expon(scale=1 / (r * EXPOSURE)).logpdf(y)),
    ],
)
def test_rows_about_rates(outcome, y, density):
    (power, weight), constant = outcome.adds(y, EXPOSURE, np.ones(1))
    for rate in (0.01, 1.0, 40.0):
        np.testing.assert_allclose(constant + power * np.log(rate) - weight * rate, density(y, rate), 1e-12)


@pytest.mark.parametrize(
    ("outcome", "y", "trials"),
    [
        (pairs.FLAGS, np.array([0.0, 1.0, 1.0, 0.0]), np.ones(4)),
        (pairs.TRIALS, np.minimum(Y, TRIALS), TRIALS),
    ],
)
def test_rows_about_probabilities(outcome, y, trials):
    (successes, failures), constant = outcome.adds(y, np.ones(4), trials)
    for p in (0.001, 0.4, 0.99):
        found = constant + successes * np.log(p) + failures * np.log1p(-p)
        np.testing.assert_allclose(found, stats.binom(trials, p).logpmf(y), 1e-12)
