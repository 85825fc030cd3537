"""The mean that a line declares, from its arguments: what `deviation` is measured from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import InternalError
from stanlevels.graph import VariableNode
from stanlevels.values.evaluate import evaluate
from stanlevels.values.mixing import chunks

if TYPE_CHECKING:
    from stanlevels.values.draws import Array, Draws

__all__ = ["declared_mean", "mean_of"]

Arguments = Mapping[str, "Array"]


def mean_of(node: VariableNode, arguments: Arguments, width: int) -> Array:
    """The mean of a line's distribution, of arguments (chains, draws, units, components).

    `width` is the number of components: a single concentration of a Dirichlet holds for each.
    """
    if node.family == "Dirichlet":
        wide = (*arguments["alpha"].shape[:-1], width)
        arguments = {"alpha": np.broadcast_to(arguments["alpha"], wide)}
    mean = FAMILIES[node.family].parameterization(node.parameterization).mean
    if mean is None:
        raise InternalError(f"the table of distributions has no mean for {node.family}")
    with np.errstate(all="ignore"):
        return np.asarray(mean(arguments))


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
            if (line.node.family, arg) != ("MultiNormal", "corr")
        }
        mean = mean_of(line.node, arguments, width).mean(axis=(0, 1)) if length else np.nan
        total += np.broadcast_to(mean, shape) * (piece.stop - piece.start) / length
    return total
