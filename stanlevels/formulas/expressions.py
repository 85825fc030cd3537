"""Expressions of R as those of the language: ``I(x^2)`` is ``sl.data("x") ** 2``."""

from __future__ import annotations

import json
import math
from collections.abc import Callable

from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.errors import DeclarationError
from stanlevels.formulas.syntax import Call, Name, Number, Operation, Syntax, Text, formula_text
from stanlevels.formulas.tokens import misread
from stanlevels.graph.text import PRECEDENCE
from stanlevels.language.expression_source import number_source
from stanlevels.words import closest

__all__ = ["CONSTANTS", "as_column", "data_text", "expression_text", "quoted", "unknown_function"]

Names = Callable[[Name], str]

FUNCTIONS_OF_R = {
    **{name: name for name in FUNCTIONS},
    **dict.fromkeys(("plogis", "inv.logit", "invlogit", "expit", "sigmoid"), "inv_logit"),
    "qlogis": "logit",
    "pnorm": "Phi",
    "fabs": "abs",
    "icloglog": "inv_cloglog",
}
"""Functions of one argument, by R's names and Stan's."""

_SCALED = {
    **dict.fromkeys(("scale", "standardize", "standardise"), "standardize"),
    **dict.fromkeys(("center", "centre"), "center"),
}
_BASES = {"log10": 10, "log2": 2}
_SYMBOLS = {"^": "**"}
_COMPARED = ("==", "!=", "<", ">", "<=", ">=")
_NUMPY = {
    **{name: name for name in "log exp sqrt log1p expm1 abs sin cos tan log2 log10 floor".split()},
    "ifelse": "where",
}
"""Functions of R, and what NumPy calls them."""
CONSTANTS = {"pi": math.pi}
"""Numbers that have a name in R."""


def quoted(text: str) -> str:
    """A text as Python writes it here."""
    return json.dumps(text, ensure_ascii=False)


def data_text(name: Name) -> str:
    """A column of numbers."""
    return f"sl.data({quoted(name.name)})"


def expression_text(syntax: Syntax, formula: str, name: Names = data_text, outer: int = 0) -> str:
    """An expression as Python; `name` writes what a name stands for.

    Raises
    ------
    DeclarationError
        Where the language has no such function or sign.

    Examples
    --------
    >>> from stanlevels.formulas.parse import parse
    >>> expression_text(parse("I((x - 22)^2) / log10(z)"), "")
    '(sl.data("x") - 22) ** 2 / (sl.log(sl.data("z")) / sl.log(10))'
    """

    def inside(part: Syntax, least: int = 0) -> str:
        return expression_text(part, formula, name, least)

    match syntax:
        case Name():
            return name(syntax)
        case Number(value=value):
            return number_source(value)
        case Operation(symbol="(", operands=(only,)) | Call(function="I", arguments=(("", only),)):
            return inside(only, outer)
        case Operation(symbol="-", operands=(only,)):
            return _within(f"-{inside(only, PRECEDENCE['neg'] + 1)}", PRECEDENCE["neg"], outer)
        case Operation(symbol="+", operands=(only,)):
            return inside(only, outer)
        case Operation(symbol="+" | "-" | "*" | "/" | "^" as sign, operands=(left, right)):
            symbol = _SYMBOLS.get(sign, sign)
            level, power = PRECEDENCE[symbol], sign == "^"
            made = f"{inside(left, level + power)} {symbol} {inside(right, level + (not power))}"
            return _within(made, level, outer)
        case Call():
            return _call_text(syntax, formula, inside, outer)
    raise _no_number(syntax, formula)


def _call_text(call: Call, formula: str, inside: Callable[..., str], outer: int) -> str:
    match call.function, call.arguments:
        case function, (("", only),) if function in _SCALED:
            return f"sl.{_SCALED[function]}({_of(only, inside)})"
        case "as.numeric" | "as.double", (("", only),):
            return inside(only, outer)
        case "scale", (("", only), ("scale", Name(name="FALSE" | "F"))):
            return f"sl.center({_of(only, inside)})"
        case function, (("", only),) if function in FUNCTIONS_OF_R:
            return f"sl.{FUNCTIONS_OF_R[function]}({inside(only)})"
        case function, (("", only),) if function in _BASES:
            return _within(f"sl.log({inside(only)}) / sl.log({_BASES[function]})", PRECEDENCE["/"], outer)
        case "log", (("", only), (("" | "base"), base)):
            return _within(f"sl.log({inside(only)}) / sl.log({inside(base)})", PRECEDENCE["/"], outer)
    raise unknown_function(call, formula)


def _no_number(syntax: Syntax, formula: str) -> DeclarationError:
    if isinstance(syntax, Text):
        return misread("a formula has a text among numbers", formula, syntax.at)
    return misread(
        f"a formula has {getattr(syntax, 'symbol', '')} among numbers",
        formula,
        syntax.at,
        expected="+ - * / ^ and functions, such as log(x)",
        way_out=as_column(syntax),
    )


def as_column(syntax: Syntax) -> str:
    """How to make a column of an expression that the language has not.

    Examples
    --------
    >>> from stanlevels.formulas.parse import parse
    >>> as_column(parse("1 - event"))
    "make it a column: df['new'] = 1 - df['event'], and write new in place of 1 - event"
    """
    made = _pandas(syntax) or "..."
    if isinstance(syntax, Operation) and syntax.symbol in _COMPARED:
        made = f"({made}).astype(int)"
    return f"make it a column: df['new'] = {made}, and write new in place of {formula_text(syntax)}"


def _pandas(syntax: Syntax) -> str:
    """An expression as pandas and NumPy write it; "" where they have no one way to."""
    match syntax:
        case Name(name=name):
            return f"df[{name!r}]"
        case Number(value=value):
            return number_source(value)
        case Text(text=text):
            return repr(text)
        case Call(function="I", arguments=(("", only),)):
            return _pandas(only)
        case Call(function=function, arguments=arguments) if function in _NUMPY:
            parts = [_pandas(value) for name, value in arguments if not name]
            whole = all(parts) and len(parts) == len(arguments) == (3 if function == "ifelse" else 1)
            return f"np.{_NUMPY[function]}({', '.join(parts)})" if whole else ""
        case Operation(symbol="(", operands=(only,)):
            return f"({made})" if (made := _pandas(only)) else ""
        case Operation(symbol="-", operands=(only,)):
            return f"-{made}" if (made := _pandas(only)) else ""
        case Operation(symbol=sign, operands=(left, right)) if sign in (*"+-*/^", *_COMPARED):
            one, other = _pandas(left), _pandas(right)
            return f"{one} {_SYMBOLS.get(sign, sign)} {other}" if one and other else ""
    return ""


def _of(syntax: Syntax, inside: Callable[[Syntax], str]) -> str:
    """A column by its name alone where it is one."""
    return quoted(syntax.name) if isinstance(syntax, Name) else inside(syntax)


def _within(text: str, level: int, outer: int) -> str:
    return f"({text})" if level < outer else text


def unknown_function(call: Call, formula: str) -> DeclarationError:
    """The error for a function that has no counterpart."""
    known = sorted({*FUNCTIONS_OF_R, *_SCALED, *_BASES, "I", "factor", "poly", "s", "mo", "offset"})
    return misread(
        f"a formula has {call.function}(...), which has no counterpart here",
        formula,
        call.at,
        expected=closest(call.function, known),
        way_out=as_column(call),
    )
