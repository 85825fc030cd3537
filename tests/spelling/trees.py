"""Expressions taken apart and put together, and the places of a graph where a predictor stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce

from stanlevels.graph import (
    At,
    Call,
    Column,
    Component,
    CovariatesNode,
    Dot,
    Expr,
    ExpressionNode,
    Graph,
    LevelNode,
    Node,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
    expressions,
    parents,
    walk,
)

Change = Callable[[Expr], Expr]
Addend = tuple[int, Expr]


# --- sums and products ------------------------------------------------------------------------


def addends(expr: Expr) -> list[Addend]:
    """`expr` as a signed sum."""
    match expr:
        case Op(symbol="+", args=(left, right)):
            return [*addends(left), *addends(right)]
        case Op(symbol="-", args=(left, right)):
            return [*addends(left), *((-sign, inner) for sign, inner in addends(right))]
        case Op(symbol="neg", args=(only,)):
            return [(-sign, inner) for sign, inner in addends(only)]
        case _:
            return [(1, expr)]


def total(terms: Sequence[Addend]) -> Expr:
    """A signed sum as an expression."""
    (sign, first), *rest = terms
    found = first if sign > 0 else minus(first)
    for sign, term in rest:
        found = Op("+" if sign > 0 else "-", (found, term))
    return found


def factors(expr: Expr) -> list[Expr]:
    """`expr` as a product."""
    match expr:
        case Op(symbol="*", args=(left, right)):
            return [*factors(left), *factors(right)]
        case _:
            return [expr]


def product(parts: Sequence[Expr]) -> Expr:
    return reduce(times, parts)


def times(left: Expr, right: Expr) -> Expr:
    return Op("*", (left, right))


def plus(left: Expr, right: Expr) -> Expr:
    return Op("+", (left, right))


def minus(expr: Expr) -> Expr:
    return Op("neg", (expr,))


def within_sum(expr: Expr, change: Change) -> Expr:
    """`expr` with every addend changed; itself where none is."""
    before = addends(expr)
    after = [(sign, change(term)) for sign, term in before]
    return expr if after == before else total(after)


def everywhere(expr: Expr, change: Change) -> Expr:
    """`expr` with `change` done to everything inside it, innermost first.

    What is picked from or multiplied by `@` must stay a name, and is left as it is.
    """
    match expr:
        case Op(symbol=symbol, args=args):
            expr = Op(symbol, tuple(everywhere(a, change) for a in args))
        case Call(function=function, args=args):
            expr = Call(function, tuple(everywhere(a, change) for a in args))
        case Stack(items=items):
            expr = Stack(tuple(everywhere(i, change) for i in items))
        case _:
            pass
    return change(expr)


def is_quantity(expr: Expr) -> bool:
    return isinstance(expr, Ref | At | Component)


def coefficient_and_columns(term: Expr) -> tuple[Expr, list[Column]] | None:
    """The parts of a quantity times covariates."""
    parts = factors(term)
    quantities = [p for p in parts if is_quantity(p)]
    columns = [p for p in parts if isinstance(p, Column)]
    if len(quantities) != 1 or not columns or len(columns) + 1 < len(parts):
        return None
    return quantities[0], columns


# --- where predictors stand -------------------------------------------------------------------


def is_predictor(node: VariableNode, argument: str) -> bool:
    """Whether an argument may be any real number and moves what it belongs to."""
    return argument in ("log", "logit", "eta") or (argument == "mu" and node.family != "NegBinomial")


def _changed(argument: Expr, change: Change) -> Expr:
    """An argument with its predictors changed; a list keeps its bare names, which label components."""
    if isinstance(argument, Stack):
        return Stack(tuple(i if isinstance(i, Ref | Number) else change(i) for i in argument.items))
    return argument if isinstance(argument, Number) else change(argument)


def _change_line(node: VariableNode, change: Change) -> VariableNode:
    bare_vector = node.family in ("MultiNormal", "Categorical")

    def changed(name: str, expr: Expr | None) -> Expr | None:
        if expr is None or (bare_vector and not isinstance(expr, Stack)):
            return expr
        if is_predictor(node, name):
            return _changed(expr, change)
        if name == "sigma" and isinstance(expr, Call) and expr.function == "exp":
            return Call("exp", (_changed(expr.args[0], change),))
        return expr

    return replace(node, args=tuple((name, changed(name, expr)) for name, expr in node.args))


def parts_of_predictors(graph: Graph) -> set[str]:
    """Named expressions that are terms of a predictor, also through others."""
    found: set[str] = set()

    def see(expr: Expr) -> Expr:
        for _, term in addends(expr):
            if isinstance(term, Ref) and isinstance(named := graph[term.name], ExpressionNode):
                found.add(term.name)
                see(named.expr)
        return expr

    for node in graph.variables.values():
        _change_line(node, see)
    return found


def with_predictors(graph: Graph, change: Callable[[str, Expr], Expr]) -> Graph:
    """The graph with every predictor changed: arguments that move a variable, and named parts of them.

    `change` is given the name of the line and the expression.
    """
    parts = parts_of_predictors(graph)

    def changed(node: Node) -> Node:
        if isinstance(node, VariableNode):
            return _change_line(node, lambda expr: change(node.name, expr))
        if isinstance(node, ExpressionNode) and node.name in parts:
            return replace(node, expr=change(node.name, node.expr))
        return node

    return Graph(graph.name, {name: changed(node) for name, node in graph.nodes.items()}, graph.doc)


# --- lines ------------------------------------------------------------------------------------


def inserted(graph: Graph, lines: Mapping[str, Sequence[Node]], *, after: bool = False) -> Graph:
    """New lines before (or after) the lines that are the mapping's keys."""
    nodes: dict[str, Node] = {}
    for name, node in graph.nodes.items():
        new = {n.name: n for n in lines.get(name, ())}
        nodes |= {name: node, **new} if after else {**new, name: node}
    return Graph(graph.name, nodes, graph.doc)


