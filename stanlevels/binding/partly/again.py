"""Outcomes that were partly known, in new rows: known where these hold a value."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.bound import Bound
from stanlevels.binding.partly.holes import absent, known, marked, row_of
from stanlevels.binding.read.column_places import ReadPlace
from stanlevels.binding.read.columns import ReadColumn, Values
from stanlevels.graph import ROWS, Graph, LevelNode, VariableNode

__all__ = ["known_in_part", "outcomes_in_parts", "parts_of_rows", "with_parts"]


def _in_parts(graph: Graph) -> list[VariableNode]:
    """Outcomes that were partly known."""
    return [node for node in graph.observed.values() if node.partly and (node.weights or "").startswith("<")]


def parts_of_rows(graph: Graph) -> set[str]:
    """Columns that no frame holds: they are made of the outcomes of rows."""
    found = set()
    for node in _in_parts(graph):
        if graph.units(node) == (ROWS,):
            found |= {absent(node.name), known(node.name)}
    return found


def known_in_part(bound: Bound) -> dict[str, Array]:
    """Outcomes of rows that other lines use, NaN (of labels None) where these lack them, by column."""
    found: dict[str, Array] = {}
    columns = bound.rows.columns
    for node in _in_parts(bound.graph):
        if absent(node.name) not in columns or bound.graph.units(node) != (ROWS,):
            continue
        own = columns.get(known(node.name), columns.get(node.observed[0]))
        if own is not None:
            there = columns.get(node.observed[0], own)
            labels = there if there.labels is not None else own
            found[node.observed[0]] = _seen(labels, columns[absent(node.name)].data > 0)
    return found


def _seen(column: Values, gone: Array) -> Array:
    """Values, NaN where they are missing; of labels None."""
    if column.labels is None:
        return np.where(gone, np.nan, column.data.astype(float))
    found = np.empty(len(gone), dtype=object)
    found[:] = column.tolist()
    found[gone] = None
    return found


def outcomes_in_parts(graph: Graph, wanted: Collection[str]) -> set[str]:
    """The outcomes behind wanted columns."""
    return {node.observed[0] for node in _in_parts(graph) if absent(node.name) in wanted}


def with_parts(
    graph: Graph, wanted: Collection[str], place: ReadPlace, fills: Mapping[str, Any]
) -> dict[str, ReadColumn]:
    """The columns of a place, with those that say what of outcomes is known.

    Rows that lack an outcome have a unit that nobody knows of the level of such rows; so have all others,
    which have no use for it. Rows that were bound before have these columns already.
    """
    columns = dict(place.columns)
    for node in _in_parts(graph):
        (outcome,) = node.observed
        if absent(node.name) not in wanted:
            continue
        of_rows = graph.units(node) == (ROWS,) and place.name == ROWS
        if of_rows and row_of(node.name) in _levels(graph):
            columns[row_of(node.name)] = _nothing(row_of(node.name), place.n)
        if absent(node.name) in columns:
            continue
        if outcome not in columns and not of_rows:
            continue
        own = columns.get(outcome, _nothing(outcome, place.n))
        made = marked(node, ReadPlace(place.name, place.n, columns), own, fills.get(node.name)).columns
        columns |= {name: made[name] for name in (outcome, absent(node.name), known(node.name))}
    return columns


def _nothing(name: str, n: int) -> ReadColumn:
    """A column of which every value is missing."""
    return ReadColumn(
        Values(name, "empty", np.zeros(n, dtype=np.float64)), np.ones(n, dtype=bool), np.zeros(n, dtype=bool)
    )


def _levels(graph: Graph) -> set[str]:
    return {node.column for node in graph.nodes.values() if isinstance(node, LevelNode)}
