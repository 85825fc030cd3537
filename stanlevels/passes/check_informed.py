"""A fit to nothing: no rows, rows that count for nothing, or unknowns of which no outcome tells."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import numpy as np

from stanlevels.errors import DataError, FitError, listing
from stanlevels.graph import ROWS
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Known, Setting
from stanlevels.words import counted

__all__ = ["check_informed"]


class Read(Facts, Protocol):
    """Facts, and what the columns looked like before rows were left out."""

    def summary(self) -> Iterable[Any]:
        """A line for every used column: its name, `n` and `missing`."""
        ...


def check_informed(planned: Planned, source: Read) -> None:
    """Refuse to fit where no line with data says anything: a posterior would be the prior.

    Parameters
    ----------
    planned : Planned
    source : Read

    Raises
    ------
    DataError
        If no line with data has a row that counts; says why.
    FitError
        If no line with data depends on anything unknown.
    """
    reasons = [_uninformed(line, source) for line in planned.observed.values()]
    if reasons and all(reasons):
        raise DataError(
            "; ".join(dict.fromkeys(reasons)) + ": there is nothing to fit",
            expected="at least one row that counts",
            way_out="look at what the data hold: bound.data.summary() counts values and missing ones",
        )
    unknown = {name for name, quantity in planned.quantities.items() if quantity.is_unknown}
    reached: set[str] = set()
    pending = list(planned.observed)
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += planned.graph.parents[name]
    if unknown and not unknown & reached:
        raise FitError(
            f"no line with data depends on {listing(sorted(unknown))}: there is nothing to fit",
            expected="an unknown quantity in a line with observed=True",
            way_out=f"use it there, as in {next(iter(planned.observed))} = sl.Normal({min(unknown)}, ...)",
        )


def _uninformed(line: Line, source: Read) -> str:
    """Why a line with data says nothing; "" where it does."""
    n = source.size(line.domain)
    if not n:
        return _no_rows(line, source)
    weights = source.weights(line.name)
    if weights is not None and not np.any(weights):
        return f"all {counted(n, 'weight')} {line.variable.weights!r} of {line.name!r} are 0"
    if line.family.at_most and not np.any(_numbers(line, line.family.at_most, source)):
        return f"{line.family.at_most} of {line.name!r} is 0 in all {counted(n, 'row')}"
    return ""


def _numbers(line: Line, argument: str, source: Read) -> Any:
    term = line.args[argument]
    if isinstance(term, Known):
        return source.column(line.domain, term.column)
    return np.asarray(term.values) if isinstance(term, Setting) else np.ones(1)


def _no_rows(line: Line, source: Read) -> str:
    """Why there are no rows: none came, or every one lacks a value."""
    summaries = list(source.summary())
    n = max((column.n for column in summaries), default=0)
    if line.domain != (ROWS,) or not n:
        return "the data have no rows" if line.domain == (ROWS,) else f"{line.name!r} has no units"
    lacking = [column.column for column in summaries if column.missing == column.n]
    if lacking:
        return f"all {counted(n, 'row')} lack {listing(lacking)}"
    counts = ", ".join(f"{c.column!r} in {c.missing:,}" for c in summaries if c.missing)
    return f"none of {counted(n, 'row')} has a value in every column that the model uses (missing: {counts})"
