"""Mean, standard deviation and interval of many draws, each read once where it lies."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.results.tables.describe import quantile
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
    rows = np.moveaxis(values, 2, 0)
    rows = (rows if rows.flags.c_contiguous else turned(values)).reshape(n, total)
    estimate, sd = rows.mean(axis=1), empty
    with np.errstate(invalid="ignore"):
        if total > 1:
            square = np.einsum("ij,ij->i", rows, rows) - total * np.square(estimate)
            sd = np.sqrt(np.maximum(square, 0.0) / (total - 1))
            risky = square < _RISKY * total * np.square(estimate)
            if risky.any():
                sd[risky] = rows[risky].std(axis=1, ddof=1)
    rows = np.sort(rows, axis=1)
    found = {"estimate": estimate, "sd": sd}
    for column, share in (("lower", (1 - level) / 2), ("upper", (1 + level) / 2)):
        found[column] = quantile(rows, share)
    return found


_RISKY = 1e-6  # what is left of large numbers has lost as many digits
