"""The mean that a line declares, from its arguments: what `deviation` is measured from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import VariableNode
from stanlevels.values.evaluate import evaluate
from stanlevels.values.mixing import chunks

if TYPE_CHECKING:
    from stanlevels.values.draws import Array, Draws

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


def declared_mean(name: str, draws: Draws, width: int) -> Array | None:
    """Posterior mean of a quantity's declared mean, (units, components); None for a named expression.

    Draws are taken in pieces, so that memory stays bounded.
    """
    line = draws.line(name)
    if not isinstance(line.node, VariableNode):
        return None
    shape = (draws.bound.size(line.domain), width)
    total, (chains, length) = np.zeros(shape), draws.shape
    for piece in chunks(length, chains * shape[0] * shape[1]):
        part = draws.window(piece)
        arguments = {
            arg: evaluate(term, line.domain, part)
            for arg, term in line.args.items()
            if arg != line.form.correlation
        }
        mean = mean_of(line.node, arguments, width).mean(axis=(0, 1)) if length else np.nan
        total += np.broadcast_to(mean, shape) * (piece.stop - piece.start) / length
    return total
