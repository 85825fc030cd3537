"""What a person means by what cannot stand in a line: ways out of messages.

Values are known by what they have, and the package's own by the names of their classes: every room of the
language can ask.
"""

from __future__ import annotations

import keyword
import re
from math import inf
from typing import Any

from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.errors import DeclarationError

__all__ = [
    "SYMBOLS",
    "identifier",
    "instead_of_axis",
    "instead_of_column_of_level",
    "instead_of_columns",
    "instead_of_covariates",
    "instead_of_index",
    "instead_of_number",
    "instead_of_outcome",
    "no_arithmetic",
    "no_function",
]

SYMBOLS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "true_divide": "/",
    "power": "**",
    "negative": "neg",
}
"""Operators by their names in NumPy."""

_FUNCTIONS = {"absolute": "abs", "fabs": "abs", "expit": "inv_logit", "ndtr": "Phi"}
_OTHER_FUNCTIONS = {
    "log10": "write sl.log(...) / sl.log(10)",
    "log2": "write sl.log(...) / sl.log(2)",
    "exp2": "write 2 ** x",
    "tan": "write sl.sin(...) / sl.cos(...)",
    "reciprocal": "write 1 / x",
    "matmul": "write b @ X with X = sl.covariates(...) and b = sl.Normal(0, 1, over=X)",
}


def identifier(column: str) -> str:
    """A name for a column, in Python.

    Examples
    --------
    >>> identifier("school"), identifier("class"), identifier("home team"), identifier("1a")
    ('school', 'class_', 'home_team', 'level_1a')
    """
    name = re.sub(r"\W", "_", column)
    name = name if name[:1].isalpha() else f"level_{name}"
    return f"{name}_" if keyword.iskeyword(name) else name


def no_function(name: str, given: str) -> DeclarationError:
    """A function of NumPy or SciPy on an expression.

    Examples
    --------
    >>> print(no_function("expit", "a Normal(...)").way_out)
    write sl.inv_logit(...)
    """
    ours = _FUNCTIONS.get(name, name)
    otherwise = _OTHER_FUNCTIONS.get(name, f"use the functions of stanlevels: sl.{', sl.'.join(FUNCTIONS)}")
    return DeclarationError(
        f"numpy.{name} is given {given}, which stands for numbers that are not known yet",
        way_out=f"write sl.{ours}(...)" if ours in FUNCTIONS else otherwise,
    )


def no_arithmetic(kinds: tuple[str, str], words: tuple[str, str]) -> DeclarationError:
    """Arithmetic with what has no numbers: the names of both classes, and what messages call them."""
    return DeclarationError(
        f"arithmetic with {words[0]} and {words[1]}, which are not both numbers",
        expected="quantities and columns",
        way_out=_instead_of_arithmetic(*kinds),
    )


def _instead_of_arithmetic(one: str, other: str) -> str:
    """What to write for a product of categories or of levels, by the names of their classes."""
    if one == other == "Covariates":
        return "write sl.covariates(a, b) for both beside each other, and a * b for their interaction"
    if one == other == "Level":
        return "an interaction of two levels is a quantity over both: sl.Normal(0, sd, over=(a, b))"
    if one == "Covariates":
        return "write b @ X with b = sl.Normal(0, 1, over=X)"
    return "declare a quantity over it, such as sl.Normal(0, sd, over=level), and compute with that"


def instead_of_number(value: Any) -> str:
    """What to write for a column of a frame, for a frame, or for infinity."""
    if callable(value) and (family := getattr(getattr(value, "family", None), "name", None)):
        return f"call it, as in a = sl.{family}(...)"
    if (columns := _columns(value)) is not None:
        return _covariates_line(columns)
    if _length(value) is not None:
        name = _column(value)
        return f"name the column, whose values come with the data: sl.data({name!r})"
    if isinstance(value, float) and abs(value) == inf:
        return (
            "there is no flat prior: leave the prior open, as in sl.Normal() or sl.HalfNormal(), which scales"
            " it to the data, or write a wide one such as sl.Normal(0, 100)"
        )
    return ""


def instead_of_covariates(value: Any) -> str:
    """What to write where the right side of ``@`` is no set of covariates."""
    kind = type(value).__name__
    if isinstance(value, str):
        return f"for one column write b * sl.data({value!r})"
    if (columns := _columns(value)) is not None:
        return _covariates_line(columns)
    if kind == "DataColumn":
        column = value.column
        return (
            f"for one column write b * sl.data({column!r}); for its categories b @ X with"
            f" X = sl.data({column!r}, categorical=True) on a line above"
        )
    if _length(value) is not None:
        return f"for one column write b * sl.data({_column(value)!r})"
    if kind == "Level":
        return "a quantity over a level finds its unit by itself: A = sl.Normal(0, sd, over=level), used as A"
    if kind == "Index":
        return "components are picked one by one: b[0], or b['label']"
    return "write b @ X with X = sl.covariates('x', 'z') and b = sl.Normal(0, 1, over=X); a product is a * b"


