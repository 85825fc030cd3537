"""Observed values, categories and weights (decisions 5, 9 and 14)."""

from typing import Any

import numpy as np
import pytest

from stanlevels.binding import bind_data
from stanlevels.errors import DataError
from stanlevels.graph import Graph, LevelNode, VariableNode


def bind(values, family="Normal", *, over=(), weights=None, columns=("y",), data=None, **tables):
    line = VariableNode("y", family, (), over=over, observed=columns, weights=weights)
    rows = {"y": values} if data is None else data
    nodes: dict[str, Any] = {"y": line}
    if over or "app" in rows:
        nodes["app"] = LevelNode("app", "app")
    return bind_data(Graph("M", nodes), rows, tables=tables)


def test_continuous_families_get_floats_and_discrete_ones_integers():
    assert bind([1, 2]).outcome("y").dtype == np.float64
    assert bind([1, 2], "Poisson").outcome("y").dtype == np.int64
    assert bind([1.0, 2.0], "Poisson").outcome("y").tolist() == [1, 2]
    assert bind([True, False], "Bernoulli").outcome("y").tolist() == [1, 0]
    assert bind([True, False]).outcome("y").tolist() == [1.0, 0.0]


def test_counts_that_are_not_whole_are_named():
    with pytest.raises(DataError, match=r"'y', observed by y ~ Poisson, holds 1.5, 2.5"):
        bind([1.5, 2.5, 3.0], "Poisson").outcome("y")


def test_text_for_a_number_says_how_to_say_which_is_one():
    with pytest.raises(DataError, match=r"holds 'no', 'yes'(.|\n)*df\['y'\] == 'yes'"):
        bind(["yes", "no"], "Bernoulli").outcome("y")
    with pytest.raises(DataError, match="convert the column"):
        bind(["x"], "Normal").outcome("y")


def test_several_columns_stand_side_by_side():
    bound = bind(None, "MultiNormal", columns=("a", "b"), data={"a": [1, 2, 3], "b": [4.5, 5.5, 6.5]})
    assert bound.outcome("y").tolist() == [[1, 4.5], [2, 5.5], [3, 6.5]]
    assert bound.outcome_labels("y") is None


def test_an_outcome_over_a_level_is_constant_within_it_or_stands_in_its_table():
    data = {"app": ["a", "a", "b"], "y": [1.0, 1.0, 2.0]}
    assert bind(None, over=("app",), data=data).outcome("y").tolist() == [1.0, 2.0]
    with pytest.raises(DataError, match=r"app 'a' has 1\.0, 9\.0"):
        bind(None, over=("app",), data={**data, "y": [1.0, 9.0, 2.0]}).outcome("y")
    table = {"app": ["b", "a", "c"], "y": [2.0, 1.0, 3.0]}
    assert bind(None, over=("app",), data={"app": ["a"]}, app=table).outcome("y").tolist() == [1.0, 2.0, 3.0]


def test_an_outcome_over_two_levels_has_one_value_per_pair():
    line = VariableNode("y", "Normal", (), over=("app", "day"), observed=("y",))
    nodes: dict[str, Any] = {"y": line, "app": LevelNode("app", "app"), "day": LevelNode("day", "day")}
    data = {"app": ["b", "a", "b", "a"], "day": [1, 1, 2, 2], "y": [3.0, 1.0, 4.0, 2.0]}
    assert bind_data(Graph("M", nodes), data).outcome("y").tolist() == [1.0, 2.0, 3.0, 4.0]


def test_weights_are_numbers_that_are_not_negative():
    bound = bind(None, data={"y": [1.0, 2.0], "n": [3, 0]}, weights="n")
    assert bound.weights("y").tolist() == [3.0, 0.0]
    assert bound.weights("y").dtype == np.float64
    assert bind([1.0]).weights("y") is None
    with pytest.raises(DataError, match=r"'n' \(weights of y\) has negative values: -1"):
        bind(None, data={"y": [1.0, 2.0], "n": [3, -1]}, weights="n").weights("y")
    with pytest.raises(DataError, match=r"'n' \(weights of y\) is used as a number but holds text"):
        bind(None, data={"y": [1.0, 2.0], "n": ["a", "b"]}, weights="n").weights("y")


@pytest.mark.parametrize("family", ["Normal", "Poisson", "Categorical", "OrderedLogistic"])
def test_no_rows_give_outcomes_without_entries(family):
    bound = bind([], family)
    assert bound.outcome("y").shape == (0,)
    assert bind(None, columns=("a", "b"), data={"a": [], "b": []}).outcome("y").shape == (0, 2)


def test_one_row_and_a_constant_outcome_are_data_like_any_other():
    assert bind([4.0]).outcome("y").tolist() == [4.0]
    assert bind([4, 4], "OrderedLogistic").outcome("y").tolist() == [1, 1]


def test_counts_that_no_integer_of_64_bits_holds_are_too_large_rather_than_not_whole():
    for values in ([10**20, 1], [1e20, 1.0], [2**63, 1]):
        with pytest.raises(DataError, match=r"holds 1(.|\n)*up to 2147483647|holds 9(.|\n)*up to 2147483647"):
            bind(values, "Poisson").outcome("y")
