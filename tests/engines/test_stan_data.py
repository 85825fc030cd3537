"""Data on their way into Stan."""

import json

import numpy as np
import pytest

from stanlevels.engines.stan_data import to_json
from stanlevels.errors import DataError


def test_reals_look_like_reals_and_whole_numbers_like_whole_numbers():
    text = to_json(
        {"a": 2, "b": 2.0, "c": np.array([1.0, 3.0]), "d": np.array([1, 3], dtype=np.int8), "e": True}
    )
    assert text == '{"a": 2, "b": 2.0, "c": [1.0, 3.0], "d": [1, 3], "e": 1}'


def test_a_real_loses_no_digit():
    values = np.array([0.1, 1 / 3, 1e-310, 1e300, -0.0, np.nextafter(1, 2)])
    back = np.array(json.loads(to_json({"x": values}))["x"])
    assert back.tobytes() == values.tobytes()


def test_booleans_are_0_and_1():
    assert to_json({"x": np.array([[True], [False]])}) == '{"x": [[1], [0]]}'


@pytest.mark.parametrize(
    ("shape", "text"), [((0,), "[]"), ((0, 3), "[]"), ((3, 0), "[[], [], []]"), ((2, 0, 3), "[[], []]")]
)
def test_arrays_without_cells_keep_their_shape_as_far_as_json_goes(shape, text):
    assert to_json({"x": np.empty(shape)}) == f'{{"x": {text}}}'


@pytest.mark.parametrize("value", [2**31, -(2**31) - 1, 2**40, np.uint64(2**63), [1, 2**33]], ids=str)
def test_a_whole_number_beyond_32_bits_is_refused_by_name(value):
    with pytest.raises(DataError, match="'visits' has 1 whole numbers beyond") as caught:
        to_json({"n": 3, "visits": value})
    assert str(np.max(np.abs(np.array(value, dtype=object)))).lstrip("-") in str(caught.value)


def test_the_largest_whole_numbers_pass():
    assert to_json({"x": [2**31 - 1, -(2**31)]}) == '{"x": [2147483647, -2147483648]}'


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_refused_by_name(bad):
    with pytest.raises(DataError, match="'y' has 1 values that are not finite"):
        to_json({"y": [1.0, bad]})


@pytest.mark.parametrize("bad", ["text", [1, None], [[1, 2], [3]], 1j, 2**70, np.array(["a"])], ids=str)
def test_what_is_no_number_is_refused_by_name(bad):
    with pytest.raises(DataError, match="'y'"):
        to_json({"y": bad})


def test_masked_cells_are_refused():
    with pytest.raises(DataError, match="masked"):
        to_json({"y": np.ma.masked_array([1.0, 2.0], mask=[False, True])})
