"""Named expressions without units, evaluated at the estimates, with standard errors by the delta method."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.solution import Numbers
from stanlevels.plan.facts import Data
from stanlevels.plan.planned import Planned
from stanlevels.values.evaluate import value
from stanlevels.values.store import Values

__all__ = ["computed_numbers"]

Joint = tuple[Mapping[tuple[str, int], int], Array]


def computed_numbers(
    planned: Planned, data: Data, numbers: Mapping[str, Numbers], joint: Joint
) -> dict[str, Numbers]:
    """Scalar named expressions of parameters.

    The expression is evaluated as it would be for draws, once at the estimates and twice per
    parameter a little away from them.
    """
    found = {}
    for name, line in planned.lines.items():
        inputs = planned.unknowns[name]
        if line.is_expression and not line.domain and inputs and inputs <= set(numbers):
            found[name] = _computed(
                name, [n for n in planned.lines if n in inputs], planned, data, numbers, joint
            )
    return {name: each for name, each in found.items() if name not in numbers}


def _computed(
    name: str,
    inputs: list[str],
    planned: Planned,
    data: Data,
    numbers: Mapping[str, Numbers],
    joint: Joint,
) -> Numbers:
    center = np.concatenate([numbers[n].estimate for n in inputs])
    sds = np.concatenate([numbers[n].sd for n in inputs])
    steps = 1e-5 * np.maximum(np.nan_to_num(sds), 1e-8)
    points = np.stack([center, *(center + s * e for s, e in _moves(steps))])
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):  # estimates may be infinite
        found = value(name, _at(points, inputs, planned, numbers), data)
        values = np.broadcast_to(found, (1, len(points), *found.shape[2:])).reshape(len(points), -1)
        slopes = (values[1::2] - values[2::2]).T / (2 * steps)
    places, covariance = joint
    keys = [(n, k) for n in inputs for k in range(len(numbers[n].estimate))]
    free = np.full(len(values[0]), np.inf)
    if not all(key in places for key in keys):
        return Numbers(values[0], np.full(len(values[0]), np.nan), free, "computed")
    at = [places[key] for key in keys]
    with np.errstate(invalid="ignore"):
        sd = np.sqrt(np.einsum("ka,ab,kb->k", slopes, covariance[np.ix_(at, at)], slopes))
    return Numbers(values[0], sd, free, "computed")


def _moves(steps: Array) -> list[tuple[float, Array]]:
    unit = np.eye(len(steps)) * steps
    return [(sign, unit[k]) for k in range(len(steps)) for sign in (1.0, -1.0)]


def _at(points: Array, inputs: list[str], planned: Planned, numbers: Mapping[str, Numbers]) -> Values:
    """Points (m, numbers of all inputs) as values, where a draw is a point."""
    ends = np.cumsum([len(numbers[n].estimate) for n in inputs])
    parts = np.split(points, ends[:-1], axis=1)
    return Values(planned, {n: part[None, :, None, :] for n, part in zip(inputs, parts, strict=True)})
