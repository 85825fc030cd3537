"""Cells: rows that agree in everything that is asked."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from stanlevels.errors import InternalError

__all__ = ["Cells", "cells_of"]


class Cells(NamedTuple):
    """Rows grouped by equality.

    `codes` (rows,) is the 0-based cell of each row, `counts` (cells,) the number of rows of each, and
    `first` (cells,) its first row.
    """

    codes: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]


def cells_of(n: int, *arrays: npt.NDArray[Any]) -> Cells:
    """Rows grouped by equality of several arrays: exact, with as few cells as there can be.

    Cells stand in the order of the arrays' values, the first array first, whatever the order of rows.

    Parameters
    ----------
    n : int
        Number of rows; without arrays they are one cell.
    *arrays : ndarray, (n,) or (n, K)
        Numbers or booleans without NaN.

    Examples
    --------
    >>> cells_of(4, np.array([2, 1, 2, 2]), np.array([0.5, 0.5, 0.5, 0.0])).codes
    array([2, 0, 2, 1])
    """
    codes = np.zeros(n, dtype=np.int64)
    for column in (column for array in arrays for column in np.atleast_2d(array.T)):
        if np.isnan(column).any():
            raise InternalError("rows with NaN cannot be grouped")
        values, own = np.unique(column, return_inverse=True)
        # at most n cells and n values: their product is far below 2**63
        _, codes = np.unique(codes * len(values) + own.reshape(-1), return_inverse=True)
        codes = codes.reshape(-1).astype(np.int64)
    n_cells = int(codes.max()) + 1 if n else 0
    first = np.zeros(n_cells, dtype=np.int64)
    first[codes[::-1]] = np.arange(n)[::-1]
    return Cells(codes, np.bincount(codes, minlength=n_cells).astype(np.int64), first)
