"""Terms as text, the way a person would write them."""

from __future__ import annotations

import json

from stanlevels.distributions.functions import OPERATORS
from stanlevels.graph import Call, Column, Component, Dot, Expr, Members, Number, Op, Ref, Stack
from stanlevels.graph.text import expression_text
from stanlevels.plan import terms
from stanlevels.plan.terms import Apply, Known, Linear, Literal, Setting, Take, Term, Use, Vector

__all__ = ["expression_of", "source_text", "term_text"]


def term_text(term: Term) -> str:
    """A term as an expression of the language, its lookups left out.

    Examples
    --------
    >>> term_text(Apply("log", (Known("days", ("<rows>",)),), ("<rows>",)))
    'log(data("days"))'
    """
    return expression_text(expression_of(term))


def source_text(term: Term) -> str:
    """A term as Python that runs where the package is called ``sl``, its lookups left out.

    Examples
    --------
    >>> source_text(Apply("log", (Known("days", ("<rows>",)),), ("<rows>",)))
    'sl.log(sl.data("days"))'
    """
    return expression_text(_named(expression_of(term)))


def _named(expr: Expr) -> Expr:
    """The same with functions and columns as the package's own."""
    match expr:
        case Column(name=name):
            return Call("sl.data", (Ref(json.dumps(name, ensure_ascii=False)),))
        case Call(function=function, args=args):
            return Call(f"sl.{function}", tuple(map(_named, args)))
        case Op(symbol=symbol, args=args):
            return Op(symbol, tuple(map(_named, args)))
        case Stack(items=items):
            return Stack(tuple(map(_named, items)))
    return expr


def expression_of(term: Term) -> Expr:
    """A term as an expression of the language, its lookups left out."""
    match term:
        case Literal(value=value):
            return Number(value)
        case Setting(values=values):
            numbers = tuple(Number(value) for value in values)
            return numbers[0] if len(numbers) == 1 else Stack(numbers)
        case Use(name=name):
            return Ref(name)
        case Take(use=use, position=position):
            return Component(Ref(use.name), position)
        case Known(column=column):
            return Column(column)
        case Linear(use=use, covariates=covariates):
            return Dot(Ref(use.name), covariates)
        case terms.Members(use=use, position=position, memberships=memberships):
            of = Ref(use.name) if position is None else Component(Ref(use.name), position)
            return Members(of, memberships)
        case Vector(items=items):
            return Stack(tuple(expression_of(item) for item in items))
        case Apply(function=function, args=args):
            parts = tuple(expression_of(arg) for arg in args)
            return Op(function, parts) if function in OPERATORS else Call(function, parts)
