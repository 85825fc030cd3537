"""Numbers over an Index that sum to zero: a line of free ones, and these less their mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import reduce

from stanlevels.distributions.structure import GROUPS
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError
from stanlevels.graph import (
    Component,
    Expr,
    ExpressionNode,
    IndexNode,
    LevelNode,
    Node,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
)
from stanlevels.language.sums import LONG, halved

__all__ = ["with_lists_that_sum"]


def with_lists_that_sum(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Lines with ``zero_sum=True`` over an Index as two, the first of them called ``..._free``.

    Independent normal numbers less their mean have the distribution of normal ones that sum to zero.

    Raises
    ------
    DeclarationError
        If the mean is open or a list, or the name of the free numbers is taken.
    """
    found: dict[str, Node] = {}
    for name, node in nodes.items():
        index = _index_of(node, nodes)
        if index is None or not isinstance(node, VariableNode):
            found[name] = node
            continue
        free = f"{name}_free"
        if free in nodes:
            raise DeclarationError(
                f"{name!r} sums to zero over {index.name!r}, and stands for a line {free!r} too: that name is"
                " taken",
                expected="a name for each quantity",
                way_out=f"rename {free!r}",
            )
        found[free], found[name] = _apart(node, free, index)
    return found


def _index_of(node: Node, nodes: Mapping[str, Node]) -> IndexNode | None:
    """The Index over which a line sums to zero; None where it is over a level, or does not."""
    if not isinstance(node, VariableNode):
        return None
    structure = FAMILIES[node.family].structure
    axes = [nodes.get(axis) for axis in node.over]
    if structure is None or structure.needs != GROUPS or any(isinstance(axis, LevelNode) for axis in axes):
        return None
    index = axes[0] if len(axes) == 1 else None
    if isinstance(index, IndexNode):
        return index
    raise DeclarationError(
        f"{node.name!r} is to sum to zero over {', '.join(node.over)}",
        expected="a level, or one Index",
        way_out="coefficients of a category sum to zero by its coding: sl.data('column', categorical=True,"
        " coding='sum')",
    )


def _apart(node: VariableNode, free: str, index: IndexNode) -> tuple[VariableNode, ExpressionNode]:
    """The free numbers, and these less their mean."""
    family = node.family.partition("|")[0]
    location = FAMILIES[node.family].parameterization(node.parameterization).location
    mean = node.arg(location)
    if mean is None or isinstance(mean, Stack):
        raise DeclarationError(
            f"{node.name!r} is to sum to zero over {index.name!r}, and its {location} is"
            f" {'left open' if mean is None else 'a list'}",
            expected="0, or one quantity that all of them vary around",
            way_out=f"{node.name} = sl.{node.distribution}(0, ..., over={index.name}, zero_sum=True)",
        )
    args = tuple((name, Number(0) if name == location else expr) for name, expr in node.args)
    terms: list[Expr] = [Component(Ref(free), label) for label in index.labels]
    if len(terms) > LONG + 1:
        total = halved([(1, term) for term in terms])
    else:
        total = reduce(lambda left, right: Op("+", (left, right)), terms)
    value: Expr = Op("-", (Ref(free), Op("/", (total, Number(len(terms))))))
    value = value if mean == Number(0) else Op("+", (mean, value))
    return replace(node, name=free, family=family, args=args), ExpressionNode(node.name, value)
