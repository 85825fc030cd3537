"""Tables as text, HTML and frames, and small pieces of HTML.

Whatever a person wrote is escaped here and nowhere else.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

from stanlevels.colours import COLOURS, coloured, pieces, takes_colours

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Html",
    "Latex",
    "Source",
    "Table",
    "block",
    "data_table",
    "details",
    "element",
    "items",
    "paragraph",
    "preformatted",
    "program",
    "table",
    "terminal_width",
    "text_table",
]

_WIDTH = 120  # where the text goes to no terminal
_NARROW = 12  # what a column of text is not made narrower than


class Html(str):
    """Text that is HTML already; plain strings are escaped wherever they are put."""

    __slots__ = ()


def _safe(value: Any) -> str:
    return value if isinstance(value, Html) else escape(str(value))


class Source(str):
    """A Stan program: text, which shows itself line by line where it is looked at, in colour where it can.

    `print` and `str` give the plain text. A Python or IPython session colours it in a terminal, unless the
    environment has NO_COLOR; a notebook shows it as HTML.

    Examples
    --------
    >>> Source("model { }")
    model { }
    """

    __slots__ = ()

    def __repr__(self) -> str:
        session = hasattr(sys, "ps1") and takes_colours()  # else whoever asks may write it to a file
        return coloured(self) if session else str(self)

    def _repr_html_(self) -> str:
        return program(self)

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(coloured(self) if takes_colours() else str(self))


def program(text: str) -> Html:
    """A Stan program in colour.

    Examples
    --------
    >>> program("x < y")
    '<pre class="stan">x &lt; y</pre>'
    """
    parts = [
        f'<span style="color: {COLOURS[kind][1]}">{escape(part)}</span>' if kind else escape(part)
        for kind, part in pieces(text)
    ]
    return Html(f'<pre class="stan">{"".join(parts)}</pre>')


class Latex(str):
    """LaTeX that a notebook shows as the mathematics that it means, and a terminal as it is written."""

    __slots__ = ()

    def _repr_latex_(self) -> str:
        return f"$$\n{self}\n$$"

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))


def element(tag: str, *parts: Any, **attributes: Any) -> Html:
    """Any element; an attribute that is None or False is left out, and one that is True has no value.

    Names of attributes that Python keeps, or that hold hyphens, are written ``class_`` and ``aria_label``.

    Examples
    --------
    >>> element("td", "a < b", class_="number", data_value='"', hidden=True)
    '<td class="number" data-value="&quot;" hidden>a &lt; b</td>'
    >>> element("hr")
    '<hr>'
    """
    opening = tag
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        opening += f" {name.rstrip('_').replace('_', '-')}"
        opening += "" if value is True else f'="{escape(str(value))}"'
    inner = "".join(_safe(part) for part in parts)
    return Html(f"<{opening}>" if tag in _EMPTY else f"<{opening}>{inner}</{tag}>")


_EMPTY = frozenset("br col hr img input link meta".split())


def paragraph(*parts: Any, strong: bool = False) -> Html:
    """Parts one after another.

    Examples
    --------
    >>> paragraph("a < b")
    '<p>a &lt; b</p>'
    """
    inner = "".join(_safe(part) for part in parts)
    return Html(f"<p><strong>{inner}</strong></p>" if strong else f"<p>{inner}</p>")


def items(entries: Iterable[Any]) -> Html:
    """A list."""
    return Html("<ul>" + "".join(f"<li>{_safe(entry)}</li>" for entry in entries) + "</ul>")


def table(columns: Sequence[Any], rows: Iterable[Sequence[Any]]) -> Html:
    """A table with a head.

    Examples
    --------
    >>> table(["unit"], [["<b>"]])
    '<table><thead><tr><th>unit</th></tr></thead><tbody><tr><td>&lt;b&gt;</td></tr></tbody></table>'
    """
    head = "".join(f"<th>{_safe(column)}</th>" for column in columns)
    body = "".join("<tr>" + "".join(f"<td>{_safe(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return Html(f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def data_table(heads: Sequence[Sequence[str]], rows: Iterable[Sequence[Any]], right: Sequence[bool]) -> Html:
    """A table of data: numbers at the right, text at the left.

    Parameters
    ----------
    heads : sequence of sequence of str
        What stands above each column, the outermost first; neighbours share what is equal.
    rows : iterable of sequence
        A cell per column, or one for all.
    right : sequence of bool
        Which columns stand at the right.

    Examples
    --------
    >>> data_table([["sd"]], [["0.5"]], [True]).count("text-align: right")
    2
    """
    sides = ["right" if each else "left" for each in right]

    def cell(tag: str, inner: Any, side: str, span: int = 1) -> str:
        wide = f' colspan="{span}"' if span > 1 else ""
        return f'<{tag}{wide} style="text-align: {side}">{_safe(inner)}</{tag}>'

    lines = []
    for storey in range(len(heads[0]) if heads else 0):
        spans: list[list[Any]] = []  # the head, its side, how many columns
        for k, head in enumerate(heads):
            above = tuple(head[: storey + 1])
            if storey < len(head) - 1 and spans and spans[-1][0] == above:
                spans[-1][2] += 1
            else:
                spans.append([above, sides[k], 1])
        lines.append("".join(cell("th", above[-1], side, n) for above, side, n in spans))
    body = [
        cell("td", row[0], "left", len(heads))
        if len(row) == 1 < len(heads)
        else "".join(cell("td", each, side) for each, side in zip(row, sides, strict=True))
        for row in rows
    ]
    head, foot = ("".join(f"<tr>{line}</tr>" for line in part) for part in (lines, body))
    return Html(f'<table class="dataframe"><thead>{head}</thead><tbody>{foot}</tbody></table>')


def details(title: Any, inner: Any, *, code: bool = False) -> Html:
    """Something that opens on a click."""
    body = f"<pre><code>{_safe(inner)}</code></pre>" if code else _safe(inner)
    return Html(f"<details><summary>{_safe(title)}</summary>{body}</details>")


def preformatted(text: Any) -> Html:
    """Text whose line breaks and columns matter.

    Examples
    --------
    >>> preformatted("a < b")
    '<pre>a &lt; b</pre>'
    """
    return Html(f"<pre>{_safe(text)}</pre>")


def block(*parts: Any) -> Html:
    """Parts of a page."""
    return Html("<div>" + "".join(_safe(part) for part in parts) + "</div>")


@dataclass(frozen=True)
class Table:
    """Rows of text under headings, shown as text, HTML or a DataFrame."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __str__(self) -> str:
        return f"{self.title}\n{text_table(self.columns, self.rows)}"

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        return paragraph(self.title, strong=True) + table(self.columns, self.rows)

    def to_frame(self) -> pd.DataFrame:
        """The table as a pandas DataFrame.

        Returns
        -------
        pandas.DataFrame
            One row per row, with `columns` as its columns.
        """
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=list(self.columns))


