"""Conjugate pairs: outcomes about a random variable that is of its own kind again, given them.

Counts and waiting times whose rates are gamma, successes whose probabilities are beta: given the rows, each
unit's rate or probability has a distribution of the declared kind, whose arguments are sums over its rows
added to the declared ones (Raiffa and Schlaifer 1961). It is so where the quantity stands once in each
outcome, as a factor of a rate, or as a probability as it is, and in nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from stanlevels.distributions.pairs import PROBABILITY
from stanlevels.graph import ROWS, Call, Expr, Number
from stanlevels.linear.cells import NotRepeating, written_out
from stanlevels.linear.rest import rest_of
from stanlevels.linear.sums import Addend, Factor, Place, Reader
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Literal, Term, Use, uses

__all__ = ["Pairing", "able_to_pair", "not_conjugate", "outcomes_about", "pairing", "shapes_of"]

_ONE = Literal(1.0)


@dataclass(frozen=True)
class Pairing:
    """An outcome whose rate or probability is a quantity, times an exposure.

    Attributes
    ----------
    line : Line
    place : Place
        Where the quantity stands: how its unit is found from the rows.
    known : tuple of Factor
        What is known of the exposure.
    rest : Term or None
        The log of what is sampled of it, at the rows.
    """

    line: Line
    place: Place
    known: tuple[Factor, ...]
    rest: Term | None


def able_to_pair(planned: Planned) -> tuple[str, ...]:
    """Random variables whose own lines let them be integrated out of a conjugate pair."""
    if planned.decided.all_centered is not None:
        return ()
    return tuple(name for name, line in planned.latent.items() if not _own(line, planned))


def _own(line: Line, planned: Planned) -> str:
    if not line.domain:
        return "it is no random variable over a level"
    if line.family.conjugate_prior is None:
        return "it is neither normal nor gamma nor beta"
    if line.components or line.variable.ordered:
        return "it has several components"
    if planned.roles.get(line.name) == "parameter":
        return "its role is that of a parameter"
    if not planned.quantities[line.name].is_sampled:
        return "it is integrated out"
    return ""


def outcomes_about(name: str, planned: Planned) -> tuple[Line, ...]:
    """Lines with a distribution that rests on a quantity."""
    return tuple(
        line for line in planned.lines.values() if line.is_variable and _rests_on(line, name, planned)
    )


def _rests_on(line: Line, name: str, planned: Planned) -> bool:
    return any(_is_in(name, term, planned) for term in line.args.values())


def _is_in(name: str, term: Term, planned: Planned) -> bool:
    return any(name in planned.unknowns[use.name] for use in uses(term))


def not_conjugate(name: str, planned: Planned, facts: Facts) -> str:
    """Why a random variable is no part of a conjugate pair that can be integrated; empty if it is."""
    own = planned.lines[name]
    if found := _own(own, planned):
        return found
    if not any(q.is_sampled for n, q in planned.quantities.items() if n != name):
        return "nothing would be left to sample"
    lines = outcomes_about(name, planned)
    if not lines:
        return "no outcome rests on it"
    for line in lines:
        if not line.is_observed:
            return f"{line.name!r} rests on it, and is no outcome"
        if line.name in planned.conjugates:
            return f"{planned.conjugates[line.name].effect!r} is integrated out of {line.name!r}"
        if found := _is_no_outcome(line, own):
            return f"{line.name!r}: {found}"
        read = pairing(line, name, planned, facts)
        if isinstance(read, str):
            return f"{line.name!r}: {read}"
    return ""


def _is_no_outcome(line: Line, own: Line) -> str:
    prior, outcome = own.family.conjugate_prior, line.family.conjugate_outcome
    if prior is None or outcome is None or outcome.kind != prior.kind:
        return f"its distribution is not conjugate to that of {own.name!r}"
    if line.domain != (ROWS,) or line.components:
        return "it has not one number for each row"
    return ""


def pairing(line: Line, name: str, planned: Planned, facts: Facts) -> Pairing | str:
    """How an outcome reads about a quantity; or why that does not stand in it as a factor alone."""
    argument, term = _mean(line)
    others = [other for key, other in line.args.items() if key != argument]
    if any(_is_in(name, other, planned) for other in others):
        return f"{name!r} stands in another argument than {argument!r}"
    own: list[Place] = []
    known: list[Factor] = []
    logs: list[Factor] = []
    for factor in _factors(term, Place(line.domain), name, planned):
        bare = isinstance(factor.term, Use) and factor.term.name == name
        if bare and not (factor.divides or factor.is_log):
            assert isinstance(factor.term, Use)
            own.append(factor.place.of(factor.term, planned.lines[name].domain))
        elif _is_in(name, factor.term, planned):
            return f"{name!r} stands in it in another way than as a factor"
        elif Reader(planned).is_known(factor.term):
            known.append(Factor(factor.plain, factor.place))
        else:
            logs.append(Factor(factor.log, factor.place))
    if len(own) != 1:
        return f"{name!r} stands in it {len(own)} times"
    prior = planned.lines[name].family.conjugate_prior
    if prior is not None and prior.kind == PROBABILITY and (known or logs):
        return f"{name!r} is multiplied by something"
    rest = _at_rows(logs, line, planned, facts) if logs else None
    if logs and rest is None:
        return f"what {name!r} is multiplied by cannot be written at cells of its rows"
    return Pairing(line, own[0], tuple(known), rest)


def _mean(line: Line) -> tuple[str, Term]:
    """The argument that is a rate or a probability, or its link, and the rate or probability itself."""
    form = line.form
    outcome = line.family.conjugate_outcome
    if outcome is not None and outcome.by_inverse:  # by its rate, or by the log of its mean
        only = form.parameters[0]
        term = line.args[only.name]
        if only.kind == "rate":
            return only.name, term
        return only.name, Apply("exp", (Apply("neg", (term,), term.domain),), term.domain)
    term = line.args[form.location]
    undone = {"log": "exp", "logit": "inv_logit"}.get(form.link)
    return form.location, term if undone is None else Apply(undone, (term,), term.domain)


@dataclass(frozen=True)
class _Part:
    """A factor of a product; `divides` where it stands below the line, `is_log` where its log is given."""

    term: Term
    place: Place
    divides: bool = False
    is_log: bool = False

    @property
    def plain(self) -> Term:
        term = Apply("exp", (self.term,), self.term.domain) if self.is_log else self.term
        return Apply("/", (_ONE, term), term.domain) if self.divides else term

    @property
    def log(self) -> Term:
        term = self.term if self.is_log else Apply("log", (self.term,), self.term.domain)
        return Apply("neg", (term,), term.domain) if self.divides else term


def _factors(term: Term, place: Place, name: str, planned: Planned) -> Iterator[_Part]:
    """A term as a product, named expressions written out as far as a quantity stands in them."""
    pending = [_Part(term, place)]
    while pending:
        part = pending.pop()
        inner = _parts(part, name, planned)
        if inner is None:
            yield part
        else:
            pending += inner


def _parts(part: _Part, name: str, planned: Planned) -> list[_Part] | None:
    """What a factor is a product of; None where it is taken as a whole."""

    def of(inner: Term, place: Place = part.place, turned: bool = False, is_log: bool = False) -> _Part:
        return _Part(inner, place, part.divides != turned, is_log)

    match part.term:
        case Use(name=used) if _is_seen_through(used, name, planned):
            line = planned.lines[used]
            return [of(line.args["value"], part.place.of(part.term, line.domain), is_log=part.is_log)]
        case Apply(function="+" | "-" as sign, args=(left, right)) if part.is_log:
            return [of(left, is_log=True), of(right, turned=sign == "-", is_log=True)]
        case Apply(function="neg", args=(only,)) if part.is_log:
            return [of(only, turned=True, is_log=True)]
        case Apply(function="log", args=(only,)) if part.is_log:
            return [of(only)]
        case _ if part.is_log:
            return None
        case Apply(function="*", args=(left, right)):
            return [of(left), of(right)]
        case Apply(function="/", args=(left, right)):
            return [of(left), of(right, turned=True)]
        case Apply(function="exp", args=(only,)):
            return [of(only, is_log=True)]
        case Apply(function="inv_logit", args=(Apply(function="logit", args=(only,)),)):
            return [of(only)]
    return None


def _is_seen_through(used: str, name: str, planned: Planned) -> bool:
    """Whether a named expression is what it says: where a quantity stands in it, and at the rows."""
    line = planned.lines[used]
    if not line.is_expression or not planned.unknowns[used]:
        return False
    return name in planned.unknowns[used] or line.domain == (ROWS,)


def _at_rows(logs: list[Factor], line: Line, planned: Planned, facts: Facts) -> Term | None:
    """The sum of what is sampled, on the log scale, at the rows; None where cells have none."""
    found = [rest_of((Addend(1.0, (factor,)),), line.domain, planned, facts) for factor in logs]
    terms = [term for term in found if term is not None]
    if len(terms) < len(found):
        return None
    term = reduce(lambda a, b: Apply("+", (a, b), a.domain or b.domain), terms)
    try:
        written_out(term, planned)
    except NotRepeating:
        return None
    return term


def shapes_of(line: Line) -> tuple[Expr, Expr]:
    """The two arguments of a random variable that rows add to, from its arguments by name."""
    kept = line.form.kept
    assert kept is not None
    prior = line.family.conjugate_prior
    if prior is not None and prior.shape_is_one:
        rate = kept.arguments[0].value  # of cells by the log of the mean, the log of the rate
        return Number(1.0), Call("exp", (rate,)) if line.form.key else rate
    first, second = (argument.value for argument in kept.arguments)
    return first, second
