"""What is known of the rows of a censored outcome, from a column of words, numbers or truth values."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.read.columns import Values
from stanlevels.distributions.composed import STATUSES
from stanlevels.errors import DataError, listing

__all__ = ["statuses"]

_NUMBERS = {-1: "left", 0: "none", 1: "right", 2: "interval"}


def statuses(values: Values) -> Array:
    """Codes of rows, as in `STATUSES`.

    Words are "none", "right", "left" and "interval"; numbers 0, 1, -1 and 2 mean the same, and True is right.

    Raises
    ------
    DataError
        If there is anything else.
    """
    found, odd = np.zeros(len(values)), list[Any]()
    codes, labels = values.factorize()
    coded = []
    for label in labels:
        word = _word(label)
        coded.append(STATUSES.get(word, -1))
        if word not in STATUSES:
            odd.append(label)
    if odd:
        raise DataError(
            f"column {values.name!r}, which says how rows are censored, holds {listing(odd)}",
            expected="'none', 'right', 'left' or 'interval'; or 0, 1, -1 or 2; or False and True, for right",
            way_out=f"df[{values.name!r}] = df[{values.name!r}].map({{...}})",
        )
    found[:] = np.asarray(coded, dtype=float)[codes]
    return found


def _word(label: Any) -> str:
    if isinstance(label, bool | np.bool_):
        return "right" if label else "none"
    if isinstance(label, str):
        return label.strip().lower()
    return _NUMBERS.get(int(label), "") if float(label).is_integer() else ""
