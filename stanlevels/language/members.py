"""Sums over members have a line of their own: inside of another line ``u @ lineup`` becomes ``u_lineup``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from stanlevels.errors import DeclarationError
from stanlevels.graph import Component, Expr, ExpressionNode, Members, Node, Ref, VariableNode, rebuilt
from stanlevels.graph.text import expression_text

__all__ = ["with_lines_of_members"]


def with_lines_of_members(nodes: Mapping[str, Node]) -> dict[str, Node]:
    """Lines in which every sum over members is a named expression, before the first line that uses it.

    A sum that has a line already is used by its name.

    Raises
    ------
    DeclarationError
        If a line has the name of such a sum and means something else.
    """
    lines = {
        node.expr: name
        for name, node in nodes.items()
        if isinstance(node, ExpressionNode) and isinstance(node.expr, Members)
    }
    found: dict[str, Node] = {}

    def named(expr: Expr) -> Ref | None:
        if not isinstance(expr, Members):
            return None
        if expr not in lines:
            name = _name(expr)
            if name in nodes or name in lines.values():
                raise _taken(name, expr)
            lines[expr] = name
            found[name] = ExpressionNode(name, expr)
        return Ref(lines[expr])

    for name, node in nodes.items():
        changed = _changed(node, named)  # may put a line before it
        found[name] = changed
    return found


def _changed(node: Node, change: Callable[[Expr], Expr | None]) -> Node:
    if isinstance(node, VariableNode):
        args = tuple((name, expr if expr is None else rebuilt(expr, change)) for name, expr in node.args)
        return replace(node, args=args)
    if isinstance(node, ExpressionNode) and not isinstance(node.expr, Members):
        return replace(node, expr=rebuilt(node.expr, change))
    return node


def _name(expr: Members) -> str:
    """What the line of a sum is called."""
    of = f"{expr.of.of.name}_{expr.of.key}" if isinstance(expr.of, Component) else expr.of.name
    return f"{of}_{expr.memberships}"


def _taken(name: str, expr: Members) -> DeclarationError:
    text = expression_text(expr)
    return DeclarationError(
        f"{text} would have a line of its own, called {name!r}, and that is another line here",
        expected="a name for each quantity",
        way_out=f"give it a line with a name of your own: total = {text}",
    )
