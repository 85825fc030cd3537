"""Covariates at the level of the line that uses them (decision 6)."""

from typing import Any

import numpy as np
import pandas as pd
import pytest

from stanlevels.binding import bind_data
from stanlevels.errors import DataError
from stanlevels.graph import ROWS, Column, ExpressionNode, Graph, LevelNode

DATA: dict[str, Any] = {
    "school": ["s1", "s1", "s2", "s2"],
    "year": [1, 2, 1, 2],
    "size": [10, 10, 20, 20],
    "hot": [True, False, True, False],
    "pair": [1.0, 2.0, 3.0, 4.0],
    "one": [7, 7, 7, 7],
    "name": ["n", "n", "m", "m"],
}


def bind(data=DATA, columns=("size", "hot", "pair", "one", "name"), levels=("school", "year"), **tables):
    nodes: dict[str, Any] = {level: LevelNode(level, level) for level in levels}
    nodes |= {f"q{i}": ExpressionNode(f"q{i}", Column(column)) for i, column in enumerate(columns)}
    return bind_data(Graph("M", nodes), data, tables=tables)


def test_a_column_constant_within_units_is_taken_at_their_level():
    found = bind().column(("school",), "size")
    assert found.tolist() == [10, 20]
    assert found.dtype == np.int64


def test_booleans_become_zero_and_one():
    assert bind().column(("year",), "hot").tolist() == [1, 0]
    assert bind().column((ROWS,), "hot").dtype == np.int64


def test_a_column_that_varies_within_units_names_three():
    with pytest.raises(DataError) as error:
        bind().column(("year",), "size")
    assert (
        error.value.found == "column 'size' is not constant within year: year 1 has 10, 20; year 2 has 10, 20"
    )
    assert "over rows" in error.value.way_out


def test_a_scalar_line_needs_a_column_constant_in_all_rows():
    assert bind().column((), "one").tolist() == [7]
    with pytest.raises(DataError, match="the data has 10, 20"):
        bind().column((), "size")


def test_text_in_numeric_context_names_the_way_out():
    with pytest.raises(DataError, match=r"'name' is used as a number but holds text: 'm', 'n'"):
        bind().column((ROWS,), "name")


def test_a_column_of_one_axis_serves_a_product():
    assert bind().column(("school", "year"), "size").tolist() == [10, 10, 20, 20]
    assert bind().column(("school", "year"), "hot").tolist() == [1, 0, 1, 0]


def test_a_column_of_pairs_serves_a_product_where_every_pair_has_a_row():
    assert bind().column(("school", "year"), "pair").tolist() == [1.0, 2.0, 3.0, 4.0]
    three = {name: values[:3] for name, values in DATA.items()}
    with pytest.raises(DataError, match=r"no value for 1 of 4 units: school 's2' with year 2"):
        bind(three).column(("school", "year"), "pair")


def test_a_column_out_of_reach_of_a_product_is_an_error_in_words():
    data = {"school": ["a", "a"], "city": ["u", "u"], "year": [1, 2]}
    bound = bind(data, ["x"], ["school", "year", "city"], year={"year": [1, 2], "x": [3, 4]})
    with pytest.raises(DataError, match="does not stand at a combination of 'school', 'city'"):
        bound.column(("school", "city"), "x")


def test_a_column_of_a_table_serves_every_line_that_determines_its_unit():
    table = {"school": ["s2", "s1", "s3"], "uranium": [0.2, 0.1, 0.3]}
    bound = bind(DATA, ["uranium"], ["school", "year"], school=table)
    assert bound.column(("school",), "uranium").tolist() == [0.1, 0.2, 0.3]
    assert bound.column((ROWS,), "uranium").tolist() == [0.1, 0.1, 0.2, 0.2]
    assert bound.column(("year", "school"), "uranium").tolist() == [0.1, 0.2, 0.3] * 2
    with pytest.raises(DataError, match=r"stands in the table of 'school', which does not say .* each year"):
        bound.column(("year",), "uranium")


def test_a_column_that_two_tables_hold_is_ambiguous_over_rows():
    tables = {"school": {"school": ["s1", "s2"], "z": [1, 2]}, "year": {"year": [1, 2], "z": [3, 4]}}
    bound = bind(DATA, ["z"], ["school", "year"], **tables)
    assert bound.column(("year",), "z").tolist() == [3, 4]
    with pytest.raises(DataError, match="could be that of 'school', 'year'"):
        bound.column((ROWS,), "z")


def test_units_without_rows_have_no_value_unless_their_table_has_it():
    table = {"school": ["s1", "s2", "s3"]}
    with pytest.raises(DataError, match=r"'size' has no value for 1 of 3 units: school 's3'"):
        bind(DATA, ["size"], ["school"], school=table).column(("school",), "size")


def test_a_column_of_a_level_that_rows_reach_through_a_table_is_found():
    table = {"app": ["a", "b"], "publisher": ["p", "q"]}
    data = {"app": ["a", "b", "a"], "budget": [1, 2, 1]}
    bound = bind(data, ["budget"], ["app", "publisher"], app=table)
    assert bound.column(("publisher",), "budget").tolist() == [1, 2]


def test_a_column_that_was_not_bound_lists_what_was():
    with pytest.raises(DataError, match=r"'sizes' is not in the data(.|\n)*did you mean 'size'"):
        bind().column((ROWS,), "sizes")


def test_integers_beyond_32_bits_stay_exact():
    big = [2**31, 2**53 + 1]
    found = bind({"school": [1, 2], "n": big}, ["n"], ["school"]).column((ROWS,), "n")
    assert found.tolist() == big


def test_a_level_column_may_be_a_covariate_too():
    assert bind(DATA, ["year"], ["year"]).column((ROWS,), "year").tolist() == [1, 2, 1, 2]


def test_no_rows_give_columns_without_entries():
    empty = bind(pd.DataFrame({name: [] for name in DATA}))
    assert empty.column((ROWS,), "size").shape == (0,)
    assert empty.column(("school",), "size").shape == (0,)
    assert empty.column(("school", "year"), "pair").shape == (0,)
    with pytest.raises(DataError, match="no value for 1 of 1 units: the data"):
        empty.column((), "size")
