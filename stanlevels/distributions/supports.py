"""Supports: which values a quantity or an argument may take."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Any

import numpy as np

from stanlevels.arrays import Array


@dataclass(frozen=True)
class Support:
    """A set of values, in words and in numbers.

    Parameters
    ----------
    words : str
        How messages call it.
    lower, upper : float
        Bounds; infinite where there is none.
    open_lower, open_upper : bool
        Whether the bound itself is left out.
    integer : bool
        Only whole numbers.
    shape : str
        "scalar", "vector", "simplex", "counts" (whole numbers of several kinds) or "cholesky".
    ordered : bool
        The entries of a vector increase.
    """

    words: str
    lower: float = -inf
    upper: float = inf
    open_lower: bool = False
    open_upper: bool = False
    integer: bool = False
    shape: str = "scalar"
    ordered: bool = False

    @property
    def several(self) -> bool:
        """Whether a value is several numbers, which outcomes have in a column each."""
        return self.shape in ("vector", "simplex", "counts")

    @property
    def constrained(self) -> bool:
        """Whether a scalar of this support has a bound."""
        return self.lower > -inf or self.upper < inf

    def contains_all_of(self, other: Support) -> bool:
        """Whether every value of `other` lies in this support."""
        low = other.lower > self.lower or (
            other.lower == self.lower and (not self.open_lower or other.open_lower)
        )
        high = other.upper < self.upper or (
            other.upper == self.upper and (not self.open_upper or other.open_upper)
        )
        return low and high and (other.integer or not self.integer)

    def inside(self, values: Any) -> Array:
        """Which values lie in it, entry by entry; of a simplex, along the last axis."""
        values = np.asarray(values)
        with np.errstate(invalid="ignore"):
            found = (values > self.lower) if self.open_lower else (values >= self.lower)
            found = found & ((values < self.upper) if self.open_upper else (values <= self.upper))
            if self.integer:
                found = found & (values == np.floor(values))
            if self.shape == "counts":
                found = found.all(axis=-1)
            if self.shape == "simplex":
                found = found.all(axis=-1) & (np.abs(values.sum(axis=-1) - 1) <= 1e-8)
        return np.asarray(found)


REAL = Support("any real number")
POSITIVE = Support("a positive number", lower=0, open_lower=True)
NONNEGATIVE = Support("a number of at least 0", lower=0)
ABOVE_MINUS_ONE = Support("a number above -1", lower=-1, open_lower=True)
UNIT = Support("a number between 0 and 1", lower=0, upper=1)
OPEN_UNIT = Support("a number strictly between 0 and 1", lower=0, upper=1, open_lower=True, open_upper=True)
BINARY = Support("0 or 1", lower=0, upper=1, integer=True)
COUNT = Support("a whole number of at least 0", lower=0, integer=True)
COUNTS = Support("whole numbers of at least 0", lower=0, integer=True, shape="counts")
WHOLE = Support("a whole number", integer=True)
POSITIVE_COUNT = Support("a whole number of at least 1", lower=1, integer=True)
VECTOR = Support("a vector", shape="vector")
ORDERED_VECTOR = Support("an increasing vector of cutpoints", shape="vector", ordered=True)
CUTPOINTS = Support("a vector of cutpoints", shape="vector")
POSITIVE_VECTOR = Support("a vector of positive numbers", lower=0, open_lower=True, shape="vector")
SIMPLEX = Support("a simplex: numbers from 0 to 1 that sum to 1", lower=0, upper=1, shape="simplex")
CHOLESKY = Support("a correlation matrix, held as its Cholesky factor", shape="cholesky")
