"""The work in a gradient of a plan, counted from its quantities and factors: nothing is run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from math import prod
from operator import add, attrgetter

from stanlevels.distributions.work import work_of_density
from stanlevels.plan.components import axis_size
from stanlevels.plan.factors import (
    Block,
    CategoricalGlm,
    Cells,
    Conjugate,
    Density,
    Factor,
    Glm,
    Marginal,
    MarginalLine,
    Standard,
)
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Between, Moved, Sampled, Softened, Standardised
from stanlevels.plan.terms import Apply, Domain, Linear, Members, Take, Term, Use, walk

__all__ = ["Work", "numbers", "work_of"]

_CACHED = 100_000


@dataclass(frozen=True)
class Work:
    """What one gradient of a log density goes through.

    Attributes
    ----------
    statements : float
        Statements and definitions.
    elements : float
        Numbers that an operator, a function or a lookup of units makes.
    products : float
        Multiplications in products of matrices and vectors.
    simple, exponentials, gammas : float
        Densities of single numbers in vectorised statements: polynomials and absolute values; with an
        exponential or a logarithm; with gamma functions of an unknown.
    loops : float
        Densities in a loop over units.
    swept : float
        Numbers that are handled where effects are integrated out.
    beyond : float
        Elements and simple densities above 100,000, which do not fit into a processor's cache.
    """

    statements: float = 0
    elements: float = 0
    products: float = 0
    simple: float = 0
    exponentials: float = 0
    gammas: float = 0
    loops: float = 0
    swept: float = 0

    @property
    def amounts(self) -> tuple[float, ...]:
        """What is priced, in the order of `costs.PRICED`."""
        return (1.0, *_each(self), self.beyond)

    @property
    def beyond(self) -> float:
        """Elements and simple densities that a cache does not hold."""
        return max(0.0, self.elements + self.simple - _CACHED)

    def __add__(self, other: Work) -> Work:
        return Work(*map(add, _each(self), _each(other)))


_each = attrgetter(*(field.name for field in fields(Work)))


def numbers(planned: Planned, facts: Facts) -> int:
    """How many numbers are sampled."""
    return sum(_free(name, planned, facts) for name, q in planned.quantities.items() if q.is_sampled)


def _free(name: str, planned: Planned, facts: Facts) -> int:
    line = planned.lines[name]
    wide = axis_size(dict(planned.axes), line.components)
    if line.is_correlation:
        return wide * (wide - 1) // 2
    return facts.size(line.domain) * (wide - 1 if line.family.support.shape == "simplex" else wide)


def work_of(planned: Planned, facts: Facts) -> Work:
    """The work in a gradient of a plan."""
    count = _Count(planned, facts)
    parts = [count.quantity(name) for name in planned.in_program]
    parts += [count.factor(factor) for factor in planned.factors]
    return sum(parts, Work())


def _densities(stan: str, n: float) -> Work:
    """Densities of n numbers, by Stan's name of the distribution."""
    return Work(**{work_of_density(stan): n})


