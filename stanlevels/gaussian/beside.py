"""Coefficients beside effects of nested levels, with both normal: the effects are integrated out first.

Rows are ``y = C d + Z u + e``. Of every unit of the finest level an orthogonal transformation leaves as many
rows as Z has columns, ``[R | H]``, and what is left of ``[C | y]`` has nothing to do with u: its products are
pooled over units (`within`). So products that the precision of ``Z u + e`` weighs are sums of squares, level
by level, and no digits are lost where effects are large against the noise.

With ``A = C'V^-1 C``, ``g = C'V^-1 y`` and ``d + at = L z``, z standard normal, ``L^-1 d`` is normal given y
with precision ``M = I + L'A L`` and mean ``M^-1 (L'g - L^-1 at)``: where `at` are least-squares values,
nothing in it is large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.gaussian.nested import triangular

__all__ = ["UnitRows", "beside_units", "coefficients_given"]

_ALIKE = 1e-12  # of a multiple: columns that differ by less are one
_NOTHING = 1e-12  # of a column's length, below which what is left of it is rounding


@dataclass(frozen=True, eq=False)
class UnitRows:
    """Rows of an outcome by units of the finest level, as far as they are the same for every draw.

    Attributes
    ----------
    multiples : ndarray, (r, units, q)
        R, row by row: what effects of the finest level are multiplied by.
    columns : ndarray, (r, units, w)
        H, row by row: columns of coefficients, the outcome last.
    within : ndarray, (w, w)
        Products of what is left of these columns.
    first : tuple of ndarray, (units above + 1,)
        Of every level above: the 0-based place of the first child of each unit, and the end. Effects there
        are single numbers that are multiplied by what the finest level's are.
    """

    multiples: Array
    columns: Array
    within: Array
    first: tuple[Codes, ...] = ()

    @property
    def width(self) -> int:
        """The number w of columns."""
        return len(self.within)

    @cached_property
    def products(self) -> Array:
        """Products of H's rows by pairs of rows and units, (w (w + 1) / 2, pairs * units): see `place`.

        Pairs are (1, 1), (2, 1), (2, 2), ... Products of two different rows are those of both orders.
        """
        r, _, w = self.columns.shape
        lower = np.tril_indices(w)
        found = []
        for i in range(r):
            for k in range(i + 1):
                each = np.einsum("na,nb->abn", self.columns[i], self.columns[k])
                found.append((each if i == k else each + each.swapaxes(0, 1))[lower])
        return np.concatenate([np.zeros((len(lower[0]), 0)), *found], axis=1)

    @cached_property
    def place(self) -> Codes:
        """The row in `products` of every entry of a matrix of products, (w * w,)."""
        found = np.zeros((self.width, self.width), dtype=np.int64)
        row, column = np.tril_indices(self.width)
        found[row, column] = found[column, row] = np.arange(len(row))
        return found.ravel()

    def left(self, sd: Array, roots: Sequence[Array]) -> tuple[Array, Array]:
        """Products of all columns with the effects integrated out, and half the log determinant.

        Parameters
        ----------
        sd : ndarray, (draws,)
            Of the residuals.
        roots : sequence of ndarray
            Of the finest level ``(draws, q, q)``, the Cholesky factor of the covariance of a unit's effects;
            of each level above ``(draws, 1, 1)``.

        Returns
        -------
        ndarray, (draws, w, w)
        ndarray, (draws,)
            Of the rows' covariance, but for that of the noise alone.
        """
        draws, w = len(sd), self.width
        precision = 1 / np.square(sd)
        found = precision[:, None, None] * self.within
        half = np.zeros(draws)
        if not roots:
            return found, half
        own = np.einsum("iuq,dqa->duia", self.multiples, roots[0]) / sd[:, None, None, None]
        r = own.shape[2]
        noise = np.eye(r) + own @ own.swapaxes(-1, -2)
        half += np.log(np.diagonal(np.linalg.cholesky(noise), axis1=-2, axis2=-1)).sum(axis=(1, 2))
        inverse = np.linalg.inv(noise) * precision[:, None, None, None]
        pairs = [inverse[:, :, i, k] for i in range(r) for k in range(i + 1)]
        between = np.concatenate(pairs, axis=1) @ self.products.T
        found = found + between[:, self.place].reshape(draws, w, w)
        if not self.first:
            return found, half
        weight = inverse[:, :, 0, 0]
        information = weight * np.square(self.multiples[0, :, 0])
        score = (weight * self.multiples[0, :, 0])[:, :, None] * self.columns[0]
        for first, root in zip(self.first, roots[1:], strict=True):
            information, score = _summed(information, first), _summed(score, first)
            variance = np.square(root[:, 0, 0])[:, None]
            kept = 1 / (1 + variance * information)
            half -= 0.5 * np.log(kept).sum(axis=1)
            scaled = np.sqrt(variance * kept)[:, :, None] * score
            found = found - scaled.swapaxes(1, 2) @ scaled
            information, score = kept * information, kept[:, :, None] * score
        return found, half


def _summed(values: Array, first: Codes) -> Array:
    """Sums of children, (draws, children, ...)."""
    total = np.concatenate([np.zeros_like(values[:, :1]), np.cumsum(values, axis=1)], axis=1)
    return np.asarray(total[:, first[1:]] - total[:, first[:-1]])


def beside_units(
    z: Sequence[Array], columns: Array, weights: Array, units: Codes, count: int, first: tuple[Codes, ...]
) -> UnitRows:
    """Rows reduced to those of units.

    Parameters
    ----------
    z : sequence of ndarray, (rows,)
        What every effect of a unit of the finest level is multiplied by.
    columns : ndarray, (rows, w)
        Columns of coefficients, and the outcome.
    weights : ndarray, (rows,)
    units : ndarray of int, (rows,)
    count : int
        Number of units.
    first : tuple of ndarray
        As of `UnitRows`.
    """
    scaled = np.sqrt(weights)[:, None] * columns
    if not z:
        none = np.zeros((0, 0, 0))
        return UnitRows(none, np.zeros((0, 0, columns.shape[1])), scaled.T @ scaled, first)
    kept, place = _distinct(z)
    root, rotation = triangular(np.column_stack(kept), weights, units, count)
    r = len(kept)
    turned = rotation @ columns
    # what is left: twice, so that it stands at right angles to rounding
    basis = rotation.multiply(np.where(weights > 0, 1 / np.sqrt(np.where(weights > 0, weights, 1)), 0))
    left = scaled - basis.T @ (basis @ scaled)
    left = left - basis.T @ (basis @ left)
    size, before = (np.linalg.norm(x, axis=0) for x in (left, scaled))
    left = np.where(size > _NOTHING * before, left, 0.0)
    return UnitRows(
        np.ascontiguousarray(root[:, :, place].swapaxes(0, 1)),
        np.ascontiguousarray(turned.reshape(count, r, -1).swapaxes(0, 1)),
        left.T @ left,
        first,
    )


def _distinct(z: Sequence[Array]) -> tuple[list[Array], list[int]]:
    """Columns without repetition, and which of them each is."""
    kept: list[Array] = []
    place = []
    for each in z:
        same = (k for k, other in enumerate(kept) if np.allclose(each, other, rtol=_ALIKE, atol=0))
        at = next(same, len(kept))
        if at == len(kept):
            kept.append(each)
        place.append(at)
    return kept, place


def coefficients_given(products: Array, root: Array, at: Array, standard: Array) -> Array:
    """Deviations of coefficients from their means, given the outcome.

    Parameters
    ----------
    products : ndarray, (draws, p + 1, p + 1)
        Of their columns and the outcome, as `UnitRows.left` gives them.
    root : ndarray, (draws, p, p)
        The Cholesky factor of their covariance.
    at : ndarray, (draws, p)
        What the outcome was taken less, times the columns; 0 for what is correlated with others.
    standard : ndarray, (draws, p)
        Independent standard normal numbers; zeros give the conditional means.

    Returns
    -------
    ndarray, (draws, p)
    """
    among, score = products[:, :-1, :-1], products[:, :-1, -1]
    turned = root.swapaxes(-1, -2)
    pull = np.where(at == 0, 0, at) / np.where(at == 0, 1, np.diagonal(root, axis1=-2, axis2=-1))
    M = np.linalg.cholesky(np.eye(at.shape[1]) + turned @ among @ root)
    half = np.linalg.solve(M, (turned @ score[..., None]) - pull[..., None])
    z = np.linalg.solve(M.swapaxes(-1, -2), half + standard[..., None])
    return np.asarray((root @ z)[..., 0]) + at
