"""Which columns a model uses, and for what."""

from __future__ import annotations

from stanlevels.distributions.composed import SEEN, STATUS, UNTIL
from stanlevels.graph import (
    Column,
    CovariateColumn,
    CovariatesNode,
    Graph,
    LevelNode,
    Node,
    VariableNode,
    expressions,
    parents,
    walk,
)

__all__ = ["columns_of_set", "columns_used", "level_columns", "outcome_columns", "outcomes_used"]


def columns_used(graph: Graph) -> dict[str, str]:
    """Every column that the model names, with what it is to the model, in order of declaration.

    Nothing else in the data is looked at.
    """
    uses: dict[str, list[str]] = {}
    for node in graph.nodes.values():
        for column, use in _uses(node):
            uses.setdefault(column, []).append(use)
    return {column: ", ".join(dict.fromkeys(found)) for column, found in uses.items()}


def level_columns(graph: Graph) -> dict[str, str]:
    """Names of levels and of roads to them, with their columns."""
    return {name: node.column for name, node in graph.nodes.items() if isinstance(node, LevelNode)}


def outcome_columns(graph: Graph) -> set[str]:
    """Columns that are outcomes or their weights and nothing else: rows to predict may lack them."""
    outcomes = {
        column
        for node in graph.observed.values()
        for column in (*node.observed, *(() if node.weights is None else (node.weights,)))
    }
    known = {column for node in graph.nodes.values() for column, _ in _covariates(node)}
    for node in graph.nodes.values():
        if isinstance(node, LevelNode):
            known.add(node.column)
        elif isinstance(node, CovariatesNode):
            known |= {column.name for column in node.columns}
    return outcomes - known


def outcomes_used(graph: Graph) -> tuple[str, ...]:
    """Columns of outcomes that other lines use by their names, as of a mediator."""
    used = {name for node in graph.quantities.values() for name in parents(node)}
    return tuple(column for name, node in graph.observed.items() if name in used for column in node.observed)


def _uses(node: Node) -> list[tuple[str, str]]:
    match node:
        case LevelNode(name=name, column=column, of=None):
            return [(column, f"level {name}")]
        case LevelNode(name=name, column=column, of=of):
            return [(column, f"road {name} to {of}")]
        case CovariatesNode():
            return _of_set(node)
        case VariableNode(name=name, observed=observed, weights=weights):
            found = [(column, f"observed by {name}") for column in observed]
            found += [(weights, f"weights of {name}")] if weights is not None else []
            return found + [
                (column, f"how outcomes of {name} are known" if column in _known_by(node) else use)
                for column, use in _covariates(node)
            ]
        case _:
            return _covariates(node)


def _of_set(node: CovariatesNode) -> list[tuple[str, str]]:
    """The columns of a set in the order of its terms."""
    found = []
    for factor in (factor for term in node.terms for factor in term.factors):
        inside = [factor] if isinstance(factor, CovariateColumn) else walk(factor)
        found += [inner.name for inner in inside if isinstance(inner, CovariateColumn | Column)]
    return [(column, f"covariate in {node.name}") for column in dict.fromkeys(found)]


def _covariates(node: Node) -> list[tuple[str, str]]:
    exprs = expressions(node)
    return [(inner.name, "covariate") for expr in exprs for inner in walk(expr) if isinstance(inner, Column)]


def _known_by(node: VariableNode) -> set[str]:
    """Columns that say how much is known of outcomes."""
    return {
        inner.name
        for name, expr in node.args
        if expr is not None and name in (SEEN.name, STATUS.name, UNTIL.name)
        for inner in walk(expr)
        if isinstance(inner, Column)
    }


def columns_of_set(graph: Graph, name: str) -> set[str]:
    """The columns behind a set of covariates."""
    node = graph.nodes[name]
    return {column for column, _ in _of_set(node)} if isinstance(node, CovariatesNode) else set()
