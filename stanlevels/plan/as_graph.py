"""The graph of a planned model with its data, to be looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from stanlevels.graph import ROWS, GraphWithData
from stanlevels.plan.planned import Planned

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["graph_of"]


def graph_of(planned: Planned, bound: Bound, roles: Mapping[str, str]) -> GraphWithData:
    """The declared lines with the sizes of levels and the roles of quantities.

    Parameters
    ----------
    planned : Planned
    bound : Bound
        The data; only their sizes are looked at.
    roles : mapping of str to str
        The roles that are not as declared.
    """
    graph = bound.declared if bound.as_known is not None else planned.graph
    sizes = {name: level.size for name, level in bound.levels.items()} | {ROWS: bound.n_rows}
    return GraphWithData(graph.name, graph.nodes, graph.doc, sizes, roles)
