"""Gamma variables, as logs, in blocks that do not depend on the pieces in which they are asked for.

A block is some units and some draws of one chain, and has a random stream of its own. It is always drawn as a
whole, so that a unit's numbers are the same whichever others are asked for with it.
"""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.values.standard import DRAWS, UNITS

__all__ = ["blocks_of", "log_gammas", "windows_of"]


def blocks_of(units: Codes, size: int) -> Codes:
    """All units of the blocks that hold some, ascending.

    Examples
    --------
    >>> blocks_of(np.array([130]), 140)[[0, -1]].tolist()
    [128, 139]
    """
    blocks = np.unique(units // UNITS)
    whole = (blocks[:, None] * UNITS + np.arange(UNITS)).ravel()
    return np.asarray(whole[whole < size])


def windows_of(draws: range, size: int) -> range:
    """All draws of the blocks from the first to the last that holds some.

    Examples
    --------
    >>> windows_of(range(70, 90), 100)
    range(64, 100)
    """
    if not len(draws):
        return range(0)
    low, high = min(draws[0], draws[-1]), max(draws[0], draws[-1])
    return range(low // DRAWS * DRAWS, min(size, (high // DRAWS + 1) * DRAWS))


def log_gammas(shape: Array, key: tuple[int, ...], units: Codes, draws: range) -> Array:
    """Logs of gamma variables of rate 1.

    Shapes near 0 are drawn as those of 1 more, times a power of a uniform variable: their logs are numbers
    where the variables themselves would round to 0.

    Parameters
    ----------
    shape : ndarray, (units, chains, draws)
    key : tuple of int
        Tells apart what is drawn.
    units : ndarray of int
        Of whole blocks, ascending: see `blocks_of`.
    draws : range
        Of whole blocks: see `windows_of`.
    """
    found = np.empty(shape.shape)
    numbers = units // UNITS
    starts = np.flatnonzero(np.diff(numbers, prepend=-1))
    ends = np.append(starts[1:], len(units))
    for first, last in zip(starts, ends, strict=True):
        for chain in range(shape.shape[1]):
            for at in range(0, len(draws), DRAWS):
                stream = np.random.SeedSequence([*key, chain, (draws[0] + at) // DRAWS, int(numbers[first])])
                rng = np.random.Generator(np.random.SFC64(stream))
                piece = (slice(first, last), chain, slice(at, at + DRAWS))
                found[piece] = _drawn(rng, shape[piece])
    return found


def _drawn(rng: np.random.Generator, shape: Array) -> Array:
    small = shape < 1
    if not small.any():
        return np.log(rng.standard_gamma(shape))
    found = np.log(rng.standard_gamma(np.where(small, shape + 1, shape)))
    return np.where(small, found - rng.standard_exponential(shape.shape) / shape, found)
