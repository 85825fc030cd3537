"""A DataFrame that prints all its columns, and notes below them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pandas as pd

__all__ = ["Shown", "shown"]


class Shown(pd.DataFrame):
    """A pandas DataFrame in everything but its printed text, which leaves out no column.

    Attributes
    ----------
    notes : tuple of str
        What should be read with the numbers; printed below them.
    """

    _metadata = ["notes"]  # noqa: RUF012 (pandas copies these attributes to what is made of a frame)
    notes: tuple[str, ...] = ()

    @property
    def _constructor(self) -> Callable[..., Shown]:
        return Shown

    def __repr__(self) -> str:
        rows: Any = pd.get_option("display.max_rows")
        few: Any = pd.get_option("display.min_rows")
        whole = pd.DataFrame(self).to_string(
            max_rows=rows, min_rows=few, show_dimensions=bool(rows) and len(self) > rows
        )
        return "\n".join([whole, *self.notes])

    def _repr_html_(self) -> str:
        from stanlevels import show

        whole: Any = pd.DataFrame(self)
        table = show.Html(whole._repr_html_() or show.preformatted(repr(self)))
        return show.block(table, show.items(self.notes)) if self.notes else table


def shown(table: pd.DataFrame, notes: Sequence[str] = ()) -> Shown:
    """The same table, printed whole, with notes.

    Examples
    --------
    >>> print(shown(pd.DataFrame({"a": [1]}), ["as made up"]))
       a
    0  1
    as made up
    """
    made = Shown(table)
    made.notes = tuple(notes)
    return made
