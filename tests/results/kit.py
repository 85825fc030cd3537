"""Fits without an engine: real models on real frames, with draws that a test writes itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.binding import bind_data
from stanlevels.engines.base import ChainFailure, RawDraws, Settings
from stanlevels.graph import Graph
from stanlevels.passes.place import place
from stanlevels.plan.planned import Planned
from stanlevels.results.fit import Fit
from stanlevels.values.store import flat_shape

Drawn = Callable[[str, tuple[int, ...]], np.ndarray]


@dataclass(frozen=True)
class Written:
    """A program as far as a fit looks at it."""

    text: str
    outputs: Mapping[str, str]


def planned_on(model: Any, data: Any, tables: Any = None) -> tuple[Planned, Any]:
    """A model with every line in its place, and its data."""
    graph: Graph = model._graph
    bound = bind_data(graph, data, tables=tables)
    return place(graph, bound), bound


def outputs_of(planned: Planned) -> dict[str, str]:
    """A variable for every quantity that a program would hold."""
    return {name: f"stan_{i}" for i, name in enumerate(planned.in_program)}


def stats_of(chains: int, draws: int, seed: int = 5) -> dict[str, np.ndarray]:
    """Sampler statistics of a run without trouble: E-BFMI near 2, no divergences."""
    rng = np.random.default_rng(seed)
    shape = (chains, draws)
    return {
        "lp": rng.normal(size=shape),
        "acceptance_rate": np.full(shape, 0.9),
        "step_size": np.full(shape, 0.5),
        "tree_depth": np.full(shape, 3),
        "n_steps": np.full(shape, 7),
        "diverging": np.zeros(shape, dtype=bool),
        "energy": rng.normal(size=shape),
    }


def raw_draws(variables: Mapping[str, np.ndarray], **changes: Any) -> RawDraws:
    """Draws as an engine gives them."""
    chains, draws = next(iter(variables.values())).shape[:2] if variables else (4, 100)
    settings: dict[str, Any] = {
        "variables": dict(variables),
        "stats": stats_of(chains, draws),
        "chains": tuple(range(1, chains + 1)),
        "failures": (),
        "engine": "stanli",
        "versions": {"stanli": "0.24.0"},
        "seed": 17,
        "seconds": {k: np.ones(chains) for k in ("build", "warmup", "sampling")},
        "step_size": np.full(chains, 0.5),
        "inverse_metric": np.ones((chains, 3)),
    }
    return RawDraws(**(settings | changes))


def fit_of(
    model: Any,
    data: Any,
    drawn: Drawn | None = None,
    *,
    tables: Any = None,
    chains: int = 4,
    draws: int = 100,
    settings: Settings | None = None,
    change: Callable[[Planned], Planned] = lambda planned: planned,
    **changes: Any,
) -> Fit:
    """A fit whose draws of quantity `name` are ``drawn(name, shape)``, standard normal by default."""
    planned, bound = planned_on(model, data, tables)
    planned = change(planned)
    outputs = outputs_of(planned)
    rng = np.random.default_rng(3)
    make = drawn or (lambda _, shape: rng.normal(size=shape))
    variables = {
        stan: np.asarray(make(name, (chains, draws, *flat_shape(planned, bound, name))), dtype=float)
        for name, stan in outputs.items()
    }
    program: Any = Written("data { } // größe\n", outputs)
    raw = raw_draws(variables, **changes)
    return Fit(model.__name__, bound, planned, program, raw, settings or Settings(chains=chains, draws=draws))


def failure(chain: int, message: str) -> ChainFailure:
    """A chain that gave nothing."""
    return ChainFailure(chain, message)
