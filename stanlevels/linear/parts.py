"""The random variables of a predictor as columns: what each one's units are multiplied by in every row."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.plan.terms import Domain

__all__ = ["Part", "Road", "columns_of"]


@dataclass(frozen=True, eq=False)
class Road:
    """One place of a random variable in a predictor: its unit and what that is multiplied by, row by row."""

    codes: Array
    multiple: Array

    def at(self, rows: Array) -> Road:
        """At some rows."""
        return Road(self.codes[rows], self.multiple[rows])


@dataclass(frozen=True, eq=False)
class Part:
    """The deviations of one component of a random variable from its mean, at the rows of a predictor.

    Attributes
    ----------
    name : str
    position : int
        The component; 0 where there is one.
    domain : tuple of str
    units : int
    roads : tuple of Road
        The places where it stands: several for a road each
    root : hashable or None
        The unknown number in its standard deviation, which other parts may share; None where that is known.
    known : ndarray, (units,)
        What the root is multiplied by: the standard deviation itself without one.
    """

    name: str
    position: int
    domain: Domain
    units: int
    roads: tuple[Road, ...]
    root: Hashable | None
    known: Array

    @property
    def codes(self) -> Array | None:
        """The unit of every row; None where a row has several."""
        return self.roads[0].codes if len(self.roads) == 1 else None

    def at(self, rows: Array) -> tuple[Part, Array]:
        """At some rows, with the units that these have alone; and which those are."""
        roads = [road.at(rows) for road in self.roads]
        seen = np.zeros(self.units, dtype=bool)
        for road in roads:
            seen[road.codes] = True
        new = np.cumsum(seen) - 1
        recoded = tuple(Road(new[road.codes], road.multiple) for road in roads)
        units = np.flatnonzero(seen)
        return replace(self, roads=recoded, units=len(units), known=self.known[units]), units

    def columns(self) -> Any:
        """Its columns, sparse (rows, units), for deviations in units of the root."""
        from scipy import sparse

        n = len(self.roads[0].codes)
        rows = np.tile(np.arange(n), len(self.roads))
        codes = np.concatenate([road.codes for road in self.roads])
        values = np.concatenate([road.multiple for road in self.roads]) * self.known[codes]
        return sparse.csr_array((values, (rows, codes)), shape=(n, self.units))


def columns_of(parts: Sequence[Part], X: Array) -> Any:
    """Fixed columns and those of all parts beside each other, sparse (rows, p + K)."""
    from scipy import sparse

    return sparse.hstack([sparse.csr_array(X), *(part.columns() for part in parts)], format="csr")
