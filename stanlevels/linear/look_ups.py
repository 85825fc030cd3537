"""What rows of an outcome look up of quantities that are sampled by unit, where they do no more with it.

``y = offset + X b + sum_t x_t u_t[unit_t] + ...`` with u_t sampled for the units of a level and x_t known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.linear.multiples import Columns
from stanlevels.linear.nested import Reading, domains_of
from stanlevels.linear.outcome_rows import tree_of, units_of
from stanlevels.linear.sums import Addend, Factor, Place, Unknown
from stanlevels.plan.factors import LookedUp
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Domain, Linear, Literal, Take, Term, Use

__all__ = ["LookUp", "is_shared", "look_ups", "look_ups_listed"]

Names = tuple[str, ...]


@dataclass(frozen=True)
class _By:
    """Where units are found from the rows, and what is looked up is multiplied by."""

    place: Place
    known: tuple[Factor, ...]
    covariate: tuple[Factor, int] | None = None


@dataclass(frozen=True)
class LookUp:
    """One look-up.

    Attributes
    ----------
    part : LookedUp
    by : _By
    carries : bool
        Whether it may carry where the outcome lies: not where all of it has a distribution about 0, or is
        multiplied by something.
    """

    part: LookedUp
    by: _By
    carries: bool

    def units(self, columns: Columns) -> Codes:
        """The unit that each row looks up."""
        found = columns.units(self.by.place)
        assert found is not None
        return np.asarray(found)

    def multiple(self, columns: Columns, n: int) -> Array:
        """What it is multiplied by in each of n rows."""
        known = columns.multiple(Addend(1.0, self.by.known))[:, 0]
        if self.by.covariate is not None:
            factor, position = self.by.covariate
            known = known * columns.factor(factor)[:, position]
        return np.broadcast_to(known, (n,))


def look_ups(read: Reading, planned: Planned) -> tuple[LookUp, ...] | None:
    """What is sampled by unit in an outcome, by level and multiple; None where there is more to it."""
    found: dict[_By, list[tuple[Term, bool]]] = {}
    for addend in read.beside:
        parts = _parts(addend, planned)
        if parts is None:
            return None
        for by, term, about_0 in parts:
            found.setdefault(by, []).append((term, about_0))
    return tuple(_look_up(by, terms) for by, terms in found.items())


def is_shared(found: tuple[LookUp, ...], read: Reading) -> bool:
    """Whether several quantities may carry where an outcome lies, so that nobody knows which does."""
    carrying = sum(each.carries for each in found)
    numbers = any(
        not addend.known and addend.covariates is None for sums in read.fixed.values() for addend in sums
    )
    return carrying + (numbers and carrying > 0) > 1


def look_ups_listed(
    found: tuple[LookUp, ...], read: Reading, names: Names, planned: Planned, facts: Facts, cells: Domain
) -> int:
    """How many different pairs of units the sums go over: of one look-up with another, and with the effects.

    `cells` are those of equal rows.
    """
    columns, n = Columns(planned, facts), facts.size(read.line.domain)
    one = np.zeros(facts.size(cells), dtype=np.int64)
    one[np.asarray(facts.codes(read.line.domain, cells))] = np.arange(n)
    units = [(each.units(columns)[one], facts.size(each.part.domain)) for each in found]
    tree = tree_of(domains_of(names, planned, facts), facts)
    effects = units_of(read, tree, columns)[one]
    wide = 1 if read.is_plain else planned.components(names)
    with_effects = sum(_pairs(effects, codes, size) for codes, size in units) * wide
    return with_effects + sum(_pairs(a, b, size) for k, (a, _) in enumerate(units) for b, size in units[:k])


def _pairs(a: Codes, b: Codes, size: int) -> int:
    return len(np.unique(a * size + b))


def _look_up(by: _By, terms: list[tuple[Term, bool]]) -> LookUp:
    term = reduce(lambda a, b: Apply("+", (a, b), a.domain), (term for term, _ in terms))
    name = "_".join(by.place.path[-1][1])
    alone = not by.known and by.covariate is None
    return LookUp(LookedUp(name, by.place.home, term), by, alone and not all(about_0 for _, about_0 in terms))


def _parts(addend: Addend, planned: Planned) -> list[tuple[_By, Term, bool]] | None:
    """An addend as look-ups of numbers: of one, or of one for each covariate."""
    unknown = addend.unknown
    if not isinstance(unknown, Unknown) or not unknown.place.path or not unknown.place.home:
        return None
    line, home = planned.lines[unknown.name], unknown.place.home
    use = Use(unknown.name, (), home, line.components)
    if addend.covariates is not None:
        covariates = addend.covariates.term
        if not line.components or unknown.position is not None or not isinstance(covariates, Linear):
            return None
        wide = len(planned.axes[covariates.covariates])
        places: Iterator[int | None] = iter(range(wide))
    elif line.components and unknown.position is None:
        return None
    else:
        places = iter((unknown.position,))
    found = []
    for position in places:
        term: Term = use if position is None else Take(use, position, home)
        if addend.number != 1:
            term = Apply("*", (Literal(addend.number), term), home)
        by = _By(unknown.place, addend.known)
        if addend.covariates is not None:
            assert position is not None
            by = replace(by, covariate=(addend.covariates, position))
        location = line.args.get(line.location)
        found.append((by, term, isinstance(location, Literal) and location.value == 0))
    return found
