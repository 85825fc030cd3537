"""A frame of rows that a person chooses, with every other column at a typical value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding.coding import Coding, check_known
from stanlevels.binding.partly.again import known_in_part, outcomes_in_parts
from stanlevels.binding.read.columns import Values, encode
from stanlevels.binding.read.frames import open_frame
from stanlevels.binding.usage import columns_used, level_columns, outcome_columns, outcomes_used
from stanlevels.errors import DataError, FitError, listing
from stanlevels.graph import Graph
from stanlevels.results.arviz.axes import label_array
from stanlevels.results.marginal.keys import called
from stanlevels.words import closest, plural

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.binding import Bound
    from stanlevels.results.faces.face import Face

__all__ = ["grid", "known_columns", "typical"]


def grid(fit: Face, given: Mapping[str, Any], data: Any) -> pd.DataFrame:
    """Every combination of the values given; see `Asks.grid`."""
    import pandas as pd

    graph, bound = fit.bound.graph, fit.bound
    by_column = _by_column(graph, given)
    rows = known_columns(bound, data, [name for name in _known(graph) if name not in by_column])
    for name, values in by_column.items():
        _check(bound, name, values)
    combined = list(product(*by_column.values()))
    found: dict[str, Any] = {
        name: label_array(each[k] for each in combined) for k, name in enumerate(by_column)
    }
    n = len(combined)
    for level, node in sorted(graph.levels.items(), key=lambda item: _depth(graph, item[0])):
        if node.column in by_column:
            _with_parents(bound, level, found, by_column)
    for level, column in level_columns(graph).items():
        if level in bound.encodings.reached:
            found.setdefault(column, label_array([None] * n))
    for name in _known(graph):
        if name in found:
            continue
        if (own := _of_units(bound, name, found)) is not None:
            found[name] = own
        elif name in rows:
            found[name] = label_array([typical(rows[name], _coding(bound, name))] * n)
    return pd.DataFrame(found, index=range(n))


def typical(values: Values, coding: Coding | None) -> Any:
    """The mean of numbers, rounded where they are whole; the commonest of categories and of 0 and 1."""
    if coding is None and values.is_numeric and values.kind != "boolean" and len(values):
        x = values.numeric()
        if x.dtype.kind == "f":
            return float(x.mean())
        if not set(np.unique(x).tolist()) <= {0, 1}:
            return round(float(x.mean()))
    codes, labels = values.factorize()
    if not labels:
        raise FitError(f"column {values.name!r} has no values, and so no typical one", expected="rows")
    return labels[int(np.bincount(codes).argmax())]


def _known(graph: Graph) -> list[str]:
    partly = outcomes_in_parts(graph, columns_used(graph))
    outcomes = outcome_columns(graph) - partly
    return [name for name in columns_used(graph) if name not in outcomes and not name.startswith("<")]


def _by_column(graph: Graph, given: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Values by column: a level is named by itself or by its column."""
    levels, known = level_columns(graph), list(dict.fromkeys((*_known(graph), *outcomes_used(graph))))
    found: dict[str, list[Any]] = {}
    for name, values in given.items():
        column = levels.get(name, name)
        if column not in known:
            raise FitError(
                f"grid() was given {name!r}, which is no column that the model uses",
                expected=closest(str(name), known),
            )
        if column in found:
            raise FitError(f"grid() was given {name!r} twice, by the level's name and by its column")
        single = isinstance(values, str | bytes) or not isinstance(values, Iterable)
        items = [values] if single else list(values.tolist() if hasattr(values, "tolist") else values)
        if not items:
            raise FitError(f"grid() was given no value of {name!r}", expected="one, or several")
        found[column] = [item.item() if isinstance(item, np.generic) else item for item in items]
    return found


def known_columns(bound: Bound, data: Any, needed: list[str]) -> Mapping[str, Values]:
    """The columns whose typical values are taken: of the rows that were fitted, or of others."""
    tables = {n: v for table in bound.encodings.tables.values() for n, v in table.columns.items()}
    if data is not None:
        frame = open_frame(data, "the data")
        read = frame.read([name for name in needed if name in frame.names])
        given = {name: each.values.take(~each.absent) for name, each in read.items()}
        return {**tables, **given}
    levels = set(level_columns(bound.graph).values())
    lost = [name for name in needed if name not in {*tables, *levels, *bound.rows.columns}]
    if bound.rows.counts is not None and lost:
        raise FitError(
            f"this fit was kept without the rows that it was fitted to: nothing says what is typical of"
            f" {listing(lost)}",
            expected="values of them, or rows",
            way_out="give rows: data=df",
        )
    partly = {
        name: encode(name, [v for v in values.tolist() if v is not None and v == v]).values
        for name, values in known_in_part(bound).items()
    }
    return {**tables, **bound.rows.columns, **partly}


def _coding(bound: Bound, name: str) -> Coding | None:
    return next((c for column, c in bound.encodings.codings.items() if column.name == name), None)


def _check(bound: Bound, name: str, values: list[Any]) -> None:
    coding, read = _coding(bound, name), encode(name, values)
    if name in level_columns(bound.graph).values():
        return
    if read.absent.any():
        raise DataError(f"grid() was given {listing(values)} for {name!r}", expected="values that are there")
    if coding is not None:
        check_known(coding, read.values)
    else:
        read.values.numeric()


def _depth(graph: Graph, level: str) -> int:
    """How many levels lie around one: inner ones are filled in first."""
    within = graph.levels[level].within
    return 0 if within is None else _depth(graph, graph.target_level(within)) - 1


def _with_parents(bound: Bound, level: str, found: dict[str, Any], given: Mapping[str, list[Any]]) -> None:
    """Labels of what known units lie in, where nobody gave any."""
    graph, known = bound.graph, bound.levels[level]
    labels = found[graph.levels[level].column].tolist()
    units: dict[Any, Codes] = {label: called(label, known.labels) for label in dict.fromkeys(labels)}
    for parent in known.parents:
        column = graph.levels[parent].column
        if column in given or column == graph.levels[level].column or column in found:
            continue
        several = [label for label, own in units.items() if len(np.unique(known.parents[parent][own])) > 1]
        if several:
            raise FitError(
                f"{plural(level)} called {listing(several)} lie in several {plural(parent)}",
                expected=f"the {parent} of each",
                way_out=f"give {parent}= as well",
            )
        above, of_parent = known.parents[parent], bound.levels[parent].labels
        found[column] = label_array(
            of_parent[int(above[units[label][0]])] if len(units[label]) else None for label in labels
        )


def _of_units(bound: Bound, name: str, found: Mapping[str, Any]) -> Any:
    """The values of a column of a level's table at the units that rows have, where all are known."""
    for level, table in bound.encodings.tables.items():
        column = bound.graph.levels[level].column
        if name not in table.columns or name in bound.rows.columns or column not in found:
            continue
        units = [called(label, bound.levels[level].labels) for label in found[column].tolist()]
        if units and all(len(own) == 1 for own in units):
            return label_array(table.columns[name].tolist(np.concatenate(units)))
    return None
