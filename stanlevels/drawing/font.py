"""How wide text is, in the letters of Times, without asking any system for its fonts."""

from __future__ import annotations

import unicodedata

__all__ = ["MEASURED", "width_of"]

# Thousandths of the size, for the characters from the space to the tilde: Times, as every system has it in
# one cut or another (Times New Roman, Liberation Serif, STIX), all of the same widths.
_UPRIGHT = """
    250 333 408 500 500 747 778 180 333 333 500 685 250 333 250 278 500 500 500
    500 500 500 500 500 500 500 278 278 685 685 685 444 921 722 667 667 722 611
    556 722 722 333 373 722 611 889 722 722 557 722 667 556 611 722 722 944 722
    722 612 333 278 333 469 500 333 444 500 444 500 444 333 500 500 278 278 500
    278 778 500 500 500 500 333 389 278 500 500 722 500 500 444 480 200 480 541
"""
_ITALIC = """
    250 333 420 501 500 755 778 214 333 333 500 675 250 333 250 278 500 500 500
    500 500 500 500 500 500 500 333 333 675 675 675 500 920 611 611 667 722 611
    611 722 722 333 444 667 556 833 667 722 611 722 611 500 556 722 611 833 611
    556 556 389 278 389 422 500 333 501 500 444 500 444 278 500 500 278 278 444
    278 722 500 500 504 500 389 389 278 500 444 667 444 444 389 400 275 400 541
"""
_WIDE, _OTHER = 1000, 620


def _table(text: str) -> dict[str, int]:
    return {chr(32 + place): int(width) for place, width in enumerate(text.split())}


MEASURED = {False: _table(_UPRIGHT), True: _table(_ITALIC)}
"""Widths by character, upright and italic."""


def width_of(text: str, size: float, *, italic: bool = False) -> float:
    """Width of a line of text, in the unit of `size`.

    Characters that are not measured are taken to be wide, so that no text is wider than its box.

    Examples
    --------
    >>> width_of("app_sd", 10)
    28.33
    >>> width_of("\u754c", 10)
    10.0
    """
    known = MEASURED[italic]
    return sum(known.get(char) or _guess(char) for char in text) * size / 1000


def _guess(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return _WIDE if unicodedata.east_asian_width(char) in "WF" else _OTHER
