"""The rows of a bound model: their columns, and the units that each belongs to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.levels.nesting import Links, axis_links, only_value
from stanlevels.binding.read.column_summaries import ColumnSummary
from stanlevels.binding.read.columns import Values
from stanlevels.errors import InternalError
from stanlevels.graph import ROWS
from stanlevels.records import Record

__all__ = ["Rows", "derive", "partial_links"]


@dataclass(frozen=True)
class Rows:
    """Rows of data, read by encodings.

    Attributes
    ----------
    n : int
        Rows in use.
    columns : mapping of str to Values
        The columns that the model uses and that the rows hold, in the order given.
    links : mapping of str to mapping
        What rows and derived axes determine, what of it levels determine, with the unit of each.
    derived : mapping of str to int
        Axes that are no declared level, with their number of units.
    records : tuple of Record
        What was found in these rows and done with them, in words.
    summaries : tuple of ColumnSummary
        The used columns as they were read.
    counts : mapping, optional
        Rows of each unit by domain, where the rows themselves were left out; see `without_rows`.
    held : mapping of tuple to mapping of str to Values
        What columns of rows that were left out said of units, by domain.
    times : ndarray, (n,), optional
        How many rows of the data each stands for, where their own engine grouped them.
    labels : pandas.Index or ndarray, (n,), optional
        What the frame calls each row, where it does not only count them or some were left out.
    partial : mapping of str to ndarray, (n,)
        What some rows belong to, with any unit for the others.
    """

    n: int
    columns: Mapping[str, Values]
    links: Links
    derived: Mapping[str, int] = field(default_factory=dict)
    records: tuple[Record, ...] = ()
    summaries: tuple[ColumnSummary, ...] = ()
    counts: Mapping[tuple[str, ...], Codes] | None = None
    held: Mapping[tuple[str, ...], Mapping[str, Values]] = field(default_factory=dict)
    times: Array | None = None
    labels: Any = None
    partial: Mapping[str, Codes] = field(default_factory=dict)

    @property
    def codes(self) -> Mapping[str, Codes]:
        """The 0-based unit of each row, for every axis that the rows determine."""
        return self.links[ROWS]


def derive(rows: Rows, links: Links, sizes: Mapping[str, int], name: str, codes: Codes) -> Rows:
    """The rows with one more axis.

    Parameters
    ----------
    rows : Rows
    links : Links
        Of every axis, also those of `rows`.
    sizes : mapping of str to int
        Units of every axis.
    name : str
        In angle brackets, as no declaration's name is.
    codes : ndarray of int, (n,)
        The 0-based unit of each row.
    """
    if not (name.startswith("<") and name.endswith(">")) or name in sizes:
        raise InternalError(f"a derived axis cannot be called {name!r}")
    codes = np.asarray(codes)
    if codes.shape != (rows.n,) or codes.dtype.kind not in "iu" or (codes < 0).any():
        raise InternalError(
            f"the units of {name!r} are not one whole number from 0 for each of {rows.n} rows"
        )
    size = int(codes.max()) + 1 if rows.n else 0
    own, above = axis_links(links, {**sizes, name: size}, name, codes.astype(np.int64))
    wider = {axis: {**rows.links.get(axis, {}), name: units} for axis, units in above.items()}
    return replace(rows, links={**rows.links, **wider, name: own}, derived={**rows.derived, name: size})


def partial_links(rows: Rows) -> Links:
    """What some rows belong to, and what the units of derived axes do whose rows agree in it."""
    found: dict[str, dict[str, Codes]] = {ROWS: dict(rows.partial)}
    for name, size in rows.derived.items() if rows.partial else ():
        of_rows = rows.links[ROWS][name]
        told = {level: only_value(of_rows, units, size) for level, units in rows.partial.items()}
        found[name] = {level: units for level, (units, differs, _) in told.items() if not differs.any()}
    return found
