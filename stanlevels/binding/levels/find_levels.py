"""The units of every level, and the unit that each record belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding.levels.levels import BoundLevel, coordinates
from stanlevels.binding.levels.look_alikes import look_alikes
from stanlevels.binding.levels.units import Mention, Units, find_mentions, find_units, units_of
from stanlevels.binding.read.column_places import Place
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS, Graph, LevelNode
from stanlevels.records import Record, examples, noticed
from stanlevels.words import counted, plural, shown

__all__ = ["by_depth", "find_levels"]


def find_levels(
    graph: Graph, places: Mapping[str, Place]
) -> tuple[dict[str, BoundLevel], dict[str, Place], list[Record]]:
    """Units of every level, places with the codes of their records, and what was noticed.

    Raises
    ------
    DataError
        If labels mix types, a table names a unit twice, a unit is absent from its table, or labels
        declared unique stand under several parents.
    """
    levels: dict[str, BoundLevel] = {}
    codes: dict[str, dict[str, Codes]] = {name: {} for name in places}
    records: list[Record] = []
    for node in by_depth(graph):
        parent = levels[graph.target_level(node.within)] if node.within is not None else None
        mentions, labels = find_mentions(graph, node, places, codes)
        _check_writable(node, labels)
        units = find_units(node, mentions, labels, parent)
        levels[node.name], renamed = _bound_level(units)
        records += [*_repeats(units), *renamed, *_unused(units, mentions)]
        for mention in mentions:
            codes[mention.place][mention.name] = units_of(units, mention)
        records += _look_alikes(units, levels[node.name], mentions, codes)
    bound = {name: _in_order(replace(place, codes=codes[name])) for name, place in places.items()}
    return {name: levels[name] for name in graph.levels}, bound, records


def _check_writable(node: LevelNode, labels: list[Any]) -> None:
    """Labels go into tables and files: half of a surrogate pair and the character 0 cannot."""
    lost = [label for label in labels if isinstance(label, str) and not _is_writable(label)]
    if lost:
        raise DataError(
            f"column {node.column!r} holds labels of {node.name} with characters that stand for nothing:"
            f" {listing(lost)}",
            expected="text that can be written in UTF-8, without the character 0",
            way_out="read the data with the encoding that they are written in, or replace these characters",
        )


def _is_writable(label: str) -> bool:
    try:
        label.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in label


def _in_order(place: Place) -> Place:
    """A table in the order of its units; the rows, and memberships, as they are."""
    if place.name not in place.codes:
        return place
    order = np.argsort(place.codes[place.name], kind="stable")
    columns = {name: values.take(order) for name, values in place.columns.items()}
    return replace(place, columns=columns, codes={name: units[order] for name, units in place.codes.items()})


def by_depth(graph: Graph) -> list[LevelNode]:
    """Levels, every one after what it, or a road to it, is within."""
    order: dict[str, None] = {}

    def visit(name: str, below: tuple[str, ...]) -> None:
        roads = [road.within for road in graph.aliases.values() if road.of == name]
        for above in (graph.levels[name].within, *roads):
            target = graph.target_level(above) if above is not None else name
            if target not in (*order, *below, name):
                visit(target, (*below, name))
        order[name] = None

    for name in graph.levels:
        if name not in order:
            visit(name, ())
    return [graph.levels[name] for name in order]


def _bound_level(units: Units) -> tuple[BoundLevel, list[Record]]:
    own = [units.all_labels[code] for code in units.labels.tolist()]
    name, column = units.node.name, units.node.column
    parents = units.parents if units.is_path else None
    coordinate, records = coordinates(name, own, parents, units.parent)
    return BoundLevel(name, column, tuple(own), coordinate, units.is_path, units.parents), records


def _repeats(units: Units) -> list[Record]:
    """Labels found under several parents: an error where declared unique, else recorded once."""
    count = np.bincount(units.labels, minlength=len(units.all_labels))
    repeated = np.flatnonzero(count > 1).tolist()
    parent, above, name = units.parent, units.parents, units.node.name
    if not repeated or parent is None or above is None:
        return []

    def under(code: int) -> list[str]:
        return [parent.coordinate[unit] for unit in above[units.labels == code].tolist()]

    def say(code: int) -> str:
        found, label = under(code), shown(units.all_labels[code])
        return f"{name} {label} appears under {len(found)} {plural(parent.name)}: {listing(found)}"

    def brief(code: int) -> str:
        return f"{shown(units.all_labels[code])} under {listing(under(code), 2)}"

    if units.node.unique:
        more = f"; and {len(repeated) - 5} more" if len(repeated) > 5 else ""
        raise DataError(
            "; ".join(say(code) for code in repeated[:5]) + more,
            expected=f"each {name} under one {parent.name}, as unique=True says",
            way_out=f"leave out unique=True: then the pair ({parent.name}, {name}) is the key",
        )
    action = f"{counted(len(repeated), 'label')} under several {plural(parent.name)}: the pair is the key"
    return [noticed(name, action, examples([brief(code) for code in repeated[:3]], len(repeated)))]


def _look_alikes(
    units: Units, level: BoundLevel, mentions: list[Mention], codes: Mapping[str, Mapping[str, Codes]]
) -> list[Record]:
    """Labels that a person would read as one."""
    rows = np.zeros(level.size, dtype=np.int64)
    for mention in mentions:
        if mention.place == ROWS:
            rows += np.bincount(codes[ROWS][mention.name], minlength=level.size)
    above = None if level.above is None else level.above.tolist()
    return look_alikes(level.name, level.column, level.labels, rows, above)


def _unused(units: Units, mentions: list[Mention]) -> list[Record]:
    """Categories that a column declares and no record has are not units; say so."""
    if len(mentions) != 1 or not mentions[0].values.unused:
        return []
    unused = mentions[0].values.unused
    name, column = units.node.name, units.node.column
    action = f"{counted(len(unused), 'unused category')} of {column!r} left out"
    return [noticed(name, action, f"no row has {listing(unused, 3)}")]
