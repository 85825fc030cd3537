"""What was estimated as values of quantities: the estimates alone, or draws of their normal approximation."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.solution import Solution
from stanlevels.graph import ROWS
from stanlevels.plan.placed import Line
from stanlevels.values.store import Values

if TYPE_CHECKING:
    from stanlevels.plan.facts import Facts
    from stanlevels.plan.planned import Planned

__all__ = ["estimates", "estimates_as_draws"]

_UNKNOWN = 0.5  # standard error, on its axis, of what has none
_LEAST = 1e-6  # of a probability, or of an eigenvalue of correlations


def estimates(solution: Solution, planned: Planned, data: Facts) -> Values:
    """Estimates of parameters and means of random variables, (1, 1, units, components).

    Correlations are whole matrices; NaN is what has no finite estimate. Of rows there is nothing.
    """
    found = {}
    for name, line, mean, _, _ in _estimated(solution, planned):
        if line.is_correlation:
            mean = _matrices(mean[None], len(planned.axes[line.components[0]]))[0]
        units = data.size(line.domain) if line.domain else 1
        found[name] = np.where(np.isfinite(mean), mean, np.nan).reshape(1, 1, units, -1)
    return Values(planned, found)


def estimates_as_draws(
    solution: Solution, planned: Planned, data: Facts, draws: int, rng: Generator
) -> Values:
    """Draws of the normal approximation to parameters and random variables, (1, draws, units, components).

    Each is normal on the axis on which its interval is symmetric, and independent of the others. What is at
    the end of its axis, as a standard deviation of 0, is NaN.
    """
    found = {}
    for name, line, mean, sd, axis in _estimated(solution, planned):
        with np.errstate(all="ignore"):
            middle, size = _on_axis(mean, sd, axis)
            drawn = middle + np.where(np.isfinite(size), size, _UNKNOWN) * rng.normal(size=(draws, len(mean)))
            array = _off_axis(drawn, axis)
        array = np.where(np.isfinite(middle), array, np.nan)
        if line.is_correlation:
            array = _proper(_matrices(array, len(planned.axes[line.components[0]])))
        units = data.size(line.domain) if line.domain else 1
        found[name] = _inside(array.reshape(1, draws, units, -1), line)
    return Values(planned, found)


def _estimated(solution: Solution, planned: Planned) -> Iterator[tuple[str, Line, Array, Array, str]]:
    """Mean, standard deviation and axis of every quantity that was estimated, flat."""
    numbers = solution.numbers()
    for name, line in planned.latent.items():
        if name in numbers:
            own = numbers[name]
            yield name, line, np.asarray(own.estimate, dtype=float), np.asarray(own.sd, dtype=float), own.axis
        elif line.domain and ROWS not in line.domain:
            try:
                moments = solution.units(name)
            except FitError:
                continue
            yield name, line, moments.mean, np.sqrt(moments.variance), "identity"


def _on_axis(mean: Array, sd: Array, axis: str) -> tuple[Array, Array]:
    match axis:
        case "log":
            return np.log(mean), sd / mean
        case "atanh":
            return np.arctanh(mean), sd / (1 - np.square(mean))
    return mean, sd


def _off_axis(x: Array, axis: str) -> Array:
    return np.exp(x) if axis == "log" else np.tanh(x) if axis == "atanh" else x


def _matrices(pairs: Array, size: int) -> Array:
    """Correlation matrices (draws, size * size) from the pairs above their diagonals."""
    found = np.zeros((len(pairs), size, size))
    rows, columns = np.triu_indices(size, 1)
    found[:, rows, columns] = pairs
    found[:, columns, rows] = pairs
    return (found + np.eye(size)).reshape(len(pairs), -1)


def _proper(flat: Array) -> Array:
    """The same matrices, positive definite; those with NaN as they are."""
    size = round(np.sqrt(flat.shape[-1]))
    told = np.isfinite(flat).all(axis=-1)
    matrices = flat[told].reshape(-1, size, size)
    values, vectors = np.linalg.eigh(matrices)
    made = (vectors * np.maximum(values, _LEAST)[:, None, :]) @ vectors.swapaxes(1, 2)
    scale = np.sqrt(np.diagonal(made, axis1=1, axis2=2))
    found = flat.copy()
    found[told] = (made / (scale[:, :, None] * scale[:, None, :])).reshape(-1, size * size)
    return found


def _inside(array: Array, line: Line) -> Array:
    """Draws moved into the support of a quantity whose components go together."""
    if line.family.is_simplex:
        shares = np.maximum(array, _LEAST)
        return np.asarray(shares / shares.sum(axis=-1, keepdims=True))
    return np.sort(array, axis=-1) if line.variable.ordered else array
