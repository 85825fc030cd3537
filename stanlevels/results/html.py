"""Small pieces of HTML for notebooks. Whatever a person wrote is escaped here and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

__all__ = ["Html", "block", "details", "items", "paragraph", "preformatted", "table"]


class Html(str):
    """Text that is HTML already; plain strings are escaped wherever they are put."""

    __slots__ = ()


def _safe(value: Any) -> str:
    return value if isinstance(value, Html) else escape(str(value))


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
