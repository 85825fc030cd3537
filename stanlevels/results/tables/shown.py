"""A DataFrame that shows all its columns wherever it is shown, and notes below them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

from stanlevels.results.tables.columns_as_text import spaced, texts
from stanlevels.results.tables.layout import blocks, laid_out
from stanlevels.show import terminal_width

__all__ = ["Shown", "shown", "with_notes"]

_FEW = 20  # rows that stand for a table of more than display.max_rows
_OF_SCALE = frozenset(["estimate", "deviation", "lower", "upper", "no_pooling", "complete_pooling"])
"""Columns whose digits say nothing beyond those of the sd, or se, beside them."""


class Shown(pd.DataFrame):
    """A pandas DataFrame in everything but what is printed of it, which leaves out no column.

    In a terminal, columns that do not fit its width go below; in a notebook it is a table of HTML. Of
    thousands of rows the first and the last are shown. Numbers have four significant digits. Of the options
    of pandas it heeds ``display.max_rows``, ``min_rows``, ``width``, ``expand_frame_repr`` and
    ``float_format``; ``to_string()`` is pandas' own.

    Attributes
    ----------
    notes : tuple of str
        What should be read with the numbers; printed below them.
    labels : tuple of str
        The columns that say what a row is about. Where there are such, rows that are only counted have
        no number of their own.
    """

    _metadata = ["notes", "labels"]  # noqa: RUF012 (pandas copies these attributes to what is made of a frame)
    notes: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def _constructor(self) -> Callable[..., Shown]:
        return Shown

    def __repr__(self) -> str:
        if not len(self.columns):
            return "\n".join([repr(pd.DataFrame(self)), *self.notes])
        width = _width()
        part, marker = self._part()
        columns = texts(part, self.index, self.labels)
        lines = len(self) * len(blocks(columns, width))
        if not marker and lines > (pd.get_option("display.max_rows") or lines):
            part, marker = self._part(_FEW)
            columns = texts(part, self.index, self.labels)
        below = []
        if not len(self):
            below.append("(no rows)")
        if marker:
            below.append(f"[{len(self):,} rows x {len(self.columns)} columns; to_string() has them all]")
        return "\n".join([laid_out(columns, width, marker), *below, *self.notes])

    def _repr_html_(self) -> str:
        from stanlevels import show

        part, marker = self._part()
        columns = texts(part, self.index, self.labels)
        cells = [[spaced(cell) for cell in column.cells] for column in columns]
        rows: list[Sequence[str]] = list(zip(*cells, strict=True))
        if marker:
            rows.insert(marker[0], [marker[1]])
        table = show.data_table([column.heads for column in columns], rows, [c.is_number for c in columns])
        return show.block(table, show.items(self.notes)) if self.notes else table

    def _part(self, most: int | None = None) -> tuple[pd.DataFrame, tuple[int, str] | None]:
        """The rows that are shown, and how many of them come before a line that stands for the others."""
        whole = pd.DataFrame(self)
        allowed: Any = pd.get_option("display.max_rows") if most is None else most
        if not allowed or len(whole) <= allowed:
            return whole, None
        least: Any = pd.get_option("display.min_rows")
        few = min(_FEW if least in (None, 10) else least, allowed)  # 10 is pandas' own: five at either end
        head = (few + 1) // 2
        part = pd.concat([whole.iloc[:head], whole.iloc[len(whole) - few + head :]])
        return part, (head, f"… {len(whole) - few:,} more …")


def with_notes(table: pd.DataFrame, notes: Sequence[str]) -> pd.DataFrame:
    """The same table with more notes below it.

    Examples
    --------
    >>> with_notes(shown(pd.DataFrame({"a": [1]}), ["one"]), ["two"]).notes
    ('one', 'two')
    """
    if not notes:
        return table
    return shown(table, [*getattr(table, "notes", ()), *notes], getattr(table, "labels", ()))


def shown(table: pd.DataFrame, notes: Sequence[str] = (), labels: Sequence[str] = ()) -> Shown:
    """The same table, printed whole, with notes.

    Parameters
    ----------
    table : pandas.DataFrame
    notes : sequence of str, optional
        Printed below it.
    labels : sequence of str, optional
        The columns that say what a row is about.

    Examples
    --------
    >>> table = pd.DataFrame({"unit": ["x", "y"], "a": [1234.5, 2.0]})
    >>> print(shown(table, ["as made up"], labels=["unit"]))
    unit       a
    x     1234.5
    y        2.0
    as made up
    """
    made = Shown(table)
    for name, value in (("notes", tuple(notes)), ("labels", tuple(labels))):
        object.__setattr__(made, name, value)  # pandas would set a column that is called so
    return made


def _width() -> int:
    """Of the terminal that the text is printed to; or what pandas was told."""
    if not pd.get_option("display.expand_frame_repr"):
        return sys.maxsize
    told: Any = pd.get_option("display.width")
    if told is not None and told != 80:  # pandas' own
        return int(told)
    return terminal_width()