def instead_of_columns(value: Any, where: str) -> str:
    """What to write where columns are named by what is no name: a frame, a Series, a list of names."""
    columns = _columns(value)
    if columns is None and isinstance(getattr(value, "name", None), str):
        columns = [value.name]
    return f"name them: {where}({', '.join(map(repr, columns))})" if columns else ""


def instead_of_column_of_level(value: Any) -> str:
    """What to write where the column of a level is no text."""
    names = value if isinstance(value, list | tuple) and len(value) > 1 else ()
    if names and all(isinstance(name, str) for name in names):
        outer, inner = map(identifier, names[:2])
        return f"write {_level_line(names[0])}, then {inner} = sl.Level({names[1]!r}, within={outer})"
    name = value.column if type(value).__name__ == "DataColumn" else getattr(value, "name", None)
    if isinstance(name, str):
        return f"write {_level_line(name)}"
    return "write sl.Level('column', within=parent)"


def instead_of_index(key: Any) -> str:
    """What to write where something is indexed by what is no index."""
    kind = type(key).__name__
    if kind == "Covariates":
        return "write b @ X with b = sl.Normal(0, 1, over=X): every row takes what belongs to its categories"
    if kind == "DataColumn" or (_length(key) is not None and not isinstance(key, list | tuple)):
        column = key.column if kind == "DataColumn" else _column(key)
        name = identifier(column)
        return (
            f"every row finds its own unit: {_level_line(column)} on a line above, b = sl.Normal(0, sd,"
            f" over={name}), used as b"
        )
    if isinstance(key, slice | list):
        return "pick components one by one, as in B[0] or B['days']"
    return "write strength[home] with home a Level, or B[0], or B['days']"


def instead_of_axis(over: Any) -> str:
    """What to write where over= is no axis."""
    several = isinstance(over, list | tuple) and len(over) > 1 and all(isinstance(o, str) for o in over)
    if several:
        return f"for components with these labels write over=sl.Index({list(over)!r})"
    axis = over[0] if isinstance(over, list | tuple) and len(over) == 1 else over
    if isinstance(axis, int) and not isinstance(axis, bool):
        return f"for components write over=sl.Index({axis})"
    if isinstance(axis, type):
        return "write level = sl.Level() on a line above, with its parentheses, and over=level"
    kind = type(axis).__name__
    if isinstance(axis, str) or kind == "DataColumn" or _length(axis) is not None:
        column = axis if isinstance(axis, str) else axis.column if kind == "DataColumn" else _column(axis)
        categories = f", or a set of categories: {identifier(column)} = sl.data({column!r}, categorical=True)"
        return f"declare {_level_line(column)} and write over={identifier(column)}" + (
            categories if kind == "DataColumn" else ""
        )
    return "declare school = sl.Level() and write over=school"


def instead_of_outcome(observed: Any) -> str:
    """What to write where observed= is no column."""
    kind = type(observed).__name__
    if kind == "DataColumn":
        return f"write observed={observed.column!r}"
    if (name := getattr(observed, "name", None)) and isinstance(name, str) and _length(observed) is not None:
        return f"write observed={name!r}; the data come with the fit: Model.fit(df)"
    if _length(observed) is not None or _columns(observed) is not None:
        return "write observed=True; the data come with the fit: Model.fit(df)"
    return "leave it out for what is not observed" if observed is None else ""


def _level_line(column: str) -> str:
    name = identifier(column)
    return f"{name} = sl.Level({'' if name == column else repr(column)})"


def _covariates_line(columns: list[str]) -> str:
    named = ", ".join(map(repr, columns))
    return f"write b @ X with X = sl.covariates({named}) and b = sl.Normal(0, 1, over=X) on lines above"


def _columns(value: Any) -> list[str] | None:
    """The columns of a frame, or a list of their names."""
    if isinstance(value, list | tuple) and value and all(isinstance(item, str) for item in value):
        return list(value)
    columns = getattr(value, "columns", None)
    if columns is None or isinstance(columns, str) or not hasattr(columns, "__iter__"):
        return None
    return [str(column) for column in columns][:8]


def _length(value: Any) -> int | None:
    """The number of values of an array, a Series or a list."""
    if isinstance(value, list | tuple):
        return len(value) or None
    shape = getattr(value, "shape", None)
    return shape[0] if isinstance(shape, tuple) and len(shape) == 1 else None


def _column(value: Any) -> str:
    name = getattr(value, "name", None)
    return name if isinstance(name, str) and name else "column"
