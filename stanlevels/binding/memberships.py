"""Tables of memberships: who belongs to each unit of a level, and with which weight."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.read.column_places import Place, ReadPlace, where
from stanlevels.binding.read.frames import Frame, open_frame
from stanlevels.binding.read.missing import joint
from stanlevels.binding.usage import level_columns
from stanlevels.errors import DataError, listing
from stanlevels.graph import Graph, LevelNode, MembershipsNode
from stanlevels.records import Record, noticed
from stanlevels.words import closest, counted

__all__ = [
    "Membership",
    "checked",
    "membership",
    "memberships_apart",
    "memberships_of",
    "of_members_alone",
    "open_memberships",
    "opened",
    "read_membership",
    "read_memberships",
    "weights_of_members",
]


@dataclass(frozen=True, eq=False)
class Membership:
    """Who belongs to each unit, in the order of units.

    Attributes
    ----------
    name : str
        The line, and the table.
    by, of : str
        The level whose units have members, and that of members.
    keys, members : ndarray, (memberships,)
        0-based units of `by`, rising, and of `of`.
    weights : ndarray, (memberships,)
        As given, or shares that add to one for each unit of `by`.
    """

    name: str
    by: str
    of: str
    keys: Codes
    members: Codes
    weights: Array

    def slot(self, place: int, size: int) -> tuple[Codes, Array]:
        """The member in a place of each of `size` units, and its weight: where none is any, with 0."""
        first = np.searchsorted(self.keys, np.arange(size))
        count = np.bincount(self.keys, minlength=size)
        there = count > place
        at = np.minimum(first + np.where(there, place, 0), max(len(self.keys) - 1, 0))
        if not len(self.keys):
            return np.zeros(size, dtype=np.int64), np.zeros(size)
        return self.members[at], np.where(there, self.weights[at], 0.0)


def memberships_of(graph: Graph) -> dict[str, MembershipsNode]:
    """The tables of memberships of a model that lines sum over, by name."""
    return {name: node for name, node in graph.nodes.items() if isinstance(node, MembershipsNode)}


def memberships_apart(
    graph: Graph, tables: Mapping[str, Any] | None
) -> tuple[Mapping[str, Any] | None, dict[str, Any]]:
    """Tables of levels, and of memberships."""
    wanted = memberships_of(graph)
    if not wanted or not isinstance(tables, Mapping):
        return tables, {}
    return (
        {n: table for n, table in tables.items() if n not in wanted} or None,
        {n: table for n, table in tables.items() if n in wanted},
    )


def _key_columns(graph: Graph, level: str) -> list[str]:
    """The columns that name a unit: the level's own, then those of what it is within."""
    columns: list[str] = []
    up: str | None = level
    while up is not None and isinstance(node := graph.nodes[up], LevelNode):
        columns.append(node.column)
        up = node.within
    return columns


def open_memberships(graph: Graph, given: Mapping[str, Any]) -> dict[str, Frame]:
    """The tables, with the columns that they need.

    Raises
    ------
    DataError
        If one is not there, or lacks a column.
    """
    frames = {}
    for name, node in memberships_of(graph).items():
        if name not in given:
            raise DataError(
                f"there is no table of the memberships {name!r}: who belongs to each {node.by}",
                expected=f"the columns {listing(_columns(graph, node))}, and a row for each membership",
                way_out=f"bind(df, tables={{{name!r}: memberships}}), or fit(df, tables={{{name!r}: ...}})",
            )
        frames[name] = opened(graph, node, given[name])
    return frames


def opened(graph: Graph, node: MembershipsNode, table: Any) -> Frame:
    """One table, with the columns that it needs."""
    frame = open_frame(table, where(node.name), as_text=tuple(level_columns(graph).values()))
    for column in _columns(graph, node):
        if column not in frame.names:
            raise DataError(
                f"{frame.where} has no column {column!r}",
                expected=f"the columns {listing(_columns(graph, node))}; {closest(column, frame.names)}",
                way_out="it is the table's index: pass table.reset_index()"
                if column in frame.index_names
                else "",
            )
    return frame


