"""The order in which blocks are eliminated, and what they fill."""

import numpy as np
import pytest
from scipy import sparse

from stanlevels.errors import FitError
from stanlevels.gaussian import Block
from stanlevels.gaussian.pieces import cut


def plan(rows, *levels):
    """The scheme for indicators of (name, units, codes), and its pieces."""
    columns = [sparse.csr_array((np.ones(rows), (np.arange(rows), codes))) for _, _, codes in levels]
    Z = sparse.hstack(columns, format="csr")
    return cut((Z.T @ Z).tocsr(), [Block(name, units) for name, units, _ in levels])


@pytest.fixture
def rng():
    return np.random.default_rng(1)


def test_publishers_go_after_their_apps_and_before_the_devices_they_are_crossed_with(rng):
    app = np.r_[np.arange(3000), rng.integers(0, 3000, 20_000)]
    device = np.r_[np.arange(500), rng.integers(0, 500, 22_500)]
    found = plan(23_000, ("publisher", 600, app % 600), ("device", 500, device), ("app", 3000, app)).scheme
    assert found.order == (2, 0, 1)
    assert found.last == (1,)
    assert not found.stages[0].inner
    assert found.stages[1].inner


def test_nested_levels_stay_apart_to_the_top(rng):
    leaf = np.repeat(np.arange(8000), 2)
    found = plan(16_000, ("a", 500, leaf // 16), ("b", 2000, leaf // 4), ("c", 8000, leaf)).scheme
    assert found.order == (2, 1, 0)
    assert found.last == ()


def test_small_models_are_one_dense_matrix(rng):
    found = plan(200, ("a", 24, rng.permutation(np.arange(200) % 24)), ("b", 6, np.arange(200) % 6)).scheme
    assert found.stages == ()
    assert set(found.last) == {0, 1}


def test_what_cannot_be_factored_names_levels_and_sizes(rng):
    n = 100_000
    one, other = rng.permutation(np.arange(n) % 12_600), rng.permutation(np.arange(n) % 12_500)
    with pytest.raises(FitError, match=r"12,500 random effects of 'b' \(12,500\) stay coupled"):
        plan(n, ("a", 12_600, one), ("b", 12_500, other))
