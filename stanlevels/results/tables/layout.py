"""A table of text on a terminal of any width: columns that do not fit go below, beside the same labels."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

__all__ = ["Column", "blocks", "laid_out"]

_GAP = "  "
_WIDEST = 48  # of a cell of text: longer ones run over several lines


@dataclass(frozen=True)
class Column:
    """A column as text.

    Attributes
    ----------
    heads : tuple of str
        What stands above it, the outermost first.
    cells : tuple of str
    is_number : bool
        Numbers stand at the right, and are aligned already; text stands at the left.
    is_key : bool
        Whether it says what the row is about, and is repeated beside columns that did not fit.
    """

    heads: tuple[str, ...]
    cells: tuple[str, ...]
    is_number: bool = False
    is_key: bool = False


def laid_out(columns: Sequence[Column], width: int, left_out: tuple[int, str] | None = None) -> str:
    """Lines of text no longer than `width`, if a column and its labels fit there.

    Parameters
    ----------
    columns : sequence of Column
        All with as many cells, and as many heads.
    width : int
    left_out : (int, str), optional
        A line that stands for rows that are not shown, and behind how many rows it goes.

    Examples
    --------
    >>> label = Column(("unit",), ("a", "b"), is_key=True)
    >>> numbers = [Column(("n",), ("10", " 9"), True), Column(("sd",), ("0.5", "2  "), True)]
    >>> print(laid_out([label, *numbers], 10))
    unit   n
    a     10
    b      9
    <BLANKLINE>
    unit   sd
    a     0.5
    b     2
    """
    keys = [column for column in columns if column.is_key]
    return "\n\n".join(_block([*keys, *block], left_out) for block in blocks(columns, width))


def blocks(columns: Sequence[Column], width: int) -> list[list[Column]]:
    """The columns that are no labels, in parts that fit beside the labels; those under one head together."""
    room = width - sum(_width(column) + len(_GAP) for column in columns if column.is_key)
    found: list[list[Column]] = [[]]
    left = room
    for together in _under_one_head([column for column in columns if not column.is_key], room):
        needed = _total(together)
        if found[-1] and needed + len(_GAP) > left:
            found.append([])
            left = room
        left -= needed + (len(_GAP) if found[-1] else 0)
        found[-1] += together
    return found


def _under_one_head(columns: Sequence[Column], room: int) -> list[list[Column]]:
    """Columns with the same outer heads, where they fit beside the labels; else one by one."""
    found: list[list[Column]] = []
    for _, group in groupby(columns, key=lambda column: column.heads[:-1]):
        together = list(group)
        whole = len(together[0].heads) > 1 and _total(together) <= room
        found += [together] if whole else [[column] for column in together]
    return found


def _total(columns: Sequence[Column]) -> int:
    widths = _widened(columns, [_width(column) for column in columns])
    return sum(widths) + len(_GAP) * (len(widths) - 1)


def _block(columns: Sequence[Column], left_out: tuple[int, str] | None) -> str:
    widths = _widened(columns, [_width(column) for column in columns])
    lines = _heads(columns, widths)
    for row in range(len(columns[0].cells) if columns else 0):
        if left_out and row == left_out[0]:
            lines.append(left_out[1])
        cells = [_lines(column, row) for column in columns]
        for depth in range(max(map(len, cells))):
            parts = [cell[depth] if depth < len(cell) else "" for cell in cells]
            lines.append(_line(columns, parts, widths))
    return "\n".join(lines)


def _line(columns: Sequence[Column], parts: Sequence[str], widths: Sequence[int]) -> str:
    padded = [_padded(p, w, c.is_number) for c, p, w in zip(columns, parts, widths, strict=True)]
    return _GAP.join(padded).rstrip()


def _heads(columns: Sequence[Column], widths: Sequence[int]) -> list[str]:
    """A line for each storey of heads; an outer one stands once over the columns that share it."""
    if not columns:
        return []
    spans = [_spans(columns, widths, storey) for storey in range(len(columns[0].heads) - 1)]
    lines = [_GAP.join(_padded(text, n) for text, n in each).rstrip() for each in spans]
    return [*lines, _line(columns, [column.heads[-1] for column in columns], widths)]


def _spans(columns: Sequence[Column], widths: Sequence[int], storey: int) -> list[tuple[str, int]]:
    """Outer heads, with the width that their columns take together."""
    spans: list[tuple[str, int]] = []
    before: tuple[str, ...] | None = None
    for column, width in zip(columns, widths, strict=True):
        above = column.heads[: storey + 1]
        if above == before and not column.is_key:
            spans[-1] = above[-1], spans[-1][1] + len(_GAP) + width
        else:
            spans.append((above[-1], width))
        before = above
    return spans


def _widened(columns: Sequence[Column], widths: list[int]) -> list[int]:
    """The widths, each last column so much wider that the outer heads over it fit."""
    for storey in range(len(columns[0].heads) - 1 if columns else 0):
        last = -1
        for text, width in _spans(columns, widths, storey):
            taken = -len(_GAP)
            while taken < width:
                last += 1
                taken += len(_GAP) + widths[last]
            widths[last] += max(0, display_width(text) - width)
    return widths


def _width(column: Column) -> int:
    parts = [part for row in range(len(column.cells)) for part in _lines(column, row)]
    return max(map(display_width, [column.heads[-1], *parts]))


def _lines(column: Column, row: int) -> list[str]:
    cell = column.cells[row]
    if column.is_number or len(cell) <= _WIDEST:
        return [cell]
    return textwrap.wrap(cell, _WIDEST) or [""]


def _padded(text: str, width: int, right: bool = False) -> str:
    space = " " * max(0, width - display_width(text))
    return space + text if right else text + space


def display_width(text: str) -> int:
    """The columns of a terminal that a text takes: two for a Chinese character, none for an accent.

    Examples
    --------
    >>> display_width("naïve"), display_width("北京")
    (5, 4)
    """
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(unicodedata.combining(letter) > 0 for letter in text)
