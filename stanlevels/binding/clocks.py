"""Levels whose units stand in time: when each is, by its label, in steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.distributions.structure import TIMES
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError, listing
from stanlevels.graph import Graph, VariableNode
from stanlevels.graph.text import number_text
from stanlevels.records import Record, noticed

__all__ = ["Clock", "clocks_of", "in_time"]

_DAY = dt.timedelta(days=1)
_ALIKE = 1e-6  # of a step: how exactly times are multiples of it


@dataclass(frozen=True)
class Clock:
    """How labels of a level become times.

    Attributes
    ----------
    kind : str
        What they are: "number", "date" or "period".
    first : float
        The number of the first; of a date the days since 1970, of a period its place.
    step : float
        The shortest time between two units.
    """

    kind: str
    first: float
    step: float

    def at(self, level: BoundLevel) -> Array:
        """Times of units in steps since the first; NaN of those without a label."""
        kinds = {_kind(label) for label in level.labels if label is not None}
        if kinds - {self.kind}:
            raise DataError(
                f"labels of level {level.name!r} are of another kind: {listing(level.labels)}",
                expected=f"{self.kind}s, as in the data that were bound",
            )
        numbers = [np.nan if label is None else _number(label) for label in level.labels]
        return np.asarray((np.array(numbers, dtype=float) - self.first) / self.step)

    @property
    def words(self) -> str:
        """What a step is."""
        unit = {"date": "day", "period": "period"}.get(self.kind, "")
        number = number_text(float(f"{self.step:.6g}"))
        return f"{number} {unit}{'s' if number != '1' else ''}" if unit else number


def in_time(graph: Graph) -> Iterator[tuple[VariableNode, str]]:
    """Lines that are processes, and the level of their times: the last of ``over=``."""
    for node in graph.variables.values():
        structure = FAMILIES[node.family].structure
        if structure is not None and structure.needs == TIMES:
            yield node, graph.target_level(graph.unit_axes(node.over)[-1])


def clocks_of(graph: Graph, levels: Mapping[str, BoundLevel]) -> tuple[dict[str, Clock], list[Record]]:
    """The clock of every level that a process goes over, with a record of each.

    Raises
    ------
    DataError
        If labels are no times, or two units of a process have the same.
    """
    found: dict[str, Clock] = {}
    records = []
    for node, name in in_time(graph):
        if name in found:
            continue
        found[name] = _clock(node, levels[name])
        if levels[name].size > 1:
            reason = f"{node.name!r} goes over it in time; that is the shortest time between two units"
            records.append(noticed(name, f"a step is {found[name].words}", reason))
    return found, records


def _clock(node: VariableNode, level: BoundLevel) -> Clock:
    odd = [label for label in level.labels if not _kind(label)]
    kinds = sorted({_kind(label) for label in level.labels} - {""})
    if odd or len(kinds) > 1:
        raise DataError(
            f"{node.name!r} goes over level {level.name!r} in time, and labels of its column"
            f" {level.column!r} are {listing(odd or level.labels)}",
            expected="numbers, dates or periods",
            way_out=f"make the column one of these, by df[{level.column!r}].map({{...}}) or"
            f" pandas.to_datetime(df[{level.column!r}])",
        )
    kind = kinds[0] if kinds else "number"
    numbers = np.array([_number(label) for label in level.labels], dtype=float)
    run = np.zeros(level.size, dtype=np.int64) if level.above is None else np.asarray(level.above)
    order = np.lexsort((numbers, run))
    gaps = np.diff(numbers[order])[np.diff(run[order]) == 0]
    if len(gaps) and gaps.min() <= 0:
        first = int(order[np.flatnonzero((np.diff(numbers[order]) <= 0) & (np.diff(run[order]) == 0))[0]])
        raise DataError(
            f"two units of level {level.name!r} have the same time: {level.called(first)}",
            expected="one unit for each time",
        )
    return Clock(kind, float(numbers.min(initial=np.inf)) if len(numbers) else 0.0, _step(gaps))


def _step(gaps: Array) -> float:
    """The shortest time between two units, as exactly as all of them tell it."""
    if not len(gaps):
        return 1.0
    shortest = float(gaps.min())
    times = np.rint(gaps / shortest)
    if np.all(np.abs(gaps / shortest - times) <= _ALIKE * times):
        return float(gaps.sum() / times.sum())
    return shortest


def _kind(label: Any) -> str:
    """What a label is: "" where it is no time."""
    if isinstance(label, bool | np.bool_):
        return ""
    if isinstance(label, int | float | np.number):
        return "number"
    if isinstance(label, dt.date):
        return "date"
    return "period" if hasattr(label, "ordinal") and hasattr(label, "freq") else ""


def _number(label: Any) -> float:
    if isinstance(label, dt.datetime):
        plain = label.replace(tzinfo=None) - (label.utcoffset() or dt.timedelta())
        return (plain - dt.datetime(1970, 1, 1)) / _DAY
    if isinstance(label, dt.date):
        return float((label - dt.date(1970, 1, 1)).days)
    return float(label.ordinal if hasattr(label, "ordinal") else label)
