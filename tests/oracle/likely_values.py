"""Values of latent quantities where their own lines put them, however far from 0 that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from stanlevels.graph import Graph, VariableNode, parents
from tests.oracle.density import line_arguments
from tests.oracle.evaluate import Evaluator
from tests.oracle.random_models import Case, random_value
from tests.oracle.simulation import line_components, line_units
from tests.oracle.world import Key, build_world

AROUND = ("Normal", "MultiNormal", "StudentT", "Laplace", "Cauchy", "Logistic")


def likely_values(
    case: Case, graph: Graph, units: Mapping[str, Sequence[Key]], seed: int = 0
) -> dict[str, np.ndarray]:
    """A value of every latent quantity, within a standard deviation or so of where its line puts it."""
    rng = np.random.default_rng([case.seed, seed])
    values: dict[str, np.ndarray] = {}
    evaluate = Evaluator(build_world(graph, case.data, units, case.tables), values)
    for name in graph.topological():
        node = graph[name]
        if isinstance(node, VariableNode) and not node.is_observed:
            if name in parents(node):  # an intercept is where the coefficients beside it put it
                values[name] = np.zeros((*line_units(evaluate, node), *line_components(evaluate, node)))
            values[name] = _likely(evaluate, node, rng)
    return values


def _likely(evaluate: Evaluator, node: VariableNode, rng: np.random.Generator) -> np.ndarray:
    if node.family not in AROUND or node.ordered:
        return random_value(evaluate, node, rng)
    shape = (*line_units(evaluate, node), *line_components(evaluate, node))
    arguments = line_arguments(evaluate, node)
    flat = (int(np.prod(line_units(evaluate, node), dtype=int)), *line_components(evaluate, node))
    location, scale = (
        np.broadcast_to(x.reshape(x.shape + (1,) * (len(flat) - x.ndim)), flat)
        for x in (arguments["mu"], arguments["sigma"])
    )
    return np.asarray(location + 0.7 * scale * rng.normal(size=flat)).reshape(shape)
