"""`glm`: Stan's functions for generalised linear models, where a predictor has several covariates.

They take known columns and coefficients apart from the rest of the predictor and have analytic
derivatives, which pays from two columns on. The density stays the same. Coefficients must be the same
for every row; what varies over units stays in the intercept. A categorical covariate counts as several
columns, because their number is a matter of data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from stanlevels.graph import CovariatesNode
from stanlevels.linear.locations import location_of
from stanlevels.linear.sums import Addend, Place, Reader, Sum, never
from stanlevels.plan.factors import Block, CategoricalGlm, Category, Factor, Glm, Pointwise
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Domain, Linear, Literal, Term, Vector

__all__ = ["glm"]

_FEW = 2  # columns from which on the function pays


def glm(planned: Planned, facts: Facts) -> Planned:
    """Choose a GLM function for every line with data that has one."""
    if not planned.decided.glm:
        return planned

    def chosen(factor: Factor) -> Factor:
        line = planned.lines[factor.source]
        if not isinstance(factor.density, Pointwise) or not line.is_observed or line.variable.weights:
            return factor
        found = _categorical(line, planned) or _glm(line, planned)
        return factor if found is None else replace(factor, density=found)

    return planned.with_factors(chosen)


def _reader(line: Line, planned: Planned) -> Reader:
    """Sees through what is named at the line's own units; what is looked up stays in the intercept."""
    here = {n for n, other in planned.lines.items() if other.domain == line.domain and not other.components}
    return Reader(planned, through=here.__contains__, members=never)


def _glm(line: Line, planned: Planned) -> Glm | None:
    """The density as a GLM function; None where there is none, or it does not pay."""
    reader = _reader(line, planned)
    location = location_of(line, reader)
    if location is None or not location.form.glm or location.exposure is not None:
        return None
    if location.place != Place(line.domain) or isinstance(location.term, Vector) or location.term.components:
        return None
    others = [t for n, t in line.args.items() if n not in (location.argument, line.form.trials)]
    if any(term.domain for term in others):
        return None
    parts = _split(reader.read(location.term, location.place), line.domain)
    if parts is None or (line.family.is_ordinal and parts.rest is not None):
        return None  # Stan's function of ordered categories takes no intercept beside cutpoints
    if len(parts.columns) + sum(_width(each, planned) for each in parts.sets) < _FEW:
        return None
    blocks = (*map(Block, parts.sets), *([Block(coefficients=parts.columns)] if parts.columns else []))
    return Glm(location.form.key, location.argument, parts.rest, blocks)


def _categorical(line: Line, planned: Planned) -> CategoricalGlm | None:
    """The density of categories, where all that varies over rows are known columns."""
    term = line.args[line.location] if line.location else None
    if not line.family.is_categorical or not line.form.glm or not isinstance(term, Vector) or not term.domain:
        return None
    reader, found = _reader(line, planned), []
    for item in term.items:
        read = reader.read(item, Place(line.domain))
        parts = _split(read, line.domain)
        if parts is None or (parts.rest is not None and parts.rest.domain):
            return None
        found.append(Category(parts.rest, _by_column(read), parts.sets))
    sets = {linear.covariates: linear for category in found for linear in category.sets}
    alone = {column: (each, column) for category in found for each, column in category.columns}
    blocks = (*map(Block, sets.values()), *([Block(coefficients=tuple(alone.values()))] if alone else []))
    return CategoricalGlm(tuple(found), blocks) if blocks else None


@dataclass(frozen=True)
class _Parts:
    """A predictor: coefficients of single columns and of sets of covariates, and the rest."""

    columns: tuple[tuple[Term, Term], ...]
    sets: tuple[Linear, ...]
    rest: Term | None


def _split(read: Sum, domain: Domain) -> _Parts | None:
    """The parts of a predictor; None where one set stands in it twice."""
    sets: list[Linear] = []
    columns: dict[Term, Term] = {}
    rest: list[Addend] = []
    number = sum(addend.number for addend in read if addend.leaf is None and not addend.known)
    for addend in read:
        leaf = addend.leaf
        if isinstance(leaf, Linear) and not leaf.use.domain and addend.number == 1 and not addend.known:
            sets.append(leaf)
        elif leaf is not None and addend.known and not leaf.domain and not leaf.components:
            column = _product([f.term for f in addend.known], addend.number)
            before = columns.get(leaf)
            columns[leaf] = column if before is None else Apply("+", (before, column), domain)
        elif leaf is not None or addend.known:
            rest.append(addend)
    rest += [Addend(number)] if number else []
    return None if len(set(sets)) < len(sets) else _Parts(tuple(columns.items()), tuple(sets), _sum(rest))


def _by_column(read: Sum) -> tuple[tuple[Term, Term], ...]:
    """Coefficients of single columns, one for each column: categories share the columns as they are."""
    found: dict[Term, Term] = {}
    for addend in read:
        if addend.known and addend.leaf is not None:
            column = _product([factor.term for factor in addend.known], 1)
            mine = _product([addend.leaf], addend.number)
            found[column] = Apply("+", (found[column], mine), ()) if column in found else mine
    return tuple((coefficient, column) for column, coefficient in found.items())


def _width(linear: Linear, planned: Planned) -> int:
    """How many columns a set has at least, whatever the data."""
    node = planned.graph[linear.covariates]
    assert isinstance(node, CovariatesNode)
    varying = [term.factors for term in node.terms if term.factors]
    return sum(_FEW if any(getattr(f, "coding", None) for f in factors) else 1 for factors in varying)


def _product(terms: list[Term], number: float) -> Term:
    total = terms[0]
    for term in terms[1:]:
        total = Apply("*", (total, term), total.domain or term.domain)
    if number == -1:
        return Apply("neg", (total,), total.domain)
    return total if number == 1 else Apply("*", (Literal(number), total), total.domain)


def _sum(addends: list[Addend]) -> Term | None:
    """What is left of a predictor, as a term again."""
    total: Term | None = None
    for addend in addends:
        parts = [*(f.term for f in addend.known), *([addend.leaf] if addend.leaf is not None else [])]
        number = addend.number
        if not parts:
            inner: Term = Literal(abs(number) if total is not None else number)
        else:
            inner = _product(parts, abs(number) if total is not None else number)
        if total is None:
            total = inner
        else:
            symbol = "-" if number < 0 else "+"
            total = Apply(symbol, (total, inner), total.domain or inner.domain)
    return total