def _columns(graph: Graph, node: MembershipsNode) -> list[str]:
    own = [graph.levels[node.by].column, graph.levels[node.of].column]
    return own if node.weights is None else [*own, node.weights]


def read_memberships(
    graph: Graph, frames: Mapping[str, Frame], others: Mapping[str, ReadPlace], missing: str
) -> tuple[dict[str, Place], list[Record]]:
    """The tables, with the memberships of units that the data or another table name.

    Raises
    ------
    DataError
        If values are missing, and are not to be left out.
    """
    found, records = {}, list[Record]()
    for name, node in memberships_of(graph).items():
        place = read_membership(graph, node, frames[name])
        gone = np.logical_or.reduce([column.absent for column in place.columns.values()])
        if gone.any() and missing != "drop":
            raise _incomplete(place, gone)
        if gone.any():
            said = f"left out {int(gone.sum()):,} of {counted(place.n, 'row')}"
            records.append(noticed(where(name), said, f"missing: {_missing_in(place)}"))
            place = place.take(~gone)
        place, of_others = _of_known_units(graph, place, others.values())
        records += of_others
        columns = {column: read.values for column, read in place.columns.items()}
        found[name] = Place(name, place.n, columns)
    return found, records


def read_membership(graph: Graph, node: MembershipsNode, frame: Frame) -> ReadPlace:
    """The columns of one table."""
    known = {*_key_columns(graph, node.by), *_key_columns(graph, node.of)}
    wanted = [c for c in dict.fromkeys((*known, *_columns(graph, node))) if c in frame.names]
    return ReadPlace(node.name, frame.n, frame.read(wanted))


def _missing_in(place: ReadPlace) -> str:
    gone = {name: int(column.absent.sum()) for name, column in place.columns.items()}
    return ", ".join(f"{name!r} in {count:,}" for name, count in gone.items() if count)


def _incomplete(place: ReadPlace, gone: Array) -> DataError:
    return DataError(
        f"{where(place.name)} lacks values in {int(gone.sum()):,} of {counted(place.n, 'row')}"
        f" ({listing(np.flatnonzero(gone).tolist())}, counted from 0): {_missing_in(place)}",
        expected="a finite value in every row of every column that the model uses",
        way_out='missing="drop" leaves these rows out and records it',
    )


def _of_known_units(
    graph: Graph, place: ReadPlace, others: Iterable[ReadPlace]
) -> tuple[ReadPlace, list[Record]]:
    """Memberships of units that the data or another table name; the rest says nothing of the data."""
    node = memberships_of(graph)[place.name]
    columns = _key_columns(graph, node.by)
    known = np.zeros(place.n, dtype=bool)
    for other in others:
        for road in (columns, *([r.column] for r in graph.aliases.values() if r.of == node.by)):
            pairs = [
                (a, b)
                for a, b in zip(columns, road, strict=False)
                if a in place.columns and b in other.columns
            ]
            if pairs and pairs[0][0] == columns[0]:
                here, there = joint(place, [a for a, _ in pairs], other, [b for _, b in pairs])
                known |= np.isin(here, there[there >= 0])
    if known.all() or not known.any():  # of none at all the error comes later, and names those without
        return place, []
    lost = place.columns[columns[0]].values.take(~known).factorize()[1]
    said = f"left out {int((~known).sum()):,} of {counted(place.n, 'row')}"
    return place.take(known), [
        noticed(where(place.name), said, f"of {node.by} {listing(lost, 3)}, which no data name")
    ]


def membership(graph: Graph, place: Place, levels: Mapping[str, BoundLevel]) -> Membership:
    """A table whose records have their units.

    Raises
    ------
    DataError
        If a unit has no members, or one of them twice, or weights are no numbers or no shares.
    """
    node = memberships_of(graph)[place.name]
    keys, members = place.codes[node.by], place.codes[node.of]
    weights = _numbers(node, place)
    order = np.lexsort((members, keys))
    found = Membership(node.name, node.by, node.of, keys[order], members[order], weights[order])
    return checked(node, found, levels)


