"""What a predictor is beside the deviations of effects that are integrated out, as a term at its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce

from stanlevels.errors import DataError
from stanlevels.linear.sums import Addend, Factor, Opaque, Place, Unknown
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Domain, Known, Linear, Literal, Take, Term, Use, Vector

__all__ = ["rest_of"]


class _NotThereError(Exception):
    """What stands in the mean of an effect cannot be written at the rows."""


def rest_of(addends: Iterable[Addend], domain: Domain, planned: Planned, facts: Facts) -> Term | None:
    """A sum as a term at the rows of a line; None where some part of it cannot be written there.

    Means of effects are read at the effects' units: their parts are looked up from the rows.
    """
    here = _Here(domain, planned, facts)
    try:
        found = [here.addend(addend) for addend in addends]
    except _NotThereError:
        return None
    return reduce(lambda a, b: Apply("+", (a, b), a.domain or b.domain), found) if found else Literal(0.0)


class _Here:
    """Writes terms at one domain."""

    def __init__(self, domain: Domain, planned: Planned, facts: Facts) -> None:
        self.domain, self.planned, self.facts = domain, planned, facts

    def addend(self, addend: Addend) -> Term:
        parts = [self._at(factor.term, factor.place) for factor in addend.known]
        if addend.unknown is not None:
            parts.append(self._unknown(addend))
        elif addend.covariates is not None:
            raise _NotThereError
        if addend.number != 1 or not parts:
            parts.insert(0, Literal(addend.number))
        return reduce(lambda a, b: Apply("*", (a, b), a.domain or b.domain), parts)

    def _unknown(self, addend: Addend) -> Term:
        unknown = addend.unknown
        if isinstance(unknown, Opaque):
            if addend.leaf is None:
                raise _NotThereError
            return self._at(addend.leaf, unknown.place)
        assert isinstance(unknown, Unknown)
        line = self.planned.lines[unknown.name]
        road = self._road(unknown.place) if unknown.place.home else ()
        use = Use(unknown.name, road, self.domain if unknown.place.home else (), line.components)
        if addend.covariates is not None:
            return self._linear(use, addend.covariates)
        if unknown.position is not None:
            return Take(use, unknown.position, use.domain)
        if line.components:
            raise _NotThereError
        return use

    def _linear(self, use: Use, covariates: Factor) -> Term:
        if not isinstance(covariates.term, Linear) or not use.components:
            raise _NotThereError
        name = covariates.term.covariates
        self._is_there(lambda: self.facts.matrix(self.domain, name))
        self._road(covariates.place)
        return Linear(use, name, self.domain)

    def _road(self, place: Place) -> Domain:
        """How the unit of a place is found from a row."""
        if not place.path:
            if place.home != self.domain:
                raise _NotThereError
            return ()
        if len(place.path) == 1:
            return place.path[0][1]
        if any(axis in self.planned.graph.aliases for _, road in place.path for axis in road):
            raise _NotThereError
        return place.home

    def _at(self, term: Term, place: Place) -> Term:
        """A term that stands at a place, at the rows."""
        match term:
            case Use(road=road) if term.domain:
                inner = place.of(term, self.planned.lines[term.name].domain)
                return replace(
                    term, road=self._road(inner) if road or place.path else road, domain=self.domain
                )
            case Take(use=use):
                made = self._at(use, place)
                assert isinstance(made, Use)
                return replace(term, use=made, domain=made.domain)
            case Linear(use=use):
                made = self._at(use, place)
                assert isinstance(made, Use)
                return self._linear(made, Factor(term, place))
            case Known(column=column):
                self._road(place)
                self._is_there(lambda: self.facts.column(self.domain, column))
                return replace(term, domain=self.domain)
            case Apply(args=args):
                inner_terms = tuple(self._at(arg, place) for arg in args)
                return replace(term, args=inner_terms, domain=self.domain if term.domain else ())
            case Vector():
                raise _NotThereError
        return term

    def _is_there(self, look: object) -> None:
        assert callable(look)
        try:
            look()
        except DataError:
            raise _NotThereError from None
