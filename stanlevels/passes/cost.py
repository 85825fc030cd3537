"""What passes save: numbers to sample, and the cost of a gradient, before and after each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from stanlevels.plan.costs import PRICES, milliseconds
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.work import numbers, work_of
from stanlevels.records import Record
from stanlevels.words import counted

__all__ = ["Cost", "cost_of", "costs_in_words"]


@dataclass(frozen=True)
class Cost:
    """A plan in numbers.

    Attributes
    ----------
    step : str
        The pass after which it is of that size.
    numbers : int
        How many are sampled.
    milliseconds : tuple of float
        Of a gradient, about, by engine in the order of `PRICES`.
    """

    step: str
    numbers: int
    milliseconds: tuple[float, ...]

    def differs(self, other: Cost) -> bool:
        """Whether either differs by what is worth saying."""
        times = zip(self.milliseconds, other.milliseconds, strict=True)
        return self.numbers != other.numbers or any(abs(a - b) > 0.1 * max(a, b) for a, b in times)


def cost_of(step: str, planned: Planned, facts: Facts) -> Cost:
    """The cost of a plan after a pass."""
    work = work_of(planned, facts)
    times = tuple(milliseconds(work, engine) for engine in PRICES)
    return Cost(step, numbers(planned, facts), times)


def costs_in_words(planned: Planned, costs: Sequence[Cost]) -> Iterator[Record]:
    """Where a model is sampled, a record of what a gradient costs, and of what each pass made of it."""
    if not (planned.decided.priors and costs[0].numbers):  # the fit that follows samples nothing
        return
    told = [costs[0]]
    for cost in costs[1:]:
        if cost.differs(told[-1]):
            told.append(cost)
    last = told[-1]
    times = [f"{_digits(t)} ms ({e})" for e, t in zip(PRICES, last.milliseconds, strict=True)]
    steps = [f"{cost.step}: {counted(cost.numbers, 'number')}, {_both(cost)}" for cost in told]
    yield Record(
        planned.graph.name,
        "cost",
        f"{counted(last.numbers, 'number')} to sample; a gradient takes about {' or '.join(times)}",
        "; ".join(steps) if len(told) > 1 else "as declared",
    )


def _both(cost: Cost) -> str:
    return " or ".join(dict.fromkeys(_digits(time) for time in cost.milliseconds)) + " ms"


def _digits(time: float) -> str:
    """Two digits: a price is no better known."""
    return f"{float(f'{time:.2g}'):,g}"
