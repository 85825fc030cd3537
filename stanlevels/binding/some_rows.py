"""Some of the rows of bound data, with all units as they are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding.bound import Bound
from stanlevels.binding.levels.nesting import only_value
from stanlevels.graph import ROWS

__all__ = ["some_rows"]


def some_rows(bound: Bound, positions: Codes) -> Bound:
    """The same levels and codings with some of the rows, in the order of `positions`.

    Units of which no row is left stay, without rows. Columns that were made from all rows, such as centred
    ones, keep their values. Axes that passes gave the rows are left out.
    """
    rows = bound.rows
    codes = {axis: units[positions] for axis, units in rows.codes.items() if axis not in rows.derived}
    codes[ROWS] = np.arange(len(positions))
    links = {ROWS: codes}
    for name in bound.levels.keys() & codes.keys():
        row, differs, unseen = only_value(codes[name], codes[ROWS], bound.levels[name].size)
        if not differs.any() and not unseen.any():
            links[name] = {ROWS: row}
    made = replace(
        rows,
        n=len(positions),
        columns={name: values.take(positions) for name, values in rows.columns.items()},
        links=links,
        derived={},
        times=None if rows.times is None else rows.times[positions],
        partial={name: units[positions] for name, units in rows.partial.items()},
    )
    return replace(bound, rows=made)
