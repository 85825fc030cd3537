"""Who uses an outcome: by its name, through named expressions, and through sets of covariates."""

from __future__ import annotations

from stanlevels.graph import (
    CovariatesNode,
    Dot,
    Expr,
    ExpressionNode,
    Graph,
    VariableNode,
    expressions,
    parents,
    references,
    walk,
)

__all__ = ["behind", "depends_on", "sets_of", "used_by", "users_of", "within"]


def sets_of(graph: Graph, node: VariableNode) -> list[str]:
    """Sets of covariates in which the column of an outcome stands, as it is."""
    return [
        name
        for name, other in graph.nodes.items()
        if isinstance(other, CovariatesNode) and any(c.name == node.observed[0] for c in other.columns)
    ]


def users_of(graph: Graph, name: str) -> list[str]:
    """Lines that use an outcome, through named expressions and sets of covariates too."""
    return [n for n, node in graph.variables.items() if name in depends_on(graph, node, {name})]


def depends_on(graph: Graph, node: VariableNode | ExpressionNode, names: set[str]) -> set[str]:
    """Which outcomes a line depends on, without other lines between."""
    found = set()
    for expr in expressions(node):
        found |= within(graph, expr, names)
    return found


def within(graph: Graph, expr: Expr, names: set[str]) -> set[str]:
    """Which outcomes an expression depends on, through named expressions."""
    found: set[str] = set()
    for inner in walk(expr):
        if isinstance(inner, Dot):
            found |= {n for n in names if inner.covariates in sets_of(graph, graph.observed[n])}
    for name in references(expr):
        other = graph.nodes.get(name)
        if name in names:
            found.add(name)
        elif isinstance(other, ExpressionNode):
            found |= depends_on(graph, other, names)
    return found


def used_by(graph: Graph, name: str) -> list[str]:
    """Quantities that are written with an outcome."""
    return [n for n, other in graph.quantities.items() if name in parents(other)]


def behind(graph: Graph, name: str) -> set[str]:
    """Lines that one is written with, through named expressions too."""
    found: set[str] = set()
    pending = list(parents(graph[name]))
    while pending:
        other = pending.pop()
        if other not in found:
            found.add(other)
            pending += parents(graph[other]) if isinstance(graph[other], ExpressionNode) else ()
    return found
