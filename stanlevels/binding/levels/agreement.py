"""What stands both in a level's table and elsewhere must be the same."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stanlevels.binding.levels.labels import shared_codes
from stanlevels.binding.levels.level import BoundLevel, Codes
from stanlevels.binding.read.places import Place, where
from stanlevels.errors import DataError
from stanlevels.graph import ROWS
from stanlevels.words import shown

__all__ = ["check_tables_agree"]


def check_tables_agree(levels: Mapping[str, BoundLevel], places: Mapping[str, Place]) -> None:
    """A column of a level's table must say the same of each unit wherever else it stands.

    Raises
    ------
    DataError
        Naming three units about which they differ.
    """
    for table in places.values():
        if table.name == ROWS:
            continue
        level = levels[table.name]
        for place in places.values():
            units = place.codes.get(level.name)
            if place.name == table.name or units is None:
                continue
            for column in table.columns:
                if column in place.columns and column != level.column:
                    _check_agree(level, table, place, column, units)


def _check_agree(level: BoundLevel, table: Place, place: Place, column: str, units: Codes) -> None:
    row_of = np.zeros(level.size, dtype=np.int64)
    row_of[table.codes[level.name]] = np.arange(table.n)
    expected, given = table.columns[column], place.columns[column]
    if expected.labels is None and given.labels is None:
        differ = given.data != expected.data[row_of[units]]
    else:
        (wanted, found), _ = shared_codes([expected, given])
        differ = found != wanted[row_of[units]]
    if not differ.any():
        return
    first = np.unique(units[differ], return_index=True)[1][:3]
    parts = []
    for row in np.flatnonzero(differ)[first].tolist():
        here, there = given.tolist([row])[0], expected.tolist([int(row_of[units[row]])])[0]
        parts.append(f"{level.called(int(units[row]))} has {shown(here)} there, {shown(there)} in its table")
    raise DataError(
        f"column {column!r} stands in {where(place.name)} and in {where(table.name)} and they disagree: "
        + "; ".join(parts),
        expected="the same value in both",
        way_out=f"drop or rename {column!r} in one of them",
    )
