"""What determines what: declared, found, composed; and what to say where it does not."""

import numpy as np
import pytest

from stanlevels.binding import bind_data
from stanlevels.binding.levels.nesting import only_value
from stanlevels.errors import NestingError
from stanlevels.graph import ROWS, Graph, LevelNode


def bind(data, *nodes, **tables):
    levels = [node if isinstance(node, LevelNode) else LevelNode(node, node) for node in nodes]
    return bind_data(Graph("M", {node.name: node for node in levels}), data, tables=tables)


CRASHES = {
    "publisher": ["p1", "p1", "p2", "p2", "p1"],
    "app": ["a1", "a2", "a3", "a3", "a1"],
    "device": ["d1", "d1", "d2", "d3", "d3"],
}


def test_nesting_is_found_in_the_data_without_being_declared():
    bound = bind(CRASHES, "publisher", "app", "device")
    assert bound.determines(("app",), ("publisher",))
    assert bound.codes(("app",), ("publisher",)).tolist() == [0, 0, 1]
    assert bound.levels["app"].parents["publisher"].tolist() == [0, 0, 1]
    assert not bound.determines(("publisher",), ("app",))
    assert "app: determines 'publisher' (each of its 3 units has one unit of these in the data)" in [
        str(record) for record in bound.records
    ]


def test_what_is_not_determined_is_an_error_that_names_three_units():
    bound = bind(CRASHES, "publisher", "app", "device")
    with pytest.raises(NestingError) as error:
        bound.codes(("device",), ("app",))
    assert error.value.found == (
        "device does not determine app: device 'd1' has apps 'a1', 'a2'; device 'd3' has apps 'a1', 'a3'"
    )


def test_more_than_three_units_are_counted():
    data = {"device": [1, 1, 2, 2, 3, 3, 4, 4, 5, 5], "app": [1, 2] * 5}
    with pytest.raises(NestingError, match="device 3 has apps 1, 2; and 2 more"):
        bind(data, "device", "app").codes(("device",), ("app",))


def test_plurals_of_levels_read_well():
    data = {"house": [1, 1], "county": ["a", "b"]}
    with pytest.raises(NestingError, match="house 1 has counties 'a', 'b'"):
        bind(data, "house", "county").codes(("house",), ("county",))


def test_nesting_is_transitive_through_tables():
    tables = {
        "app": {"app": ["a", "b", "c"], "publisher": ["p", "q", "q"]},
        "publisher": {"publisher": ["p", "q"], "country": ["x", "y"]},
    }
    bound = bind({"app": ["a", "c", "b"]}, "app", "publisher", "country", **tables)
    assert bound.codes((ROWS,), ("country",)).tolist() == [0, 1, 1]
    assert bound.codes(("app",), ("country",)).tolist() == [0, 1, 1]
    assert bound.levels["app"].parents["country"].tolist() == [0, 1, 1]


def test_composition_never_goes_through_a_road():
    nodes = ["app", "publisher", LevelNode("distributor", "distributor", of="publisher"), "country"]
    tables = {
        "app": {"app": ["a", "b"], "distributor": ["p", "q"]},
        "publisher": {"publisher": ["p", "q"], "country": ["x", "y"]},
    }
    bound = bind({"app": ["a", "b"]}, *nodes, **tables)
    assert bound.determines(("app",), ("distributor",))
    assert not bound.determines(("app",), ("country",))
    assert not bound.determines(("app",), ("publisher",))


def test_units_without_rows_are_named_where_no_table_says_more():
    bound = bind({"app": ["a"], "publisher": ["p"]}, "app", "publisher", app={"app": ["a", "b", "c"]})
    assert not bound.determines(("app",), ("publisher",))
    with pytest.raises(NestingError, match=r"which publisher belongs to 2 of 3: app 'b'; app 'c'"):
        bound.codes(("app",), ("publisher",))


