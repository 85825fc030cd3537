"""`glm`: Stan's functions for generalised linear models, where a predictor has several covariates.

They take known columns and coefficients apart from the rest of the predictor and have analytic
derivatives, which pays from two columns on. The density stays the same. Coefficients must be the same
for every row; what varies over units stays in the intercept. A set of covariates counts as several
columns, because their number is a matter of data.
"""

from __future__ import annotations

from dataclasses import replace

from stanlevels.linear.locations import Location, location_of
from stanlevels.linear.sums import Addend, Place, Reader, Sum
from stanlevels.plan.factors import Block, Factor, Glm, Pointwise
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Domain, Linear, Literal, Term

__all__ = ["glm"]

_FEW = 2  # columns from which on the function pays


def glm(planned: Planned, facts: Facts) -> Planned:
    """Choose a GLM function for every line with data that has one."""

    def chosen(factor: Factor) -> Factor:
        line = planned.lines[factor.source]
        if not isinstance(factor.density, Pointwise) or not line.is_observed or line.variable.weights:
            return factor
        found = _glm(line, planned)
        return factor if found is None else replace(factor, density=found)

    return planned.with_factors(chosen)


def _glm(line: Line, planned: Planned) -> Glm | None:
    """The density as a GLM function; None where there is none, or it does not pay."""
    here = {n for n, other in planned.lines.items() if other.domain == line.domain and not other.components}
    reader = Reader(planned, through=here.__contains__)
    location = location_of(line, reader)
    if location is None or not location.form.glm or location.exposure is not None:
        return None
    if location.place != Place(line.domain) or location.term.components:
        return None
    others = [t for n, t in line.args.items() if n not in (location.argument, line.form.trials)]
    if any(term.domain for term in others):
        return None
    return _split(location, reader.read(location.term, location.place), line)


def _split(location: Location, read: Sum, line: Line) -> Glm | None:
    """Sets of covariates, single columns, and the rest."""
    sets: list[Block] = []
    scalars: list[tuple[Term, Term]] = []
    rest: list[Addend] = []
    for addend in read:
        leaf = addend.leaf
        if isinstance(leaf, Linear) and not leaf.use.domain and addend.number == 1 and not addend.known:
            sets.append(Block(linear=leaf))
        elif leaf is not None and addend.known and not leaf.domain and not leaf.components:
            scalars.append((leaf, _product([f.term for f in addend.known], addend.number, line.domain)))
        else:
            rest.append(addend)
    if len(set(sets)) < len(sets):
        return None  # the same set twice would be columns that are no further ones
    if len(scalars) + _FEW * len(sets) < _FEW or (line.family.is_ordinal and rest):
        return None  # Stan's function of ordered categories takes no intercept beside cutpoints
    blocks = (*sets, *([Block(coefficients=tuple(scalars))] if scalars else []))
    return Glm(location.argument, _sum(rest, line.domain), blocks)


def _product(terms: list[Term], number: float, domain: Domain) -> Term:
    total = terms[0]
    for term in terms[1:]:
        total = Apply("*", (total, term), total.domain or term.domain)
    if number == -1:
        return Apply("neg", (total,), total.domain)
    return total if number == 1 else Apply("*", (Literal(number), total), total.domain)


def _sum(addends: list[Addend], domain: Domain) -> Term | None:
    """What is left of a predictor, as a term again."""
    total: Term | None = None
    for addend in addends:
        parts = [*(f.term for f in addend.known), *([addend.leaf] if addend.leaf is not None else [])]
        number = addend.number
        if not parts:
            inner: Term = Literal(abs(number) if total is not None else number)
        else:
            inner = _product(parts, abs(number) if total is not None else number, domain)
        if total is None:
            total = inner
        else:
            symbol = "-" if number < 0 else "+"
            total = Apply(symbol, (total, inner), total.domain or inner.domain)
    return total
