"""The unit of every record that names one: known before, or new; -1 where its label is missing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding.levels.find_levels import by_depth
from stanlevels.binding.levels.labels import check_kind_of
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.outcomes import whole
from stanlevels.binding.read.column_places import where
from stanlevels.binding.read.columns import ReadColumn, natural_order
from stanlevels.errors import DataError, listing
from stanlevels.graph import Graph, LevelNode
from stanlevels.words import plural, shown

__all__ = ["Growing", "Standing", "find_standing"]


@dataclass(eq=False)
class Growing:
    """A level on the way to more units: those known before come first, in their order.

    Attributes
    ----------
    level : BoundLevel
        As it was.
    labels : list
        Of the further units; None where nobody knows it.
    above : list of int
        The unit that each lies in, of what the level is declared within; -1 where that is not known yet.
    """

    level: BoundLevel
    labels: list[Any] = field(default_factory=list)
    above: list[int] = field(default_factory=list)

    @property
    def size(self) -> int:
        """Number of units so far."""
        return self.level.size + len(self.labels)

    def add(self, labels: Iterable[Any], above: Iterable[int]) -> Codes:
        """More units, and their places."""
        first = self.size
        self.labels += labels
        self.above += above
        return np.arange(first, self.size)

    def called(self, unit: int) -> str:
        """One unit as messages name it."""
        known = self.level.size
        if unit < known:
            return self.level.called(unit)
        return f"{self.level.name} {shown(self.labels[unit - known])}"


Standing = dict[str, dict[str, Codes]]
"""By place: the unit of each record, for every level and road that a column there names."""


def find_standing(
    graph: Graph, levels: Mapping[str, BoundLevel], labels: Mapping[str, Mapping[str, ReadColumn]]
) -> tuple[dict[str, Growing], Standing]:
    """Units by their labels: a label not known before is a new unit, one for all records that have it.

    Where a level is declared within another, a label under another parent is another unit. Without a parent
    a label stands for the only unit that has it, if there is one.

    Parameters
    ----------
    graph : Graph
    levels : mapping of str to BoundLevel
        As they were.
    labels : mapping of str to mapping of str to ReadColumn
        By place, the columns that name units.

    Raises
    ------
    DataError
        If labels are of another type, or one stands for several units and no column says which.
    """
    grown = {name: Growing(level) for name, level in levels.items()}
    codes: Standing = {place: {} for place in labels}
    for node in by_depth(graph):
        mentions = [
            _mention(grown[node.name].level, road, place, own, codes[place], _column_of(graph, road.within))
            for place, own in labels.items()
            for road in (node, *(road for road in graph.aliases.values() if road.of == node.name))
            if road.column in own
        ]
        for mention, units in zip(mentions, _units(node, grown[node.name], mentions), strict=True):
            codes[mention.place][mention.name] = units
    return grown, codes


@dataclass(frozen=True, eq=False)
class _Mention:
    """A column that names units: codes into its labels, -1 where missing; and units of the parent."""

    place: str
    name: str
    column: str
    codes: Codes
    labels: list[Any]
    above: Codes | None


def _column_of(graph: Graph, level: str | None) -> str:
    node = graph.nodes[level] if level is not None else None
    return node.column if isinstance(node, LevelNode) else ""


def _mention(
    level: BoundLevel,
    road: LevelNode,
    place: str,
    columns: Mapping[str, ReadColumn],
    codes: Mapping[str, Codes],
    parent: str,
) -> _Mention:
    column = columns[road.column]
    there = ~column.absent
    values = column.values.take(there)
    found, labels = values.factorize()
    own = np.full(len(there), -1)
    own[there] = found
    if labels and all(type(label) is int for label in level.labels):
        labels = [whole(label) for label in labels]  # integers beside missing values are read as floats
    check_kind_of(f"level {level.name!r}", list(dict.fromkeys(level.labels)), values)
    above = codes.get(road.within) if road.within is not None else None
    if above is not None and parent in columns:
        own[(above < 0) & ~columns[parent].absent] = -1  # its parent is named, and one of several
    return _Mention(place, road.name, road.column, own, labels, above)


def _units(node: LevelNode, grown: Growing, mentions: list[_Mention]) -> list[Codes]:
    """The unit of every record of every mention; new units are added in the order of their labels."""
    level = grown.level
    is_within = node.within is not None
    above = level.above if is_within and level.above is not None else np.full(level.size, -1)
    known = {(int(a), label): unit for unit, (a, label) in enumerate(zip(above, level.labels, strict=True))}
    rank = {label: i for i, label in enumerate(natural_order({x: 0 for m in mentions for x in m.labels}))}
    pairs = [_pairs(mention, is_within) for mention in mentions]
    told = {pair for found, _ in pairs for pair in found if pair[0] >= 0 or not is_within}
    new = told - set(known)
    _add(grown, known, sorted(new, key=lambda pair: (rank[pair[1]], pair[0])))
    if is_within:
        alone: dict[Any, list[int]] = {}
        for (_, label), unit in known.items():
            before = alone.setdefault(label, [])
            if not before or unit < level.size or before[0] >= level.size:
                before.append(unit)  # units that were fitted go before new ones of that label
        orphans = {pair for found, _ in pairs for pair in found if pair[0] < 0 and pair[1] not in alone}
        _add(grown, known, sorted(orphans, key=lambda pair: rank[pair[1]]))
        for mention, (found, _) in zip(mentions, pairs, strict=True):
            for pair in found:
                if pair[0] < 0 and pair not in known:
                    units = alone[pair[1]]
                    one = len(units) == 1
                    known[pair] = units[0] if one else _one_of(node, grown, mention, pair[1], units)
    result = []
    for mention, (found, inverse) in zip(mentions, pairs, strict=True):
        own: Codes = np.full(len(mention.codes), -1)
        own[mention.codes >= 0] = np.array([known[pair] for pair in found], dtype=np.int64)[inverse]
        result.append(own)
    return result


def _pairs(mention: _Mention, is_within: bool) -> tuple[list[tuple[int, Any]], Codes]:
    """The different (parent, label) of a mention, and which of them each record with a label has."""
    there = mention.codes >= 0
    own = mention.codes[there]
    above = np.full(len(own), -1) if mention.above is None or not is_within else mention.above[there]
    size = max(len(mention.labels), 1)
    keys, inverse = np.unique((above + 1) * size + own, return_inverse=True)
    pairs = zip((keys // size - 1).tolist(), (keys % size).tolist(), strict=True)
    return [(a, mention.labels[code]) for a, code in pairs], inverse.reshape(-1)


def _add(grown: Growing, known: dict[tuple[int, Any], int], pairs: list[tuple[int, Any]]) -> None:
    units = grown.add([label for _, label in pairs], [a for a, _ in pairs])
    known.update(zip(pairs, units.tolist(), strict=True))


def _one_of(node: LevelNode, grown: Growing, mention: _Mention, label: Any, units: list[int]) -> int:
    """A label that several parents have: of no known parent where that is missing, else not to be told."""
    if mention.above is not None:
        return -1
    named = listing([grown.level.coordinate[unit] for unit in units if unit < grown.level.size])
    raise DataError(
        f"column {mention.column!r} of {where(mention.place)} names {node.name} {shown(label)}, found under"
        f" several {plural(str(node.within))} ({named}), and nothing says which",
        expected=f"the column of {node.within!r} beside it",
    )
