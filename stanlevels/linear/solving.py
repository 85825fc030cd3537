"""Penalised least squares with the uncertainty of its solution, for a pilot look.

``C = (G'WG + diag(penalty))^-1`` is formed where it is small. Where it is not, linear systems are solved by
conjugate gradients. Its diagonal comes from products with a few vectors of random signs (Hutchinson 1990),
exact where C is diagonal; variances of rows from draws from N(0, C), each the solution for randomly perturbed
data (Papandreou and Yuille 2010). The random numbers are the same at every step, so nothing jitters.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array

__all__ = ["Cross", "Solved", "cross_of", "solve"]

_DENSE = 300  # columns of which the inverse is formed
_SIGNS = 12
_DRAWS = 8
_SWEEPS = 60
_CLOSE = 1e-3  # relative, of conjugate gradients
_EVEN = 1e-9  # added to a diagonal of ones where columns depend on each other
_PIECE = 2_000_000  # numbers of a dense product at a time


@dataclass(frozen=True, eq=False)
class Cross:
    """Weighted cross products of columns: ``G'WG``, ``G'Wy``, and ``G'W^(1/2) e`` for normal e, or none."""

    G: Any
    square: Any
    right: Array
    noise: Array

    def scaled(self, by: float) -> Cross:
        """With all weights multiplied by a number."""
        return Cross(self.G, self.square * by, self.right * by, self.noise * np.sqrt(by))


@dataclass(frozen=True, eq=False)
class Solved:
    """The solution, and what C is along the way.

    Attributes
    ----------
    solution : ndarray, (K,)
    variance : ndarray, (K,)
        The diagonal of C.
    inverse, found : ndarray or None
        C itself; or what was found for all right-hand sides.
    """

    cross: Cross
    penalty: Array
    solution: Array
    variance: Array
    inverse: Array | None
    found: Array | None

    def times(self, vector: Array) -> Array:
        """The product of C with a vector."""
        if self.inverse is not None:
            return np.asarray(self.inverse @ vector)
        return _conjugate(self.cross, self.penalty, vector[:, None], None)[:, 0]

    @cached_property
    def leverage(self) -> Array:
        """The variance of the predictor in every row."""
        G = self.cross.G
        if self.found is not None:
            return np.asarray(np.mean(np.square(G @ self.found[:, 1 + _SIGNS :]), axis=1))
        assert self.inverse is not None
        step = max(1, _PIECE // max(len(self.penalty), 1))
        pieces = []
        for first in range(0, G.shape[0], step):
            piece = G[first : first + step]
            pieces.append(np.asarray(piece.multiply(piece @ self.inverse).sum(axis=1)).ravel())
        return np.concatenate(pieces) if pieces else np.zeros(0)


def cross_of(G: Any, weight: Array, target: Array, *, by_row: bool) -> Cross:
    """The cross products of sparse columns (rows, K) at weights, with a target.

    `by_row` says whether variances of rows will be asked for.
    """
    weighted = G.multiply(weight[:, None]).tocsr()
    square = weighted.T @ G
    if G.shape[1] <= _DENSE:
        return Cross(G, square.toarray(), np.asarray(weighted.T @ target), np.zeros((0, 0)))
    standard = np.random.default_rng(1).standard_normal((G.shape[0], _DRAWS if by_row else 0))
    noise = G.T @ (np.sqrt(weight)[:, None] * standard)
    return Cross(G, square.tocsr(), np.asarray(weighted.T @ target), np.asarray(noise))


def solve(cross: Cross, penalty: Array, before: Solved | None = None) -> Solved:
    """Minimise ``|y - G b|_W^2 + b' diag(penalty) b``, starting near an earlier solution."""
    if len(penalty) <= _DENSE:
        square = cross.square + np.diag(penalty)
        scale = 1 / np.sqrt(np.diagonal(square))
        inverse = _inverse(square * np.outer(scale, scale)) * np.outer(scale, scale)
        return Solved(cross, penalty, inverse @ cross.right, np.diagonal(inverse), inverse, None)
    rng = np.random.default_rng(2)
    signs = rng.choice([-1.0, 1.0], size=(len(penalty), _SIGNS))
    perturbed = cross.noise + np.sqrt(penalty)[:, None] * rng.standard_normal(cross.noise.shape)
    right = np.column_stack([cross.right, signs, perturbed])
    found = _conjugate(cross, penalty, right, None if before is None else before.found)
    variance = np.mean(signs * found[:, 1 : 1 + _SIGNS], axis=1)
    return Solved(cross, penalty, found[:, 0], variance, None, found)


def _inverse(square: Array) -> Array:
    """The inverse of a matrix with a diagonal of ones, nearly where its columns depend on each other."""
    try:
        return np.asarray(np.linalg.inv(square))
    except np.linalg.LinAlgError:
        return np.asarray(np.linalg.inv(square + _EVEN * np.eye(len(square))))


def _conjugate(cross: Cross, penalty: Array, right: Array, start: Array | None) -> Array:
    """Solutions for several right-hand sides at once, by preconditioned conjugate gradients."""

    def product(x: Array) -> Array:
        return np.asarray(cross.square @ x + penalty[:, None] * x)

    easy = 1 / (cross.square.diagonal() + penalty)[:, None]
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
