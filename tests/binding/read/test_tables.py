"""Tables of their own for levels (decision 5)."""

from typing import Any

import pandas as pd
import polars as pl
import pytest

from stanlevels.binding import bind_data
from stanlevels.errors import DataError
from stanlevels.graph import ROWS, Column, Graph, LevelNode, Number, VariableNode

LEVELS = (LevelNode("publisher", "publisher"), LevelNode("app", "app", within="publisher"))
PRICE = VariableNode("A", "Normal", (("mu", Column("price")), ("sigma", Number(1))), over=("app",))
ROWS_OF_APPS = {"publisher": ["p1", "p2", "p1"], "app": ["a", "b", "a"]}
TABLE = {"publisher": ["p1", "p2", "p1", "p3"], "app": ["c", "b", "a", "d"], "price": [3.0, 2.0, 1.0, 4.0]}


def bind(nodes, data, **tables):
    return bind_data(Graph("M", {node.name: node for node in nodes}), data, tables=tables)


def test_units_come_from_the_table_with_those_that_no_row_has():
    bound = bind([*LEVELS, PRICE], ROWS_OF_APPS, app=TABLE)
    assert bound.levels["app"].labels == ("a", "b", "c", "d")
    assert bound.levels["publisher"].labels == ("p1", "p2", "p3")
    assert bound.levels["app"].parents["publisher"].tolist() == [0, 1, 0, 2]
    assert bound.column(("app",), "price").tolist() == [1.0, 2.0, 3.0, 4.0]
    assert bound.rows_of(("app",)).tolist() == [2, 1, 0, 0]


def test_a_table_may_be_of_another_library_than_the_rows():
    bound = bind([*LEVELS, PRICE], pd.DataFrame(ROWS_OF_APPS), app=pl.DataFrame(TABLE))
    assert bound.column(("app",), "price").tolist() == [1.0, 2.0, 3.0, 4.0]


def test_the_tables_categories_give_the_order():
    table = pd.DataFrame(TABLE)
    table["app"] = pd.Categorical(table["app"], categories=["d", "c", "b", "a"])
    assert bind([*LEVELS, PRICE], ROWS_OF_APPS, app=table).levels["app"].labels == ("d", "c", "b", "a")


def test_rows_need_not_repeat_what_the_table_says():
    bound = bind([*LEVELS, PRICE], {"app": ["d", "a"]}, app=TABLE)
    assert bound.codes((ROWS,), ("publisher",)).tolist() == [2, 0]
    assert bound.column((ROWS,), "price").tolist() == [4.0, 1.0]


def test_rows_without_the_parent_need_labels_that_are_unique():
    table = {"publisher": ["p1", "p2"], "app": ["a", "a"], "price": [1.0, 2.0]}
    with pytest.raises(DataError, match=r"names app 'a', found under several publishers"):
        bind([*LEVELS, PRICE], {"app": ["a"]}, app=table)
    bound = bind([*LEVELS, PRICE], {"publisher": ["p2"], "app": ["a"]}, app=table)
    assert bound.column((ROWS,), "price").tolist() == [2.0]


def test_keys_of_tables_are_names_of_levels_not_of_columns():
    level = LevelNode("app", "app_id")
    with pytest.raises(DataError, match=r"'app_id', which is not a level(.|\n)*did you mean 'app'"):
        bind([level], {"app_id": [1]}, app_id={"app_id": [1]})


def test_a_table_of_a_road_belongs_to_its_level():
    nodes = [LevelNode("team", "team"), LevelNode("home", "home", of="team")]
    with pytest.raises(DataError, match=r"another road to 'team'"):
        bind(nodes, {"home": ["a"]}, home={"home": ["a"]})


def test_a_table_without_the_levels_column_is_refused():
    with pytest.raises(DataError, match=r"table of 'app' has no column 'app', which names its units"):
        bind([*LEVELS, PRICE], ROWS_OF_APPS, app={"apps": ["a"], "publisher": ["p1"], "price": [1]})


def test_a_nested_table_without_the_parents_column_is_refused():
    with pytest.raises(DataError, match=r"no column 'publisher', which is the publisher of each unit"):
        bind([*LEVELS, PRICE], ROWS_OF_APPS, app={"app": ["a", "b"], "price": [1, 2]})


def test_units_twice_in_their_table_are_named():
    twice = {"publisher": ["p1", "p1", "p2"], "app": ["a", "a", "b"], "price": [1, 1, 2]}
    with pytest.raises(DataError, match="more than one row for app 'a'"):
        bind([*LEVELS, PRICE], ROWS_OF_APPS, app=twice)


def test_units_absent_from_the_table_are_named_up_to_five_with_their_rows():
    app = LevelNode("app", "app")
    with pytest.raises(DataError, match=r"7 apps absent .*: 1, 2, 3, 4, 5 and 2 more \(8 rows\)"):
        bind([app], {"app": [0, 1, 2, 3, 4, 5, 6, 7, 7]}, app={"app": [0]})


def test_a_unit_under_another_parent_in_the_table_is_an_error():
    data = {"publisher": ["p2"], "app": ["a"]}
    with pytest.raises(DataError, match=r"app 'a' is under publisher 'p2' in the data but under 'p1' in the"):
        bind([*LEVELS, PRICE], data, app=TABLE)


