"""Names given to parts of a predictor, and taken away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stanlevels.graph import Column, Expr, ExpressionNode, Graph, Node, Number, Ref, VariableNode
from tests.spelling.rewrites.spelling import Spelling, intercepts
from tests.spelling.trees import (
    addends,
    everywhere,
    free_name,
    inserted,
    total,
    uses,
    with_predictors,
    within_sum,
    without,
)


def _naming(graph: Graph, cut: Callable[[Expr, Callable[[str, Expr], Expr]], Expr]) -> Spelling | None:
    """Lines put before those that use them; `cut` says which parts of a predictor get a name."""
    lines: dict[str, list[Node]] = {}

    def change(line: str, eta: Expr) -> Expr:
        def named(wanted: str, expr: Expr) -> Expr:
            taken = {n.name for new in lines.values() for n in new}
            name = free_name(graph, f"{wanted}_of_{line}")
            while name in taken:
                name += "_"
            lines.setdefault(line, []).append(ExpressionNode(name, expr))
            return Ref(name)

        return cut(eta, named)

    new = with_predictors(graph, change)
    return Spelling(inserted(new, lines)) if lines else None


def predictors_named(graph: Graph) -> Spelling | None:
    """`y ~ Normal(a + b * x, s)` becomes `mu = a + b * x`, `y ~ Normal(mu, s)`."""
    return _naming(graph, lambda eta, named: eta if isinstance(eta, Ref) else named("predictor", eta))


def predictors_named_in_two_steps(graph: Graph) -> Spelling | None:
    """`y ~ Normal(a + b * x, s)` becomes `part = b * x`, `mu = a + part`, `y ~ Normal(mu, s)`."""

    def cut(eta: Expr, named: Callable[[str, Expr], Expr]) -> Expr:
        first, *rest = addends(eta)
        if not rest:
            return eta
        return named("whole", total([first, (1, named("part", total(rest)))]))

    return _naming(graph, cut)


def every_term_named(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `first = a * 1`, `second = b * x`, `first + second`."""

    def cut(eta: Expr, named: Callable[[str, Expr], Expr]) -> Expr:
        return within_sum(eta, lambda term: term if isinstance(term, Ref | Number) else named("term", term))

    return _naming(graph, cut)


def covariates_named(graph: Graph) -> Spelling | None:
    """`b * sl.data("x")` becomes `x = sl.data("x")`, `b * x`."""

    def cut(eta: Expr, named: Callable[[str, Expr], Expr]) -> Expr:
        return everywhere(eta, lambda inner: named(inner.name, inner) if isinstance(inner, Column) else inner)

    found = _naming(graph, cut)
    return found and replace(found, retold=intercepts(graph))


def names_written_out(graph: Graph) -> Spelling | None:
    """`mu = a + b * x`, `y ~ Normal(mu, s)` becomes `y ~ Normal(a + b * x, s)`."""

    def change(inner: Expr) -> Expr:
        if isinstance(inner, Ref) and isinstance(node := graph[inner.name], ExpressionNode):
            return everywhere(node.expr, change)
        return inner

    def written(node: Node) -> Node:
        if isinstance(node, ExpressionNode):
            return replace(node, expr=everywhere(node.expr, change))
        if isinstance(node, VariableNode):
            args = tuple((n, None if e is None else everywhere(e, change)) for n, e in node.args)
            return replace(node, args=args)
        return node

    new = Graph(graph.name, {n: written(node) for n, node in graph.nodes.items()}, graph.doc)
    if all(new[n] == node for n, node in graph.nodes.items()):
        return None
    named = {n for n, node in new.nodes.items() if isinstance(node, ExpressionNode)}
    return Spelling(without(new, {n for n in named if not uses(new, n)}))
