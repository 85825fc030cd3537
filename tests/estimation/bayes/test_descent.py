"""The way up to where draws lie."""

import numpy as np
import pytest

from stanlevels.estimation.bayes.descent import descend


def normal(widths):
    return lambda x: (-float(np.square(x / widths).sum()) / 2, -x / np.square(widths))


@pytest.mark.parametrize("widths", [np.ones(30), np.geomspace(0.1, 10, 30)])
def test_it_ends_about_as_high_as_draws_are(widths):
    density = normal(widths)
    point = descend(density, 50 * widths * np.where(np.arange(30) % 2, 1, -1))
    assert density(point)[0] > -50 * 30


def test_it_does_not_follow_a_funnel_down_to_where_the_density_has_no_bound():
    def funnel(q):
        log_sd, x = q[0], q[1:]
        squares = np.square(x).sum() * np.exp(-2 * log_sd)
        value = -len(x) * log_sd - squares / 2 - log_sd**2 / 18
        return value, np.concatenate([[-len(x) + squares - log_sd / 9], -x * np.exp(-2 * log_sd)])

    point = descend(funnel, np.concatenate([[1.0], np.linspace(-3, 3, 50)]))
    assert point[0] > -5


def test_steps_to_where_there_is_no_density_are_taken_back():
    def half(q):
        if q[0] <= 0:
            return -np.inf, np.full(1, np.nan)
        return float(20 * np.log(q[0]) - q[0]), 20 / q - 1

    assert 10 < descend(half, np.array([0.01]))[0] < 35


def test_a_start_at_the_top_stays():
    np.testing.assert_array_equal(descend(normal(np.ones(3)), np.zeros(3)), np.zeros(3))
