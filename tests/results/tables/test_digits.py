"""Numbers of a column as text."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stanlevels.results.tables.digits import number, numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "0"),
        (1234567.89, "1234568"),
        (9999.96, "10000.0"),
        (-1150.26, "-1150.3"),
        (0.99996, "1.000"),
        (0.00012345, "0.0001234"),
        (0.000012345, "1.234e-05"),
        (-2.5e12, "-2.5e+12"),
        (math.inf, "inf"),
        (-math.inf, "-inf"),
        (math.nan, "NaN"),
    ],
)
def test_a_number_has_four_digits_and_none_before_the_point_is_lost(value, text):
    assert number(value) == text


def test_what_rounding_left_of_zero_is_zero():
    assert numbers([1.0, -3e-17]) == ["1", "0"]
    assert numbers([-3e-17], scales=[0.2]) == ["0"]
    assert numbers([3e-17]) == ["3e-17"]  # nothing beside it says that it is none


def test_digits_beyond_the_uncertainty_are_left_out():
    assert numbers([1.23456, 100.0], scales=[12.0, math.nan]) == ["  1.23", "100.0 "]


def test_points_stand_below_each_other_and_what_is_no_number_at_the_right():
    assert numbers([1.25, math.nan, -31.0]) == ["  1.25", "   NaN", "-31.00"]


def test_zeros_that_no_number_needs_are_left_out():
    assert numbers([1.0, 2.0]) == ["1", "2"]
    assert numbers([1.5, 2.0]) == ["1.5", "2.0"]
    assert numbers([]) == []


@given(st.lists(st.floats(-1e308, 1e308) | st.sampled_from([math.nan, math.inf, -math.inf]), max_size=8))
def test_every_column_is_as_wide_as_its_cells_and_reads_back_to_three_digits(values):
    texts = numbers(values)
    assert len({len(text) for text in texts}) <= 1
    largest = max((abs(x) for x in values if math.isfinite(x)), default=0)
    for text, value in zip(texts, values, strict=True):
        if math.isnan(value):
            assert text.strip() == "NaN"
        elif abs(value) >= 1e-14 * largest:
            np.testing.assert_allclose(float(text), value, rtol=6e-4)
