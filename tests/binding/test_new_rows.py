"""New rows by remembered encodings: what was known keeps its unit, columns and codes."""

import pickle
import random
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stanlevels.binding import Bound, bind_data, bind_rows
from stanlevels.errors import DataError, NestingError
from stanlevels.graph import (
    ROWS,
    Column,
    CovariateColumn,
    CovariatesNode,
    CovariateTerm,
    Graph,
    IndexNode,
    LevelNode,
    Node,
    Number,
    Ref,
    VariableNode,
)

K = IndexNode("k", ("sun", "rain", "snow"))
NODES: list[Node] = [
    LevelNode("school", "school"),
    LevelNode("room", "room", within="school"),
    LevelNode("team", "team"),
    LevelNode("home", "home", of="team"),
    LevelNode("away", "away", of="team"),
    CovariatesNode(
        "X",
        (
            CovariateTerm((CovariateColumn("region", "treatment"),)),
            CovariateTerm((CovariateColumn("kind", "sum"),)),
            CovariateTerm((CovariateColumn("age"),)),
        ),
    ),
    K,
    VariableNode("score", "Normal", (), over=("k",)),
    VariableNode(
        "y", "Normal", (("mu", Column("price")), ("sigma", Number(1))), observed=("y",), weights="w"
    ),
    VariableNode("sky", "Categorical", (("logit", Ref("score")),), "logit", observed=("sky",)),
]
GRAPH = Graph("M", {node.name: node for node in NODES})
SCHOOLS = {"school": ["s2", "s1", "s3"], "region": ["south", "north", "east"], "district": ["d", "e", "e"]}


def rows(n: int = 40, seed: int = 1) -> pd.DataFrame:
    rng = random.Random(seed)
    school = [rng.choice(["s1", "s2"]) for _ in range(n)]
    kinds = pd.Categorical(
        [rng.choice(["b", "c", "a"]) for _ in range(n)], categories=["c", "never", "b", "a"]
    )
    return pd.DataFrame(
        {
            "school": school,
            "room": [rng.randint(1, 3) for _ in range(n)],
            "home": [rng.choice("xyz") for _ in range(n)],
            "away": [rng.choice("yzw") for _ in range(n)],
            "kind": kinds,
            "age": [rng.randint(5, 9) for _ in range(n)],
            "price": [rng.random() for _ in range(n)],
            "w": [rng.randint(1, 3) for _ in range(n)],
            "y": [rng.gauss(0, 1) for _ in range(n)],
            "sky": [rng.choice(K.labels) for _ in range(n)],
        }
    )


def bound(data: Any = None) -> Bound:
    return bind_data(GRAPH, rows() if data is None else data, tables={"school": SCHOOLS})


def again(old: Bound, data: Any, **settings: Any) -> Bound:
    """Bound by encodings that were stored and loaded, without the old rows."""
    encodings = pickle.loads(pickle.dumps(old.encodings))
    return bind_rows(old.graph, encodings, data, **settings)


@pytest.mark.parametrize("kind", ["pandas", "polars", "dict"])
def test_rows_in_another_order_and_a_subset_of_them_are_read_alike(kind):
    old = bound()
    chosen = np.random.default_rng(2).permutation(40)[:13]
    frame = rows().iloc[chosen]
    data = {"pandas": frame, "polars": pl.DataFrame(frame.assign(kind=frame.kind.astype(str)))}.get(
        kind, frame.to_dict("list")
    )
    new = again(old, data)
    assert new.n_rows == 13
    for target in ("school", "room", "home", "away"):
        assert new.codes((ROWS,), (target,)).tolist() == old.codes((ROWS,), (target,))[chosen].tolist()
    assert new.column((ROWS,), "age").tolist() == old.column((ROWS,), "age")[chosen].tolist()
    assert new.matrix((ROWS,), "X").tolist() == old.matrix((ROWS,), "X")[chosen].tolist()
    assert new.outcome("y").tolist() == old.outcome("y")[chosen].tolist()
    assert new.outcome("sky").tolist() == old.outcome("sky")[chosen].tolist()
    assert np.asarray(new.weights("y")).tolist() == np.asarray(old.weights("y"))[chosen].tolist()
    assert new.codes(("room",), ("school",)).tolist() == old.codes(("room",), ("school",)).tolist()
    assert new.size(("room",)) == old.size(("room",))


def test_absent_categories_and_units_keep_their_columns_and_places():
    old = bound()
    one = rows()[lambda d: d.school == "s2"].iloc[:1]
    new = again(old, one)
    assert new.covariate_labels("X") == ("region[north]", "region[south]", "kind[c]", "kind[b]", "age")
    assert new.matrix((ROWS,), "X").shape == (1, 5)
    assert new.matrix((ROWS,), "X")[0, :2].tolist() == [0.0, 1.0]
    assert new.outcome_labels("sky") == K.labels
    assert new.levels["school"].labels == ("s1", "s2", "s3")
    assert new.codes((ROWS,), ("school",)).tolist() == [1]
    assert new.rows_of(("school",)).tolist() == [0, 1, 0]


def test_units_found_before_are_found_by_pairs_where_labels_repeat():
    old = bound()
    room = old.levels["room"]
    assert room.is_path
    for unit in range(room.size):
        one = (
            rows()
            .iloc[:1]
            .assign(school=room.coordinate[unit].split("/")[0], room=int(room.coordinate[unit].split("/")[1]))
        )
        assert again(old, one).codes((ROWS,), ("room",)).tolist() == [unit]


