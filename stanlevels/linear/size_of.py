"""What is said of the size of a quantity; an intercept and what stands beside it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.gather import Column
from stanlevels.linear.scales import Target

__all__ = ["Intercept", "Reference", "Size", "beside_intercepts", "references_to", "without_intercept"]


@dataclass(frozen=True)
class Reference:
    """A quantity that stands beside an intercept, with the mean of what it is multiplied by.

    `means` has one number, or one per coefficient of a set of covariates.
    """

    name: str
    position: int | None
    means: tuple[float, ...]


@dataclass(frozen=True)
class Intercept:
    """Where a predictor lies when every covariate is at its mean."""

    center: float
    beside: tuple[Reference, ...]


@dataclass(frozen=True)
class Size:
    """The size of a quantity, or of some of its numbers.

    Attributes
    ----------
    position : int or None
        The component that it is about; None for all.
    spread : tuple of float
        One, or one per component.
    words : str
    center : float
        0 for coefficients; of positive quantities their own size.
    intercept : Intercept or None
        Of an intercept.
    """

    position: int | None
    spread: tuple[float, ...]
    words: str
    center: float = 0.0
    intercept: Intercept | None = None


def beside_intercepts(columns: list[Column], among: list[Column]) -> list[Column]:
    """What stands beside some intercepts: of the set that one of them begins, its slopes."""
    mine = {(column.name, column.position) for column in among}
    found = [column for column in columns if (column.name, column.position) not in mine]
    return [c.slopes() if c.intercept and (c.name, 0) in mine else c for c in found]


def references_to(columns: list[Column], by: float, weights: Array | None) -> tuple[Reference, ...]:
    """The means of columns, divided by what the intercept is multiplied by; those by rounding alone are 0."""
    return tuple(
        Reference(
            c.name,
            c.position,
            tuple(mean / by if abs(mean) > 1e-13 * sd else 0.0 for mean, sd in c.moments(weights)),
        )
        for c in columns
    )


def without_intercept(target: Target, constant: list[Column]) -> Target:
    """Where nothing moves the whole predictor, what is there has to reach from 0 to the outcome."""
    if constant or not target.center:
        return target
    spread = float(np.hypot(target.spread, target.center))
    return Target(0.0, spread, target.convention, f"{target.words}, from 0")
