"""What a fit's model says in mathematics and in words, with the numbers and sizes that data gave it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from stanlevels.graph import ROWS, Expr, Graph, Node, Number, Op, Stack, VariableNode
from stanlevels.notation.model import formulas, in_latex, in_mathml
from stanlevels.notation.words import in_words
from stanlevels.plan.term_text import expression_of
from stanlevels.results.faces.face import Face
from stanlevels.show import Html, Latex

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["latex_of", "mathematics", "sentences"]


def latex_of(fit: Face, symbols: Mapping[str, str] | None = None) -> Latex:
    """The model as LaTeX; see `Model.latex`."""
    return in_latex(_with_numbers(fit), symbols, _domains(fit), _sizes(fit), _fixed(fit))


def mathematics(fit: Face) -> Html:
    """The model as a ``math`` element."""
    lines = formulas(_with_numbers(fit), _domains(fit), _sizes(fit), _fixed(fit))
    return in_mathml(lines)


def sentences(fit: Face) -> tuple[str, ...]:
    """The model in words."""
    return in_words(_with_numbers(fit), _domains(fit), _fixed(fit))


def _fixed(fit: Face) -> frozenset[str]:
    """Parameters of a likelihood, whose priors played no part."""
    if fit.planned.decided.priors:
        return frozenset()
    roles: Mapping[str, str] = getattr(fit, "roles", {})
    return frozenset(name for name, role in roles.items() if role == "parameter")


def _with_numbers(fit: Face) -> Graph:
    """The declared graph, with the numbers of default priors where lines leave arguments open."""
    nodes: dict[str, Node] = {}
    graph = fit.bound.declared
    for name, node in graph.nodes.items():
        nodes[name] = _closed(node, fit.planned) if isinstance(node, VariableNode) else node
    return Graph(graph.name, nodes, graph.doc)


def _closed(node: VariableNode, planned: Planned) -> VariableNode:
    line = planned.lines.get(node.name)
    if line is None or all(expr is not None for _, expr in node.args):
        return node
    given: dict[str, Any] = dict(line.unmoved.args)
    args = tuple((name, _number(name, expr, given)) for name, expr in node.args)
    return replace(node, args=args)


def _number(name: str, expr: Expr | None, given: Mapping[str, Any]) -> Expr | None:
    return expr if expr is not None or name not in given else _rounded(expression_of(given[name]))


def _rounded(expr: Expr) -> Expr:
    """Numbers that were scaled to the data, as priors print them: with four digits."""
    match expr:
        case Number(value=value):
            return Number(float(f"{value:.4g}"))
        case Stack(items=items):
            rounded = tuple(map(_rounded, items))
            return rounded[0] if len(set(rounded)) == 1 else Stack(rounded)
        case Op(symbol=symbol, args=args):
            return Op(symbol, tuple(map(_rounded, args)))
    return expr


def _domains(fit: Face) -> dict[str, tuple[str, ...]]:
    """Where named expressions are, and so the covariates that they and other lines use."""
    lines = {name: line for name, line in fit.planned.lines.items() if name in fit.bound.declared}
    return {name: line.domain for name, line in lines.items() if line.is_expression}


def _sizes(fit: Face) -> dict[str, int]:
    bound, graph = fit.bound, fit.bound.declared
    sizes = {name: bound.levels[name].size for name in graph.levels}
    lists = {n: len(labels) for n, labels in fit.planned.axes.items() if n in graph}
    return {ROWS: bound.n_rows, **sizes, **lists}
