"""What was estimated as values of quantities: the estimates alone, or draws of their normal approximation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.normal.axes import correlations
from stanlevels.estimation.point.normal.drawn import drawn_apart
from stanlevels.estimation.point.solution import Solution
from stanlevels.graph import ROWS
from stanlevels.plan.placed import Line
from stanlevels.values.store import Values

if TYPE_CHECKING:
    from stanlevels.plan.facts import Facts
    from stanlevels.plan.planned import Planned

__all__ = ["estimates", "estimates_as_draws"]


def estimates(solution: Solution, planned: Planned, data: Facts, *, ends: bool = False) -> Values:
    """Estimates of parameters and means of random variables, (1, 1, units, components).

    Correlations are whole matrices; NaN is what has no finite estimate, unless `ends`, with which
    it is infinite at an infinite end of its support. Of rows there is nothing.
    """
    found = {}
    for name, line, mean in _estimated(solution, planned):
        if line.is_correlation:
            mean = correlations(mean[None], len(planned.axes[line.components[0]]), proper=False)[0]
        units = data.size(line.domain) if line.domain else 1
        found[name] = np.where(np.isfinite(mean) | (ends & np.isinf(mean)), mean, np.nan).reshape(
            1, 1, units, -1
        )
    return Values(planned, found)


def estimates_as_draws(
    solution: Solution, planned: Planned, data: Facts, draws: int, rng: Generator
) -> Values:
    """Draws of the normal approximation as places to start from, (1, draws, units, components).

    They lie apart also where an estimate has no standard error. What is at the end of its axis, as a
    standard deviation of 0, is NaN.
    """
    return drawn_apart(solution.approximation, planned, data, draws, int(rng.integers(2**31)))


def _estimated(solution: Solution, planned: Planned) -> Iterator[tuple[str, Line, Array]]:
    """Estimate or mean of every quantity that was estimated, flat."""
    numbers = solution.numbers()
    for name, line in planned.latent.items():
        if name in numbers:
            yield name, line, np.asarray(numbers[name].estimate, dtype=float)
        elif line.domain and ROWS not in line.domain:
            try:
                yield name, line, solution.units(name).mean
            except FitError:
                continue
