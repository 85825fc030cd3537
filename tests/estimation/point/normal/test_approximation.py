"""Parameters of the normal approximation, from their axes back to numbers."""

import numpy as np

from stanlevels.estimation.point.normal.approximation import Movable


def test_correlations_on_their_axis_or_reflected_at_its_ends():
    """An estimate at the end of its axis, 1, lies at infinity there, and comes back as 1."""
    shift = np.array([0.0, 1.0, 0.0])
    x = np.array([np.inf, 1.25, 0.5])
    own = Movable(x, np.zeros((3, 0)), np.ones(3, dtype=bool), "atanh", shift)
    np.testing.assert_allclose(own.numbers(x), [1, 0.75, np.tanh(0.5)])
