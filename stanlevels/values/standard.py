"""Standard normal numbers that do not depend on the pieces in which they are asked for.

They come in blocks of some units and some draws of one chain, each from a stream of its own. So a piece of
units, or of draws, has the numbers that it has in the whole, and is made without it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.values.pieces import for_each

__all__ = ["DRAWS", "UNITS", "Standard"]

UNITS, DRAWS = 64, 64  # of a block


@dataclass(frozen=True)
class Standard:
    """Independent standard normal numbers for the quantities of one group.

    Attributes
    ----------
    key : tuple of int
        Which streams: the seed, the place of the group.
    """

    key: tuple[int, ...]

    def at(self, quantity: int, width: int, units: Codes, chains: int, draws: range) -> Array:
        """The numbers of some units (ascending) and draws of a quantity, (units, width, chains, draws)."""
        found = np.empty((len(units), width, chains, len(draws)))
        if not found.size:
            return found
        blocks = units // UNITS
        starts = np.flatnonzero(np.diff(blocks, prepend=-1))
        ends = np.append(starts[1:], len(units))
        wanted = np.asarray(draws)

        def fill(piece: slice) -> None:
            for first, last in zip(starts[piece], ends[piece], strict=True):
                for chain in range(chains):
                    key = (*self.key, quantity, chain)
                    _fill(found[first:last, :, chain], key, units[first:last], wanted)

        step = max(16, len(starts) // 8)
        for_each([slice(i, i + step) for i in range(0, len(starts), step)], fill)
        return found


def _fill(found: Array, key: tuple[int, ...], units: Codes, draws: Codes) -> None:
    """The numbers of one block of units and one chain, (units, width, draws)."""
    inside, within = units % UNITS, draws // DRAWS
    for window in range(int(within[0]), int(within[-1]) + 1):
        here = np.flatnonzero(within == window)
        if not len(here):
            continue
        stream = np.random.SeedSequence([*key, window, int(units[0]) // UNITS])
        numbers = np.random.Generator(np.random.SFC64(stream)).standard_normal(
            (int(inside[-1]) + 1, found.shape[1], DRAWS)
        )
        own = numbers if len(inside) == len(numbers) else numbers[inside]
        if len(here) == DRAWS:
            found[:, :, here[0] : here[0] + DRAWS] = own
        else:
            found[:, :, here] = own[:, :, draws[here] % DRAWS]
