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


_MOST = 2**62  # what a code may count up to


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
    codes, size = np.zeros(n, dtype=np.int64), min(n, 1)
    for column in (column for array in arrays for column in np.atleast_2d(array.T)):
        own, count = _numbered(column)
        if size * count > _MOST:
            codes, size = _compact(codes, size)
            own, count = _compact(own, count)  # at most n of each: their product is far below 2**62
        codes, size = codes * count + own, size * count
    codes, size = _compact(codes, size)
    first = np.zeros(size, dtype=np.int64)
    first[codes[::-1]] = np.arange(n)[::-1]
    return Cells(codes, np.bincount(codes, minlength=size).astype(np.int64), first)


def _numbered(column: npt.NDArray[Any]) -> tuple[npt.NDArray[np.int64], int]:
    """Whole numbers from 0 in the order of the values, and how many there may be."""
    if np.isnan(column).any():
        raise InternalError("rows with NaN cannot be grouped")
    if not len(column):
        return np.zeros(0, dtype=np.int64), 0
    low, high = column.min(), column.max()
    if abs(float(low)) < 2**52 and float(high) - float(low) < 4 * len(column):
        whole = column.astype(np.int64)
        if column.dtype.kind in "biu" or (whole == column).all():
            return whole - int(low), int(high) - int(low) + 1
    values, codes = np.unique(column, return_inverse=True)
    return codes.reshape(-1).astype(np.int64), len(values)


def _compact(codes: npt.NDArray[np.int64], size: int) -> tuple[npt.NDArray[np.int64], int]:
    """The same without numbers that do not occur."""
    if size > 4 * len(codes):
        values, codes = np.unique(codes, return_inverse=True)
        return codes.reshape(-1).astype(np.int64), len(values)
    occurs = np.zeros(size, dtype=bool)
    occurs[codes] = True
    return (np.cumsum(occurs) - 1)[codes], int(occurs.sum())
