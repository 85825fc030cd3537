"""The axes on which estimates are taken for normal, and the way back into the support of a quantity."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.plan.placed import Line

__all__ = ["correlations", "inside", "off_axis", "on_axis", "slope_on_axis"]

_LEAST = 1e-6  # of a probability, or of an eigenvalue of correlations


def on_axis(value: Array, axis: str) -> Array:
    """Numbers on the axis of their intervals; see `solution.Numbers`.

    Examples
    --------
    >>> on_axis(np.array([0.0, 1.0]), "log").tolist()
    [-inf, 0.0]
    """
    with np.errstate(all="ignore"):
        match axis:
            case "log":
                return np.asarray(np.log(value))
            case "atanh":
                return np.asarray(np.arctanh(value))
            case "logit":
                return np.asarray(np.log(value) - np.log1p(-value))
    return value


def slope_on_axis(value: Array, axis: str) -> Array:
    """Derivatives of `on_axis`."""
    with np.errstate(all="ignore"):
        match axis:
            case "log":
                return np.asarray(1 / value)
            case "atanh":
                return np.asarray(1 / (1 - np.square(value)))
            case "logit":
                return np.asarray(1 / (value * (1 - value)))
    return np.ones_like(value)


def off_axis(x: Array, axis: str) -> Array:
    """The way back from `on_axis`.

    Examples
    --------
    >>> off_axis(np.array([-np.inf, 0.0]), "log").tolist()
    [0.0, 1.0]
    """
    with np.errstate(over="ignore"):
        match axis:
            case "log":
                return np.asarray(np.exp(x))
            case "atanh":
                return np.asarray(np.tanh(x))
            case "logit":
                return np.asarray(1 / (1 + np.exp(-x)))
    return x


def correlations(pairs: Array, size: int, proper: bool = True) -> Array:
    """Correlation matrices (draws, size * size) from the pairs above their diagonals.

    Those that are not positive definite become so, unless `proper` is false; those with NaN stay.
    """
    found = np.zeros((len(pairs), size, size))
    rows, columns = np.triu_indices(size, 1)
    found[:, rows, columns] = pairs
    found[:, columns, rows] = pairs
    flat = (found + np.eye(size)).reshape(len(pairs), -1)
    return _proper(flat, size) if proper else flat


def _proper(flat: Array, size: int) -> Array:
    told = np.isfinite(flat).all(axis=-1)
    matrices = flat[told].reshape(-1, size, size)
    values, vectors = np.linalg.eigh(matrices)
    low = values[:, 0] < _LEAST if size else np.zeros(len(values), dtype=bool)
    made = (vectors[low] * np.maximum(values[low], _LEAST)[:, None, :]) @ vectors[low].swapaxes(1, 2)
    scale = np.sqrt(np.diagonal(made, axis1=1, axis2=2))
    matrices[low] = made / (scale[:, :, None] * scale[:, None, :])
    found = flat.copy()
    found[told] = matrices.reshape(-1, size * size)
    return found


def inside(array: Array, line: Line) -> Array:
    """Draws moved into the support of a quantity whose components go together."""
    if line.family.is_simplex:
        shares = np.maximum(array, _LEAST)
        return np.asarray(shares / shares.sum(axis=-1, keepdims=True))
    return np.sort(array, axis=-1) if line.variable.ordered else array
