"""Maximum likelihood of generalised linear mixed models, as a `Solution`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.conditional import Conditional
from stanlevels.estimation.point.covariance import layout
from stanlevels.estimation.point.glmm.criterion import GlmmCriterion
from stanlevels.estimation.point.glmm.model import GlmmModel
from stanlevels.estimation.point.glmm.optimum import minimize
from stanlevels.estimation.point.glmm.separation import Runaway, limit_of, runaway_note
from stanlevels.estimation.point.glmm.start import start_of
from stanlevels.estimation.point.maximum import MaximumSolution
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.remarks import (
    boundary_notes,
    convergence_note,
    role_notes,
    single_trial_notes,
)
from stanlevels.estimation.point.solution import UnitMoments
from stanlevels.gaussian import Design, Moments, profile, summarize
from stanlevels.linear.spreads import Root

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["GlmmSolution", "solve_glmm"]


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

    @property
    def residual_variance(self) -> float:
        """Of the latent variable behind the link; NaN where there is none."""
        return self.model.data.latent_variance

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Convergence and everything else, in words."""
        state, made = convergence_note(self.optimum), self.model.predictor
        if self.runaway is not None:
            state = f"the rest {state}"
        return (
            *([] if self.runaway is None else [runaway_note(self.runaway, made)]),
            state,
            *boundary_notes(self.criterion, self.optimum),
            *self._dispersion_notes(),
            *single_trial_notes(self.model),
            *role_notes(self.planned, made, self.model.basis, bool(self.criterion.priors)),
        )

    def _dispersion_notes(self) -> list[str]:
        root, likelihood = self.model.shape, self.model.data.outcomes[0].form.likelihood
        if root is None or likelihood is None or np.isfinite(self.split[2]):
            return []
        note = (
            f"the likelihood grows with {likelihood.dispersion} without end: {root.quantity!r} is at its"
            f" limit, where the outcome is {likelihood.limit}: rows vary no more than that alone explains;"
            " this is a result, not an error"
        )
        return [note]

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

    @property
    def step(self) -> float:
        """What the gradient is differenced by: more where it comes from differences itself."""
        return 1e-4 if self.criterion.points == 1 else 1e-3

    @cached_property
    def covariance(self) -> Array:
        """Covariance of the free numbers of a point: twice the inverse Hessian; NaN where it has none."""
        try:
            np.linalg.cholesky(self.curvature)
        except np.linalg.LinAlgError:
            return np.full(self.curvature.shape, np.nan)
        return 2 * np.linalg.inv(self.curvature)

    @property
    def further_roots(self) -> tuple[Root | None, ...]:
        """The dispersion."""
        return (self.model.shape,)

    def adjusted(self, name: str, value: Array, sd: Array) -> tuple[Array, Array]:
        """Estimates and standard errors of a parameter, those at infinity replaced."""
        made = self.model.predictor
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
    priors: Mapping[str, Callable[[Array], float]] | None = None,
    observer: Observer = unobserved,
) -> GlmmSolution:
    """Maximise the Laplace approximation (or quadrature with several points), with priors or without.

    Raises
    ------
    FitError
        If quadrature is asked for where there is not one scalar effect, or there is no maximum.
    """
    _check_points(model, points)
    model, runaway = (model, None) if priors else limit_of(model)
    criterion = GlmmCriterion(model, layout(model.predictor.effects, None), points, priors or {})
    laplace = replace(criterion, points=1)
    start = start_of(criterion) if points == 1 else minimize(laplace, start_of(laplace), observer).z
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
