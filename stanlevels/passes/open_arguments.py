"""`open_arguments`: give every argument left open a quantity of its own, where it needs one.

An open argument of a scalar stays open and gets a number from `default_priors`. An open argument of a line
over a level, or of a line with data, becomes an unknown with a default prior: ``A ~ Normal(0)``
over a level gains ``A_sigma ~ HalfNormal()``. An open location over a level is 0. Nothing else
changes.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

from stanlevels.distributions.table import FAMILIES, Parameter
from stanlevels.errors import DeclarationError
from stanlevels.graph import Expr, Graph, Node, Number, Ref, VariableNode
from stanlevels.plan.components import own_axis
from stanlevels.records import Record

# The default prior of an unknown argument: family and numbers (None: scaled to the data by `default_priors`),
# with its reason. Juarez and Steel (2010) for the degrees of freedom.
_UNKNOWN: dict[str, tuple[str, tuple[float | None, ...], str]] = {
    "nu": ("Gamma", (2.0, 0.1), "degrees of freedom: mostly between 3 and 60 (Juárez and Steel 2010)"),
    "corr": ("LKJCholesky", (2.0,), "correlations: mildly in favour of small ones"),
    "scale": ("HalfNormal", (None,), "a standard deviation, on the scale of the data"),
    "location": ("Normal", (None, None), "a location, on the scale of the data"),
    "mean": ("Exponential", (None,), "a positive mean, of the size of the data's"),
    "share": ("Beta", (1.0, 1.0), "a probability: every value is as likely"),
    "shape": ("Gamma", (2.0, 0.1), "a shape: mean 20, anywhere from 1 to 60"),
}

_NAMED = ("nu", "corr")  # arguments with a default of their own; the others have one by what they do


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
        records += tuple(_record(node, new) for new in added.values())
    return Graph(graph.name, nodes, graph.doc), records


def _close(graph: Graph, node: VariableNode) -> tuple[dict[str, VariableNode], VariableNode]:
    """The lines that an open line needs, and the line with their names."""
    if not graph.unit_axes(node.over) and not node.is_observed:
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


def _argument(graph: Graph, node: VariableNode, parameter: Parameter) -> tuple[Expr, VariableNode | None]:
    if parameter.kind == "location" and not node.is_observed:
        return Number(0), None
    name = f"{node.name}_{parameter.name}"
    kind = _kind(parameter)
    bounds = FAMILIES[node.family].bounds or ()
    if (
        kind not in _UNKNOWN
        or parameter.support.shape == "simplex"
        or parameter.name in ("cutpoints", *bounds)
    ):
        raise DeclarationError(
            f"{parameter.name} of {node.name!r} ~ {node.family}(...) is left open",
            expected=parameter.support.words,
            way_out=f"give {parameter.name} a number, a column or a quantity",
        )
    if name in graph:
        raise DeclarationError(
            f"{parameter.name} of {node.name!r} is left open, and {name!r}, the name it would get, is taken",
            way_out=f"write {parameter.name}={name} if that is meant, or rename {name!r}",
        )
    family, numbers, _ = _UNKNOWN[kind]
    names = [p.name for p in FAMILIES[family].parameterizations[0].parameters]
    args = tuple(
        (n, None if value is None else Number(value)) for n, value in zip(names, numbers, strict=True)
    )
    vector = parameter.support.shape == "vector"
    over = (own_axis(graph, node),) if vector else ()
    return Ref(name), VariableNode(name, family, args, over=over)


def _kind(parameter: Parameter) -> str:
    """Which default an argument gets: a key of `_UNKNOWN`, if it has one."""
    if parameter.name in _NAMED:
        return parameter.name
    if parameter.kind == "location" and parameter.support.shape == "scalar":
        if parameter.support.upper < inf:
            return "share"
        return "mean" if parameter.support.lower > -inf else "location"
    return parameter.kind


def _record(node: VariableNode, new: VariableNode) -> Record:
    argument = new.name.removeprefix(f"{node.name}_")
    form = FAMILIES[node.family].parameterization(node.parameterization)
    return Record(
        new.name,
        "open",
        f"is the open {argument} of {node.name!r}: unknown, with a default prior",
        _UNKNOWN[_kind(form.parameter(argument))][2],
        f"declare it: {new.name} = sl.{new.family}(...), and pass it to {node.name}",
    )
