"""What the draws of many quantities say, in numbers: estimate, sd, interval, and how well chains mixed."""

from __future__ import annotations

from numbers import Real

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.results.checks.mixing import Mixing, mixing
from stanlevels.values.pieces import chunks, for_each, turned

__all__ = ["COLUMNS", "check_level", "describe", "described", "quantile"]

COLUMNS = ("estimate", "sd", "lower", "upper")
"""What every table of results begins with, for every method of estimation."""

_PIECE = 125_000  # numbers sorted at once


def check_level(level: float) -> None:
    """Raise FitError where `level` is not a probability such as 0.95."""
    if not isinstance(level, Real) or not 0 < level < 1:
        raise FitError(
            f"the level of the intervals is {level!r}",
            expected="a number between 0 and 1",
            way_out="level=0.95 gives intervals that hold 95 % of the draws",
        )


def describe(values: Array, level: float, mixed: Mixing | None = None) -> dict[str, Array]:
    """Columns of a table of results.

    Parameters
    ----------
    values : ndarray, (chains, draws, n)
    level : float
        Share of the draws between `lower` and `upper`, with equal shares below and above.
    mixed : Mixing, optional
        How the n numbers mixed, where that is known already.

    Returns
    -------
    dict of str to ndarray, (n,)
        estimate (the mean), sd, lower, upper, ess_bulk, ess_tail, r_hat.
    """
    return described(values, level) | (mixed or mixing(values))._asdict()


def described(values: Array, level: float) -> dict[str, Array]:
    """The columns estimate, sd, lower and upper alone."""
    chains, draws, n = values.shape
    table = {column: np.full(n, np.nan) for column in COLUMNS}
    if not chains * draws:
        return table

    def fill(piece: slice) -> None:
        rows = turned(values[:, :, piece]).reshape(-1, chains * draws)
        with np.errstate(invalid="ignore"):
            table["estimate"][piece] = rows.mean(axis=1)
            if chains * draws > 1:
                table["sd"][piece] = rows.std(axis=1, ddof=1)
        rows.sort(axis=1)
        for column, share in (("lower", (1 - level) / 2), ("upper", (1 + level) / 2)):
            table[column][piece] = quantile(rows, share)

    for_each(chunks(n, chains * draws, _PIECE), fill)
    return table


def quantile(ascending: Array, share: float) -> Array:
    """A quantile of each row, interpolated between neighbours; NaN where a row holds one."""
    last = ascending.shape[1] - 1
    below, part = divmod(share * last, 1)
    low, high = ascending[:, int(below)], ascending[:, min(int(below) + 1, last)]
    with np.errstate(invalid="ignore"):
        between = np.where(low == high, low, low + part * (high - low))
    return np.where(np.isnan(ascending[:, -1]), np.nan, between)
