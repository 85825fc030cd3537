"""What Python lets people write with expressions, and a model does not have: each says what to write."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.errors import DeclarationError
from stanlevels.language.messages.describe import describe

__all__ = ["Refused", "UnknownAttribute"]


class UnknownAttribute(DeclarationError, AttributeError):
    """An attribute that expressions do not have; also an AttributeError, as Python has it."""


_COMPARISONS = {"__lt__": "<", "__le__": "<=", "__gt__": ">", "__ge__": ">="}
_NAMES = {"<": "below", "<=": "up_to", ">": "above", ">=": "from"}
_COLUMN = "compute the column in the data, df['new'] = ..., and use sl.data('new')"
_OPERATORS = {
    "//": ("floordiv", f"write / ; of a column, {_COLUMN}"),
    "%": ("mod", _COLUMN),
    "&": ("and", f"a model has no and, or, not: {_COLUMN}"),
    "|": ("or", f"a model has no and, or, not: {_COLUMN}"),
    "^": ("xor", "a power is **: write x ** 2"),
    "<<": ("lshift", "write a sum, a product, or a line of its own"),
    ">>": ("rshift", "write a sum, a product, or a line of its own"),
    "divmod": ("divmod", _COLUMN),
}


def _comparison(symbol: str) -> Callable[[Any, object], NoReturn]:
    def compare(self: Any, other: object) -> NoReturn:
        column = getattr(self, "column", None)
        way_out = (
            "compare draws after fitting, for example with fit.idata; the larger of two columns is a column"
            " of the data"
        )
        if isinstance(column, str):
            new = f"{column}_{_NAMES[symbol]}"
            value = other if isinstance(other, int | float) else "..."
            way_out = (
                f"make it a column, df[{new!r}] = df[{column!r}] {symbol} {value}, and use sl.data({new!r})"
            )
        raise DeclarationError(
            f"{describe(self)} cannot be compared: it stands for numbers that are not known yet",
            expected="a model without branches",
            way_out=way_out,
        )

    return compare


def _operator(symbol: str, way_out: str) -> Callable[[Any, object], NoReturn]:
    def operate(self: Any, other: object) -> NoReturn:
        raise DeclarationError(
            f"{describe(self)} has no {symbol}",
            expected="+ - * / ** and functions such as sl.exp",
            way_out=way_out,
        )

    return operate


class Refused:
    """Operations that an expression does not have."""

    def __bool__(self) -> NoReturn:
        raise DeclarationError(
            f"{describe(self)} has no truth value: it stands for numbers that are not known yet",
            way_out="write the model without if, and, or, not; compare draws after fitting",
        )

    if not TYPE_CHECKING:  # what is refused when it runs must be no method to type checkers either

        def __array__(self, *_: object, **__: object) -> NoReturn:
            raise DeclarationError(
                f"{describe(self)} is no array",
                way_out="use the functions of stanlevels (sl.exp, sl.log, ...) in place of NumPy's; a sum is"
                " a + b, or Python's sum([a, b]); what stands in a frame is sl.data('column')",
            )

        def __float__(self) -> NoReturn:
            raise DeclarationError(
                f"{describe(self)} is no number: it stands for numbers that are not known yet",
                way_out="use the functions of stanlevels (sl.exp, sl.log, ...) in place of those of math",
            )

        __int__ = __complex__ = __trunc__ = __floor__ = __ceil__ = __float__

        def __round__(self, *_: object) -> NoReturn:
            self.__float__()

        def __call__(self, *_: object, **__: object) -> NoReturn:
            """Refuse: nothing here is a function."""
            raise DeclarationError(
                f"{describe(self)} is called like a function",
                expected="its name alone, or an index: A[home], B[0]",
                way_out="a product is a * b; the data find their units by themselves",
            )

        def __getattr__(self, name: str) -> NoReturn:
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            raise UnknownAttribute(
                f"{describe(self)} has no attribute {name!r}: it stands for numbers that are not known yet",
                way_out=_instead_of_attribute(name),
            )


def _instead_of_attribute(name: str) -> str:
    if name in FUNCTIONS:
        return f"write sl.{name}(...)"
    if name in ("astype", "cat", "str", "categories"):
        return "categories are sl.data('column', categorical=True)"
    if name in ("mean", "std", "var", "sum", "min", "max", "median", "quantile", "shape", "values"):
        return f"of a column it is computed in the data, df['x'].{name}; of a fit, from fit.idata"
    return "arithmetic, functions such as sl.log(...), and indexing build expressions"


for _name, _symbol in _COMPARISONS.items():
    setattr(Refused, _name, _comparison(_symbol))
for _symbol, (_name, _way_out) in _OPERATORS.items():
    for _side in ("", "r"):
        setattr(Refused, f"__{_side}{_name}__", _operator(_symbol, _way_out))
