"""Data frames as HTML tables: read as they are, sorted and searched where a script runs."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.show import Html, element

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.results.tables.layout import Column

__all__ = ["PLAIN", "Shown", "frame_table", "text_rows"]

PLAIN = 5_000
"""Rows of a table that stand in the page as HTML; the others are data that the script shows."""

_FIRST = 200
"""Of a longer table, the rows that can be read without a script."""

_LONG = 32
"""Letters of a text that stands on one line."""

_BAR = ("lower", "estimate", "upper")


@dataclass(frozen=True)
class Shown:
    """How a table is to stand in the page.

    Attributes
    ----------
    key : str
        Unique in the page.
    caption : str
    headings : int
        How many columns, from the left, name the row.
    most : int
        Rows that the page holds at most.
    bars : bool
        Whether intervals are drawn beside their numbers.
    """

    key: str
    caption: str
    headings: int = 1
    most: int = 50_000
    bars: bool = False


def frame_table(frame: pd.DataFrame, shown: Shown) -> Html:
    """A table of a frame's columns; its index is left out."""
    from stanlevels.results.tables.columns_as_text import texts

    held = min(len(frame), shown.most)
    inside = held if held <= PLAIN else _FIRST
    span = _span(frame) if shown.bars else None
    columns = texts(frame.iloc[:inside], frame.index, list(frame.columns[: shown.headings]))
    bars = list(_bars(frame.iloc[:inside], span)) if span else [()] * inside
    rows = [
        element(
            "tr",
            *(_cell(column, k, place < shown.headings) for place, column in enumerate(columns)),
            *bars[k],
        )
        for k in range(inside)
    ]
    heads = [
        element("th", c.heads[-1], scope="col", class_="number" if c.is_number else None) for c in columns
    ]
    heads += [element("th", element("span", "interval", class_="quiet"), scope="col")] if span else []
    body = (element("thead", element("tr", *heads)), element("tbody", *rows))
    table = element("table", *body, **_attributes(frame, shown, span, held > inside))
    data = _embedded(frame.iloc[:held], f"{shown.key}-rows") if held > inside else ""
    said = shown.caption + _of(len(frame), held, inside)
    return element("div", *_scrolled(table, shown.key, said), data, class_="sheet")


def text_rows(key: str, caption: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Html:
    """A table of words, whose cells wrap; columns in which nothing stands are left out."""
    kept = [k for k in range(len(columns)) if any(str(row[k]) for row in rows)]
    heads = [element("th", columns[k], scope="col") for k in kept]
    body = [element("tr", *(_word(row[k], k == kept[0]) for k in kept)) for row in rows]
    parts = (element("thead", element("tr", *heads)), element("tbody", *body))
    table = element("table", *parts, class_="words", aria_labelledby=f"{key}-caption")
    return element("div", *_scrolled(table, key, caption))


def _word(text: Any, heading: bool) -> Html:
    long = "long" if len(str(text)) > _LONG else None
    return element("th", text, scope="row") if heading else element("td", text, class_=long)


def _scrolled(table: Html, key: str, caption: str) -> tuple[Html, Html]:
    """A table under its caption. What is wider than the page scrolls by itself, with the keyboard too."""
    named = f"{key}-caption"
    said = element("p", caption, class_="caption", id=named)
    return said, element("div", table, class_="scroll", role="region", aria_labelledby=named, tabindex="0")


def _attributes(
    frame: pd.DataFrame, shown: Shown, span: tuple[float, float] | None, is_data: bool
) -> dict[str, Any]:
    """What the script needs to know of a table."""
    found: dict[str, Any] = {"class_": "sortable", "aria_labelledby": f"{shown.key}-caption"}
    if is_data:
        found |= {"data_rows": f"{shown.key}-rows", "data_headings": shown.headings}
    if is_data and span is not None:
        names = [str(name) for name in frame.columns]
        found["data_bar"] = " ".join(str(names.index(name)) for name in _BAR)
        found |= {"data_low": f"{span[0]:.6g}", "data_high": f"{span[1]:.6g}"}
    return found


def _of(total: int, held: int, inside: int) -> str:
    """How many rows there are, where not all of them stand in the page."""
    if inside == total:
        return ""
    said = f" {total:,} rows."
    if held < total:
        said += f" This page holds the first {held:,}."
    if inside < held:
        said += f" Without a script the first {inside:,} are shown."
    return said


def _cell(column: Column, k: int, heading: bool) -> Html:
    from stanlevels.results.tables.columns_as_text import spaced

    text = column.cells[k].strip() if heading or not column.is_number else spaced(column.cells[k])
    text = "" if text.strip() == "NaN" and column.is_number else text
    kind = "number" if column.is_number and not heading else "long" if len(text) > _LONG else None
    return element("th" if heading else "td", text, scope="row" if heading else None, class_=kind)


# --- intervals --------------------------------------------------------------------------------------


def _span(frame: pd.DataFrame) -> tuple[float, float] | None:
    """From the lowest to the highest end of the intervals, where there are any to draw."""
    if not set(_BAR) <= set(frame.columns):
        return None
    low, high = (frame[name].to_numpy(dtype=float) for name in ("lower", "upper"))
    known = np.isfinite(low) & np.isfinite(high)
    if not known.any():
        return None
    ends = float(low[known].min()), float(high[known].max())
    return ends if ends[0] < ends[1] else None


def _bars(frame: pd.DataFrame, span: tuple[float, float]) -> Iterator[tuple[Html]]:
    """A cell for each row in which its interval is drawn, in percent of the width."""
    low, high = span
    ends = (frame[list(_BAR)].to_numpy(dtype=float) - low) / (high - low) * 100
    for lower, middle, upper in ends.round(1).tolist():
        known = math.isfinite(lower) and math.isfinite(upper) and math.isfinite(middle)
        style = f"--a:{lower:g}%;--m:{middle:g}%;--b:{100 - upper:.3g}%"
        yield (element("td", element("i", style=style) if known else "", class_="bar"),)


# --- rows as data -----------------------------------------------------------------------------------


def _embedded(frame: pd.DataFrame, key: str) -> Html:
    """The rows as JSON, a list for each column; texts that repeat stand once."""
    packed = [_packed(frame.iloc[:, place]) for place in range(len(frame.columns))]
    text = json.dumps(packed, ensure_ascii=False, separators=(",", ":"))
    for character in "<\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return element("script", Html(text), type="application/json", id=key)


def _packed(series: pd.Series[Any]) -> Any:
    values = series.to_numpy()
    if values.dtype.kind in "iu":
        return values.tolist()
    if values.dtype.kind == "f":
        return [float(f"{value:.4g}") if math.isfinite(value) else None for value in values.tolist()]
    texts = [str(value) for value in values.tolist()]
    known = {text: place for place, text in enumerate(dict.fromkeys(texts))}
    if 2 * len(known) < len(texts):
        return {"texts": list(known), "at": [known[text] for text in texts]}
    return texts
