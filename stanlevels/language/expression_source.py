"""Expressions and covariates as the Python text that makes them."""

from __future__ import annotations

import json
from collections.abc import Callable

from stanlevels.graph import (
    At,
    Call,
    Column,
    Component,
    CovariateColumn,
    CovariateTerm,
    Derived,
    Dot,
    Expr,
    Members,
    Number,
    Op,
    Ref,
    Stack,
)
from stanlevels.graph.text import PRECEDENCE, settings_text, sides
from stanlevels.language.sums import LONG, halved, signed_terms

__all__ = ["coded_source", "expression_source", "number_source", "term_source", "terms_source"]

Names = Callable[[str], str]

_PRODUCT = PRECEDENCE["*"]


def number_source(value: float) -> str:
    """A number, without a needless decimal point.

    Examples
    --------
    >>> number_source(0.5), number_source(2.0), number_source(3), number_source(1e300)
    ('0.5', '2', '3', '1e+300')
    """
    whole = isinstance(value, int) or (value.is_integer() and abs(value) < 1e15)
    return str(int(value)) if whole else repr(value)


def expression_source(expr: Expr, reference: Names = str, outer: int = 0) -> str:
    """An expression, with the parentheses that make the same tree of it; `reference` writes names.

    Examples
    --------
    >>> expression_source(Op("*", (Op("+", (Ref("a"), Number(1))), Column("x"))))
    '(a + 1) * sl.data("x")'
    >>> expression_source(Op("+", (Ref("a"), Op("+", (Ref("b"), Ref("c"))))))
    'a + (b + c)'
    """
    match expr:
        case Number(value=value):
            text = number_source(value)
            return f"({text})" if value < 0 and outer > PRECEDENCE["neg"] else text
        case Ref(name=name):
            return reference(name)
        case At(name=name, levels=levels):
            return f"{reference(name)}[{', '.join(map(reference, levels))}]"
        case Component(of=of, key=key):
            return f"{expression_source(of, reference)}[{_key(key)}]"
        case Column(name=name):
            return f"sl.data({_text(name)})"
        case Call(function=function, args=args):
            return f"sl.{function}({', '.join(expression_source(a, reference) for a in args)})"
        case Derived(function=function, of=of, over=over):
            level = "" if over is None else f", over={reference(over)}"
            return f"sl.{function}({expression_source(of, reference)}{level}{settings_text(expr)})"
        case Dot() | Members():
            left, right = sides(expr)
            text = f"{expression_source(left, reference)} @ {reference(right)}"
            return f"({text})" if outer > _PRODUCT else text
        case Stack(items=items, labels=labels) if labels:
            entries = (expression_source(item, reference) for item in items)
            keys = (_text(label) if isinstance(label, str) else repr(label) for label in labels)
            return f"{{{', '.join(f'{key}: {entry}' for key, entry in zip(keys, entries, strict=True))}}}"
        case Stack(items=items):
            return f"[{', '.join(expression_source(i, reference) for i in items)}]"
        case Op():
            return _operation(expr, reference, outer)


def _operation(expr: Op, reference: Names, outer: int) -> str:
    level = PRECEDENCE[expr.symbol]
    if level == PRECEDENCE["+"] and (terms := _long(expr)):
        text = _sum(terms, reference)
    elif expr.symbol == "neg":
        (operand,) = expr.args
        text = f"-{_operand(operand, expr, reference, level + 1)}"
    else:
        left, right = expr.args
        power = expr.symbol == "**"
        negative = isinstance(right, Op) and right.symbol == "neg"
        inner = PRECEDENCE["**"] if negative else level + (not power)
        text = (
            f"{_operand(left, expr, reference, level + power)} {expr.symbol}"
            f" {expression_source(right, reference, inner)}"
        )
    return f"({text})" if level < outer else text


def _operand(expr: Expr, of: Op, reference: Names, outer: int) -> str:
    """The first operand: among numbers alone it is a constant, or Python would compute with it."""
    if all(isinstance(arg, Number) for arg in of.args) and isinstance(expr, Number):
        return f"sl.Constant({number_source(expr.value)})"
    return expression_source(expr, reference, outer)


def _long(expr: Op) -> list[tuple[int, Expr]]:
    """The signed terms of a long sum, which the language keeps as a tree of halves; else none."""
    terms = signed_terms(expr)
    return terms if len(terms) > LONG + 1 and halved(terms) == expr else []


def _sum(terms: list[tuple[int, Expr]], reference: Names) -> str:
    first, *others = (expression_source(term, reference, _PRODUCT) for _, term in terms)
    signs = ("+" if sign == 1 else "-" for sign, _ in terms[1:])
    return first + "".join(f" {sign} {term}" for sign, term in zip(signs, others, strict=True))


def terms_source(terms: tuple[CovariateTerm, ...]) -> str:
    """Terms as arguments of ``sl.covariates``.

    Examples
    --------
    >>> region = CovariateColumn("region", "sum")
    >>> terms_source((CovariateTerm(), CovariateTerm((CovariateColumn("age"),)), CovariateTerm((region,))))
    '1, "age", sl.data("region", categorical=True, coding="sum")'
    >>> terms_source((CovariateTerm((region, Column("age"))),))
    'sl.data("region", categorical=True, coding="sum") * sl.data("age")'
    """
    return ", ".join(term_source(term) for term in terms)


def term_source(term: CovariateTerm, reference: Names = str) -> str:
    """One term; `reference` writes the names of levels whose units' means it is of."""
    if not term.factors:
        return "1"
    (first, *others) = term.factors
    if not others and isinstance(first, CovariateColumn) and first.coding is None:
        return _text(first.name)
    return " * ".join(
        [_factor(first, reference, _PRODUCT), *(_factor(f, reference, _PRODUCT + 1) for f in others)]
    )


def _factor(factor: CovariateColumn | Expr, reference: Names, outer: int) -> str:
    if not isinstance(factor, CovariateColumn):
        return expression_source(factor, reference, outer)
    if factor.coding is None:
        return f"sl.covariates({_text(factor.name)})"
    coding = "" if factor.coding == "treatment" else f", coding={_text(factor.coding)}"
    against = "" if factor.reference is None else f", reference={_key(factor.reference)}"
    return f"sl.data({_text(factor.name)}, categorical=True{coding}{against})"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _key(key: str | int | bool) -> str:
    return _text(key) if isinstance(key, str) else repr(key)


def coded_source(terms: tuple[CovariateTerm, ...]) -> str:
    """A set that is one categorical column, as ``sl.data`` makes it; "" for any other."""
    only = terms[0].factors if len(terms) == 1 else ()
    coded = [f for f in only if isinstance(f, CovariateColumn) and f.coding is not None]
    return _factor(coded[0], str, 0) if len(only) == len(coded) == 1 else ""
