"""Columns with holes, where a line with ``missing="model"`` observes them: filled, and marked.

What fills a hole enters no density. It is the mean of the values that are there, or of whole numbers and
labels the commonest, so that scales of the data come out right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.partly.reach import sets_of, users_of
from stanlevels.binding.read.column_places import ReadPlace, where
from stanlevels.binding.read.columns import ReadColumn, Values, encode
from stanlevels.binding.usage import columns_used
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError
from stanlevels.graph import Graph, VariableNode
from stanlevels.words import counted

__all__ = ["absent", "filled", "known", "marked", "row_of", "seen", "weights", "where_nothing_is_said"]


def absent(name: str) -> str:
    """The column that is 1 where the outcome of a line is missing, else 0."""
    return f"<missing {name}>"


def known(name: str) -> str:
    """The column with the outcome of a line, 0 where it is missing."""
    return f"<known {name}>"


def seen(name: str, column: str) -> str:
    """The column that is 1 where one of several outcomes of a line is known, else 0."""
    return f"<seen {column} of {name}>"


def where_nothing_is_said(name: str) -> float | None:
    """The value of one of these columns at a unit of which nothing is known; None of other columns."""
    if name.startswith("<missing "):
        return 1.0
    return 0.0 if name.startswith("<known ") else None


def row_of(name: str) -> str:
    """The column that names the rows which lack the outcome of a line."""
    return f"<row of {name}>"


def weights(name: str) -> str:
    """The column with the weights of a line, 0 where its outcome is missing."""
    return f"<weights of {name}>"


def filled(
    graph: Graph, places: Mapping[str, ReadPlace]
) -> tuple[dict[str, ReadPlace], dict[str, VariableNode], tuple[str, ...]]:
    """Places in which outcomes that may be missing are not, and the lines of which some were.

    Where several lines use an outcome that is summed out, each says what it may be. They come last; new rows
    may lack them.

    Raises
    ------
    DataError
        If nothing is known of such an outcome, or its column is a covariate besides.
    """
    found, lines = dict(places), {}
    for name, node in graph.observed.items():
        for place in places.values() if node.partly else ():
            columns = {column: place.columns[column] for column in node.observed if column in place.columns}
            if not any(column.missing.any() for column in columns.values()):
                continue
            for each, column in columns.items():
                _check(graph, node, place, each, column)
            lines[name] = node
            several = FAMILIES[node.family].is_vector
            found[place.name] = (_seen_in_part if several else marked)(node, found[place.name])
    beside = _beside(graph, lines)
    for name in beside:
        node = graph.observed[name]
        for place in [place for place in found.values() if node.observed[0] in place.columns]:
            found[place.name] = marked(node, place)
    return found, lines, beside


def _beside(graph: Graph, lines: Mapping[str, VariableNode]) -> tuple[str, ...]:
    """Lines that lack nothing, and share a missing outcome with others."""
    found: dict[str, None] = {}
    for name, node in lines.items():
        if FAMILIES[node.family].discrete:
            users = [n for n in users_of(graph, name) if n in graph.observed]
            able = [n for n in users if n not in lines and len(graph.observed[n].observed) == 1]
            found |= dict.fromkeys(able if len(users) > 1 else ())
    return tuple(found)


def _seen_in_part(node: VariableNode, place: ReadPlace) -> ReadPlace:
    """The place with the outcomes of a line filled, and columns that say which of them are known."""
    none, columns = np.zeros(place.n, dtype=bool), dict(place.columns)
    for name in node.observed:
        column = place.columns[name]
        there = column.values.numeric()[~column.missing].astype(np.float64)
        data = column.values.data.astype(np.float64)
        data[column.missing] = there.mean()
        if not node.over or place.name in node.over:  # one and one: the spread stays as it is
            data[column.missing] += there.std() * np.where(np.arange(column.missing.sum()) % 2, 1.0, -1.0)
        columns[name] = ReadColumn(replace(column.values, kind="float", data=data), none, column.infinite)
        known_ = Values(seen(node.name, name), "float", (~column.missing).astype(np.float64))
        columns[seen(node.name, name)] = ReadColumn(known_, none, none)
    return replace(place, columns=columns)


def _check(graph: Graph, node: VariableNode, place: ReadPlace, name: str, column: ReadColumn) -> None:
    if column.missing.all():
        raise DataError(
            f"column {name!r}, observed by {node.name}, has no value in any of {counted(place.n, 'row')} of"
            f" {where(place.name)}",
            expected='some values: missing="model" learns from them what the others may be',
            way_out=f"leave out observed= and missing=, and {node.name} is a latent quantity",
        )
    in_sets = (
        [f"covariate in {one}" for one in sets_of(graph, node)] if FAMILIES[node.family].discrete else []
    )
    own = (f"observed by {node.name}", *in_sets)
    others = [use for use in columns_used(graph)[name].split(", ") if use not in own]
    if others:
        raise DataError(
            f"column {name!r} has missing values, which {node.name} makes unknown, and is {others[0]} too",
            expected=f"{node.name} itself wherever {name!r} is used: it holds the values that are known",
            way_out=f"leave it out of the covariates, and write slope * {node.name} beside them"
            if others[0].startswith("covariate in ")
            else f"write {node.name} in place of sl.data({name!r})",
        )


def marked(
    node: VariableNode, place: ReadPlace, column: ReadColumn | None = None, fill: Any = None
) -> ReadPlace:
    """The place with the outcome's column filled, and the columns that say where it was not there.

    Parameters
    ----------
    node : VariableNode
    place : ReadPlace
    column : ReadColumn, optional
        The outcome's, where it does not stand there.
    fill : object, optional
        What stands for missing values; else what is like the others.
    """
    (name,) = node.observed
    column = place.columns[name] if column is None else column
    gone = column.missing
    whole = FAMILIES[node.family].discrete
    values = _filled(column.values, gone, whole=whole) if fill is None else _filled_by(column, fill)
    none = np.zeros(place.n, dtype=bool)
    own = place.columns.get(node.weights or "")
    counts = (
        np.ones(place.n) if own is None or not own.values.is_numeric else own.values.numeric().astype(float)
    )
    hidden = {
        absent(node.name): gone.astype(np.float64),
        known(node.name): _numbers(values, gone),
        weights(node.name): np.where(gone, 0.0, counts),
    }
    columns = {
        **place.columns,
        name: ReadColumn(values, none, column.infinite),
        **{key: ReadColumn(Values(key, "float", data), none, none) for key, data in hidden.items()},
    }
    return replace(place, columns=columns)


def _filled(values: Values, gone: Array, *, whole: bool) -> Values:
    there = values.data[~gone]
    if not len(there):
        return values
    if whole or values.labels is not None or values.kind == "boolean":
        found, counts = np.unique(there, return_counts=True)
        data = values.data.copy()
        data[gone] = found[np.argmax(counts)]
        return replace(values, data=data)
    data = values.data.astype(np.float64)
    data[gone] = there.mean()
    return replace(values, kind="float", data=data)


def _filled_by(column: ReadColumn, fill: Any) -> Values:
    there = iter(column.values.tolist(np.flatnonzero(~column.missing)))
    whole = [fill if gone else next(there) for gone in column.missing.tolist()]
    return encode(column.values.name, whole).values


def _numbers(values: Values, gone: Array) -> Array:
    """Values as numbers, 0 where they are missing or no numbers at all."""
    if not values.is_numeric:
        return np.zeros(len(values))
    return np.where(gone, 0.0, values.numeric().astype(float))
