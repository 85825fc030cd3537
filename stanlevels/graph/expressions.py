"""The expressions of a line, by name: plain frozen trees, and walking them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True)
class Number:
    """A literal number."""

    value: float


@dataclass(frozen=True)
class Ref:
    """A quantity by its name, looked up from the line that uses it."""

    name: str


@dataclass(frozen=True)
class At:
    """A quantity looked up through named levels: ``strength[home]``."""

    name: str
    levels: tuple[str, ...]


@dataclass(frozen=True)
class Component:
    """One component of a quantity that has several per unit: ``B[0]``, ``B["days"]``."""

    of: Ref | At
    key: int | str


@dataclass(frozen=True)
class Column:
    """A known covariate: ``sl.data("price")``."""

    name: str


@dataclass(frozen=True)
class Op:
    """An arithmetic operation; `symbol` is one of ``+ - * / **`` or ``neg`` (one argument)."""

    symbol: str
    args: tuple[Expr, ...]


@dataclass(frozen=True)
class Call:
    """A function of the language (``exp``, ``logit``, ...) applied to expressions."""

    function: str
    args: tuple[Expr, ...]


WITHIN, CHOSEN = "within", "chosen"
"""What outcomes that are chosen among rows need: the unit of each row, and how many of its rows are chosen.

Columns derived from an outcome are that: which rows hold the outcome is no part of what they are made of.
"""


@dataclass(frozen=True)
class Derived:
    """Made of all values of a column: ``standardize``, ``center``, ``mean``, ``polynomial``, ``spline``,
    ``sines``.

    A mean is that of the units of a level (`over`). A polynomial has a column for each power up to `degree`,
    and a spline or sine waves as many columns as that; these stand among covariates alone. `options` are
    what else was given, by keyword.
    """

    function: str
    of: Expr
    over: str | None = None
    degree: int | None = None
    options: tuple[tuple[str, str | float | tuple[float, ...]], ...] = ()


@dataclass(frozen=True)
class Dot:
    """Coefficients times covariates: ``b @ X``."""

    coefficients: Ref | At
    covariates: str


@dataclass(frozen=True)
class Members:
    """The sum over the members of a unit, by their weights: ``u @ lineup``."""

    of: Ref | Component
    memberships: str


@dataclass(frozen=True)
class Stack:
    """A list of expressions used as one vector, such as one per category, which `labels` may name."""

    items: tuple[Expr, ...]
    labels: tuple[Any, ...] = ()


Expr = Number | Ref | At | Component | Column | Op | Call | Derived | Dot | Members | Stack


def children(expr: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside `expr`."""
    match expr:
        case Op(args=args) | Call(args=args):
            return args
        case Stack(items=items):
            return items
        case Derived(function=function) if function in (WITHIN, CHOSEN):
            return ()
        case Component(of=of) | Derived(of=of) | Members(of=of):
            return (of,)
        case Dot(coefficients=coefficients):
            return (coefficients,)
        case _:
            return ()


def rebuilt(expr: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """`expr` with what `change` gives for parts of it, outermost first; parts for which it gives None stay.

    Examples
    --------
    >>> rebuilt(Op("+", (Ref("a"), Number(1))), lambda e: Ref("b") if e == Ref("a") else None)
    Op(symbol='+', args=(Ref(name='b'), Number(value=1)))
    """
    if (found := change(expr)) is not None:
        return found
    match expr:
        case Op(args=args) | Call(args=args):
            return replace(expr, args=tuple(rebuilt(arg, change) for arg in args))
        case Stack(items=items):
            return replace(expr, items=tuple(rebuilt(item, change) for item in items))
        case Dot(coefficients=coefficients):
            inner = rebuilt(coefficients, change)
            return replace(expr, coefficients=inner) if isinstance(inner, Ref | At) else expr
        case Members(of=of):
            inner = rebuilt(of, change)
            return replace(expr, of=inner) if isinstance(inner, Ref | Component) else expr
    return expr


def walk(expr: Expr) -> Iterator[Expr]:
    """`expr` and everything inside it, outermost first."""
    pending = [expr]
    while pending:
        inner = pending.pop()
        yield inner
        pending += reversed(children(inner))


def references(expr: Expr) -> tuple[str, ...]:
    """Names of the quantities that `expr` uses, in order of first use."""
    found = [inner.name for inner in walk(expr) if isinstance(inner, Ref | At)]
    return tuple(dict.fromkeys(found))


def exchanged(expr: Expr, others: Mapping[str, Expr]) -> Expr:
    """`expr` with something else in place of some quantities.

    What is looked up through named levels, or has components, can become another quantity alone.

    Examples
    --------
    >>> exchanged(Op("*", (Ref("b"), Ref("x"))), {"x": Column("x")})
    Op(symbol='*', args=(Ref(name='b'), Column(name='x')))
    """
    match expr:
        case Ref(name=name):
            return others.get(name, expr)
        case At(name=name):
            other = others.get(name)
            return replace(expr, name=other.name) if isinstance(other, Ref) else expr
        case Op(args=args) | Call(args=args):
            return replace(expr, args=tuple(exchanged(arg, others) for arg in args))
        case Stack(items=items):
            return replace(expr, items=tuple(exchanged(item, others) for item in items))
        case Component(of=of):
            other = exchanged(of, others)
            return replace(expr, of=other) if isinstance(other, Ref | At) else expr
        case Members(of=of):
            other = exchanged(of, others)
            return replace(expr, of=other) if isinstance(other, Ref | Component) else expr
        case _:
            return expr
