"""Signatures of functions with overloads, as `help` shows them."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar, get_overloads

__all__ = ["signed_by_its_last_overload"]

F = TypeVar("F", bound=Callable[..., Any])


def signed_by_its_last_overload(function: F) -> F:
    """Let `help` and IPython show the last overload's signature, which names what the others take.

    Type checkers and editors read the overloads themselves; the function may take `**settings`.

    Examples
    --------
    >>> from typing import overload
    >>> class Halves:
    ...     @overload
    ...     def half(self, number: int) -> float: ...
    ...     @overload
    ...     def half(self, number: float, *, rounded: bool = False) -> float: ...
    ...     @signed_by_its_last_overload
    ...     def half(self, number, **settings): ...
    >>> list(inspect.signature(Halves.half).parameters)
    ['self', 'number', 'rounded']
    """
    signed: Any = function
    last = get_overloads(function)[-1]
    signed.__signature__ = inspect.signature(getattr(last, "__func__", last))  # of a class method
    return function
