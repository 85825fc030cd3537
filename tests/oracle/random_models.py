"""Random models with small data and random values: the material of the parity tests.

`cases()` is a strategy for hypothesis: structure comes from its choices and so shrinks to the simplest
model that fails; numbers come from a seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

import stanlevels as sl
from stanlevels.graph import Graph, VariableNode
from tests.oracle.density import line_arguments
from tests.oracle.draft import Choices, Draft, SeededChoices
from tests.oracle.draws import lkj_cholesky
from tests.oracle.effects import linear_predictor
from tests.oracle.evaluate import Evaluator
from tests.oracle.likelihoods import likelihood, measurement_error, outcome_of_level
from tests.oracle.simulation import line_components, line_units
from tests.oracle.structures import levels
from tests.oracle.world import Key, build_world

POSITIVE = (
    *("LogNormal", "Gamma", "InverseGamma", "Exponential", "Weibull", "LogLogistic", "Pareto", "Frechet"),
    *("HalfNormal", "HalfCauchy", "HalfStudentT"),
)


@dataclass(frozen=True)
class Case:
    """A model, data that fit it, and the features that were used.

    `bound` says whether every prior that is open has a scale (that of effects without an outcome has none).
    """

    model: Any
    data: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    features: frozenset[str]
    seed: int
    bound: bool = True

    @property
    def graph(self) -> Graph:
        graph: Graph = self.model.graph()
        return graph

    def __repr__(self) -> str:
        lines = "\n  ".join(repr(node) for node in self.graph.nodes.values())
        return f"Case(seed={self.seed}, features={sorted(self.features)}\n  {lines}\n{self.data.head(8)})"


def random_case(choose: Choices, seed: int) -> Case:
    """A random model with data."""
    draft = Draft(choose, np.random.default_rng(seed))
    draft.n = choose.integer(10, 60)
    levels(draft)
    eta = linear_predictor(draft)
    if draft.maybe("measurement error", 8):
        eta = eta + measurement_error(draft)
    likelihood(draft, eta)
    if draft.units and draft.maybe("outcome of a level", 6):
        without_table = [u for u in draft.units if u not in draft.tables]
        if without_table:
            outcome_of_level(draft, choose.pick(without_table))
    if draft.maybe("second outcome", 6):
        likelihood(draft, eta / 2)
    model = sl.Model.define("Drawn", draft.lines)
    if draft.maybe("inheritance", 5):
        model = _overridden(draft, model)
    frame = draft.frame()
    bound = binds(model, frame, draft.tables)
    if not bound:
        model = _closed(model)
        bound = binds(model, frame, draft.tables)
    return Case(model, frame, draft.tables, frozenset(draft.features), seed, bound)


def _closed(model: Any) -> Any:
    """A model with numbers in its open priors of single quantities."""
    still_open = {n: v for n, v in model.graph().latent.items() if any(e is None for _, e in v.args)}
    scalars = {n: v for n, v in still_open.items() if v.family in ("Normal", "HalfNormal") and not v.over}
    closed = {n: sl.Normal(0, 1) if v.family == "Normal" else sl.HalfNormal(1) for n, v in scalars.items()}
    return model.define("Closed", closed)


def binds(model: Any, data: pd.DataFrame, tables: Mapping[str, pd.DataFrame]) -> bool:
    """Whether the data tell a scale for every prior that is open."""
    try:
        model.bind(data, tables=tables)
    except sl.DeclarationError as error:
        if "nothing tells how large" not in str(error):
            raise
        return False
    return True


def _overridden(draft: Draft, model: Any) -> Any:
    """A class that inherits everything and says one prior otherwise."""
    graph = model.graph()
    vectors = ("LKJCholesky", "Dirichlet")
    scalars = {n: v for n, v in graph.latent.items() if not v.over and v.family not in vectors}
    if not scalars:
        return model
    name = draft.choose.pick(list(scalars))
    positive = scalars[name].family in POSITIVE
    line = sl.Gamma(3, 2) if positive else sl.Normal(0.25, 1.5)
    if scalars[name].family == "Uniform":
        line = sl.Uniform(0, 1)
    return model.define("Changed", {name: line})


@cache
def seeded_case(seed: int) -> Case:
    """The random model of a seed. Its frames are shared: change copies.

    By NumPy's generator, not by hypothesis, which draws constants of whatever modules are loaded: other
    models on every machine, and after every change of the package.
    """
    rng = np.random.default_rng(seed)
    while not (case := random_case(SeededChoices(rng), int(rng.integers(2**32)))).bound:
        pass
    return case


# --- values ----------------------------------------------------------------------------------


def random_values(
    case: Case,
    units: Mapping[str, Sequence[Key]] | None = None,
    seed: int = 0,
    graph: Graph | None = None,
) -> dict[str, np.ndarray]:
    """An admissible value of every latent quantity, of moderate size whatever its distribution.

    `graph` takes the place of the case's own where default priors were filled in.
    """
    rng = np.random.default_rng([case.seed, seed])
    values: dict[str, np.ndarray] = {}
    graph = case.graph if graph is None else graph
    evaluate = Evaluator(build_world(graph, case.data, units, case.tables), values)
    for name in graph.topological():
        node = graph[name]
        if isinstance(node, VariableNode) and not node.is_observed:
            values[name] = random_value(evaluate, node, rng)
    return values


def random_value(evaluate: Evaluator, node: VariableNode, rng: np.random.Generator) -> np.ndarray:
    components = line_components(evaluate, node)
    shape = (*line_units(evaluate, node), *components)
    if node.family == "LKJCholesky":
        return lkj_cholesky(rng, components, np.array(3.0))[0]
    if node.family == "Dirichlet":
        shares = rng.gamma(5, size=shape)
        return shares / shares.sum(axis=-1, keepdims=True)
    if node.ordered:
        return np.cumsum(rng.uniform(0.2, 1.5, shape), axis=-1) - 1.5 * (node.family not in POSITIVE)
    if node.family == "Beta":
        return rng.uniform(0.1, 0.9, shape)
    if node.family == "Uniform":
        bounds = line_arguments(evaluate, node)
        share = rng.uniform(0.45, 0.6, shape)
        return (1 - share) * bounds["alpha"].reshape(()) + share * bounds["beta"].reshape(())
    if node.family in POSITIVE:
        return np.exp(rng.normal(0, 0.4, shape))
    return rng.normal(0.1, 0.5, shape)
