"""Expressions with values in place of outcomes that are missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from stanlevels.binding.coding import Codings
from stanlevels.binding.covariates import width_of
from stanlevels.binding.partly.holes import absent, known
from stanlevels.binding.partly.reach import within
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import (
    Column,
    Component,
    CovariateColumn,
    CovariatesNode,
    Dot,
    Expr,
    ExpressionNode,
    Graph,
    Number,
    Op,
    Ref,
    VariableNode,
    rebuilt,
)

__all__ = ["IMPUTE", "Assumed", "Found", "Outcome", "product_of", "total", "value_of"]

IMPUTE = (
    'leave these rows out, bind(data, missing="drop"); or impute them and fit each completed'
    " table: sl.pool([Model.fit(table) for table in tables])"
)


@dataclass(frozen=True)
class Found:
    """What data say of outcomes that are summed out.

    Attributes
    ----------
    categories : mapping of str to tuple
        Of outcomes that are one of several, by line.
    fills : mapping of str to object
        What stands where an outcome is missing.
    codings : mapping of CovariateColumn to Coding
    """

    categories: Mapping[str, tuple[Any, ...]]
    fills: Mapping[str, Any]
    codings: Codings


@dataclass(frozen=True)
class Outcome:
    """An outcome to sum out: its values, as numbers or as places of categories."""

    node: VariableNode
    values: tuple[int, ...]
    labels: tuple[Any, ...] | None


@dataclass(frozen=True)
class Assumed:
    """Puts values in place of outcomes.

    Attributes
    ----------
    graph : Graph
    outcomes : mapping of str to Outcome
        Those that are summed out.
    found : Found
    """

    graph: Graph
    outcomes: Mapping[str, Outcome]
    found: Found

    def __call__(self, expr: Expr, given: Mapping[str, int]) -> Expr:
        """An expression with values in place of outcomes, and named ones that rest on these written out."""

        def change(inner: Expr) -> Expr | None:
            match inner:
                case Ref(name=name) if name in given:
                    return self._number(name, given[name])
                case Ref(name=name):
                    node = self.graph.nodes.get(name)
                    if isinstance(node, ExpressionNode) and within(self.graph, inner, set(given)):
                        return self(node.expr, given)
                case Component(of=of) if within(self.graph, of, set(given)):
                    raise DeclarationError(
                        f"a component of {of.name!r} is taken, and that rests on missing {listing(given)}",
                        expected="the expression of that component itself",
                        way_out="write it out in the line that uses it",
                    )
                case Dot() if more := self._differences(inner, given):
                    return total([inner, *more])
            return None

        return rebuilt(expr, change)

    def _number(self, name: str, value: int) -> Expr:
        outcome = self.outcomes[name]
        if outcome.labels is not None:
            raise DeclarationError(
                f"{name!r} ~ {outcome.node.outlined} is used as a number, and has missing values",
                expected=f"coefficients of its categories: X = sl.covariates({outcome.node.observed[0]!r}),"
                " b = sl.Normal(0, 1, over=X), and b @ X",
            )
        return value_of(name, value)

    def _differences(self, dot: Dot, given: Mapping[str, int]) -> list[Expr]:
        """What covariates add where an outcome is missing and has a value, against what fills the hole."""
        node = self.graph.nodes[dot.covariates]
        assert isinstance(node, CovariatesNode)
        columns = {self.outcomes[n].node.observed[0]: n for n in given}
        found: list[Expr] = []
        start = 0
        for term in node.terms:
            widths = [width_of(factor, self.found.codings) for factor in term.factors]
            mine = [
                k for k, f in enumerate(term.factors) if isinstance(f, CovariateColumn) and f.name in columns
            ]
            size = reduce(lambda a, b: a * b, widths, 1)
            if mine:
                (at, *more) = mine
                factor = term.factors[at]
                assert isinstance(factor, CovariateColumn)
                others = [f for k, f in enumerate(term.factors) if k != at]
                beside = self._beside(dot.covariates, factor, others, crossed=bool(more))
                name = columns[factor.name]
                for k, number in enumerate(self._contrasts(name, factor, given[name])):
                    if number:
                        by = product_of([Number(number), Column(absent(name)), *beside])
                        found.append(Op("*", (Component(dot.coefficients, start + k), by)))
            start += size
        return found

    def _beside(
        self, covariates: str, factor: CovariateColumn, others: Sequence[Any], *, crossed: bool
    ) -> list[Expr]:
        """The other factors of a product as columns of numbers."""
        coded = [f.name for f in others if isinstance(f, CovariateColumn) and f in self.found.codings]
        if crossed or coded:
            raise DeclarationError(
                f"{covariates!r} has the product of {factor.name!r}, which has missing values, and the"
                f" categories of {listing(coded or [factor.name])}",
                expected="products with columns of numbers, where missing values are summed out",
                way_out=f"make the other one numbers, such as a column of 0 and 1, or {IMPUTE}",
            )
        return [Column(f.name) if isinstance(f, CovariateColumn) else f for f in others]

    def _contrasts(self, name: str, factor: CovariateColumn, value: int) -> list[float]:
        """How the columns of a factor differ between a value and what fills the holes."""
        outcome, fill = self.outcomes[name], self.found.fills[name]
        label = value if outcome.labels is None else outcome.labels[value - 1]
        coding = self.found.codings.get(factor)
        if coding is None:
            return [float(label) - float(fill)]
        rows = {one: k for k, one in enumerate(coding.categories)}
        if label not in rows:
            raise DeclarationError(
                f"{name!r} may be {label!r} where it is missing, and no row with a value is: nothing says"
                f" what its coefficient in the covariates is",
                expected=f"a row that has each of {listing(outcome.labels or outcome.values)}",
                way_out=f"leave {label!r} out of the categories of {name}",
            )
        difference = coding.table[rows[label]] - coding.table[rows[fill]]
        return [float(each) for each in difference]


def value_of(name: str, value: int) -> Expr:
    """What an outcome is where it is known, and a value where it is not."""
    if not value:
        return Column(known(name))
    there = Column(absent(name))
    return Op("+", (Column(known(name)), there if value == 1 else Op("*", (Number(value), there))))


def total(terms: Sequence[Expr]) -> Expr:
    """The sum of expressions."""
    return reduce(lambda a, b: Op("+", (a, b)), terms)


def product_of(factors: Sequence[Expr]) -> Expr:
    """The product of expressions."""
    return reduce(lambda a, b: Op("*", (a, b)), factors)
