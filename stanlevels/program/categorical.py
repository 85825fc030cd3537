"""Categories whose log odds share covariates: Stan's GLM function for categorical outcomes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from stanlevels.plan.factors import Block
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Apply, Known, Linear, Term, Vector, addends, factors
from stanlevels.program import stan
from stanlevels.program.code import Code, total
from stanlevels.program.columns import beside, columns, count, stacked
from stanlevels.program.glm import glm_density
from stanlevels.program.terms import Writer

__all__ = ["Categories", "categories", "categorical_glm"]

Signed = tuple[int, Term]


@dataclass(frozen=True)
class Category:
    """The log odds of one category: a constant and coefficients times known columns, with signs."""

    constant: tuple[Signed, ...]
    linear: tuple[Linear, ...]
    products: tuple[tuple[int, Term, Known], ...]


@dataclass(frozen=True)
class Categories:
    """The log odds of every category, and the known columns that they share."""

    items: tuple[Category, ...]
    blocks: tuple[Block, ...]


def categories(line: Line) -> Categories | None:
    """The log odds of a categorical outcome, where all that varies over its units are known columns."""
    if not line.family.is_categorical or not line.form.glm or line.variable.weights:
        return None
    term = line.args[line.form.location]
    if not isinstance(term, Vector) or not term.domain:
        return None
    items = tuple(_category(item) for item in term.items)
    if any(item is None for item in items):
        return None
    found = tuple(item for item in items if item is not None)
    return Categories(found, tuple(_blocks(found)))


def _category(term: Term) -> Category | None:
    constant: list[Signed] = []
    linear: list[Linear] = []
    products: list[tuple[int, Term, Known]] = []
    for sign, addend in addends(term):
        known = [f for f in factors(addend) if isinstance(f, Known)]
        rest = [f for f in factors(addend) if not isinstance(f, Known)]
        if not addend.domain:
            constant.append((sign, addend))
        elif isinstance(addend, Linear) and sign > 0 and not addend.use.domain:
            linear.append(addend)
        elif len(known) == 1 and rest and not any(f.domain for f in rest):
            products.append((sign, _product(rest), known[0]))
        else:
            return None
    repeated = len({x.covariates for x in linear}) < len(linear)
    return None if repeated else Category(tuple(constant), tuple(linear), tuple(products))


def _product(terms: Sequence[Term]) -> Term:
    return reduce(lambda left, right: Apply("*", (left, right), ()), terms)


def _blocks(items: tuple[Category, ...]) -> Iterator[Block]:
    """Every set of covariates once, and then the columns that stand alone, each once."""
    sets = {x.covariates: x for item in items for x in item.linear}
    yield from (Block(linear) for linear in sets.values())
    alone = {known.column: (coefficient, known) for item in items for _, coefficient, known in item.products}
    if alone:
        yield Block(coefficients=tuple(alone.values()))


def categorical_glm(write: Writer, found: Categories) -> stan.Density:
    """The density: known columns, a constant and a column of coefficients for each category."""
    constants = tuple(total([(s, write(t)) for s, t in item.constant]).expression for item in found.items)
    slopes = stacked(_slopes(write, block, found.items) for block in found.blocks)
    return glm_density(write, columns(write, found.blocks), stan.Transposed(stan.Row(constants)), slopes)


def _slopes(write: Writer, block: Block, items: tuple[Category, ...]) -> stan.Expression:
    """A matrix: a row per column of the block, a column per category."""
    if block.linear is not None:
        return beside(_of_set(write, block, item) for item in items)
    return stan.Row(
        tuple(
            stan.Row(tuple(_of_column(write, known, item).expression for item in items))
            for _, known in block.coefficients
            if isinstance(known, Known)
        )
    )


def _of_set(write: Writer, block: Block, item: Category) -> stan.Expression:
    assert block.linear is not None
    for linear in item.linear:
        if linear.covariates == block.linear.covariates:
            return write.scope.variable(linear.use.name)
    return stan.Call("rep_vector", (stan.Literal(0), count(write, block)))


def _of_column(write: Writer, known: Known, item: Category) -> Code:
    found = [(sign, write(c)) for sign, c, column in item.products if column.column == known.column]
    return total(found)
