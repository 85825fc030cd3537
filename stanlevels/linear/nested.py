"""Normal outcomes about effects of nested levels: how a model reads where those are to be integrated out.

Every outcome is ``y = offset + X b + Z u + e`` with u the deviations of the effects from their means, which
are written out. Whether a model is of this form is asked of its terms alone; what the data must
hold besides (nesting) of the facts.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from stanlevels.graph import ROWS
from stanlevels.linear.cells import NotRepeating, written_out
from stanlevels.linear.expansion import expand
from stanlevels.linear.multiples import Columns
from stanlevels.linear.noise import is_gaussian_line
from stanlevels.linear.rest import rest_of
from stanlevels.linear.sums import Addend, Opaque, Place, Reader, Sum, Unknown
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain, Linear, Literal, Take, Term, Use, Vector, uses, walk

__all__ = [
    "Reading",
    "able",
    "domains_of",
    "lowest",
    "nesting",
    "outcomes_of",
    "reading",
    "rests_on",
    "why_not",
]


@dataclass(frozen=True)
class Reading:
    """The location of an outcome as a sum.

    Attributes
    ----------
    line : Line
    offset : tuple of Addend
        What is known.
    fixed : mapping of Term to tuple of Addend
        What is sampled and has no units, by coefficient: a number, or the vector of a set of covariates.
    effects : mapping of str to tuple of Addend
        Deviations of what is integrated out and nested, by name.
    common : mapping of str to tuple of Addend
        Deviations of what is integrated out besides.
    scale : Term
        The residual standard deviation, but for known numbers that differ between rows.
    known_scale : Addend
        Those numbers.
    beside : tuple of Addend
        What is sampled and has units, or is not linear.
    """

    line: Line
    offset: Sum
    fixed: Mapping[Term, Sum]
    effects: Mapping[str, Sum]
    common: Mapping[str, Sum]
    scale: Term
    known_scale: Addend
    beside: Sum = ()

    @property
    def rest(self) -> Sum:
        """All but the deviations."""
        return (*self.offset, *(addend for sums in self.fixed.values() for addend in sums), *self.beside)

    @property
    def is_plain(self) -> bool:
        """Whether every effect is one number that is added as it is."""
        return all(
            len(addends) == 1 and addends[0].number == 1 and not addends[0].known and _is_whole(addends[0])
            for addends in self.effects.values()
        )


def _is_whole(addend: Addend) -> bool:
    unknown = addend.unknown
    return isinstance(unknown, Unknown) and unknown.position is None and addend.covariates is None


def able(planned: Planned) -> tuple[str, ...]:
    """Random variables that could be integrated out, by what their own lines and a plan say.

    What a plan gives a form to be sampled in is sampled.
    """
    if planned.decided.all_centered is not None:
        return ()
    free = {n: line for n, line in planned.latent.items() if n not in planned.decided.centered}
    return tuple(name for name, line in free.items() if not _own(line, planned))


def _own(line: Line, planned: Planned) -> str:
    """Why the line of a random variable does not let it be integrated out; empty if it does."""
    if not line.domain or ROWS in line.domain:
        return "it is no random variable over a level"
    if not line.family.is_gaussian or line.variable.ordered:
        return "it is not normal"
    if line.waves is not None:
        return "it has a number for each wave, and to integrate out so many at once costs more than it saves"
    if line.variable.centered is not None:
        return f"its line asks for a form to sample it in (centered={line.variable.centered})"
    for argument in (line.scale, line.form.correlation):
        term = line.args.get(argument)
        if term is not None and any(inner.domain for inner in walk(term)):
            return "its standard deviation differs between units"
    if planned.roles.get(line.name) == "parameter":
        return "its role is that of a parameter"
    return ""


def outcomes_of(names: Collection[str], planned: Planned) -> tuple[Line, ...]:
    """Observed lines whose distribution rests on any of `names`."""
    return tuple(line for line in planned.observed.values() if rests_on(line, frozenset(names), planned))


def rests_on(line: Line, names: frozenset[str], planned: Planned, term: Term | None = None) -> bool:
    """Whether a line, or one of its terms, rests on any of `names`."""
    terms = line.args.values() if term is None else (term,)
    return any(_used(each, planned) & names for each in terms)


def _used(term: Term, planned: Planned) -> frozenset[str]:
    return frozenset().union(*(planned.unknowns[use.name] for use in uses(term)))


def why_not(names: tuple[str, ...], planned: Planned, facts: Facts) -> str:
    """Why some random variables cannot be integrated out together; empty if they can.

    Parameters
    ----------
    names : tuple of str
    planned : Planned
        Before any of them has a form to be sampled in.
    facts : Facts
    """
    together = frozenset(names)
    if together.issuperset(planned.latent):
        return "nothing would be left to sample"
    for name in names:
        if found := _own(planned.lines[name], planned):
            return f"{name!r}: {found}"
    for line in planned.latent.values():
        if line.name not in together and rests_on(line, together, planned):
            return f"{line.name!r} rests on it, is sampled, and is no outcome"
        others = [term for argument, term in line.args.items() if argument != line.location]
        if line.name in together and any(_used(term, planned) & together for term in others):
            return f"the standard deviation of {line.name!r} rests on what is integrated out"
    lines = outcomes_of(names, planned)
    if not lines:
        return "no outcome rests on it"
    reads: list[Reading] = []
    for line in lines:
        read = reading(line, names, planned)
        if isinstance(read, str):
            return f"{line.name!r}: {read}"
        if read.beside and line.domain != (ROWS,):
            return f"{line.name!r} is no line over rows, and holds what is sampled by unit"
        if read.beside and not _can_be_in_cells(read, planned, facts):
            return f"what is sampled in the location of {line.name!r} cannot be written at cells of its rows"
        reads.append(read)
    return (
        nesting(names, planned, facts)
        or _partly_reached(reads, facts)
        or _without_finest(reads, names, planned, facts)
    )


def _partly_reached(reads: list[Reading], facts: Facts) -> str:
    """Why an outcome cannot be about several levels: rows that lack no value have no unit of that level."""
    for read in reads:
        unknowns = [addend.unknown for addends in read.effects.values() for addend in addends]
        places = {unknown.place for unknown in unknowns if isinstance(unknown, Unknown)}
        some = [road for place in places for road in place.path if not facts.determines(*road)]
        if len(places) > 1 and some:
            return f"only some of {read.line.name!r} are about {' x '.join(some[0][1])}"
    return ""


def _without_finest(reads: list[Reading], names: tuple[str, ...], planned: Planned, facts: Facts) -> str:
    """Why an outcome about levels above cannot stand at the finest: units above may have none of it."""
    finest, *_ = domains = domains_of(names, planned, facts)
    columns = Columns(planned, facts)
    for read in reads:
        (own, place) = lowest(read, domains, planned)
        codes = columns.units(place)
        about = np.arange(facts.size(own)) if codes is None else codes
        if own != finest and not np.isin(about, facts.codes(finest, own)).all():
            return f"{read.line.name!r} is about units in which there is no {' x '.join(finest)}"
    return ""


def lowest(read: Reading, domains: tuple[Domain, ...], planned: Planned) -> tuple[Domain, Place]:
    """The finest of some levels that an outcome has an effect of, and how it is reached."""
    own = {planned.lines[name].domain: addend.unknown for name, (addend, *_) in read.effects.items()}
    domain = next(domain for domain in domains if domain in own)
    unknown = own[domain]
    assert isinstance(unknown, Unknown)
    return domain, unknown.place


def _can_be_in_cells(read: Reading, planned: Planned, facts: Facts) -> bool:
    rest = rest_of(read.rest, read.line.domain, planned, facts)
    if rest is None:
        return False
    try:
        for term in (rest, read.line.args[read.line.location]):
            written_out(term, planned)
    except NotRepeating:
        return False
    return True


def nesting(names: tuple[str, ...], planned: Planned, facts: Facts) -> str:
    """Why the levels of random variables are not nested; empty if they are."""
    domains = domains_of(names, planned, facts)
    for fine, coarse in pairwise(domains):
        if not facts.determines(fine, coarse):
            return f"{' x '.join(fine)} is not nested in {' x '.join(coarse)}"
    return ""


def domains_of(names: Collection[str], planned: Planned, facts: Facts) -> tuple[Domain, ...]:
    """The units of some random variables, from the finest level up."""
    found = dict.fromkeys(planned.lines[name].domain for name in names)
    above = {d: sum(facts.determines(d, other) for other in found) for d in found}
    return tuple(sorted(found, key=lambda d: (-above[d], -facts.size(d), d)))


def reading(
    line: Line, names: Collection[str], planned: Planned, common: Collection[str] = ()
) -> Reading | str:
    """An outcome with the effects `names` and `common` written out; or why it is no sum as is needed.

    One row may hold several units of what is `common`, of what is nested it may not.
    """
    together = frozenset((*names, *common))
    if not is_gaussian_line(line):
        return "its distribution is not normal"
    reader = Reader(planned, members=lambda term: bool(_used(term, planned) & together))
    location = line.args[line.location]
    spread = _spread(line, reader)
    if spread is None:
        return "its standard deviation differs between rows, by more than known numbers"
    scale, known_scale = spread
    if isinstance(location, Vector) or location.components:
        return "it has several components"
    if _used(scale, planned) & together:
        return "its standard deviation rests on what is integrated out"
    parts = expand(reader.read(location, Place(line.domain)), reader, together)
    for addend in parts.opaque:
        if _rests_within(addend, together, planned):
            return f"{_called(addend)} stands in it, which is not linear"
    sorted_out = _deviations(parts.effects, names, planned)
    if isinstance(sorted_out, str):
        return sorted_out
    effects, others = sorted_out
    fixed: dict[Term, Sum] = {}
    for addend in parts.fixed:
        term = _coefficient(addend)
        if term is None:
            return f"{_called(addend)} stands in it in a way that is not read"
        fixed[term] = (*fixed.get(term, ()), addend)
    order = {name: place for place, name in enumerate(planned.lines)}
    keys = sorted(fixed, key=lambda term: (order[_name(term)], getattr(term, "position", 0), repr(term)))
    beside = (*parts.others, *parts.opaque)
    ordered = {key: fixed[key] for key in keys}
    return Reading(line, parts.known, ordered, effects, others, scale, known_scale, beside)


def _deviations(
    addends: Sum, nested: Collection[str], planned: Planned
) -> tuple[dict[str, Sum], dict[str, Sum]] | str:
    """Deviations of what is nested, and of the rest, by name; or why one of them cannot be integrated out."""
    effects: dict[str, Sum] = {}
    others: dict[str, Sum] = {}
    for addend in addends:
        unknown = addend.unknown
        assert isinstance(unknown, Unknown)
        width = len(planned.lines[unknown.name].components)
        if width and unknown.position is None and addend.covariates is None:
            return f"all components of {unknown.name!r} stand in one place"
        if unknown.name not in nested:
            others[unknown.name] = (*others.get(unknown.name, ()), addend)
            continue
        if _another_road(addend, effects):
            return f"{unknown.name!r} stands in it for several units of one row"
        effects[unknown.name] = (*effects.get(unknown.name, ()), addend)
    return effects, others


def _spread(line: Line, reader: Reader) -> tuple[Term, Addend] | None:
    """The standard deviation of an outcome: one number for all rows, and known numbers that it is times."""
    term = line.args[line.scale]
    if term.components:
        return None
    if not any(inner.domain for inner in walk(term)):
        return term, Addend()
    read = reader.read(term, Place(line.domain))
    if len(read) != 1 or read[0].covariates is not None:
        return None
    addend, unknown = read[0], read[0].unknown
    if unknown is None:
        return Literal(1.0), addend
    if isinstance(unknown, Unknown) and unknown.place.home:
        return None  # it differs between units
    leaf = _coefficient(addend) if isinstance(unknown, Unknown) else addend.leaf
    if leaf is None or any(inner.domain for inner in walk(leaf)):
        return None
    return leaf, replace(addend, unknown=None, leaf=None)


def _rests_within(addend: Addend, names: frozenset[str], planned: Planned) -> bool:
    """Whether a part that is not linear is computed from any of `names`."""
    pending: list[Unknown | Opaque] = [addend.unknown] if addend.unknown is not None else []
    while pending:
        part = pending.pop()
        if isinstance(part, Unknown):
            if part.name in names:
                return True
            continue
        pending += part.parts
        if any(_used(term, planned) & names for term in part.terms):
            return True
    return False


def _another_road(addend: Addend, effects: Mapping[str, Sum]) -> bool:
    """Whether the same effect was found at other units."""
    assert isinstance(addend.unknown, Unknown)
    before = effects.get(addend.unknown.name, ())
    return any(isinstance(b.unknown, Unknown) and b.unknown.place != addend.unknown.place for b in before)


def _coefficient(addend: Addend) -> Term | None:
    """What an addend without units is multiplied by, as a term for any line."""
    unknown = addend.unknown
    assert isinstance(unknown, Unknown)
    leaf = addend.leaf
    if addend.covariates is not None and isinstance(leaf, Linear):
        return leaf
    use = leaf.use if isinstance(leaf, Take) else leaf
    if not isinstance(use, Use):
        return None
    plain = Use(unknown.name, (), (), use.components)
    if unknown.position is not None:
        return Take(plain, unknown.position, ())
    if not plain.components:
        return plain
    if addend.covariates is None or not isinstance(addend.covariates.term, Linear):
        return None
    return replace(addend.covariates.term, use=plain)  # the mean of coefficients: those of all units


def _name(term: Term) -> str:
    return uses(term)[0].name


def _called(addend: Addend) -> str:
    unknown = addend.unknown
    if isinstance(unknown, Unknown):
        return repr(unknown.name)
    assert isinstance(unknown, Opaque)
    names = dict.fromkeys(use.name for term in unknown.terms for use in uses(term))
    return f"{unknown.function} of {' and '.join(map(repr, names))}" if names else unknown.function
