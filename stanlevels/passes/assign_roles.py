"""`roles`: rewrite a graph for the roles that a fit gives to its quantities.

A number or a column makes a quantity constant; a distribution takes the place of the declared one.
A random variable whose standard deviation is exactly 0 *is* its mean (complete pooling), one whose
standard deviation is infinite becomes a parameter (no pooling). "parameter" and "random" leave the
graph as it is and are remembered. The meaning of everything else stays the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from math import inf, isnan
from typing import Any

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import (
    Column,
    ConstantNode,
    Expr,
    ExpressionNode,
    Graph,
    Node,
    Number,
    Ref,
    Stack,
    VariableNode,
    parents,
)
from stanlevels.graph.text import node_text, number_text
from stanlevels.plan.components import own_axis
from stanlevels.plan.planned import Planned
from stanlevels.records import Record

__all__ = ["Assigned", "assign_roles", "refuse_under_nuts"]

_WORDS = ("parameter", "random")
_KINDS = "'parameter', 'random', a number, sl.data('column') or a distribution"


@dataclass(frozen=True)
class Assigned:
    """A graph in its roles.

    Attributes
    ----------
    graph : Graph
    roles : mapping of str to str
        "parameter" or "random", where that was chosen.
    records : tuple of Record
    """

    graph: Graph
    roles: Mapping[str, str]
    records: tuple[Record, ...]


def assign_roles(
    graph: Graph, roles: Mapping[str, Any] | None, read: Callable[[str, Any], Node] | None = None
) -> Assigned:
    """Give quantities their roles.

    Parameters
    ----------
    graph : Graph
    roles : mapping of str to role, optional
    read : callable, optional
        Turns what the language made (a distribution, a column) into a node, given the name.

    Raises
    ------
    DeclarationError
        For a quantity that is not there, or a role that it cannot have.
    """
    nodes = dict(graph.nodes)
    chosen: dict[str, str] = {}
    records: list[Record] = []
    for name, role in _mapping(graph, roles).items():
        declared = _quantity(graph, name)
        if isinstance(role, str):
            chosen[name] = _word(declared, role)
            words = f"has the role {role!r}"
        else:
            nodes[name] = _replaced(_with_axis(graph, declared), role, read)
            words = f"is now  {node_text(nodes[name])}"
        records.append(Record(name, "roles", words, "as roles= says", f"leave {name!r} out of roles="))
    for name, node in list(nodes.items()):
        spread = _spread_number(node, nodes)
        if spread == 0:
            assert isinstance(node, VariableNode)
            node = _with_axis(graph, node)
            if FAMILIES[node.family].is_vector and (isinstance(_mean(node), Stack) or len(node.over) < 2):
                nodes[name] = node  # no one quantity has its components: they are drawn, with no spread
                continue
            nodes[name] = ExpressionNode(name, _mean(node), over=node.over)
            records.append(
                Record(name, "roles", "equals its mean: complete pooling", "its standard deviation is 0")
            )
        elif spread == inf and chosen.get(name) != "parameter":
            chosen[name] = "parameter"
            records.append(
                Record(name, "roles", "is a parameter: no pooling", "its standard deviation is infinite")
            )
    changed = Graph(graph.name, nodes, graph.doc)
    gone = _reaching(graph) - _reaching(changed)
    lost = [n for n in graph.latent if n in gone and n in changed.latent]
    records += [
        Record(n, "roles", "is left out", "it reaches no line with data in these roles") for n in lost
    ]
    kept = {n: node for n, node in nodes.items() if n not in lost}
    return Assigned(_closed(Graph(graph.name, kept, graph.doc), lost), chosen, tuple(records))


def _mapping(graph: Graph, roles: Any) -> Mapping[str, Any]:
    """The roles as a person gave them, where they are a mapping."""
    if roles is None or isinstance(roles, Mapping):
        return roles or {}
    some = next(iter(graph.latent), "a")
    raise DeclarationError(
        f"roles= is {roles!r}",
        expected="a mapping from names of quantities to roles",
        way_out=f"roles={{{some!r}: 'parameter'}}",
    )


def _closed(graph: Graph, lost: list[str]) -> Graph:
    """Without named expressions that rest on what was left out."""
    nodes, gone = dict(graph.nodes), set(lost)
    while True:
        more = {n for n, node in nodes.items() if gone & set(parents(node))}
        if not more:
            return Graph(graph.name, nodes, graph.doc)
        gone |= more
        nodes = {n: node for n, node in nodes.items() if n not in more}


def _quantity(graph: Graph, name: str) -> VariableNode | ConstantNode | ExpressionNode:
    quantities = graph.quantities
    if name not in quantities:
        raise DeclarationError(
            f"roles= names {name!r}, which {graph.name} does not have",
            expected=f"one of {listing(graph.latent, 20)}",
        )
    node = quantities[name]
    if isinstance(node, VariableNode) and node.is_observed:
        raise DeclarationError(f"roles= names {name!r}, which has data", expected="a quantity without data")
    return node


def _with_axis(graph: Graph, node: Any) -> Any:
    """A vector whose components lie along an axis that its arguments tell, with that axis in its `over`."""
    if not isinstance(node, VariableNode) or not FAMILIES[node.family].is_vector:
        return node
    axis = own_axis(graph, node)
    return node if axis in (node.name, *node.over) else replace(node, over=(*node.over, axis))


def _word(node: Node, role: str) -> str:
    if role not in _WORDS:
        raise DeclarationError(f"the role of {node.name!r} is {role!r}", expected=_KINDS)
    if not isinstance(node, VariableNode):
        raise DeclarationError(
            f"{node_text(node)} has the role {role!r}",
            expected="a quantity with a distribution",
            way_out=f"declare {node.name} = sl.Normal(...)",
        )
    return role


def _replaced(node: Any, role: Any, read: Callable[[str, Any], Node] | None) -> Node:
    over = node.over if isinstance(node, VariableNode | ExpressionNode) else ()
    value = role.item() if hasattr(role, "item") and getattr(role, "ndim", None) == 0 else role
    if isinstance(value, int | float) and not isinstance(value, bool) and not isnan(value):
        _check_number(node, value)
        return ExpressionNode(node.name, Number(value), over) if over else ConstantNode(node.name, value)
    if isinstance(value, Column):
        return ExpressionNode(node.name, value, over)
    if read is None or isinstance(value, bool | int | float):
        raise DeclarationError(f"the role of {node.name!r} is {role!r}", expected=_KINDS)
    made = read(node.name, value)
    if isinstance(made, ExpressionNode):
        return replace(made, over=over)
    if not isinstance(made, VariableNode) or made.is_observed:
        raise DeclarationError(f"the role of {node.name!r} is {role!r}", expected=_KINDS)
    return replace(made, over=made.over or over)


def _check_number(node: Node, value: float) -> None:
    if not isinstance(node, VariableNode):
        return
    support = FAMILIES[node.family].support
    vector = support.shape == "vector" and len(node.over) > 1  # every component of every unit
    if not (support.shape == "scalar" or vector) or not support.lower <= value <= support.upper:
        raise DeclarationError(
            f"the role of {node_text(node)} is the number {number_text(value)}", expected=support.words
        )


def _spread_number(node: Node, nodes: Mapping[str, Node]) -> float | None:
    """The standard deviation of a random variable where it is 0 or infinite."""
    if not isinstance(node, VariableNode) or node.is_observed or node.ordered:
        return None
    family = FAMILIES[node.family]
    if not family.location_scale:
        return None
    scale = node.arg(family.location_scale[1])
    return _all_of(scale, nodes) if family.is_vector else _number(scale, nodes)


def _all_of(expr: Expr | None, nodes: Mapping[str, Node]) -> float | None:
    """The common number of a list of standard deviations, where it is 0 or infinite for all."""
    items = expr.items if isinstance(expr, Stack) else (expr,)
    found = {_number(item, nodes) for item in items}
    return found.pop() if len(found) == 1 else None


def _number(expr: Expr | None, nodes: Mapping[str, Node]) -> float | None:
    value: float | None = None
    if isinstance(expr, Number):
        value = expr.value
    elif isinstance(expr, Ref):
        node = nodes.get(expr.name)
        if isinstance(node, ConstantNode):
            value = node.value
        elif isinstance(node, ExpressionNode):
            value = _number(node.expr, nodes)
    return value if value in (0, inf) else None


def _mean(node: VariableNode) -> Expr:
    pair = FAMILIES[node.family].location_scale
    assert pair is not None
    return node.arg(pair[0]) or Number(0)


def _reaching(graph: Graph) -> set[str]:
    found: set[str] = set()
    pending = list(graph.observed)
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += graph.parents[name]
    return found


def refuse_under_nuts(planned: Planned) -> None:
    """Raise where a role has no meaning in full Bayes, where everything unknown is random.

    Raises
    ------
    DeclarationError
        For the role of a parameter where the declared distribution has unknown arguments or an
        infinite standard deviation.
    """
    nodes = planned.graph.nodes
    for name, role in planned.roles.items():
        node = nodes.get(name)
        if role != "parameter" or not isinstance(node, VariableNode):
            continue
        unknown = [p for p in parents(node) if isinstance(nodes[p], VariableNode)]
        if unknown or _spread_number(node, nodes) == inf:
            why = f"uses the unknown {listing(unknown)}" if unknown else "has an infinite standard deviation"
            raise DeclarationError(
                f"{name!r} is to be a parameter under method='nuts', where a parameter needs a prior, and"
                f" {node_text(node)} {why}",
                expected="a distribution with known numbers",
                way_out=f"give the prior as its role: roles={{{name!r}: sl.Normal(0, 10)}}",
            )
