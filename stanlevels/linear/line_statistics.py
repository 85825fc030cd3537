"""What is kept of a normal outcome about effects of nested levels."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isqrt

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.gaussian.beside import UnitRows
from stanlevels.linear.look_up_sums import LookedUpStatistics

__all__ = ["LineStatistics"]


def _none() -> Array:
    """What an outcome does not keep."""
    return np.zeros(0)


@dataclass(frozen=True, eq=False)
class LineStatistics:
    """What is kept of an outcome.

    Attributes
    ----------
    rows : float
        Sum of frequency weights.
    constant : float
        What the log density holds besides, with a residual standard deviation of 1 and no residual.
    at : ndarray, (p,)
        Coefficients b0.
    root : ndarray, (p, p)
        R, with R'R = X'WX.
    squares : float
        r'Wr.
    information : ndarray, (units, c (c + 1) / 2)
        The upper triangle of Z'WZ of every unit of the finest level, row by row.
    score : ndarray, (units, c)
        Z'Wr.
    cross : ndarray, (c, units, p)
        Z'WX.
    first : ndarray, (units + 1,)
        With cells: the 0-based place of the first cell of every unit of the finest level, and the end.
    mean, n : ndarray, (cells,)
        Mean of y and sum of weights of every cell; `squares` are then those about the means.
    multiples : ndarray, (cells, c)
        What effects are multiplied by.
    messages : ndarray, ((1 + p) units above, c distinct)
        Where units that agree in their information are one (in `information`, `score` and `cross` too): sums
        of scores, and then of each column of X, by the unit of the next level and the information.
    beside : UnitRows, optional
        Where coefficients are integrated out besides: their columns, those of what is sampled (X), and r.
    common_at : ndarray, (k,)
        Least-squares values of these coefficients, where X has its own.
    common_shift : ndarray, (k, p)
        What is taken off them for every 1 that coefficients of X lie off theirs. The columns of X in `beside`
        are less what those of numbers without units explain of them: nothing where these are alike.
    look_ups : tuple of LookedUpStatistics
        Of what is sampled by unit; r is then what it leaves at values near its least-squares fit.
    """

    rows: float
    constant: float
    squares: float
    information: Array
    at: Array = field(default_factory=_none)
    root: Array = field(default_factory=_none)
    score: Array = field(default_factory=_none)
    cross: Array = field(default_factory=_none)
    first: Codes = field(default_factory=_none)
    mean: Array = field(default_factory=_none)
    n: Array = field(default_factory=_none)
    multiples: Array = field(default_factory=_none)
    messages: Array = field(default_factory=_none)
    beside: UnitRows | None = None
    common_at: Array = field(default_factory=_none)
    common_shift: Array = field(default_factory=_none)
    look_ups: tuple[LookedUpStatistics, ...] = ()

    @property
    def columns(self) -> int:
        """The number c of columns of effects."""
        return (isqrt(8 * self.information.shape[1] + 1) - 1) // 2
