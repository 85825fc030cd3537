"""The shape of a posterior near a point: its curvature, and what draws with their gradients say beside it.

A shape is held as a root R, (n, n): R R' is about the posterior's covariance, and the columns of R are
directions in which it is about 1 wide.
"""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.bayes.descent import Density

__all__ = ["as_wide_as", "corrected", "curvature", "flattest", "root_of"]

_STEP = 1e-3  # of the width of a coordinate
_FLAT = 0.1  # curvature, each coordinate's own being 1, from which on draws say more than the point
_LEAST = 0.05
_WEIGHT = 5.0  # draws that the expected shape counts for


def curvature(density: Density, point: Array, widths: Array | None = None) -> Array:
    """Minus the second derivatives (n, n) of a log density, by central differences of its gradient.

    Parameters
    ----------
    density : callable
    point : array (n,)
    widths : array (n,), optional
        About how wide the density is along each coordinate; unknown, it is looked for.
    """
    n = len(point)
    found = np.empty((n, n))
    for k in range(n):
        step = 1e-4 * max(1.0, abs(float(point[k]))) if widths is None else _STEP * float(widths[k])
        found[k] = _along(density, point, k, step)
        bend = abs(float(found[k, k]))
        if widths is None and np.isfinite(bend) and bend * step**2 > 1e-4:  # a step over a tenth of the width
            found[k] = _along(density, point, k, _STEP / np.sqrt(bend))
    found = np.where(np.isfinite(found), found, 0.0)
    return (found + found.T) / 2


def _along(density: Density, point: Array, k: int, step: float) -> Array:
    up, down = point.copy(), point.copy()
    up[k] += step
    down[k] -= step
    bend: Array = (density(down)[1] - density(up)[1]) / (up[k] - down[k])
    return bend


def root_of(H: Array, points: Array | None = None) -> Array:
    """A root of the inverse of a curvature that may be no curvature in some directions.

    Where the density hardly bends at the point, or bends up (a log standard deviation at a mode), draws say
    how wide it is; without draws such directions are taken to be as wide as their curvature's size says, but
    not very wide.

    Parameters
    ----------
    H : array (n, n)
    points : array (draws, n), optional

    Examples
    --------
    >>> root_of(np.diag([4.0, 100.0])).tolist()
    [[0.5, 0.0], [0.0, 0.1]]
    """
    scale, values, vectors = _spectrum(H)
    flat = values < _FLAT
    sizes = np.where(flat, np.maximum(np.abs(values), _LEAST), values)
    if points is not None and flat.any():
        along = (points - points.mean(axis=0)) @ (vectors[:, flat] / scale[:, None])
        sizes[flat] = 1 / np.maximum(along.var(axis=0), 1e-8)
    return np.asarray(scale[:, None] * vectors / np.sqrt(sizes))


def flattest(H: Array) -> float:
    """The least curvature, each coordinate's own being 1: small where some coordinates go together."""
    values = np.abs(_spectrum(H)[1])
    return float(values.min() / values.max())


def _spectrum(H: Array) -> tuple[Array, Array, Array]:
    """Widths of the coordinates by their own curvature, and the spectrum in units of them."""
    own = np.abs(np.diag(H))
    scale = 1 / np.sqrt(np.where(own > 0, own, 1.0))
    values, vectors = np.linalg.eigh(scale[:, None] * H * scale)
    return scale, values, vectors


def corrected(root: Array, points: Array, slopes: Array) -> Array:
    """A root that agrees better with draws and gradients of the log density there.

    Among all shapes the one whose whitened draws and gradients are alike: the geometric mean of the draws'
    covariance and the inverse of the gradients' (Seyboldt, Carlson and Carpenter 2026). It is exact for a
    normal density, even from few draws, in the directions in which they differ; in all others, and where
    there is little to go by, the shape stays.

    Parameters
    ----------
    root : array (n, n)
    points, slopes : array (draws, n)
    """
    x = np.linalg.solve(root, (points - points.mean(axis=0)).T).T
    g = (slopes - slopes.mean(axis=0)) @ root
    weight, one = len(x) + _WEIGHT, _WEIGHT * np.eye(len(root))
    wide, steep = (x.T @ x + one) / weight, (g.T @ g + one) / weight
    half, inverse = _halves(steep)
    middle = _halves(half @ wide @ half)[0]
    return np.asarray(root @ np.linalg.cholesky(inverse @ middle @ inverse))


def as_wide_as(root: Array, points: Array) -> Array:
    """A root of the covariance of many draws, drawn a little towards the root that they were made with.

    Long tails (of the logarithm of a small standard deviation) make draws spread further than their
    gradients say, and chains that are to reach them need that width.

    Parameters
    ----------
    root : array (n, n)
    points : array (draws, n)
    """
    x = np.linalg.solve(root, (points - points.mean(axis=0)).T).T
    wide = (x.T @ x + _WEIGHT * np.eye(len(root))) / (len(x) + _WEIGHT)
    return np.asarray(root @ np.linalg.cholesky(wide))


def _halves(S: Array) -> tuple[Array, Array]:
    """The symmetric square root of a positive definite matrix, and its inverse."""
    values, vectors = np.linalg.eigh((S + S.T) / 2)
    sizes = np.sqrt(np.maximum(values, 1e-12))
    return (vectors * sizes) @ vectors.T, (vectors / sizes) @ vectors.T
