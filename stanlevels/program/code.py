"""Expressions that know whether they vary along the units of the line for which they are written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stanlevels.program import stan

__all__ = ["Code", "binary", "call", "divided", "negative", "number", "total"]


@dataclass(frozen=True)
class Code:
    """A Stan expression; `vector` says whether it varies along the line's units (or components)."""

    expression: stan.Expression
    vector: bool = False


def number(value: float) -> Code:
    """A literal."""
    return Code(stan.Literal(value))


def call(function: str, *args: Code) -> Code:
    """A function applied elementwise."""
    return Code(stan.Call(function, tuple(a.expression for a in args)), any(a.vector for a in args))


def binary(symbol: str, left: Code, right: Code) -> Code:
    """An operator between two expressions; elementwise where Stan's plain one means something else.

    Examples
    --------
    >>> from stanlevels.program.printer import expression_text
    >>> a, b = (Code(stan.Variable(name), vector=True) for name in "ab")
    >>> [expression_text(binary(*of).expression) for of in (("*", a, b), ("/", number(1), b))]
    ['a .* b', '1 ./ b']
    """
    vector = left.vector or right.vector
    elementwise = {"*": left.vector and right.vector, "/": right.vector, "^": vector}.get(symbol, False)
    return Code(stan.Binary(symbol, left.expression, right.expression, elementwise), vector)


def divided(left: Code, right: Code) -> Code:
    """A quotient of real numbers: Stan divides whole numbers without rest."""
    return binary("/", _real(left), _real(right))


def _real(code: Code) -> Code:
    literal = code.expression
    return Code(replace(literal, real=True), code.vector) if isinstance(literal, stan.Literal) else code


def negative(inner: Code) -> Code:
    """The negative of an expression."""
    return Code(stan.Negative(inner.expression), inner.vector)


def total(terms: list[tuple[int, Code]]) -> Code:
    """A signed sum."""
    if not terms:
        return number(0)
    (sign, found), *rest = terms
    found = found if sign > 0 else negative(found)
    for sign, code in rest:
        found = binary("+" if sign > 0 else "-", found, code)
    return found
