"""Columns at the units of levels: from tables, from the new rows, and from what was bound before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.levels.nesting import only_value
from stanlevels.binding.partly.holes import where_nothing_is_said
from stanlevels.binding.read.column_places import Place
from stanlevels.binding.read.columns import Values, encode
from stanlevels.binding.widen.kept import Kept
from stanlevels.binding.widen.needs import Needs
from stanlevels.binding.widen.places import called
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS
from stanlevels.words import counted

if TYPE_CHECKING:
    from stanlevels.binding.bound import Bound

__all__ = ["tables_of_units"]

_Part = tuple[Codes, Values]
"""Units, and a value of each."""


def tables_of_units(
    old: Bound,
    needs: Needs,
    places: Mapping[str, Place],
    codes: Mapping[str, Mapping[str, Codes]],
    kept: Kept,
) -> dict[str, Place]:
    """A table for each level with the columns that lines read there, in the order of its units.

    A value is that of the level's own new table, else of the new rows, else the one that the unit had.

    Parameters
    ----------
    old : Bound
        What was bound before; it may have lost its rows.
    needs : Needs
    places : mapping of str to Place
        The new rows and tables.
    codes : mapping of str to mapping
        The unit (among those kept) of each record of every place; -1 where it is not kept.
    kept : Kept

    Raises
    ------
    DataError
        If a unit has no value of a column that its lines need.
    """
    found = {}
    for level, bound in kept.levels.items():
        columns = {}
        for name, always in _asked(old, needs, places, level).items():
            if (values := _column(old, places, codes, kept, level, name, always=always)) is not None:
                columns[name] = values
        if columns:
            found[level] = Place(level, bound.size, columns)
    return found


def _asked(old: Bound, needs: Needs, places: Mapping[str, Place], level: str) -> dict[str, bool]:
    """Columns that lines read at a level, or look up in its table from further below."""
    asked: dict[str, bool] = {}
    for domain, columns in needs.columns.items():
        if level in domain:
            for name, always in columns.items():
                asked[name] = asked.get(name, False) or (always and len(domain) == 1)
            continue
        table = old.encodings.tables.get(level)
        for name in columns:
            if table is not None and name in table.columns and name not in places[ROWS].columns:
                asked[name] = True
    return asked


def _column(
    old: Bound,
    places: Mapping[str, Place],
    codes: Mapping[str, Mapping[str, Codes]],
    kept: Kept,
    level: str,
    name: str,
    *,
    always: bool,
) -> Values | None:
    n = kept.levels[level].size
    lost, parts = np.ones(n, dtype=bool), list[_Part]()
    for units, values in (*_new(places, codes, kept, level, name), *_old(old, kept, level, name)):
        first = lost[units]
        parts.append((units[first], values.take(first)))
        lost[units] = False
    if lost.any() and (default := where_nothing_is_said(name)) is not None:
        parts.append((np.flatnonzero(lost), Values(name, "float", np.full(int(lost.sum()), default))))
        lost[:] = False
    known = kept.before[level] >= 0
    if not parts and not always and known.all():
        return None
    if (bad := np.flatnonzero(lost & (~known | always)).tolist()) and (parts or not always or (~known).any()):
        raise _no_value(kept, level, name, bad)
    if not parts:
        return None
    return _merged(name, n, parts)


def _new(
    places: Mapping[str, Place], codes: Mapping[str, Mapping[str, Codes]], kept: Kept, level: str, name: str
) -> Iterator[_Part]:
    for place in (level, ROWS):
        own = codes.get(place, {}).get(level)
        if place not in places or own is None or name not in places[place].columns:
            continue
        values = places[place].columns[name]
        there = np.flatnonzero(own >= 0)
        at, _, unseen = only_value(own[there], there, kept.levels[level].size)
        differs = there[values.data[there] != values.data[at[own[there]]]]
        if len(differs):
            raise _varies(kept, level, place, values, own, differs)
        units = np.flatnonzero(~unseen)
        yield units, values.take(at[units])


def _old(old: Bound, kept: Kept, level: str, name: str) -> Iterator[_Part]:
    units = np.flatnonzero(kept.before[level] >= 0)
    before = kept.before[level][units]
    table = old.encodings.tables.get(level)
    if table is not None and name in table.columns:
        yield units, table.columns[name].take(before)
        return
    try:
        values = old.values((level,), name)
    except DataError:
        return
    yield units, values.take(before)


def _merged(name: str, n: int, parts: list[_Part]) -> Values:
    """Values of all units; those of which nothing is known, and nobody asks, have any."""
    parts = [(units, values) for units, values in parts if len(units)] or parts[:1]
    (units, values), *others = parts
    if not others and len(units) == n:
        return values.take(np.argsort(units))
    if all(values.labels is None for _, values in parts):
        data: Array = np.zeros(n, dtype=np.result_type(*(values.data for _, values in parts)))
        for at, each in parts:
            data[at] = each.data
        kind = "float" if data.dtype.kind == "f" else "integer" if data.dtype.kind == "i" else values.kind
        return Values(name, kind, data)
    first: Any = next((values.tolist([0])[0] for _, values in parts if len(values)), None)
    items = [first] * n
    for at, each in parts:
        for unit, item in zip(at.tolist(), each.tolist(), strict=True):
            items[unit] = item
    return encode(name, items).values


def _no_value(kept: Kept, level: str, name: str, bad: list[int]) -> DataError:
    bound = kept.levels[level]
    labels = [bound.labels[unit] for unit in bad]
    named = [label for label in labels if label is not None]
    words = listing(named) if named else "units that nobody knows"
    return DataError(
        f"column {name!r} has no value for {counted(len(bad), level)} of {bound.size:,}: {words}",
        expected=f"the column {name!r} in the new rows, or in a table of them",
        way_out=f"tables={{{level!r}: ...}} with a row for each",
    )


def _varies(kept: Kept, level: str, place: str, values: Values, own: Codes, differs: Codes) -> DataError:
    parts = []
    for unit in np.unique(own[differs])[:3].tolist():
        found = dict.fromkeys(values.tolist(np.flatnonzero(own == unit)))
        parts.append(f"{kept.levels[level].called(unit)} has {listing(found)}")
    return DataError(
        f"column {values.name!r} of {called(place)} is not constant within {level}: {'; '.join(parts)}",
        expected=f"one value of {values.name!r} per {level}",
    )
