"""Where columns stand: the data's rows, or the table of a level."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.read.columns import ReadColumn, Values
from stanlevels.binding.read.frames import Frame, open_frame
from stanlevels.binding.usage import columns_used, level_columns
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS, Graph, LevelNode, MembershipsNode
from stanlevels.words import closest

__all__ = ["Place", "ReadPlace", "check_table", "check_tables", "read_places", "read_rows", "where"]


def where(place: str) -> str:
    """What messages call a place."""
    return "the data" if place == ROWS else f"the table of {place!r}"


@dataclass(frozen=True)
class ReadPlace:
    """A place as read: its columns may still have missing values.

    Attributes
    ----------
    name : str
        ROWS, or the name of the level whose table it is.
    n : int
        Number of records.
    columns : mapping of str to ReadColumn
        The columns that the model uses and that stand here.
    labels : optional
        What the frame calls its records, where it does not only count them or some are left out.
    """

    name: str
    n: int
    columns: Mapping[str, ReadColumn]
    labels: Any = None

    def take(self, keep: Array) -> ReadPlace:
        """The records where `keep` is True."""
        columns = {
            name: ReadColumn(column.values.take(keep), column.missing[keep], column.infinite[keep])
            for name, column in self.columns.items()
        }
        labels = np.flatnonzero(keep) if self.labels is None else self.labels[keep]
        return replace(self, n=int(keep.sum()), columns=columns, labels=labels)


@dataclass(frozen=True)
class Place:
    """A place without missing values.

    Attributes
    ----------
    name : str
        ROWS, or the name of the level whose table it is.
    n : int
        Number of records.
    columns : mapping of str to Values
        The columns that the model uses and that stand here.
    codes : mapping of str to ndarray, (n,)
        0-based units of the levels and roads that each record belongs to, as far as its own columns
        say so.
    labels : optional
        What the frame calls its records, where it does not only count them or some are left out.
    """

    name: str
    n: int
    columns: Mapping[str, Values]
    codes: Mapping[str, Array] = field(default_factory=dict)
    labels: Any = None


def read_places(
    graph: Graph, data: Any, tables: Mapping[str, Any] | None, members: Mapping[str, Frame] | None = None
) -> dict[str, ReadPlace]:
    """The data's rows and the levels' tables, only the columns that the model uses.

    Units may stand in tables of memberships, `members`, alone.

    Raises
    ------
    DataError
        If a table belongs to no level, or a column that the model uses is nowhere.
    """
    check_tables(graph, tables)
    as_text = tuple(level_columns(graph).values())
    frames = {ROWS: open_frame(data, where(ROWS), as_text=as_text)}
    for name, table in (tables or {}).items():
        frames[name] = open_frame(table, where(name), as_text=as_text)
    used = columns_used(graph)
    _check_present(graph, used, frames, members or {})
    places = {}
    for name, frame in frames.items():
        found = frame.read([column for column in used if column in frame.names])
        places[name] = ReadPlace(name, frame.n, found, frame.labels)
    return places


def read_rows(graph: Graph, data: Any, optional: Collection[str], unread: Collection[str]) -> ReadPlace:
    """New rows of data that were bound before; columns in `optional` may be absent, `unread` are left.

    Raises
    ------
    DataError
        If another column that the model uses is absent.
    """
    frame = open_frame(data, "the new rows", as_text=tuple(level_columns(graph).values()))
    used = {column: use for column, use in columns_used(graph).items() if column not in unread}
    for column, use in used.items():
        if column not in optional and column not in frame.names:
            raise _absent(column, use, {ROWS: frame})
    found = frame.read([column for column in used if column in frame.names])
    return ReadPlace(ROWS, frame.n, found, frame.labels)


def check_tables(graph: Graph, tables: Mapping[str, Any] | None) -> None:
    """Raise a DataError where `tables` is no mapping with names of levels as keys."""
    if tables is not None and not isinstance(tables, Mapping):
        raise DataError(
            f"tables= is a {type(tables).__name__}",
            expected="a dict with names of levels as keys, and a table for each",
            way_out=f"tables={{{next(iter(graph.levels), 'level')!r}: ...}}",
        )
    for name in tables or {}:
        _check_table_name(graph, name)


def _check_table_name(graph: Graph, name: str) -> None:
    node = graph.nodes.get(name)
    if isinstance(node, MembershipsNode) or (isinstance(node, LevelNode) and node.of is None):
        return
    if isinstance(node, LevelNode):
        raise DataError(
            f"tables has {name!r}, which is another road to {node.of!r} and has no units of its own",
            way_out=f"tables={{{node.of!r}: ...}}",
        )
    members = [name for name, node in graph.nodes.items() if isinstance(node, MembershipsNode)]
    raise DataError(
        f"tables has {name!r}, which is not a level{' or a table of memberships' * bool(members)} of"
        f" {graph.name}",
        expected=f"names of levels{' and of tables of memberships' * bool(members)} as keys:"
        f" {closest(str(name), [*graph.levels, *members])}",
    )


def _check_present(
    graph: Graph, used: Mapping[str, str], frames: Mapping[str, Frame], members: Mapping[str, Frame]
) -> None:
    nodes = [node for node in graph.nodes.values() if isinstance(node, MembershipsNode)]
    whose = {graph.levels[node.by].column for node in nodes}
    of_members = {
        column
        for node in nodes
        for column in level_columns(graph).values()
        if node.name in members and column in members[node.name].names and column not in whose
    }
    for level in frames:
        if level != ROWS:
            check_table(graph, level, frames[level])
    for column, use in used.items():
        if column in of_members:
            continue
        if not any(column in frame.names for frame in frames.values()) and not _has_roads(graph, column):
            raise _absent(column, use, frames)


def check_table(graph: Graph, level: str, frame: Frame) -> None:
    """A level's table names its units, and its parent's where the parent is part of the key."""
    node = graph.levels[level]
    needed = [node.column]
    parent = graph.nodes.get(node.within) if node.within is not None else None
    if isinstance(parent, LevelNode):
        needed.append(parent.column)
    for column in needed:
        if column not in frame.names:
            purpose = "names its units" if column == node.column else f"is the {node.within} of each unit"
            raise DataError(
                f"{frame.where} has no column {column!r}, which {purpose}",
                expected=f"the columns {listing(needed)}; {closest(column, frame.names)}",
                way_out="it is the table's index: pass table.reset_index()"
                if column in frame.index_names
                else "",
            )


def _has_roads(graph: Graph, column: str) -> bool:
    """Whether a level whose own column is absent is reached through other columns anyway."""
    names = [name for name, node in graph.levels.items() if node.column == column]
    others = [
        node.column for node in graph.nodes.values() if isinstance(node, LevelNode) and node.of in names
    ]
    only_levels = columns_used(graph)[column] == ", ".join(f"level {name}" for name in names)
    return bool(names) and bool(others) and only_levels


def _absent(column: str, use: str, frames: Mapping[str, Frame]) -> DataError:
    if column in frames[ROWS].index_names:
        return DataError(
            f"column {column!r} ({use}) is the data's index, not a column",
            way_out="pass df.reset_index()",
        )
    expected = closest(column, frames[ROWS].names)
    for name, frame in frames.items():
        if name != ROWS:
            expected += f"; in {frame.where}: {closest(column, frame.names)}"
    place = "the data" if len(frames) == 1 else "the data or any table"
    return DataError(f"column {column!r} ({use}) is not in {place}", expected=expected)
