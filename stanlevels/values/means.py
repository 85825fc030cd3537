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
from stanlevels.values.remembered import remembered
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

    Units are taken in pieces, so that memory stays bounded.
    """
    line = values.planned.lines[name]
    if not isinstance(line.node, VariableNode):
        return None
    shape = (data.size(line.domain), width(values.planned, name))
    found, (chains, length), kept = np.full(shape, np.nan), values.shape, remembered(data)
    for piece in chunks(shape[0], chains * length * shape[1]) if length else []:
        arguments = {
            arg: evaluate(term, line.domain, values, kept, piece)
            for arg, term in line.args.items()
            if arg != line.form.correlation
        }
        mean = mean_of(line.node, arguments, shape[1]).mean(axis=(0, 1))
        found[piece] = np.broadcast_to(mean, (piece.stop - piece.start, shape[1]))
    return found