def text_table(columns: Sequence[str], rows: Sequence[Sequence[str]], width: int = 60) -> str:
    """Aligned columns in the width of the terminal; long cells are wrapped.

    Parameters
    ----------
    columns : sequence of str
    rows : sequence of sequence of str
    width : int
        Of a cell at most; of the widest cells less where lines would not fit the terminal, if there is one.

    Examples
    --------
    >>> print(text_table(["a", "b"], [["1", "x"]]))
    a  b
    1  x
    """
    import textwrap

    shown = [i for i, c in enumerate(columns) if any(row[i] for row in rows)] or list(range(len(columns)))
    heads = [columns[i] for i in shown]
    longest = [max([len(row[i]) for row in rows], default=0) for i in shown]
    room = [min(n, width) for n in longest]
    if (total := _width_of_terminal()) is not None:
        room = _fitted(room, list(map(len, heads)), total)
    cells = [[textwrap.wrap(row[i], n) or [""] for i, n in zip(shown, room, strict=True)] for row in rows]
    widths = [
        max([len(head), *(len(part) for row in cells for part in row[k])]) for k, head in enumerate(heads)
    ]
    lines = ["  ".join(h.ljust(w) for h, w in zip(heads, widths, strict=True)).rstrip()]
    for row in cells:
        for depth in range(max(len(cell) for cell in row)):
            parts = [cell[depth] if depth < len(cell) else "" for cell in row]
            lines.append("  ".join(p.ljust(w) for p, w in zip(parts, widths, strict=True)).rstrip())
    return "\n".join(lines)


def _fitted(widths: Sequence[int], least: Sequence[int], total: int) -> list[int]:
    """Widths of columns with two spaces between, the widest made narrower until they fit."""
    found = [max(1, n) for n in widths]
    floors = [min(max(n, _NARROW), wide) for n, wide in zip(least, found, strict=True)]
    over = sum(map(max, found, least)) + 2 * (len(found) - 1) - total
    while over > 0 and (wide := [k for k, n in enumerate(found) if n > floors[k]]):
        found[max(wide, key=lambda k: found[k])] -= 1
        over -= 1
    return found


def terminal_width() -> int:
    """Of the terminal that text is printed to; of the variable COLUMNS where it is set; else 120."""
    return _width_of_terminal() or _WIDTH


def _width_of_terminal() -> int | None:
    """The same; None where neither says it."""
    if (columns := os.environ.get("COLUMNS", "")).isdigit() and int(columns):
        return int(columns)
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or None
    except (AttributeError, OSError, ValueError):  # no terminal
        return None