def without(graph: Graph, names: set[str]) -> Graph:
    nodes = {name: node for name, node in graph.nodes.items() if name not in names}
    return Graph(graph.name, nodes, graph.doc)


def uses(graph: Graph, name: str) -> int:
    """How often a line is used by others, in expressions, as an axis, or after `@`."""
    found = 0
    for node in graph.nodes.values():
        axes = node.over if isinstance(node, VariableNode | ExpressionNode) else ()
        found += axes.count(name)
        for inner in (e for expr in expressions(node) for e in walk(expr)):
            found += isinstance(inner, Ref | At) and inner.name == name
            found += isinstance(inner, At) and name in inner.levels
            found += isinstance(inner, Dot) and inner.covariates == name
    return found


def columns_elsewhere(graph: Graph) -> set[str]:
    """Columns that mean something beside a number in an expression."""
    found: set[str] = set()
    for node in graph.nodes.values():
        match node:
            case LevelNode(column=column):
                found.add(column)
            case CovariatesNode():
                found |= {c.name for c in node.columns}
            case VariableNode(observed=observed, weights=weights):
                found |= {*observed, *([weights] if weights else [])}
            case _:
                pass
    return found


def column_uses(graph: Graph, column: str) -> int:
    return sum(
        inner == Column(column)
        for node in graph.nodes.values()
        for expr in expressions(node)
        for inner in walk(expr)
    )


def needs(graph: Graph, node: Node) -> list[str]:
    """Every line that must stand above a line."""
    found = list(parents(node))
    for inner in (e for expr in expressions(node) for e in walk(expr)):
        found += inner.levels if isinstance(inner, At) else ()
        found += [inner.covariates] if isinstance(inner, Dot) else ()
    if isinstance(node, VariableNode | ExpressionNode):
        found += node.over
    if isinstance(node, LevelNode):
        found += [above for above in (node.within, node.of) if above is not None]
    return [name for name in found if name in graph]


def free_name(graph: Graph, wanted: str) -> str:
    """A name that no line has."""
    while wanted in graph:
        wanted += "_"
    return wanted
