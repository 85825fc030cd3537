"""From a declared graph and any data to a bound model, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stanlevels.binding.bound import Bound
from stanlevels.binding.categories import category_records
from stanlevels.binding.encodings import find_encodings
from stanlevels.binding.levels.agreement import check_tables_agree
from stanlevels.binding.levels.find import find_levels
from stanlevels.binding.levels.level import BoundLevel
from stanlevels.binding.levels.nesting import Links, find_links
from stanlevels.binding.read.missing import settle_missing
from stanlevels.binding.read.places import read_places
from stanlevels.binding.read.summary import summarize
from stanlevels.errors import listing
from stanlevels.graph import ROWS, Graph
from stanlevels.records import Record, noticed
from stanlevels.words import counted

__all__ = ["bind_data"]


def bind_data(
    graph: Graph, data: Any, *, tables: Mapping[str, Any] | None = None, missing: str = "error"
) -> Bound:
    """Find levels, nesting and covariates in data, and check that they fit the declaration.

    Parameters
    ----------
    graph : Graph
        The declared model.
    data : dataframe, mapping or path
        The rows: a pandas, polars or pyarrow frame, a mapping of names to arrays, or a path to a CSV or
        Parquet file. Never modified.
    tables : mapping of str to the same, optional
        A table of its own for a level, by the level's name.
    missing : {"error", "drop"}
        What to do with rows that lack a value of a column that the model uses.

    Returns
    -------
    Bound
        The data as index arrays and covariates at their level.

    Raises
    ------
    DataError
        If the data do not fit; the message names columns, units and the way out.
    """
    read = read_places(graph, data, tables)
    settled, dropped = settle_missing(graph, read, missing)
    levels, places, noticed = find_levels(graph, settled)
    check_tables_agree(levels, places)
    links = find_links(graph, levels, places)
    encodings, codings = find_encodings(graph, places)
    levels = {name: _with_parents(level, levels, links) for name, level in levels.items()}
    records = [*dropped, *noticed, *_found_nesting(graph, levels), *codings, *category_records(graph, places)]
    n_rows = places[ROWS].n
    return Bound(
        graph=graph,
        n_rows=n_rows,
        n_dropped=read[ROWS].n - n_rows,
        levels=levels,
        records=tuple(records),
        places=places,
        links=links,
        encodings=encodings,
        columns=tuple(summarize(read)),
    )


def _with_parents(level: BoundLevel, levels: Mapping[str, BoundLevel], links: Links) -> BoundLevel:
    found = links[level.name]
    return replace(
        level, parents={name: found[name] for name in levels if name in found and name != level.name}
    )


def _found_nesting(graph: Graph, levels: Mapping[str, BoundLevel]) -> list[Record]:
    """Nesting that the data show and nobody declared."""
    records = []
    for name, level in levels.items():
        declared, up = set(), graph.levels[name].within
        while up is not None:
            declared.add(graph.target_level(up))
            up = graph.levels[graph.target_level(up)].within
        found = [parent for parent in level.parents if parent not in declared]
        if found and level.size:
            reason = f"each of its {counted(level.size, 'unit')} has one unit of these in the data"
            records.append(noticed(name, f"determines {listing(found)}", reason))
    return records
