"""Values as messages call them, and numbers that a person gives."""

from __future__ import annotations

import sys
from typing import Any

from stanlevels.errors import DeclarationError
from stanlevels.language.meant import instead_of_number

__all__ = ["checked_number", "describe"]

_LARGEST = sys.float_info.max


def describe(value: object) -> str:
    """A short phrase for a value in an error.

    Examples
    --------
    >>> describe(1.5), describe("x")
    ('float 1.5', "str 'x'")
    """
    if not isinstance(value, type) and (words := getattr(value, "_in_words", None)) is not None:
        return str(words)
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 60 else text[:57] + '...'}"


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
