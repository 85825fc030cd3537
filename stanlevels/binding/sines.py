"""Sine waves as covariates: the basis of Gaussian processes of many places.

On an interval twice as long as `reach` the eigenfunctions of the Laplacian that are 0 at both ends are sine
waves, and a stationary process is nearly a sum of these with independent coefficients, whose variances are
its spectral density at their frequencies (Solin and Sarkka 2020; Riutort-Mayol et al. 2023).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import DataError, listing
from stanlevels.words import counted

__all__ = ["BOUNDARY", "Waves", "waves_of"]

BOUNDARY = 1.5
"""How far out waves are 0, in half ranges of the data, where nobody says."""


@dataclass(frozen=True)
class Waves:
    """What rows are read by.

    Attributes
    ----------
    middle : float
        Of the range of the data.
    half : float
        Half of that range.
    reach : float
        How far from the middle waves are 0.
    count : int
    """

    middle: float
    half: float
    reach: float
    count: int

    @property
    def frequencies(self) -> Array:
        """By which each wave turns for each unit of x, in radians."""
        return np.asarray(np.arange(1, self.count + 1) * np.pi / (2 * self.reach))

    def columns(self, x: Array, name: str = "x") -> Array:
        """The waves at some places (n, count).

        Raises
        ------
        DataError
            If one lies beyond the ends of the waves, which say nothing there.
        """
        away = np.asarray(x, dtype=float) - self.middle
        if (beyond := np.flatnonzero(np.abs(away) > self.reach)).size:
            places = listing(np.unique(np.asarray(x)[beyond]).tolist())
            raise DataError(
                f"{name!r} is asked for at {places}, beyond the ends of its waves",
                expected=f"places from {self.middle - self.reach:.5g} to {self.middle + self.reach:.5g}",
                way_out=f"waves that end further off: boundary={1.5 * np.abs(away).max() / self.half:.2g}",
            )
        along = away[:, None] + self.reach
        return np.asarray(np.sin(along * self.frequencies) / np.sqrt(self.reach))


def waves_of(name: str, x: Array, count: int, boundary: float) -> Waves:
    """The waves for some rows.

    Raises
    ------
    DataError
        If the column has one value alone.
    """
    low, high = (float(np.min(x)), float(np.max(x))) if len(x) else (0.0, 0.0)
    if not high > low:
        distinct = np.unique(x)
        raise DataError(
            f"{name!r} is of a column with {counted(len(distinct), 'distinct value')}"
            + (f": {listing(distinct.tolist())}" if len(distinct) else ""),
            expected="two or more",
            way_out="leave it out",
        )
    half = (high - low) / 2
    return Waves((low + high) / 2, half, boundary * half, count)
