"""The rows that a question is about: those that were fitted, or others; their weights, and how they group."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.read.columns import Values
from stanlevels.binding.read.frames import Frame, open_frame
from stanlevels.binding.usage import level_columns
from stanlevels.errors import DataError, FitError, listing
from stanlevels.graph import ROWS
from stanlevels.language.declarations import Rows
from stanlevels.plan.placed import Line
from stanlevels.results.arviz.axes import label_array
from stanlevels.results.predictions.predict import chosen_line, prepared_for
from stanlevels.results.predictions.prepared import Prepared
from stanlevels.results.tables.subjects_of_rows import unit_columns
from stanlevels.words import closest

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.results.faces.face import Face

__all__ = ["Asked", "By", "Groups", "Question"]

By = str | Rows | Sequence[str] | None
"""Nothing for all rows together; a level, a road or a column; several of these; every row by itself."""


@dataclass(frozen=True, eq=False)
class Question:
    """How a person asks.

    Attributes
    ----------
    verb : str
        The method, for messages.
    data : dataframe, mapping or path, optional
        Rows; by default those that were fitted.
    name : str, optional
        The line with data.
    by : str, sequence of str, or `sl.rows`, optional
    weights : str, optional
        A column that says how often each row counts; by default the one of the line with data.
    average_over : collection of str
    tables : mapping, optional
    draws : int, optional
    seed : int
    progress : bool
        Whether a bar is shown where it takes long.
    """

    verb: str
    data: Any = None
    name: str | None = None
    by: By = None
    weights: str | None = None
    average_over: Collection[str] = ()
    tables: Mapping[str, Any] | None = None
    draws: int | None = None
    seed: int = 0
    progress: bool = True


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups of units, each with its labels.

    Attributes
    ----------
    codes : ndarray of int, (units,)
        The group of each.
    labels : mapping of str to ndarray, (groups,)
    size : int
    """

    codes: Codes
    labels: Mapping[str, Array]
    size: int


class Asked:
    """Rows made ready, with what else their data frame says of them."""

    def __init__(self, fit: Face, question: Question) -> None:
        self.fit, self.question = fit, question
        self.name = chosen_line(fit, question.name, question.verb)
        if question.data is None and fit.bound.rows.counts is not None:
            raise FitError(
                "this fit was kept without the rows that it was fitted to",
                expected="rows to average over",
                way_out=f"give them: fit.{question.verb}(..., data=df)",
            )
        self.base = self.ready(question.data)
        if not self.n:
            raise FitError("there are no rows to average over", expected="at least one")

    def ready(self, data: Any) -> Prepared:
        """Rows with the values of all that their outcomes rest on."""
        q = self.question
        return prepared_for(
            self.fit, data, self.name, q.average_over, q.draws, q.seed, q.tables, integrate=True
        )

    @property
    def line(self) -> Line:
        """The line with data."""
        return self.base.line(self.name)

    @property
    def bound(self) -> Bound:
        """The rows."""
        return self.base.bound

    @property
    def n(self) -> int:
        """Number of units of the line: rows, or units of a level."""
        return self.bound.size(self.line.domain)

    @cached_property
    def frame(self) -> Frame | None:
        """The frame that was given."""
        return None if self.question.data is None else open_frame(self.question.data, "the data")

    def column(self, name: str, what: str) -> Values:
        """A column at the line's units, whether or not the model uses it."""
        if self.frame is not None and name in self.frame.names and self.line.domain == (ROWS,):
            read = open_frame(self.question.data, "the data").read([name])[name]
            if read.absent.any():
                rows = np.flatnonzero(read.absent).tolist()
                raise DataError(
                    f"column {name!r}, {what}, has no value in {len(rows):,} rows: {listing(rows)}",
                    expected="a value in every row",
                )
            return read.values
        known = {
            *self.bound.rows.columns,
            *(c for t in self.bound.encodings.tables.values() for c in t.columns),
        }
        if name not in known:
            there = known if self.frame is None else {*known, *map(str, self.frame.names)}
            raise FitError(
                f"there is no column {name!r}, {what}",
                expected=closest(name, sorted(there)),
                way_out="a fit holds the columns that its model uses: give data= for others"
                if self.frame is None
                else "",
            )
        return self.bound.values(self.line.domain, name)

    @cached_property
    def weights(self) -> Array | None:
        """How often each unit counts; None for once."""
        name, own = self.question.weights, self.bound.weights_column(self.name)
        if name is None and (own is None or (self.frame is not None and own not in self.frame.names)):
            return None
        column = str(name or own)
        found = np.asarray(self.column(column, "the weights").numeric(), dtype=float)
        if (found < 0).any():
            bad = found[found < 0]
            raise DataError(f"weights {column!r} are negative: {listing(bad)}", expected="0 or more")
        return found

    @cached_property
    def groups(self) -> Groups:
        """Which units are averaged together."""
        by = self.question.by
        domain = self.line.domain
        if by is None:
            return Groups(np.zeros(self.n, dtype=np.int64), {}, 1)
        if isinstance(by, Rows) or (by == "row" and not self._names("row")):
            return Groups(np.arange(self.n), dict(unit_columns(self.bound, domain)), self.n)
        names = [by] if isinstance(by, str) else by
        if not isinstance(names, list | tuple):
            raise FitError(f"by is {by!r}", expected="names of levels or columns, or sl.rows")
        parts = [self._group(name) for name in names]
        several = np.stack([codes for codes, _ in parts], axis=1) if parts else np.zeros((self.n, 0), int)
        found, first, codes = np.unique(several, axis=0, return_index=True, return_inverse=True)
        labels: dict[str, Array] = {}
        for _, own in parts:
            for column, values in own.items():
                labels.setdefault(column, values[first] if len(first) else values[:0])
        return Groups(codes.reshape(-1).astype(np.int64), labels, len(found))

    def _names(self, name: str) -> bool:
        there = () if self.frame is None else self.frame.names
        return name in there or name in self.bound.rows.columns or name in self.bound.graph.nodes

    def _group(self, name: str) -> tuple[Codes, dict[str, Array]]:
        """The group of every unit by one level or column, with labels of every unit."""
        graph, domain = self.bound.graph, self.line.domain
        if not isinstance(name, str):
            raise FitError(f"by has {name!r}", expected="names of levels or columns, or sl.rows")
        if name in graph.levels or name in graph.aliases:
            level, over = graph.target_level(name), self.question.average_over
            averaged = level == over if isinstance(over, str) else level in over
            if averaged and self.frame is not None:  # whose units are no longer those of the rows
                name = level_columns(graph)[name]
            else:
                bound = self.fit.bound if averaged else self.bound
                labels = dict(unit_columns(bound, (level,)))
                codes = bound.codes(domain, (name,))
                own = {name if column == level else column: values for column, values in labels.items()}
                return codes, {column: values[codes] for column, values in own.items()}
        codes, labels_of = self.column(name, "to group by").factorize()
        return codes, {name: label_array(labels_of)[codes]}
