"""Slope and curvature of a smooth function by differences."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from stanlevels.arrays import Array

__all__ = ["differences", "hessian", "second_differences"]


def differences(function: Callable[[Array], float], x: Array) -> Array:
    """The gradient by central differences.

    Parameters
    ----------
    function : callable
        Value at a point (n,).
    x : ndarray, (n,)
    """
    found = np.empty(len(x))
    for k in range(len(x)):
        h = 1e-5 * max(1.0, abs(float(x[k])))
        up, down = x.copy(), x.copy()
        up[k] += h
        down[k] -= h
        found[k] = (function(up) - function(down)) / (2 * h)
    return found


def hessian(function: Callable[[Array], tuple[float, Array]], x: Array, step: float = 1e-4) -> Array:
    """Second derivatives by central differences of the gradient.

    Parameters
    ----------
    function : callable
        Value and gradient (n,) at a point (n,).
    x : ndarray, (n,)
    step : float
        Relative to the size of each coordinate, where that is above 1.

    Examples
    --------
    >>> hessian(lambda x: (x[0] ** 2 * x[1], np.array([2 * x[0] * x[1], x[0] ** 2])), np.array([1.0, 3.0]))
    array([[6., 2.],
           [2., 0.]])
    """
    H = second_differences(function, x, step)
    return (H + H.T) / 2


def second_differences(
    function: Callable[[Array], tuple[float, Array]], x: Array, step: float = 1e-4
) -> Array:
    """`hessian` as it comes, symmetric as far as rounding lets it be."""
    n = len(x)
    H = np.empty((n, n))
    for k in range(n):
        h = step * max(1.0, abs(float(x[k])))
        up, down = x.copy(), x.copy()
        up[k] += h
        down[k] -= h
        H[k] = (function(up)[1] - function(down)[1]) / (2 * h)
    return H
