"""What cells keep of outcomes of which some are zeros, or are known in part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.kept import Argument, Grouped, Kept, Statistic
from stanlevels.graph import Ref

__all__ = ["right_censored", "with_zeros"]


def right_censored(of: Kept | None) -> Kept | None:
    """Of times some of which are only known to be more: these add to the sum alone."""
    if of is None or not of.of_times:
        return None
    ends = Statistic("n", "rows that are not censored", lambda rows: rows.total(~_more(rows)))
    return replace(of, statistics=(of.statistics[0], ends), points=None, censored=True, cost=1.0)


def _more(rows: Grouped) -> Array:
    return np.zeros(len(rows.y), dtype=bool) if rows.more is None else rows.more


def with_zeros(of: Kept | None, zero: str, *, by_logit: bool) -> Kept | None:
    """Of positive numbers of which some are 0: zeros, and what is kept of the others."""
    if of is None:
        return None
    zeros = Statistic("zeros", "zeros", lambda rows: rows.total(rows.y == 0))
    every = Statistic("all", "all rows", lambda rows: rows.n)
    stan = "binomial_logit_cells" if by_logit else "binomial_cells"
    chance = Kept(stan, (zeros, every), (Argument(Ref(zero)),))
    own = tuple(replace(s, words="rows above 0") if s.name == "n" else s for s in of.statistics)
    return replace(of, statistics=own, among=lambda y: y > 0, beside=chance, points=None, cost=1.0)
