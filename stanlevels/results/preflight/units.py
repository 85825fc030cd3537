"""Levels with few units, and units with few rows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from stanlevels.binding import Bound
from stanlevels.errors import NestingError, listing
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import uses
from stanlevels.records import Record
from stanlevels.words import counted, percent, plural

__all__ = ["few_units", "single_rows"]

_FEW = 5


def few_units(planned: Planned, bound: Bound) -> Iterator[Record]:
    """Levels of which so few units are there that a spread between them rests on its prior."""
    for line in planned.latent.values():
        if (
            line.variable.completes
            or len(line.domain) != 1
            or line.domain[0] not in bound.levels
            or line.scale not in line.args
        ):
            continue
        spread = _unknown_spread(line, planned)
        n = bound.size(line.domain)
        if n < _FEW and spread:
            yield Record(
                line.domain[0],
                "units",
                f"has {counted(n, 'unit')}",
                f"the spread of {line.name!r} ({listing(spread)}) rests on {'it' if n == 1 else 'these'},"
                " and so on its prior",
                f"give {listing(spread)} a prior that you can defend, or see how much it matters",
            )


def _unknown_spread(line: Line, planned: Planned) -> list[str]:
    found = {n for use in uses(line.args[line.scale]) for n in planned.unknowns[use.name]}
    return [name for name in planned.lines if name in found]


def single_rows(planned: Planned, bound: Bound) -> Iterator[Record]:
    """Levels with random variables of which units have a single row."""
    seen = set[tuple[str, ...]]()
    for line in planned.latent.values():
        if (
            line.variable.completes
            or not line.domain
            or line.domain in seen
            or any(a not in bound.levels for a in line.domain)
        ):
            continue
        seen.add(line.domain)
        try:
            rows = bound.rows_of(line.domain)
        except NestingError:
            continue
        there = rows[rows > 0]
        single = int((there == 1).sum())
        called = " x ".join(line.domain)
        over = [n for n, other in planned.latent.items() if other.domain == line.domain]
        if single and single < len(there):
            yield Record(
                called,
                "units",
                f"{single:,} of {counted(len(there), called)} {'has' if single == 1 else 'have'} one row"
                f" ({percent(single / len(there))})",
                f"their {listing(over)} is told from the noise by its distribution alone",
                "nothing, where most units have more: they are pooled strongly",
            )
        elif single:
            yield Record(
                called,
                "units",
                f"every {called} has one row",
                f"{listing(over)} and the noise of a row are the same thing but for their distributions",
                f"LOO by row has to integrate it out: fit.loo(by={called!r})",
            )
        sizes = np.sort(there)
        if len(line.domain) == 1 and len(sizes) > 1 and sizes[-1] > 0.9 * sizes.sum() and len(sizes) >= _FEW:
            yield Record(
                called,
                "units",
                f"one {called} has {percent(sizes[-1] / sizes.sum())} of the rows",
                f"the other {plural(called)} tell little of it",
            )
