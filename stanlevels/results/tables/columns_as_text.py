"""The columns of a DataFrame as text: numbers in few digits, labels whole."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Any

import numpy as np
import pandas as pd

from stanlevels.results.tables.digits import number, numbers
from stanlevels.results.tables.layout import Column

__all__ = ["spaced", "texts"]

_OF_SCALE = frozenset(["estimate", "deviation", "lower", "upper", "no_pooling", "complete_pooling"])
"""Columns whose digits say nothing beyond those of the sd, or se, beside them."""

_COUNTS = ("ess_",)
"""Columns that count, if not in whole numbers, by what their names begin with."""


def texts(part: pd.DataFrame, index: pd.Index[Any], labels: Collection[str]) -> list[Column]:
    """The columns of some rows as text, with the index where it says anything.

    Parameters
    ----------
    part : pandas.DataFrame
        The rows.
    index : pandas.Index
        Of the whole table.
    labels : collection of str
        The columns that say what a row is about.

    Examples
    --------
    >>> table = pd.DataFrame({"unit": ["x"], "sd": [0.25]})
    >>> [column.cells for column in texts(table, table.index, ["unit"])]
    [('x',), ('0.25',)]
    """
    storeys = part.columns.nlevels
    counts = isinstance(index, pd.RangeIndex) and (index.start, index.step) == (0, 1)
    labelled = any(label in part.columns for label in labels)
    found = [] if counts and labelled else _of_index(part.index, storeys)
    for place, label in enumerate(part.columns):
        heads = tuple(map(str, label)) if storeys > 1 else (str(label),)
        is_key = isinstance(label, Hashable) and label in labels
        found.append(_column(heads, part.iloc[:, place], _scales(part, label, storeys), is_key))
    return found


def _of_index(index: pd.Index[Any], storeys: int) -> list[Column]:
    parts = [index.get_level_values(k) for k in range(index.nlevels)]
    names = ["" if part.name is None else str(part.name) for part in parts]
    heads = [("",) * (storeys - 1) + (name,) for name in names]
    return [_column(head, pd.Series(part), None, True) for head, part in zip(heads, parts, strict=True)]


def _column(heads: tuple[str, ...], values: Any, scales: Any, is_key: bool) -> Column:
    kind, form = values.dtype, pd.get_option("display.float_format")
    if pd.api.types.is_float_dtype(kind):
        found = values.to_numpy(dtype=float, na_value=np.nan)
        if is_key or form:  # labels are shown whole
            cells = [form(x) if form else f"{x:.15g}" for x in found]
        else:
            cells = numbers(np.round(found) if heads[-1].startswith(_COUNTS) else found, scales)
    elif pd.api.types.is_datetime64_any_dtype(kind):
        cells = values.astype(str).tolist()
    else:
        cells = [_text(value) for value in values]
    is_number = pd.api.types.is_numeric_dtype(kind) and not pd.api.types.is_bool_dtype(kind)
    longest = max(map(len, cells), default=0)
    return Column(
        heads, tuple(t.rjust(longest) for t in cells) if is_number else tuple(cells), is_number, is_key
    )


def _scales(table: pd.DataFrame, label: Any, storeys: int) -> Any:
    """The sd, or se, beside a column."""
    above: tuple[Any, ...] = label[:-1] if storeys > 1 else ()
    name = label[-1] if storeys > 1 else label
    if name not in _OF_SCALE:
        return None
    for spread in ("sd", "se"):
        beside: Any = (*above, spread) if storeys > 1 else spread
        if list(table.columns).count(beside) == 1 and pd.api.types.is_float_dtype(table[beside]):
            return table[beside].to_numpy(dtype=float, na_value=np.nan)
    return None


def _text(value: Any) -> str:
    text = number(value) if isinstance(value, float) else str(value)
    return text if text.isprintable() else "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def spaced(cell: str) -> str:
    r"""A number with the spaces behind it as wide as a point and digits, as HTML keeps them.

    Examples
    --------
    >>> spaced("12   ")
    '12\u2008\u2007\u2007'
    """
    bare, behind = cell.strip(), len(cell) - len(cell.rstrip())
    points = int(behind > 0 and "." not in bare)
    return bare + "\u2008" * points + "\u2007" * (behind - points)
