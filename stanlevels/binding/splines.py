"""Penalised splines as covariates: what bends of a curve, apart from its constant and its slope.

Cubic B-splines f with the penalty of smoothing splines, the integral of f''^2 (O'Sullivan 1986; Wand and
Ormerod 2008), written as a mixed model: in the eigenvectors of the penalty, independent normal coefficients
have it as their log density. What the columns share with the constant and the slope over the rows is taken
out of them; these stand beside as covariates. Coefficients that are independent and alike may be turned: they
are, so that the columns are orthogonal over the rows, which is what samplers and default priors want.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import DataError, listing
from stanlevels.words import counted

__all__ = ["Spline", "packed", "spline_of", "unpacked"]

_DEGREE = 3


@dataclass(frozen=True, eq=False)
class Spline:
    """What rows are read by.

    Attributes
    ----------
    places : ndarray
        The knots, in order, with both ends; of a circle from 0 to its period.
    out : ndarray, (1 or 2, columns)
        Multiples of 1, and of x (from 0 to 1 over the range), that are taken off each column.
    make : ndarray, (basis, columns)
        The columns as sums of B-splines.
    is_circle : bool
    """

    places: Array
    out: Array
    make: Array
    is_circle: bool

    def columns(self, x: Array) -> Array:
        """The columns at some places (n, columns); beyond the ends curves go on straight, or begin anew."""
        x = np.asarray(x, dtype=float)
        z = _basis(x, self.places, self.is_circle) @ self.make
        return np.asarray(z - _null(x, self.places, self.is_circle) @ self.out)


def spline_of(name: str, x: Array, knots: int, options: Mapping[str, Any], weights: Array | None) -> Spline:
    """A spline for some rows, with as many columns as knots.

    The columns are scaled so that the squares of a row sum to 1 on average.

    Raises
    ------
    DataError
        If the column has too few distinct values, or does not go on beyond a knot.
    """
    period = options.get("period")
    distinct = np.unique(x if period is None else np.mod(x, period))
    needed = max(knots, 4)
    if len(distinct) < needed:
        raise DataError(
            f"{name!r} is of a column with {counted(len(distinct), 'distinct value')}"
            + (f": {listing(distinct.tolist())}" if len(distinct) else ""),
            expected=f"at least {needed}, as many as knots",
            way_out=f"knots={len(distinct)}"
            if len(distinct) >= 4
            else "write it as a covariate, or categories",
        )
    places = _places(distinct, knots, options)
    cyclic = period is not None
    s, u = np.linalg.eigh(_penalty(places, cyclic))
    make = u[:, -knots:] / np.sqrt(s[-knots:])
    z = _basis(x, places, cyclic) @ make
    null = _null(x, places, cyclic)
    root = np.sqrt(np.ones(len(x)) if weights is None else weights)[:, None]
    out = np.linalg.lstsq(null * root, z * root, rcond=None)[0]
    _, sizes, turn = np.linalg.svd((z - null @ out) * root, full_matrices=len(x) < knots)
    signs = np.where(turn.sum(axis=1) < 0, -1.0, 1.0)
    turned = (turn * signs[:, None]).T / np.sqrt(np.square(sizes).sum() / np.square(root).sum())
    return Spline(places, out @ turned, make @ turned, cyclic)


def packed(spline: Spline) -> Array:
    """A spline as one row of numbers."""
    return np.concatenate([spline.places, spline.out.ravel(), spline.make.ravel()])


def unpacked(numbers: Array, knots: int, *, is_circle: bool) -> Spline:
    """The spline that was packed."""
    places = knots + 2 * is_circle
    basis, taken = places + (-1 if is_circle else 2), 1 if is_circle else 2
    ends = np.cumsum([places, taken * knots])
    found, out, make = np.split(numbers, ends)
    return Spline(found, out.reshape(taken, knots), make.reshape(basis, knots), is_circle)


def _places(distinct: Array, knots: int, options: Mapping[str, Any]) -> Array:
    if (period := options.get("period")) is not None:
        return np.linspace(0.0, period, knots + 2)
    low, high = distinct[0], distinct[-1]
    if "knots" in options:
        return np.asarray(options["knots"], dtype=float)
    if options.get("spacing") == "equal":
        return np.linspace(low, high, knots)
    return np.asarray(np.quantile(distinct, np.linspace(0, 1, knots)))


def _null(x: Array, places: Array, cyclic: bool) -> Array:
    """What the penalty leaves free: 1 and, but for a circle, x from 0 to 1."""
    one = np.ones(len(x))
    return one[:, None] if cyclic else np.column_stack([one, (x - places[0]) / (places[-1] - places[0])])


def _penalty(places: Array, cyclic: bool) -> Array:
    """The integral of products of second derivatives, quadratic between knots: by Simpson's rule, exact."""
    h = np.diff(places) / (places[-1] - places[0])
    edges = [_basis(each, places, cyclic, 2) for each in (places[:-1], places[:-1] + np.diff(places) / 2)]
    last = _basis(places[1:], places, cyclic, 2)
    found = sum(weight * (d.T * h) @ d for weight, d in ((1 / 6, edges[0]), (4 / 6, edges[1]), (1 / 6, last)))
    return np.asarray(found)


def _basis(x: Array, places: Array, cyclic: bool, derivative: int = 0) -> Array:
    """B-splines, or a derivative of them over the range from 0 to 1 (n, basis)."""
    t = (np.asarray(x, dtype=float) - places[0]) / (places[-1] - places[0])
    knots = (places - places[0]) / (places[-1] - places[0])
    if cyclic:
        return _wrapped(t if derivative else np.mod(t, 1.0), knots, derivative)
    inside = np.clip(t, 0.0, 1.0)
    found = _splines(inside, knots, derivative)
    if np.any(beyond := t - inside):
        found = found + beyond[:, None] * _splines(inside, knots, 1)
    return found


def _splines(t: Array, knots: Array, derivative: int = 0) -> Array:
    """Cubic B-splines over [0, 1], whose ends are knots four times."""
    from scipy.interpolate import BSpline

    whole = np.concatenate([np.zeros(_DEGREE), knots, np.ones(_DEGREE)])
    return _evaluated(BSpline, whole, t, derivative)


def _wrapped(t: Array, knots: Array, derivative: int) -> Array:
    """The same on a circle of length 1: those that leave it at one end come in at the other."""
    from scipy.interpolate import BSpline

    before, after = knots[-1 - _DEGREE : -1] - 1, knots[1 : 1 + _DEGREE] + 1
    whole = _evaluated(BSpline, np.concatenate([before, knots, after]), t, derivative)
    size = len(knots) - 1
    found = whole[:, :size].copy()
    found[:, :_DEGREE] += whole[:, size:]
    return found


def _evaluated(splines: Any, whole: Array, t: Array, derivative: int) -> Array:
    made = splines(whole, np.eye(len(whole) - _DEGREE - 1), _DEGREE)
    return np.asarray((made.derivative(derivative) if derivative else made)(t))
