"""Draws from the prior and of the outcomes of a declared graph, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from stanlevels.graph import ROWS, CovariatesNode, Graph, IndexNode, Ref, Stack, VariableNode
from tests.oracle.density import (
    CATEGORICAL,
    VECTOR_ARGUMENTS,
    VECTOR_VALUED,
    line_arguments,
    outcome_categories,
)
from tests.oracle.draws import DRAWS, Rng
from tests.oracle.evaluate import Evaluator
from tests.oracle.world import Domain, Key, Record, World, build_world


def simulate(
    graph: Graph,
    data: pd.DataFrame,
    rng: Rng,
    units: Mapping[str, Iterable[Key]] | None = None,
    tables: Mapping[str, pd.DataFrame] | None = None,
) -> tuple[dict[str, np.ndarray], pd.DataFrame]:
    """Latent values and a copy of `data` with outcomes, drawn from the declared model.

    `data` holds the levels' columns and covariates; the observed columns of rows are filled in (those of
    a level's own table are not supported). Values have the shapes that `log_density` takes.
    """
    world = build_world(graph, data, units, tables)
    values = simulate_in(world, rng)
    filled = data.copy()
    for node in graph.observed.values():
        for column in node.observed:
            filled[column] = [row[column] for row in world.rows]
    return values, filled


def simulate_in(world: World, rng: Rng) -> dict[str, np.ndarray]:
    """Latent values drawn from a world's model; its records have the outcomes from then on."""
    values: dict[str, np.ndarray] = {}
    evaluate = Evaluator(world, values)
    for name in world.graph.topological():
        node = world.graph[name]
        if isinstance(node, VariableNode) and node.is_observed:
            _record(world, evaluate, node, draw_line(evaluate, node, rng))
        elif isinstance(node, VariableNode):
            values[name] = draw_line(evaluate, node, rng)
    return values


def draw_line(evaluate: Evaluator, node: VariableNode, rng: Rng) -> np.ndarray:
    """One draw of every unit and component of a line: axes from data, then components."""
    arguments = line_arguments(evaluate, node)
    units = line_units(evaluate, node)
    components = line_components(evaluate, node)
    n = int(np.prod(units, dtype=int))
    if node.family not in VECTOR_VALUED:
        arguments = {
            name: value
            if (node.family, name) in VECTOR_ARGUMENTS
            else value.reshape(value.shape + (1,) * (1 + len(components) - value.ndim))
            for name, value in arguments.items()
        }
    shape = (n, *components) if node.family != "LKJCholesky" else components
    drawn = DRAWS[node.family, node.parameterization](rng, shape, **arguments)
    while node.ordered and np.any(np.diff(drawn, axis=-1) <= 0):
        drawn = DRAWS[node.family, node.parameterization](rng, shape, **arguments)
    return np.asarray(drawn).reshape((*units, *components))


def line_units(evaluate: Evaluator, node: VariableNode) -> tuple[int, ...]:
    """Numbers of units along the axes from data; none for a scalar."""
    return tuple(evaluate.world.size((axis,)) for axis in evaluate.domain_of(node.name))


def line_components(evaluate: Evaluator, node: VariableNode) -> tuple[int, ...]:
    """Numbers of components along the component axes; (K, K) for a correlation."""
    world = evaluate.world
    fixed = tuple(_axis_size(world, axis) for axis in world.graph.component_axes(node.over))
    if node.family not in VECTOR_VALUED or fixed:
        return fixed
    if node.family == "LKJCholesky":
        size = node.size or _users_size(world, node)
        return (size, size)
    return (_vector_size(world, node),)


def _vector_size(world: World, node: VariableNode) -> int:
    """Components of a vector-valued line: of its columns, its lists, or the quantities it is given."""
    if len(node.observed) > 1:
        return len(node.observed)
    found = [node.size or 0, *(_axis_size(world, axis) for axis in world.graph.component_axes(node.over))]
    for _, expr in node.args:
        if isinstance(expr, Stack):
            found.append(len(expr.items))
        elif isinstance(expr, Ref) and isinstance(other := world.graph[expr.name], VariableNode):
            fixed = world.graph.component_axes(other.over)
            found += [other.size or 0, *(_axis_size(world, axis) for axis in fixed)]
    return max(found)


def _users_size(world: World, node: VariableNode) -> int:
    """Components of the MultiNormal that uses a correlation of unstated size."""
    users = [v for v in world.graph.variables.values() if v.family in ("MultiNormal", "MultiStudentT")]
    return next(_vector_size(world, v) for v in users if v.arg("corr") == Ref(node.name))


def _axis_size(world: World, axis: str) -> int:
    node = world.graph[axis]
    if isinstance(node, IndexNode):
        return len(node.labels)
    assert isinstance(node, CovariatesNode)
    return len(world.covariate_labels(axis))


def _record(world: World, evaluate: Evaluator, node: VariableNode, drawn: np.ndarray) -> None:
    """Write outcomes into the records of their units."""
    domain = evaluate.domain_of(node.name)
    if node.family in CATEGORICAL:
        categories = outcome_categories(evaluate, node)
        drawn = np.array([categories[int(k) - 1] for k in drawn], dtype=object)
    table = drawn.reshape(world.size(domain), len(node.observed))
    for member, given in zip(world.members(domain), table.tolist(), strict=True):
        about = [r for r in world.rows if _is_about(world, r, domain, member)]
        for row in about:
            row.update(zip(node.observed, given, strict=True))
    world.rewritten()


def _is_about(world: World, row: Record, domain: Domain, member: tuple[Any, ...]) -> bool:
    return all(
        row is world.rows[unit] if axis == ROWS else world.key(row, axis) == unit
        for axis, unit in zip(domain, member, strict=True)
    )
