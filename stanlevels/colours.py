"""Stan programs in colour: their words by kind, and how a terminal colours them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from typing import Any

__all__ = ["COLOURS", "coloured", "pieces", "takes_colours"]

_KEYWORDS = (
    "functions data transformed parameters model generated quantities for in while repeat until if then else"
    " true false return break continue profile print reject fatal_error target lower upper offset multiplier"
)
_TYPES = (
    "int real complex array vector row_vector matrix complex_vector complex_row_vector complex_matrix simplex"
    " sum_to_zero_vector unit_vector ordered positive_ordered corr_matrix cov_matrix cholesky_factor_corr"
    " cholesky_factor_cov stochastic_column_matrix stochastic_row_matrix sum_to_zero_matrix tuple void"
)
_WORDS = {**dict.fromkeys(_KEYWORDS.split(), "keyword"), **dict.fromkeys(_TYPES.split(), "type")}
_LEXER = re.compile(
    r"(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z)|^[ \t]*\#[^\n]*)"
    r'|(?P<string>"[^"\n]*"?)'
    r"|(?P<number>(?:\d[\d_]*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?i?)"
    r"|(?P<word>[A-Za-z]\w*)(?P<called>(?=\s*\())?"
    r"|(?P<rest>[^\w\"/.#]+|.)",
    re.DOTALL | re.MULTILINE,
)

COLOURS = {
    "comment": ("32", "var(--jp-mirror-editor-comment-color, #6e7781)"),
    "keyword": ("1", "var(--jp-mirror-editor-keyword-color, #8a5fd6)"),
    "type": ("36", "var(--jp-mirror-editor-builtin-color, #0a7ea4)"),
    "function": ("35", "var(--jp-mirror-editor-def-color, #1f6fd6)"),
    "number": ("33", "var(--jp-mirror-editor-number-color, #0b8063)"),
    "string": ("31", "var(--jp-mirror-editor-string-color, #c0452c)"),
}
"""By kind: the code of a terminal, and the colour of a page, which reads on white and on black.

JupyterLab's own colours come first: they go with its theme.
"""


def pieces(program: str) -> Iterator[tuple[str, str]]:
    """A Stan program in pieces, with the kind of each; together they are the program.

    Yields
    ------
    (str, str)
        A kind, which is a key of COLOURS or empty, and the text.

    Examples
    --------
    >>> [(kind, text) for kind, text in pieces("real x = exp(2);  // e") if kind]
    [('type', 'real'), ('function', 'exp'), ('number', '2'), ('comment', '// e')]
    """
    for found in _LEXER.finditer(program):
        kind, text = found.lastgroup or "", found.group()
        if kind in ("word", "called"):
            kind = _WORDS.get(text, "function" if found["called"] is not None else "")
        yield (kind if kind in COLOURS else ""), text


def coloured(program: str) -> str:
    r"""A Stan program with the codes by which a terminal colours it.

    Examples
    --------
    >>> coloured("int N;")
    '\x1b[36mint\x1b[0m N;'
    """
    return "".join(
        f"\x1b[{COLOURS[kind][0]}m{text}\x1b[0m" if kind else text for kind, text in pieces(program)
    )


def takes_colours(stream: Any = None) -> bool:
    """Whether text to a stream (standard output) goes to a terminal that shows colours and may.

    ``NO_COLOR`` (https://no-color.org) forbids them.
    """
    stream = sys.stdout if stream is None else stream
    if os.environ.get("NO_COLOR") or os.environ.get("TERM", "") == "dumb":
        return False
    if sys.platform == "win32" and not {"WT_SESSION", "ANSICON", "TERM"} & set(os.environ):
        return False  # consoles that print the codes
    try:
        return bool(stream.isatty())
    except (AttributeError, ValueError):  # none, or closed
        return False
