"""The roles of a model's quantities as a table in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from stanlevels.graph import ROWS, Graph, VariableNode
from stanlevels.plan.placed import variable_domain
from stanlevels.plan.roles import role_of
from stanlevels.show import Table

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["role_table"]


def role_table(graph: Graph, chosen: Mapping[str, str], bound: Bound | None = None) -> Table:
    """Quantity, level, role, number of units (with data), and the meaning of the role."""
    rows = []
    for name, node in graph.quantities.items():
        role = role_of(name, graph, chosen)
        over = getattr(node, "over", ())
        axes = ["row" if axis == ROWS else axis for axis in over]
        units = ""
        if bound is not None and isinstance(node, VariableNode):
            units = f"{bound.size(variable_domain(graph, node)):,}"
        rows.append((name, " x ".join(axes), role, units, _meaning(role, axes)))
    return Table(f"Roles in {graph.name}", ("quantity", "over", "role", "units", "meaning"), tuple(rows))


def _meaning(role: str, axes: list[str]) -> str:
    each = " and ".join(axes)
    match role:
        case "constant":
            return "known"
        case "parameter":
            return f"one unknown, fixed number per {each}; no pooling" if axes else "one unknown number"
        case "random":
            if not axes:
                return "one draw from its distribution; integrated over"
            return f"one draw per {each} from its distribution; integrated over"
        case "computed":
            return "computed from others"
    return "data"
