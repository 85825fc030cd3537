"""What a formula is made of: names, numbers, texts, operations and calls, as R reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = [
    "BINDING",
    "ITEM",
    "SIGN",
    "Call",
    "Name",
    "Number",
    "Operation",
    "Syntax",
    "Text",
    "bare",
    "bars_in",
    "calls_in",
    "evaluated",
    "formula_text",
    "names_in",
    "right_of",
]


@dataclass(frozen=True)
class Name:
    """A column, a parameter, or what R has under a name (``TRUE``)."""

    name: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Number:
    """A number, as it was written."""

    text: str
    at: int = field(default=0, compare=False)

    @property
    def value(self) -> float:
        """The number itself."""
        return float(self.text.rstrip("L"))


@dataclass(frozen=True)
class Text:
    """A text between quotes."""

    text: str
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Operation:
    """An operator with one operand or two; parentheses are the operator "(" with one."""

    symbol: str
    operands: tuple[Syntax, ...]
    at: int = field(default=0, compare=False)


@dataclass(frozen=True)
class Call:
    """A function with arguments, the names of those that have one first."""

    function: str
    arguments: tuple[tuple[str, Syntax], ...]
    at: int = field(default=0, compare=False)

    @property
    def plain(self) -> tuple[Syntax, ...]:
        """Arguments without a name."""
        return tuple(value for name, value in self.arguments if not name)

    def named(self, name: str) -> Syntax | None:
        """The argument of that name, if there is one."""
        return next((value for key, value in self.arguments if key == name), None)


Syntax: TypeAlias = Name | Number | Text | Operation | Call

BINDING = {
    "~": 1,
    "|": 3,
    "||": 3,
    "&": 4,
    "&&": 4,
    **dict.fromkeys(("==", "!=", "<", ">", "<=", ">="), 6),
    "+": 7,
    "-": 7,
    "*": 8,
    "/": 8,
    "%in%": 9,
    ":": 10,
    "^": 12,
    "**": 12,
}
"""How closely operators bind, as in R; all but powers from the left."""

SIGN = 11
"""How closely a sign binds."""

ITEM = "["
"""The function of ``y[1]``: the name, and what stands in the brackets."""


def bare(syntax: Syntax) -> Syntax:
    """Without the parentheses around it."""
    while isinstance(syntax, Operation) and syntax.symbol == "(":
        (syntax,) = syntax.operands
    return syntax


def right_of(syntax: Syntax) -> Syntax:
    """The right side of a formula."""
    return syntax.operands[-1] if isinstance(syntax, Operation) and syntax.symbol == "~" else syntax


def names_in(syntax: Syntax) -> Iterator[Name]:
    """Names in it, from the left; not those of functions."""
    match syntax:
        case Name():
            yield syntax
        case Operation(operands=operands):
            for operand in operands:
                yield from names_in(operand)
        case Call(arguments=arguments):
            for _, value in arguments:
                yield from names_in(value)


def bars_in(syntax: Syntax) -> Iterator[Operation]:
    """Its bars, ``1 | g``."""
    if isinstance(syntax, Operation) and syntax.symbol in ("|", "||"):
        yield syntax
    parts = syntax.operands if isinstance(syntax, Operation) else ()
    for part in parts:
        yield from bars_in(part)


def calls_in(syntax: Syntax) -> Iterator[Call]:
    """Its calls of functions, the outer ones first."""
    if isinstance(syntax, Call):
        yield syntax
        parts = tuple(value for _, value in syntax.arguments)
    else:
        parts = syntax.operands if isinstance(syntax, Operation) else ()
    for part in parts:
        yield from calls_in(part)


def evaluated(syntax: Syntax) -> float | None:
    """The number that it is, as of ``5/4``; None where it is none.

    Examples
    --------
    >>> evaluated(Operation("/", (Number("5"), Number("4")))), evaluated(Name("x"))
    (1.25, None)
    """
    match bare(syntax):
        case Number(value=value):
            return value
        case Operation(symbol="/", operands=(left, right)):
            over, under = evaluated(left), evaluated(right)
            return over / under if over is not None and under else None
    return None


def formula_text(syntax: Syntax) -> str:
    """As R writes it.

    Examples
    --------
    >>> formula_text(Operation("~", (Name("y"), Operation(":", (Name("a b"), Name("x"))))))
    'y ~ `a b`:x'
    """
    match syntax:
        case Name(name=name):
            return name if name.replace(".", "_").isidentifier() else f"`{name}`"
        case Number(text=text):
            return text
        case Text(text=text):
            return f'"{text}"'
        case Call(function=function, arguments=((_, of), (_, item))) if function == ITEM:
            return f"{formula_text(of)}[{formula_text(item)}]"
        case Call(function=function, arguments=arguments):
            given = (f"{name} = " * bool(name) + formula_text(value) for name, value in arguments)
            return f"{function}({', '.join(given)})"
        case Operation(symbol="(", operands=(inner,)):
            return f"({formula_text(inner)})"
        case Operation(symbol=symbol, operands=(only,)):
            return f"{symbol} {formula_text(only)}" if symbol == "~" else f"{symbol}{formula_text(only)}"
        case Operation(symbol=symbol, operands=(left, right)):
            space = "" if symbol in (":", "^", "**") else " "
            return f"{formula_text(left)}{space}{symbol}{space}{formula_text(right)}"
    raise AssertionError(syntax)
