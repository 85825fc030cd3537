"""Draws that are too many to store, made again each time they are asked for."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.values.nested import Nested
from stanlevels.values.store import Units

__all__ = ["Redrawn"]


@dataclass(frozen=True, eq=False)
class Redrawn:
    """Draws of one quantity, made again each time they are asked for.

    Attributes
    ----------
    nested : Nested
    quantity : int
        Its place in the group.
    draws : range
        Which draws of every chain.
    """

    nested: Nested
    quantity: int
    draws: range

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of chains and of draws per chain."""
        return self.nested.values.shape[0], len(self.draws)

    def at(self, units: Units) -> Array:
        """Draws of some units, (chains, draws, units, components)."""
        wanted = np.arange(self.nested.group.blocks[self.quantity].units)[units]
        if len(wanted) < 2 or np.all(np.diff(wanted) > 0):
            return self.nested.at(self.quantity, wanted, self.draws)
        ascending, places = np.unique(wanted, return_inverse=True)
        return self.nested.at(self.quantity, ascending, self.draws)[:, :, places]

    def window(self, draws: slice) -> Redrawn:
        """The same with some of the draws of every chain."""
        return replace(self, draws=self.draws[draws])
