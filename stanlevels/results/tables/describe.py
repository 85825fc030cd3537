"""What the draws of many quantities say, in numbers: estimate, sd, interval, and how well chains mixed."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.results.checks.mixing import Mixing, mixing
from stanlevels.values.pieces import chunks

__all__ = ["COLUMNS", "check_level", "describe"]

COLUMNS = ("estimate", "sd", "lower", "upper")
"""What every table of results begins with, for every method of estimation."""


def check_level(level: float) -> None:
    """Raise FitError where `level` is not a probability such as 0.95."""
    if not 0 < level < 1:
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
    chains, draws, n = values.shape
    table = {column: np.full(n, np.nan) for column in COLUMNS}
    tails = [(1 - level) / 2, (1 + level) / 2]
    for piece in chunks(n if chains * draws else 0, chains * draws):
        part = values[:, :, piece].reshape(chains * draws, -1)
        with np.errstate(invalid="ignore"):
            table["estimate"][piece] = part.mean(axis=0)
            if len(part) > 1:
                table["sd"][piece] = part.std(axis=0, ddof=1)
            table["lower"][piece], table["upper"][piece] = np.quantile(part, tails, axis=0)
    return table | (mixed or mixing(values))._asdict()
