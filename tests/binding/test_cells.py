"""Rows grouped by equality, against a plain dictionary."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanlevels.binding.cells import cells_of
from stanlevels.errors import InternalError

NUMBER = st.sampled_from([0.0, -0.0, 1.0, 1.0 + 2**-52, -3.5, 1e300, 2.0**53, np.inf])
ROWS = st.lists(st.tuples(NUMBER, st.integers(-(2**62), 2**62), st.booleans()), max_size=30)


@given(ROWS)
def test_rows_share_a_cell_exactly_where_they_agree(rows):
    arrays = (
        np.array([r[0] for r in rows], dtype=float),
        np.array([r[1] for r in rows], dtype=np.int64),
        np.array([r[2] for r in rows], dtype=bool),
    )
    found = cells_of(len(rows), *arrays)
    order = sorted(set(rows))
    assert found.codes.tolist() == [order.index(row) for row in rows]
    assert found.counts.tolist() == [Counter(rows)[row] for row in order]
    assert found.first.tolist() == [rows.index(row) for row in order]


def test_the_columns_of_a_matrix_are_compared_one_by_one():
    matrix = np.array([[1.0, 2.0], [2.0, 1.0], [1.0, 2.0]])
    assert cells_of(3, matrix).codes.tolist() == [0, 1, 0]
    assert cells_of(3, matrix[:, :0]).codes.tolist() == [0, 0, 0]


def test_without_arrays_all_rows_are_one_cell():
    assert cells_of(3).counts.tolist() == [3]
    assert cells_of(0).counts.tolist() == []


def test_many_distinct_values_in_many_arrays_do_not_overflow():
    rng = np.random.default_rng(1)
    arrays = [rng.permutation(10_000) for _ in range(8)]
    assert cells_of(10_000, *arrays).codes.tolist() == arrays[0].tolist()


def test_a_missing_value_equals_nothing_and_is_refused():
    with pytest.raises(InternalError, match="NaN"):
        cells_of(2, np.array([1.0, np.nan]))
