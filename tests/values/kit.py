"""Values and conditional distributions from the oracle, in the shapes of the package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Integrated
from stanlevels.values.store import Values, width
from tests.oracle.density import log_density
from tests.oracle.world import Key


def integrating(planned: Planned, groups: Mapping[str, Sequence[str]]) -> Planned:
    """The plan with some quantities integrated out: their values come from a group, no factor is theirs."""
    values = {name: Integrated(group) for group, names in groups.items() for name in names}
    left = tuple(factor for factor in planned.factors if factor.source not in values)
    return replace(planned.with_values(values), factors=left)


def keys_of(bound: Any) -> dict[str, list[Key]]:
    """Units of every level in the order of values, where no level lies within another."""
    return {name: [(label,) for label in level.labels] for name, level in bound.levels.items()}


def as_values(
    planned: Planned, drawn: Sequence[Mapping[str, np.ndarray]], leave: Sequence[str] = ()
) -> Values:
    """Draws of the oracle as one chain; correlations as matrices."""
    arrays = {}
    for name in drawn[0]:
        if name in leave:
            continue
        line = planned.lines[name]
        each = [np.asarray(values[name], dtype=float) for values in drawn]
        if line.family.is_correlation:
            each = [factor @ factor.T for factor in each]
        units = int(np.prod(each[0].shape[: len(line.domain)], dtype=int))
        arrays[name] = np.stack([x.reshape(units, width(planned, name)) for x in each])[None]
    return Values(planned, arrays)


def conditional(
    graph: Any, data: Any, values: Mapping[str, np.ndarray], names: Sequence[str], units: Any
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and covariance of some quantities given all others, where the log density is quadratic in them.

    Its second differences are its Hessian, whatever the step; nothing is known of the model but its density.
    """
    shapes = [np.shape(values[name]) for name in names]
    ends = np.cumsum([0, *(int(np.prod(shape)) for shape in shapes)])

    def density(x: np.ndarray) -> float:
        own = {
            name: x[ends[i] : ends[i + 1]].reshape(shape)
            for i, (name, shape) in enumerate(zip(names, shapes, strict=True))
        }
        return log_density(graph, data, {**values, **own}, units)

    K = ends[-1]
    step = np.eye(K)
    zero = density(np.zeros(K))
    up, down = np.array([[density(s * e) for e in step] for s in (1.0, -1.0)])
    hessian = np.diag(up + down - 2 * zero)
    for i in range(K):
        for j in range(i):
            hessian[i, j] = hessian[j, i] = density(step[i] + step[j]) - up[i] - up[j] + zero
    covariance = np.linalg.inv(-hessian)
    return covariance @ (up - down) / 2, covariance
