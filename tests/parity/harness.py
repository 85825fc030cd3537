"""A program's log density at given values, beside the oracle's."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import stanli

from stanlevels.bound_model import BoundModel
from stanlevels.graph import Expr, Graph, Node, Number, Stack, VariableNode
from stanlevels.plan.quantities import Standardised
from stanlevels.program.program import Parameter
from tests.oracle.closed_forms import as_cholesky
from tests.oracle.density import line_arguments, log_density
from tests.oracle.evaluate import Evaluator
from tests.oracle.world import Key, build_world

Array = np.ndarray
Tables = Mapping[str, pd.DataFrame]


@dataclass(frozen=True)
class Densities:
    """Log densities of one model at one point.

    Attributes
    ----------
    stan : float
        Of the program, on the scale of its parameters (Jacobian taken off).
    oracle : float
        Of the declaration, on the scale of its quantities, plus the log of the change of scale where
        the program has standardised parameters.
    gradient, difference : ndarray
        Directional derivatives of the program's log density, and central differences of it.
    """

    stan: float
    oracle: float
    gradient: Array
    difference: Array

    def agree(self) -> bool:
        """To 1e-8 relative to the log density, derivatives to 1e-6 relative to their size or to it."""
        scale = max(1.0, abs(self.oracle))
        close = abs(self.stan - self.oracle) <= 1e-8 * scale
        tolerance = 1e-6 * np.maximum(np.abs(self.gradient), scale)
        return bool(close and np.all(np.abs(self.gradient - self.difference) <= tolerance))


def bind_as(
    model: Any, data: Any, tables: Tables | None = None, *, centered: bool | None = None
) -> BoundModel:
    """A bound model with every choice of parameterisation made alike; None keeps the plan's choices."""
    bound: BoundModel = model.bind(data, tables=tables)
    if centered is None:
        return bound
    plan = replace(bound.plan, centered=dict.fromkeys(bound.plan.centered, centered))
    again: BoundModel = model.bind(data, tables=tables, plan=plan)
    assert all(again.planned.centered[name] is centered for name in plan.centered)
    return again


def unit_keys(bound: BoundModel) -> dict[str, list[Key]]:
    """Units of every level in the program's order: labels of what each is declared within, and its own."""
    graph, levels = bound.planned.graph, bound.data.levels

    def keys(name: str) -> list[Key]:
        level, within = levels[name], graph.levels[name].within
        if within is None:
            return [(label,) for label in level.labels]
        parent = graph.target_level(within)
        above = keys(parent)
        return [(*above[up], own) for up, own in zip(level.parents[parent], level.labels, strict=True)]

    return {name: keys(name) for name in levels}


def closed_graph(bound: BoundModel) -> Graph:
    """The declaration with the numbers and lines that default priors put where it is open."""
    graph, lines = bound.planned.graph, bound.planned.lines

    def closed(node: Node) -> Node:
        if not isinstance(node, VariableNode):
            return node
        args = lines[node.name].args
        return replace(node, args=tuple((n, _number(args[n]) if e is None else e) for n, e in node.args))

    return Graph(graph.name, {name: closed(node) for name, node in graph.nodes.items()}, graph.doc)


def _number(setting: Any) -> Expr:
    """The number of a default prior, or one per component."""
    numbers = tuple(Number(value) for value in setting.values)
    return Stack(numbers) if setting.components else numbers[0]


def densities(
    bound: BoundModel,
    data: pd.DataFrame,
    values: Mapping[str, Array],
    tables: Tables | None = None,
    *,
    directions: int = 2,
    seed: int = 0,
) -> Densities:
    """Both log densities at `values`, and derivatives of the program's along random directions."""
    graph = closed_graph(bound)
    units = unit_keys(bound)
    evaluate = Evaluator(build_world(graph, data, units, tables), values)
    parameters, change = stan_parameters(bound, evaluate)
    model = build(bound.stan_code, bound.stan_data)
    jacobian = build(without_model(bound.stan_code), bound.stan_data)
    q = model.unconstrain(parameters)
    at, gradient = model.log_prob_grad(q)
    rng = np.random.default_rng(seed)
    along = rng.standard_normal((directions, len(q))) / max(1.0, np.sqrt(len(q)))
    slopes = [_difference(model, q, d) for d in along]
    return Densities(
        stan=at - jacobian.log_prob_grad(q)[0],
        oracle=log_density(graph, data, values, units, tables) + change,
        gradient=along @ np.asarray(gradient),
        difference=np.array(slopes),
    )


