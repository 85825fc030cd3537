"""The mean that a line declares, from its arguments: what `deviation` is measured from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import VariableNode
from stanlevels.plan.facts import Data
from stanlevels.values.evaluate import evaluate
from stanlevels.values.pieces import chunks
from stanlevels.values.store import Values, width

__all__ = ["declared_mean", "mean_of"]

Arguments = Mapping[str, Any]


def mean_of(node: VariableNode, arguments: Arguments, width: int) -> Array:
    """The mean of a line's distribution, of arguments (chains, draws, units, components).

    `width` is the number of components: a single concentration of a Dirichlet holds for each.
    """
    family = FAMILIES[node.family]
    if family.sized:
        arguments = {**arguments, "dim": width}
    return family.parameterization(node.parameterization).middle(arguments)


def declared_mean(name: str, values: Values, data: Data) -> Array | None:
    """Mean over draws of a quantity's declared mean, (units, components); None for a named expression.

    Draws are taken in pieces, so that memory stays bounded.
    """
    line = values.planned.lines[name]
    if not isinstance(line.node, VariableNode):
        return None
    shape = (data.size(line.domain), width(values.planned, name))
    total, (chains, length) = np.zeros(shape), values.shape
    for piece in chunks(length, chains * shape[0] * shape[1]):
        part = values.window(piece)
        arguments = {
            arg: evaluate(term, line.domain, part, data)
            for arg, term in line.args.items()
            if arg != line.form.correlation
        }
        mean = mean_of(line.node, arguments, shape[1]).mean(axis=(0, 1)) if length else np.nan
        total += np.broadcast_to(mean, shape) * (piece.stop - piece.start) / length
    return total
