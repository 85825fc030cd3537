"""Small words for messages: plurals, counts, lists, shares, hints at names that are close."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from stanlevels.errors import listing

__all__ = ["closest", "counted", "joined", "nearest", "percent", "plural", "reason_of", "shown"]


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


def counted(count: int, noun: str, several: str = "") -> str:
    """A number with its noun; `several` is the plural where the common rules do not give it.

    Examples
    --------
    >>> counted(1, "row"), counted(1200, "row"), counted(0, "row")
    ('1 row', '1,200 rows', 'no rows')
    >>> counted(2, "more quantity of it", "more quantities of it")
    '2 more quantities of it'
    """
    words = noun if count == 1 else several or plural(noun)
    return f"{count:,} {words}" if count else f"no {words}"


def joined(parts: Sequence[str], word: str) -> str:
    """Parts with commas, and `word` before the last.

    Examples
    --------
    >>> joined(["1", "2", "4"], "and")
    '1, 2 and 4'
    """
    return f" {word} ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else "".join(parts)


def percent(share: float) -> str:
    """A share in percent, never rounded to nothing.

    Examples
    --------
    >>> percent(0.25), percent(0.013), percent(0.00001)
    ('25 %', '1.3 %', 'under 0.1 %')
    """
    if 0 < share < 0.001:
        return "under 0.1 %"
    return f"{100 * share:.1f} %" if share < 0.1 and share else f"{100 * share:.0f} %"


def shown(value: Any) -> str:
    """One value as it should stand in a message."""
    return listing([value])


def reason_of(error: BaseException) -> str:
    """What another library's error says, in one line.

    Examples
    --------
    >>> reason_of(ValueError("no such thing")), reason_of(KeyError())
    ('no such thing', 'KeyError')
    """
    text = next((line.strip() for line in str(error).splitlines() if line.strip()), "")
    return text or type(error).__name__


def nearest(name: str, known: Iterable[Any], most: int = 3) -> list[str]:
    """The names that `name` may be a slip of: alike but for capitals, else those most like it.

    Examples
    --------
    >>> nearest("Nromal", ["Normal", "LogNormal", "Gamma"]), nearest("gamma", ["Gamma", "InverseGamma"])
    (['Normal'], ['Gamma'])
    >>> nearest("ordinal", ["Normal"])
    []
    """
    lower = {str(item).lower().replace("_", ""): str(item) for item in known}
    plain = name.lower().replace("_", "")
    if plain in lower:
        return [lower[plain]]
    scores = {other: _likeness(plain, key) for key, other in lower.items()}
    best = max(scores.values(), default=0.0)
    near = [other for other, score in scores.items() if score >= max(_ALIKE, best - 0.04)]
    return sorted(near, key=lambda other: -scores[other])[:most]


_ALIKE = 0.72
"""How alike two names are that may be the same one misspelt: twice the letters in common by all letters, more
where they are the same letters."""


def _likeness(one: str, other: str) -> float:
    swapped = sorted(one) == sorted(other)
    return 0.95 if swapped else difflib.SequenceMatcher(None, one, other).ratio()


def closest(name: str, known: Iterable[Any]) -> str:
    """What else there is: close matches first, then everything, ready to be said.

    Examples
    --------
    >>> closest("prize", ["price", "size"])
    "did you mean 'price'? There is 'price', 'size'"
    """
    names = [str(item) for item in known]
    if not names:
        return "there are none"
    near = nearest(name, names)
    there = f"there is {listing(names, 20)}"
    if not near:
        return there
    return f"did you mean {' or '.join(repr(item) for item in near)}? T{there[1:]}"
