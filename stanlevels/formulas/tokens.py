"""A formula's text as tokens, and the errors that point at a place of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from stanlevels.errors import DeclarationError

__all__ = ["Token", "misread", "tokens"]


@dataclass(frozen=True)
class Token:
    """A piece of a formula: its kind (name, number, text, symbol or end), what it says, and where."""

    kind: str
    text: str
    at: int


_TOKEN = re.compile(
    r"""
      (?P<space> \s+ | \#[^\n]* )
    | (?P<number> (?: \d+\.?\d* | \.\d+ ) (?: [eE][+-]?\d+ )? L? )
    | (?P<name> (?: [^\W\d] | \.(?!\d) ) [\w.]* )
    | `(?P<quoted> [^`]+ )`
    | "(?P<double> [^"]* )" | '(?P<single> [^']* )'
    | (?P<symbol> \|\| | \*\* | %\w+% | :::? | <- | == | != | <= | >= | && | [-+*/^:~|(),=<>!&{}\[\]] )
    """,
    re.VERBOSE,
)
_KINDS = {"quoted": "name", "double": "text", "single": "text"}


def tokens(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """The pieces of a formula, with one of kind "end" at last.

    Raises
    ------
    DeclarationError
        If there is a letter that no formula has.

    Examples
    --------
    >>> [token.text for token in tokens("log.y ~ (1 | `the group`)")]
    ['log.y', '~', '(', '1', '|', 'the group', ')', '']
    """
    found, at, end = [], start, len(text) if end is None else end
    while at < end:
        match = _TOKEN.match(text, at, end)
        if match is None:
            raise _strange(text, at)
        kind = match.lastgroup or ""
        if kind != "space":
            found.append(Token(_KINDS.get(kind, kind), match[kind], at))
        at = match.end()
    return [*found, Token("end", "", end)]


def _strange(text: str, at: int) -> DeclarationError:
    if text[at] in "`'\"":
        return misread(f"the {text[at]} of a formula is never closed", text, at)
    return misread(
        f"a formula has {text[at]!r}",
        text,
        at,
        expected="names, numbers, and R's operators: ~ + - * / : ^ |",
        way_out="a name with other letters stands between backticks: `my column`",
    )


def misread(found: str, text: str, at: int, *, expected: str = "", way_out: str = "") -> DeclarationError:
    """The error for a place of a formula, which shows it with a caret under the place."""
    before = text[:at]
    start = before.rfind("\n") + 1
    line = text[start:].partition("\n")[0]
    shift = at - start
    if shift > 70:  # a long line is shown about the place
        line, shift = f"...{line[shift - 40 :]}", 43
    return DeclarationError(f"{found}\n  {line[:100]}\n  {' ' * shift}^", expected=expected, way_out=way_out)
