"""Numbers that change nothing."""

from __future__ import annotations

from stanlevels.graph import Expr, Graph, Number, Op
from tests.spelling.rewrites.spelling import Spelling, in_predictors
from tests.spelling.trees import addends, minus, plus, times, total, within_sum


def times_one(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `(a + b * x) * 1.0`."""
    return in_predictors(graph, lambda eta: times(eta, Number(1.0)))


def one_times_every_term(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `1 * a + 1 * (b * x)`."""
    return in_predictors(graph, lambda eta: within_sum(eta, lambda term: times(Number(1), term)))


def over_one(graph: Graph) -> Spelling | None:
    """`a + b1 * x1 + b2 * x2` becomes `a + (b1 * x1 + b2 * x2) / 1.0`."""

    def change(eta: Expr) -> Expr:
        (first, *rest) = addends(eta)
        if not rest:
            return Op("/", (eta, Number(1.0)))
        return total([first, (1, Op("/", (total(rest), Number(1.0))))])

    return in_predictors(graph, change)


def plus_zero(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `0 + (a + b * x) + 0`."""
    return in_predictors(graph, lambda eta: plus(plus(Number(0), eta), Number(0)))


def minus_of_minus(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `a - (-(b * x))`."""

    def change(eta: Expr) -> Expr:
        (sign, first), *rest = addends(eta)
        if not rest:
            return total([(sign, minus(minus(first)))])
        return total([(sign, first), *((-s, minus(term)) for s, term in rest)])

    return in_predictors(graph, change)


def half_of_the_double(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `0.5 * (2 * (a + b * x))`."""
    return in_predictors(graph, lambda eta: times(Number(0.5), times(Number(2), eta)))


def a_number_taken_off_again(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `(a + 3) + b * x - 3`: an offset and its opposite."""

    def change(eta: Expr) -> Expr:
        (sign, first), *rest = addends(eta)
        return total([(1, plus(total([(sign, first)]), Number(3))), *rest, (-1, Number(3))])

    return in_predictors(graph, change)
