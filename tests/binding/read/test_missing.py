"""Missing values are counted, or left out everywhere alike and recorded."""

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from stanlevels.binding import bind_data
from stanlevels.errors import DataError
from stanlevels.graph import ROWS, Column, Graph, LevelNode, Number, VariableNode

Y = VariableNode("y", "Normal", (("mu", Column("x")), ("sigma", Number(1))), observed=("y",), weights="w")
APP = LevelNode("app", "app")
GRAPH = Graph("M", {"app": APP, "y": Y})
GAPS = {
    "app": ["a", None, "b", "c"],
    "x": [1.0, float("nan"), float("inf"), 4.0],
    "y": [1.0, 2.0, 3.0, 4.0],
    "w": [1, 1, 1, 1],
    "unused": [None, None, None, "here"],
}


def as_pandas(nullable):
    frame = pd.DataFrame(GAPS)
    return frame.convert_dtypes() if nullable else frame


FRAMES = {
    "dict": GAPS,
    "pandas": as_pandas(False),
    "nullable": as_pandas(True).assign(x=pd.array([1.0, pd.NA, np.inf, 4.0], dtype="Float64")),
    "category": as_pandas(False).astype({"app": "category"}),
    "polars": pl.DataFrame(GAPS),
    "lazy": pl.DataFrame(GAPS).lazy(),
    "pyarrow": pa.table(GAPS),
}


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_missing_values_are_an_error_that_counts_rows_by_column(frame):
    with pytest.raises(DataError) as error:
        bind_data(GRAPH, frame)
    assert (
        error.value.found
        == "the data lack values in 2 of 4 rows (1, 2, counted from 0): 'app' in 1, 'x' in 2 (1 infinite)"
    )
    assert 'missing="drop"' in error.value.way_out


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_drop_leaves_rows_out_counts_them_and_records_it(frame):
    bound = bind_data(GRAPH, frame, missing="drop")
    assert bound.n_rows == 2
    assert bound.levels["app"].labels == ("a", "c")
    assert bound.column((ROWS,), "x").tolist() == [1.0, 4.0]
    assert bound.outcome("y").tolist() == [1.0, 4.0]
    assert (
        str(bound.records[0]) == "the data: left out 2 of 4 rows (missing: 'app' in 1, 'x' in 2 (1 infinite))"
    )


def test_units_that_lost_every_row_are_recorded():
    records = [str(record) for record in bind_data(GRAPH, GAPS, missing="drop").records]
    assert records[1:] == ["app: 1 label lost every row to missing values ('b')"]


def test_a_missing_weight_and_a_missing_outcome_count_too():
    with pytest.raises(DataError, match="'y' in 1, 'w' in 1"):
        bind_data(
            GRAPH, {**GAPS, "app": list("abcd"), "x": [1] * 4, "y": [None, 1, 1, 1], "w": [1, 1, None, 1]}
        )


def test_without_missing_values_drop_leaves_nothing_out_and_says_nothing():
    data = {"app": ["a"], "x": [1], "y": [1.0], "w": [1]}
    bound = bind_data(GRAPH, data, missing="drop")
    assert bound.n_rows == 1
    assert bound.records == ()


def test_all_rows_may_be_left_out():
    bound = bind_data(
        GRAPH, {"app": [None, "b"], "x": [1, None], "y": [1.0, 2.0], "w": [1, 1]}, missing="drop"
    )
    assert bound.n_rows == 0
    assert bound.levels["app"].size == 0
    assert bound.column((ROWS,), "x").shape == (0,)


def test_any_other_wish_is_refused():
    with pytest.raises(DataError, match="missing='ignore'"):
        bind_data(GRAPH, GAPS, missing="ignore")


def test_the_frame_is_as_it_was_after_rows_were_left_out():
    frame = as_pandas(False)
    before = frame.copy(deep=True)
    bind_data(GRAPH, frame, missing="drop")
    pd.testing.assert_frame_equal(frame, before)


PRICE = VariableNode("A", "Normal", (("mu", Column("price")), ("sigma", Number(1))), over=("app",))
NESTED = Graph(
    "M",
    {
        "publisher": LevelNode("publisher", "p"),
        "app": LevelNode("app", "app", within="publisher"),
        "A": PRICE,
    },
)
ROWS_OF_APPS = {"p": ["p1", "p2", "p1", "p2"], "app": [1, 1, 2, 2]}


def test_missing_values_of_a_table_are_counted_by_table():
    table = {"p": ["p1", "p2", "p1", "p2"], "app": [1, 1, 2, 2], "price": [1.0, None, 3.0, 4.0]}
    with pytest.raises(
        DataError, match=r"the table of 'app' lacks values in 1 of 4 rows \(1, counted from 0\): 'price' in 1"
    ):
        bind_data(NESTED, ROWS_OF_APPS, tables={"app": table})


def test_rows_of_units_that_a_table_lost_are_left_out_too():
    # app 1 of p2 has no price; app 1 of p1 has the same label and stays
    table = {"p": ["p1", "p2", "p1", "p2"], "app": [1, 1, 2, 2], "price": [1.0, None, 3.0, 4.0]}
    bound = bind_data(NESTED, ROWS_OF_APPS, tables={"app": table}, missing="drop")
    assert bound.levels["app"].coordinate == ("p1/1", "p1/2", "p2/2")
    assert bound.n_rows == 3
    assert [str(record) for record in bound.records[:2]] == [
        "the data: left out 1 of 4 rows (1 row of units that their own table lost)",
        "the table of 'app': left out 1 of 4 rows (missing: 'price' in 1)",
    ]


def test_units_go_with_the_parents_that_a_table_lost():
    size = VariableNode("P", "Normal", (("mu", Column("size")), ("sigma", Number(1))), over=("publisher",))
    graph = Graph("M", {**NESTED.nodes, "P": size})
    tables = {
        "app": {"p": ["p1", "p2", "p1", "p2"], "app": [1, 1, 2, 2], "price": [1.0, 2.0, 3.0, 4.0]},
        "publisher": {"p": ["p1", "p2"], "size": [None, 1.0]},
    }
    bound = bind_data(graph, ROWS_OF_APPS, tables=tables, missing="drop")
    assert bound.levels["publisher"].labels == ("p2",)
    assert bound.levels["app"].labels == (1, 2)
    assert bound.n_rows == 2


def test_rows_that_reach_a_lost_unit_by_a_road_are_left_out():
    strength = VariableNode("S", "Normal", (("mu", Column("budget")), ("sigma", Number(1))), over=("team",))
    nodes = [LevelNode("team", "team"), LevelNode("home", "h", of="team"), LevelNode("away", "a", of="team")]
    graph = Graph("M", {**{node.name: node for node in nodes}, "S": strength})
    games = {"h": ["x", "y", "z"], "a": ["y", "z", "x"]}
    table = {"team": ["x", "y", "z"], "budget": [1.0, 2.0, None]}
    bound = bind_data(graph, games, tables={"team": table}, missing="drop")
    assert bound.n_rows == 1
    assert bound.levels["team"].labels == ("x", "y")


def test_a_unit_that_was_never_in_the_table_is_still_an_error():
    table = {"p": ["p1", "p2", "p1"], "app": [1, 1, 2], "price": [1.0, None, 3.0]}
    with pytest.raises(DataError, match="app 2 is under publisher 'p2'"):
        bind_data(NESTED, ROWS_OF_APPS, tables={"app": table}, missing="drop")
