"""The tree of errors and the wording of their messages."""

import pickle
from typing import Any

import numpy as np
import pytest

import stanlevels as sl
from stanlevels import errors
from stanlevels.errors import DataError, InternalError, NestingError, StanlevelsError, listing

KINDS = [getattr(errors, name) for name in errors.__all__ if name.endswith(("Error", "Missing"))]


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_every_error_is_one_of_ours_and_says_found_expected_way_out(kind):
    error = kind("found this", expected="that", way_out="do so")
    assert isinstance(error, StanlevelsError)
    assert str(error) == "found this\n  expected: that\n  way out:  do so"


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.__name__)
def test_an_error_comes_back_from_another_process_as_it_was(kind):
    error = kind("found this", expected="that", way_out="do so")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is kind
    assert (back.found, back.expected, back.way_out) == (error.found, error.expected, error.way_out)


def test_parts_that_are_empty_leave_no_line():
    assert str(DataError("found this")) == "found this"


def test_a_bug_of_ours_says_that_it_is_one():
    assert "bug of stanlevels, not of your model" in str(InternalError("two names"))


def test_a_nesting_error_is_a_data_error():
    assert issubclass(NestingError, DataError)


@pytest.mark.parametrize("name", [n for n in errors.__all__ if n not in ("listing", "warn")])
def test_every_error_can_be_caught_by_its_name_in_the_package(name):
    assert getattr(sl, name) is getattr(errors, name)
    assert name in sl.__all__


def test_five_values_are_shown_and_the_rest_counted():
    assert listing(range(5)) == "0, 1, 2, 3, 4"
    assert listing(range(6)) == "0, 1, 2, 3, 4 and 1 more"
    assert listing([]) == ""


def test_numpy_scalars_read_as_plain_numbers_and_texts():
    assert listing([np.float64(1.5), np.int64(2), np.str_("a"), np.bool_(True)]) == "1.5, 2, 'a', True"


def test_a_warning_points_at_the_persons_own_line():
    p = sl.Beta(1, 1)
    model = {"p": p, "heads": sl.Bernoulli(sl.data("q") * p, observed=True)}
    short: dict[str, Any] = {
        "engine": "stanli",
        "chains": 1,
        "warmup": 0,
        "draws": 5,
        "seed": 1,
        "progress": False,
    }
    bound = sl.Model.define("Short", model).bind({"heads": [1, 0], "q": [0.5, 0.5]})
    with pytest.warns(sl.StanlevelsWarning) as found:
        bound.fit(**short)
    assert found[0].filename == __file__
