"""Values near the least-squares fit of coefficients and of what rows look up, about which sums are kept.

Nothing rests on how near they are but rounding: what they leave is kept as it is. They carry the outcome's
place, so that squares of small numbers are summed, not of large ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array, Codes

__all__ = ["Design", "Fitted", "fitted"]

_SWEEPS = 8


@dataclass(frozen=True, eq=False)
class Design:
    """A look-up as a design: of each row the unit, and what its number is multiplied by.

    `carries` says whether it may carry where the outcome lies.
    """

    codes: Codes
    multiple: Array
    size: int
    carries: bool

    def sums(self, of: Array) -> Array:
        """Sums by unit over rows, each times what the unit's number is multiplied by."""
        return np.bincount(self.codes, self.multiple * of, self.size)

    def crossed(self, weights: Array, X: Array) -> Array:
        """Sums by unit of every column of X."""
        return np.column_stack([np.zeros((self.size, 0)), *(self.sums(weights * x) for x in X.T)])

    def at(self, numbers: Array) -> Array:
        """What rows look up."""
        return np.asarray(numbers[self.codes] * self.multiple)


@dataclass(frozen=True, eq=False)
class Fitted:
    """Values of the coefficients of X and of the numbers of each design, and the residuals of the rows."""

    coefficients: Array
    numbers: tuple[Array, ...]
    residual: Array


def fitted(y: Array, weights: Array, X: Array, designs: Sequence[Design]) -> Fitted:
    """Values near the least-squares fit; residuals are orthogonal to X.

    Coefficients come first: with what carries the place of the outcome, where something does, else alone.
    """
    half = np.sqrt(weights)[:, None]
    carrying = max((d for d in designs if d.carries), key=lambda d: d.size, default=None)
    left, own = y, X
    if carrying is not None:
        left = y - carrying.at(_over(carrying, weights, y))
        own = np.column_stack([X[:, :0], *(x - carrying.at(_over(carrying, weights, x)) for x in X.T)])
        sizes = np.abs(X).max(axis=0, initial=0)
        own = np.where(np.abs(own).max(axis=0, initial=0) > 1e-10 * sizes, own, 0.0)
    found = np.linalg.lstsq(half * own, half[:, 0] * left, rcond=None)[0]
    residual = y - X @ found
    numbers = [np.zeros(design.size) for design in designs]
    order = sorted(range(len(designs)), key=lambda k: designs[k] is not carrying)
    for _ in range(_SWEEPS):
        for k in order:
            step = _over(designs[k], weights, residual)
            numbers[k] = numbers[k] + step
            residual = residual - designs[k].at(step)
    last = np.linalg.lstsq(half * X, half[:, 0] * residual, rcond=None)[0]
    return Fitted(found + last, tuple(numbers), residual - X @ last)


def _over(design: Design, weights: Array, of: Array) -> Array:
    """The least-squares numbers of a design alone; 0 for units without rows."""
    sizes = design.sums(weights * design.multiple)
    return np.asarray(np.where(sizes > 0, design.sums(weights * of) / np.where(sizes > 0, sizes, 1.0), 0.0))
