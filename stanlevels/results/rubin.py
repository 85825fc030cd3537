"""The rules of Rubin (1987): estimates of several completed data sets as one, with its standard error."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array

__all__ = ["rubin"]

_MANY = 1e6


def rubin(estimates: Array, errors: Array, freedom: Array, level: float) -> dict[str, Array]:
    """Rubin's rules.

    Parameters
    ----------
    estimates, errors : ndarray, (data sets, numbers)
        With their standard errors.
    freedom : ndarray, (numbers,)
        Degrees of freedom of the estimates were nothing missing; infinite where they are many.
    level : float
        Coverage of the intervals.

    Returns
    -------
    dict of str to ndarray, (numbers,)
        estimate, sd, lower, upper, df (infinite from a million on: the t distribution is then normal to six
        digits) and lost.

    Examples
    --------
    >>> found = rubin(np.array([[1.0], [3.0]]), np.ones((2, 1)), np.array([np.inf]), 0.95)
    >>> found["estimate"], found["sd"]
    (array([2.]), array([2.]))
    """
    from scipy import stats

    m = len(estimates)
    estimate, within = estimates.mean(axis=0), np.square(errors).mean(axis=0)
    between = (1 + 1 / m) * estimates.var(axis=0, ddof=1)
    total = within + between
    with np.errstate(divide="ignore", invalid="ignore"):
        share = between / total
        old = (m - 1) / np.square(share)
        seen = np.where(np.isinf(freedom), np.inf, (freedom + 1) / (freedom + 3) * freedom * (1 - share))
        df = 1 / (1 / old + 1 / seen)
        df = np.where(df >= _MANY, np.inf, df)
        ratio = between / within
        lost = (ratio + 2 / (df + 3)) / (1 + ratio)
    sd = np.sqrt(total)
    wide = np.where(np.isinf(df), stats.norm.ppf(0.5 + level / 2), stats.t.ppf(0.5 + level / 2, df)) * sd
    return {
        "estimate": estimate,
        "sd": sd,
        "lower": estimate - wide,
        "upper": estimate + wide,
        "df": df,
        "lost": lost,
    }
