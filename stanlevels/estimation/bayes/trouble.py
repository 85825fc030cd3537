"""What a run with a short warm-up is looked at for before it counts: divergences, and chains that disagree.

These are no diagnosis, which every fit has, but reasons to run again in another way: with smaller steps, or
with Stan's own warm-up.
"""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines import RawDraws

__all__ = ["CALM", "USUAL", "disagree", "diverges"]

USUAL, CALM = 0.8, 0.95
"""Target acceptance where a person said nothing, and after divergences."""

_SHARE, _FEWEST = 0.001, 3  # of divergent draws, from which they may hide something
_ENOUGH = 100  # draws per chain from which chains can be said to disagree
_APART = 1.1  # R-hat; with many good ones the largest is about 1.02


def diverges(raw: RawDraws) -> int:
    """How many draws diverged, if those are more than leave no mark on results; else 0."""
    diverging = raw.stats["diverging"]
    n = int(diverging.sum())
    return n if n >= _FEWEST and n > _SHARE * diverging.size else 0


def disagree(raw: RawDraws) -> str:
    """The first variable of which chains have different distributions; empty if there is none."""
    for name, values in raw.variables.items():
        if values.shape[1] >= _ENOUGH and len(values) > 1 and _r_hat(values) > _APART:
            return name
    return ""


def _r_hat(values: Array) -> float:
    """The largest R-hat of (chains, draws, ...) numbers, by the means and variances of chains."""
    draws = values.shape[1]
    within = values.var(axis=1).mean(axis=0)
    between = values.mean(axis=1).var(axis=0, ddof=1)
    moves = np.isfinite(within) & np.isfinite(between) & (within > 0)
    if not moves.any():
        return 1.0
    return float(np.sqrt((between[moves] / within[moves]).max() + (draws - 1) / draws))
