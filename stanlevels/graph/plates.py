"""The plates of a model: one for each level, one for the rows, nested and crossed as the model says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stanlevels.drawing.diagram import Plate
from stanlevels.graph.drawn import Drawn
from stanlevels.graph.nodes import ROWS
from stanlevels.graph.places import Place, members_of, over_levels

__all__ = ["key_of", "label_of", "plates"]

TIMES = " \u00d7 "
LETTERS = "JKLMPQRSTUVWXYZ"
"""Numbers of units are called so, level by level; N is the number of rows."""

Above = Mapping[str, tuple[str, ...]]
"""What each quantity depends on."""


def key_of(place: Place) -> str | None:
    """The key of the plate of some axes; None for none."""
    return None if not place else ROWS if ROWS in place else TIMES.join(place)


def plates(graph: Drawn, placed: Mapping[str, Place], above: Above) -> tuple[Plate, ...]:
    """A plate for every level that has quantities, or has such levels in it; for the rows; for combinations.

    A level lies in the level that it is declared within, and in those whose quantities are looked up from
    it; the rows in all levels with quantities that they depend on. What lies in two levels that cross is
    drawn where their plates overlap. What lies in more, or reaches a level by a road of its own (home and
    away team), stands beside them. `placed` and `above` are places and dependencies of what is drawn.
    """
    drawn = _drawn(graph, placed)
    around = {key: _around(graph, placed, above, key, drawn) for key in drawn}
    found, crossed = [], False
    for key in drawn:
        inner = [outer for outer in around[key] if not any(outer in _over(around, o) for o in around[key])]
        within, across = None, None
        if len(inner) == 1:
            within = inner[0]
        elif len(inner) == 2 and not crossed:
            across, crossed = (inner[0], inner[1]), True
        elif key in graph.levels:
            within = graph.levels[key].within
        found.append(Plate(key, label_of(graph, key), within, across))
    return tuple(found)


def _drawn(graph: Drawn, placed: Mapping[str, Place]) -> dict[str, Place]:
    """The axes of every plate by its key: levels, outermost first, then combinations, then the rows."""
    used = {axis for place in placed.values() for axis in place if axis != ROWS}
    levels = {outer for axis in used for outer in over_levels(graph, axis)}
    keys: dict[str, Place] = {name: (name,) for name in graph.levels if name in levels}
    keys |= {str(key_of(p)): p for p in placed.values() if len(p) > 1 and ROWS not in p}
    return keys | ({ROWS: (ROWS,)} if any(ROWS in place for place in placed.values()) else {})


def _around(
    graph: Drawn, placed: Mapping[str, Place], above: Above, key: str, drawn: Mapping[str, Place]
) -> list[str]:
    """The plates that a plate lies in, as far as the model says."""
    if key == ROWS:
        reached = [road.of or "" for road in graph.aliases.values()]
        reached += [level for name in placed if (level := members_of(graph, name))]
        apart = {outer for level in reached for outer in over_levels(graph, level)}
        used = {axis for name in _behind(placed, above) for axis in placed[name]}
        within = {outer for axis in used - {ROWS} for outer in over_levels(graph, axis)}
        whole = [other for other, axes in drawn.items() if len(axes) > 1 and within.issuperset(axes)]
        held = [other for other in drawn if other in within and other not in apart]
        return held + [other for other in whole if not apart & set(drawn[other])]
    axes = drawn[key]
    if len(axes) > 1:
        return list(axes)
    own = list(over_levels(graph, key))[1:]
    looked_up = {
        axis
        for name, place in placed.items()
        if place == axes and not members_of(graph, name)
        for other in above[name]
        for axis in placed[other]
        if axis not in (ROWS, key) and key not in over_levels(graph, axis)
    }
    return [*own, *(level for level in graph.levels if level in looked_up and level not in own)]


def _over(around: Mapping[str, Iterable[str]], key: str) -> set[str]:
    """All plates around a plate."""
    found: set[str] = set()
    pending = list(around[key])
    while pending:
        outer = pending.pop()
        if outer not in found and outer != key:
            found.add(outer)
            pending += around[outer]
    return found


def _behind(placed: Mapping[str, Place], above: Above) -> set[str]:
    """Everything that the quantities of rows depend on, and they themselves."""
    found: set[str] = set()
    pending = [name for name, place in placed.items() if ROWS in place]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += above[name]
    return found


def label_of(graph: Drawn, key: str) -> str:
    """What a plate says: the level, and how many units it has where that is known."""
    if key == ROWS:
        return f"rows, N = {graph.sizes[ROWS]:,}" if ROWS in graph.sizes else "rows"
    if key not in graph.sizes:
        return key
    place = list(graph.levels).index(key)
    letter = f"{LETTERS[place]} = " if place < len(LETTERS) else ""
    return f"{key}, {letter}{graph.sizes[key]:,}"
