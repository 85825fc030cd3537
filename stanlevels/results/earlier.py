"""An earlier fit as a place to begin: what is known of its quantities, as draws or as a point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.errors import FitError
from stanlevels.estimation.point.again import Earlier
from stanlevels.graph import ROWS
from stanlevels.passes.check_same import check_same
from stanlevels.records import Record
from stanlevels.results.fit import Fit
from stanlevels.results.point_fit import PointFit
from stanlevels.values.carry import carried
from stanlevels.values.matching import Matching
from stanlevels.values.store import Values, from_draws
from stanlevels.words import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stanlevels.arrays import Array
    from stanlevels.binding import Bound
    from stanlevels.plan.placed import Line
    from stanlevels.plan.planned import Planned

__all__ = ["Start", "start_of"]


@dataclass(frozen=True, eq=False)
class Start:
    """An earlier fit, and the new data on which the next one begins.

    Attributes
    ----------
    fit : Fit or PointFit
        In memory, or loaded.
    planned : Planned
        The model on the new data.
    bound : Bound
        The new data.
    """

    fit: Fit | PointFit
    planned: Planned
    bound: Bound

    @property
    def estimates(self) -> Earlier:
        """What maximisation begins at: estimates, or posterior means, by quantity.

        A new unit of a parameter begins at the mean of the others; NaN is what nothing tells.
        """
        values = _means(self.fit) if isinstance(self.fit, Fit) else _estimates(self.fit)
        found = carried(values, self.fit.bound, self.planned, self.bound, _others)
        return {name: array[0, 0].ravel() for name, array in found.arrays.items()}

    @property
    def records(self) -> Iterator[Record]:
        """How many units of every level were there before, in words."""
        matching = Matching(self.fit.bound, self.bound)
        for name, at in matching.levels.items():
            known, lost = int((at >= 0).sum()), int((at < 0).sum())
            decision = f"{known:,} of {counted(len(at), name)} are known from the fit that start= names"
            reason = f"by their labels; {lost:,} new" if lost else "by their labels"
            yield Record(name, "start", decision, reason)


def start_of(fit: object, planned: Planned, bound: Bound) -> Start:
    """Check what a person gave as the fit to begin from.

    Raises
    ------
    FitError
        If it is no fit, or one of another model.
    """
    if not isinstance(fit, Fit | PointFit):
        raise FitError(
            f"start= is a {type(fit).__name__}",
            expected="an earlier fit of this model, as fit() returned it",
            way_out="starting values as numbers go into inits= (of method='nuts')",
        )
    check_same(fit.planned, planned)
    return Start(fit, planned, bound)


def _others(line: Line, values: Values, known: Array) -> Array:
    """The mean over the units that are known."""
    if not line.domain or line.family.is_correlation:
        return known
    told = ~np.isnan(known)
    count = told.sum(axis=2, keepdims=True)
    total = np.where(told, known, 0.0).sum(axis=2, keepdims=True)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _means(fit: Fit) -> Values:
    """Posterior means of everything that was sampled."""
    outputs = {n: s for n, s in fit.program.outputs.items() if s in fit.raw.variables}
    values = from_draws(fit.planned, fit.bound, outputs, fit.raw.variables)
    arrays = {n: a.mean(axis=(0, 1), keepdims=True) for n, a in values.arrays.items()}
    return Values(fit.planned, arrays)


def _estimates(fit: PointFit) -> Values:
    """Estimates of parameters and random variables; of rows there are none."""
    found: dict[str, Array] = {}
    for name, line in fit.planned.latent.items():
        if name in fit.numbers:
            estimate = np.asarray(fit.numbers[name].estimate, dtype=float)
            if line.is_correlation:
                estimate = _matrix(estimate, len(fit.planned.axes[line.components[0]]))
            found[name] = estimate.reshape(1, 1, 1, -1)
        elif line.domain and ROWS not in line.domain:
            try:
                mean = fit.solution.units(name).mean
            except FitError:
                continue
            found[name] = mean.reshape(1, 1, fit.bound.size(line.domain), -1)
    return Values(fit.planned, {n: np.where(np.isfinite(a), a, np.nan) for n, a in found.items()})


def _matrix(pairs: Array, size: int) -> Array:
    """A correlation matrix from the pairs above its diagonal."""
    matrix = np.eye(size)
    above = np.triu_indices(size, 1)
    matrix[above] = pairs
    return matrix + np.triu(matrix, 1).T
