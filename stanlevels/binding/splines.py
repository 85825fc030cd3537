"""Penalised splines as covariates: what bends of a curve, apart from its constant and its slope.

B-splines of degree 3 on knots at equal distances whose second differences are penalised (Eilers and Marx
1996), written as a mixed model (Currie and Durban 2002): with Z = B D'(DD')^-1, independent normal
coefficients of Z have the penalised curves as their sums. What Z shares with the constant and the slope over
the rows is taken out of it; they stand beside it as covariates.
"""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import DataError
from stanlevels.words import counted

__all__ = ["spline_columns", "spline_numbers"]

_DEGREE = 3


def spline_numbers(name: str, x: Array, knots: int, *, cyclic: bool, weights: Array | None = None) -> Array:
    """What new rows are read by, (3 + basis, knots): the ends, what is taken out, and the columns of Z.

    The first row holds the ends of the range. The next two are multiples of 1 and of x (over the range, from
    0 to 1) that are taken off each column, so that rows have no mean and no slope in it. The rest make the
    columns of Z from the B-splines, scaled so that the squares of a row sum to 1 on average.

    Raises
    ------
    DataError
        If the column has too few distinct values.
    """
    distinct = len(np.unique(x))
    if distinct < 4:
        raise DataError(
            f"{name!r} is of a column with {counted(distinct, 'distinct value')}",
            expected="at least 4, for a curve",
            way_out="write it as a covariate, or as categories",
        )
    ends = np.array([x.min(), x.max()], dtype=float)
    basis = knots if cyclic else knots + 2
    order = 2
    difference = np.diff(np.eye(basis), order, axis=0)
    if cyclic:
        identity = np.eye(basis)
        difference = identity - 2 * np.roll(identity, 1, axis=1) + np.roll(identity, 2, axis=1)
    u, s, _ = np.linalg.svd(difference.T, full_matrices=False)
    kept = s > 1e-10 * s[0]
    make = u[:, kept] / s[kept]
    make = np.column_stack([make, np.zeros((basis, knots - make.shape[1]))])
    z = _basis(x, ends, basis, cyclic) @ make
    w = np.ones(len(x)) if weights is None else weights
    line = np.column_stack([np.ones(len(x)), _share(x, ends)])[:, : 1 if cyclic else 2]
    root = np.sqrt(w)[:, None]
    out = np.linalg.lstsq(line * root, z * root, rcond=None)[0]
    z = z - line @ out
    size = np.sqrt(float(w @ np.square(z).sum(axis=1)) / float(w.sum()))
    head = np.zeros((3, knots))
    head[0, :2] = ends
    head[1 : 1 + len(out)] = out / size
    return np.vstack([head, make / size])


def spline_columns(x: Array, numbers: Array, *, cyclic: bool) -> Array:
    """The columns at some places, (n, knots); beyond the ends curves go on straight, or begin anew."""
    ends, out, make = numbers[0, :2], numbers[1:3], numbers[3:]
    z = _basis(np.asarray(x, dtype=float), ends, len(make), cyclic) @ make
    return np.asarray(z - out[0] - _share(x, ends)[:, None] * out[1])


def _share(x: Array, ends: Array) -> Array:
    return np.asarray((x - ends[0]) / (ends[1] - ends[0]))


def _basis(x: Array, ends: Array, size: int, cyclic: bool) -> Array:
    """B-splines at some places, (n, size)."""
    t = _share(x, ends)
    if cyclic:
        return _wrapped(np.mod(t, 1.0), size)
    inside = np.clip(t, 0.0, 1.0)
    found = _splines(inside, size)
    beyond = t - inside
    if np.any(beyond != 0):
        step = 1e-6
        into = np.where(beyond > 0, inside - step, inside + step)
        slope = (found - _splines(into, size)) / (inside - into)[:, None]
        found = np.where(beyond[:, None] != 0, found + beyond[:, None] * slope, found)
    return found


def _splines(t: Array, size: int) -> Array:
    """Cubic B-splines on equal knots over [0, 1]."""
    from scipy.interpolate import BSpline

    pieces = size - _DEGREE
    knots = np.arange(-_DEGREE, pieces + _DEGREE + 1) / pieces
    return np.asarray(BSpline.design_matrix(np.clip(t, 0.0, 1.0), knots, _DEGREE).toarray())


def _wrapped(t: Array, size: int) -> Array:
    """The same on a circle of length 1."""
    whole = _splines(t, size + _DEGREE)
    found = whole[:, :size].copy()
    found[:, :_DEGREE] += whole[:, size:]
    return found
