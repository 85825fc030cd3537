"""The units of one level: where they are named, what their keys are, and the unit of each record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.arrays import Codes
from stanlevels.binding.levels.labels import check_kind_of, check_one_kind, shared_codes
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.read.column_places import Place, where
from stanlevels.binding.read.columns import Values
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS, Graph, LevelNode
from stanlevels.words import closest, counted, plural, shown

__all__ = ["Mention", "Units", "find_mentions", "find_units", "known_mention", "known_units", "units_of"]


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
            way_out=f"where its rows agree, table.drop_duplicates({units.node.column!r}) leaves one of each",
        )


def _arranged(units: Units) -> Units:
    if units.is_path or units.parents is None:
        return units
    order = np.argsort(units.labels, kind="stable")
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return replace(units, unit=rank, labels=units.labels[order], parents=units.parents[order])


def known_units(node: LevelNode, level: BoundLevel, parent: BoundLevel | None) -> Units:
    """The units of a level that was bound before."""
    all_labels = list(dict.fromkeys(level.labels))
    rank = {label: code for code, label in enumerate(all_labels)}
    labels = np.fromiter((rank[label] for label in level.labels), np.int64, level.size)
    keys = labels if level.above is None else level.above * max(len(all_labels), 1) + labels
    order = np.argsort(keys, kind="stable")
    return Units(node, parent, all_labels, False, keys[order], order, labels, level.above)


def known_mention(units: Units, road: LevelNode, values: Values, parents: Codes | None) -> Mention:
    """A column of new rows that names units of a level that was bound before.

    Raises
    ------
    DataError
        If a label is of another type than those known, or none of them.
    """
    name = units.node.name
    check_kind_of(f"level {name!r}", units.all_labels, values)
    own, found = values.factorize()
    rank = {label: code for code, label in enumerate(units.all_labels)}
    lost = [label for label in found if label not in rank]
    if lost:
        rows = int(np.isin(own, [found.index(label) for label in lost]).sum())
        raise DataError(
            f"column {values.name!r} of the new rows names {counted(len(lost), name)} not known before: "
            f"{listing(lost)} ({counted(rows, 'row')})",
            expected=f"{plural(name)} of the data that were bound: {closest(str(lost[0]), units.all_labels)}",
            way_out="leave these rows out, or bind the model with them",
        )
    to_known = np.fromiter((rank[label] for label in found), np.int64, len(found))
    labels = to_known[own] if len(own) else np.zeros(0, dtype=np.int64)
    return Mention(ROWS, road.name, values, labels, parents)


def units_of(units: Units, mention: Mention) -> Codes:
    """The unit of every record of `mention`, by (parent, label), or by label where that is all there is.

    Raises
    ------
    DataError
        If a unit is absent from the level's table, or a label alone does not say which unit is meant.
    """
    if units.node.within is not None and mention.parents is None:
        return _by_label(units, mention)
    keys = units.keys_of(mention)
    if not len(units.keys):
        found = np.zeros(len(keys), dtype=bool)
        at = np.zeros(len(keys), dtype=np.int64)
    else:
        at = np.minimum(np.searchsorted(units.keys, keys), len(units.keys) - 1)
        found = units.keys[at] == keys
    if not found.all():
        raise _under_another_parent(units, mention, found) or _absent(units, mention, found)
    return units.unit[at] if len(keys) else at


def _absent(units: Units, mention: Mention, found: npt.NDArray[np.bool_]) -> DataError:
    name = units.node.name
    lost = [units.all_labels[code] for code in dict.fromkeys(mention.labels[~found].tolist())]
    rows = counted(int((~found).sum()), "row")
    return DataError(
        f"{mention.words} names {counted(len(lost), name)} absent from {where(name)}: "
        f"{listing(lost)} ({rows})",
        expected=f"a row in {where(name)} for every {name} that the data name",
        way_out="add the rows to the table, or leave the rows out of the data",
    )


def _under_another_parent(units: Units, mention: Mention, found: npt.NDArray[np.bool_]) -> DataError | None:
    """An error for a unit that the table knows, but under another parent."""
    if units.parent is None or units.parents is None or mention.parents is None:
        return None
    known = np.isin(mention.labels, units.labels) & ~found
    if not known.any():
        return None
    first = int(np.flatnonzero(known)[0])
    name, above = units.node.name, units.node.within
    code = int(mention.labels[first])
    here = units.parent.coordinate[int(mention.parents[first])]
    there = [units.parent.coordinate[unit] for unit in units.parents[units.labels == code].tolist()]
    return DataError(
        f"{name} {shown(units.all_labels[code])} is under {above} {shown(here)} in {where(mention.place)} "
        f"but under {listing(there)} in {where(name) if units.from_table else 'the data that were bound'}",
        expected=f"every {name} under the same {above} in both",
    )


def _by_label(units: Units, mention: Mention) -> Codes:
    """Units by own label alone, where a place does not say what they are within."""
    labels, name, above = units.all_labels, units.node.name, str(units.node.within)
    count = np.bincount(units.labels, minlength=len(labels))
    used = np.bincount(mention.labels, minlength=len(labels)) > 0
    unknown = np.flatnonzero(used & (count == 0)).tolist()
    if unknown:
        lost = listing(labels[code] for code in unknown)
        raise DataError(
            f"{mention.words} names {plural(name)} of no known {above}: {lost}",
            expected=f"a column with their {above} beside it, or a table of {name!r}",
        )
    several = np.flatnonzero(used & (count > 1)).tolist()
    if several:
        raise DataError(
            f"{mention.words} names {name} {listing(labels[c] for c in several)}, found under several "
            f"{plural(above)}, and {where(mention.place)} does not say which",
            expected=f"the column of {above!r} beside it, or labels that are unique",
        )
    unit_of = np.zeros(len(labels), dtype=np.int64)
    unit_of[units.labels] = np.arange(len(units.labels))
    return unit_of[mention.labels]
