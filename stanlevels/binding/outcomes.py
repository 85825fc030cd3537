"""Outcomes: observed numbers, frequency weights, and the categories of what is one of several kinds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.binding.read.columns import Values
from stanlevels.binding.read.not_numbers import how_to_numbers
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError, listing
from stanlevels.graph import (
    At,
    Component,
    Expr,
    ExpressionNode,
    Graph,
    IndexNode,
    Ref,
    Stack,
    VariableNode,
    children,
)
from stanlevels.words import counted

__all__ = [
    "category_codes",
    "find_categories",
    "model_categories",
    "plain_outcome",
    "weights_of",
    "whole",
]


def plain_outcome(node: VariableNode, values: Values) -> npt.NDArray[Any]:
    """Observed numbers (n,), int64 for discrete families, else float64.

    Raises
    ------
    DataError
        If they are not numbers, or not whole where the family counts.
    """
    if not values.is_numeric:
        raise _not_an_outcome(node, values)
    numbers = values.numeric()
    if not FAMILIES[node.family].discrete:
        return numbers.astype(np.float64)
    large = np.abs(numbers.astype(np.float64)) >= 2.0**63
    if large.any():
        raise DataError(
            f"column {values.name!r}, observed by {node.name} ~ {node.distribution}, holds"
            f" {listing(np.unique(numbers[large]).tolist())}",
            expected=f"whole numbers up to {2**31 - 1}, the largest that Stan holds",
            way_out="count in larger units",
        )
    counts = numbers.astype(np.int64)
    if (counts != numbers).any():
        odd = np.unique(numbers[counts != numbers]).tolist()
        raise DataError(
            f"column {values.name!r}, observed by {node.name} ~ {node.distribution}, holds {listing(odd)}",
            expected="whole numbers",
        )
    return counts


def _not_an_outcome(node: VariableNode, values: Values) -> DataError:
    _, labels = values.factorize()
    way_out = how_to_numbers(values.name, values.kind, labels)
    if not way_out and len(labels) == 2 and FAMILIES[node.family].discrete:
        way_out = f"say which of the two is 1, as in df[{values.name!r}] == {labels[1]!r}"
    elif not way_out and len(labels) > 2:
        way_out = "sl.Categorical or sl.OrderedLogistic take categories"
    return DataError(
        f"column {values.name!r}, observed by {node.name} ~ {node.distribution}, holds {listing(labels)}",
        expected="numbers or booleans",
        way_out=way_out or "convert the column to numbers",
    )


def weights_of(node: VariableNode, values: Values) -> npt.NDArray[np.float64]:
    """Frequency weights (n,): how many times each observation counts.

    Raises
    ------
    DataError
        If they are not numbers or some are negative.
    """
    numbers = values.numeric(f" (weights of {node.name})").astype(np.float64)
    if (numbers < 0).any():
        odd = np.unique(numbers[numbers < 0]).tolist()
        raise DataError(
            f"column {values.name!r} (weights of {node.name}) has negative values: {listing(odd)}",
            expected="frequency weights: 0 or more",
        )
    return numbers


def find_categories(graph: Graph, node: VariableNode, values: Values) -> tuple[Any, ...]:
    """The K categories of an outcome, in their order: the model's own, else those of the data.

    Parameters
    ----------
    graph : Graph
        The model, whose arguments may name its categories, or say how many there are.
    node : VariableNode
        The observed line.
    values : Values, (n,)
        What was observed.

    Raises
    ------
    DataError
        If the order is known neither from the model, an ordered type, nor integers.
    """
    categories, n_categories = _from_model(graph, node, values, values.factorize()[1])
    return tuple(categories) if categories is not None else _declared(node, values, n_categories)


def category_codes(node: VariableNode, values: Values, labels: tuple[Any, ...]) -> npt.NDArray[np.int64]:
    """Codes 1..K of a categorical outcome with these K labels.

    Raises
    ------
    DataError
        If a value is not among them.
    """
    found, present = values.factorize()
    rank = {label: code for code, label in enumerate(labels, start=1)}
    present = [whole(label) for label in present]
    strangers = [label for label in present if label not in rank]
    if strangers:
        raise DataError(
            f"column {values.name!r}, observed by {node.name}, holds {listing(strangers)}",
            expected=f"one of its {counted(len(labels), 'category')} {listing(labels, 20)}",
        )
    to_code = np.fromiter((rank[label] for label in present), np.int64, len(present))
    return to_code[found] if len(found) else np.zeros(0, dtype=np.int64)


def whole(label: Any) -> Any:
    """A float that is a whole number as one."""
    return int(label) if isinstance(label, float) and label.is_integer() else label


def _declared(node: VariableNode, values: Values, n_categories: int | None) -> tuple[Any, ...]:
    """The categories in the order that the data's own type or the integers give."""
    if values.ordered and values.labels is not None:
        if n_categories not in (None, len(values.labels)):
            raise _wrong_number(node, values, f"declares {listing(values.labels, 20)}", n_categories)
        return values.labels
    _, labels = values.factorize()
    if values.kind == "boolean":
        if n_categories not in (None, 2):
            raise _wrong_number(node, values, "holds booleans", n_categories)
        return (False, True)
    if not labels:
        return tuple(range(1, (n_categories or 0) + 1))
    numbers = [whole(label) for label in labels]
    if values.kind in ("integer", "float") and all(isinstance(label, int) for label in numbers):
        return _range_of(node, values, numbers, n_categories)
    if not FAMILIES[node.family].is_ordinal:
        if values.labels is not None and n_categories == len(values.labels):
            return values.labels  # those of the column's type, whether a row has them or not
        if n_categories not in (None, len(labels)):
            raise _wrong_number(node, values, f"holds {listing(labels, 20)}", n_categories)
        return tuple(labels)
    names = listing(labels, 20)
    raise DataError(
        f"the categories of {values.name!r}, observed by {node.name} ~ {node.distribution}, have no order:"
        f" {names}",
        expected="an ordered type (pandas ordered Categorical, polars Enum) or integers",
        way_out=f"put them in order, df[{values.name!r}] = pandas.Categorical(df[{values.name!r}],"
        f" {list(labels) if len(labels) <= 8 else '[...]'}, ordered=True), or write sl.Categorical, which"
        " needs no order",
    )


