"""Values as messages call them, and numbers that a person gives."""

from __future__ import annotations

import sys
from typing import Any

from stanlevels.errors import DeclarationError, listing
from stanlevels.language.messages.meant import instead_of_number

__all__ = ["checked_number", "describe"]

_LARGEST = sys.float_info.max


def describe(value: object) -> str:
    """A short phrase for a value in an error.

    Examples
    --------
    >>> describe(1.5), describe("x")
    ('float 1.5', "str 'x'")
    >>> import numpy as np
    >>> describe(np.ones(3)), describe(np.ones((3, 2)))
    ('ndarray of 3 values', 'ndarray of shape (3, 2)')
    """
    if not isinstance(value, type) and (words := getattr(value, "_in_words", None)) is not None:
        return str(words)
    if isinstance(value, type):
        return f"the class {value.__name__} itself"
    if callable(value) and (family := getattr(getattr(value, "family", None), "name", None)):
        return f"the distribution {family} itself"
    shape = getattr(value, "shape", None)
    if isinstance(shape, tuple) and shape:
        return _of_array(value, shape)
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


def _of_array(value: Any, shape: tuple[int, ...]) -> str:
    """An array, a Series or a frame, without its numbers."""
    kind, columns, name = type(value).__name__, getattr(value, "columns", None), getattr(value, "name", None)
    if columns is not None and hasattr(columns, "__iter__"):
        return f"{kind} with the columns {listing(columns)}"
    called = f" {name!r}" if isinstance(name, str) and name else ""
    return f"{kind}{called} of {shape[0]} values" if len(shape) == 1 else f"{kind} of shape {shape}"


def checked_number(value: Any, where: str) -> float:
    """A finite number as int or float; anything else is an error.

    Raises
    ------
    DeclarationError
        If it is none; `where` says what was given it.
    """
    plain = value.item() if hasattr(value, "item") and getattr(value, "ndim", None) == 0 else value
    if isinstance(plain, int | float) and not isinstance(plain, bool) and abs(plain) <= _LARGEST:
        return plain
    raise DeclarationError(
        f"{where} is given {describe(value)}", expected="a finite number", way_out=instead_of_number(plain)
    )
