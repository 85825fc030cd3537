"""The order of terms and factors, and brackets."""

from __future__ import annotations

from stanlevels.graph import Column, Expr, Graph, Number, Op
from tests.spelling.rewrites.spelling import Spelling, in_predictors
from tests.spelling.trees import (
    Addend,
    addends,
    coefficient_and_columns,
    factors,
    plus,
    product,
    times,
    total,
    within_sum,
)


def terms_reversed(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `b * x + a`."""
    return in_predictors(graph, lambda eta: total(addends(eta)[::-1]))


def factors_reversed(graph: Graph) -> Spelling | None:
    """`b * x` becomes `x * b`."""
    return in_predictors(graph, lambda eta: within_sum(eta, lambda term: product(factors(term)[::-1])))


def brackets_to_the_right(graph: Graph) -> Spelling | None:
    """`a + b + c` becomes `a + (b + c)`."""

    def change(eta: Expr) -> Expr:
        *before, (sign, last) = addends(eta)
        found = total([(sign, last)])
        for sign, term in reversed(before):
            found = plus(total([(sign, term)]), found)
        return found

    return in_predictors(graph, change)


def coefficients_as_sums(graph: Graph) -> Spelling | None:
    """`b * x` becomes `(0.5 * b + 0.5 * b) * x`."""

    def change(term: Expr) -> Expr:
        if (found := coefficient_and_columns(term)) is None:
            return term
        half = times(Number(0.5), found[0])
        return product([plus(half, half), *found[1]])

    return in_predictors(graph, lambda eta: within_sum(eta, change))


def terms_in_halves(graph: Graph) -> Spelling | None:
    """`b * x` becomes `b * x / 2 + b * x / 2`."""

    def change(term: Expr) -> Expr:
        half = Op("/", (term, Number(2)))
        return term if coefficient_and_columns(term) is None else plus(half, half)

    return in_predictors(graph, lambda eta: within_sum(eta, change))


def sums_over_a_covariate(graph: Graph) -> Spelling | None:
    """`slope * x + dev * x` becomes `(slope + dev) * x`."""

    def change(eta: Expr) -> Expr:
        found: dict[tuple[str, ...], list[Addend]] = {}
        rest: list[Addend] = []
        for sign, term in addends(eta):
            parts = factors(term)
            columns = tuple(sorted(p.name for p in parts if isinstance(p, Column)))
            others = [p for p in parts if not isinstance(p, Column)]
            if columns and others:
                found.setdefault(columns, []).append((sign, product(others)))
            else:
                rest.append((sign, term))
        if all(len(terms) < 2 for terms in found.values()):
            return eta
        gathered = [(1, product([total(terms), *map(Column, names)])) for names, terms in found.items()]
        return total([*rest, *gathered])

    return in_predictors(graph, change)


def sums_multiplied_out(graph: Graph) -> Spelling | None:
    """`(slope + dev) * x` becomes `slope * x + dev * x`."""

    def change(term: Expr) -> Expr:
        parts = factors(term)
        columns = [p for p in parts if isinstance(p, Column)]
        sums = [p for p in parts if not isinstance(p, Column)]
        if len(sums) != 1 or not columns or len(addends(sums[0])) < 2:
            return term
        return total([(sign, product([inner, *columns])) for sign, inner in addends(sums[0])])

    return in_predictors(graph, lambda eta: within_sum(eta, change))


def halves_multiplied_out(graph: Graph) -> Spelling | None:
    """`b * x` becomes `0.5 * b * x + 0.5 * b * x`."""
    if (halves := coefficients_as_sums(graph)) is None:
        return None
    return sums_multiplied_out(halves.graph)


def halves_multiplied_out_and_gathered(graph: Graph) -> Spelling | None:
    """`b * x` becomes `(0.5 * b + 0.5 * b) * x`, by way of two terms; others with x join them."""
    if (halves := halves_multiplied_out(graph)) is None:
        return None
    return sums_over_a_covariate(halves.graph)
