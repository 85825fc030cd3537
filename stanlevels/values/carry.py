"""Values of an earlier fit on new data: units and components by their labels, the rest from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from math import prod

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.values.matching import Matching
from stanlevels.values.store import Values, width

__all__ = ["Fresh", "carried", "matched_components"]

Fresh = Callable[[Line, Values, Array], Array]
"""A line, the values of all before it, and what is known of its own: values (1, draws, units, components)."""


def carried(
    earlier: Values, matching: Matching, planned: Planned, names: Iterable[str], fresh: Fresh
) -> Values:
    """Values of quantities that have a distribution and no data, on new data.

    Parameters
    ----------
    earlier : Values
        Of the same quantities on other data, (chains, draws, units, components).
    matching : Matching
        Those data, and the new ones.
    planned : Planned
        The model on the new data.
    names : iterable of str
        Of the quantities.
    fresh : callable
        Values for what was not there: it is asked, in the order of dependence, for every quantity of which
        a unit or a component is new, and is given what is known of it, NaN elsewhere.

    Returns
    -------
    Values
        One chain, of all draws.
    """
    wanted = frozenset(names)
    values, draws = Values(planned, {}), int(np.prod(earlier.shape))
    for name, line in planned.latent.items():
        if name not in wanted:
            continue
        units, components = matching.new.size(line.domain), width(planned, name)
        known = np.full((1, draws, units, components), np.nan)
        if name in earlier.arrays:
            before = earlier.arrays[name]
            before = np.broadcast_to(before, (*earlier.shape, *before.shape[2:])).reshape(
                draws, *before.shape[2:]
            )
            own = matched_components(line, earlier.planned, planned, matching)
            at = matching.units(line.domain)
            told, kept = np.flatnonzero(at >= 0), np.flatnonzero(own >= 0)
            known[0][:, told[:, None], kept] = before[:, at[told][:, None], own[kept]]
        if line.is_correlation:
            known = _beside(known, units)
        if np.isnan(known).any():
            given = fresh(line, values, known)
            known = np.where(np.isnan(known), np.broadcast_to(given, known.shape), known)
        values = values.storing({name: known})
    return values


def matched_components(line: Line, old: Planned, new: Planned, matching: Matching) -> Codes:
    """The earlier component of every component of a quantity; -1 where it was not there.

    Probabilities that sum to 1 and cutpoints in order go together: all of them, or none.
    """
    found = [matching.components(old.axes[a], new.axes[a], a) for a in line.components]
    sizes = [len(old.axes[a]) for a in line.components]
    if line.is_correlation:
        found, sizes = found * 2, sizes * 2
    places = np.array([_place(at, sizes) for at in product(*(each.tolist() for each in found))])
    every = list(range(prod(sizes)))
    lost = line.family.is_simplex and sorted(places.tolist()) != every
    if lost or (line.variable.ordered and places.tolist() != every):
        return np.full(len(places), -1)
    return places


def _place(at: tuple[int, ...], sizes: list[int]) -> int:
    place = 0
    for own, size in zip(at, sizes, strict=True):
        if own < 0:
            return -1
        place = place * size + own
    return place


def _beside(known: Array, units: int) -> Array:
    """Correlation matrices in which components that were not there are correlated with nothing."""
    size = round(np.sqrt(known.shape[-1]))
    square = known.reshape(*known.shape[:-1], size, size)
    if np.isnan(square).all():
        return known
    return np.where(np.isnan(square), np.eye(size), square).reshape(known.shape)
