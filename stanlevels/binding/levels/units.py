"""The units of one level: where they are named, what their keys are, in which order they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.binding.levels.labels import check_one_kind, shared_codes
from stanlevels.binding.levels.level import BoundLevel, Codes
from stanlevels.binding.read.columns import Values
from stanlevels.binding.read.places import Place, where
from stanlevels.errors import DataError, listing
from stanlevels.graph import Graph, LevelNode

__all__ = ["Mention", "Units", "find_mentions", "find_units"]


@dataclass(frozen=True)
class Mention:
    """A column that names units of a level: the level's own or a road's, in the data or a table.

    Attributes
    ----------
    place, name : str
        Where it stands, and the level or road that it is for.
    values : Values, (n,)
        The column.
    labels : ndarray, (n,)
        Codes of its values among all labels of the level.
    parents : ndarray, (n,), or None
        Units of what the level is within, where this place knows them.
    """

    place: str
    name: str
    values: Values
    labels: Codes
    parents: Codes | None

    @property
    def words(self) -> str:
        """The column as messages name it."""
        return f"column {self.values.name!r} of {where(self.place)}"


@dataclass(frozen=True)
class Units:
    """The units of a level as keys ``parent * n_labels + label``.

    Attributes
    ----------
    node : LevelNode
        The level.
    parent : BoundLevel or None
        What it is within.
    all_labels : list
        Every label, in the order of decision.
    from_table : bool
        Whether the level's own table says which units there are.
    keys : ndarray, (size,)
        Sorted.
    unit : ndarray, (size,)
        The unit that each key stands for.
    labels : ndarray, (size,)
        Position in `all_labels` of each unit's own label.
    parents : ndarray, (size,), or None
        Each unit's parent.
    """

    node: LevelNode
    parent: BoundLevel | None
    all_labels: list[Any]
    from_table: bool
    keys: Codes
    unit: Codes
    labels: Codes
    parents: Codes | None

    @property
    def is_path(self) -> bool:
        """Whether own labels repeat, so that only the pair names a unit."""
        return len(np.unique(self.labels)) < len(self.labels)

    def keys_of(self, mention: Mention) -> Codes:
        """The key of every record of a mention that knows its parents (or needs none)."""
        return _keys(self.node, mention, len(self.all_labels))


def _keys(node: LevelNode, mention: Mention, n_labels: int) -> Codes:
    if node.within is None or mention.parents is None:
        return mention.labels
    return mention.parents * n_labels + mention.labels


def find_mentions(
    graph: Graph, node: LevelNode, places: Mapping[str, Place], codes: Mapping[str, Mapping[str, Codes]]
) -> tuple[list[Mention], list[Any]]:
    """Every column that names units of `node`, that of its own table first; and all labels.

    Raises
    ------
    DataError
        If the labels are of different types.
    """
    roads = [node, *(road for road in graph.aliases.values() if road.of == node.name)]
    order = sorted(places, key=lambda name: name != node.name)
    found = [
        (places[place], road, places[place].columns[road.column])
        for place in order
        for road in roads
        if road.column in places[place].columns
    ]
    check_one_kind(f"level {node.name!r}", [(where(place.name), values) for place, _, values in found])
    own_codes, labels = shared_codes([values for _, _, values in found])
    mentions = [
        Mention(
            place.name,
            road.name,
            values,
            own,
            codes[place.name].get(road.within) if road.within is not None else None,
        )
        for (place, road, values), own in zip(found, own_codes, strict=True)
    ]
    return mentions, labels


def find_units(
    node: LevelNode, mentions: list[Mention], labels: list[Any], parent: BoundLevel | None
) -> Units:
    """The units: those of the level's own table where there is one, else all that are named anywhere.

    They stand in the order of their own labels where those are unique, else by parent, then label.

    Raises
    ------
    DataError
        If nothing says what the units are within, or the table names one twice.
    """
    table = [m for m in mentions if m.place == node.name and m.name == node.name]
    sources = [m for m in table or mentions if node.within is None or m.parents is not None]
    if not sources and any(len(mention.values) for mention in mentions):
        raise DataError(
            f"nothing says which {node.within} each {node.name} is within",
            expected=f"the column of {node.within!r} beside {node.column!r}, in the data or in a table",
        )
    n_labels = max(len(labels), 1)
    given = [_keys(node, mention, n_labels) for mention in sources]
    keys = np.unique(np.concatenate(given)) if given else np.zeros(0, dtype=np.int64)
    parents = keys // n_labels if node.within is not None else None
    units = Units(node, parent, labels, bool(table), keys, np.arange(len(keys)), keys % n_labels, parents)
    if table:
        _check_once(units, given[0])
    return _arranged(units)


def _check_once(units: Units, given: Codes) -> None:
    count = np.bincount(np.searchsorted(units.keys, given), minlength=len(units.keys))
    if (count > 1).any():
        twice = [units.all_labels[code] for code in units.labels[count > 1].tolist()]
        raise DataError(
            f"{where(units.node.name)} has more than one row for {units.node.name} {listing(twice)}",
            expected=f"one row per {units.node.name}",
        )


def _arranged(units: Units) -> Units:
    if units.is_path or units.parents is None:
        return units
    order = np.argsort(units.labels, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return replace(units, unit=rank, labels=units.labels[order], parents=units.parents[order])
