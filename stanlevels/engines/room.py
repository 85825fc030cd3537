"""Room for the draws of all chains: one array, in which each chain has its place."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stanlevels.arrays import Array

__all__ = ["Room"]


class Room:
    """One table (chains, rows, columns), filled as chains end, so that draws are in memory once.

    Parameters
    ----------
    chains : sequence of int
        Those that were started, in the order in which they stand in the table.
    """

    def __init__(self, chains: Sequence[int]) -> None:
        self._slots = {chain: slot for slot, chain in enumerate(chains)}
        self._table: Array | None = None
        self._placed: set[int] = set()

    def place(self, chain: int, shape: tuple[int, ...]) -> Array:
        """Where the draws (rows, columns) of a chain go; chains of another shape get a place elsewhere."""
        if self._table is None:
            self._table = np.empty((len(self._slots), *shape))  # costs memory only where it is written to
        if self._table.shape[1:] != shape:
            return np.empty(shape)
        self._placed.add(chain)
        own: Array = self._table[self._slots[chain]]
        return own

    def tables(self, chains: Sequence[int]) -> Array | None:
        """The draws of some chains (chains, rows, columns): a view unless a chain between them is missing.

        None where one of them has its place elsewhere.
        """
        if self._table is None or not self._placed.issuperset(chains):
            return None
        slots = [self._slots[chain] for chain in chains]
        together = slots == list(range(slots[0], slots[-1] + 1))
        return self._table[slots[0] : slots[-1] + 1] if together else self._table[slots]
