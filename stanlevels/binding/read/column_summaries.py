"""What the used columns look like, so that a person can see a code that means missing.

No program can know whether -99 or 9 is a number or a code; a minimum and a maximum show it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from stanlevels.binding.read.column_places import ReadPlace
from stanlevels.binding.read.columns import ReadColumn
from stanlevels.graph import ROWS

__all__ = ["ColumnSummary", "summarize"]


class ColumnSummary(NamedTuple):
    """One used column as it was read, before any row was left out.

    `min`, `mean` and `max` are None for what is not a number, or where there is no value;
    `missing` counts infinite values too.
    """

    column: str
    kind: str
    n: int
    missing: int
    distinct: int
    min: float | None
    mean: float | None
    max: float | None


def summarize(places: Mapping[str, ReadPlace]) -> list[ColumnSummary]:
    """A line for every used column, those of tables named ``app.price``."""
    return [
        _summary(name if place.name == ROWS else f"{place.name}.{name}", column)
        for place in places.values()
        for name, column in place.columns.items()
    ]


def _summary(name: str, column: ReadColumn) -> ColumnSummary:
    known = column.values.take(~column.absent)
    missing = len(column.absent) - len(known)
    kind = "categories" if known.categorical else known.kind
    distinct = known.distinct
    if known.labels is not None or known.kind == "empty" or not len(known):
        return ColumnSummary(name, kind, len(column.absent), missing, distinct, None, None, None)
    numbers = known.data.astype(np.float64)
    low, middle, high = float(numbers.min()), float(numbers.mean()), float(numbers.max())
    return ColumnSummary(name, kind, len(column.absent), missing, distinct, low, middle, high)
