"""A graph in which what is known and what is not known of an outcome are lines of their own.

Missing outcomes that no other line uses say nothing: their weights are 0. Those that others use become a
latent quantity, over a level of the rows that lack them, with the distribution of their line; the others use
the two together. Outcomes that are 0 or 1 are summed out: who uses them is a mixture over what they may be,
whose components agree where they are known.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product

from stanlevels.binding.partly.holes import absent, known, row_of, weights
from stanlevels.distributions.composed import MIXTURE, not_mixed, numbered
from stanlevels.distributions.links import LINKS
from stanlevels.distributions.supports import BINARY
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import (
    ROWS,
    At,
    Call,
    Column,
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
    exchanged,
    expressions,
    parents,
    walk,
)

__all__ = ["Sampled", "Split", "split"]

_MOST = 6  # outcomes that one line is summed over: 64 values


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
    summed : mapping of str to str
        Outcomes that are summed out, with the line in which they are.
    """

    graph: Graph
    sampled: Mapping[str, Sampled]
    summed: Mapping[str, str]


def split(graph: Graph, lines: Iterable[str]) -> Split:
    """Split some observed lines of a graph.

    Raises
    ------
    DeclarationError
        If others use an outcome whose missing values can be neither sampled nor summed out.
    """
    nodes: dict[str, Node] = dict(graph.nodes)
    sampled: dict[str, Sampled] = {}
    summed: dict[str, str] = {}
    for name in lines:
        node = graph.observed[name]
        nodes[name] = replace(node, weights=weights(name))
        if not any(name in parents(other) for other in graph.quantities.values()):
            continue
        _check(graph, node)
        if FAMILIES[node.family].discrete:
            summed[name] = _summed_in(graph, node)
        else:
            sampled[name] = _names(graph, node)
    whole = _completed(graph, nodes, sampled)
    for user in dict.fromkeys(summed.values()):
        whole = _mixed(whole, user, [name for name, by in summed.items() if by == user])
    return Split(whole, sampled, summed)


def _check(graph: Graph, node: VariableNode) -> None:
    """Refuse what others use and whose missing values have no place in the model."""
    family = FAMILIES[node.family]
    form = family.parameterization(node.parameterization)
    users = [n for n, other in graph.quantities.items() if node.name in parents(other)]
    used = f"{node.name!r} has missing values, and {listing(users)} {'uses' if len(users) == 1 else 'use'} it"
    if node.weights is not None:
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


# --- summed out -----------------------------------------------------------------------------------


def _summed_in(graph: Graph, node: VariableNode) -> str:
    """The one line in which the values of an outcome are summed over."""
    name, family = node.name, FAMILIES[node.family]
    if family.support != BINARY:
        raise DeclarationError(
            f"{name!r} ~ {node.outlined} has missing values, and other lines use it: whole numbers"
            " are not sampled, and only outcomes that are 0 or 1 are summed out",
            expected="an outcome that is 0 or 1, a continuous one, or one without missing values",
            way_out='leave these rows out, bind(data, missing="drop"); or impute them and fit each completed'
            " table: sl.pool([Model.fit(table) for table in tables])",
        )
    users = [n for n, v in graph.variables.items() if name in _behind(graph, v)]
    others = [n for n in users if not _takes_sums(graph, node, n)]
    if len(users) != 1 or others:
        raise DeclarationError(
            f"{name!r} has missing values, which are summed out, and {listing(users) or 'no line'} "
            + ("uses it" if len(users) < 2 else "use it"),
            expected="one line with data over the same units that uses it, a distribution of single numbers"
            " without clauses of its own",
            way_out='leave these rows out, bind(data, missing="drop"); or impute them and fit each completed'
            " table: sl.pool([Model.fit(table) for table in tables])",
        )
    return users[0]


def _takes_sums(graph: Graph, node: VariableNode, user: str) -> bool:
    other = graph.variables[user]
    by_road = any(
        isinstance(e, At) and e.name == node.name for expr in _written(graph, other) for e in walk(expr)
    )
    return (
        other.is_observed
        and graph.units(other) == graph.units(node)
        and not by_road
        and FAMILIES[other.family].composed is None
        and not not_mixed([FAMILIES[other.family]])
    )


def _behind(graph: Graph, node: Node) -> set[str]:
    """Quantities that a line uses, through named expressions too."""
    found: set[str] = set()
    pending = list(parents(node))
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += parents(graph[name]) if isinstance(graph[name], ExpressionNode) else ()
    return found


def _written(graph: Graph, node: VariableNode) -> list[Expr]:
    named = [graph[name] for name in _behind(graph, node)]
    return [
        e
        for each in (node, *named)
        if not isinstance(each, VariableNode) or each is node
        for e in expressions(each)
    ]


def _mixed(graph: Graph, user: str, names: list[str]) -> Graph:
    """The graph in which a line is a mixture over the values of outcomes that are 0 or 1."""
    if len(names) > _MOST:
        raise DeclarationError(
            f"{user!r} uses {len(names)} outcomes with missing values that are summed out: {listing(names)}",
            expected=f"at most {_MOST}: each doubles the terms of its density",
            way_out='leave rows out, bind(data, missing="drop"), or impute some of them',
        )
    node = graph.variables[user]
    chances = {name: _chance(graph.variables[name]) for name in names}
    args: list[tuple[str, Expr | None]] = []
    shares: list[Expr] = []
    for place, values in enumerate(product((0, 1), repeat=len(names)), 1):
        there = {name: _value(name, value) for name, value in zip(names, values, strict=True)}
        args += [
            (numbered(arg, place), None if expr is None else _put(graph, expr, there))
            for arg, expr in node.args
        ]
        odds = [
            chances[n] if v else Op("-", (Number(1), chances[n])) for n, v in zip(names, values, strict=True)
        ]
        shares.append(_product([_put(graph, expr, there) for expr in odds]))
    made = replace(
        node,
        family=_mixture(node, 2 ** len(names)),
        parameterization="",
        args=(*args, ("weights", Stack(tuple(shares)))),
    )
    return replace(graph, nodes={**graph.nodes, user: made})


def _mixture(node: VariableNode, count: int) -> str:
    """The family of a mixture of several of a line's, each written as it is."""
    each = f"{node.family}:{node.parameterization}" if node.parameterization else node.family
    return f"{MIXTURE}({','.join([each] * count)})"


def _chance(node: VariableNode) -> Expr:
    """The probability of a 1."""
    form = FAMILIES[node.family].parameterization(node.parameterization)
    expr = dict(node.args)[form.parameters[0].name]
    assert expr is not None
    inverse = LINKS[form.link].inverse
    return Call(inverse, (expr,)) if inverse else expr


def _of_value(chance: Expr, value: int) -> Expr:
    """The probability of a value, 0 or 1."""
    return chance if value else Op("-", (Number(1), chance))


def _value(name: str, value: int) -> Expr:
    """What an outcome is where it is known, and a value where it is not."""
    if not value:
        return Column(known(name))
    return Op("+", (Column(known(name)), Column(absent(name))))


def _product(factors: list[Expr]) -> Expr:
    first, *others = factors
    for other in others:
        first = Op("*", (first, other))
    return first


def _put(graph: Graph, expr: Expr, values: Mapping[str, Expr]) -> Expr:
    """An expression with values in place of outcomes, named expressions that rest on these written out."""
    others = dict(values)
    for name in {e.name for e in walk(expr) if isinstance(e, Ref)}:
        node = graph.nodes.get(name)
        if isinstance(node, ExpressionNode) and _behind(graph, node) & values.keys():
            others[name] = _put(graph, node.expr, values)
    return exchanged(expr, others)
