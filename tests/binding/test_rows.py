"""Derived axes: domains that are no declared level."""

import pickle
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stanlevels.binding import Bound, bind_data
from stanlevels.binding.cells import cells_of
from stanlevels.errors import DataError, InternalError, NestingError
from stanlevels.graph import (
    ROWS,
    Column,
    CovariateColumn,
    CovariatesNode,
    CovariateTerm,
    ExpressionNode,
    Graph,
    LevelNode,
)

CELLS = "<cells of y>"
OTHERS = "<others>"
LABEL = st.sampled_from("abc")
TABLES = st.lists(st.tuples(LABEL, LABEL, LABEL, LABEL), max_size=9)


def bind(columns: dict[str, list[Any]], *, without: str = "") -> Bound:
    nodes: dict[str, Any] = {name: LevelNode(name, name) for name in "ghuv" if name != without}
    nodes |= {"home": LevelNode("home", "p", of="g"), "away": LevelNode("away", "q", of="g")}
    nodes |= {
        "X": CovariatesNode(
            "X", tuple(CovariateTerm((c,)) for c in (CovariateColumn("x"), CovariateColumn("k", "treatment")))
        )
    }
    nodes["z"] = ExpressionNode("z", Column("x"))
    return bind_data(Graph("M", nodes), columns)


