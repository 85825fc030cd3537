"""What stands beside an effect in a predictor and is the same in all rows of each of its units."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import DataError
from stanlevels.linear.locations import location_of
from stanlevels.linear.multiples import Columns
from stanlevels.linear.sums import Addend, Factor, Place, Reader, Sum, Unknown, never
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Domain, Known, Linear, Literal, Setting, Take, Term, Use, Vector

__all__ = ["Beside", "Predictor", "predictors"]


@dataclass(frozen=True)
class Beside:
    """An addend that could be counted to an effect.

    Attributes
    ----------
    called : str
        The quantity (or component) in it, by which a plan refers to it.
    domain : Domain
        The units of that quantity.
    addend : Addend
    """

    called: str
    domain: Domain
    addend: Addend

    @property
    def is_number(self) -> bool:
        """Whether it is one unknown number for all rows."""
        return not self.domain and not self.addend.known and self.addend.covariates is None


@dataclass(frozen=True, eq=False)
class Predictor:
    """The location of a line: effects that stand in it by themselves, and what stands beside them.

    Attributes
    ----------
    line : Line
    effects : mapping of str to Place
    beside : tuple of Beside
    """

    line: Line
    effects: dict[str, Place]
    beside: tuple[Beside, ...]

    def at(self, effect: str, beside: Beside, columns: Columns) -> Term | None:
        """An addend as a term at the units of an effect; None where it varies within them."""
        home = columns.planned.lines[effect].domain
        codes = columns.units(self.effects[effect])
        addend = beside.addend
        unknown = addend.unknown
        assert isinstance(unknown, Unknown)
        if codes is None or beside.called == effect:
            return None
        if not _is_same(columns.multiple(addend), codes) or not self._is_over(unknown, home, columns):
            return None
        leaf = _leaf(unknown, home, columns.planned)
        if addend.covariates is not None:
            linear = _covariates(addend, home, codes, columns)
            if linear is None or not isinstance(leaf, Use):
                return None
            leaf = Linear(leaf, linear, home)
        terms = [_at(factor, home, columns.facts) for factor in addend.known]
        product: Term = leaf
        for term in terms:
            if term is None:
                return None
            product = Apply("*", (product, term), home)
        if addend.number == 1:
            return product
        return Apply("*", (Literal(addend.number), product), product.domain)

    def _is_over(self, unknown: Unknown, home: Domain, columns: Columns) -> bool:
        """Whether a quantity has one unit for each unit of a domain, found as the predictor finds it."""
        there = unknown.place.home
        if not there:
            return True
        straight = len(unknown.place.path) == 1 and unknown.place.path[0][1] == there
        return straight and there != home and columns.facts.determines(home, there)


def predictors(planned: Planned, facts: Facts, columns: Columns) -> list[Predictor]:
    """Every linear location of a line with units, in which effects stand by themselves."""
    reader = Reader(planned, members=never)
    found = []
    for line in planned.lines.values():
        location = location_of(line, reader) if line.is_variable and line.domain else None
        if location is None or location.place != Place(line.domain):
            continue
        if isinstance(location.term, Vector) or location.term.components or not facts.size(line.domain):
            continue
        read = reader.read(location.term, location.place)
        effects = _effects(read, planned)
        if effects:
            found.append(Predictor(line, effects, _beside(read)))
    return found


def _effects(read: Sum, planned: Planned) -> dict[str, Place]:
    """Random variables that stand in a sum once, by themselves."""
    all_places: dict[str, list[tuple[Place, bool]]] = {}
    for addend in read:
        unknown = addend.unknown
        if isinstance(unknown, Unknown):
            plain = addend.number == 1 and not addend.known and addend.covariates is None
            single = plain and unknown.position is None and bool(unknown.place.home)
            all_places.setdefault(unknown.name, []).append((unknown.place, single))
    return {
        name: places[0][0]
        for name, places in all_places.items()
        if len(places) == 1 and places[0][1] and planned.lines[name].has_forms
    }


def _beside(read: Sum) -> tuple[Beside, ...]:
    found = []
    for addend in read:
        unknown = addend.unknown
        if isinstance(unknown, Unknown):
            called = unknown.name if unknown.position is None else f"{unknown.name}[{unknown.position}]"
            found.append(Beside(called, unknown.place.home, addend))
    return tuple(found)


def _is_same(values: Array, codes: Array) -> bool:
    """Whether values (rows or 1, ...) are the same in all rows of each unit."""
    if len(values) == 1:
        return True
    first = np.zeros(int(codes.max(initial=-1)) + 1, dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return bool(np.array_equal(values, values[first[codes]]))


def _leaf(unknown: Unknown, home: Domain, planned: Planned) -> Term:
    """The unknown quantity, looked up from an effect's units."""
    line = planned.lines[unknown.name]
    road = line.domain
    use = Use(unknown.name, road, home if road else (), line.components)
    return use if unknown.position is None else Take(use, unknown.position, use.domain)


def _covariates(addend: Addend, home: Domain, codes: Array, columns: Columns) -> str | None:
    """A set of covariates that are the same in all rows of each unit."""
    assert addend.covariates is not None
    term = addend.covariates.term
    if not isinstance(term, Linear) or addend.covariates.place.path:
        return None
    try:
        columns.facts.matrix(home, term.covariates)
    except DataError:
        return None
    return term.covariates if _is_same(columns.factor(addend.covariates), codes) else None


def _at(factor: Factor, home: Domain, facts: Facts) -> Term | None:
    """A known factor at the units of an effect, None where it cannot be written there."""
    return None if factor.place.path else _moved(factor.term, home, facts)


def _moved(term: Term, home: Domain, facts: Facts) -> Term | None:
    match term:
        case Literal() | Setting():
            return term
        case Known(column=column):
            try:
                facts.column(home, column)
            except DataError:
                return None
            return replace(term, domain=home)
        case Apply(args=args):
            inner = [_moved(arg, home, facts) for arg in args]
            moved = tuple(arg for arg in inner if arg is not None)
            return replace(term, args=moved, domain=home) if len(moved) == len(args) else None
    return None
