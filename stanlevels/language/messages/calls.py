"""Calls that Python refuses, in words: what is called, what it takes, and what was meant."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from stanlevels.errors import DeclarationError
from stanlevels.words import joined, nearest

__all__ = ["WrongCall", "in_words"]

F = TypeVar("F", bound=Callable[..., Any])


class WrongCall(DeclarationError, TypeError):
    """A call with arguments that there are not; also a TypeError, as Python has it."""


def in_words(
    name: str,
    meant: Mapping[str, str] | None = None,
    places: str | Callable[[tuple[Any, ...]], str] = "",
) -> Callable[[F], F]:
    """Word what Python says of a call that does not fit.

    Parameters
    ----------
    name : str
        What is called, as people write it; ``{}`` stands for the name of the class whose method it is.
    meant : mapping of str to str, optional
        By the name of an argument that there is not: what to write.
    places : str or function
        What to write where there are too many arguments, or too few; by the positional ones.

    Examples
    --------
    >>> @in_words("sl.halved", {"number": "x= is the number"})
    ... def halved(x):
    ...     return x / 2
    >>> try:
    ...     halved(number=3)
    ... except WrongCall as error:
    ...     print(error)
    sl.halved has no argument 'number'
      expected: sl.halved(x)
      way out:  x= is the number
    """

    def decorated(function: F) -> F:
        called = inspect.signature(function)

        @functools.wraps(function)
        def checked(*args: Any, **kwargs: Any) -> Any:
            try:
                called.bind(*args, **kwargs)
            except TypeError as error:
                given = args[1:] if _bound(called) else args
                way_out = places if isinstance(places, str) else places(given)
                owner = getattr(args[0], "__name__", "") if args else ""
                raise _wrong(name.format(owner), called, kwargs, str(error), meant or {}, way_out) from None
            return function(*args, **kwargs)

        return checked  # type: ignore[return-value]  # the same call, checked first

    return decorated


def _wrong(
    name: str,
    called: inspect.Signature,
    kwargs: Mapping[str, Any],
    words: str,
    meant: Mapping[str, str],
    places: str,
) -> WrongCall:
    taken = [p.replace(annotation=inspect.Parameter.empty) for p in called.parameters.values()][
        _bound(called) :
    ]
    known = [p.name for p in taken]
    wanted = str(inspect.Signature(taken))
    strange = [argument for argument in kwargs if argument not in known]
    if not strange:
        return WrongCall(f"{name}: {words}", expected=f"{name}{wanted}", way_out=places)
    ways = [meant[n] if n in meant else _nearest(n, known) for n in strange]
    return WrongCall(
        f"{name} has no argument {joined([repr(n) for n in strange], 'and')}",
        expected=f"{name}{wanted}",
        way_out=", ".join(way for way in ways if way) or places,
    )


def _bound(called: inspect.Signature) -> bool:
    """Whether the first argument is the object or the class itself."""
    return next(iter(called.parameters), "") in ("self", "cls")


def _nearest(name: str, known: list[str]) -> str:
    close = nearest(name, known)
    return f"did you mean {joined([f'{n}=' for n in close], 'or')}?" if close else ""
