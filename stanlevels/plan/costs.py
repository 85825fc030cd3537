"""What a gradient costs: the work in a plan, and its price.

Passes compare plans by it, and a person reads in the plan what each of them saved. Prices are microseconds of
a processor, measured on generated programs (`python -m benchmarks.costs`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.work import Work, numbers, work_of

__all__ = ["PRICED", "PRICES", "milliseconds", "rate"]

PRICED = ("call", *(field.name for field in fields(Work)), "beyond")
# Microseconds of one of each, on Xeon processors.
PRICES: Mapping[str, tuple[float, ...]] = {
    "stanli": (8.6, 0.15, 0.0008, 0.00048, 0.004, 0.03, 0.1, 0.0025, 0.004, 0.0022),
    "cmdstan": (0, 0.26, 0.0046, 0.0025, 0.013, 0.021, 0.12, 0.14, 0.0096, 0.0053),
}


def milliseconds(work: Work, engine: str = "stanli") -> float:
    """About how long a gradient takes.

    Examples
    --------
    >>> milliseconds(Work(statements=5, elements=2000, simple=1000)) < 0.1
    True
    """
    return sum(price * amount for price, amount in zip(PRICES[engine], work.amounts, strict=True)) / 1000


def rate(full: Planned, partial: Planned, facts: tuple[Facts, Facts]) -> float:
    """How many times as long an effective draw of one plan takes as of another, calls from Python apart.

    Gradients of an effective draw are taken to grow with the power 0.3 of the numbers that are sampled:
    with a dense metric it took 6 of 5 numbers, 14 of 348 (docs/benchmarks.md).
    """
    call = milliseconds(Work())
    times, sampled = [], []
    for planned, data in zip((full, partial), facts, strict=True):
        times.append(max(milliseconds(work_of(planned, data)) - call, 1e-3))
        sampled.append(max(numbers(planned, data), 1))
    return float(times[0] / times[1] * (sampled[0] / sampled[1]) ** 0.3)
