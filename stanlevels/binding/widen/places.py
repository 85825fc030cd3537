"""New rows and tables as read: labels of levels may be missing, nothing else may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stanlevels.binding.encodings import Encodings
from stanlevels.binding.memberships import memberships_apart, memberships_of, opened, read_membership
from stanlevels.binding.partly.again import outcomes_in_parts, parts_of_rows, with_parts
from stanlevels.binding.read.column_places import Place, ReadPlace, check_table, check_tables
from stanlevels.binding.read.columns import ReadColumn
from stanlevels.binding.read.frames import open_frame
from stanlevels.binding.read.missing import settle_missing
from stanlevels.binding.usage import columns_used, level_columns
from stanlevels.binding.widen.needs import Needs, sources_of
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS, Graph
from stanlevels.words import closest, counted

__all__ = ["Asked", "called", "read_asked"]


@dataclass(frozen=True, eq=False)
class Asked:
    """New rows and tables.

    Attributes
    ----------
    places : dict of str to Place
        Without missing values.
    labels : dict of str to dict
        By place the columns that name units, in which labels may be missing.
    names : tuple of str
        What the columns of the new rows are called, read or not.
    members : dict of str to Place
        Weights of new tables of memberships.
    """

    places: dict[str, Place]
    labels: dict[str, dict[str, ReadColumn]]
    names: tuple[str, ...]
    members: dict[str, Place] = field(default_factory=dict)


def read_asked(
    graph: Graph, encodings: Encodings, data: Any, tables: Mapping[str, Any] | None, needs: Needs
) -> Asked:
    """The new rows and the tables of new units, only the columns that are needed.

    Raises
    ------
    DataError
        If a column that lines over rows need is absent, or one but a level's lacks values.
    """
    check_tables(graph, tables)
    tables, given = memberships_apart(graph, tables)
    levels = level_columns(graph)
    wanted = {
        s for own in needs.columns.values() for name in own for s in sources_of(name, encodings.derived)
    }
    places: dict[str, ReadPlace] = {}
    labels: dict[str, dict[str, ReadColumn]] = {}
    there: tuple[str, ...] = ()
    for name, source in {ROWS: data, **(tables or {})}.items():
        frame = open_frame(source, called(name), as_text=tuple(levels.values()))
        if name == ROWS:
            there = tuple(map(str, frame.names))
            _check_present(graph, encodings, needs, frame.names, frame.index_names)
        else:
            check_table(graph, name, frame)
        own = wanted | set(levels.values()) | (set(needs.outcomes) if name == ROWS else set())
        own |= outcomes_in_parts(graph, own)
        read = frame.read([column for column in columns_used(graph) if column in own & set(frame.names)])
        read = with_parts(graph, own, ReadPlace(name, frame.n, read), encodings.fills)
        labels[name] = {column: read[column] for column in dict.fromkeys(levels.values()) if column in read}
        kept = wanted | set(needs.outcomes)
        places[name] = ReadPlace(name, frame.n, {c: values for c, values in read.items() if c in kept})
    members = {}
    for name, table in given.items():
        node = memberships_of(graph)[name]
        read_place = read_membership(graph, node, opened(graph, node, table))
        columns = read_place.columns
        labels[name] = {c: columns[c] for c in dict.fromkeys(levels.values()) if c in columns}
        weights = {c: values for c, values in columns.items() if c == node.weights}
        members[name] = ReadPlace(name, read_place.n, weights)
    for place in (*places.values(), *members.values()):
        _check_complete(place)
    whole = {
        name: Place(name, place.n, {c: read.values for c, read in place.columns.items()})
        for name, place in members.items()
    }
    return Asked(settle_missing(graph, places, "error")[0], labels, there, whole)


def _check_complete(place: ReadPlace) -> None:
    absent = {name: column.absent for name, column in place.columns.items() if column.absent.any()}
    if absent:
        lacking = np.flatnonzero(np.logical_or.reduce(list(absent.values())))
        said = ", ".join(f"{name!r} in {int(mask.sum()):,}" for name, mask in absent.items())
        raise DataError(
            f"values are missing in {len(lacking):,} of {counted(place.n, 'row')} of {called(place.name)}"
            f" ({listing(lacking.tolist())}, counted from 0): {said}",
            expected="finite values; labels of levels alone may be missing, for units that nobody knows",
            way_out="fill the values in, or leave these rows out",
        )


def called(place: str) -> str:
    """What messages call a place."""
    return "the new rows" if place == ROWS else f"the table of {place!r}"


def _check_present(
    graph: Graph, encodings: Encodings, needs: Needs, names: tuple[Any, ...], index_names: tuple[Any, ...]
) -> None:
    unseen = parts_of_rows(graph) | outcomes_in_parts(graph, needs.columns.get((ROWS,), {}))
    in_tables = {column for table in encodings.tables.values() for column in table.columns}
    for column in needs.columns.get((ROWS,), {}):
        if column in in_tables or column in unseen:
            continue
        for source in sources_of(column, encodings.derived):
            if source not in names and source not in in_tables:
                use = columns_used(graph).get(source, "covariate")
                index = source in index_names
                raise DataError(
                    f"column {source!r} ({use}) is {'the index of' if index else 'not in'} the new rows"
                    + (", not a column" if index else ""),
                    expected="" if index else closest(source, names),
                    way_out="pass df.reset_index()" if index else "",
                )
