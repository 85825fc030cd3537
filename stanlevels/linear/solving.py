"""Penalised least squares with the uncertainty of its solution, for a pilot look.

``C = (G'WG + diag(penalty))^-1`` is formed where it is small. Where it is larger, its diagonal comes from the
inverse of a triangular factor. Where it is large, linear systems are solved by conjugate gradients, and the
diagonal comes from products with a few vectors of random signs (Hutchinson 1990), exact where C is diagonal.
Variances of rows then come from draws from N(0, C), each the solution for randomly perturbed data (Papandreou
and Yuille 2010). The random numbers are the same at every step, so nothing jitters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array

__all__ = ["Cross", "Solved", "cross_of", "solve"]

_DENSE = 300  # columns of which the inverse is formed
_FACTORED = 2500  # and of which the inverse is a product of triangles
_CROWDED = 20  # columns in a row, from which on cross products of many columns are not formed
_SIGNS = 12
_DRAWS = 8
_SWEEPS = 60
_CLOSE = 1e-3  # relative, of conjugate gradients
_EVEN = 1e-9  # added to a diagonal of ones where columns depend on each other
_PIECE = 2_000_000  # numbers of a dense product at a time


@dataclass(frozen=True, eq=False)
class Cross:
    """Weighted cross products of columns: ``G'WG``, ``G'Wy``, and ``G'W^(1/2) e`` for normal e, or none.

    `square` is None where it would have many more entries than G.
    """

    G: Any
    weight: Array
    square: Any
    diagonal: Array
    right: Array
    noise: Array

    def scaled(self, by: float) -> Cross:
        """With all weights multiplied by a number."""
        square = None if self.square is None else self.square * by
        return Cross(
            self.G, self.weight * by, square, self.diagonal * by, self.right * by, self.noise * np.sqrt(by)
        )

    def times(self, x: Array) -> Array:
        """The product of G'WG with columns."""
        if self.square is not None:
            return np.asarray(self.square @ x)
        return np.asarray(self.G.T @ (self.weight[:, None] * (self.G @ x)))


