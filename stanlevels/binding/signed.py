"""Outcomes with a sign from two columns: times, and which of two boundaries was reached."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.read.columns import Values
from stanlevels.errors import DataError, listing

__all__ = ["choices", "signed"]


def signed(sizes: Array, name: str, values: Values) -> Array:
    """Sizes (n,) with the sign that a column of choices gives them: above 0 for 1, below 0 for 0 or -1.

    Parameters
    ----------
    sizes : ndarray, (n,)
    name : str
        Their column.
    values : Values, (n,)
        The choices: 0 and 1, -1 and 1, or truth values.

    Raises
    ------
    DataError
        If there is any other choice, or if a size is not positive.
    """
    rows = np.flatnonzero(~(sizes > 0))
    if len(rows):
        raise DataError(
            f"{len(rows)} of {len(sizes)} values of {name!r} are no times: {listing(sizes[rows])} in rows"
            f" {listing(rows)} (counted from 0)",
            expected="numbers above 0, whose sign the other column gives",
            way_out=f"write observed={name!r} alone where its values have signs already",
        )
    return sizes * np.where(_upper(values), 1.0, -1.0)


def choices(values: Array) -> tuple[Array, Array]:
    """Sizes (n,), and 1 for those above 0 or else 0: the two columns of signed values."""
    return np.abs(values), (np.asarray(values) > 0).astype(np.int64)


def _upper(values: Values) -> Any:
    """Whether each choice is the upper boundary."""
    codes, labels = values.factorize()
    odd = [label for label in labels if isinstance(label, str) or float(label) not in (-1.0, 0.0, 1.0)]
    if odd or {-1.0, 0.0} <= {float(label) for label in labels}:
        first, last = (labels[0], labels[-1]) if labels else ("", "")
        raise DataError(
            f"column {values.name!r}, which says which boundary was reached, holds {listing(labels)}",
            expected="1 for the upper boundary, and 0 or -1 for the lower one; or truth values",
            way_out=f"say which is the upper one, as in df[{values.name!r}] == {last!r}"
            if first != last
            else "",
        )
    return np.asarray([float(label) > 0 for label in labels], dtype=bool)[codes]