def _wrong_number(node: VariableNode, values: Values, holds: str, n: int | None) -> DataError:
    return DataError(
        f"column {values.name!r}, observed by {node.name} ~ {node.distribution}, {holds}",
        expected=f"the {counted(n or 0, 'category')} that the arguments of {node.name} stand for",
        way_out="give it an entry for every category but one: cutpoints lie between them"
        if FAMILIES[node.family].is_ordinal
        else "give it an entry for every category, as in logit=[0, a + b * x, ...]",
    )


def _range_of(
    node: VariableNode, values: Values, found: list[int], n_categories: int | None
) -> tuple[int, ...]:
    """Integers from the first category to the last, those between included though nobody has them."""
    low, high = min(found), max(found)
    if n_categories is not None:
        first = 0 if low == 0 else 1 if low >= 1 and high <= n_categories else low
        if high > first + n_categories - 1:
            raise _wrong_number(node, values, f"holds {low} to {high}", n_categories)
        return tuple(range(first, first + n_categories))
    if high - low >= 1000:
        raise DataError(
            f"column {values.name!r}, observed by {node.name} ~ {node.distribution}, goes from {low:,} to"
            f" {high:,}",
            expected="integers that number categories",
            way_out="recode it, or use a family for counts such as sl.Poisson",
        )
    return tuple(range(low, high + 1))


def _from_model(
    graph: Graph, node: VariableNode, values: Values, present: list[Any]
) -> tuple[Sequence[Any] | None, int | None]:
    """The model's own labels where they are those of the data, or else give them their only order."""
    labels, n = model_categories(graph, node)
    if labels is None:
        return None, n
    names_them = {whole(label) for label in present} <= set(labels)
    has_order = values.ordered or values.kind in ("integer", "float", "boolean", "empty")
    return (labels, None) if names_them or not has_order else (None, n)


def model_categories(graph: Graph, node: VariableNode) -> tuple[tuple[Any, ...] | None, int | None]:
    """Labels of the categories as far as the model names them (an Index), and their number."""
    form = FAMILIES[node.family].parameterization(node.parameterization)
    argument, more = form.categories or ("", 0)
    expr = dict(node.args).get(argument)
    found = _components(graph, expr) if expr is not None else None
    if isinstance(found, tuple) and not more:
        return found, len(found)
    count = len(found) if isinstance(found, tuple) else found
    return None, None if count is None else count + more


def _components(graph: Graph, expr: Expr) -> tuple[Any, ...] | int | None:
    """The labels, or at least the number, of the components of a vector-valued expression."""
    if isinstance(expr, Stack):
        return expr.labels or len(expr.items)
    if isinstance(expr, Component):
        return None
    if isinstance(expr, Ref | At):
        return _of_quantity(graph, expr.name)
    return next((found for child in children(expr) if (found := _components(graph, child)) is not None), None)


def _of_quantity(graph: Graph, name: str) -> tuple[Any, ...] | int | None:
    node = graph.nodes.get(name)
    if isinstance(node, ExpressionNode):
        return _components(graph, node.expr)
    if not isinstance(node, VariableNode):
        return None
    axes = [graph.nodes[axis] for axis in graph.component_axes(node.over)]
    labels = [axis.labels for axis in axes if isinstance(axis, IndexNode)]
    if labels:
        return labels[-1]
    if node.size is not None:
        return node.size
    stacks = [len(expr.items) for _, expr in node.args if isinstance(expr, Stack)]
    return stacks[0] if stacks else None
