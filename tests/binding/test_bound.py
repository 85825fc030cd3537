"""The bound model as a whole."""

import pickle
import subprocess
import sys
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stanlevels.binding import Bound, bind_data
from stanlevels.errors import InternalError, NestingError
from stanlevels.graph import (
    ROWS,
    Column,
    CovariateColumn,
    CovariatesNode,
    CovariateTerm,
    Graph,
    LevelNode,
    Number,
    VariableNode,
)

GRAPH = Graph(
    "AppCrashes",
    {
        "publisher": LevelNode("publisher", "publisher"),
        "app": LevelNode("app", "app", within="publisher"),
        "X": CovariatesNode("X", (CovariateTerm((CovariateColumn("region", "treatment"),)),)),
        "y": VariableNode("y", "Normal", (("mu", Column("price")), ("sigma", Number(1))), observed=("y",)),
    },
)
DATA: dict[str, Any] = {
    "publisher": ["p", "q", "p"],
    "app": ["b", "c", "a"],
    "region": ["s", "n", "s"],
    "price": [1.0, 2.0, 3.0],
    "y": [0.1, 0.2, -99],
    "big": ["not used"] * 3,
}


@pytest.mark.parametrize(
    "frame", [DATA, pd.DataFrame(DATA), pl.DataFrame(DATA).lazy()], ids=["dict", "pandas", "lazy"]
)
def test_a_bound_model_survives_pickling_without_its_frame(frame):
    bound = pickle.loads(pickle.dumps(bind_data(GRAPH, frame)))
    assert isinstance(bound, Bound)
    assert bound.codes((ROWS,), ("app",)).tolist() == [1, 2, 0]
    assert bound.matrix((ROWS,), "X").tolist() == [[1], [0], [1]]
    assert b"not used" not in pickle.dumps(bind_data(GRAPH, frame))


def test_new_data_bind_to_the_same_graph():
    bound = bind_data(GRAPH, DATA)
    again = bind_data(bound.graph, {name: values[:1] for name, values in DATA.items()})
    assert again.n_rows == 1
    assert bound.n_rows == 3


def test_rows_are_counted_per_unit():
    bound = bind_data(GRAPH, {**DATA, "app": ["b", "c", "b"]})
    assert bound.rows_of(("app",)).tolist() == [2, 1]
    assert bound.rows_of((ROWS,)).tolist() == [1, 1, 1]
    assert bound.rows_of(()).tolist() == [3]
    assert bound.rows_of(("app", "publisher")).tolist() == [2, 0, 0, 1]


def test_rows_of_a_level_reached_by_roads_count_for_each_road():
    nodes = [LevelNode("team", "t"), LevelNode("home", "h", of="team"), LevelNode("away", "a", of="team")]
    bound = bind_data(Graph("M", {n.name: n for n in nodes}), {"h": ["x", "y"], "a": ["y", "z"]})
    assert bound.rows_of(("team",)).tolist() == [1, 2, 1]


def test_rows_of_a_level_that_no_row_reaches_are_an_error():
    nodes = [LevelNode("a", "a"), LevelNode("b", "b")]
    bound = bind_data(Graph("M", {n.name: n for n in nodes}), {"a": [1]}, tables={"b": {"b": [1, 2]}})
    with pytest.raises(NestingError, match="a row does not determine b: no data hold both"):
        bound.rows_of(("b",))


def test_sizes_multiply():
    bound = bind_data(GRAPH, DATA)
    assert bound.size(()) == 1
    assert bound.size((ROWS,)) == 3
    assert bound.size(("app", "publisher")) == 6


def test_summary_shows_codes_that_may_mean_missing():
    lines = {line.column: line for line in bind_data(GRAPH, DATA).summary()}
    assert lines["y"].min == -99
    assert lines["y"].max == 0.2
    assert lines["y"].mean == pytest.approx((0.1 + 0.2 - 99) / 3, rel=1e-12)
    assert (lines["app"].kind, lines["app"].n, lines["app"].distinct, lines["app"].min) == (
        "text",
        3,
        3,
        None,
    )
    assert "big" not in lines


def test_summary_is_of_the_data_before_rows_were_left_out_and_names_tables():
    data = {"app": ["a", "a", "b"], "publisher": ["p"] * 3, "region": ["n"] * 3, "y": [1.0, None, np.inf]}
    table = {"app": ["a", "b"], "publisher": ["p", "p"], "price": [1.0, 2.0]}
    bound = bind_data(GRAPH, data, tables={"app": table}, missing="drop")
    lines = {line.column: line for line in bound.summary()}
    assert (lines["y"].n, lines["y"].missing, lines["y"].distinct) == (3, 2, 1)
    assert lines["app.price"].mean == 1.5
    assert bound.n_rows == 1


def test_what_no_line_or_set_is_called_is_a_bug_of_the_caller():
    bound = bind_data(GRAPH, DATA)
    with pytest.raises(InternalError):
        bound.outcome("nothing")
    with pytest.raises(InternalError):
        bound.matrix((ROWS,), "y")


def test_arrays_come_out_row_for_row_in_the_order_given():
    frame = pd.DataFrame(DATA).set_index(pd.Index([30, 10, 20]))
    assert bind_data(GRAPH, frame).outcome("y").tolist() == [0.1, 0.2, -99]


def test_importing_the_room_loads_no_dataframe_library():
    libraries = {"pandas", "polars", "pyarrow", "narwhals"}
    code = f"import sys, stanlevels.binding; print({libraries} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
