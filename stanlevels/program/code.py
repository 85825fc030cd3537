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
    return binary("/", *(replace(c, expression=_real(c.expression)) for c in (left, right)))


def _real(expression: stan.Expression) -> stan.Expression:
    """The expression, its numbers written as real ones where nothing else stands in it."""
    if not _of_numbers(expression):
        return expression
    match expression:
        case stan.Literal():
            return replace(expression, real=True)
        case stan.Negative(inner=inner):
            return stan.Negative(_real(inner))
        case stan.Binary(left=left, right=right):
            return replace(expression, left=_real(left), right=_real(right))
        case stan.Call(args=args):
            return replace(expression, args=tuple(_real(a) for a in args))
    return expression


def _of_numbers(expression: stan.Expression) -> bool:
    """Whether an expression is of literals alone, and so may be a whole number."""
    match expression:
        case stan.Literal():
            return True
        case stan.Negative(inner=inner):
            return _of_numbers(inner)
        case stan.Binary(left=left, right=right):
            return _of_numbers(left) and _of_numbers(right)
        case stan.Call(args=args):
            return all(_of_numbers(a) for a in args)
    return False


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
