"""New rows and tables as read: labels of levels may be missing, nothing else may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stanlevels.binding.encodings import Encodings
from stanlevels.binding.read.column_places import Place, ReadPlace, check_table, check_tables
from stanlevels.binding.read.columns import ReadColumn
from stanlevels.binding.read.frames import open_frame
from stanlevels.binding.read.missing import settle_missing
from stanlevels.binding.usage import columns_used, level_columns
from stanlevels.binding.widen.needs import Needs, sources_of
from stanlevels.errors import DataError
from stanlevels.graph import ROWS, Graph
from stanlevels.words import closest

__all__ = ["Asked", "read_asked"]

Asked = tuple[dict[str, Place], dict[str, dict[str, ReadColumn]]]
"""Places without missing values, and by place the columns that name units, in which labels may be missing."""


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
    levels = level_columns(graph)
    wanted = {
        s for own in needs.columns.values() for name in own for s in sources_of(name, encodings.derived)
    }
    places: dict[str, ReadPlace] = {}
    labels: dict[str, dict[str, ReadColumn]] = {}
    for name, source in {ROWS: data, **(tables or {})}.items():
        where = "the new rows" if name == ROWS else f"the table of {name!r}"
        frame = open_frame(source, where, as_text=tuple(levels.values()))
        if name == ROWS:
            _check_present(graph, encodings, needs, frame.names, frame.index_names)
        else:
            check_table(graph, name, frame)
        own = wanted | set(levels.values()) | (set(needs.outcomes) if name == ROWS else set())
        read = frame.read([column for column in columns_used(graph) if column in own & set(frame.names)])
        labels[name] = {column: read[column] for column in dict.fromkeys(levels.values()) if column in read}
        kept = wanted | set(needs.outcomes)
        places[name] = ReadPlace(name, frame.n, {c: values for c, values in read.items() if c in kept})
    return settle_missing(graph, places, "error")[0] | {}, labels


def _check_present(
    graph: Graph, encodings: Encodings, needs: Needs, names: tuple[Any, ...], index_names: tuple[Any, ...]
) -> None:
    in_tables = {column for table in encodings.tables.values() for column in table.columns}
    for column in needs.columns.get((ROWS,), {}):
        if column in in_tables:
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


def without(place: Place, columns: set[str]) -> Place:
    """A place with fewer columns."""
    return replace(place, columns={n: v for n, v in place.columns.items() if n not in columns})