def build(code: str, data: Mapping[str, Any]) -> Any:
    """A Stan program with data, in process."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return stanli.Model(stan_code=code, data=dict(data))


def without_model(code: str) -> str:
    """The program with an empty model block: what is left of its density is the Jacobian."""
    start = code.index("\nmodel {") + 1
    end = code.index("\n}", start) + 2
    return f"{code[:start]}model {{\n}}{code[end:]}"


def _difference(model: Any, q: Array, along: Array, step: float = 1e-5) -> float:
    """The fourth-order central difference of the log density along a direction."""
    f = [model.log_prob_grad(q + k * step * along)[0] for k in (-2, -1, 1, 2)]
    return float((f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * step))


# --- values to Stan's parameters -------------------------------------------------------------


def stan_parameters(bound: BoundModel, evaluate: Evaluator) -> tuple[dict[str, list[float]], float]:
    """The program's parameters at the evaluator's values, and the log of the change of scale.

    A parameter is the quantity itself, or the quantity standardised: x = location + scale * raw.
    """
    found: dict[str, list[float]] = {}
    change = 0.0
    for parameter in bound.program.parameters:
        value, log_scale = _parameter(parameter, evaluate)
        found[parameter.name] = value.ravel(order="F").tolist()
        change += log_scale
    return found, change


def _parameter(parameter: Parameter, evaluate: Evaluator) -> tuple[Array, float]:
    node = evaluate.world.graph.variables[parameter.quantity]
    value = evaluate.flat(node.name)
    value = value[0] if not evaluate.domain_of(node.name) else value
    units = 1 if evaluate.domain_of(node.name) else 0
    if node.family == "LKJCholesky":
        return as_cholesky(value), 0.0
    flat = _two_axes(value, units)
    if not isinstance(parameter.form, Standardised):
        return flat, 0.0
    arguments = line_arguments(evaluate, node)
    location, scale = (
        _beside(evaluate.flat(node.name), arguments[a])
        for a in (parameter.form.location, parameter.form.scale)
    )
    centred = (evaluate.flat(node.name) - location) / scale
    log_scale = np.log(np.broadcast_to(scale, centred.shape)).sum()
    if node.family == "MultiNormal":
        factor = as_cholesky(arguments["corr"][0])
        centred = np.linalg.solve(factor, centred.T)
        log_scale += centred.shape[1] * np.log(np.diag(factor)).sum()
    if not units:
        centred = centred[:, 0] if node.family == "MultiNormal" else centred[0]
    return _two_axes(centred, units), float(log_scale)


def _two_axes(value: Array, units: int) -> Array:
    """Units, then all components along one axis; 0 x n keeps its shape."""
    if value.ndim <= units:
        return value
    components = int(np.prod(value.shape[units:], dtype=int))
    return value.reshape((*value.shape[:units], components))


def _beside(x: Array, argument: Array) -> Array:
    return argument.reshape(argument.shape + (1,) * (x.ndim - argument.ndim))


def check(
    model: Any,
    data: pd.DataFrame,
    values: Mapping[str, Array],
    tables: Tables | None = None,
    forms: Sequence[bool | None] = (True, False),
) -> None:
    """Assert that the programs of both parameterisations have the declaration's log density."""
    for centered in forms:
        bound = bind_as(model, data, tables, centered=centered)
        found = densities(bound, data, values, tables)
        assert found.agree(), f"centered={centered}: {found}\n{bound.stan_code}"
