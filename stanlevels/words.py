"""Small words for messages: plurals, counted nouns, hints at names that are close."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from stanlevels.errors import listing

__all__ = ["closest", "counted", "plural", "shown"]


def plural(noun: str) -> str:
    """The plural of a level's name, by the common English rules.

    Examples
    --------
    >>> plural("app"), plural("county"), plural("class")
    ('apps', 'counties', 'classes')
    """
    if noun.endswith("y") and noun[-2:-1] not in {"", "a", "e", "i", "o", "u"}:
        return noun[:-1] + "ies"
    if noun.endswith(("s", "x", "z", "ch", "sh")):
        return noun + "es"
    return noun + "s"


def counted(count: int, noun: str) -> str:
    """A number with its noun.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row")
    ('1 row', '1,200 rows')
    """
    return f"{count:,} {noun if count == 1 else plural(noun)}"


def shown(value: Any) -> str:
    """One value as it should stand in a message."""
    return listing([value])


def closest(name: str, known: Iterable[Any]) -> str:
    """What else there is: close matches first, then everything, ready to be said.

    Examples
    --------
    >>> closest("prize", ["price", "size"])
    "did you mean 'price' or 'size'? There is 'price', 'size'"
    """
    names = [str(item) for item in known]
    if not names:
        return "there are none"
    lower = {item.lower(): item for item in names}
    near = [lower[match] for match in difflib.get_close_matches(name.lower(), lower, n=3)]
    there = f"there is {listing(names, 20)}"
    if not near:
        return there
    return f"did you mean {' or '.join(repr(item) for item in near)}? T{there[1:]}"
