"""Sums over rows of what they look up, as tables: which units of two levels meet, and how often."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array, Codes

__all__ = ["Table", "table_of"]

_REPEATED = 1.5  # entries that are listed again instead of weighed: a weighed one takes about as long as 1.6


@dataclass(frozen=True, eq=False)
class Table:
    """A sparse matrix, for products with vectors.

    Units (rows) with equally many entries stand together, those with fewest first. Within them come the first
    entries of all units, then the second ones.

    Attributes
    ----------
    columns : ndarray of int, (entries,)
    weights : ndarray, (entries,) or (0,)
        Nothing where all are 1.
    sizes : ndarray of int, (groups, 2)
        How many entries units of a group have, and how many units there are.
    place : ndarray of int, (units,)
        Where each unit stands.
    """

    columns: Codes
    weights: Array
    sizes: Codes
    place: Codes


def table_of(rows: Codes, columns: Codes, weights: Array, shape: tuple[int, int]) -> Table:
    """The table with these entries; those in one place are added up.

    Where weights are small whole numbers, entries are listed as often as they say.

    Parameters
    ----------
    rows, columns : ndarray of int, (n,)
    weights : ndarray, (n,)
    shape : (int, int)

    Examples
    --------
    >>> found = table_of(np.array([0, 2, 2]), np.array([3, 1, 0]), np.ones(3), (3, 4))
    >>> found.columns, found.sizes, found.place
    (array([3, 0, 1]), array([[0, 1],
           [1, 1],
           [2, 1]]), array([1, 0, 2]))
    """
    pairs: Codes
    summed: Array
    pairs, inverse = np.unique(np.asarray(rows, dtype=np.int64) * shape[1] + columns, return_inverse=True)
    summed = np.bincount(inverse, weights, len(pairs))
    pairs, summed = pairs[summed != 0], summed[summed != 0]
    whole = np.array_equal(summed, np.round(summed)) and not (summed < 0).any()
    if whole and summed.sum() <= _REPEATED * len(pairs):
        pairs, summed = np.repeat(pairs, np.asarray(summed, dtype=np.int64)), np.zeros(0)
    row, column = np.divmod(pairs, shape[1])
    counts = np.bincount(row, minlength=shape[0])
    order = np.argsort(counts, kind="stable")
    place = np.empty(shape[0], dtype=np.int64)
    place[order] = np.arange(shape[0])
    sizes, first, units = np.unique(counts[order], return_index=True, return_counts=True)
    starts = np.concatenate([[0], np.cumsum(sizes * units)])[:-1]
    group = np.searchsorted(sizes, counts[row])
    nth = np.arange(len(pairs)) - (np.cumsum(counts) - counts)[row]
    at = starts[group] + nth * units[group] + place[row] - first[group]
    listed, weighed = np.empty(len(pairs), dtype=np.int64), np.empty(len(summed))
    listed[at] = column
    if len(summed):
        weighed[at] = summed
    return Table(listed, weighed, np.column_stack([sizes, units]).astype(np.int64), place)
