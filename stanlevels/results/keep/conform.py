"""Whether a value is of the type that a field is declared with."""

from __future__ import annotations

import collections.abc
import types
import typing
from typing import Any

import numpy as np

__all__ = ["conforms"]


def conforms(value: Any, declared: Any) -> bool:
    """Whether `value` is what a field of this type holds.

    Examples
    --------
    >>> conforms(("a", "b"), tuple[str, ...]), conforms(("a", 1), tuple[str, ...])
    (True, False)
    >>> conforms({"a": None}, collections.abc.Mapping[str, int | None])
    True
    """
    if declared is Any or declared is object:
        return True
    if declared is None or declared is type(None):
        return value is None
    origin, inside = typing.get_origin(declared), typing.get_args(declared)
    if origin is typing.Union or origin is types.UnionType:
        return any(conforms(value, one) for one in inside)
    if origin is typing.Literal:
        return any(value == one and type(value) is type(one) for one in inside)
    if origin is tuple:
        return isinstance(value, tuple) and _entries(value, inside)
    if origin in (frozenset, list):
        return isinstance(value, origin) and all(conforms(each, inside[0]) for each in value)
    if origin in (dict, collections.abc.Mapping):
        return isinstance(value, collections.abc.Mapping) and all(
            conforms(key, inside[0]) and conforms(each, inside[1]) for key, each in value.items()
        )
    if origin is np.ndarray or declared is np.ndarray:
        return isinstance(value, np.ndarray)
    if declared is float:
        return isinstance(value, float | int) and not isinstance(value, bool)
    if declared is int:
        return isinstance(value, int | np.integer) and not isinstance(value, bool)
    return isinstance(value, declared) if isinstance(declared, type) else True


def _entries(value: tuple[Any, ...], inside: tuple[Any, ...]) -> bool:
    if inside[-1:] == (Ellipsis,):
        return all(conforms(each, inside[0]) for each in value)
    return len(value) == len(inside) and all(
        conforms(each, one) for each, one in zip(value, inside, strict=True)
    )
