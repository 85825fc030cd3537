"""What structures need to know of the units of a line, from bound data."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from stanlevels.binding.encodings import Encodings
from stanlevels.distributions.structure import TIMES
from stanlevels.distributions.structures import Correlations, Geometry, Times
from stanlevels.errors import DeclarationError, InternalError
from stanlevels.graph import Graph, VariableNode

__all__ = ["geometry_of"]


def geometry_of(graph: Graph, encodings: Encodings, node: VariableNode, needs: str) -> Geometry | None:
    """The geometry of the units of a line: those of its last level, for each combination of the others."""
    if not needs:
        return None
    *outer, last = graph.unit_axes(node.over)
    if needs == TIMES:
        return _times(graph, encodings, node, tuple(outer), last)
    if node.matrix is None:
        raise InternalError(f"{node.name!r} has no matrix")
    matrix = encodings.matrices[node.matrix]
    return Correlations(_keys(encodings, tuple(outer)), matrix.values, matrix.places(encodings.levels[last]))


def _keys(encodings: Encodings, axes: tuple[str, ...]) -> tuple[Any, ...]:
    """What each combination of units is called."""
    return tuple(product(*(encodings.levels[axis].coordinate for axis in axes)))


def _times(
    graph: Graph, encodings: Encodings, node: VariableNode, outer: tuple[str, ...], last: str
) -> Times:
    level, within = encodings.levels[last], graph.levels[last].within
    parent = None if within is None else graph.target_level(within)
    if parent in outer:
        raise DeclarationError(
            f"{node.name!r} is over ({', '.join((*outer, last))}), and {last!r} lies within {parent!r}",
            expected="each unit once",
            way_out=f"write over={last}: every {parent} has a process of its own",
        )
    at = encodings.clocks[last].at(level)
    groups = _keys(encodings, outer)
    if parent is None or level.above is None:
        run = np.repeat(np.arange(len(groups)), level.size)
        return Times(groups, run, np.tile(at, len(groups)), np.zeros(len(groups)))
    above = np.asarray(level.above)
    names = encodings.levels[parent].coordinate
    keys = tuple((*key, name) for key in groups for name in names)
    run = np.concatenate([np.zeros(0, dtype=np.int64), *(above + g * len(names) for g in range(len(groups)))])
    whole = np.tile(at, len(groups))
    begin = np.full(len(keys), np.inf)
    np.minimum.at(begin, run, np.where(np.isnan(whole), np.inf, whole))
    return Times(keys, run, whole, begin)
