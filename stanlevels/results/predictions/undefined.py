"""Rows for which a prediction is not defined: an argument of their line is not a number."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import DataError, listing
from stanlevels.graph.text import node_text
from stanlevels.results.predictions.prepared import Prepared
from stanlevels.values.arguments import arguments_of
from stanlevels.words import counted

__all__ = ["refuse_undefined"]

_LOOKED_AT = 1000  # rows


def refuse_undefined(ready: Prepared, name: str, estimate: Array, some: Codes, kinds: Codes) -> None:
    """Refuse rows whose mean is not a number because what it is computed of is none.

    A mean that does not exist, as of a Cauchy distribution, is let through as NaN.

    Parameters
    ----------
    ready : Prepared
    name : str
        The line that is predicted.
    estimate : ndarray, (kinds, numbers)
        The means of rows that differ.
    some : ndarray of int, (kinds,)
        The first row of each kind.
    kinds : ndarray of int, (rows,)
        The kind of each row.

    Raises
    ------
    DataError
        Naming up to five of the rows.
    """
    lost = np.flatnonzero(np.isnan(estimate).any(axis=1))
    if not len(lost):
        return
    looked_at = lost[:_LOOKED_AT]
    line = ready.line(name)
    bad: dict[str, Codes] = {}
    for argument, values in arguments_of(line, ready.values, ready.bound, some[looked_at]).items():
        undefined = np.isnan(values)
        if undefined.any():
            units = undefined.reshape(*undefined.shape[:3], -1).any(axis=(0, 1, 3))
            bad[argument] = looked_at[np.broadcast_to(units, len(looked_at))]
    if not bad:
        return
    rows = np.flatnonzero(np.isin(kinds, np.concatenate(list(bad.values()))))
    raise DataError(
        f"{listing(bad)} of {node_text(line.node)} is not a number in {counted(len(rows), 'row')}:"
        f" {listing(rows.tolist())} (counted from 0)",
        expected="covariates for which its expression is defined, such as positive ones in a logarithm",
    )
