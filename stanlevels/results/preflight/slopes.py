"""Slopes that vary over a level within whose units their covariate does not vary."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding import Bound
from stanlevels.graph import ROWS
from stanlevels.linear.expansion import expand
from stanlevels.linear.gather import gather
from stanlevels.linear.multiples import Columns
from stanlevels.linear.sums import Reader
from stanlevels.passes.identify import predictors
from stanlevels.plan.planned import Planned
from stanlevels.records import Record
from stanlevels.words import counted

__all__ = ["still_covariates"]

_SHARE = 0.1  # of the units, below which it is no news


def still_covariates(planned: Planned, bound: Bound) -> Iterator[Record]:
    """Covariates that are the same in all rows of a unit whose slope they tell."""
    reader, columns = Reader(planned), Columns(planned, bound)
    seen = set[tuple[str, str]]()
    for line in planned.observed.values():
        n = bound.size(line.domain)
        for read in predictors(line, reader):
            for column in gather(expand(read, reader).effects, n, columns):
                level = planned.lines[column.name].domain
                known = column.alone or level == (ROWS,) or (column.name, column.called) in seen
                if known or not bound.determines(line.domain, level):
                    continue
                seen.add((column.name, column.called))
                codes = bound.codes(line.domain, level)
                for values in column.values.T:
                    yield from _still(column.name, column.called, level, np.broadcast_to(values, n), codes)


def _still(
    name: str, covariate: str, level: tuple[str, ...], values: Array, codes: Codes
) -> Iterator[Record]:
    if not len(values) or np.ptp(values) == 0:
        return  # an intercept, or what `identify` speaks of
    order = np.argsort(codes, kind="stable")
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    sorted_values = values[order]
    still = np.maximum.reduceat(sorted_values, starts) == np.minimum.reduceat(sorted_values, starts)
    several = np.diff(np.append(starts, len(order))) > 1  # of a single row nothing could vary
    units, called = len(starts), " x ".join(level)
    if still.all():
        yield Record(
            name,
            "slopes",
            f"has slopes of {covariate} over {called}, and {covariate} is the same in all rows of every"
            f" {called}",
            f"no {called} tells its own slope: they are told by their distribution alone",
            f"one slope for all: {covariate} explains differences between units of {called}",
        )
    elif (still & several).mean() >= _SHARE:
        yield Record(
            name,
            "slopes",
            f"has slopes of {covariate} over {called}, and {covariate} is the same in all rows of"
            f" {int((still & several).sum()):,} of {counted(units, called)}",
            "these tell nothing of their own slope, and get it from the others",
            "nothing, where enough units vary",
        )
