"""Units, their labels, order and keys (decisions 1 to 4)."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from stanlevels.binding import bind_data
from stanlevels.errors import DataError
from stanlevels.graph import ROWS, Graph, LevelNode


def level(name, column=None, **kwargs):
    return LevelNode(name, name if column is None else column, **kwargs)


def bind(nodes, data, **kwargs):
    return bind_data(Graph("M", {node.name: node for node in nodes}), data, **kwargs)


def rows_to(bound, *target):
    return bound.codes((ROWS,), target).tolist()


def test_units_are_sorted_where_the_column_has_no_order_of_its_own():
    bound = bind([level("app")], {"app": ["b", "a", "c", "a"]})
    assert bound.levels["app"].labels == ("a", "b", "c")
    assert rows_to(bound, "app") == [1, 0, 2, 0]


def test_units_take_the_order_of_categories_and_unused_ones_are_no_units():
    column = pd.Categorical(["low", "high"], categories=["never", "low", "mid", "high"])
    bound = bind([level("dose")], pd.DataFrame({"dose": column}))
    assert bound.levels["dose"].labels == ("low", "high")
    assert rows_to(bound, "dose") == [0, 1]
    assert [str(record) for record in bound.records] == [
        "dose: 2 unused categories of 'dose' left out (no row has 'never', 'mid')"
    ]


def test_an_enum_of_polars_gives_the_order_and_a_categorical_does_not():
    enum = pl.Series(["b", "a"], dtype=pl.Enum(["b", "a"]))
    categorical = pl.Series(["b", "a"], dtype=pl.Categorical)
    bound = bind([level("e"), level("c")], pl.DataFrame({"e": enum, "c": categorical}))
    assert bound.levels["e"].labels == ("b", "a")
    assert bound.levels["c"].labels == ("a", "b")


def test_units_that_cannot_be_compared_stand_by_first_appearance():
    bound = bind([level("z")], {"z": [2j, 1j, 2j]})
    assert bound.levels["z"].labels == (2j, 1j)
    assert bound.levels["z"].coordinate == ("2j", "1j")


def test_mixed_types_in_one_column_name_both():
    with pytest.raises(DataError, match=r"mixes types: integer \(1\) and text \('1'\)"):
        bind([level("app")], {"app": [1, "1"]})


ODD = ["", "?", ".x", "1a", "a b", "a.b", "a__", "auto", "class", "lp__", "ä/ö", "名前", "{{x}}", "%s", "\\n"]


def test_labels_come_back_exactly_whatever_they_hold():
    bound = bind([level("any")], {"any": ODD[::-1]})
    assert bound.levels["any"].labels == tuple(sorted(ODD))
    assert bound.levels["any"].coordinate == tuple(sorted(ODD))


@pytest.mark.parametrize("name", ["", "lp__", "a.b", "a b", "?", "class", "ä", "row", "data"])
def test_level_and_column_names_may_be_anything(name):
    bound = bind([level("app", name), level(name, "x")], {name: ["u", "v"], "x": [1, 2]})
    assert bound.levels[name].labels == (1, 2)
    assert bound.levels["app"].labels == ("u", "v")
    assert rows_to(bound, name, "app") == [0, 3]


@pytest.mark.parametrize(
    ("values", "kind"), [([2, 1], int), ([2.5, 1.0], float), ([True, False], bool), (["b", "a"], str)]
)
def test_labels_are_python_values_of_their_own_type(values, kind):
    labels = bind([level("u")], pd.DataFrame({"u": values})).levels["u"].labels
    assert labels == tuple(sorted(values))
    assert all(type(label) is kind for label in labels)


def test_labels_beyond_64_bits_stay_exact_and_get_text_coordinates():
    unit = bind([level("u")], {"u": [2**70, 5]}).levels["u"]
    assert unit.labels == (5, 2**70)
    assert unit.coordinate == ("5", str(2**70))


CLASSROOMS = {"school": ["s2", "s1", "s1", "s3"], "classroom": [1, 1, 2, 1]}


def test_a_label_that_repeats_across_parents_becomes_a_path():
    bound = bind([level("school"), level("classroom", within="school")], CLASSROOMS)
    rooms = bound.levels["classroom"]
    assert rooms.labels == (1, 2, 1, 1)
    assert rooms.coordinate == ("s1/1", "s1/2", "s2/1", "s3/1")
    assert rooms.is_path
    assert rooms.parents["school"].tolist() == [0, 0, 1, 2]
    assert rows_to(bound, "classroom") == [2, 0, 1, 3]


def test_repeated_labels_are_reported_once_with_three_examples():
    data = {"school": ["a"] * 5 + ["b"] * 5, "classroom": list(range(5)) * 2}
    bound = bind([level("school"), level("classroom", within="school")], data)
    found = [str(record) for record in bound.records if record.subject == "classroom"]
    said = (
        "classroom: 5 labels under several schools: the pair is the key ("
        "0 under 'a', 'b'; 1 under 'a', 'b'; 2 under 'a', 'b'; and 2 more)"
    )
    assert found == [said]


def test_without_within_one_label_is_one_unit():
    bound = bind([level("school"), level("classroom")], CLASSROOMS)
    assert bound.levels["classroom"].labels == (1, 2)


def test_unique_makes_repeated_labels_an_error_that_names_the_parents():
    data = {"publisher": ["b", "a", "a"], "app": ["com.x", "com.x", "com.y"]}
    nodes = [level("publisher"), level("app", within="publisher", unique=True)]
    with pytest.raises(DataError, match=r"app 'com\.x' appears under 2 publishers: 'a', 'b'"):
        bind(nodes, data)


def test_unique_labels_within_a_parent_keep_their_own_order():
    data = {"publisher": ["p1", "p2", "p1"], "app": ["z", "a", "b"]}
    bound = bind([level("publisher"), level("app", within="publisher", unique=True)], data)
    apps = bound.levels["app"]
    assert apps.coordinate == ("a", "b", "z")
    assert not apps.is_path
    assert apps.parents["publisher"].tolist() == [1, 0, 0]
    assert rows_to(bound, "app") == [2, 0, 1]
    assert not any(record.subject == "app" for record in bound.records)


def test_chains_of_parents_make_longer_paths_in_any_order_of_declaration():
    data = {"d": ["x", "x", "y", "y"], "s": [1, 2, 1, 1], "c": ["a", "a", "a", "b"]}
    nodes = [level("c", within="s"), level("s", within="d"), level("d")]
    bound = bind(nodes, data)
    assert bound.levels["s"].coordinate == ("x/1", "x/2", "y/1")
    assert bound.levels["c"].coordinate == ("x/1/a", "x/2/a", "y/1/a", "y/1/b")
    assert bound.levels["c"].parents["d"].tolist() == [0, 0, 1, 1]
    assert tuple(bound.levels) == ("c", "s", "d")


def test_paths_stay_unique_when_labels_hold_the_separator():
    data = {"a": ["x", "x/y", "z", "x"], "b": ["y/1", "1", "1", "1"]}
    bound = bind([level("a"), level("b", within="a")], data)
    coordinate = bound.levels["b"].coordinate
    assert len(set(coordinate)) == 4
    assert "x / y/1" in coordinate
    assert "x/y / 1" in coordinate
    assert any("separator" in str(r) or "written with" in str(r) for r in bound.records)


def test_numeric_and_text_parents_may_write_alike_and_are_told_apart():
    bound = bind([level("t")], {"t": [complex(1), 2j]})
    assert len(set(bound.levels["t"].coordinate)) == 2


HOME_AWAY = [level("team"), level("home", "home_team", of="team"), level("away", "away_team", of="team")]


def test_two_roads_share_the_units_of_both_columns():
    bound = bind(HOME_AWAY, {"home_team": ["b", "a"], "away_team": ["c", "b"]})
    assert bound.levels["team"].labels == ("a", "b", "c")
    assert rows_to(bound, "home") == [1, 0]
    assert rows_to(bound, "away") == [2, 1]
    assert tuple(bound.levels) == ("team",)
    assert bound.size(("home",)) == 3


def test_roads_and_the_own_column_are_united():
    data = {"home_team": ["b"], "away_team": ["c"], "team": ["z"]}
    assert bind(HOME_AWAY, data).levels["team"].labels == ("b", "c", "z")


def test_roads_with_the_same_categories_keep_their_order():
    kind = pd.CategoricalDtype(["c", "b", "a"])
    data = pd.DataFrame({"home_team": ["b", "a"], "away_team": ["c", "b"]}, dtype=kind)
    assert bind(HOME_AWAY, data).levels["team"].labels == ("c", "b", "a")


def test_roads_whose_categories_differ_are_sorted():
    data = pd.DataFrame(
        {
            "home_team": pd.Categorical(["b", "a"], categories=["b", "a"]),
            "away_team": pd.Categorical(["c", "b"], categories=["c", "b"]),
        }
    )
    assert bind(HOME_AWAY, data).levels["team"].labels == ("a", "b", "c")


def test_roads_of_different_types_name_both_columns():
    with pytest.raises(DataError, match=r"integer in column 'home_team' .* text in column 'away_team'"):
        bind(HOME_AWAY, {"home_team": [1, 2], "away_team": ["1", "2"]})


def test_integers_and_whole_floats_are_the_same_labels():
    bound = bind(HOME_AWAY, {"home_team": [1, 2], "away_team": [2.0, 3.0]})
    assert bound.levels["team"].labels == (1, 2, 3.0)


def test_roads_within_roads_reach_units_by_both_labels():
    nodes = [
        level("club"),
        level("player", within="club"),
        level("home", "hc", of="club"),
        level("away", "ac", of="club"),
        level("hp", "hp", of="player", within="home"),
        level("ap", "ap", of="player", within="away"),
    ]
    bound = bind(nodes, {"hc": ["x", "y"], "ac": ["y", "x"], "hp": [7, 7], "ap": [7, 9]})
    assert bound.levels["player"].coordinate == ("x/7", "x/9", "y/7")
    assert rows_to(bound, "hp") == [0, 2]
    assert rows_to(bound, "ap") == [2, 1]


def test_a_road_without_parents_needs_labels_that_are_unique():
    nodes = [level("club"), level("player", within="club"), level("rival", of="player")]
    data = {"club": ["x", "y", "y"], "player": [7, 7, 8], "rival": [8, 8, 8]}
    assert rows_to(bind(nodes, data), "rival") == [2, 2, 2]
    with pytest.raises(DataError, match=r"player 7, found under several clubs"):
        bind(nodes, {**data, "rival": [7, 8, 8]})
    with pytest.raises(DataError, match=r"players of no known club: 9"):
        bind(nodes, {**data, "rival": [9, 8, 8]})


@pytest.mark.parametrize("n", [0, 1, 5])
def test_levels_with_no_unit_one_unit_and_as_many_units_as_rows(n):
    nodes = [level("g"), level("u", within="g")]
    bound = bind(nodes, {"g": ["same"] * n, "u": list(range(n))})
    assert bound.levels["u"].size == n
    assert bound.levels["g"].size == min(n, 1)
    assert bound.levels["u"].parents["g"].tolist() == [0] * n
    assert bound.codes((ROWS,), ("u",)).shape == (n,)
    assert bound.codes((ROWS,), ("u",)).dtype == np.int64
    assert bound.rows_of(("u",)).tolist() == [1] * n
    assert bound.n_rows == n


def test_an_empty_pandas_frame_gives_levels_without_units():
    bound = bind([level("g"), level("u", within="g")], pd.DataFrame({"g": [], "u": []}))
    assert bound.levels["u"].labels == ()
    assert bound.codes(("u",), ("g",)).shape == (0,)


def test_two_levels_may_share_one_column():
    bound = bind([level("app"), level("slope", "app")], {"app": ["a", "b", "a"]})
    assert rows_to(bound, "slope") == [0, 1, 0]
    assert bound.codes(("app",), ("slope",)).tolist() == [0, 1]
