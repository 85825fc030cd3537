"""A graph in which what is known and what is not known of an outcome are lines of their own.

Missing outcomes that no other line uses say nothing: their weights are 0. Those that others use become a
latent quantity, over a level of the rows that lack them, with the distribution of their line; the others use
the two together. Categories and whole numbers are summed out (`summed`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from stanlevels.binding.partly.assumed import Found
from stanlevels.binding.partly.holes import absent, known, row_of, seen, weights
from stanlevels.binding.partly.reach import used_by, users_of
from stanlevels.binding.partly.summed import Sums, mixed
from stanlevels.distributions.composed import SEEN
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import (
    ROWS,
    Column,
    Expr,
    ExpressionNode,
    Graph,
    LevelNode,
    Node,
    Op,
    Ref,
    Stack,
    VariableNode,
    exchanged,
    parents,
)

__all__ = ["Sampled", "Split", "split"]


@dataclass(frozen=True)
class Sampled:
    """The names of what a partly known outcome became.

    Attributes
    ----------
    level : str
        The rows, or units, that lack it.
    latent : str
        Its values there.
    complete : str
        Known values and unknown ones together.
    """

    level: str
    latent: str
    complete: str


@dataclass(frozen=True)
class Split:
    """A graph with its partly known outcomes in parts.

    Attributes
    ----------
    graph : Graph
    sampled : mapping of str to Sampled
        By outcome.
    summed : mapping of str to tuple of str
        Outcomes that are summed out, with the lines in which they are.
    sums : mapping of str to Sums
        What these lines are summed over.
    """

    graph: Graph
    sampled: Mapping[str, Sampled]
    summed: Mapping[str, tuple[str, ...]]
    sums: Mapping[str, Sums]


def split(graph: Graph, lines: Iterable[str], beside: Iterable[str], data: Found) -> Split:
    """Split some observed lines of a graph.

    Parameters
    ----------
    graph : Graph
        As declared.
    lines : iterable of str
        Those that lack values.
    beside : iterable of str
        Those that say what missing values of others may be, and may be absent from new rows.
    data : Found
        What data say of outcomes.

    Raises
    ------
    DeclarationError
        If others use an outcome whose missing values can be neither sampled nor summed out.
    """
    nodes: dict[str, Node] = dict(graph.nodes)
    sampled: dict[str, Sampled] = {}
    summed: list[str] = []
    together = [name for name in lines if FAMILIES[graph.observed[name].family].is_vector]
    for name in together:
        nodes[name] = _of_what_is_seen(graph, graph.observed[name])
    lines = [name for name in lines if name not in together]
    lacking = [*lines, *beside]
    for name in lacking:
        node = graph.observed[name]
        nodes[name] = replace(node, weights=weights(name), partly=True)
    for name in lines:
        node = graph.observed[name]
        whole = FAMILIES[node.family].discrete
        if not (users_of(graph, name) if whole else used_by(graph, name)):
            continue
        _check(graph, node)
        if whole:
            summed.append(name)
        else:
            sampled[name] = _names(graph, node)
    found, sums = mixed(graph, _completed(graph, nodes, sampled), summed, lacking, data)
    by = {name: tuple(n for n, each in sums.items() if name in each.names) for name in summed}
    return Split(found, sampled, by, sums)


def _of_what_is_seen(graph: Graph, node: VariableNode) -> VariableNode:
    """A line with several outcomes, as the distribution of those that each row knows."""
    users = [n for n, other in graph.quantities.items() if node.name in parents(other)]
    if users:
        raise DeclarationError(
            f"{node.name!r} has missing values, which are integrated out, and stands in {listing(users)}",
            expected="one outcome in each line where others use it",
            way_out="give each outcome a line of its own, the second given the first",
        )
    which = Stack(tuple(Column(seen(node.name, column)) for column in node.observed))
    return replace(node, family=f"{node.family}|{SEEN.name}", args=(*node.args, (SEEN.name, which)))


def _check(graph: Graph, node: VariableNode) -> None:
    """Refuse what others use and whose missing values have no place in the model."""
    family = FAMILIES[node.family]
    form = family.parameterization(node.parameterization)
    users = users_of(graph, node.name) if family.discrete else used_by(graph, node.name)
    used = f"{node.name!r} has missing values, and {listing(users)} {'uses' if len(users) == 1 else 'use'} it"
    if node.weights is not None and not family.discrete:
        raise DeclarationError(
            f"{used}; it has weights={node.weights!r}",
            expected="no weights: a row that counts twice would lack one value, or two",
            way_out="repeat the rows in the data as often as they count",
        )
    if any(p.of_outcome for p in form.parameters):
        raise DeclarationError(
            f"{used}; it is censored", expected="values that are known or missing, where other lines use them"
        )
    if len(graph.units(node)) != 1:
        raise DeclarationError(
            f"{used}; it has a value for every combination of {listing(graph.units(node))}",
            expected="one value per row, or per unit of one level",
        )
    if not family.discrete and not family.latent:
        raise DeclarationError(
            f"{used}; {node.distribution} cannot be that of an unknown quantity",
            expected="a distribution of numbers that may be a prior",
        )


# --- sampled --------------------------------------------------------------------------------------


def _names(graph: Graph, node: VariableNode) -> Sampled:
    (axis,) = graph.units(node)
    kinds = (
        f"{node.name}_{'row' if axis == ROWS else axis}",
        f"{node.name}_missing",
        f"{node.name}_complete",
    )
    return Sampled(*(_free(graph, kind) for kind in kinds))


def _free(graph: Graph, name: str) -> str:
    while name in graph:
        name += "_"
    return name


def _completed(graph: Graph, nodes: dict[str, Node], sampled: Mapping[str, Sampled]) -> Graph:
    others: dict[str, Expr] = {name: Ref(made.complete) for name, made in sampled.items()}
    found: dict[str, Node] = {}
    for name, node in nodes.items():
        node = _exchanged(node, others)
        if name in sampled:
            found |= _in_parts(node, sampled[name])
        found[name] = node
        if name in sampled:
            found[sampled[name].complete] = _complete(graph, node, sampled[name])
    return replace(graph, nodes=found)


def _in_parts(node: Node, made: Sampled) -> dict[str, Node]:
    assert isinstance(node, VariableNode)
    latent = replace(
        node,
        name=made.latent,
        over=(made.level,),
        observed=(),
        weights=None,
        partly=False,
        completes=node.name,
    )
    return {made.level: LevelNode(made.level, row_of(node.name)), made.latent: latent}


def _complete(graph: Graph, node: Node, made: Sampled) -> ExpressionNode:
    assert isinstance(node, VariableNode)
    missing = Op("*", (Column(absent(node.name)), Ref(made.latent)))
    both = Op("+", (Column(known(node.name)), missing))
    return ExpressionNode(made.complete, both, graph.units(node), completes=node.name)


def _exchanged(node: Node, others: Mapping[str, Expr]) -> Node:
    if not others or not any(name in others for name in parents(node)):
        return node
    if isinstance(node, ExpressionNode):
        return replace(node, expr=exchanged(node.expr, others))
    assert isinstance(node, VariableNode)
    args = tuple((arg, None if expr is None else exchanged(expr, others)) for arg, expr in node.args)
    return replace(node, args=args)
