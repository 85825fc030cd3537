"""The labels of component axes: how many components every vector-valued quantity has, and their names."""

from __future__ import annotations

from collections.abc import Callable
from math import prod

from stanlevels.distributions.table import FAMILIES, Parameterization
from stanlevels.errors import DeclarationError
from stanlevels.graph import (
    CovariatesNode,
    Expr,
    Graph,
    IndexNode,
    Ref,
    Stack,
    VariableNode,
)

Labels = tuple[str | int, ...]


def component_labels(graph: Graph, covariate_labels: Callable[[str], tuple[str, ...]]) -> dict[str, Labels]:
    """Labels of every component axis of `graph`, by the axis's name.

    An index or a set of covariates gives its own name to the axis. Components that belong to one
    quantity alone (`MultiNormal` over two means) have an axis that is called like the quantity.
    """
    labels: dict[str, Labels] = {}
    for name, node in graph.nodes.items():
        if isinstance(node, IndexNode):
            labels[name] = node.labels
        elif isinstance(node, CovariatesNode):
            labels[name] = covariate_labels(name)
    for node in graph.variables.values():
        if FAMILIES[node.family].support.several and own_axis(graph, node) == node.name:
            labels[node.name] = _own_labels(graph, node, labels)
    for node in graph.variables.values():
        if FAMILIES[node.family].is_correlation:
            labels[node.name] = _correlation_labels(graph, node, labels)
        for name, expr in node.args:
            if isinstance(expr, Stack):  # an axis for a list of numbers, as in theta=[0.2, 0.3, 0.5]
                labels[list_axis(node, name)] = tuple(range(len(expr.items)))
    return labels


def list_axis(node: VariableNode, argument: str) -> str:
    """The axis of a list of numbers given to a line that has no components itself."""
    return f"<{node.name} {argument}>"  # no declaration can have this name


def own_axis(graph: Graph, node: VariableNode) -> str:
    """The axis along which a vector-valued draw extends: its last index, else one of its own."""
    fixed = graph.component_axes(node.over)
    if FAMILIES[node.family].is_vector:
        sds = node.arg(_form(node).scale)
        scale = graph.variables.get(sds.name) if isinstance(sds, Ref) else None
        over = graph.component_axes(scale.over) if scale is not None else ()
        if over and not fixed:
            return over[-1]
    return fixed[-1] if fixed else node.name


def axis_size(labels: dict[str, Labels], components: tuple[str, ...]) -> int:
    """The number of components along several axes."""
    return prod(len(labels[axis]) for axis in components)


def _own_labels(graph: Graph, node: VariableNode, labels: dict[str, Labels]) -> Labels:
    if node.is_observed and len(node.observed) > 1:
        return node.observed
    sizes = {
        name: size for name, expr in node.args if (size := _length(graph, expr, labels, node)) is not None
    }
    if node.size is not None:
        sizes["dim"] = node.size
    if not sizes:
        raise DeclarationError(
            f"nothing tells how many components {node.name!r} ~ {node.outlined} has",
            expected="an Index in over=, a list as an argument, or dim=",
            way_out=f"write {node.name} = sl.{node.distribution}(..., over=k) with k = sl.Index([...])",
        )
    if len(set(sizes.values())) > 1:
        found = ", ".join(f"{size} by {name}" for name, size in sizes.items())
        raise DeclarationError(f"{node.name!r} has a different number of components by argument: {found}")
    means = dict(node.args).get(_form(node).location)
    if isinstance(means, Stack) and all(isinstance(m, Ref) for m in means.items):
        names = tuple(m.name for m in means.items if isinstance(m, Ref))
        if len(set(names)) == len(names):
            return names
    return tuple(range(next(iter(sizes.values()))))


def _length(graph: Graph, expr: Expr | None, labels: dict[str, Labels], node: VariableNode) -> int | None:
    if isinstance(expr, Stack):
        return len(expr.items)
    if isinstance(expr, Ref) and isinstance(other := graph[expr.name], VariableNode):
        if FAMILIES[other.family].is_correlation:
            return other.size
        over = graph.component_axes(other.over)
        if over and over != (node.name,):
            return len(labels[over[-1]])
    return None


def _correlation_labels(graph: Graph, node: VariableNode, labels: dict[str, Labels]) -> Labels:
    """Those of the components that are correlated, where its users agree; else 0, 1, ..."""
    size = _correlation_size(graph, node, labels)
    users = _correlated(graph, node)
    found = {labels[own_axis(graph, user)] for user in users}
    return next(iter(found)) if len(found) == 1 else tuple(range(size))


def _correlation_size(graph: Graph, node: VariableNode, labels: dict[str, Labels]) -> int:
    users = _correlated(graph, node)
    sizes = {u.name: len(labels[own_axis(graph, u)]) for u in users}
    if node.size is not None:
        sizes[node.name] = node.size
    if len(set(sizes.values())) != 1:
        found = ", ".join(f"{size} by {name}" for name, size in sizes.items()) or "nothing says"
        raise DeclarationError(
            f"the size of the correlation matrix {node.name!r} is not one number: {found}",
            expected="as many rows as the MultiNormal that uses it has components",
            way_out=f"write {node.name} = sl.LKJCholesky(2, dim=...)",
        )
    return next(iter(sizes.values()))


def _correlated(graph: Graph, node: VariableNode) -> list[VariableNode]:
    """The lines whose components a correlation matrix correlates."""
    return [
        v
        for v in graph.variables.values()
        if (corr := _form(v).correlation) and dict(v.args).get(corr) == Ref(node.name)
    ]


def _form(node: VariableNode) -> Parameterization:
    return FAMILIES[node.family].parameterization(node.parameterization)
