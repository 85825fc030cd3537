"""Some of many rows, from which variances can be told nearly as well."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.parts import Part

__all__ = ["MANY", "thinned"]

MANY = 30_000  # rows, from which on a part of them is looked at
_CROWD = 10  # parts, from which on fewer rows are looked at
_EACH = 3  # rows for each unit, at the least
_UNITS = 60  # of a level that should be seen with many of their rows


def thinned(parts: Sequence[Part], n: int) -> Array:
    """Rows to look at: for each level some of its units, with all of their rows where these are not many.

    The choice rests on fixed random numbers and never on outcomes, so that no variance is biased by it. How
    much is known of a unit decides its form, and whole units keep that.

    Returns
    -------
    ndarray of int
        Positions of rows, in order; all of them where they are few.
    """
    many = _wanted(parts)
    if n <= many:
        return np.arange(n)
    rng = np.random.default_rng(1)
    at_random = rng.random(n)
    levels = {part.domain: part for part in parts if part.codes is not None}
    share = many / max(len(levels), 1)
    chosen = np.zeros(n, dtype=bool)
    for k, domain in enumerate(sorted(levels)):
        part = levels[domain]
        assert part.codes is not None
        units = int(np.clip(round(share * part.units / n), min(_UNITS, part.units), part.units))
        keep = np.zeros(part.units, dtype=bool)
        keep[rng.permutation(part.units)[:units]] = True
        mine = keep[part.codes]
        found = int(np.count_nonzero(mine))
        here = np.mod(at_random + k / len(levels), 1.0)  # other rows than those of other levels
        chosen |= mine & (here < share / found) if found > share else mine
    if not levels or not chosen.any():
        chosen = at_random < many / n
    return np.flatnonzero(chosen)


def _wanted(parts: Sequence[Part]) -> float:
    """Rows to look at: the more parts, the more each costs."""
    units = sum(part.units for part in parts)
    return float(min(MANY, max(MANY * _CROWD / max(len(parts), 1), _EACH * units)))
