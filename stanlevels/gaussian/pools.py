"""Units that carry the same information about their effects, as one.

With effects u_j of one distribution, information A and scores h_j, m units add ``m log|I + A Sigma|`` and a
sum of squares of their scores to the log density: their number, and fewer rows with the same products as
the scores have, say as much.
"""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array, Codes

__all__ = ["alike", "fewer_rows", "rows_left"]

_DIGITS = 2.0**43  # sums of the same numbers in another order differ behind these


def alike(information: Array, columns: int) -> Codes:
    """Numbers from 0, the same for units with the same information but for rounding.

    Parameters
    ----------
    information : ndarray, (units, matrices, columns (columns + 1) / 2)
        Upper triangles of symmetric matrices, row by row.
    columns : int

    Examples
    --------
    >>> import numpy as np
    >>> alike(np.array([[[3.0]], [[2.0]], [[3.0 + 1e-15]]]), 1).tolist()
    [1, 0, 1]
    """
    rows, cols = np.triu_indices(columns)
    diagonal = information[:, :, np.flatnonzero(rows == cols)]
    fractions, powers = np.frexp(diagonal)
    sizes = np.sqrt(diagonal)
    with np.errstate(divide="ignore", invalid="ignore"):
        shares = information / (sizes[:, :, rows] * sizes[:, :, cols])
    shares = np.where(np.isfinite(shares), shares, 0.0)
    parts = (np.round(fractions * _DIGITS), powers, np.round(shares * _DIGITS))
    keys = np.column_stack([part.reshape(len(information), -1) for part in parts]) + 0.0  # no -0.0
    return np.asarray(np.unique(keys, axis=0, return_inverse=True)[1]).reshape(-1)


def rows_left(counts: Codes, width: int) -> Codes:
    """How many rows `fewer_rows` leaves of each group."""
    return np.minimum(counts, width)


def fewer_rows(x: Array, groups: Codes) -> tuple[Array, Codes]:
    """Rows with the products that the rows of each group have, and the group of each.

    Examples
    --------
    >>> import numpy as np
    >>> found, groups = fewer_rows(np.array([[3.0], [1.0], [4.0]]), np.array([0, 1, 0]))
    >>> np.abs(found).round(12).tolist(), groups.tolist()
    ([[5.0], [1.0]], [0, 1])
    """
    counts = np.bincount(groups)
    order = np.argsort(groups, kind="stable")
    ends = np.cumsum(counts)
    found = [
        own if len(own) <= x.shape[1] else np.linalg.qr(own, mode="r")
        for own in np.split(x[order], ends[:-1])
    ]
    return np.concatenate(found), np.repeat(np.arange(len(counts)), rows_left(counts, x.shape[1]))
