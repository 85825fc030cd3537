"""Sums by unit about what rows look up: with them, no row appears in the squares of residuals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from stanlevels.arrays import Array
from stanlevels.linear.fitted import Design, Fitted
from stanlevels.linear.tables import Table, table_of

__all__ = ["LookedUpStatistics", "looked_up_statistics"]


@dataclass(frozen=True, eq=False)
class LookedUpStatistics:
    """What is kept of a look-up, with D its design, W the frequency weights and r the residuals.

    Attributes
    ----------
    at : ndarray, (units,)
        The values at which residuals are r.
    weight : ndarray, (units,)
        The diagonal of D'WD.
    score : ndarray, (units,)
        D'Wr.
    cross : ndarray, (units, p)
        D'WX.
    before : tuple of Table, (units, units of another)
        D'WE with E the design of each look-up before it.
    effects : tuple of Table, (units of the finest level of effects, units)
        Z'WD for every column of effects.
    """

    at: Array
    weight: Array
    score: Array
    cross: Array
    before: tuple[Table, ...]
    effects: tuple[Table, ...]


def looked_up_statistics(
    near: Fitted, k: int, designs: Sequence[Design], effects: Sequence[Design], weights: Array, X: Array
) -> LookedUpStatistics:
    """The sums about look-up `k`."""
    own = designs[k]
    return LookedUpStatistics(
        at=near.numbers[k],
        weight=own.sums(weights * own.multiple),
        score=own.sums(weights * near.residual),
        cross=own.crossed(weights, X),
        before=tuple(_crossed(own, other, weights) for other in designs[:k]),
        effects=tuple(_crossed(z, own, weights) for z in effects),
    )


def _crossed(rows: Design, columns: Design, weights: Array) -> Table:
    products = weights * rows.multiple * columns.multiple
    return table_of(rows.codes, columns.codes, products, (rows.size, columns.size))
