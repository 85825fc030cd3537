"""Log densities of jointly normal or Student's t numbers, number by number: also where some are not known.

All is written with entries along the last axis, so that arrays, and values with derivatives, go through it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import log, pi
from typing import Any

import numpy as np

from stanlevels.distributions.continuous import log_ratio_of_gammas

__all__ = ["Entries", "draw_others", "log_normal", "log_student_t", "root_of_pairs"]

Entries = Sequence[Sequence[Any]]
"""The rows of a lower triangle: entry j of row i, for j up to i."""


def root_of_pairs(pairs: Any, width: int) -> Entries:
    """The Cholesky factor of a correlation matrix, from what is above its diagonal.

    Parameters
    ----------
    pairs : ndarray, (..., K (K - 1) / 2)
        Row by row.
    width : int
        K.

    Examples
    --------
    >>> [[float(x) for x in row] for row in root_of_pairs(np.array([0.6]), 2)]
    [[1.0], [0.6, 0.8]]
    """
    at = {pair: k for k, pair in enumerate((i, j) for i in range(width) for j in range(i + 1, width))}
    return _root(lambda i, j: pairs[..., at[(j, i)]], width)


def _root(correlation: Callable[[int, int], Any], width: int) -> Entries:
    """Cholesky's algorithm, of correlations of i and j, j < i."""
    rows: list[list[Any]] = []
    for i in range(width):
        row: list[Any] = []
        for j in range(i):
            rest = correlation(i, j) - _dot(row, rows[j], j)
            row.append(rest / rows[j][j])
        rows.append([*row, np.sqrt(1.0 - _dot(row, row, i)) if i else 1.0])
    return rows


def _dot(left: Sequence[Any], right: Sequence[Any], count: int) -> Any:
    total: Any = 0.0
    for k in range(count):
        total = total + left[k] * right[k]
    return total


def _entries(corr: Any, width: int) -> Entries:
    """Those of a factor that is an array (..., K, K), or has its entries apart."""
    if isinstance(corr, np.ndarray):
        return [[corr[..., i, j] for j in range(i + 1)] for i in range(width)]
    entries: Entries = corr
    return entries


def _seen_root(root: Entries, seen: Any) -> Entries:
    """The factor of what is known of every row: others are independent of it, with a spread of 1."""

    def correlation(i: int, j: int) -> Any:
        return seen[..., i] * seen[..., j] * _dot(root[i], root[j], j + 1)

    return _root(correlation, len(root))


def _squared(x: Any, mu: Any, sigma: Any, corr: Any, seen: Any) -> tuple[Any, Any, Any]:
    """The squared distance from the location, the log of the root of the determinant, how many are known."""
    width = x.shape[-1]
    root, count = _entries(corr, width), float(width)
    if seen is not None:
        root, count = _seen_root(root, seen), np.sum(seen, axis=-1)
    mu, sigma = (value if np.ndim(value) else np.asarray(value)[None] for value in (mu, sigma))
    z: list[Any] = []
    distance: Any = 0.0
    log_root: Any = 0.0
    for k in range(width):
        sd = sigma[..., k] if np.shape(sigma)[-1] > 1 else sigma[..., 0]
        at = mu[..., k] if np.shape(mu)[-1] > 1 else mu[..., 0]
        rest, log_sd = (x[..., k] - at) / sd, np.log(sd)
        if seen is not None:
            rest, log_sd = seen[..., k] * rest, seen[..., k] * log_sd
        z.append((rest - _dot(root[k], z, k)) / root[k][k])
        distance = distance + z[k] * z[k]
        log_root = log_root + log_sd + (np.log(root[k][k]) if k else 0.0)
    return distance, log_root, count


def log_normal(x: Any, mu: Any, sigma: Any, corr: Any, seen: Any = None) -> Any:
    """Of jointly normal numbers.

    Parameters
    ----------
    x, mu, sigma : ndarray, (..., K)
        Location and scales may have one entry for all.
    corr : ndarray, (..., K, K), or Entries
        The Cholesky factor of the correlations.
    seen : ndarray, (..., K), optional
        1 for numbers that are known, 0 for those over which is integrated.
    """
    distance, log_root, count = _squared(x, mu, sigma, corr, seen)
    return -distance / 2 - log_root - count * (log(2 * pi) / 2)


def log_student_t(x: Any, nu: Any, mu: Any, sigma: Any, corr: Any, seen: Any = None) -> Any:
    """Of numbers that are jointly Student's t, with `nu` degrees of freedom (...); else as `log_normal`."""
    distance, log_root, count = _squared(x, mu, sigma, corr, seen)
    whole = log_ratio_of_gammas(nu, count) - count * (log(pi) / 2)
    return whole - log_root - (nu + count) / 2 * np.log1p(distance / nu)


def draw_others(
    rng: np.random.Generator,
    x: Any,
    seen: Any,
    shape: tuple[int, int],
    mu: Any,
    sigma: Any,
    corr: Any,
    nu: Any = None,
) -> Any:
    """Draws of the numbers that are not known, given those that are: (chains, draws, rows, numbers unknown).

    Parameters
    ----------
    rng : Generator
    x : ndarray, (rows, K)
        Anything where it is not known.
    seen : ndarray of bool, (K,)
        Which numbers are known, the same for all rows.
    shape : tuple of int
        Chains and draws.
    mu, sigma : ndarray, (chains, draws, rows or 1, K or 1)
    corr : ndarray, (chains, draws, rows or 1, K, K)
        The Cholesky factor of the correlations.
    nu : ndarray, (chains, draws, rows or 1), optional
        Degrees of freedom; without them the numbers are normal.
    """
    rows, width = x.shape
    mu = np.broadcast_to(mu, (*shape, rows, width))
    root = np.broadcast_to(sigma, (*np.shape(sigma)[:3], width))[..., None] * corr
    covariance = root @ root.swapaxes(-1, -2)
    known, gone = np.flatnonzero(seen), np.flatnonzero(~seen)
    inner = covariance[..., known[:, None], known]
    across = np.linalg.solve(inner, covariance[..., known[:, None], gone]).swapaxes(-1, -2)
    rest = (x[:, known] - mu[..., known])[..., None]
    middle = mu[..., gone] + (across @ rest)[..., 0]
    left = covariance[..., gone[:, None], gone] - across @ covariance[..., known[:, None], gone]
    step = np.linalg.cholesky(left) @ rng.standard_normal((*middle.shape, 1))
    stretch: Any = 1.0
    if nu is not None:
        nu = np.broadcast_to(nu, (*shape, rows))
        distance = (rest.swapaxes(-1, -2) @ np.linalg.solve(inner, rest))[..., 0, 0]
        stretch = np.sqrt((nu + distance) / rng.chisquare(nu + len(known)))[..., None]
    return middle + stretch * step[..., 0]
