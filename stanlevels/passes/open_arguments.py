"""`open_arguments`: give every argument left open a quantity of its own, where it needs one.

An open argument of a scalar stays open and gets a number from `default_priors`. An open argument of a line
over a level, or of a line with data, becomes an unknown with a default prior: ``A ~ Normal(0)``
over a level gains ``A_sigma ~ HalfNormal()``, as the coefficients of a smooth do. An open location over a
level is 0. Nothing else changes.
"""

from __future__ import annotations

from dataclasses import replace

from stanlevels.distributions.table import FAMILIES, Parameter
from stanlevels.errors import DeclarationError
from stanlevels.graph import (
    Component,
    CovariatesNode,
    Expr,
    Graph,
    IndexNode,
    Node,
    Number,
    Ref,
    VariableNode,
)
from stanlevels.plan.components import own_axis
from stanlevels.records import Record


def open_arguments(graph: Graph) -> tuple[Graph, tuple[Record, ...]]:
    """Add a line for every unknown that was left open, with a record of each."""
    records: tuple[Record, ...] = ()
    nodes: dict[str, Node] = {}
    for name, node in graph.nodes.items():
        if not isinstance(node, VariableNode) or all(expr is not None for _, expr in node.args):
            nodes[name] = node
            continue
        added, changed = _close(graph, node)
        nodes |= {**added, name: changed}
        records += tuple(_mean_of_zero(node, argument) for argument in _at_zero(node, changed))
        records += tuple(_record(node, new) for new in added.values())
    return Graph(graph.name, nodes, graph.doc), records


def _close(graph: Graph, node: VariableNode) -> tuple[dict[str, VariableNode], VariableNode]:
    """The lines that an open line needs, and the line with their names."""
    if not graph.unit_axes(node.over) and not node.is_observed and not _is_smooth(graph, node):
        return {}, node
    form = FAMILIES[node.family].parameterization(node.parameterization)
    added: dict[str, VariableNode] = {}
    args: list[tuple[str, Expr | None]] = []
    for name, expr in node.args:
        if expr is None:
            expr, new = _argument(graph, node, form.parameter(name))
            added |= {new.name: new} if new else {}
        args.append((name, expr))
    return added, replace(node, args=tuple(args))


def _is_smooth(graph: Graph, node: VariableNode) -> bool:
    """Whether it holds the coefficients of a smooth, which one standard deviation keeps from bending."""
    sets = [found for axis in node.over if isinstance(found := graph.nodes[axis], CovariatesNode)]
    return any(each.smooths for each in sets)


def _argument(graph: Graph, node: VariableNode, parameter: Parameter) -> tuple[Expr, VariableNode | None]:
    if parameter.kind == "location" and not node.is_observed:
        return Number(0), None
    name = f"{node.name}_{parameter.name}"
    prior = parameter.prior
    if prior is None:
        raise DeclarationError(
            f"{parameter.name} of {node.name!r} ~ {node.outlined} is left open",
            expected=parameter.support.words,
            way_out=f"give {parameter.name} a number, a column or a quantity",
        )
    if name in graph:
        raise DeclarationError(
            f"{parameter.name} of {node.name!r} is left open, and {name!r}, the name it would get, is taken",
            way_out=f"write {parameter.name}={name} if that is meant, or rename {name!r}",
        )
    names = [p.name for p in FAMILIES[prior.family].parameterizations[0].parameters]
    args = tuple(
        (n, None if value is None else Number(value)) for n, value in zip(names, prior.numbers, strict=True)
    )
    if parameter.size is not None:
        index = _index_of(graph, node, parameter.size)
        axes = (index,) if index else ()
        return Ref(name), VariableNode(
            name, prior.family, args, over=axes, size=None if index else parameter.size
        )
    vector = parameter.support.shape == "vector"
    over = (own_axis(graph, node),) if vector else ()
    return Ref(name), VariableNode(name, prior.family, args, over=over)


def _index_of(graph: Graph, node: VariableNode, size: int) -> str:
    """The Index whose labels arguments of a line have, one for each entry of a vector; "" for none."""
    parts = [expr.of.name for _, expr in node.args if isinstance(expr, Component)]
    names = {name for name in parts if name in graph.variables}
    axes = {axis for name in names for axis in graph.component_axes(graph.variables[name].over)[-1:]}
    found = [axis for axis in axes if isinstance(k := graph[axis], IndexNode) and len(k.labels) == size]
    return found[0] if len(found) == 1 else ""


def _at_zero(before: VariableNode, after: VariableNode) -> list[str]:
    """Locations over units that were left open, and are 0."""
    pairs = zip(before.args, after.args, strict=True)
    return [name for (name, given), (_, found) in pairs if given is None and found == Number(0)]


def _mean_of_zero(node: VariableNode, argument: str) -> Record:
    return Record(
        node.name,
        "open",
        f"its open {argument} is 0",
        "what its units have in common stands beside it, or nowhere",
        f"give {argument}: for an unknown one, mean = sl.Normal() and sl.{node.distribution}(mean, ...)",
    )


def _record(node: VariableNode, new: VariableNode) -> Record:
    argument = new.name.removeprefix(f"{node.name}_")
    prior = FAMILIES[node.family].parameterization(node.parameterization).parameter(argument).prior
    assert prior is not None  # it is what made the line
    return Record(
        new.name,
        "open",
        f"is the open {argument} of {node.name!r}: unknown, with a default prior",
        prior.reason,
        f"declare it: {new.name} = sl.{new.family}(...), and pass it to {node.name}",
    )
