"""Numbers that sum to zero, against the dense normal distribution in the plane where they lie."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import linalg, stats

from stanlevels.distributions.structures import SUMMING, Groups
from stanlevels.distributions.table import FAMILIES
from stanlevels.values.correlated import Correlated

STRUCTURE = FAMILIES[f"Normal|{SUMMING}"].structure
GROUPS = Groups((("a",), ("b",), ("c",)), np.array([0, 1, 0, 0, 1, 2]))
ROOT = np.array([np.equal(GROUPS.run, g) / np.equal(GROUPS.run, g).sum() for g in GROUPS.run])
COVARIANCE = np.eye(6) - ROOT
"""Of independent numbers less the mean of their group: 1 - 1/n, and -1/n within the group."""


def test_numbers_of_independent_ones_have_the_covariance() -> None:
    assert STRUCTURE is not None
    root = STRUCTURE.numbers(np.eye(6)[None, :, :, None], GROUPS)[0, :, :, 0].T
    np.testing.assert_allclose(root @ root.T, COVARIANCE, atol=1e-14)
    np.testing.assert_allclose(STRUCTURE.variance(GROUPS)[:, 0], np.diag(COVARIANCE))


@pytest.mark.parametrize("scale", [0.4, 3.0])
def test_the_log_density_is_that_within_the_plane(scale: float) -> None:
    assert STRUCTURE is not None
    where = np.full((1, 1, 1, 1), 2.0)
    line = Correlated(STRUCTURE, GROUPS, where, np.full((1, 1, 1, 1), scale), {}, 6)
    x = line.draw(np.random.default_rng(2), (1, 1), 1)
    plane = linalg.orth(COVARIANCE)  # in coordinates of the plane the covariance is the identity
    expected = stats.norm.logpdf(plane.T @ (x[0, 0, :, 0] - 2), scale=scale).sum()
    assert line.log_density(x)[0, 0] == pytest.approx(expected, abs=1e-12)
