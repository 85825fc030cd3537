"""Named expressions without units, evaluated at the estimates, with standard errors by the delta method."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.estimation.point.solution import Numbers
from stanlevels.graph import ExpressionNode, VariableNode
from stanlevels.plan.terms import uses
from stanlevels.values.draws import Draws
from stanlevels.values.outputs import Output

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.plan.planned import Planned

__all__ = ["computed_numbers"]

Array = np.ndarray[Any, Any]


def computed_numbers(
    planned: Planned,
    bound: Bound,
    numbers: Mapping[str, Numbers],
    joint: tuple[Mapping[tuple[str, int], int], Array],
) -> dict[str, Numbers]:
    """Scalar named expressions of parameters.

    The expression is evaluated as it would be for draws, once at the estimates and twice per
    parameter a little away from them.
    """
    wanted = [
        name
        for name, line in planned.lines.items()
        if isinstance(line.node, ExpressionNode)
        and not line.domain
        and _inputs(name, planned) <= set(numbers)
    ]
    wanted = [name for name in wanted if _inputs(name, planned) and name not in numbers]
    return {name: _computed(name, planned, bound, numbers, joint) for name in wanted}


def _inputs(name: str, planned: Planned) -> set[str]:
    """The variables that an expression rests on."""
    found: set[str] = set()
    for term in planned.lines[name].args.values():
        for use in uses(term):
            node = planned.graph[use.name]
            if isinstance(node, VariableNode):
                found.add(use.name)
            elif isinstance(node, ExpressionNode):
                found |= _inputs(use.name, planned)
    return found


def _computed(
    name: str,
    planned: Planned,
    bound: Bound,
    numbers: Mapping[str, Numbers],
    joint: tuple[Mapping[tuple[str, int], int], Array],
) -> Numbers:
    inputs = [n for n in planned.lines if n in _inputs(name, planned)]
    center = np.concatenate([numbers[n].estimate for n in inputs])
    sds = np.concatenate([numbers[n].sd for n in inputs])
    steps = 1e-5 * np.maximum(np.nan_to_num(sds), 1e-8)
    points = np.stack([center, *(center + s * e for s, e in _moves(steps))])
    values = _evaluate(name, planned, bound, inputs, numbers, points)
    slopes = (values[1::2] - values[2::2]).T / (2 * steps)
    places, covariance = joint
    keys = [(n, k) for n in inputs for k in range(len(numbers[n].estimate))]
    if not all(key in places for key in keys):
        return Numbers(
            values[0], np.full(len(values[0]), np.nan), np.full(len(values[0]), np.inf), "computed"
        )
    at = [places[key] for key in keys]
    with np.errstate(invalid="ignore"):
        sd = np.sqrt(np.einsum("ka,ab,kb->k", slopes, covariance[np.ix_(at, at)], slopes))
    return Numbers(values[0], sd, np.full(len(sd), np.inf), "computed")


def _moves(steps: Array) -> list[tuple[float, Array]]:
    unit = np.eye(len(steps)) * steps
    return [(sign, unit[k]) for k in range(len(steps)) for sign in (1.0, -1.0)]


def _evaluate(
    name: str,
    planned: Planned,
    bound: Bound,
    inputs: list[str],
    numbers: Mapping[str, Numbers],
    points: Array,
) -> Array:
    outputs, variables, first = {}, {}, 0
    for n in inputs:
        line, size = planned.lines[n], len(numbers[n].estimate)
        outputs[n] = Output(n, n, line.domain, line.components, False)
        part = points[:, first : first + size]
        variables[n] = part[None, :, :] if line.components else part[None, :, 0]
        first += size
    found = Draws(bound, planned, outputs, variables).value(name)
    return np.asarray(np.broadcast_to(found, (1, len(points), *found.shape[2:])).reshape(len(points), -1))
