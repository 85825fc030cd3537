"""What is known of the rows of a censored outcome, from a column of words, numbers or truth values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.read.column_places import ReadPlace
from stanlevels.binding.read.columns import Values
from stanlevels.distributions.composed import STATUS, STATUSES, UNTIL
from stanlevels.errors import DataError, listing
from stanlevels.graph import Column, Derived, Graph, expressions, walk

__all__ = ["statuses", "without_open_ends"]

_NUMBERS = {-1: "left", 0: "none", 1: "right", 2: "interval"}


def statuses(values: Values) -> Array:
    """Codes of rows, as in `STATUSES`.

    Words are "none", "right", "left" and "interval"; numbers 0, 1, -1 and 2 mean the same, and True is right.

    Raises
    ------
    DataError
        If there is anything else.
    """
    found, odd = np.zeros(len(values)), list[Any]()
    codes, labels = values.factorize()
    coded = []
    for label in labels:
        word = _word(label)
        coded.append(STATUSES.get(word, -1))
        if word not in STATUSES:
            odd.append(label)
    if odd:
        raise DataError(
            f"column {values.name!r}, which says how rows are censored, holds {listing(odd)}",
            expected="'none', 'right', 'left' or 'interval'; or 0, 1, -1 or 2; or False and True, for right",
            way_out=f"df[{values.name!r}] = df[{values.name!r}].map({{...}})",
        )
    found[:] = np.asarray(coded, dtype=float)[codes]
    return found


def without_open_ends(graph: Graph, place: ReadPlace) -> ReadPlace:
    """A place in which ends of intervals count as there in rows that are no intervals.

    What stands there is never looked at. A column that is used for anything else as well stays as it is.
    """
    columns = dict(place.columns)
    for status, until in _intervals(graph):
        if status not in columns or until not in columns or _is_used_elsewhere(graph, until):
            continue
        known, end = columns[status], columns[until]
        interval = np.zeros(place.n, dtype=bool)
        interval[~known.absent] = statuses(known.values.take(~known.absent)) == STATUSES["interval"]
        free = ~interval & ~known.absent
        columns[until] = replace(end, missing=end.missing & ~free, infinite=end.infinite & ~free)
    return replace(place, columns=columns)


def _intervals(graph: Graph) -> list[tuple[str, str]]:
    """The columns that say how outcomes are known, with those of the ends of intervals."""
    found = []
    for node in graph.observed.values():
        args = dict(node.args)
        status, until = args.get(STATUS.name), args.get(UNTIL.name)
        if isinstance(status, Derived) and isinstance(status.of, Column) and isinstance(until, Column):
            found.append((status.of.name, until.name))
    return found


def _is_used_elsewhere(graph: Graph, column: str) -> bool:
    uses = [
        inner
        for node in graph.nodes.values()
        for expr in expressions(node)
        for inner in walk(expr)
        if isinstance(inner, Column) and inner.name == column
    ]
    return len(uses) > sum(until == column for _, until in _intervals(graph))


def _word(label: Any) -> str:
    if isinstance(label, bool | np.bool_):
        return "right" if label else "none"
    if isinstance(label, str):
        return label.strip().lower()
    if not isinstance(label, int | float | np.number):
        return ""
    return _NUMBERS.get(int(label), "") if float(label).is_integer() else ""
