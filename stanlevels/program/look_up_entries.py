"""Entries of the data block about what rows look up of quantities that are sampled by unit, as sums."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from stanlevels.linear.look_up_sums import LookedUpStatistics
from stanlevels.linear.tables import Table
from stanlevels.plan.factors import Marginal, MarginalLine
from stanlevels.plan.planned import Planned
from stanlevels.program.source import Source

__all__ = ["OfLookUp", "OfTable", "entries_of_look_ups", "table_entries", "tables_of"]

Kind = Literal["before", "effects"]

_LOOKED_UP = {
    "at": "where sums are taken of what {y} looks up by {name}, near the least-squares fit",
    "weight": "sums of the weights of the rows of {y} by {name}",
    "score": "sums of the residuals of {y} by {name}",
    "cross": "sums of the columns of coefficients of {y} by {name}",
}
_TABLES = {
    "entries": "look-ups",
    "weighed": "look-ups that are weighed",
    "groups": "different numbers of look-ups",
    "columns": "the {column} that each {row} looks up in the rows of {y}",
    "weights": "what these are multiplied by; nothing where all by 1",
    "sizes": "how many look-ups, and how many of {row} have as many",
    "place": "where each {row} stands among these",
}


@dataclass(frozen=True)
class OfLookUp:
    """A statistic of a look-up: "at", "weight", "score" or "cross" (see `LookedUpStatistics`).

    `place` is that of the look-up among those of the outcome, `name` what its level is called.
    """

    quantity: str
    group: str
    place: int
    name: str
    of: str

    @property
    def wanted_name(self) -> str:
        """What it would like to be called."""
        return f"{self.quantity}_{self.name}_{self.of}"

    @property
    def words(self) -> str:
        """What it is."""
        return _LOOKED_UP[self.of].format(y=self.quantity, name=self.name)

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (units,) or (units, coefficients)."""
        return getattr(_statistics(self, source), self.of)


@dataclass(frozen=True)
class OfTable:
    """A part of a table of a look-up with one before it, or with the effects that are integrated out.

    `which` is the place of the former, or the column of the effects; `row` and `column` are what the levels
    are called. `of` is a field of `Table`, or how long one is: "entries", "weighed" or "groups".
    """

    quantity: str
    group: str
    place: int
    kind: Kind
    which: int
    row: str
    column: str
    of: str

    @property
    def wanted_name(self) -> str:
        """What it would like to be called."""
        return f"{self.quantity}_{self.row}_{self.column}_{self.of}"

    @property
    def words(self) -> str:
        """What it is."""
        return _TABLES[self.of].format(y=self.quantity, row=self.row, column=self.column)

    def read(self, source: Source, planned: Planned) -> Any:
        """Return whole numbers, numbers, or one whole number."""
        table: Table = getattr(_statistics(self, source), self.kind)[self.which]
        match self.of:
            case "entries":
                return len(table.columns)
            case "weighed":
                return len(table.weights)
            case "groups":
                return len(table.sizes)
            case "sizes":
                return table.sizes
            case "weights":
                return table.weights
        return getattr(table, self.of) + 1


def _statistics(entry: OfLookUp | OfTable, source: Source) -> LookedUpStatistics:
    return source.statistics(entry.group).lines[entry.quantity].look_ups[entry.place]


def tables_of(part: MarginalLine, density: Marginal, units: str, columns: int) -> Iterator[OfTable]:
    """The tables of every look-up of an outcome, each by its entry "columns".

    `units` is what the finest level of effects is called, `columns` how many columns of effects there are.
    """
    for place, looked_up in enumerate(part.looked_up):
        for which, before in enumerate(part.looked_up[:place]):
            names = looked_up.name, before.name
            yield OfTable(part.source, density.group, place, "before", which, *names, "columns")
        for which in range(columns):
            names = units, looked_up.name
            yield OfTable(part.source, density.group, place, "effects", which, *names, "columns")


def table_entries(table: OfTable) -> tuple[OfTable, ...]:
    """All entries of a table: three sizes, and what the function `looked_up_sums` takes, in its order."""
    names = ("entries", "weighed", "groups", "columns", "weights", "sizes", "place")
    return tuple(replace(table, of=of) for of in names)


def entries_of_look_ups(part: MarginalLine, density: Marginal, units: str, columns: int) -> Iterator[Any]:
    """The entries of an outcome whose rows look up what is sampled by unit."""
    kept = ("at", "weight", "score", *(("cross",) if part.coefficients else ()))
    for place, looked_up in enumerate(part.looked_up):
        for of in kept:
            yield OfLookUp(part.source, density.group, place, looked_up.name, of)
    for table in tables_of(part, density, units, columns):
        yield from table_entries(table)
