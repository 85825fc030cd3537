"""Coefficients over an Index and covariates: a line for each label, ``B_car`` and ``B_walk`` of ``B``.

``B["car"] @ X`` is then ``B_car @ X``. ``B @ X`` has a value for each label: it is a list where it is an
argument for the categories of an outcome, and in a named expression there is a line for each label too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import (
    At,
    Component,
    CovariatesNode,
    Dot,
    Expr,
    ExpressionNode,
    IndexNode,
    Node,
    Ref,
    Stack,
    VariableNode,
    children,
    expressions,
    rebuilt,
    walk,
)
from stanlevels.graph.text import expression_text
from stanlevels.words import counted

__all__ = ["Picked", "Times", "with_lines_of_labels"]

Key = int | str


@dataclass(frozen=True)
class Picked(Component):
    """One component of an expression as it is written; in the graph it is one of a quantity."""

    of: Any


@dataclass(frozen=True)
class Times(Dot):
    """Covariates times the coefficients of one label as it is written, ``B["red"] @ X``."""

    coefficients: Any


def with_lines_of_labels(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Lines in which what is over an Index and covariates, and multiplied by these, is a line for each label.

    Raises
    ------
    DeclarationError
        If a name is taken, or several numbers stand where there is room for one.
    """
    lines = _Lines(nodes, _apart(nodes))
    found: dict[str, Node] = {}
    for name, node in nodes.items():
        if name in lines.apart:
            index = lines.index(lines.apart[name])
            found |= {each.name: each for each in (lines.of_label(node, index, k) for k in index.labels)}
        else:
            found[name] = lines.without(node)
    for node in found.values():
        lines.check(node)
    return found


def _apart(nodes: Mapping[str, Node]) -> dict[str, str]:
    """The Index of every line that has to be one for each label."""
    over = {name: found for name, node in nodes.items() if (found := _index_beside(node, nodes))}
    apart = {name: over[name] for name in _multiplied(nodes) if name in over}
    while True:
        added: dict[str, str] = {}
        for name, node in nodes.items():
            used = {other for expr in expressions(node) for other in _vectors(expr)}
            if name in apart:
                added |= {other: over[other] for other in used & over.keys()}
            elif (theirs := sorted(apart[other] for other in used & apart.keys())) and (
                name in over or isinstance(node, ExpressionNode)
            ):
                added[name] = over.get(name, theirs[0])
        if added.keys() <= apart.keys():
            return apart
        apart |= added


def _index_beside(node: Node, nodes: Mapping[str, Node]) -> str:
    """The one Index over which a line stands beside covariates; "" for other lines."""
    if not isinstance(node, VariableNode):
        return ""
    lists = [axis for axis in node.over if isinstance(nodes.get(axis), IndexNode)]
    sets = [axis for axis in node.over if isinstance(nodes.get(axis), CovariatesNode)]
    return lists[0] if len(lists) == len(sets) == 1 else ""


def _multiplied(nodes: Mapping[str, Node]) -> Iterator[str]:
    """What is multiplied by covariates, also by one of its components."""
    for inner in (e for node in nodes.values() for expr in expressions(node) for e in walk(expr)):
        if isinstance(inner, Dot):
            yield from _names(inner.coefficients)


def _names(expr: Expr) -> Iterator[str]:
    yield from (inner.name for inner in walk(expr) if isinstance(inner, Ref | At))


def _vectors(expr: Expr) -> Iterator[str]:
    """Quantities of which an expression uses all components at once."""
    pending = [expr]
    while pending:
        match pending.pop():
            case Ref(name=name) | At(name=name):
                yield name
            case Component() | Stack():
                pass
            case other:
                pending += children(other)


