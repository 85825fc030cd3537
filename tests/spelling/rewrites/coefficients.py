"""Coefficients one by one or as a vector, and covariates computed from data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.graph import (
    Column,
    CovariateColumn,
    CovariatesNode,
    CovariateTerm,
    Dot,
    Expr,
    Graph,
    Node,
    Number,
    Op,
    Ref,
    VariableNode,
)
from tests.spelling.rewrites.spelling import (
    Spelling,
    Values,
    in_predictors,
    intercepts,
    own_prior,
    slopes_of_columns,
)
from tests.spelling.trees import (
    addends,
    coefficient_and_columns,
    free_name,
    inserted,
    plus,
    product,
    times,
    total,
    uses,
    with_predictors,
    within_sum,
    without,
)


def as_coefficients(graph: Graph) -> Spelling | None:
    """`b1 * x1 + b2 * x2` becomes `b @ X`."""
    return _as_coefficients(graph, _without_intercept)


def intercepts_among_coefficients(graph: Graph) -> Spelling | None:
    """`a + b1 * x1 + b2 * x2` becomes `b @ X`, where X begins with 1."""
    return _as_coefficients(graph, _intercept)


def _without_intercept(graph: Graph, eta: Expr, same: VariableNode) -> str | None:
    return None


def _intercept(graph: Graph, eta: Expr, same: VariableNode) -> str | None:
    """What stands alone in a sum, and has the distribution of the coefficients."""
    for sign, term in addends(eta):
        node = own_prior(graph, term) if isinstance(term, Ref) and sign > 0 else None
        alike = node is not None and (node.family, node.args, node.over) == (same.family, same.args, ())
        if node is not None and alike and uses(graph, node.name) == 1:
            return node.name
    return None


def _as_coefficients(
    graph: Graph, intercept: Callable[[Graph, Expr, VariableNode], str | None]
) -> Spelling | None:
    new: dict[str, list[Node]] = {}
    gone: dict[str, list[str]] = {}

    def change(line: str, eta: Expr) -> Expr:
        found: dict[Any, list[tuple[str, str]]] = {}
        for sign, term in addends(eta):
            parts = coefficient_and_columns(term)
            node = own_prior(graph, parts[0]) if parts and sign > 0 else None
            if parts is None or node is None or node.over or len(parts[1]) > 1:
                continue
            same = found.setdefault((node.family, node.parameterization, node.args), [])
            if parts[1][0].name not in {column for _, column in same}:
                same.append((node.name, parts[1][0].name))
        if not found:
            return eta
        (_, _, args), most = max(found.items(), key=lambda item: len(item[1]))
        name = free_name(graph, f"coefficients_of_{line}")
        covariates = free_name(graph, f"covariates_of_{line}")
        while name in gone:
            name, covariates = f"{name}_", f"{covariates}_"
        first = graph[most[0][0]]
        assert isinstance(first, VariableNode)
        one = intercept(graph, eta, first)
        if intercept is _intercept and one is None:
            return eta
        alone = [] if one is None else [one]
        gone[name] = [*alone, *(b for b, _ in most)]
        terms = tuple(CovariateTerm((CovariateColumn(c),)) for _, c in most)
        columns = CovariatesNode(covariates, (*(CovariateTerm() for _ in alone), *terms))
        above = next(n for n in graph.nodes if n in gone[name])
        new[above] = [columns, replace(first, name=name, over=(covariates,), args=args)]
        products: set[Expr] = {Ref(a) for a in alone}
        products |= {times(Ref(b), Column(x)) for b, x in most} | {times(Column(x), Ref(b)) for b, x in most}
        rest = [(sign, term) for sign, term in addends(eta) if term not in products]
        return total([*rest, (1, Dot(Ref(name), covariates))])

    # a coefficient is declared above its first use, and so are the new lines
    written = with_predictors(graph, change)
    if not gone:
        return None

    def values(of: Values) -> dict[str, np.ndarray]:
        parts = {name: np.array([of[b] for b in names], dtype=float) for name, names in gone.items()}
        single = {b for names in gone.values() for b in names}
        return {**{n: v for n, v in of.items() if n not in single}, **parts}

    lines = without(inserted(written, new), {b for names in gone.values() for b in names})
    return Spelling(lines, values, retold=intercepts(graph), other_forms=intercept is _intercept)


def coefficients_one_by_one(graph: Graph) -> Spelling | None:
    """`b @ X` becomes `b1 * x1 + b2 * x2`."""
    new: dict[str, list[Node]] = {}
    names: dict[str, list[str]] = {}

    def change(term: Expr) -> Expr:
        if not isinstance(term, Dot) or (node := own_prior(graph, term.coefficients)) is None:
            return term
        covariates = graph[term.covariates]
        assert isinstance(covariates, CovariatesNode)
        if node.over != (term.covariates,) or any(c.coding is not None for c in covariates.columns):
            return term
        assert not covariates.has_intercept
        names[node.name] = [free_name(graph, f"{node.name}_of_{c.name}") for c in covariates.columns]
        new[node.name] = [replace(node, name=name, over=()) for name in names[node.name]]
        pairs = zip(names[node.name], covariates.columns, strict=True)
        return total([(1, times(Ref(name), Column(c.name))) for name, c in pairs])

    written = with_predictors(graph, lambda _, eta: within_sum(eta, change))
    if not names:
        return None

    def values(of: Values) -> dict[str, np.ndarray]:
        parts = {n: of[b][k] for b, each in names.items() for k, n in enumerate(each)}
        return {**{n: v for n, v in of.items() if n not in names}, **parts}

    lines = without(inserted(written, new), set(names))
    unused = {n for n, node in lines.nodes.items() if isinstance(node, CovariatesNode) and not uses(lines, n)}
    return Spelling(without(lines, unused), values, retold=intercepts(graph))


def covariates_there_and_back(graph: Graph) -> Spelling | None:
    """`b * x` becomes `b * ((x - 5) / 4 * 4 + 5)`: what is computed from data is a covariate."""

    def there(x: Expr) -> Expr:
        scaled = Op("/", (Op("-", (x, Number(5))), Number(4)))
        return plus(times(scaled, Number(4)), Number(5))

    def change(term: Expr) -> Expr:
        if (found := coefficient_and_columns(term)) is None:
            return term
        return product([found[0], *(there(column) for column in found[1])])

    return in_predictors(
        graph, lambda eta: within_sum(eta, change), retold=intercepts(graph) | slopes_of_columns(graph)
    )
