"""The shape of a posterior of many unknowns: a width for each, and a few directions that many share.

Effects of thousands of units are nearly independent given the rest, so that their own widths say nearly all.
What is left are a few directions that many share: the sum of one level's effects against another's, an
intercept against effects. A map ``T = I + push pull'`` makes draws of independent coordinates into such ones.
It is symmetric in units of the widths, costs a few columns, and can stand in a program (`program/along.py`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.bayes.descent import Density
from stanlevels.estimation.bayes.meeting import Meeting
from stanlevels.estimation.bayes.regression import Regression, regression_of

__all__ = ["Shape", "shape_of", "shape_of_draws", "widths_of"]

_WEIGHT = 5.0  # draws that the expected widths count for
_PRODUCTS = 80  # with the curvature
_STEP = 1e-3  # of the widths
_MOST = 32  # directions
_MUCH = 1.5  # times as wide (or narrow) in variance as its coordinates say, for a direction to count
_WIDEST = 1e4  # times as wide
_STREAM = 0xD1EC


@dataclass(frozen=True, eq=False)
class Shape:
    """About the posterior's covariance, ``R T diag(variances) T' R'`` with ``T = I + push pull'``.

    Attributes
    ----------
    variances : array (n,)
    push, pull : array (n, k)
    regression : Regression, optional
        The map R; without one it changes nothing.
    """

    variances: Array
    push: Array
    pull: Array
    regression: Regression | None = None

    @property
    def inverse_metric(self) -> Array:
        """Of independent coordinates, (n,)."""
        return self.variances

    @property
    def n_directions(self) -> int:
        """How many there are."""
        return int(self.push.shape[1])

    def forth(self, z: Array) -> Array:
        """Points (..., n) from independent coordinates."""
        u = np.asarray(z + (z @ self.pull) @ self.push.T)
        return u if self.regression is None else self.regression.forth(u)

    def back(self, q: Array) -> Array:
        """Independent coordinates of points (..., n)."""
        q = q if self.regression is None else self.regression.back(q)
        inner = np.eye(self.n_directions) + self.pull.T @ self.push
        return np.asarray(q - np.linalg.solve(inner, (q @ self.pull).T).T @ self.push.T)

    def slopes(self, slopes: Array) -> Array:
        """Gradients (..., n) by independent coordinates."""
        slopes = slopes if self.regression is None else self.regression.slopes(slopes)
        return np.asarray(slopes + (slopes @ self.push) @ self.pull.T)

    @property
    def is_plain(self) -> bool:
        """Whether there are widths alone."""
        return self.regression is None and not self.n_directions

    def spread(self, z: Array) -> Array:
        """Deviations (..., n) as wide as the posterior, from standard normal ones."""
        return self.forth(np.sqrt(self.variances) * z)


def widths_of(variances: Array, points: Array, slopes: Array) -> Array:
    """Variances (n,) that agree better with draws and gradients of the log density there.

    The geometric mean of the draws' variance and the inverse of the gradients', exact for a normal density of
    independent coordinates.

    Parameters
    ----------
    variances : array (n,)
    points, slopes : array (draws, n)
    """
    m = len(points)
    wide = (m * points.var(axis=0) + _WEIGHT * variances) / (m + _WEIGHT)
    steep = (m * slopes.var(axis=0) + _WEIGHT / variances) / (m + _WEIGHT)
    return np.asarray(np.sqrt(wide / steep))


def shape_of_draws(
    density: Density, points: Array, slopes: Array, variances: Array, turned: Array, meeting: Meeting | None
) -> Shape:
    """The shape of a density around some draws.

    Parameters
    ----------
    density : callable
    points, slopes : array (draws, n)
        Draws, and the gradients there.
    variances : array (n,)
        About how wide everything is.
    turned : array of bool (n,)
        Coordinates that a direction may go through.
    meeting : Meeting, optional
        Effects that share rows: those of one level are first regressed on the others.
    """
    point = points.mean(axis=0)
    regression = None if meeting is None else regression_of(density, point, variances, meeting)
    if regression is None:
        return shape_of(density, point, variances, turned)
    left = regression.back(points)
    expected = variances.copy()
    expected[regression.place] = regression.variances[regression.place]
    variances = widths_of(expected, left, regression.slopes(slopes))
    found = shape_of(regression.of(density), left.mean(axis=0), variances, turned)
    return replace(found, regression=regression)


def shape_of(density: Density, point: Array, variances: Array, turned: Array) -> Shape:
    """Widths, and directions along which the density bends less or more than those say.

    Lanczos' iteration on the curvature in units of the widths finds the ends of its spectrum from a few
    products with it, each a difference of two gradients (Golub and Van Loan 2013, section 10.1).

    Parameters
    ----------
    density : callable
    point : array (n,)
    variances : array (n,)
    turned : array of bool (n,)
        Coordinates that a direction may go through.

    Examples
    --------
    >>> together = lambda x: (0.0, x.sum() / (4 + 500) - x)  # of variance 1, covariance 1 / 4
    >>> found = shape_of(together, np.zeros(500), np.full(500, 1.25), np.ones(500, dtype=bool))
    >>> z = np.random.default_rng(1).normal(size=(3, 500))
    >>> found.n_directions, bool(np.allclose(found.back(found.forth(z)), z))
    (1, True)
    """
    if not turned.any():
        none = np.zeros((len(variances), 0))
        return Shape(variances, none, none)
    widths = np.sqrt(variances) * turned

    def bend(v: Array) -> Array:
        step = _STEP * widths * v
        return np.asarray(widths * (density(point - step)[1] - density(point + step)[1]) / (2 * _STEP))

    values, vectors = _ends(bend, turned)
    times = 1 / np.maximum(np.abs(values), 1 / _WIDEST)
    order = np.argsort(-np.abs(np.log(times)))[:_MOST]
    order = order[np.abs(np.log(times[order])) > np.log(_MUCH)]
    along = vectors[:, order]
    push = widths[:, None] * along * (np.sqrt(times[order]) - 1)
    pull = np.divide(along, widths[:, None], out=np.zeros_like(along), where=turned[:, None])
    return Shape(variances, push, pull)


def _ends(product: Callable[[Array], Array], where: Array) -> tuple[Array, Array]:
    """Ritz values (m,) and vectors (n, m) of a symmetric map of some coordinates."""
    rng = np.random.default_rng(_STREAM)
    n = int(where.sum())
    first = where * rng.normal(size=len(where))
    basis = [first / np.linalg.norm(first)]
    heads, links = [], []
    while True:
        ahead = product(basis[-1])
        if not np.isfinite(ahead).all():
            break
        heads.append(float(ahead @ basis[-1]))
        known = np.array(basis)
        for _ in range(2):  # twice is enough
            ahead = ahead - known.T @ (known @ ahead)
        length = float(np.linalg.norm(ahead))
        if len(basis) == min(_PRODUCTS, n) or length < 1e-6 * abs(heads[0]):
            break
        links.append(length)
        basis.append(ahead / length)
    m = len(heads)
    values, turn = np.linalg.eigh(np.diag(heads) + np.diag(links[: m - 1], 1) + np.diag(links[: m - 1], -1))
    return values, np.array(basis[:m]).reshape(m, len(where)).T @ turn
