"""Where maximisation begins that has been done before: at the estimates of an earlier fit.

They are numbers by quantity, as `values.carry` brings them over: one per unit and component of what has
its values here, a whole matrix of correlations; NaN is what the earlier fit does not tell. Whatever is
not told begins where it would without an earlier fit. What is 0 at the earlier maximum begins a little
above, where the likelihood has a slope again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.contrasts import Basis
from stanlevels.estimation.point.covariance import Layout
from stanlevels.linear.predictor import Effect, Predictor
from stanlevels.linear.spreads import FORMS, Root

__all__ = ["Earlier", "begin", "coefficients", "coordinates", "sd_of"]

Earlier = Mapping[str, Array]
"""Estimates of an earlier fit by quantity, (numbers,)."""

LEAST = 0.05
"""Of a standard deviation, in units in which 1 is an ordinary one: below, its slope is next to nothing."""

_SINGULAR = 1e-3  # of eigenvalues of correlations: those of 1 begin a little below
_NEVER = 1e-12


def sd_of(root: Root | None, earlier: Earlier) -> float:
    """A standard deviation as an earlier fit has it; NaN where it does not tell."""
    if root is None:
        return 1.0
    numbers = earlier.get(root.quantity)
    if numbers is None or not root.position < len(numbers) or np.isnan(numbers[root.position]):
        return float("nan")
    with np.errstate(all="ignore"):
        return FORMS[root.form].sd(float(numbers[root.position]))


def coordinates(layout: Layout, earlier: Earlier) -> Array:
    """The coordinates of a layout in absolute units, (m,); NaN where the earlier fit does not tell."""
    found = np.full(len(layout.coordinates), np.nan)
    factors = [_factor(layout, b, effect, earlier) for b, effect in enumerate(layout.effects)]
    for k, c in enumerate(layout.coordinates):
        if c.root is not None:
            found[k] = sd_of(c.root, earlier)
        elif c.corr:
            root = _correlation_root(next(e for e in layout.effects if e.corr == c.corr), earlier)
            found[k] = root[c.i, c.j] / root[c.i, c.i]
        else:
            found[k] = factors[c.block][c.i, c.j]
    return np.where(np.isfinite(found), found, np.nan)


def _factor(layout: Layout, b: int, effect: Effect, earlier: Earlier) -> Array:
    """The lower triangular factor that describes the covariance of a block, in its own basis."""
    q = effect.block.width
    if not layout.free[b]:
        return np.full((q, q), np.nan)
    sds = np.array([sd_of(root, earlier) for root in effect.roots])
    factor = sds[:, None] * _correlation_root(effect, earlier)
    if not np.all(np.isfinite(factor)):
        return np.full((q, q), np.nan)
    return layout.unturned(b, factor + np.diag(np.where(sds > 0, 0.0, _NEVER)))


def _correlation_root(effect: Effect, earlier: Earlier) -> Array:
    """The Cholesky factor of an earlier fit's correlations, those that it does not tell being 0."""
    q = effect.block.width
    told = earlier.get(effect.corr)
    if told is None or told.size != q * q:
        return np.eye(q)
    matrix = np.where(np.isfinite(told), told, np.eye(q).ravel()).reshape(q, q)
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    whole = (vectors * np.maximum(values, _SINGULAR)) @ vectors.T
    size = np.sqrt(np.diagonal(whole))
    return np.asarray(np.linalg.cholesky(whole / np.outer(size, size)))


def coefficients(
    made: Predictor, basis: Basis, earlier: Earlier, cold: Callable[[], Array] | None = None
) -> Array | None:
    """Coefficients of independent columns, (r,), by least squares where parameters are not free.

    Parameters
    ----------
    made, basis
        The columns.
    earlier : mapping
        By quantity a number for each of its columns.
    cold : callable, optional
        The coefficients without an earlier fit, for parameters that it does not tell.

    Returns
    -------
    ndarray, or None
        None where some parameter is not told and nothing takes its place.
    """
    nothing = np.zeros(0)
    found = np.array([_number(earlier.get(name, nothing), k) for name, k in made.columns])
    lost = ~np.isfinite(found)
    if np.any(lost & ~basis.silent):
        if cold is None:
            return None
        found = np.where(lost, basis.expand @ cold(), found)
    found = np.where(basis.silent, 0.0, found)
    return np.asarray(np.linalg.lstsq(basis.expand, found, rcond=None)[0]) if found.size else found


def _number(numbers: Array, k: int) -> float:
    return float(numbers[k]) if k < len(numbers) else float("nan")


def begin(cold: Array, told: Array, bounded: Array) -> Array:
    """A point: what is told, at least `LEAST` where it cannot be negative, and the cold one elsewhere."""
    found = np.where(np.isfinite(told), told, cold)
    return np.where(bounded, np.maximum(found, LEAST), found)
