"""The mean of an outcome row by row, and where it is one of several categories, the probability of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.values.arguments import arguments_of
from stanlevels.values.evaluate import evaluate
from stanlevels.values.pointwise import mean
from stanlevels.values.store import Units, Values, width

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.plan.facts import Facts
    from stanlevels.plan.placed import Line

__all__ = ["categories_of", "expected", "numbers_of"]


def categories_of(line: Line, bound: Bound) -> Sequence[Any] | None:
    """Labels of the categories of an outcome; None where it is a number, or several."""
    return bound.outcome_labels(line.name) if line.family.is_categorical else None


def numbers_of(line: Line, values: Values, bound: Bound) -> int:
    """How many means a unit has: one for each category or component."""
    categories = categories_of(line, bound)
    return width(values.planned, line.name) if categories is None else len(categories)


def expected(line: Line, values: Values, data: Facts, units: Units) -> Array:
    """The mean of the outcomes of some units, (chains, draws, units, components or categories)."""
    if line.family.is_gaussian:  # its location is all that it takes
        location = evaluate(line.args[line.location], line.domain, values, data, units)
        n = len(np.arange(data.size(line.domain))[units])
        return np.broadcast_to(location, (*values.shape, n, width(values.planned, line.name)))
    if not line.family.is_categorical:
        return mean(line, values, data, units)
    found = line.form.probabilities(arguments_of(line, values, data, units))
    n = len(np.arange(data.size(line.domain))[units])
    return np.broadcast_to(found, (*values.shape, n, found.shape[-1]))
