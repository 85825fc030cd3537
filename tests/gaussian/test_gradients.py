"""Gradients against central differences of the function itself: relative agreement 1e-5."""

import numpy as np
from hypothesis import given, settings

from stanlevels.gaussian import gradient, log_likelihood, profile, summarize
from tests.gaussian.worlds import worlds

SETTINGS = settings(max_examples=40, deadline=None, derandomize=True)
STEP = 1e-5


def moved(factors, b, i, j, by):
    changed = [factor.copy() for factor in factors]
    changed[b][i, j] += by
    return tuple(changed)


def entries(factors):
    return [(b, i, j) for b, L in enumerate(factors) for i in range(len(L)) for j in range(i + 1)]


def agree(found, up, down, size):
    wanted = (up - down) / (2 * STEP)
    assert abs(found - wanted) <= 1e-5 * max(1.0, abs(wanted), size * 1e-3)


@SETTINGS
@given(worlds())
def test_the_gradient_of_the_log_likelihood_is_its_slope(world):
    s, sigma, beta = summarize(world.design), world.sigma, world.beta
    found = gradient(s, world.factors, sigma, beta)
    size = abs(found.value)
    for b, i, j in entries(world.factors):
        up, down = (log_likelihood(s, moved(world.factors, b, i, j, h), sigma, beta) for h in (STEP, -STEP))
        agree(found.factors[b][i, j], up, down, size)
    up, down = (log_likelihood(s, world.factors, sigma * np.exp(h), beta) for h in (STEP, -STEP))
    agree(found.log_sigma, up, down, size)
    for k in range(len(beta)):
        step = STEP * np.eye(len(beta))[k]
        up, down = (log_likelihood(s, world.factors, sigma, b) for b in (beta + step, beta - step))
        agree(found.beta[k], up, down, size)


@SETTINGS
@given(worlds())
def test_the_slopes_of_the_profiled_criteria_are_theirs(world):
    s = summarize(world.design)
    factors = tuple(L / world.sigma for L in world.factors)
    for reml in (False, True):
        slopes, _ = profile(s, factors).slopes(reml=reml)
        for b, i, j in entries(factors):
            up, down = (profile(s, moved(factors, b, i, j, h)).deviance(reml=reml) for h in (STEP, -STEP))
            agree(slopes[b][i, j], up, down, abs(up))
