"""Names in the lines of a graph mean the right kind of thing, and form no circle."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from types import UnionType

from stanlevels.errors import DeclarationError
from stanlevels.graph import (
    ROWS,
    At,
    ConstantNode,
    CovariatesNode,
    Derived,
    Dot,
    ExpressionNode,
    Graph,
    IndexNode,
    LevelNode,
    Members,
    MembershipsNode,
    Node,
    VariableNode,
    depth_first,
    expressions,
    parents,
    walk,
)
from stanlevels.graph.text import node_text

__all__ = ["check_cycles", "check_references"]


def check_references(node: Node, graph: Graph) -> None:
    """Names must mean the right kind of thing, also after overriding."""
    if isinstance(node, LevelNode):
        for role, other in (("within=", node.within), ("of=", node.of)):
            if other is not None and not isinstance(graph[other], LevelNode):
                raise DeclarationError(f"{role} of {node.name!r} is {other!r}, which is not a Level")
            if role == "of=" and other in graph.aliases:
                raise DeclarationError(
                    f"of= of {node.name!r} is {other!r}, itself of= another level",
                    way_out=f"write of={graph.target_level(other or '')}",
                )
    for name in (node.of, node.by) if isinstance(node, MembershipsNode) else ():
        if name in graph.aliases:
            level = graph.target_level(name)
            raise DeclarationError(
                f"{node.name!r} is of the level {name!r}, which is another road to {level!r}",
                expected="levels with units of their own",
                way_out=f"write {level} in its place; a sum with a line of its own, s = u @ {node.name}, is"
                f" looked up by roads: s[{name}]",
            )
    for role, kinds, names in _roles(node):
        for name in names:
            if name != ROWS and not isinstance(graph[name], kinds):
                raise DeclarationError(
                    f"{node.name!r} uses {name!r} {role}, and {name!r} is another kind of line here:"
                    f" {node_text(graph[name])}",
                    expected="a line that overrides another to be of its kind",
                    way_out=f"rename the new {name!r}",
                )


def _roles(node: Node) -> Iterator[tuple[str, type | UnionType, tuple[str, ...]]]:
    """In which role a line uses which names, and the kinds of line that can play it."""
    yield "as a quantity", VariableNode | ExpressionNode | ConstantNode, parents(node)
    if isinstance(node, VariableNode):
        yield "in over=", LevelNode | IndexNode | CovariatesNode, node.over
    for inner in (e for expr in expressions(node) for e in walk(expr)):
        if isinstance(inner, At):
            yield "as an index", LevelNode, inner.levels
        elif isinstance(inner, Derived) and inner.over is not None:
            yield "in over=", LevelNode, (inner.over,)
        elif isinstance(inner, Dot):
            yield "as covariates", CovariatesNode, (inner.covariates,)
        elif isinstance(inner, Members):
            yield "as memberships", MembershipsNode, (inner.memberships,)
    if isinstance(node, MembershipsNode):
        yield "as a level", LevelNode, (node.of, node.by)


def check_cycles(graph: Graph) -> None:
    """Overriding a line can close a circle; say which."""
    _check_circles(graph.quantities, graph.parents.__getitem__, "quantities depend on")
    levels = {**graph.levels, **graph.aliases}
    above = {n: tuple(up for up in (v.within, v.of) if up is not None) for n, v in levels.items()}
    _check_circles(above, above.__getitem__, "levels lie within")


def _check_circles(names: Iterable[str], above: Callable[[str], tuple[str, ...]], verb: str) -> None:
    _, circle = depth_first(names, above)
    if circle:
        raise DeclarationError(
            f"{verb} each other in a circle: {' -> '.join(circle)}",
            expected="an acyclic graph",
            way_out="change one of these lines",
        )
