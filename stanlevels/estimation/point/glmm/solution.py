"""Maximum likelihood of generalised linear mixed models, as a `Solution`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.again import Earlier
from stanlevels.estimation.point.conditional import Conditional
from stanlevels.estimation.point.covariance import based, layout
from stanlevels.estimation.point.glmm.criterion import GlmmCriterion
from stanlevels.estimation.point.glmm.model import GlmmModel
from stanlevels.estimation.point.glmm.optimum import minimize
from stanlevels.estimation.point.glmm.separation import Runaway, limit_of, runaway_note
from stanlevels.estimation.point.glmm.start import begun, start_of
from stanlevels.estimation.point.maximum import MaximumSolution, without
from stanlevels.estimation.point.normal.approximation import NormalApproximation
from stanlevels.estimation.point.normal.linear import linear_approximation
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.remarks import (
    boundary_notes,
    convergence_note,
    role_notes,
    single_trial_notes,
    single_trials,
)
from stanlevels.estimation.point.solution import UnitMoments
from stanlevels.gaussian import Design, Moments, profile, summarize
from stanlevels.linear.predictor import Effect
from stanlevels.linear.spreads import Root
from stanlevels.words import joined

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["GlmmSolution", "solve_glmm"]

_NO_CURVATURE = 1e-6  # of minus twice the log likelihood, by numbers of a point in units of their own
_NO_SHAPE = 1e-7  # a dispersion that no data have
_RISE = 1e-2  # of the same: less is the error of differences


@dataclass(frozen=True, eq=False)
class GlmmSolution(MaximumSolution[GlmmModel, GlmmCriterion]):
    """The optimum of a generalised linear mixed model, with what follows from it."""

    runaway: Runaway | None = None

    @property
    def words(self) -> str:
        """The method in words."""
        penalised = " penalised by the priors" if self.criterion.priors else ""
        if self.criterion.points > 1:
            how = f"adaptive Gauss-Hermite quadrature, {self.criterion.points} points"
            return f"maximum likelihood{penalised} ({how})"
        return (
            "maximum likelihood (Laplace approximation)" if self.model.data.blocks else "maximum likelihood"
        )

    @property
    def n_parameters(self) -> int:
        """Every number of a point, and coefficients at infinity."""
        return super().n_parameters + (self.runaway.columns if self.runaway else 0)

    @property
    def n_rows(self) -> float:
        """Rows, counted by their frequencies."""
        return float(self.model.data.frequencies.sum()) + (self.runaway.exact if self.runaway else 0.0)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Convergence and everything else, in words."""
        state, made = self._state(), self.model.predictor
        if self.runaway is not None:
            state = f"the rest {state}"
        return (
            *([] if self.runaway is None else [runaway_note(self.runaway, made)]),
            state,
            *boundary_notes(self.criterion, self.optimum, untold=[e.name for e in self._single]),
            *self._dispersion_notes(),
            *role_notes(self.planned, made, self.model.basis, bool(self.criterion.priors)),
        )

    def _state(self) -> str:
        """Convergence, or what takes its place where the data do not determine everything."""
        weighted = bool(np.any(self.model.data.frequencies != 1))
        told = [*self._ridges(), *single_trial_notes(self._single, weighted)]
        state = convergence_note(self.optimum)
        if self.optimum.converged and told:
            return "; ".join(told)
        return "; ".join([state, *told])

    def _ridges(self) -> list[str]:
        """Which parameters the data do not tell apart."""
        if not self._loose.shape[1] or self.criterion.priors:
            return []
        places, covariance = self.joint
        lost = list(dict.fromkeys(name for (name, _), i in places.items() if np.isnan(covariance[i, i])))
        if self._vanished is not None and lost == [self._vanished.quantity]:
            return []
        apart = f"cannot tell {joined([repr(n) for n in lost], 'and')} apart"
        what = apart if len(lost) > 1 else f"do not determine {listing(lost)}"
        one = "What is shown is one choice of many with the same likelihood, without standard errors for what"
        return [f"the maximum is not unique: the data {what}. {one} depends on the choice"]

    @cached_property
    def _single(self) -> list[Effect]:
        """Random variables whose units have one trial each."""
        return [] if self.criterion.priors else single_trials(self.model)

    def _dispersion_notes(self) -> list[str]:
        root, likelihood = self.model.shape, self.model.data.outcomes[0].form.likelihood
        if (gone := self._vanished) is not None and likelihood is not None:
            note = (
                f"the likelihood grows as {likelihood.dispersion} goes to 0: {gone.quantity!r} is at its end"
                ", where what one row counts is alike, all or nothing; this is a result, not an error"
            )
            return [note]
        if root is None or likelihood is None or np.isfinite(self.split[2]):
            return []
        note = (
            f"the likelihood grows with {likelihood.dispersion} without end: {root.quantity!r} is at its"
            f" limit, where the outcome is {likelihood.limit}: rows vary no more than that alone explains;"
            " this is a result, not an error"
        )
        return [note]

    @property
    def _vanished(self) -> Root | None:
        """A dispersion whose best value is 0."""
        return self.model.shape if self.model.shape is not None and self.split[2] < _NO_SHAPE else None

    @cached_property
    def split(self) -> tuple[Array, Array, float]:
        """Absolute coordinates, coefficients, shape."""
        return self.criterion.split(self.optimum.z)

    @cached_property
    def conditional(self) -> Conditional:
        """Moments of the normal approximation at the mode, the coefficients being estimated.

        The working response and weights of the mode make a linear Gaussian model with sigma 1.
        """
        mode, data = self.criterion.mode(self.optimum.z), self.model.data
        x, beta, _ = self.split
        W = data.safe_weight(mode.eta, mode.shape)
        response = mode.eta - data.offset + data.first(mode.eta, mode.shape) / W
        design = Design(response, data.X, data.Z, data.blocks, None, 1 / np.sqrt(W))
        statistics = summarize(design)
        factors = self.criterion.layout.factors(x, 1.0)
        at_mode = profile(statistics, factors).moved(beta, statistics.spread(factors) @ mode.v)
        return Conditional(
            self.model.predictor, self.model.basis, Moments(at_mode, 1.0, False), gaussian=False
        )

    @cached_property
    def approximation(self) -> NormalApproximation:
        """Parameters by the curvature at the maximum, effects around their mode given the coefficients."""
        roots, of_beta = self.roots
        push = None if self.runaway is None else self.runaway.far(self.model.predictor)
        return linear_approximation(self.conditional, self.numbers(), roots, of_beta, push)

    @property
    def step(self) -> float:
        """What the gradient is differenced by: more where it comes from differences itself."""
        return 1e-4 if self.criterion.points == 1 else 1e-3

    @cached_property
    def _axes(self) -> tuple[Array, Array]:
        """Principal curvatures in units of the numbers' own, and their directions."""
        size = 1 / np.sqrt(np.maximum(np.abs(np.diagonal(self.curvature)), _NO_CURVATURE))
        values, vectors = np.linalg.eigh(self.curvature * np.outer(size, size))
        return values, size[:, None] * vectors

    @property
    def _is_maximum(self) -> bool:
        """Whether the likelihood falls, or stays, in every direction."""
        return bool(np.all(np.isfinite(self.curvature))) and bool(np.all(self._axes[0] > -_RISE))

    @cached_property
    def covariance(self) -> Array:
        """Twice the inverse curvature, across directions that have some; NaN where this is no maximum."""
        if not self._is_maximum:
            return np.full(self.curvature.shape, np.nan)
        values, wide = self._axes
        kept = values > _NO_CURVATURE
        return np.asarray(2 * (wide[:, kept] / values[kept]) @ wide[:, kept].T)

    @cached_property
    def _loose(self) -> Array:
        """Directions without curvature, (free numbers, m)."""
        if not self._is_maximum:
            return np.zeros((len(self.free), 0))
        values, wide = self._axes
        return np.asarray(wide[:, values <= _NO_CURVATURE])

    @cached_property
    def joint(self) -> tuple[dict[tuple[str, int], int], Array]:
        """Places of all parameters, and their covariance; NaN for what depends on no curvature."""
        places, covariance = super().joint
        loose, slopes = self._loose, np.nan_to_num(self.slopes)
        moved = np.abs(slopes @ loose) / np.maximum(np.abs(loose).max(axis=0, initial=0.0), 1e-300)
        size = np.maximum(np.abs(slopes).max(axis=1, initial=0.0), 1e-300)
        return places, without(covariance, np.any(moved > 1e-3 * size[:, None], axis=1))

    @property
    def further_roots(self) -> tuple[Root | None, ...]:
        """The dispersion."""
        return (self.model.shape,)

    def adjusted(self, name: str, value: Array, sd: Array) -> tuple[Array, Array]:
        """Estimates and standard errors of a parameter, those at infinity replaced."""
        made = self.model.predictor
        if self._vanished is not None and name == self._vanished.quantity:
            return np.zeros_like(value), np.full(len(sd), np.nan)
        if any(root is not None and root.quantity == name for e in self._single for root in e.roots):
            return value, np.full(len(sd), np.nan)
        if self.runaway is None or all(name != owner for owner, _ in made.columns):
            return value, sd
        return self.runaway.replace(made, name, value, sd)

    def units(self, name: str) -> UnitMoments:
        """A quantity over units."""
        found = super().units(name)
        return found if self.runaway is None else self.runaway.units(self.model.predictor, name, found)