def columns(rows: list[tuple[str, ...]]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {name: [row[i] for row in rows] for i, name in enumerate("ghuv")}
    found |= {"p": [row[0] for row in rows], "q": [row[1] for row in rows]}
    return {**found, "x": [float(ord(row[1])) for row in rows], "k": [row[2] for row in rows]}


@settings(max_examples=100, deadline=None)
@given(TABLES)
def test_a_derived_axis_is_like_a_declared_level_with_the_same_codes(rows):
    data = columns(rows)
    declared, bare = bind(data), bind(data, without="u")
    derived = bare.with_axis(CELLS, declared.codes((ROWS,), ("u",)))
    names = {"u": (CELLS,), "g": ("g",), "h": ("h",), "v": ("v",), ROWS: (ROWS,)}
    assert derived.size((CELLS,)) == declared.size(("u",))
    assert derived.rows_of((CELLS,)).tolist() == declared.rows_of(("u",)).tolist()
    for one, mine in names.items():
        for other, yours in {**names, "home": ("home",), "away": ("away",)}.items():
            assert derived.determines(mine, yours) == declared.determines((one,), (other,))
            if declared.determines((one,), (other,)):
                assert derived.codes(mine, yours).tolist() == declared.codes((one,), (other,)).tolist()
    pair = (CELLS, "g")
    assert derived.codes(pair, ("g",)).tolist() == declared.codes(("u", "g"), ("g",)).tolist()


@settings(max_examples=50, deadline=None)
@given(TABLES)
def test_two_derived_axes_know_of_each_other(rows):
    data = columns(rows)
    declared = bind(data)
    bound = bind(data, without="u").with_axis(CELLS, declared.codes((ROWS,), ("u",)))
    both = bound.with_axis(OTHERS, declared.codes((ROWS,), ("h",)))
    assert both.determines((CELLS,), (OTHERS,)) == declared.determines(("u",), ("h",))
    assert both.determines((OTHERS,), (CELLS,)) == declared.determines(("h",), ("u",))
    assert both.determines((CELLS,), ("g",)) == declared.determines(("u",), ("g",))


DATA = columns([("a", "x", "m", "r"), ("a", "y", "m", "s"), ("b", "x", "n", "r"), ("a", "x", "m", "t")])


def test_columns_and_covariates_stand_at_a_derived_axis_where_they_are_constant():
    bound = bind(DATA).with_axis(CELLS, np.array([1, 2, 0, 1]))
    assert bound.column((CELLS,), "x").tolist() == [120.0, 120.0, 121.0]
    assert bound.matrix((CELLS,), "X").tolist() == [[120.0, 1.0], [120.0, 0.0], [121.0, 0.0]]
    with pytest.raises(DataError, match=r"'x' is not constant within <both>: both 0 has 120.0, 121.0"):
        bind(DATA).with_axis("<both>", np.array([0, 0, 1, 0])).column(("<both>",), "x")


def test_what_a_derived_axis_does_not_determine_is_an_error_in_words():
    bound = bind(DATA).with_axis(CELLS, np.array([0, 0, 1, 0]))
    with pytest.raises(NestingError) as error:
        bound.codes((CELLS,), ("h",))
    assert error.value.found == "<cells of y> does not determine h: cells of y 0 has hs 'x', 'y'"
    assert bound.called((CELLS, "g"), 5) == "cells of y 1 with g 'b'"


def test_what_a_table_says_of_a_level_follows_for_a_derived_axis():
    nodes = [LevelNode("app", "app"), LevelNode("publisher", "publisher")]
    graph = Graph("M", {node.name: node for node in nodes})
    table = {"app": ["a", "b", "c"], "publisher": ["q", "p", "p"]}
    bound = bind_data(graph, {"app": ["b", "a", "c", "b"]}, tables={"app": table})
    derived = bound.with_axis(CELLS, np.array([0, 1, 0, 0]))
    assert derived.codes((CELLS,), ("publisher",)).tolist() == [0, 1]
    assert not derived.determines((CELLS,), ("app",))
    assert derived.codes(("app",), (CELLS,)).tolist() == [1, 0, 0]


def test_a_level_that_only_a_table_names_reaches_a_derived_axis_through_it():
    nodes = [LevelNode("city", "city"), LevelNode("school", "school")]
    graph = Graph("M", {node.name: node for node in nodes})
    table = {"city": ["u", "v"], "school": ["s", "t"]}
    bound = bind_data(graph, {"school": ["t", "s"]}, tables={"city": table})
    assert bound.with_axis(CELLS, np.array([1, 0])).codes(("city",), (CELLS,)).tolist() == [0, 1]


@pytest.mark.parametrize("name", ["g", "cells", ROWS, "", "<cells"])
def test_a_derived_axis_cannot_be_called_like_a_declaration(name):
    with pytest.raises(InternalError, match="cannot be called"):
        bind(DATA).with_axis(name, np.zeros(4, dtype=int))


def test_a_derived_axis_cannot_be_made_twice():
    bound = bind(DATA).with_axis(CELLS, np.zeros(4, dtype=int))
    with pytest.raises(InternalError, match="cannot be called"):
        bound.with_axis(CELLS, np.zeros(4, dtype=int))


@pytest.mark.parametrize("codes", [[0, 1], [0, 0, -1, 0], [0.0, 0.0, 1.0, 1.0], [[0], [0], [0], [0]]])
def test_a_derived_axis_has_a_unit_for_every_row(codes):
    with pytest.raises(InternalError, match="one whole number from 0 for each of 4 rows"):
        bind(DATA).with_axis(CELLS, np.array(codes))


def test_the_bound_model_it_was_derived_from_is_as_it_was():
    bound = bind(DATA)
    derived = pickle.loads(pickle.dumps(bound.with_axis(CELLS, np.zeros(4, dtype=int))))
    assert CELLS not in bound.domains.sizes
    assert derived.size((CELLS,)) == 1
    assert derived.encodings.links.keys() == bound.encodings.links.keys()


def test_cells_make_an_axis_over_which_the_grouped_columns_are_constant():
    bound = bind(DATA)
    x, g = bound.column((ROWS,), "x"), bound.codes((ROWS,), ("g",))
    cells = cells_of(bound.n_rows, x, g)
    derived = bound.with_axis(CELLS, cells.codes)
    assert derived.size((CELLS,)) == 3
    assert derived.column((CELLS,), "x").tolist() == x[cells.first].tolist()
    assert derived.codes((CELLS,), ("g",)).tolist() == g[cells.first].tolist()
    assert derived.rows_of((CELLS,)).tolist() == cells.counts.tolist() == [2, 1, 1]
