"""How long sampling will take, and how much memory its draws."""

from __future__ import annotations

from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.binding import Bound
from stanlevels.plan.costs import milliseconds
from stanlevels.plan.planned import Planned
from stanlevels.plan.work import numbers, work_of
from stanlevels.processors import processors
from stanlevels.records import Record
from stanlevels.values.store import width
from stanlevels.words import counted

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["expected"]

_CHAINS, _DRAWS = 4, 1000
_WARMUPS = (150, 1000)  # iterations: after a pilot, and without
_OFTEN = 5  # gradients that are timed
_PATIENCE = 1.0  # seconds


def expected(planned: Planned, bound: Bound, gradient: Callable[[], object] | None) -> Iterator[Record]:
    """Time and memory of four chains of 1,000 draws.

    `gradient` computes one on the engine that will run; without it the planner's prices stand.
    """
    n = numbers(planned, bound)
    if not n:
        return
    priced = milliseconds(work_of(planned, bound))
    each = priced if gradient is None else _timed(gradient)
    steps = max(3.0, 6 * (n / 5) ** 0.2)
    rounds = -(-_CHAINS // min(_CHAINS, processors()))
    low, high = (
        each / 1000 * steps * factor * (warmup + _DRAWS) * rounds
        for warmup, factor in zip(_WARMUPS, (0.7, 2.5), strict=True)
    )
    recorded = sum(bound.size(q.domain) * width(planned, name) for name, q in planned.recorded.items())
    memory = recorded * 8 * _CHAINS * _DRAWS
    yield Record(
        planned.graph.name,
        "cost",
        f"about {_times(low, high)} for {_CHAINS} chains of {_DRAWS:,} draws; draws of"
        f" {counted(recorded, 'number')} take {_bytes(memory)}",
        f"{counted(n, 'number')} to sample, about {steps:.0f} gradients for a draw, a gradient takes"
        f" {_digits(each)} ms {'by the planner' if gradient is None else 'here'}",
        "record= leaves out what is not needed" if memory > 2e9 else "",
    )


def _timed(gradient: Callable[[], object]) -> float:
    """Milliseconds of the fastest of some."""
    found = []
    begun = perf_counter()
    for _ in range(_OFTEN):
        start = perf_counter()
        gradient()
        found.append(perf_counter() - start)
        if perf_counter() - begun > _PATIENCE:
            break
    return 1000 * float(np.min(found))


def _times(low: float, high: float) -> str:
    return "a few seconds" if high < 5 else f"{_time(low)} to {_time(high)}"


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"{max(seconds, 1):.0f} s"
    return f"{seconds / 60:.0f} minutes" if seconds < 5400 else f"{seconds / 3600:.1f} hours"


def _bytes(size: float) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e9 else f"{max(size / 1e6, 0.1):,.1f} MB"


def _digits(x: float) -> str:
    return f"{float(f'{x:.2g}'):g}"
