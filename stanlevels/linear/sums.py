"""The one reader of linear predictors: a term as a sum of known numbers times unknown quantities.

It sees through names, constants times sums, sums times covariates, ``b @ X``, and takes any expression
of data for the covariate that it is; so a predictor reads the same however it is spelled. What is not
linear stays in the sum as an opaque part that says why. Nothing is evaluated here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Computed, Given
from stanlevels.plan.terms import (
    Apply,
    Domain,
    Known,
    Linear,
    Literal,
    Members,
    Setting,
    Take,
    Term,
    Use,
    Vector,
    slot,
    uses,
)

__all__ = ["Addend", "Factor", "Opaque", "Place", "Reader", "Sum", "Unknown", "component", "never"]

_ONE = Literal(1.0)


@dataclass(frozen=True)
class Place:
    """Where a part of a predictor stands, and how its unit is found from the predictor's.

    `path` has the lookups one after another: a domain, and what is looked up from it.
    """

    home: Domain
    path: tuple[tuple[Domain, Domain], ...] = ()

    def of(self, use: Use, home: Domain) -> Place:
        """The place of a quantity that is used here."""
        if not home:
            return Place(())
        return Place(home, (*self.path, (self.home, use.road))) if use.road else Place(home, self.path)


@dataclass(frozen=True)
class Factor:
    """A known factor: a term of data and numbers, where it stands; `column` is one of a set of covariates."""

    term: Term
    place: Place
    column: int | None = None


@dataclass(frozen=True)
class Unknown:
    """An unknown quantity, or one of its components, where it stands."""

    name: str
    position: int | None
    place: Place


@dataclass(frozen=True)
class Opaque:
    """What is not linear: a function of unknown quantities, or a product of them (`parts`)."""

    function: str
    terms: tuple[Term, ...]
    place: Place
    parts: tuple[Unknown | Opaque, ...] = ()


@dataclass(frozen=True)
class Addend:
    """``number x known factors x unknown``; `covariates` is the set that coefficients are multiplied by.

    With a `column`, what is multiplied by that column of the set alone. Without an unknown it is part of the
    offset. `leaf` is the unknown as it stands in the terms that were
    read, with its covariates.
    """

    number: float = 1.0
    known: tuple[Factor, ...] = ()
    unknown: Unknown | Opaque | None = None
    covariates: Factor | None = None
    leaf: Term | None = None
    column: int | None = None


Sum = tuple[Addend, ...]


def _always(name: object) -> bool:
    return True


def never(name: object) -> bool:
    """Nothing, where a reader asks what to see through."""
    return False


@dataclass(frozen=True)
class Reader:
    """Reads the terms of a planned model.

    Attributes
    ----------
    planned : Planned
    through : callable
        Which named expressions to see through, by name; by default all.
    members : callable
        Which sums over members to read as sums of look-ups, one for each place of a member; by default all.
    """

    planned: Planned
    through: Callable[[str], bool] = _always
    members: Callable[[Members], bool] = _always

    def read(self, term: Term, place: Place) -> Sum:
        """A term as a sum, at a place.

        Examples
        --------
        >>> import stanlevels as sl
        >>> class Line(sl.Model):
        ...     a, b, s = sl.Normal(0, 1), sl.Normal(0, 1), sl.HalfNormal(1)
        ...     mu = a - b * (5 - sl.data("x"))
        ...     y = sl.Normal(mu * 2, s, observed=True)
        >>> planned = Line.bind({"x": [1.0, 2.0], "y": [1.0, 2.0]}).planned
        >>> found = Reader(planned).read(planned.lines["y"].args["mu"], Place(("<rows>",)))
        >>> [(addend.number, addend.unknown.name, len(addend.known)) for addend in found]
        [(2.0, 'a', 0), (-2.0, 'b', 1)]
        """
        found: list[Addend] = []
        pending: list[tuple[float, Term]] = [(1.0, term)]
        while pending:  # a sum of a thousand terms is as deep as it is long
            sign, inner = pending.pop()
            match inner:
                case Apply(function="+", args=(left, right)):
                    pending += [(sign, right), (sign, left)]
                case Apply(function="-", args=(left, right)):
                    pending += [(-sign, right), (sign, left)]
                case Apply(function="neg", args=(only,)):
                    pending.append((-sign, only))
                case _:
                    found += [replace(a, number=sign * a.number) for a in self._part(inner, place)]
        return tuple(found)

    def is_known(self, term: Term) -> bool:
        """Whether a term rests on data and numbers alone."""
        return all(self._given(use.name) for use in uses(term))

    def _given(self, name: str) -> bool:
        return self.planned.quantities[name].value in (Given(), Computed(known=True))

    def _part(self, term: Term, place: Place) -> Iterable[Addend]:
        """What is no sum by itself."""
        match term:
            case Literal(value=value):
                return (Addend(float(value)),)
            case Known() | Setting():
                return (Addend(1.0, (Factor(term, place),)),)
            case Use():
                return self._use(term, place)
            case Take(use=use, position=position):
                return [_taken(addend, position) for addend in self._use(use, place)]
            case Linear():
                return self._linear(term, place)
            case Members():
                return self._members(term, place)
            case Apply(function="*", args=(left, right)):
                return self._product(left, right, place)
            case Apply(function="/", args=(left, right)):
                return self._product(left, Apply("/", (_ONE, right), right.domain), place)
            case Apply():
                return (self._opaque(term, place),)
            case Vector(items=items):
                return (Addend(1.0, (), Opaque("a list", items, place), leaf=term),)

    def _use(self, use: Use, place: Place) -> Sum:
        line = self.planned.lines[use.name]
        there = place.of(use, line.domain)
        if line.is_latent:
            return (Addend(1.0, (), Unknown(use.name, None, there), leaf=use),)
        if line.is_constant:
            value = line.args["value"]
            assert isinstance(value, Setting)
            return (Addend(float(value.values[0])),)
        if line.is_expression and not self._given(use.name):
            term = line.args["value"]
            if self.members(term) if isinstance(term, Members) else self.through(use.name):
                return self.read(term, there)
        if self._given(use.name):
            return (Addend(1.0, (Factor(use, place),)),)
        return (Addend(1.0, (), Opaque(use.name, (use,), place), leaf=use),)

    def _members(self, term: Members, place: Place) -> Iterable[Addend]:
        """A sum over members: for each place of a member its weight times the quantity of who is there."""
        use, position = term.use, term.position
        there = Place(place.home, place.path)
        for k in range(term.width):
            axis = slot(term.memberships, k)
            weight = Factor(Known(axis, place.home), place)
            member = there.of(Use(use.name, (axis,), place.home), (term.of,))
            inner = Use(use.name, () if term.road == (term.of,) else term.road, (term.of,), use.components)
            for addend in self._use(inner, member):
                taken = addend if position is None else _taken(addend, position)
                yield replace(taken, known=(weight, *taken.known), leaf=term)

    def _linear(self, term: Linear, place: Place) -> Iterable[Addend]:
        if self.is_known(term):
            return (Addend(1.0, (Factor(term, place),)),)
        covariates = Factor(term, place)
        return [replace(a, covariates=covariates, leaf=term) for a in self._use(term.use, place)]

    def _product(self, left: Term, right: Term, place: Place) -> Iterable[Addend]:
        """A known side is one factor; else every part of one side times every part of the other."""
        sides = [self._side(side, place) for side in (left, right)]
        return [_times(a, b, place) for a in sides[0] for b in sides[1]]

    def _side(self, term: Term, place: Place) -> Sum:
        if not isinstance(term, Literal) and self.is_known(term):
            return self._known(term, place)
        if isinstance(term, Apply) and term.function == "/" and term.args[0] is _ONE:
            return (self._opaque(term, place),)  # divided by what is unknown
        return self.read(term, place)

    def _known(self, term: Term, place: Place) -> Sum:
        """A known term as one factor; a number where it is one."""
        if isinstance(term, Apply) and all(isinstance(arg, Literal) for arg in term.args):
            numbers = [arg.value for arg in term.args if isinstance(arg, Literal)]
            if term.function == "/" and numbers[1]:
                return (Addend(numbers[0] / numbers[1]),)
        if isinstance(term, Use) and self.planned.lines[term.name].is_constant:
            return self._use(term, place)
        return (Addend(1.0, (Factor(term, place),)),)

    def _opaque(self, term: Apply, place: Place) -> Addend:
        if self.is_known(term):
            return Addend(1.0, (Factor(term, place),))
        return Addend(1.0, (), Opaque(term.function, term.args, place), leaf=term)


def component(read: Sum, position: int) -> Sum:
    """One component of a vector-valued sum."""
    return tuple(_taken(addend, position) for addend in read)


def _taken(addend: Addend, position: int) -> Addend:
    """One component of a vector-valued addend."""
    known = tuple(_component(factor, position) for factor in addend.known)
    unknown, leaf = addend.unknown, addend.leaf
    single = isinstance(leaf, Use | Take | Linear) and not leaf.components  # the same beside every component
    if isinstance(unknown, Unknown) and not single:
        unknown = replace(unknown, position=position)
    leaf = Take(leaf, position, leaf.domain) if isinstance(leaf, Use) and not single else leaf
    return replace(addend, known=known, unknown=unknown, leaf=leaf)


def _component(factor: Factor, position: int) -> Factor:
    return replace(factor, term=_component_of(factor.term, position))


def _component_of(term: Term, position: int) -> Term:
    """One component of a term that is computed component by component."""
    match term:
        case Use(components=components) if components:
            return Take(term, position, term.domain)
        case Setting(components=components, values=values) if components:
            return replace(term, values=values[position : position + 1], components=())
        case Apply(components=components, args=args) if components:
            return replace(term, args=tuple(_component_of(a, position) for a in args), components=())
    return term


def _times(a: Addend, b: Addend, place: Place) -> Addend:
    parts = [u for u in (a.unknown, b.unknown) if u is not None]
    unknown = parts[0] if parts else None
    if len(parts) == 2:
        inner = [p for u in parts for p in (u.parts if isinstance(u, Opaque) and u.parts else (u,))]
        unknown = Opaque("*", (), place, tuple(inner))
    leaf = a.leaf or b.leaf
    if a.leaf is not None and b.leaf is not None:
        leaf = Apply("*", (a.leaf, b.leaf), a.leaf.domain or b.leaf.domain)
    known = (*a.known, *b.known)
    return Addend(a.number * b.number, known, unknown, a.covariates or b.covariates, leaf)
