"""Vectors whose units are correlated, on other data: new units are drawn together, given known ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.plan.placed import Line
from stanlevels.values.correlated import correlated
from stanlevels.values.evaluate import value
from stanlevels.values.store import Units, Values, width

if TYPE_CHECKING:
    from stanlevels.plan.facts import Data

__all__ = ["Together"]


@dataclass(frozen=True, eq=False)
class Together:
    """Values of one line on new data.

    Attributes
    ----------
    line : Line
    values : Values
        Of all that the line rests on, on the data below.
    data : Data
        The new rows and units.
    before : ndarray of int, (units,)
        The unit that each was in the earlier data; -1 for a new one.
    earlier : Values
    earlier_data : Data
    key : tuple of int or None
        Which stream of random numbers; None for the mean of each new unit.
    """

    line: Line
    values: Values
    data: Data
    before: Codes
    earlier: Values
    earlier_data: Data
    key: tuple[int, ...] | None

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of chains and of draws per chain."""
        return self.earlier.shape

    @cached_property
    def _found(self) -> Array:
        numbers = width(self.values.planned, self.line.name)
        x = value(self.line.name, self.earlier, self.earlier_data)
        x = np.broadcast_to(x, (*self.shape, x.shape[2], numbers))
        if (self.before >= 0).all():
            return x[:, :, self.before]
        rng = None if self.key is None else np.random.default_rng(np.random.SeedSequence([*self.key]))
        here = correlated(self.line, self.values, self.data)
        known = correlated(self.line, self.earlier, self.earlier_data)
        return here.given(rng, known, x, self.before)

    def at(self, units: Units) -> Array:
        """Those of some units, (chains, draws, units, components)."""
        return self._found[:, :, units]

    def all(self) -> Array:
        """Those of all units."""
        return self._found

    def window(self, draws: slice) -> Together:
        """The same with some of the draws of every chain."""
        return replace(self, values=self.values.window(draws), earlier=self.earlier.window(draws))
