"""What is said of the categories of an outcome: which no row has, in which order they are, look-alikes."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.binding.levels.look_alikes import look_alikes
from stanlevels.binding.outcomes import model_categories, whole
from stanlevels.binding.read.columns import Values
from stanlevels.errors import listing
from stanlevels.graph import Graph, VariableNode
from stanlevels.records import Record, noticed
from stanlevels.words import counted

__all__ = ["category_records"]


def category_records(
    graph: Graph, node: VariableNode, values: Values, categories: tuple[Any, ...]
) -> list[Record]:
    """Records of an outcome in categories.

    Parameters
    ----------
    graph : Graph
    node : VariableNode
        The observed line.
    values : Values
        What was observed.
    categories : tuple
        The categories that were settled on, in order.
    """
    if not len(values):
        return []
    codes, present = values.factorize()
    column, had = node.observed[0], {whole(label) for label in present}
    records = look_alikes(node.name, column, present, np.bincount(codes, minlength=len(present)))
    if _has_no_order(graph, node, values):
        action = "the categories stand in the order of their labels, the first one first"
        records.append(noticed(node.name, action, listing(categories, 20)))
    if kept := [category for category in categories if category not in had]:
        action = f"{counted(len(kept), 'category')} of {column!r} kept that no row has"
        records.append(noticed(node.name, action, listing(kept)))
    if left := [category for category in values.unused if category not in categories]:
        action = f"{counted(len(left), 'unused category')} of {column!r} left out"
        records.append(noticed(node.name, action, f"no row has {listing(left, 3)}"))
    return records


def _has_no_order(graph: Graph, node: VariableNode, values: Values) -> bool:
    """Whether the labels are all that an order can be taken from."""
    ordered = values.ordered or values.kind in ("integer", "float", "boolean")
    return not ordered and model_categories(graph, node)[0] is None