def solve_glmm(
    planned: Planned,
    model: GlmmModel,
    points: int = 1,
    priors: Mapping[str, Callable[[Mapping[str, Array]], float]] | None = None,
    observer: Observer = unobserved,
    earlier: Earlier | None = None,
) -> GlmmSolution:
    """Maximise the Laplace approximation (or quadrature with several points), with priors or without.

    The search begins at earlier estimates if there are some, and there are both coefficients and dispersion.

    Raises
    ------
    FitError
        If quadrature is asked for where there is not one scalar effect, or there is no maximum.
    """
    _check_points(model, points)
    model, runaway = (model, None) if priors else limit_of(model)
    found = layout(model.predictor.effects, None)
    found = based(found, model.data.Z, model.data.frequencies)
    criterion = GlmmCriterion(model, found, points, priors or {})
    laplace = replace(criterion, points=1)
    start = start_of(criterion) if earlier is None else begun(criterion, earlier)
    if points > 1:
        start = minimize(laplace, start, observer).z
    return GlmmSolution(planned, model, criterion, minimize(criterion, start, observer), runaway)


def _check_points(model: GlmmModel, points: int) -> None:
    if isinstance(points, bool) or not isinstance(points, int) or points < 1:
        raise FitError(f"nAGQ is {points!r}", expected="a whole number of at least 1")
    if points == 1:
        return
    blocks = model.data.blocks
    rows = np.diff(model.data.Z.tocsr().indptr)
    if len(blocks) != 1 or blocks[0].width != 1 or np.any(rows != 1):
        raise FitError(
            f"quadrature with nAGQ={points} takes one scalar random variable, and there are"
            f" {', '.join(repr(b.name) for b in blocks) or 'none'}",
            expected="nAGQ=1, the Laplace approximation",
        )
