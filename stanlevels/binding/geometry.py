"""What structures need to know of the units of a line, from bound data."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding.encodings import Encodings
from stanlevels.distributions.structure import GROUPS, TIMES
from stanlevels.distributions.structures import Borders, Correlations, Geometry, Groups, Neighbours, Times
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
    if needs == GROUPS:
        return Groups(*_groups(graph, encodings, node, tuple(outer), last))
    if node.matrix is None:
        raise InternalError(f"{node.name!r} has no matrix")
    matrix = encodings.matrices[node.matrix]
    at = matrix.places(encodings.levels[last])
    whole = isinstance(matrix.values, Borders) and len(at) == len(matrix.labels) and (at >= 0).all()
    return (Neighbours if whole else Correlations)(_keys(encodings, tuple(outer)), matrix.values, at)


def _keys(encodings: Encodings, axes: tuple[str, ...]) -> tuple[Any, ...]:
    """What each combination of units is called."""
    return tuple(product(*(encodings.levels[axis].coordinate for axis in axes)))


def _parent(graph: Graph, encodings: Encodings, last: str) -> str | None:
    """The level that units lie within, where that is known of each of them."""
    within = graph.levels[last].within
    known = within is not None and encodings.levels[last].above is not None
    return graph.target_level(within) if within is not None and known else None


def _groups(
    graph: Graph, encodings: Encodings, node: VariableNode, outer: tuple[str, ...], last: str
) -> tuple[tuple[Any, ...], Codes]:
    """What groups of units are called, and the group of each: by other levels, and the one it lies within."""
    level, parent = encodings.levels[last], _parent(graph, encodings, last)
    if parent in outer:
        raise DeclarationError(
            f"{node.name!r} is over ({', '.join((*outer, last))}), and {last!r} lies within {parent!r}",
            expected="each unit once",
            way_out=f"write over={last}: the units of every {parent} stand by themselves",
        )
    groups = _keys(encodings, outer)
    if parent is None:
        return groups, np.repeat(np.arange(len(groups)), level.size)
    above, names = np.asarray(level.above), encodings.levels[parent].coordinate
    keys = tuple((*key, name) for key in groups for name in names)
    run = np.concatenate([np.zeros(0, dtype=np.int64), *(above + g * len(names) for g in range(len(groups)))])
    return keys, run


def _times(
    graph: Graph, encodings: Encodings, node: VariableNode, outer: tuple[str, ...], last: str
) -> Times:
    keys, run = _groups(graph, encodings, node, outer, last)
    at = np.tile(encodings.clocks[last].at(encodings.levels[last]), len(_keys(encodings, outer)))
    if _parent(graph, encodings, last) is None:
        return Times(keys, run, at, np.zeros(len(keys)))
    begin = np.full(len(keys), np.inf)
    np.minimum.at(begin, run, np.where(np.isnan(at), np.inf, at))
    return Times(keys, run, at, begin)
