"""Gamma variables, as logs, that do not depend on the pieces in which they are asked for.

Each takes its numbers from its own place in streams of standard normal ones (`values.standard`): one proposal
of Marsaglia and Tsang's (2000) and what accepts it; where it is rejected, one draw more by the inverse of the
distribution function, independent of both. Either way the draw is exact.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.special import special

__all__ = ["Normals", "log_gammas"]

_STREAMS = 4  # proposals, what accepts them, draws by the inverse, and what makes small shapes of larger ones


class Normals(Protocol):
    """Where standard normal numbers come from; see `stanlevels.values.standard.Standard`."""

    def at(self, quantity: int, width: int, units: Codes, chains: int, draws: range) -> Array:
        """The numbers of some units (ascending) and draws of a quantity, (units, width, chains, draws)."""
        ...


def log_gammas(shape: Array, normals: Normals, quantity: int, units: Codes, draws: range) -> Array:
    """Logs of gamma variables of rate 1.

    Parameters
    ----------
    shape : ndarray, (units, chains, draws)
        Of any size: those near 0 have logs that no number itself could hold.
    normals : Normals
    quantity : int
        Tells apart what is drawn for one group.
    units : ndarray of int
        Ascending.
    draws : range
        Of every chain.
    """

    def stream(which: int) -> Array:
        return normals.at(quantity * _STREAMS + which, 1, units, shape.shape[1], draws)[:, 0]

    small = shape < 1
    larger = np.where(small, shape + 1, shape)
    d = larger - 1 / 3
    x = stream(0)
    with np.errstate(all="ignore"):
        root = 1 + x / np.sqrt(9 * d)
        log_v = 3 * np.log(root)
        log_ratio = np.square(x) / 2 + d - d * root**3 + d * log_v
        taken = (root > 0) & (special.log_ndtr(stream(1)) < log_ratio)
        found = np.where(taken, np.log(d) + log_v, 0.0)
    if not taken.all():
        again = ~taken
        found[again] = np.log(special.gammaincinv(larger[again], special.ndtr(stream(2)[again])))
    if small.any():
        found[small] += special.log_ndtr(stream(3)[small]) / shape[small]
    return found
