"""From a declared graph and any data to a bound model, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stanlevels.binding.bound import Bound
from stanlevels.binding.category_records import category_records
from stanlevels.binding.clocks import clocks_of
from stanlevels.binding.coding import find_codings
from stanlevels.binding.derived import derive_columns
from stanlevels.binding.encodings import Encodings
from stanlevels.binding.lazy import grouped
from stanlevels.binding.levels.find_levels import find_levels
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.levels.nesting import Links, check_tables_agree, find_links
from stanlevels.binding.matrices import apart, read_matrices
from stanlevels.binding.memberships import (
    membership,
    memberships_apart,
    of_members_alone,
    open_memberships,
    read_memberships,
)
from stanlevels.binding.outcomes import find_categories
from stanlevels.binding.partly.complete import completed
from stanlevels.binding.partly.holes import filled
from stanlevels.binding.read.column_places import check_tables, read_places
from stanlevels.binding.read.column_summaries import summarize
from stanlevels.binding.read.missing import settle_missing
from stanlevels.binding.rows import Rows
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import listing
from stanlevels.graph import ROWS, Graph
from stanlevels.records import Record, noticed
from stanlevels.words import counted

__all__ = ["bind_data"]


def bind_data(
    graph: Graph,
    data: Any,
    *,
    tables: Mapping[str, Any] | None = None,
    missing: str = "error",
    group: bool = True,
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
    group : bool
        Whether large lazy frames and files are grouped by their own engine (see `lazy`), with frequency
        weights in the bound graph.

    Returns
    -------
    Bound
        The data as index arrays and covariates at their level.

    Raises
    ------
    DataError
        If the data do not fit; the message names columns, units and the way out.
    """
    tables, matrices = apart(graph, tables)
    check_tables(graph, tables)
    tables, given = memberships_apart(graph, tables)
    groups = grouped(graph, data, missing) if group else None
    if groups is not None:
        graph, data = groups.graph, groups.data
    frames = open_memberships(graph, given)
    read = read_places(graph, data, tables, frames)
    marked, partly, beside = filled(graph, read)
    settled, dropped = settle_missing(graph, marked, missing)
    of_members, left_out = read_memberships(graph, frames, read, missing)
    levels, places, noticed = find_levels(graph, {**settled, **of_members})
    joined = {name: places.pop(name) for name in of_members}
    members = {name: membership(graph, place, levels) for name, place in joined.items()}
    check_tables_agree(levels, places)
    links = find_links(
        graph, levels, {**places, **{n: of_members_alone(graph, p) for n, p in joined.items()}}
    )
    codings, coded = find_codings(graph, places)
    times = None if groups is None else groups.times
    places, derived, said = derive_columns(graph, places, links, times)
    levels = {name: _with_parents(level, levels, links) for name, level in levels.items()}
    clocks, timed = clocks_of(graph, levels)
    known, labelled = read_matrices(graph, matrices, levels)
    grouping = () if groups is None else groups.records
    nested = _found_nesting(graph, levels)
    records = [*grouping, *dropped, *left_out, *noticed, *nested, *coded, *said, *timed, *labelled]
    encodings = Encodings(
        levels=levels,
        links={name: {to: units for to, units in links[name].items() if to != ROWS} for name in levels},
        reached=tuple(name for name in links[ROWS] if name != ROWS),
        codings=codings,
        categories={},
        tables={name: place for name, place in places.items() if name != ROWS},
        derived=derived,
        clocks=clocks,
        matrices=known,
        memberships=members,
    )
    n = places[ROWS].n
    rows = Rows(
        n=n,
        columns=places[ROWS].columns,
        links={
            ROWS: links[ROWS],
            **{name: {ROWS: links[name][ROWS]} for name in levels if ROWS in links[name]},
        },
        records=tuple(records),
        summaries=tuple(summarize(read)),
        times=times,
        labels=None if times is not None else places[ROWS].labels,
    )
    return completed(_with_categories(Bound(graph, encodings, rows)), partly, beside)


def _with_categories(bound: Bound) -> Bound:
    """The same with the categories of its outcomes."""
    categories, records = {}, list(bound.rows.records)
    for name, node in bound.graph.observed.items():
        if FAMILIES[node.family].is_categorical:
            values = bound.values(bound.observed_domain(name), node.observed[0])
            categories[name] = find_categories(bound.graph, node, values)
            records += category_records(bound.graph, node, values, categories[name])
    encodings, rows = bound.encodings, bound.rows
    return replace(
        bound,
        encodings=replace(encodings, categories=categories),
        rows=replace(rows, records=tuple(records)),
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
