"""Covariates of another origin and unit, and what takes up the move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np

from stanlevels.graph import (
    At,
    Call,
    Component,
    Expr,
    ExpressionNode,
    Graph,
    Number,
    Op,
    Ref,
    Stack,
    VariableNode,
    expressions,
)
from tests.spelling.rewrites.spelling import Spelling, Values, own_prior
from tests.spelling.trees import (
    addends,
    coefficient_and_columns,
    column_uses,
    columns_elsewhere,
    times,
    uses,
    with_predictors,
    within_sum,
)

Step = tuple[str, int | None]
"""A quantity, or one component of it."""


@dataclass(frozen=True)
class Slope:
    """An open coefficient of one column, and what takes up a move of that column.

    `path` leads from the predictor to its open intercept, through the effects of which that is the mean.
    """

    line: str
    path: tuple[Step, ...]
    coefficient: str
    column: str
    sign: int


def slopes(graph: Graph) -> list[Slope]:
    """Where a covariate can be moved and an intercept take up the move, one for each intercept."""
    found: dict[str, Slope] = {}
    ambiguous = _ambiguous(graph)

    def is_open(expr: Expr) -> bool:
        node = own_prior(graph, expr)
        return node is not None and not node.over and all(e is None for _, e in node.args)

    def takes_up(path: tuple[Step, ...]) -> bool:
        names = [name for name, _ in path]
        alone = all(uses(graph, name) == 1 for name in names)
        return alone and is_open(Ref(names[-1])) and not ambiguous & set(names)

    def see(line: str, eta: Expr) -> Expr:
        paths = [path for path in paths_to_intercepts(graph, eta) if takes_up(path)]
        for sign, term in addends(eta):
            parts = coefficient_and_columns(term)
            if parts and len(parts[1]) == 1 and paths and is_open(parts[0]):
                assert isinstance(parts[0], Ref)
                here = Slope(line, paths[0], parts[0].name, parts[1][0].name, sign)
                found.setdefault(paths[0][-1][0], here)
        return eta

    with_predictors(graph, see)
    return list(found.values())


def _ambiguous(graph: Graph) -> set[str]:
    """Intercepts that share an outcome with another one, which might as well take up a move."""
    found: set[str] = set()
    for node in graph.observed.values():
        for expr in expressions(node):
            for item in expr.items if isinstance(expr, Stack) else (expr,):
                here = _without_covariates(graph, item)
                found |= here if len(here) > 1 else set()
    return found


def _without_covariates(graph: Graph, expr: Expr) -> set[str]:
    """Scalars that reach a predictor in a term without covariates, whatever is done to them."""
    found: set[str] = set()
    for _, term in addends(expr):
        match term:
            case Component(of=Ref(name) | At(name)) | Ref(name) | At(name):
                node = graph[name]
                mean = dict(node.args).get("mu") if isinstance(node, VariableNode) else None
                if isinstance(node, VariableNode) and not node.over:
                    found.add(name)
                elif isinstance(node, ExpressionNode):
                    found |= _without_covariates(graph, node.expr)
                elif mean is not None:
                    items = mean.items if isinstance(mean, Stack) else (mean,)
                    found |= {n for item in items for n in _without_covariates(graph, item)}
            case Op(args=args) if coefficient_and_columns(term) is None:
                found |= {n for arg in args for n in _without_covariates(graph, arg)}
            case Call(args=args):
                found |= {n for arg in args for n in _without_covariates(graph, arg)}
            case _:
                pass
    return found


def paths_to_intercepts(graph: Graph, expr: Expr) -> list[tuple[Step, ...]]:
    """Scalars that a predictor adds: directly, by a name, or as the mean of effects."""
    found: list[tuple[Step, ...]] = []
    for sign, term in addends(expr):
        key = term.key if isinstance(term, Component) else None
        target = term.of if isinstance(term, Component) else term
        node = graph[target.name] if isinstance(target, Ref | At) and sign > 0 else None
        if isinstance(node, ExpressionNode):
            found += paths_to_intercepts(graph, node.expr)
        elif isinstance(node, VariableNode) and not node.over:
            found.append(((node.name, None),))
        elif isinstance(node, VariableNode) and not isinstance(key, str):
            mean = dict(node.args).get("mu")
            if isinstance(mean, Stack):
                mean = mean.items[key] if key is not None and key < len(mean.items) else None
            further = [] if mean is None else paths_to_intercepts(graph, mean)
            found += [((node.name, key), *path) for path in further]
    return found


_ORIGIN, _UNIT = 7.0, 4.0


def _moved(found: list[Slope], origin: float, unit: float) -> Callable[[Values], dict[str, np.ndarray]]:
    """Values where x has become (x - origin) / unit."""

    def values(of: Values) -> dict[str, np.ndarray]:
        new = dict(of)
        for slope in found:
            move = slope.sign * of[slope.coefficient] * origin
            for name, component in slope.path:
                moved = np.array(new[name], dtype=float)
                moved[... if component is None else (..., component)] += move
                new[name] = moved
            new[slope.coefficient] = of[slope.coefficient] * unit
        return new

    return values


def _retold(found: list[Slope]) -> frozenset[str]:
    return frozenset({n for s in found for n in (s.path[-1][0], s.coefficient)})


def _expressed(graph: Graph, origin: float, unit: float) -> Spelling | None:
    found = slopes(graph)
    if not found:
        return None

    def moved(column: Expr) -> Expr:
        centred = Op("-", (column, Number(origin))) if origin else column
        return Op("/", (centred, Number(unit))) if unit != 1 else centred

    def change(line: str, eta: Expr) -> Expr:
        def term_of(term: Expr) -> Expr:
            parts = coefficient_and_columns(term)
            mine = [s for s in found if s.line == line and parts and parts[0] == Ref(s.coefficient)]
            return times(parts[0], moved(parts[1][0])) if mine and parts else term

        return within_sum(eta, term_of)

    values = _moved(found, origin, unit)
    return Spelling(with_predictors(graph, change), values, len(found) * log(unit), retold=_retold(found))


def covariates_centred(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `a + b * (x - 7)`."""
    return _expressed(graph, _ORIGIN, 1.0)


def covariates_scaled(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `a + b * (x / 4)`."""
    return _expressed(graph, 0.0, _UNIT)


def covariates_standardised(graph: Graph) -> Spelling | None:
    """`a + b * x` becomes `a + b * ((x - 7) / 4)`."""
    return _expressed(graph, _ORIGIN, _UNIT)


def columns_of_another_scale(graph: Graph) -> Spelling | None:
    """The column x becomes 1000 + x / 2 in the data."""
    elsewhere = columns_elsewhere(graph)
    alone = [s for s in slopes(graph) if s.column not in elsewhere and column_uses(graph, s.column) == 1]
    if not alone:
        return None
    origin, unit = -2000.0, 2.0  # (x - origin) / unit is 1000 + x / 2
    columns = {s.column: (-origin / unit, 1 / unit) for s in alone}
    values = _moved(alone, origin, unit)
    return Spelling(graph, values, len(alone) * log(unit), columns, _retold(alone))
