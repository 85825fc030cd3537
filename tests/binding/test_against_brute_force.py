"""Codes and nesting against a plain loop over rows, for random tables."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from stanlevels.binding import bind_data
from stanlevels.graph import ROWS, Graph, LevelNode

LABEL = st.sampled_from(["a", "b", "c/d", "", "d"])
TABLES = st.lists(st.tuples(LABEL, LABEL, LABEL), max_size=12)
NESTED = Graph(
    "M",
    {
        "g": LevelNode("g", "x"),
        "u": LevelNode("u", "y", within="g"),
        "v": LevelNode("v", "z", within="u"),
        "y": LevelNode("y", "y"),
        "z": LevelNode("z", "z"),
    },
)


def columns(rows: list[tuple[str, str, str]]) -> dict[str, list[Any]]:
    return {name: [row[i] for row in rows] for i, name in enumerate("xyz")}


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_keys_and_paths_are_those_of_the_pairs(rows):
    bound = bind_data(NESTED, columns(rows))
    above: list[tuple[str, ...]] = [()]
    for name, width in (("g", 1), ("u", 2), ("v", 3)):
        level = bound.levels[name]
        units = sorted({row[:width] for row in rows}, key=lambda unit: (above.index(unit[:-1]), unit[-1]))
        if len({unit[-1] for unit in units}) == len(units):  # unique labels stand in their own order
            units = sorted(units, key=lambda unit: unit[-1])
        above = units
        assert level.labels == tuple(unit[-1] for unit in units)
        assert len(set(level.coordinate)) == len(units)
        assert bound.codes((ROWS,), (name,)).tolist() == [units.index(row[:width]) for row in rows]


@settings(max_examples=150, deadline=None)
@given(TABLES)
def test_one_level_determines_another_where_no_unit_has_two(rows):
    bound = bind_data(NESTED, columns(rows))
    keys = {
        "g": lambda r: r[:1],
        "u": lambda r: r[:2],
        "v": lambda r: r,
        "y": lambda r: r[1],
        "z": lambda r: r[2],
    }
    for name, key in keys.items():
        for target, other in keys.items():
            pairs = {(key(row), other(row)) for row in rows}
            assert bound.determines((name,), (target,)) == (len(pairs) == len({unit for unit, _ in pairs}))
            if bound.determines((name,), (target,)):
                down = bound.codes((ROWS,), (name,))
                across = bound.codes((name,), (target,))
                assert across[down].tolist() == bound.codes((ROWS,), (target,)).tolist()
