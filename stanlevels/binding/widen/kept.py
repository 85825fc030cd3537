"""Encodings of the units that new rows have, and of no others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.widen.filled import Links
from stanlevels.binding.widen.standing import Growing
from stanlevels.graph import Graph

__all__ = ["Kept", "keep_used"]


@dataclass(frozen=True, eq=False)
class Kept:
    """Units in use.

    Attributes
    ----------
    levels : mapping of str to BoundLevel
    links : mapping
        What every level determines.
    codes : mapping of str to ndarray, (rows,)
        The unit of each row, for all that rows determine.
    units : mapping of str to ndarray, (size,)
        Which of all units each is.
    before : mapping of str to ndarray, (size,)
        The unit that each was before; -1 for one that was not there.
    """

    levels: Mapping[str, BoundLevel]
    links: Links
    codes: Mapping[str, Codes]
    units: Mapping[str, Codes]
    before: Mapping[str, Codes]


def keep_used(
    graph: Graph,
    grown: Mapping[str, Growing],
    links: Links,
    rows: Mapping[str, Codes],
    members: Iterable[tuple[str, Codes, str, Codes]] = (),
) -> Kept:
    """Leave out the units that no row belongs to, by whatever road or parent.

    Parameters
    ----------
    graph : Graph
    grown : mapping of str to Growing
    links : mapping
        Of all units.
    rows : mapping of str to ndarray, (rows,)
        Units of rows; -1 where nothing says it, and then the axis is left out.
    members : iterable of (str, ndarray, str, ndarray)
        Levels with units, and the level and unit of a member of each.
    """
    members = tuple(members)
    used = {name: np.zeros(level.size, dtype=bool) for name, level in grown.items()}
    for name, units in rows.items():
        used[graph.target_level(name)][units[units >= 0]] = True
    for _ in used:  # a parent's parent may be that of another unit
        for by, keys, of, units in members:
            used[of][units[used[by][keys]]] = True
        for name, own in links.items():
            for target, parents in own.items():
                used[graph.target_level(target)][parents[used[name]]] = True
    some = {name: np.flatnonzero(mask) for name, mask in used.items()}
    place = {name: np.cumsum(mask) - 1 for name, mask in used.items()}
    kept = {
        name: {target: place[graph.target_level(target)][at[some[name]]] for target, at in own.items()}
        for name, own in links.items()
    }
    codes = {n: place[graph.target_level(n)][at] for n, at in rows.items() if not (at < 0).any()}
    levels: dict[str, BoundLevel] = {}
    for name in links:
        levels[name] = _level(graph, grown[name], some[name], kept[name])
    before = {name: np.where(at < grown[name].level.size, at, -1) for name, at in some.items()}
    return Kept(levels, kept, codes, some, before)


def _level(graph: Graph, grown: Growing, units: Codes, links: Mapping[str, Codes]) -> BoundLevel:
    old = grown.level
    labels = [*old.labels, *grown.labels]
    within = graph.levels[old.name].within
    coordinate = list(old.coordinate)
    taken = set(coordinate)
    for number, label in enumerate(grown.labels):
        wanted: Any = f"unknown {number + 1}" if label is None else label
        while wanted in taken:
            wanted = f"{wanted} (new)"
        taken.add(wanted)
        coordinate.append(wanted)
    at = units.tolist()
    return BoundLevel(
        old.name,
        old.column,
        tuple(labels[unit] for unit in at),
        tuple(coordinate[unit] for unit in at),
        old.is_path,
        links.get(within) if within is not None else None,
        {target: codes for target, codes in links.items() if target in graph.levels and target != old.name},
    )
