"""The log density of a declared graph, straight from its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from stanlevels.graph import Graph, IndexNode, Ref, Stack, VariableNode
from stanlevels.graph.composition import Composition, composition
from tests.oracle.closed_forms import LOG_DENSITIES
from tests.oracle.composed import composed
from tests.oracle.evaluate import Evaluator
from tests.oracle.world import Key, build_world

ORDINAL = ("OrderedLogistic", "OrderedProbit", "StoppingRatio", "AdjacentCategories")
CATEGORICAL = ("Categorical", *ORDINAL)
VECTOR_VALUED = (
    "MultiNormal",
    "MultiStudentT",
    "Dirichlet",
    "LKJCholesky",
    "Multinomial",
    "DirichletMultinomial",
)
VECTOR_ARGUMENTS = {
    ("Categorical", "theta"),
    ("Categorical", "logit"),
    *((family, "cutpoints") for family in ORDINAL),
    *(("MultiStudentT", name) for name in ("mu", "sigma", "corr")),
    ("MultiNormal", "mu"),
    ("MultiNormal", "sigma"),
    ("MultiNormal", "corr"),
    ("Dirichlet", "alpha"),
}


def log_density(
    graph: Graph,
    data: pd.DataFrame,
    values: Mapping[str, np.ndarray],
    units: Mapping[str, Iterable[Key]] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> float:
    """Sum of the log densities of every line with a distribution, all constants included.

    Parameters
    ----------
    graph : Graph
        The declaration, no argument left open.
    data : DataFrame
        The rows.
    values : mapping of str to ndarray
        Every latent quantity on its constrained scale: axes that come from data in the order of
        `over=`, then components. A correlation is its Cholesky factor or the matrix; its density is that
        of the Cholesky factor either way. An ordered vector has the density of its unordered
        declaration, without a factor for the number of orders.
    units : mapping of str to list of tuple, optional
        Units of each level in the order of `values`; a unit is the labels of what it is declared within,
        outermost first, and its own.
    tables : mapping of str to DataFrame, optional
        Tables of levels.
    """
    evaluate = Evaluator(build_world(graph, data, units, tables), values)
    return float(sum(np.sum(terms) for terms in log_densities(evaluate).values()))


def log_densities(evaluate: Evaluator) -> dict[str, np.ndarray]:
    """The terms of every line: (units, components), multiplied by its weights."""
    return {name: line_log_density(evaluate, node) for name, node in evaluate.world.graph.variables.items()}


def line_log_density(evaluate: Evaluator, node: VariableNode) -> np.ndarray:
    """The terms of one line, (units, components)."""
    domain = evaluate.domain_of(node.name)
    x = outcome(evaluate, node)
    arguments = line_arguments(evaluate, node)
    if (made := composition(node)) is not None:
        terms = _composed(evaluate, made, x)
    else:
        if node.family not in VECTOR_VALUED:
            arguments = {n: _beside(x, v, (node.family, n) in VECTOR_ARGUMENTS) for n, v in arguments.items()}
        terms = LOG_DENSITIES[node.family, node.parameterization](x, **arguments)
    if node.weights is None:
        return terms
    weights = evaluate.world.numbers(domain, node.weights)
    return weights.reshape(weights.shape + (1,) * (np.ndim(terms) - 1)) * terms


def _composed(evaluate: Evaluator, made: Composition, x: np.ndarray) -> np.ndarray:
    """The terms of a distribution made of others."""

    def density(part: VariableNode) -> Callable[[np.ndarray], np.ndarray]:
        given = {n: _beside(x, v, vector=False) for n, v in line_arguments(evaluate, part).items()}
        return lambda values: LOG_DENSITIES[part.family, part.parameterization](values, **given)

    domain = evaluate.domain_of(made.parts[0].name)
    own = {n: evaluate(e, domain) for n, e in made.arguments if e is not None}
    own = {n: v if made.several else _beside(x, v, vector=False) for n, v in own.items()}
    return composed(made, x, [density(part) for part in made.parts], own)


def line_arguments(evaluate: Evaluator, node: VariableNode) -> dict[str, np.ndarray]:
    """Arguments of a line at its units, (units or 1, components)."""
    domain = evaluate.domain_of(node.name)
    found = {}
    for name, expr in node.args:
        if expr is None:
            raise ValueError(f"{name} of {node.name!r} is left open; the oracle knows no default priors")
        found[name] = evaluate(expr, domain)
    return found


def outcome(evaluate: Evaluator, node: VariableNode) -> np.ndarray:
    """The values a line's density is taken at: latent values or data, categories as 1..K."""
    if node.family not in CATEGORICAL or not node.is_observed:
        return evaluate.flat(node.name)
    column = evaluate.world.column(evaluate.domain_of(node.name), node.observed[0])
    categories = outcome_categories(evaluate, node)
    return np.array([categories.index(value) + 1 for value in column])


def outcome_categories(evaluate: Evaluator, node: VariableNode) -> list[Any]:
    """The categories of an outcome in order: of an ordered type, of a named Index, else whole numbers.

    Whole numbers count from 0 where a 0 occurs, else from 1.
    """
    for frame in evaluate.world.frames:
        kind = frame[node.observed[0]].dtype if node.observed[0] in frame else None
        if isinstance(kind, pd.CategoricalDtype) and kind.ordered:
            return list(kind.categories)
    if names := _named_categories(evaluate, node):
        return names
    column = evaluate.world.column(evaluate.domain_of(node.name), node.observed[0])
    first = 0 if 0 in column else 1
    return list(range(first, first + _category_count(evaluate, node)))


def _category_count(evaluate: Evaluator, node: VariableNode) -> int:
    arguments = line_arguments(evaluate, node)
    if node.family in ORDINAL:
        return int(arguments["cutpoints"].shape[-1]) + 1
    return int(next(iter(arguments.values())).shape[-1])


def _named_categories(evaluate: Evaluator, node: VariableNode) -> list[Any]:
    """Labels of the Index that the argument of a Categorical extends over, where they are texts."""
    if node.family != "Categorical":
        return []
    (_, expr), *_ = node.args
    if expr is None or isinstance(expr, Stack) or not isinstance(expr, Ref):
        return []
    graph = evaluate.world.graph
    target = graph[expr.name]
    axes = graph.component_axes(target.over) if isinstance(target, VariableNode) else ()
    index = graph[axes[-1]] if axes else None
    labels = list(index.labels) if isinstance(index, IndexNode) else []
    return labels if all(isinstance(label, str) for label in labels) else []


def _beside(x: np.ndarray, argument: np.ndarray, vector: bool) -> np.ndarray:
    """A scalar argument with trailing axes of length 1, so that it stands beside components."""
    if vector or argument.ndim >= x.ndim:
        return argument
    return argument.reshape(argument.shape + (1,) * (x.ndim - argument.ndim))
