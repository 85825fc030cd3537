"""Which level determines which: declared, found in the data, and what follows from both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.binding.levels.level import BoundLevel, Codes
from stanlevels.binding.read.places import Place, where
from stanlevels.errors import NestingError, listing
from stanlevels.graph import ROWS, Graph
from stanlevels.words import plural

__all__ = ["Links", "explain", "find_links", "only_value"]

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
            pairs = _pairs(places, name, target)
            if target == name or not pairs:
                continue
            one, differs, unseen = only_value(*_joined(pairs), sizes[name])
            if differs.any():
                broken.add((name, target))
            elif not unseen.any():
                links[name][target] = one
    _close(links, broken)
    return links


def _pairs(places: Mapping[str, Place], name: str, target: str) -> list[tuple[Codes, Codes]]:
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


def _joined(pairs: list[tuple[Codes, Codes]]) -> tuple[Codes, Codes]:
    if len(pairs) == 1:
        return pairs[0]
    return np.concatenate([a for a, _ in pairs]), np.concatenate([b for _, b in pairs])


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


def explain(
    graph: Graph, levels: Mapping[str, BoundLevel], places: Mapping[str, Place], name: str, target: str
) -> NestingError:
    """Why `name` (a level, or the rows) does not determine `target`, naming three units."""
    known = levels[graph.target_level(target)] if target != ROWS else None
    noun = plural("row" if known is None else target)
    start = f"{'a row' if name == ROWS else name} does not determine {'a row' if known is None else target}"
    pairs = _pairs(places, name, target)
    if not pairs:
        return _unconnected(graph, start, name, target)
    units, others = _joined(pairs)
    n = places[ROWS].n if name == ROWS else levels[name].size
    _, differs, unseen = only_value(units, others, n)

    def called(unit: int) -> str:
        return f"row {unit}" if name == ROWS else levels[name].called(unit)

    if not differs.any():
        lost = np.flatnonzero(unseen).tolist()
        some = "; ".join(called(unit) for unit in lost[:3])
        return NestingError(
            f"{start}: nothing says which {target} belongs to {len(lost):,} of {n:,}: {some}",
            expected=f"a row in the data, or a column with the {target} in {where(name)}, for every {name}",
        )
    parts = []
    for unit in np.flatnonzero(differs)[:3].tolist():
        found = np.unique(others[units == unit])
        names = found.tolist() if known is None else [known.coordinate[code] for code in found.tolist()]
        parts.append(f"{called(unit)} has {noun} {listing(names)}")
    more = int(differs.sum()) - len(parts)
    return NestingError(
        f"{start}: {'; '.join(parts)}" + (f"; and {more:,} more" if more > 0 else ""),
        expected=f"each {name} with exactly one {target}",
        way_out=f"use the quantity on a line over rows, or over a level that determines {target}",
    )


def _unconnected(graph: Graph, start: str, name: str, target: str) -> NestingError:
    roads = [road for road, node in graph.aliases.items() if node.of == target]
    if roads:
        ways = ", ".join(f"{road} (column {graph.aliases[road].column!r})" for road in roads)
        return NestingError(
            f"{start}: {target} is reached through {ways}",
            expected="which road is meant",
            way_out=f"index by one of them, as in quantity[{roads[0]}]",
        )
    return NestingError(
        f"{start}: no data hold both",
        expected=f"a column that names the {target} of each {'row' if name == ROWS else name}",
    )
