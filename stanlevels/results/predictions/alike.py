"""Rows that agree in everything that their outcome rests on: what is computed for one holds for all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.graph import ROWS
from stanlevels.plan.terms import Known, Linear, Use, walk

if TYPE_CHECKING:
    from stanlevels.plan.facts import Facts
    from stanlevels.plan.placed import Line
    from stanlevels.plan.planned import Planned

__all__ = ["alike"]


def alike(line: Line, planned: Planned, data: Facts) -> tuple[Codes, Codes]:
    """One unit of each kind, those with shared units beside each other; and the kind of every unit.

    Parameters
    ----------
    line : Line
        With data.
    planned : Planned
    data : Facts
        The rows.

    Returns
    -------
    ndarray of int, (kinds,)
        A unit of each kind.
    ndarray of int, (units,)
        The kind of each.
    """
    n = data.size(line.domain)
    every = np.arange(n)
    if line.domain != (ROWS,):
        return every, every
    keys: Array = np.zeros(n, dtype=np.int64)
    kinds = 1
    for values in _told(line, planned, data, set()):
        if values is None:
            return _ordered(line, planned, data), _back(_ordered(line, planned, data))
        own, codes = np.unique(values, return_inverse=True)
        keys = keys * len(own) + codes.reshape(-1)
        found, keys = np.unique(keys, return_inverse=True)
        keys, kinds = keys.reshape(-1).astype(np.int64), len(found)
        if kinds > _MOST * n:
            break
    if kinds > _MOST * n:
        order = _ordered(line, planned, data)
        return order, _back(order)
    first = np.zeros(kinds, dtype=np.int64)
    first[keys[::-1]] = every[::-1]
    return first, keys


_MOST = 0.7  # of the rows, beyond which their kinds are not worth while


def _told(line: Line, planned: Planned, data: Facts, seen: set[object]) -> Iterator[Array | None]:
    """Columns and units that a line over rows rests on; None where rows have something of their own.

    The levels with the most units come first: rows are then taken in their order.
    """
    terms = [inner for term in line.needed_args.values() for inner in walk(term)]
    roads = {inner.road for inner in terms if isinstance(inner, Use) and inner.road}
    for road in sorted(roads, key=lambda road: -data.size(road)):
        if road not in seen:
            seen.add(road)
            yield data.codes(line.domain, road)
    for inner in terms:
        match inner:
            case Use(name=name, road=()) if planned.lines[name].domain == (ROWS,):
                other = planned.lines[name]
                if not other.is_expression:
                    yield None
                else:
                    yield from _told(other, planned, data, seen)
            case Known(column=column) if ("column", column) not in seen:
                seen.add(("column", column))
                yield data.column(line.domain, column)
            case Linear(covariates=covariates) if ("set", covariates) not in seen:
                seen.add(("set", covariates))
                yield from data.matrix(line.domain, covariates).T


def _ordered(line: Line, planned: Planned, data: Facts) -> Codes:
    """All rows, those of the same unit of the largest level beside each other."""
    roads = {
        use.road for term in line.args.values() for use in walk(term) if isinstance(use, Use) and use.road
    }
    if not roads:
        return np.arange(data.size(line.domain))
    largest = max(sorted(roads), key=data.size)
    return np.argsort(data.codes(line.domain, largest), kind="stable")


def _back(order: Codes) -> Codes:
    """The place of every unit in an order."""
    places = np.empty_like(order)
    places[order] = np.arange(len(order))
    return places