def test_a_row_that_reaches_a_level_twice_must_say_by_which_road():
    nodes = ["team", LevelNode("home", "h", of="team"), LevelNode("away", "a", of="team")]
    bound = bind({"h": ["x"], "a": ["y"]}, *nodes)
    assert not bound.determines((ROWS,), ("team",))
    with pytest.raises(NestingError, match=r"through home \(column 'h'\), away(.|\n)*quantity\[home\]"):
        bound.codes((ROWS,), ("team",))


def test_product_domains_number_pairs_with_the_first_axis_slowest():
    bound = bind(CRASHES, "app", "device", "publisher")
    # 3 apps x 3 devices: code = 3 * app + device
    assert bound.codes((ROWS,), ("app", "device")).tolist() == [0, 3, 7, 8, 2]
    assert bound.codes(("app", "device"), ("device",)).tolist() == [0, 1, 2] * 3
    assert bound.codes(("app", "device"), ("app",)).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2]
    assert bound.codes(("app", "device"), ("publisher",)).tolist() == [0, 0, 0, 0, 0, 0, 1, 1, 1]
    assert bound.codes(("app", "device"), ("device", "app")).tolist() == [0, 3, 6, 1, 4, 7, 2, 5, 8]
    assert bound.codes(("app", "device"), ("app", "device")).tolist() == list(range(9))
    assert bound.codes(("app",), ("app", "publisher")).tolist() == [0, 2, 5]
    assert bound.size(("app", "device")) == 9


def test_a_product_that_determines_nothing_explains_every_axis():
    bound = bind({"a": [1, 1], "b": [1, 1], "c": [1, 2]}, "a", "b", "c")
    with pytest.raises(NestingError, match=r"a does not determine c.*and b does not determine c"):
        bound.codes(("a", "b"), ("c",))


def test_a_single_number_determines_nothing():
    bound = bind({"a": [1]}, "a")
    assert not bound.determines((), ("a",))
    assert bound.determines((), ())
    assert bound.codes((), ()).tolist() == [0]
    assert bound.codes((ROWS,), ()).tolist() == [0]
    with pytest.raises(NestingError, match="a single number has no a"):
        bound.codes((), ("a",))


def test_everything_has_itself():
    bound = bind(CRASHES, "app")
    assert bound.codes((ROWS,), (ROWS,)).tolist() == [0, 1, 2, 3, 4]
    assert bound.codes(("app",), ("app",)).tolist() == [0, 1, 2]


def test_as_many_units_as_rows_determine_everything():
    bound = bind({"row_id": [3, 1, 2], "b": ["x", "x", "y"]}, "row_id", "b")
    assert bound.codes(("row_id",), ("b",)).tolist() == [0, 1, 0]
    assert bound.codes(("row_id",), (ROWS,)).tolist() == [1, 2, 0]
    assert not bound.determines(("b",), (ROWS,))


def test_no_rows_determine_everything_emptily():
    bound = bind({"a": [], "b": []}, "a", "b")
    assert bound.codes((ROWS,), ("a", "b")).shape == (0,)
    assert bound.codes(("a", "b"), ("a",)).shape == (0,)
    assert bound.size(("a", "b")) == 0


def test_codes_agree_with_a_dictionary_built_row_by_row():
    rng = np.random.default_rng(1)
    school = rng.integers(0, 7, 200)
    room = rng.integers(0, 3, 200)
    bound = bind(
        {"school": school, "room": room},
        LevelNode("room", "room", within="school"),
        LevelNode("school", "school"),
    )
    pairs = sorted({(int(s), int(r)) for s, r in zip(school, room, strict=True)})
    schools = sorted({s for s, _ in pairs})
    expected = [pairs.index((int(s), int(r))) for s, r in zip(school, room, strict=True)]
    assert bound.codes((ROWS,), ("room",)).tolist() == expected
    assert bound.codes(("room",), ("school",)).tolist() == [schools.index(s) for s, _ in pairs]


def test_only_value_marks_units_with_several_values_and_with_none():
    one, differs, unseen = only_value(np.array([0, 2, 2]), np.array([5, 6, 7]), 4)
    assert one[0] == 5
    assert differs.tolist() == [False, False, True, False]
    assert unseen.tolist() == [False, True, False, True]
