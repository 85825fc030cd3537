"""Which effects meet in rows: those whose curvature has an entry.

Effects of one level are independent given all others, so that each leans on the few with which it shares
rows. The level with most units leans on all others, since its units share rows with the fewest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.estimation.bayes.unconstrained import places_of
from stanlevels.plan.factors import Factor
from stanlevels.plan.terms import Domain, uses
from stanlevels.program.along import is_turned

__all__ = ["Meeting", "colours", "meeting_of"]

_MANY = 64
"""Other effects with which a unit may meet: where there are more, each of them says little about it."""


@dataclass(frozen=True, eq=False)
class Meeting:
    """Effects of one level, and the effects of other levels with which each shares rows.

    Attributes
    ----------
    block : array of int (units,)
        Coordinates of the effects of the level.
    place, other : array of int (pairs,)
        Coordinates of an effect of the level and of one that it meets.
    """

    block: Codes
    place: Codes
    other: Codes


def meeting_of(posterior: Posterior) -> Meeting | None:
    """The effects of the level with most units, and those that they meet; None where they meet none.

    Parameters
    ----------
    posterior : Posterior
    """
    firsts = _firsts(posterior)
    pairs: dict[str, list[Codes]] = {}
    largest = max(firsts, key=lambda name: len(firsts[name]), default=None)
    if largest is None:
        return None
    for factor in posterior.planned.factors:
        if not posterior.planned.lines[factor.source].is_observed:
            continue
        units: dict[str, list[Codes]] = {}
        for name, codes in _looked_up(posterior, factor):
            if name in firsts:
                units.setdefault(name, []).append(codes)
        for own in units.pop(largest, []):
            for name, theirs in units.items():
                size = len(firsts[name])
                pairs.setdefault(name, []).extend(np.unique(own * size + codes) for codes in theirs)
    block, place, other = firsts[largest], [np.zeros(0, dtype=int)], [np.zeros(0, dtype=int)]
    for name, met in pairs.items():
        mine, others = np.divmod(np.unique(np.concatenate(met)), len(firsts[name]))
        place.append(block[mine])
        other.append(firsts[name][others])
    return _with_few(block, np.concatenate(place), np.concatenate(other))


def _firsts(posterior: Posterior) -> Mapping[str, Codes]:
    """The coordinates of the effects, by quantity: numbers without bounds, one for each unit."""
    found, first = {}, 0
    for parameter, (name, units) in zip(posterior.program.parameters, places_of(posterior), strict=True):
        domain = posterior.planned.lines[name].domain
        if domain and is_turned(parameter) and len(units) == posterior.data.size(domain):
            found[name] = first + np.argsort(units, kind="stable")
        first += len(units)
    return found


def _with_few(block: Codes, place: Codes, other: Codes) -> Meeting | None:
    kept = (np.bincount(place) <= _MANY)[place] if len(place) else np.zeros(0, dtype=bool)
    return Meeting(block, place[kept], other[kept]) if kept.any() else None


def _looked_up(posterior: Posterior, factor: Factor) -> Iterator[tuple[str, Codes]]:
    """Every quantity over units on which rows depend, with the unit of each row."""
    planned, data = posterior.planned, posterior.data
    rows = planned.lines[factor.source].domain
    seen: set[tuple[str, Domain, int]] = set()
    pending: list[tuple[str, Codes | None]] = [(factor.source, None)]
    while pending:
        name, units = pending.pop()
        domain = planned.lines[name].domain
        for term in planned.terms(name).values():
            for use in uses(term):
                target = planned.lines[use.name].domain
                if not target or (use.name, use.road, id(units)) in seen:
                    continue
                seen.add((use.name, use.road, id(units)))
                if target == rows:  # evaluated where the factor is
                    pending.append((use.name, None))
                    continue
                here = factor.domain if units is None else domain
                codes = data.codes(here, use.road or target)
                there = codes if units is None else codes[units]
                yield use.name, there
                pending.append((use.name, there))


def colours(place: Codes, other: Codes) -> Codes:
    """Groups of others, numbered from 0, no two of one group meeting with the same effect.

    A product of the curvature with a move of one whole group then tells the entries of each of them (Curtis,
    Powell and Reid 1974).

    Parameters
    ----------
    place, other : array of int (pairs,)

    Examples
    --------
    >>> colours(np.array([0, 0, 1, 1]), np.array([7, 8, 8, 9])).tolist()
    [1, 0, 0, 1]
    """
    order = np.argsort(other, kind="stable")
    starts = np.flatnonzero(np.diff(other[order], prepend=-1))
    groups = np.split(place[order], starts[1:])
    taken: dict[int, int] = {}  # the groups that each effect meets, one bit each
    found = np.empty(len(other), dtype=int)
    for k in np.argsort([-len(group) for group in groups], kind="stable"):
        mine = groups[k].tolist()
        used = 0
        for each in mine:
            used |= taken.get(each, 0)
        bit = ~used & (used + 1)  # the lowest that is free
        for each in mine:
            taken[each] = taken.get(each, 0) | bit
        found[order[starts[k] : starts[k] + len(mine)]] = bit.bit_length() - 1
    return found
