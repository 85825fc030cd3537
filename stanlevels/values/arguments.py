"""The arguments of a line's distribution as arrays, in the shapes that the rows of the table take."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Units, Values

__all__ = ["arguments_of", "picks_categories"]

_ALL = slice(None)


def picks_categories(line: Line) -> bool:
    """Whether the variable is one number whose arguments are vectors: its values have no components."""
    shapes = {parameter.support.shape for parameter in line.form.parameters}
    return line.family.is_scalar and bool(shapes - {"scalar"})


def arguments_of(
    line: Line, values: Values, data: Data, units: Units = _ALL, *, of_outcome: bool = False
) -> dict[str, Array]:
    """Every argument, (chains, draws, units, components); what belongs to outcomes where it is asked for.

    Where the variable itself has no components, neither have arguments that are single numbers; a
    correlation is its Cholesky factor, with two axes of components.
    """
    found = {}
    for name, term in (line.args if of_outcome else line.needed_args).items():
        array = evaluate(term, line.domain, values, data, units)
        shape = line.parameter(name).support.shape
        if shape == "cholesky":
            size = round(np.sqrt(array.shape[-1]))
            array = np.linalg.cholesky(array.reshape(*array.shape[:-1], size, size))
        elif shape == "scalar" and (picks_categories(line) or not line.family.is_scalar):
            array = array[..., 0]
        found[name] = array
    return found
