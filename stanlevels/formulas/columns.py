"""What a formula asks of the data: which columns there are, and which hold categories."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from stanlevels.binding.read.columns import Values
from stanlevels.binding.read.frames import open_frame
from stanlevels.binding.read.not_numbers import how_to_numbers
from stanlevels.errors import DataError
from stanlevels.formulas.syntax import Name
from stanlevels.formulas.tokens import misread
from stanlevels.language.expression_source import number_source
from stanlevels.words import closest

__all__ = ["Columns", "read_columns"]


@dataclass(frozen=True)
class Columns:
    """The columns of the data.

    Attributes
    ----------
    names : tuple of str or None
        All of them; None where there are no data.
    values : mapping of str to Values
        Those that the formula names.
    """

    names: tuple[str, ...] | None = None
    values: Mapping[str, Values] = field(default_factory=dict)

    def has(self, name: str) -> bool:
        """Whether there are data, and a column of that name in them."""
        return self.names is not None and name in self.names

    def check(self, name: Name, text: str, others: Iterable[str] = ()) -> None:
        """Raise DataError for a name that is no column; `others` are what it could be besides."""
        if self.names is None or name.name in self.names:
            return
        found = misread(
            f"the formula names {name.name!r}, which is no column of the data", text, name.at
        ).found
        raise DataError(found, expected=closest(name.name, [*others, *self.names]))

    def is_category(self, name: str) -> bool | None:
        """Whether a column holds text, categories or truth values; None where there are no data."""
        if name not in self.values:
            return None
        values = self.values[name]
        return values.categorical or values.kind == "boolean" or not values.is_numeric

    def is_unsaid(self, name: str) -> bool:
        """Whether a column holds text that reads as numbers, of which categories must be asked for."""
        if not self.is_category(name):
            return False
        values = self.values[name]
        return values.kind != "boolean" and bool(how_to_numbers(name, values.kind, values.factorize()[1]))

    def refuse_dates(self, name: Name, text: str) -> None:
        """Raise DataError where a column that a formula takes for a covariate holds dates or durations."""
        values = self.values.get(name.name)
        if values is None or values.categorical or values.is_numeric or values.kind in ("boolean", "text"):
            return
        labels = values.factorize()[1]
        kind = "dates" if values.kind == "date" else "no numbers and no texts"
        where = misread(f"the formula takes {name.name!r}, which holds {kind}, for numbers", text, name.at)
        days = f"df['days'] = (df[{name.name!r}] - df[{name.name!r}].min()).dt.days, and write days there"
        way = days if values.kind == "date" else how_to_numbers(name.name, values.kind, labels)
        raise DataError(
            where.found,
            expected=f"numbers, or factor({name.name}) for an effect of each value",
            way_out=way or f"df[{name.name!r}].astype(str) for categories",
        )

    def categories(self, name: str) -> list[Any] | None:
        """The distinct values of a column, in order; None where there are no data."""
        if name not in self.values:
            return None
        return list(self.values[name].factorize()[1])

    def sd(self, name: str) -> float:
        """The standard deviation of a column of numbers; NaN where nothing tells."""
        if self.is_category(name) is not False or len(self.values[name]) < 2:
            return np.nan
        return float(np.std(self.values[name].numeric(), ddof=1))

    def length(self, name: str) -> str:
        """The range of a column of numbers; "" where nothing tells."""
        if self.is_category(name) is not False or not len(self.values[name]):
            return ""
        found = float(np.ptp(self.values[name].numeric()))
        return number_source(found) if 0 < found < np.inf else ""


def read_columns(data: Any, wanted: Iterable[str]) -> Columns:
    """The columns of a frame, a mapping or a file; of those `wanted` that are there, the values.

    All of them are wanted where a "." is.
    """
    if data is None:
        return Columns()
    frame = open_frame(data, "the data")
    names = tuple(map(str, frame.names))
    asked = list(wanted)
    read = frame.read([name for name in dict.fromkeys(names if "." in asked else asked) if name in names])
    return Columns(names, {name: column.values.take(~column.absent) for name, column in read.items()})