@dataclass(frozen=True)
class _Lines:
    """Lines with and without their names for each label; `apart` has the Index of those that have them."""

    nodes: Mapping[str, Node]
    apart: Mapping[str, str]

    def index(self, name: str) -> IndexNode:
        found = self.nodes[name]
        assert isinstance(found, IndexNode)
        return found

    def others(self, name: str) -> set[str]:
        """The names of the lines that the other ones stand for."""
        return {
            f"{other}_{label}"
            for other, index in self.apart.items()
            if other != name
            for label in self.index(index).labels
        }

    def of_label(self, node: Node, index: IndexNode, label: Key) -> VariableNode | ExpressionNode:
        """The line of one label."""
        name = f"{node.name}_{label}"
        if name in self.nodes or name in self.others(node.name):
            raise DeclarationError(
                f"{node.name!r} is a line for each of {index.name!r}, and that of {label!r} would be called"
                f" {name!r}, which is another line here",
                expected="a name for each quantity",
                way_out=f"rename {name!r}",
            )
        if isinstance(node, ExpressionNode):
            return replace(node, name=name, expr=self.at(node.expr, index, label, node))
        assert isinstance(node, VariableNode)
        if node.ordered:
            raise DeclarationError(
                f"{node.name!r} has ordered=True, and is over {listing(node.over)}",
                expected="ordered quantities over one Index, beside levels alone",
            )
        args = tuple(
            (n, None if expr is None else self.at(expr, index, label, node)) for n, expr in node.args
        )
        over = tuple(axis for axis in node.over if axis != index.name)
        return replace(node, name=name, args=args, over=over)

    def without(self, node: Node) -> Node:
        """A line that is not apart, without the names of those that are."""
        if isinstance(node, ExpressionNode):
            return replace(node, expr=self.single(node.expr, node))
        if isinstance(node, VariableNode):
            args = tuple((n, None if e is None else self.argument(node, n, e)) for n, e in node.args)
            return replace(node, args=args)
        return node

    def argument(self, node: VariableNode, name: str, expr: Expr) -> Expr:
        """An argument; one with a value for each label as a list."""
        found = sorted({self.apart[other] for other in _vectors(expr) if other in self.apart})
        if not found:
            return self.single(expr, node)
        index = self.index(found[0])
        form = FAMILIES[node.family].parameterization(node.parameterization)
        if form.parameter(name).support.shape == "scalar" and index.name not in node.over:
            raise DeclarationError(
                f"{name} of {node.name!r} is {expression_text(expr)}, which has a number for each of"
                f" {index.name!r}: {listing(index.labels)}",
                expected="one number",
                way_out=f"pick one, as in B[{index.labels[0]!r}] @ X",
            )
        labels = index.labels
        if form.categories == (name, 0) and isinstance(labels[0], str):
            return Stack(tuple(self.at(expr, index, k, node) for k in labels), labels)
        if len(node.observed) > 1:
            labels = self.of_columns(node, index)
        return Stack(tuple(self.at(expr, index, k, node) for k in labels))

    def of_columns(self, node: VariableNode, index: IndexNode) -> tuple[Key, ...]:
        """The labels in the order of the columns that a line observes, where they are called so."""
        if set(index.labels) == set(node.observed):
            return node.observed
        if isinstance(index.labels[0], int) and len(index.labels) == len(node.observed):
            return index.labels
        raise DeclarationError(
            f"{node.name!r} observes {listing(node.observed)}, and has log odds or shares for"
            f" {counted(len(index.labels), 'label')} of {index.name!r}: {listing(index.labels)}",
            expected="an Index of the columns' names",
        )

    def check(self, node: Node) -> None:
        """Refuse what has a number for each label where one is needed."""
        for name in (each for expr in expressions(node) for each in _names(expr) if each in self.apart):
            index = self.index(self.apart[name])
            first = index.labels[0]
            raise DeclarationError(
                f"{node.name!r} uses {name!r}, which has coefficients for each of {index.name!r}"
                f" ({listing(index.labels)}), where those of one are needed",
                expected=f"one of them, {name}[{first!r}] @ X; for the log odds of categories {name} @ X, or"
                f" logit={{'reference': 0, {index.name}: {name} @ X}}",
            )

    def single(self, expr: Expr, node: Node) -> Expr:
        """An expression with one value for each label that it names."""

        def change(inner: Expr) -> Expr | None:
            match inner:
                case Component(of=of, key=key):
                    return self.component(of, key, node)
                case Dot(coefficients=Component(of=of, key=key)):
                    picked = self.component(of, key, node)
                    if isinstance(picked, Ref | At):
                        return Dot(picked, inner.covariates)
                    raise DeclarationError(
                        f"{node.name!r} multiplies {expression_text(picked)}, one number, by the covariates"
                        f" {inner.covariates!r}",
                        expected="coefficients, one per column: of one label of an Index,"
                        f" B = sl.Normal(0, 1, over=(index, {inner.covariates}))",
                    )
            return None

        return rebuilt(expr, change)

    def component(self, of: Expr, key: Key, node: Node) -> Expr:
        """One component of what has several: a line by itself, or the component of a line."""
        if isinstance(of, Component):
            of = self.component(of.of, of.key, node)
        if isinstance(of, Ref | At) and of.name not in self.apart:
            return Component(of, key)
        found = sorted({axis for other in _vectors(of) if (axis := self.along(other))})
        if len(found) == 1:
            index = self.index(found[0])
            return self.at(of, index, _label(index, key, of, node), node)
        raise DeclarationError(
            f"{node.name!r} takes component {key!r} of {expression_text(of)}, which has"
            + (f" components over {listing(found)}" if found else " one value"),
            expected="a quantity over one Index, covariates, or a MultiNormal",
        )

    def along(self, name: str, seen: frozenset[str] = frozenset()) -> str:
        """The Index over which a quantity has components; "" for none."""
        node = self.nodes.get(name)
        if name in self.apart or name in seen:
            return self.apart.get(name, "")
        if isinstance(node, VariableNode):
            return next((axis for axis in node.over if isinstance(self.nodes.get(axis), IndexNode)), "")
        if not isinstance(node, ExpressionNode):
            return ""
        inner = (self.along(other, seen | {name}) for other in _vectors(node.expr))
        return next(filter(None, inner), "")

    def at(self, expr: Expr, index: IndexNode, label: Key, node: Node) -> Expr:
        """An expression for one label of an Index."""

        def change(inner: Expr) -> Expr | None:
            match inner:
                case Dot(coefficients=Ref() | At() as of) if self.apart.get(of.name) == index.name:
                    return Dot(replace(of, name=f"{of.name}_{label}"), inner.covariates)
                case Component() | Dot(coefficients=Component()):
                    return self.single(inner, node)
                case Ref(name=name) | At(name=name) if self.apart.get(name) == index.name:
                    return replace(inner, name=f"{name}_{label}")
                case Ref(name=name) | At(name=name) if self.along(name) == index.name:
                    return Component(inner, label)
            return None

        return rebuilt(expr, change)


def _label(index: IndexNode, key: Key, of: Expr, node: Node) -> Key:
    """The label that a component's key means: one of the labels, or a place among them."""
    labels = index.labels
    if key in labels:
        return key
    if isinstance(key, int) and 0 <= key < len(labels) and not isinstance(labels[0], int):
        return labels[key]
    raise DeclarationError(
        f"{node.name!r} takes component {key!r} of {expression_text(of)}",
        expected=f"one of {listing(labels)}, or a position from 0 to {len(labels) - 1}",
    )