def test_outcomes_and_weights_may_be_absent_or_left_unread():
    old = bound()
    new = again(old, rows().drop(columns=["y", "w", "sky"]))
    assert new.column((ROWS,), "price").tolist() == old.column((ROWS,), "price").tolist()
    with pytest.raises(DataError, match="column 'y' is not in the data that were bound"):
        new.outcome("y")
    holes = rows().assign(y=np.nan)
    with pytest.raises(DataError, match="'y' in 40"):
        again(old, holes)
    assert again(old, holes, outcomes=False).n_rows == 40


def test_covariates_must_be_there():
    with pytest.raises(DataError, match=r"column 'price' \(covariate\) is not in the data"):
        again(bound(), rows().drop(columns=["price"]))


def test_unknown_labels_are_refused_and_up_to_five_are_named():
    strange = rows().assign(home=[f"new {i % 8}" for i in range(40)])
    with pytest.raises(DataError) as error:
        again(bound(), strange)
    assert error.value.found == (
        "column 'home' of the new rows names 8 teams not known before: "
        "'new 0', 'new 1', 'new 2', 'new 3', 'new 4' and 3 more (40 rows)"
    )
    assert "there is 'w', 'x', 'y', 'z'" in error.value.expected


def test_a_known_label_under_another_parent_is_an_unknown_unit():
    data = {"school": ["s1", "s2"], "room": ["a", "b"]}
    graph = Graph("M", {node.name: node for node in NODES[:2]})
    old = bind_data(graph, data)
    with pytest.raises(
        DataError, match=r"room 'a' is under school 's2' in the data but under 's1' in the data that"
    ):
        again(old, {"school": ["s2"], "room": ["a"]})


def test_a_parent_that_its_unit_determines_need_not_be_named():
    data = {"school": ["s1", "s2", "s1"], "room": ["a", "b", "c"]}
    graph = Graph("M", {node.name: node for node in NODES[:2]})
    new = again(bind_data(graph, data), {"room": ["c", "b"]})
    assert new.codes((ROWS,), ("school",)).tolist() == [0, 1]
    with pytest.raises(DataError, match=r"column 'room' \(level room\) is not in the new rows"):
        again(bind_data(graph, data), {"school": ["s1"]})


def test_a_parent_left_out_is_asked_for_where_labels_repeat():
    data = {"school": ["s1", "s2"], "room": ["a", "a"]}
    graph = Graph("M", {node.name: node for node in NODES[:2]})
    with pytest.raises(DataError, match="found under several schools, and the data does not say which"):
        again(bind_data(graph, data), {"room": ["a"]})


def test_unknown_categories_of_covariates_are_refused():
    with pytest.raises(DataError, match=r"column 'kind' of the new rows holds 'z', not known before"):
        again(bound(), rows().assign(kind="z"))


def test_labels_of_another_type_are_refused():
    with pytest.raises(DataError, match=r"level 'room' mixes types: integer in the data .* text in column"):
        again(bound(), rows().assign(room="1"))
    graph = Graph("M", {"g": LevelNode("g", "g")})
    with pytest.raises(DataError, match=r"mixes types: integer .* boolean"):
        again(bind_data(graph, {"g": [0, 1]}), {"g": [True]})


def test_numbers_are_the_same_label_with_and_without_a_decimal_point():
    new = again(bound(), rows().assign(room=lambda d: d.room.astype(float)))
    assert new.codes((ROWS,), ("room",)).tolist() == bound().codes((ROWS,), ("room",)).tolist()


def test_what_a_row_says_itself_comes_before_what_its_units_table_says():
    old = bound()
    frame = rows().assign(region="east")
    assert old.matrix((ROWS,), "X")[:, :2].any()
    assert not again(old, frame).matrix((ROWS,), "X")[:, :2].any()  # the row's own word comes first


def test_a_nesting_that_only_some_rows_showed_does_not_bind_new_ones():
    graph = Graph("M", {"a": LevelNode("a", "a"), "b": LevelNode("b", "b")})
    old = bind_data(graph, {"a": [1, 2], "b": ["x", "y"]})
    new = again(old, {"a": [1, 1], "b": ["x", "y"]})
    assert new.codes((ROWS,), ("b",)).tolist() == [0, 1]


def test_a_level_with_one_row_per_unit_is_so_only_where_the_new_rows_say_so():
    graph = Graph("M", {"a": LevelNode("a", "a")})
    old = bind_data(graph, {"a": [1, 2, 3]})
    assert old.determines(("a",), (ROWS,))
    new = again(old, {"a": [3, 1, 2]})
    assert new.codes(("a",), (ROWS,)).tolist() == [1, 2, 0]
    with pytest.raises(NestingError):
        again(old, {"a": [3, 3, 1]}).codes(("a",), (ROWS,))


def test_rows_with_missing_values_are_dropped_where_that_is_asked():
    frame = rows()
    frame.loc[3, "age"] = np.nan
    new = again(bound(), frame, missing="drop")
    assert new.n_rows == 39
    assert new.outcome("y").tolist() == np.delete(bound().outcome("y"), 3).tolist()
    assert [str(record) for record in new.records] == [
        "the data: left out 1 of 40 rows (missing: 'age' in 1)"
    ]


def test_no_rows_are_no_rows():
    new = again(bound(), rows().iloc[:0])
    assert new.matrix((ROWS,), "X").shape == (0, 5)
    assert new.codes((ROWS,), ("room",)).shape == (0,)
    assert new.rows_of(("school",)).tolist() == [0, 0, 0]


def test_encodings_hold_no_rows():
    text = pickle.dumps(bind_data(GRAPH, rows().assign(price=np.pi), tables={"school": SCHOOLS}).encodings)
    assert np.float64(np.pi).tobytes() not in text
