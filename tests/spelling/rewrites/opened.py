"""Models with priors left open, as far as the data tell how large a quantity is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from stanlevels.graph import Expr, Graph, Node, Number, VariableNode

REALS = ("Normal", "StudentT", "Cauchy", "Laplace", "Logistic")
POSITIVES = (
    *("HalfNormal", "HalfCauchy", "HalfStudentT", "Gamma", "InverseGamma", "Exponential"),
    *("LogNormal", "Weibull"),
)
NUMBERS = {"mu": Number(0.25), "sigma": Number(1.5)}


def opened(graph: Graph) -> Graph:
    """The model with every prior of a single number, and of coefficients, left open."""

    def open_line(node: Node) -> Node:
        if not isinstance(node, VariableNode) or node.is_observed or graph.unit_axes(node.over):
            return node
        if node.ordered or node.size is not None or not all(isinstance(e, Number) for _, e in node.args):
            return node
        args: tuple[tuple[str, None], ...] = (("mu", None), ("sigma", None))
        if node.family in REALS:
            return replace(node, family="Normal", parameterization="", args=args)
        if node.family in POSITIVES:
            return replace(node, family="HalfNormal", parameterization="", args=args[1:])
        return node

    return Graph(graph.name, {name: open_line(node) for name, node in graph.nodes.items()}, graph.doc)


def told(graph: Graph, is_refused: Callable[[Graph], bool]) -> Graph:
    """The model with numbers for what is left open and cannot be."""
    if not is_refused(graph):
        return graph
    found = graph
    for name in graph.latent:
        found = _with(found, _closed(found, name))
    for name in graph.latent:
        again = _with(found, graph[name])
        found = found if found[name] == graph[name] or is_refused(again) else again
    return found


def _closed(graph: Graph, name: str) -> VariableNode:
    node = graph.latent[name]

    def number(argument: str, given: Expr | None) -> Expr | None:
        return NUMBERS.get(argument) if given is None else given

    return replace(node, args=tuple((a, number(a, e)) for a, e in node.args))


def _with(graph: Graph, node: Node) -> Graph:
    return Graph(graph.name, {**graph.nodes, node.name: node}, graph.doc)
