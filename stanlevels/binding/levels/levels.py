"""A level with its units, and a unique label for each: its own where those are unique, else its path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.errors import listing
from stanlevels.records import Record, noticed
from stanlevels.words import shown

__all__ = ["BoundLevel", "coordinates"]

"""0-based units."""


SEPARATORS = ("/", " / ", " > ", " | ", "//")
"""Tried in turn, because labels may hold any of them themselves."""

_INT64 = np.iinfo(np.int64)


@dataclass(frozen=True)
class BoundLevel:
    """A level with its units.

    Attributes
    ----------
    name, column : str
        The level and the column that names its units.
    labels : tuple
        Each unit's own label, exactly as in the data, as Python objects.
    coordinate : tuple
        A unique label per unit: the own label where those are unique, else the path ``s1/1``.
    is_path : bool
        Whether `coordinate` is a path.
    above : ndarray, (size,), or None
        0-based units of what the level is declared within: with the own label, the key of each unit.
    parents : mapping of str to ndarray, (size,)
        0-based units of every other level that this one determines, declared or found.
    """

    name: str
    column: str
    labels: tuple[Any, ...]
    coordinate: tuple[Any, ...]
    is_path: bool
    above: Codes | None = None
    parents: Mapping[str, Codes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of units."""
        return len(self.labels)

    def called(self, unit: int) -> str:
        """One unit as messages name it: ``app 'com.x'``."""
        return f"{self.name} {shown(self.coordinate[unit])}"


def coordinates(
    name: str, own: list[Any], parents: Codes | None, parent: BoundLevel | None
) -> tuple[tuple[Any, ...], list[Record]]:
    """One unique value per unit that an index can hold: numbers, booleans or text.

    Parameters
    ----------
    name : str
        The level.
    own : list, (n,)
        Own labels.
    parents : ndarray, (n,), or None
        Units of `parent`, where own labels repeat and the path is needed.
    parent : BoundLevel or None
        The level that these are within.

    Returns
    -------
    tuple, (n,)
        The coordinate.
    list of Record
        What had to be done beyond the plain rule.
    """
    if parents is None or parent is None:
        return _unique(name, _storable(own))
    above = [str(parent.coordinate[unit]) for unit in parents.tolist()]
    for separator in SEPARATORS:
        paths = [f"{head}{separator}{label}" for head, label in zip(above, own, strict=True)]
        if len(set(paths)) == len(paths):
            if separator == SEPARATORS[0]:
                return tuple(paths), []
            reason = f"labels hold {SEPARATORS[0]!r} themselves"
            return tuple(paths), [noticed(name, f"paths are written with {separator!r}", reason)]
    return _unique(name, paths)


def _storable(labels: list[Any]) -> list[Any]:
    """The labels themselves where they are text, booleans or 64-bit numbers, else their text."""
    kept = all(
        isinstance(label, str | bool | float)
        or (isinstance(label, int) and _INT64.min <= label <= _INT64.max)
        for label in labels
    )
    return labels if kept else [str(label) for label in labels]


def _unique(name: str, labels: list[Any]) -> tuple[tuple[Any, ...], list[Record]]:
    """Labels as they are if unique, else with ``#2``, ``#3`` behind those that come again."""
    if len(set(labels)) == len(labels):
        return tuple(labels), []
    taken, seen = set(labels), Counter[Any]()
    result = []
    for label in labels:
        seen[label] += 1
        candidate = label
        while seen[label] > 1 and candidate in taken:
            candidate = f"{label}#{seen[label]}"
            seen[label] += candidate in taken
        taken.add(candidate)
        result.append(candidate)
    twice = [label for label, count in Counter(labels).items() if count > 1]
    reason = f"written alike: {listing(twice, 3)}"
    return tuple(result), [noticed(name, "coordinates were numbered to be unique", reason)]
