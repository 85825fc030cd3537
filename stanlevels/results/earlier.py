"""An earlier fit as a place to begin: what is known of its quantities, as draws or as a point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.errors import FitError, NestingError
from stanlevels.estimation.bayes.again import fresh_draws, starts_again, tuning_again
from stanlevels.estimation.bayes.unconstrained import unconstrained
from stanlevels.estimation.point.again import Earlier
from stanlevels.estimation.point.as_values import estimates, estimates_as_draws
from stanlevels.passes.check_same import check_same
from stanlevels.records import Record
from stanlevels.results.checks.effective_size import effective_sizes
from stanlevels.results.checks.series import series_of_numbers
from stanlevels.results.fit import Fit
from stanlevels.results.point_fit import PointFit
from stanlevels.values.carry import carried
from stanlevels.values.matching import Matching
from stanlevels.values.store import Values, from_draws
from stanlevels.words import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from numpy.random import Generator

    from stanlevels.arrays import Array, Codes
    from stanlevels.binding import Bound
    from stanlevels.estimation.bayes.descent import Density
    from stanlevels.estimation.bayes.posterior import Posterior
    from stanlevels.estimation.bayes.tuning import Tuning
    from stanlevels.plan.placed import Line
    from stanlevels.plan.planned import Planned
    from stanlevels.plan.terms import Domain

__all__ = ["Start", "start_of"]

_STREAM = 0xA6A1  # keeps these draws apart from the sampler's
_APPROXIMATE = 400  # draws of a normal approximation
_FEWEST, _MOST = 200, 4000  # draws that tell of a shape
_MEMORY = 20_000_000  # numbers
_LEAST = 10  # draws of a chain of which it is known how many they are worth


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
        fit = self.fit
        values = _means(fit) if isinstance(fit, Fit) else estimates(fit.solution, fit.planned, fit.bound)
        found = carried(values, self.matching, self.planned, self.planned.latent, _others)
        return {name: array[0, 0].ravel() for name, array in found.arrays.items()}

    def sampling(self, posterior: Posterior, chains: int, seed: int) -> dict[str, Any]:
        """What the sampler is told.

        Draws of an earlier fit tell where chains start and what shape they meet: ``again`` makes a tuning of
        them. Estimates tell where to start alone, ``inits``: at draws of their normal approximation.
        """
        rng = np.random.default_rng(np.random.SeedSequence([seed, _STREAM]))
        names = {parameter.quantity for parameter in posterior.program.parameters}
        if isinstance(self.fit, Fit):
            return {"again": partial(self._tuning, posterior, names, self.fit, chains, rng)}
        draws = estimates_as_draws(self.fit.solution, self.fit.planned, self.fit.bound, _APPROXIMATE, rng)
        values = carried(draws, self.matching, self.planned, names, fresh_draws(self.bound, rng))
        points = unconstrained(posterior, values)
        return {"inits": list(starts_again(posterior, values, points, chains, rng))}

    def _tuning(
        self,
        posterior: Posterior,
        names: Collection[str],
        fit: Fit,
        chains: int,
        rng: Generator,
        density: Density | None,
    ) -> Tuning:
        draws = _draws(fit, names)
        effective = _effective(draws)
        numbers = sum(self.bound.size(self.planned.lines[n].domain) for n in names)
        draws = _thinned(draws, max(_FEWEST, min(_MOST, _MEMORY // max(numbers, 1))))
        values = carried(draws, self.matching, self.planned, names, fresh_draws(self.bound, rng))
        units = {n: self.planned.lines[n].domain for n in names}
        known = {n: self.matching.units(domain) >= 0 for n, domain in units.items()}
        rows = {n: _rows_of(self.bound, domain) for n, domain in units.items()}
        return tuning_again(posterior, values, known, rows, effective, chains, rng, density)

    @cached_property
    def matching(self) -> Matching:
        """The units of the earlier data and of the new ones."""
        return Matching(self.fit.bound, self.bound)

    @property
    def records(self) -> Iterator[Record]:
        """How many units of every level were there before, in words."""
        for name, at in self.matching.levels.items():
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


def _draws(fit: Fit, names: Iterable[str] = ()) -> Values:
    """Everything that was sampled; what was integrated out is drawn back where `names` ask for it."""
    if any(name in fit.planned.latent and fit.planned.quantities[name].is_integrated for name in names):
        return fit.by_quantity.values
    outputs = {n: s for n, s in fit.program.outputs.items() if s in fit.raw.variables}
    return from_draws(fit.planned, fit.bound, outputs, fit.raw.variables)


def _thinned(values: Values, most: int) -> Values:
    """At most so many draws, evenly spaced, as one chain."""
    total = int(np.prod(values.shape))
    some = np.unique(np.linspace(0, total - 1, min(most, total)).astype(int))
    arrays = {}
    for name, array in values.arrays.items():
        whole = np.broadcast_to(array, (*values.shape, *array.shape[2:])).reshape(total, *array.shape[2:])
        arrays[name] = whole[some][None]
    return Values(values.planned, arrays, values.left_out)


def _effective(values: Values) -> float:
    """How many independent draws there are, by the median over what is not over units."""
    total = float(np.prod(values.shape))
    alone = [
        array.reshape(*array.shape[:2], -1)
        for name, array in values.arrays.items()
        if not values.planned.lines[name].domain and array.shape[:2] == values.shape
    ]
    if not alone or values.shape[1] < _LEAST:
        return total / 2
    series = series_of_numbers(np.concatenate(alone, axis=2).transpose(2, 0, 1))
    sizes = effective_sizes([series])[0]
    return float(np.clip(np.median(sizes), 1.0, total))


def _rows_of(bound: Bound, domain: Domain) -> Codes:
    """How many rows each unit has; 0 for all where data do not say."""
    try:
        return bound.rows_of(domain) if domain else np.array([bound.n_rows])
    except NestingError:
        return np.zeros(bound.size(domain), dtype=np.int64)


def _means(fit: Fit) -> Values:
    """Posterior means of everything that was sampled."""
    arrays = {n: a.mean(axis=(0, 1), keepdims=True) for n, a in _draws(fit).arrays.items()}
    return Values(fit.planned, arrays)