def test_a_column_in_both_must_agree():
    data = {**ROWS_OF_APPS, "price": [1.0, 2.0, 1.0]}
    assert bind([*LEVELS, PRICE], data, app=TABLE).column(("app",), "price").tolist() == [1.0, 2.0, 3.0, 4.0]
    with pytest.raises(DataError, match=r"disagree: app 'a' has 9.0 there, 1.0 in its table"):
        bind([*LEVELS, PRICE], {**data, "price": [1.0, 2.0, 9.0]}, app=TABLE)


def test_a_level_column_in_both_must_agree_even_if_nesting_was_only_found():
    nodes = [LevelNode("publisher", "publisher"), LevelNode("app", "app")]
    table = {"app": ["a", "b"], "publisher": ["p1", "p2"]}
    with pytest.raises(DataError, match=r"column 'publisher' stands in the data and in the table of 'app'"):
        bind(nodes, {"app": ["a", "b"], "publisher": ["p1", "p1"]}, app=table)


def test_columns_that_the_model_does_not_use_are_not_compared_or_examined():
    data = {**ROWS_OF_APPS, "note": [None, "x", [1]]}
    bound = bind([*LEVELS, PRICE], data, app={**TABLE, "note": ["other"] * 4})
    assert "note" not in bound.rows.columns


def test_labels_of_different_types_in_rows_and_table_name_both():
    with pytest.raises(
        DataError, match=r"text in column 'app' of the table of 'app' .* integer in column 'app'"
    ):
        bind([LevelNode("app", "app")], {"app": [1]}, app={"app": ["1"]})


def test_parents_of_units_without_rows_are_units_too():
    nodes = [LevelNode("publisher", "publisher"), LevelNode("app", "app")]
    bound = bind(nodes, {"app": ["a"]}, app={"app": ["a", "b"], "publisher": ["p2", "p1"]})
    assert bound.levels["publisher"].labels == ("p1", "p2")
    assert bound.codes((ROWS,), ("publisher",)).tolist() == [1]


def test_parents_absent_from_their_own_table_are_an_error():
    tables = {"app": {"app": ["a"], "publisher": ["p9"], "price": [1]}, "publisher": {"publisher": ["p1"]}}
    with pytest.raises(DataError, match=r"column 'publisher' of the table of 'app' names 1 publisher absent"):
        bind([*LEVELS, PRICE], {"app": ["a"]}, **tables)


def test_a_road_may_stand_in_the_table_of_another_level():
    nodes = [
        LevelNode("publisher", "publisher"),
        LevelNode("distributor", "distributor", of="publisher"),
        LevelNode("app", "app", within="publisher"),
    ]
    table = {"app": ["a", "b"], "publisher": ["p1", "p2"], "distributor": ["p2", "p3"]}
    bound = bind(nodes, {"app": ["b", "a"]}, app=table)
    assert bound.levels["publisher"].labels == ("p1", "p2", "p3")
    assert bound.determines(("app",), ("distributor",))
    assert bound.codes(("app",), ("distributor",)).tolist() == [1, 2]
    assert bound.codes(("app",), ("publisher",)).tolist() == [0, 1]
    assert bound.codes((ROWS,), ("distributor",)).tolist() == [2, 1]


def test_tables_of_two_levels_of_a_chain_fit_together():
    tables = {"app": TABLE, "publisher": {"publisher": ["p3", "p2", "p1", "p0"]}}
    bound = bind([*LEVELS, PRICE], ROWS_OF_APPS, **tables)
    assert bound.levels["publisher"].labels == ("p0", "p1", "p2", "p3")
    assert bound.levels["app"].parents["publisher"].tolist() == [1, 2, 1, 3]


def test_a_missing_column_lists_close_names_of_rows_and_tables():
    table = {name: values for name, values in TABLE.items() if name != "price"} | {"prize": [1, 2, 3, 4]}
    with pytest.raises(
        DataError, match=r"'price' \(covariate\) is not in the data or any(.|\n)*mean 'prize'"
    ):
        bind([*LEVELS, PRICE], ROWS_OF_APPS, app=table)
    with pytest.raises(DataError, match=r"'app' \(level app\) is not in the data(.|\n)*'App'"):
        bind([LevelNode("app", "app")], {"App": [1]})


def test_a_column_that_is_the_index_says_so():
    with pytest.raises(DataError, match=r"reset_index"):
        bind([LevelNode("app", "app")], pd.DataFrame({"app": [1], "x": [2]}).set_index("app"))


def test_empty_tables_and_rows_fit():
    empty: dict[str, Any] = {"app": [], "publisher": [], "price": []}
    bound = bind([*LEVELS, PRICE], {"app": [], "publisher": []}, app=empty)
    assert bound.column(("app",), "price").shape == (0,)
    assert bound.levels["app"].size == 0


@pytest.mark.parametrize("tables", [pd.DataFrame(TABLE), [TABLE], "apps.csv"], ids=["frame", "list", "path"])
def test_tables_that_are_no_dict_of_tables_are_refused_with_the_form_to_write(tables):
    graph = Graph("M", {node.name: node for node in (*LEVELS, PRICE)})
    with pytest.raises(DataError, match=r"tables= is a (.|\n)*tables=\{'publisher': ...\}"):
        bind_data(graph, ROWS_OF_APPS, tables=tables)
