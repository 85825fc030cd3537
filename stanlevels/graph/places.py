"""Where each quantity is drawn: a level, the rows, several levels at once, or none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stanlevels.graph.drawn import Drawn
from stanlevels.graph.expressions import At, Column, Derived, Dot, Members, children, walk
from stanlevels.graph.nodes import ROWS, ExpressionNode, MembershipsNode, Node, VariableNode, expressions

__all__ = ["Place", "columns_of", "innermost", "members_of", "over_levels", "places"]

Place = tuple[str, ...]


def places(graph: Drawn) -> dict[str, Place]:
    """The axes of data of every quantity; a named expression has those of what it is computed from.

    An expression with columns of data stands where the line that uses it does.
    """
    users: dict[str, list[str]] = {name: [] for name in graph.quantities}
    for name in graph.quantities:
        for other in graph.parents[name]:
            users[other].append(name)
    found: dict[str, Place] = {}
    asked: set[str] = set()  # those that are being looked for: they cannot tell where others are

    def place(name: str) -> Place:
        if name not in found:
            asked.add(name)
            node = graph.quantities[name]
            if isinstance(node, VariableNode):
                found[name] = graph.units(node)
            else:
                found[name] = computed(node) if isinstance(node, ExpressionNode) else ()
        return found[name]

    def computed(node: ExpressionNode) -> Place:
        if node.over:
            return tuple(axis for axis in node.over if axis == ROWS or axis in graph.levels)
        if isinstance(node.expr, Members):
            memberships = graph[node.expr.memberships]
            return (memberships.by,) if isinstance(memberships, MembershipsNode) else ()
        above = [axis for other in graph.parents[node.name] for axis in place(other)]
        own = innermost(graph, [*above, *([ROWS] if _takes_a_road(graph, node) else [])])
        if columns_of(node) or len(own) > 1:
            below = [place(user) for user in users[node.name] if user in found or user not in asked]
            return below[0] if below else own or (ROWS,)
        return own

    return {name: place(name) for name in graph.quantities}


def _takes_a_road(graph: Drawn, node: Node) -> bool:
    """Whether a line looks a quantity up by a road of the rows, such as the home team's."""
    looked_up = [inner for expr in expressions(node) for inner in walk(expr) if isinstance(inner, At)]
    return any(level in graph.aliases for inner in looked_up for level in inner.levels)


def members_of(graph: Drawn, name: str) -> str:
    """The level of the members over which a line sums; "" where it sums over none."""
    node = graph[name]
    if not isinstance(node, ExpressionNode) or not isinstance(node.expr, Members):
        return ""
    memberships = graph[node.expr.memberships]
    return memberships.of if isinstance(memberships, MembershipsNode) else ""


def over_levels(graph: Drawn, level: str) -> Iterator[str]:
    """A level and those it is declared within, innermost first."""
    name: str | None = level
    while name is not None and name in graph.levels:
        yield name
        name = graph.levels[name].within


def innermost(graph: Drawn, axes: Iterable[str]) -> Place:
    """Axes without those that another lies within; the rows lie within all."""
    given = tuple(dict.fromkeys(axes))
    if ROWS in given:
        return (ROWS,)
    over = {outer for axis in given for outer in list(over_levels(graph, axis))[1:]}
    return tuple(axis for axis in given if axis not in over)


def columns_of(node: Node) -> tuple[str, ...]:
    """Columns and sets of covariates that a line is written with, in order of first use."""
    names = []
    for expr in expressions(node):
        for inner in walk(expr):
            if isinstance(inner, Column):
                names.append(inner.name)
            elif isinstance(inner, Dot):
                names.append(inner.covariates)
            elif isinstance(inner, Derived) and isinstance(inner.of, Column) and children(inner):
                names.append(inner.of.name)
    return tuple(dict.fromkeys(names))