@dataclass(frozen=True, eq=False)
class Solved:
    """The solution, and what C is along the way.

    Attributes
    ----------
    solution : ndarray, (K,)
    variance : ndarray, (K,)
        The diagonal of C.
    inverse, root, found : ndarray or None
        C itself; or R with C = R'R; or without C, what was found for all right-hand sides.
    """

    cross: Cross
    penalty: Array
    solution: Array
    variance: Array
    inverse: Array | None
    root: Array | None
    found: Array | None

    def times(self, columns: Array) -> Array:
        """The product of C with a vector, or with columns."""
        if self.inverse is not None:
            return np.asarray(self.inverse @ columns)
        if self.root is not None:
            return np.asarray(self.root.T @ (self.root @ columns))
        if columns.ndim == 1:
            return self.times(columns[:, None])[:, 0]
        return _conjugate(self.cross, self.penalty, columns, None)

    @cached_property
    def leverage(self) -> Array:
        """The variance of the predictor in every row."""
        G = self.cross.G
        if self.inverse is None:
            return np.asarray(np.mean(np.square(G @ self._draws), axis=1))
        assert self.inverse is not None
        step = max(1, _PIECE // max(len(self.penalty), 1))
        pieces = []
        for first in range(0, G.shape[0], step):
            piece = G[first : first + step]
            pieces.append(np.asarray(piece.multiply(piece @ self.inverse).sum(axis=1)).ravel())
        return np.concatenate(pieces) if pieces else np.zeros(0)

    @property
    def _draws(self) -> Array:
        """Solutions for perturbed data, from N(0, C)."""
        if self.root is not None:
            standard = np.random.default_rng(2).standard_normal((len(self.penalty), _DRAWS))
            return np.asarray(self.root.T @ standard)
        assert self.found is not None
        return self.found[:, 1 + _SIGNS :]


def cross_of(G: Any, weight: Array, target: Array, *, by_row: bool) -> Cross:
    """The cross products of sparse columns (rows, K) at weights, with a target.

    `by_row` says whether variances of rows will be asked for.
    """
    weighted = G.multiply(weight[:, None]).tocsr()
    right = np.asarray(weighted.T @ target)
    many = G.shape[1] > _FACTORED
    if many and G.nnz > _CROWDED * G.shape[0]:
        square, diagonal = None, np.asarray(weighted.multiply(G).sum(axis=0)).ravel()
    else:
        square = weighted.T @ G
        square, diagonal = square.tocsr() if many else square.toarray(), square.diagonal()
    if not many:
        return Cross(G, weight, square, diagonal, right, np.zeros((0, 0)))
    standard = np.random.default_rng(1).standard_normal((G.shape[0], _DRAWS if by_row else 0))
    noise = G.T @ (np.sqrt(weight)[:, None] * standard)
    return Cross(G, weight, square, diagonal, right, np.asarray(noise))


def solve(cross: Cross, penalty: Array, before: Solved | None = None) -> Solved:
    """Minimise ``|y - G b|_W^2 + b' diag(penalty) b``, starting near an earlier solution."""
    if len(penalty) <= _DENSE:
        square = cross.square + np.diag(penalty)
        scale = 1 / np.sqrt(np.diagonal(square))
        inverse = _inverse(square * np.outer(scale, scale)) * np.outer(scale, scale)
        return Solved(cross, penalty, inverse @ cross.right, np.diagonal(inverse), inverse, None, None)
    if len(penalty) <= _FACTORED:
        scale = 1 / np.sqrt(cross.diagonal + penalty)
        root = _root(cross.square * scale[:, None] * scale) * scale
        variance = np.einsum("ij,ij->j", root, root)
        return Solved(cross, penalty, root.T @ (root @ cross.right), variance, None, root, None)
    rng = np.random.default_rng(2)
    signs = rng.choice([-1.0, 1.0], size=(len(penalty), _SIGNS))
    perturbed = cross.noise + np.sqrt(penalty)[:, None] * rng.standard_normal(cross.noise.shape)
    right = np.column_stack([cross.right, signs, perturbed])
    found = _conjugate(cross, penalty, right, None if before is None else before.found)
    variance = np.mean(signs * found[:, 1 : 1 + _SIGNS], axis=1)
    return Solved(cross, penalty, found[:, 0], variance, None, None, found)


def _inverse(square: Array) -> Array:
    """The inverse of a matrix with a diagonal of ones, nearly where its columns depend on each other."""
    try:
        return np.asarray(np.linalg.inv(square))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.inv(square + _EVEN * np.eye(len(square))))


def _root(square: Array) -> Array:
    """R with ``R'R`` the inverse of a matrix, whose diagonal is taken as ones."""
    from scipy.linalg import lapack

    even = 0.0
    while even < 1:
        whole = square.copy(order="F")
        np.fill_diagonal(whole, 1 + even)
        lower, failed = lapack.dpotrf(whole, lower=1, overwrite_a=1)
        if not failed:
            return np.asarray(lapack.dtrtri(lower, lower=1, overwrite_c=1)[0])
        even = max(10 * even, _EVEN)
    return np.eye(len(square))  # of numbers that are not finite


def _conjugate(cross: Cross, penalty: Array, right: Array, start: Array | None) -> Array:
    """Solutions for several right-hand sides at once, by preconditioned conjugate gradients."""

    def product(x: Array) -> Array:
        return np.asarray(cross.times(x) + penalty[:, None] * x)

    easy = 1 / (cross.diagonal + penalty)[:, None]
    x = easy * right if start is None else start
    left = right - product(x)
    size = np.sum(right * easy * right, axis=0)
    direction = easy * left
    now = np.sum(left * direction, axis=0)
    for _ in range(_SWEEPS):
        if np.all(now <= _CLOSE**2 * size):
            break
        ahead = product(direction)
        along = np.sum(direction * ahead, axis=0)
        step = np.divide(now, along, out=np.zeros_like(now), where=along > 0)
        x = x + step * direction
        left = left - step * ahead
        onward = easy * left
        after = np.sum(left * onward, axis=0)
        direction = onward + np.divide(after, now, out=np.zeros_like(now), where=now > 0) * direction
        now = after
    return x