class _Count:
    """Counts at one plan and its data."""

    def __init__(self, planned: Planned, facts: Facts) -> None:
        self.planned, self.facts = planned, facts

    def size(self, domain: Domain) -> int:
        return self.facts.size(domain)

    def wide(self, components: tuple[str, ...]) -> int:
        return axis_size(dict(self.planned.axes), components)

    # --- quantities and terms ---------------------------------------------------------------------

    def quantity(self, name: str) -> Work:
        """What a sampled or a computed quantity is made of, before any density."""
        line, value = self.planned.lines[name], self.planned.quantities[name].value
        n = self.size(line.domain) * self.wide(line.components)
        if line.is_expression:
            left_out = name in self.planned.left_out
            return Work() if left_out else Work(statements=1) + self.terms(line.args, line.domain)
        if not isinstance(value, Sampled):
            return Work()
        own = Work(statements=1, elements=n)
        if isinstance(value.form, Standardised):
            turned = Work(products=n * self.wide(line.components)) if line.family.is_vector else Work()
            turned += self.bordered(n) if value.form.sparse else self.correlated(line, n)
            return own + turned + Work(statements=1, elements=2 * n) + self.terms(line.args, line.domain)
        if isinstance(value.form, Between):
            powers = Work(statements=1, elements=5 * n, exponentials=n)
            return own + powers + self.terms(self.planned.terms(name), line.domain)
        if isinstance(value.form, Softened):
            return own + Work(statements=2, elements=8 * n, exponentials=3 * n)
        if isinstance(value.form, Moved):
            return own + Work(statements=1, elements=n) + self.term(value.form.by, line.domain)
        return own

    def correlated(self, line: Line, n: int) -> Work:
        """Numbers of units that are correlated, from independent ones: one after another, or by a matrix."""
        if line.family.structure is None:
            return Work()
        if line.variable.matrix is None:
            return Work(statements=n, elements=4 * n)
        return Work(statements=1, products=n * self.size(line.domain[-1:]))

    def bordered(self, n: int) -> Work:
        """Numbers of areas: less the mean of their part, and a difference at each of about 3 borders."""
        return Work(statements=2, elements=12 * n)

    def terms(self, args: Mapping[str, Term], domain: Domain) -> Work:
        """Several terms at a domain."""
        return sum((self.term(term, domain) for term in args.values()), Work())

    def term(self, term: Term, domain: Domain) -> Work:
        """A term at a domain: what its operators, lookups and products make."""
        n = self.size(domain)
        elements, products = 0.0, 0.0
        for inner in walk(term):
            at = n if inner.domain else 1
            match inner:
                case Linear(covariates=name):
                    products += at * len(self.facts.covariate_labels(name))
                case Members(memberships=memberships):
                    elements += 3 * self.size((memberships,)) + at
                case Use(road=road) if road:
                    elements += at * self.wide(inner.components)
                case Apply(components=components):
                    elements += at * self.wide(components)
                case Take():
                    elements += at
        return Work(elements=elements, products=products)

    # --- factors ----------------------------------------------------------------------------------

    def factor(self, factor: Factor) -> Work:
        """The statement of a factor."""
        line = self.planned.lines[factor.source]
        return Work(statements=1) + self.density(factor.density, line, factor)

    def density(self, density: Density, line: Line, factor: Factor) -> Work:
        match density:
            case Standard():
                return Work(simple=self.size(line.domain) * self.wide(line.components))
            case Cells(line=cells, by_value=True):
                n = self.size(cells.domain)
                return self.terms(cells.args, cells.domain) + Work(loops=n) + _densities(cells.form.stan, n)
            case Cells(line=cells):
                kept = cells.form.kept
                assert kept is not None
                wide = self.wide(cells.components) * self.categories(cells)
                n = self.size(cells.domain) * wide
                own = sum((_densities(part.stan, n) for part in kept.parts), Work())
                return own + self.terms(cells.args, cells.domain)
            case Glm(intercept=intercept, blocks=blocks):
                n = self.size(line.domain)
                known = self.term(intercept, line.domain) if intercept is not None else Work()
                return known + Work(products=n * self.columns(blocks)) + _densities(line.form.stan, n)
            case CategoricalGlm(categories=categories, blocks=blocks):
                n, several = self.size(line.domain), len(categories)
                return Work(products=n * self.columns(blocks) * several, exponentials=n * several)
            case Marginal():
                return self.marginal(density)
            case Conjugate():
                return self.conjugate(density)
        return self.pointwise(line)

    def pointwise(self, line: Line) -> Work:
        """The declared density, vectorised or in a loop."""
        n, wide = self.size(line.domain), self.wide(line.components)
        terms = self.terms(line.args, line.domain)
        if line.is_correlation:
            return Work(gammas=wide)
        if line.family.is_vector:
            return terms + Work(simple=n * wide, products=n * wide * wide)
        varying = any(term.domain for term in line.args.values())
        unordered = line.family.is_categorical and not line.family.is_ordinal
        if (
            (line.is_observed and line.variable.weights is not None)
            or (unordered and varying)
            or line.by_unit
        ):
            return terms + Work(loops=n * wide) + _densities(line.form.stan, n * wide)
        return terms + _densities(line.form.stan, n * wide * self.categories(line))

    def categories(self, line: Line) -> int:
        labels = self.facts.outcome_labels(line.name) if line.is_observed else None
        return len(labels) if labels else 1

    def columns(self, blocks: tuple[Block, ...]) -> int:
        return sum(
            len(block.coefficients)
            + (len(self.facts.covariate_labels(block.linear.covariates)) if block.linear else 0)
            for block in blocks
        )

    # --- what is integrated out -------------------------------------------------------------------

    def marginal(self, density: Marginal) -> Work:
        if density.common:
            return self.besides(density)
        lines = [self.planned.lines[name] for name in density.effects]
        columns = [self.wide(line.components) for line in lines]
        sizes = [self.size(line.domain) for line in lines]
        upwards = Work()
        if density.pooled is not None:
            finest = lines[0].domain
            above = next((self.size(line.domain) for line in lines if line.domain != finest), 0)
            wide = 1 if density.plain else sum(columns)
            distinct = density.pooled.distinct * wide if density.plain or above else 0
            found = distinct if density.plain else distinct + density.pooled.rows
            sizes = [found if line.domain == finest else n for line, n in zip(lines, sizes, strict=True)]
            messages = 1 + sum(1 + self.coefficients(part) for part in density.lines)
            upwards = Work(statements=3, products=above * distinct * messages * wide)
        units = sizes[0] if density.pooled is None else density.pooled.rows
        outcomes = (self.outcome(part, units, sum(columns)) for part in density.lines)
        return sum((*self.levels(lines, sizes, columns), *outcomes), upwards)

    def besides(self, density: Marginal) -> Work:
        """Products of columns of every unit, weighed, and the Cholesky factor of a matrix as wide.

        Both were measured for 3 to 200 columns: with its derivative, a weighed product takes as long as 1.6
        multiplications, the factor as long as 0.5 of the cube of its width.
        """
        (part,) = density.lines
        lines = [self.planned.lines[name] for name in density.effects]
        w = 1 + self.coefficients(part) + sum(self.numbers(name) for name in density.common)
        rank = 1 if density.plain else sum(self.wide(line.components) for line in lines)
        weights = (self.size(lines[0].domain) if lines else 0) * rank * (rank + 1) / 2
        sds = [self.planned.lines[name] for name in (*density.effects, *density.common)]
        known = sum((self.term(line.args[line.scale], ()) for line in sds), Work())
        own = Work(
            statements=8 + 4 * len(lines),
            elements=6 * w * w + 5 * weights,
            products=1.6 * weights * w * (w + 1) / 2 + 0.5 * w**3,
        )
        for below, line in pairwise(lines):  # sums of children, unit by unit, and their products
            n = self.size(line.domain)
            own += Work(statements=3 * n, elements=6 * n * w)
            own += Work(products=3 * (self.size(below.domain) * w + n * w * w))
        return own + known

    def numbers(self, name: str) -> int:
        line = self.planned.lines[name]
        return (self.size(line.domain) if line.domain else 1) * self.wide(line.components)

    def levels(self, lines: list[Line], sizes: list[int], columns: list[int]) -> Iterator[Work]:
        """Every level: a symmetric matrix and a vector for each unit, of the effects that are left."""
        for place, (line, size) in enumerate(zip(lines, sizes, strict=True)):
            left = sum(columns[place:])
            numbers = prod((left, left + 1)) // 2 + left
            mine = size * numbers * columns[place]
            yield Work(statements=4, swept=mine) + self.term(line.args[line.scale], ())

    def outcome(self, part: MarginalLine, units: int, columns: int) -> Work:
        """The residuals of an outcome: from products, or by cell."""
        if part.rest is not None:
            n = self.size(part.rest.domain)
            own = Work(statements=3, elements=5 * n + n * columns)
            return own + self.terms(part.rest.args, part.rest.domain)
        p = self.coefficients(part)
        own = Work(statements=3, products=units * columns * p + p * p)
        for looked_up in part.looked_up:
            n = self.size(looked_up.domain)
            own += Work(statements=4, elements=5 * n, products=n * p) + self.term(
                looked_up.term, looked_up.domain
            )
        return own + Work(swept=part.listed)

    def coefficients(self, part: MarginalLine) -> int:
        return sum(
            len(self.facts.covariate_labels(term.covariates)) if isinstance(term, Linear) else 1
            for term in part.coefficients
        )

    def conjugate(self, density: Conjugate) -> Work:
        """Sums of units, in which gamma functions stand, and what is sampled of exposures."""
        own = self.planned.lines[density.effect]
        found = Work(statements=2, gammas=density.listed) + self.terms(own.args, own.domain)
        for part in density.lines:
            if part.rest is not None:
                n = self.size(part.rest.domain)
                found += Work(statements=2, elements=3 * n, exponentials=n)
                found += self.terms(part.rest.args, part.rest.domain)
        return found