def of_members_alone(graph: Graph, place: Place) -> Place:
    """What a table says of members alone: what they lie within, and not who has them."""
    node = memberships_of(graph)[place.name]
    levels = set[str]()
    up: str | None = node.of
    while up is not None:
        level = graph.target_level(up)
        levels.add(level)
        up = graph.levels[level].within
    return Place(place.name, place.n, {}, {name: c for name, c in place.codes.items() if name in levels})


def _numbers(node: MembershipsNode, place: Place) -> Array:
    if node.weights is None:
        return np.ones(place.n)
    values = place.columns[node.weights]
    return weights_of_members(node, values.numeric(f" (weights of {node.name})").astype(float))


def weights_of_members(node: MembershipsNode, weights: Array) -> Array:
    """Weights as they are, where they can be.

    Raises
    ------
    DataError
        If shares are to be made of one below 0.
    """
    if node.shares and (weights < 0).any():
        raise DataError(
            f"column {node.weights!r} of {where(node.name)} has {counted(int((weights < 0).sum()), 'value')}"
            f" below 0: {listing(weights[weights < 0].tolist())}",
            expected="weights of 0 and more, of which shares are made",
            way_out="without shares=True weights are taken as they are, below 0 too",
        )
    return weights


def checked(
    node: MembershipsNode, found: Membership, levels: Mapping[str, BoundLevel], *, new: bool = False
) -> Membership:
    """The same with shares made; every unit has members, each once.

    Raises
    ------
    DataError
        Naming up to five units.
    """
    by, of, size = levels[node.by], levels[node.of], levels[node.by].size
    count = np.bincount(found.keys, minlength=size)
    if (lost := np.flatnonzero(count == 0).tolist()) and size:
        labels = [by.coordinate[unit] for unit in lost]
        if (nameless := sum(by.labels[unit] is None for unit in lost)) == len(lost):
            raise DataError(
                f"nobody knows the members of {counted(nameless, node.by)} without a label",
                expected=f"a label in {by.column!r} for every row, known or new",
                way_out=f"tables={{{node.name!r}: ...}} says who the members of a new {node.by} are",
            )
        zero = (
            "where it has none by nature, a row with a weight of 0"
            if node.weights and not node.shares
            else "or leave their rows out of the data"
        )
        raise DataError(
            f"{where(node.name)} has no members of {counted(len(lost), node.by)} of {size:,}:"
            f" {listing(labels)}",
            expected=f"a row for every member of every {node.by}",
            way_out=(f"tables={{{node.name!r}: ...}} with rows for them" if new else "add rows for them")
            + f"; {zero}",
        )
    twice = np.flatnonzero((found.keys[1:] == found.keys[:-1]) & (found.members[1:] == found.members[:-1]))
    if len(twice):
        said = [f"{of.called(found.members[i])} in {by.called(found.keys[i])}" for i in twice[:5].tolist()]
        more = f"; and {len(twice) - 5:,} more" if len(twice) > 5 else ""
        raise DataError(
            f"{where(node.name)} has memberships more than once: {'; '.join(said)}{more}",
            expected=f"one row for each {node.of} of each {node.by}",
            way_out="add their weights up, with a column for weights=",
        )
    if not node.shares:
        return found
    total = np.bincount(found.keys, found.weights, minlength=size)
    if (nothing := np.flatnonzero(total <= 0).tolist()) and size:
        raise DataError(
            f"the weights of {counted(len(nothing), node.by)} in {where(node.name)} add to 0:"
            f" {listing([by.coordinate[unit] for unit in nothing])}",
            expected="a weight above 0 for some member, of which shares are made",
        )
    shares = found.weights / total[found.keys]
    return Membership(found.name, found.by, found.of, found.keys, found.members, shares)
