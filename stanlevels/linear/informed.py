"""How much the data of each unit say about its effect."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.linear.parts import Part
from stanlevels.plan.terms import Domain

__all__ = ["informations", "variance"]


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows with precisions, what the components are multiplied by (rows, q), and their units."""

    weight: Array
    multiples: Array
    codes: Array


def informations(
    mine: Sequence[Part],
    others: Sequence[Part],
    weight: Array,
    variances: Mapping[Hashable, float],
    determines: Callable[[Domain, Domain], bool],
) -> Array:
    """The information I of every unit about every component (units, q) of one random variable.

    It is the information about one component with the other components unknown, and with the effects of finer
    levels (a class's within its school) integrated out: they stand between the unit and its rows. What
    crosses it is taken as known.

    Parameters
    ----------
    mine : sequence of Part
        Its components.
    others : sequence of Part
    weight : ndarray, (n,)
        Precisions of the rows.
    variances : mapping of hashable to float
        By root.
    determines : callable
        Whether the units of one domain have one of another each.
    """
    first = mine[0]
    together = first.codes is not None and all(
        part.codes is not None and np.array_equal(part.codes, first.codes) for part in mine
    )
    if not together:
        return np.column_stack([_alone(part, weight) for part in mine])
    assert first.codes is not None
    rows = _Rows(weight, np.column_stack([part.roads[0].multiple for part in mine]), first.codes)
    below = [part for part in others if part.domain != first.domain and determines(part.domain, first.domain)]
    codes = {part.name: part.codes for part in below}
    for part in sorted(below, key=lambda part: -part.units):
        rows, codes = _without(part, rows, codes, variances)
    return _information(rows, first.units)


def variance(part: Part, variances: Mapping[Hashable, float]) -> Array:
    """The variance of every unit of one component of a random variable."""
    return np.asarray(np.square(part.known) * (1.0 if part.root is None else variances[part.root]))


def _alone(part: Part, weight: Array) -> Array:
    """The information of all rows about each unit, whatever else they hold."""
    pieces = [np.bincount(road.codes, weight * np.square(road.multiple), part.units) for road in part.roads]
    return np.asarray(np.sum(pieces, axis=0))


def _without(
    part: Part, rows: _Rows, codes: dict[str, Array | None], variances: Mapping[Hashable, float]
) -> tuple[_Rows, dict[str, Array | None]]:
    """One row for each unit of a finer part, its effect integrated out; as they are where that cannot be."""
    mine = codes[part.name]
    multiple = part.roads[0].multiple
    if mine is None or len(multiple) == 0 or np.ptp(multiple) > 0 or multiple[0] == 0:
        return rows, codes
    first = np.zeros(part.units, dtype=np.int64)
    first[mine[::-1]] = np.arange(len(mine))[::-1]
    seen = np.flatnonzero(np.bincount(mine, minlength=part.units))
    within = first[mine]
    same = np.array_equal(rows.multiples, rows.multiples[within])
    if not same or not np.array_equal(rows.codes, rows.codes[within]):
        return rows, codes
    precision = np.bincount(mine, rows.weight, part.units)
    precision = precision / (1 + variance(part, variances) * multiple[0] ** 2 * precision)
    at = first[seen]
    kept = {
        name: None if other is None or not np.array_equal(other, other[within]) else other[at]
        for name, other in codes.items()
    }
    return _Rows(precision[seen], rows.multiples[at], rows.codes[at]), kept


def _information(rows: _Rows, units: int) -> Array:
    """Of each unit about each component (units, q), the others unknown; 0 where it cannot be told."""
    q = rows.multiples.shape[1]
    products = np.zeros((units, q, q))
    for a in range(q):
        for b in range(a + 1):
            values = rows.weight * rows.multiples[:, a] * rows.multiples[:, b]
            products[:, a, b] = products[:, b, a] = np.bincount(rows.codes, values, units)
    if q == 1:
        return products[:, :, 0]
    size = np.sqrt(np.maximum(np.diagonal(products, axis1=1, axis2=2), 1e-300))
    scaled = products / (size[:, :, None] * size[:, None, :])
    full = np.linalg.matrix_rank(scaled, hermitian=True) == q
    found = np.zeros((units, q))
    found[full] = np.square(size[full]) / np.diagonal(np.linalg.inv(scaled[full]), axis1=1, axis2=2)
    return found
