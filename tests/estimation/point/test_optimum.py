"""The search for a minimum: where there is no value, at its boundaries, and at its end."""

import numpy as np
import pytest

from stanlevels.errors import FitError
from stanlevels.estimation.point.covariance import Coordinate, Layout
from stanlevels.estimation.point.optimum import guarded, maximize


class Turned:
    """A criterion of the loadings of one correlated component, least at `best`."""

    def __init__(self, best, start):
        self.best, self.start = np.array(best, float), np.array(start, float)
        n = len(best)
        places = tuple(Coordinate(corr="corr", i=n, j=j) for j in range(n))
        self.layout = Layout((), None, places, ())
        self.bounds = [(None, None)] * n

    def __call__(self, z):
        """Squares of differences of the rows of the root, so that the end is flat."""
        z = np.asarray(z, float)
        norm = np.sqrt(1 + z @ z)
        row = np.append(z, 1) / norm
        wanted = np.append(self.best, 1) / np.sqrt(1 + self.best @ self.best)
        slopes = (np.eye(len(z) + 1) - np.outer(row, row))[: len(z)] / norm
        return float(50 * np.square(row - wanted).sum()), -100 * slopes @ wanted

    def value(self, z):
        return self(z)[0]

    def natural(self, z):
        raise NotImplementedError


@pytest.mark.parametrize("best", [[-2.0], [2.0], [5.0, -4.0], [-0.4, 3.0]])
def test_a_correlation_that_was_turned_to_the_end_comes_back(best):
    """By itself the search cannot leave it: the likelihood is flat there."""
    start = 1e9 * np.array(best) / np.abs(best).max() * np.where(np.arange(len(best)) == 1, 0.8, 1.0)
    found = maximize(Turned(best, start))
    assert found.value == pytest.approx(0, abs=1e-8)
    assert found.z == pytest.approx(best, rel=1e-3)
    assert found.at_zero == ()


def test_a_hole_is_worse_than_anything_found_however_large_that_is():
    """Deviances of millions of rows are above a million."""

    def deviance(z):
        if abs(z[0] - 1) < 0.3:
            raise FitError("nothing can be factored", expected="anything")
        return 2e6 + 1e3 * (z[0] - 1) ** 2, 2e3 * (z - 1)

    search = guarded(deviance)
    outside = search(np.array([2.0]))[0]
    inside, slope = search(np.array([1.0]))
    assert inside > outside == 2_001_000
    assert slope.tolist() == [0.0]


def test_minus_infinity_is_no_minimum():
    with pytest.raises(FitError, match="heads to 0"):
        guarded(lambda z: (-np.inf, z))(np.zeros(1))


def test_next_to_a_hole_a_search_has_not_converged_and_is_no_error():
    """A derivative that rounding leaves asks for the curvature, which takes a step into the hole."""

    class Steep(Turned):
        def __call__(self, z):
            if z[0] > 1 + 5e-5:
                raise FitError("nothing can be factored", expected="anything")
            rounding = 0.01 if z[0] >= 1 else -0.01
            return float(1e8 * (z[0] - 1) ** 2), 2e8 * (z - 1) + rounding

    found = maximize(Steep([1.0], [1.0]))
    assert found.z == pytest.approx([1], abs=1e-4)
    assert not found.converged
