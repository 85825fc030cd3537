"""Which level determines which: found in the data, and what follows from that."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.arrays import Codes
from stanlevels.binding.levels.labels import shared_codes
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.read.column_places import Place, where
from stanlevels.errors import DataError
from stanlevels.graph import ROWS, Graph
from stanlevels.words import shown

__all__ = [
    "Links",
    "check_tables_agree",
    "find_links",
    "followed",
    "joined",
    "only_value",
    "pairs",
    "axis_links",
]

_FIRST = 500  # pairs, of which two mostly tell at once that levels are crossed

Links = Mapping[str, Mapping[str, Codes]]
"""For each axis (a level, or the rows): the levels, roads and rows it determines, with the unit of each."""


def only_value(
    units: Codes, values: npt.NDArray[Any], n: int
) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """The one value that each unit has.

    Parameters
    ----------
    units : ndarray, (m,)
        0-based units.
    values : ndarray, (m,)
        A value beside each.
    n : int
        Number of units.

    Returns
    -------
    ndarray, (n,)
        A value of each unit; zero where it has none.
    ndarray of bool, (n,)
        Where a unit has several different values.
    ndarray of bool, (n,)
        Where a unit has none.
    """
    one = np.zeros(n, dtype=values.dtype)
    one[units] = values
    differs = np.zeros(n, dtype=bool)
    differs[units[values != one[units]]] = True
    unseen = np.ones(n, dtype=bool)
    unseen[units] = False
    return one, differs, unseen


def find_links(graph: Graph, levels: Mapping[str, BoundLevel], places: Mapping[str, Place]) -> Links:
    """Every functional dependency between rows, levels and roads, closed under composition.

    A level determines another where each of its units has exactly one unit of the other, over the data
    and all tables. Composition never goes through a road: the country of an app's distributor is not the
    app's country.
    """
    sizes = {name: levels[graph.target_level(name)].size for name in (*graph.levels, *graph.aliases)}
    sizes[ROWS] = places[ROWS].n
    links: dict[str, dict[str, Codes]] = {}
    broken: set[tuple[str, str]] = set()
    for name in (ROWS, *levels):
        links[name] = {name: np.arange(sizes[name])}
        for target in sizes:
            found = pairs(places, name, target)
            if target == name or not found:
                continue
            units, values = joined(found)
            if _crosses(units[:_FIRST], values[:_FIRST]):
                broken.add((name, target))
                continue
            one, differs, unseen = only_value(units, values, sizes[name])
            if differs.any():
                broken.add((name, target))
            elif not unseen.any():
                links[name][target] = one
    _close(links, broken)
    return links


def _crosses(units: Codes, values: Codes) -> bool:
    """Whether some unit has several different values."""
    order = np.argsort(units, kind="stable")
    same = units[order[1:]] == units[order[:-1]]
    return bool((same & (values[order[1:]] != values[order[:-1]])).any())


def pairs(places: Mapping[str, Place], name: str, target: str) -> list[tuple[Codes, Codes]]:
    """Units of `name` beside units of `target`, wherever both are known."""
    found = []
    for place in places.values():
        own, other = _codes_at(place, name), _codes_at(place, target)
        if own is not None and other is not None:
            found.append((own, other))
    return found


def _codes_at(place: Place, name: str) -> Codes | None:
    if name == ROWS:
        return np.arange(place.n) if place.name == ROWS else None
    return place.codes.get(name)


def joined(found: list[tuple[Codes, Codes]]) -> tuple[Codes, Codes]:
    """Pairs from several places as one."""
    if len(found) == 1:
        return found[0]
    return np.concatenate([a for a, _ in found]), np.concatenate([b for _, b in found])


def _close(links: dict[str, dict[str, Codes]], broken: set[tuple[str, str]]) -> None:
    """Add what follows by composition until nothing does."""
    grew = True
    while grew:
        grew = False
        for name, own in links.items():
            for middle in [m for m in own if m in links and m not in (name, ROWS)]:
                for target, codes in links[middle].items():
                    if target not in own and (name, target) not in broken:
                        own[target] = codes[own[middle]]
                        grew = True


def followed(own: Mapping[str, Codes], links: Links) -> dict[str, Codes]:
    """What one axis determines, with all that follows from it by links that are closed already."""
    found = dict(own)
    for middle, units in own.items():
        for target, codes in links.get(middle, {}).items():
            found.setdefault(target, codes[units])
    return found


def axis_links(
    links: Links, sizes: Mapping[str, int], name: str, codes: Codes
) -> tuple[dict[str, Codes], dict[str, Codes]]:
    """What one more axis determines, and what determines it, by the unit of it that each row belongs to.

    An axis determines what is constant within its units, over the rows; and what follows from that.

    Parameters
    ----------
    links : Links
        Closed.
    sizes : mapping of str to int
        Number of units of every axis of `links`, and of the new one.
    name : str
        The new axis.
    codes : ndarray, (rows,)
        0-based units.

    Returns
    -------
    dict, dict
        The unit of each axis that it determines, and its own unit for each axis that determines it.
    """
    rows = links[ROWS]
    own, broken = {name: np.arange(sizes[name])}, set()
    for target, units in rows.items():
        one, differs, unseen = only_value(codes, units, sizes[name])
        if differs.any():
            broken.add(target)
        elif not unseen.any():
            own[target] = one
    own = {target: units for target, units in followed(own, links).items() if target not in broken}
    above: dict[str, Codes] = {ROWS: codes}
    for axis, units in rows.items():
        if axis in links and axis != ROWS:
            one, differs, unseen = only_value(units, codes, sizes[axis])
            if not differs.any() and not unseen.any():
                above[axis] = one
    for axis, found in links.items():
        middle = next((m for m in found if m in above and m != ROWS), None)
        if axis not in above and axis not in rows and middle is not None:
            above[axis] = above[middle][found[middle]]
    return own, above


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
