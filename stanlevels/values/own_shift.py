"""Coefficients that begin with an intercept, whose prior lies where covariates are at their means."""

from __future__ import annotations

from stanlevels.arrays import Array
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

__all__ = ["own_shift"]


def own_shift(line: Line, unmoved: Array, values: Values, data: Data) -> Array:
    """The numbers of a line from those of its `unmoved` line: the intercept where covariates are 0."""
    if line.own_shift is None:
        return unmoved
    there = values.storing({line.name: unmoved})
    return unmoved - evaluate(line.own_shift, line.domain, there, data)
