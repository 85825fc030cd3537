"""Mean, standard deviation and interval of many draws, without sorting them."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.values.pieces import turned

__all__ = ["summarised"]


def summarised(values: Array, level: float) -> dict[str, Array]:
    """The columns estimate, sd, lower and upper of (chains, draws, n) as (n,) each.

    Quantiles are interpolated as in every other table; NaN where a draw is NaN.
    """
    chains, draws, n = values.shape
    total = chains * draws
    empty = np.full(n, np.nan)
    if not total or not n:
        return {"estimate": empty, "sd": empty, "lower": empty, "upper": empty}
    rows = turned(values).reshape(n, total)
    estimate = rows.mean(axis=1)
    ranks = {share: divmod(share * (total - 1), 1) for share in ((1 - level) / 2, (1 + level) / 2)}
    with np.errstate(invalid="ignore"):
        if total > 1:
            square = np.einsum("ij,ij->i", rows, rows) - total * np.square(estimate)
            risky = square < 1e-6 * total * np.square(estimate)  # what is left of large numbers
            sd = np.sqrt(np.maximum(square, 0.0) / (total - 1))
            if risky.any():
                sd[risky] = rows[risky].std(axis=1, ddof=1)
        else:
            sd = empty
    places = sorted({int(at) + more for at, _ in ranks.values() for more in (0, 1) if int(at) + more < total})
    rows.partition(places, axis=1)
    bad = np.isnan(estimate)
    found = {"estimate": estimate, "sd": sd}
    for column, (at, part) in zip(("lower", "upper"), ranks.values(), strict=True):
        low, high = rows[:, int(at)], rows[:, min(int(at) + 1, total - 1)]
        with np.errstate(invalid="ignore"):
            between = np.where(low == high, low, low + part * (high - low))
        found[column] = np.where(bad, np.nan, between)
    return found
