"""Effects of one level less their regression on those with which they share rows.

Given all others, an effect has a mean that moves with the others' values: ``-H_xy / H_xx`` for each, with H
the curvature. What is left of it is independent of them in a normal density, whatever the number of units,
and the others are left with what they know of each other. The map ``x = u + sum of coefficients times y`` has
Jacobian 1 and only as many numbers as there are pairs that matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.estimation.bayes.descent import Density
from stanlevels.estimation.bayes.meeting import Meeting, colours

__all__ = ["Regression", "regression_of"]

_STEP = 1e-3  # of the widths
_PROBES = 4  # vectors of random signs
_LITTLE = 0.1  # of its own width an effect moves with another as wide as that is
_FEWEST = 16  # pairs: fewer are left to directions
_ALIKE = 0.3  # how far off a product of the curvature may be
_STREAM = 0x4E6


@dataclass(frozen=True, eq=False)
class Regression:
    """``x[place] = u[place] + sum of coefficient * u[other]``, all else the same.

    No place is among the others, so that the inverse only changes the sign.

    Attributes
    ----------
    n : int
        Coordinates.
    place, other : array of int (pairs,)
    coefficients : array (pairs,)
    variances : array (n,)
        Of what is regressed, given all others; NaN elsewhere.
    """

    n: int
    place: Codes
    other: Codes
    coefficients: Array
    variances: Array

    @cached_property
    def _matrix(self) -> Any:
        from scipy import sparse

        return sparse.csr_matrix((self.coefficients, (self.place, self.other)), shape=(self.n, self.n))

    def forth(self, u: Array) -> Array:
        """Points (..., n) from what is left of them."""
        return np.asarray(u + (self._matrix @ u.T).T)

    def back(self, x: Array) -> Array:
        """What is left of points (..., n)."""
        return np.asarray(x - (self._matrix @ x.T).T)

    def slopes(self, slopes: Array) -> Array:
        """Gradients (..., n) by what is left."""
        return np.asarray(slopes + (self._matrix.T @ slopes.T).T)

    def of(self, density: Density) -> Density:
        """The log density, as one of what is left."""

        def found(u: Array) -> tuple[float, Array]:
            value, slope = density(self.forth(u))
            return value, self.slopes(slope)

        return found


def regression_of(density: Density, point: Array, variances: Array, meeting: Meeting) -> Regression | None:
    """The regression at a point; None where little would be won, or where more than rows couples effects.

    Parameters
    ----------
    density : callable
    point : array (n,)
    variances : array (n,)
        About how wide everything is.
    meeting : Meeting

    Examples
    --------
    >>> H = np.eye(40) + np.kron([[0, 0.5], [0.5, 0]], np.eye(20))
    >>> pairs = Meeting(np.arange(20), np.arange(20), np.arange(20, 40))
    >>> found = regression_of(lambda x: (0.0, -H @ x), np.zeros(40), np.ones(40), pairs)
    >>> bool(np.allclose(found.coefficients, -0.5))
    True
    """
    rng = np.random.default_rng(_STREAM)
    steps = _STEP * np.sqrt(variances)

    def bend(places: Codes, signs: Array | float) -> tuple[Array, Array]:
        """A move of some coordinates, and the curvature times it."""
        move = np.zeros(len(point))
        move[places] = steps[places] * signs
        return move, (density(point - move)[1] - density(point + move)[1]) / 2

    diagonal = np.full(len(point), np.nan)
    diagonal[meeting.block] = 0
    for _ in range(_PROBES):
        move, bent = bend(meeting.block, rng.choice([-1.0, 1.0], size=len(meeting.block)))
        diagonal[meeting.block] += bent[meeting.block] / move[meeting.block] / _PROBES
    entries, group = np.empty(len(meeting.place)), colours(meeting.place, meeting.other)
    for colour in range(int(group.max()) + 1):
        mine = np.flatnonzero(group == colour)
        move, bent = bend(meeting.other[mine], 1.0)
        entries[mine] = bent[meeting.place[mine]] / move[meeting.other[mine]]
    places, others = np.unique(meeting.place), np.unique(meeting.other)
    move, bent = bend(others, rng.choice([-1.0, 1.0], size=len(others)))
    told = np.bincount(meeting.place, entries * move[meeting.other], minlength=len(point))
    with np.errstate(all="ignore"):
        own = np.sqrt(diagonal)
        moved = np.abs(entries) / own[meeting.place] * np.sqrt(variances[meeting.other])
        off, whole = (np.square(each[places] / own[places]).sum() for each in (bent - told, bent))
        kept = np.isfinite(moved) & (moved > _LITTLE)
    if kept.sum() < _FEWEST or not off < _ALIKE**2 * whole:  # also where one of them is no number
        return None
    coefficients = -entries[kept] / diagonal[meeting.place[kept]]
    return Regression(len(point), meeting.place[kept], meeting.other[kept], coefficients, 1 / diagonal)
