"""Stan text reduced to what matters to a compiler: neither comments nor blank space."""

from __future__ import annotations

import re
from bisect import bisect_right

__all__ = ["canonical", "moved_line", "tokens"]

_TOKEN = re.compile(
    r"""(?P<skip>//[^\n]*|/\*.*?\*/|\s+)
      | "(?:[^"\n])*"                                   # text, as it stands
      | \d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?i?        # numbers, so that 1. *x and 1 .*x stay apart
      | \.\d[\d_]*(?:[eE][+-]?\d+)?i?
      | [A-Za-z_]\w*
      | <-|<=|>=|==|!=|&&|\|\||\+=|-=|\*=|/=|\.\*=|\./=|\.\*|\./|\.\^|%/%
      | .""",
    re.VERBOSE | re.DOTALL,
)


def canonical(code: str) -> str:
    """Tokens of a program, one space between them: equal exactly for programs that compile to the same.

    Examples
    --------
    >>> canonical("real x;  // the mean") == canonical("real x ;")
    True
    """
    return " ".join(tokens(code))


def tokens(code: str) -> list[str]:
    """What a program consists of.

    Examples
    --------
    >>> tokens("a <-b; // twice")
    ['a', '<-', 'b', ';']
    """
    return [text for text, _ in _tokens(code)]


def moved_line(line: int, old: str, new: str) -> int:
    r"""The line of `new` that says what `line` says in `old`, for two programs of equal tokens.

    Parameters
    ----------
    line : int
        1-based.
    old, new : str
        Programs that differ in comments and blank space alone.

    Examples
    --------
    >>> moved_line(2, "real x;\nreal y;", "// two\nreal x;\n\nreal y;")
    4
    """
    starts, targets = _starts(old), _starts(new)
    position = bisect_right(starts, line - 1) - 1
    while position > 0 and starts[position - 1] == starts[position] == line - 1:
        position -= 1
    return targets[max(position, 0)] + 1 if targets else line


def _starts(code: str) -> list[int]:
    """0-based line of every token."""
    lines = [0]
    for character in code:
        lines.append(lines[-1] + (character == "\n"))
    return [lines[position] for _, position in _tokens(code)]


def _tokens(code: str) -> list[tuple[str, int]]:
    return [(match[0], match.start()) for match in _TOKEN.finditer(code) if match["skip"] is None]
