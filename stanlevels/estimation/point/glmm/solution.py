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
from stanlevels.estimation.point.natural import correlation_names
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.estimation.point.remarks import boundary_notes, role_notes, single_trial_notes
from stanlevels.estimation.point.solution import Numbers, UnitMoments
from stanlevels.gaussian import Design, Moments, profile, summarize
from stanlevels.gaussian.curvature import hessian
from stanlevels.linear.predictor import row_factors

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["GlmmSolution", "solve_glmm"]


@dataclass(frozen=True, eq=False)
class GlmmSolution:
    """The optimum of a generalised linear mixed model, with what follows from it."""

    planned: Planned
    model: GlmmModel
    criterion: GlmmCriterion
    optimum: Optimum
    runaway: Runaway | None = None

    @property
    def method(self) -> str:
        """Always "mle"."""
        return "mle"

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
    def roles(self) -> Mapping[str, str]:
        """The role of every quantity that reaches the data."""
        return self.model.predictor.roles

    @property
    def extras(self) -> Mapping[str, float]:
        """Nothing further."""
        return {}

    @property
    def trace(self) -> Array:
        """No steps are kept."""
        return np.zeros(0)

    @property
    def log_likelihood(self) -> float:
        """At the estimates, without the priors."""
        return -(self.optimum.value - self.criterion.penalty(self.optimum.z)) / 2

    @property
    def n_parameters(self) -> int:
        """Every number of a point, and coefficients at infinity."""
        return len(self.optimum.z) + (self.runaway.columns if self.runaway else 0)

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
        o = self.optimum
        state = (
            f"converged after {o.evaluations} evaluations"
            if o.converged
            else f"did not converge: the largest derivative is {o.gradient:.2g}; rescale the covariates"
        )
        boundary = [*boundary_notes(self.criterion, o), *self.limit_notes()]
        penalised = bool(self.criterion.priors)
        notes = role_notes(self.planned, self.model.predictor, self.model.basis, penalised)
        if self.runaway is None:
            return (state, *boundary, *notes)
        return (runaway_note(self.runaway, self.model.predictor), f"the rest {state}", *boundary, *notes)

    def limit_notes(self) -> list[str]:
        """What a dispersion at its limit means, and which standard deviations nothing tells of."""
        return [*self._dispersion_notes(), *single_trial_notes(self.model)]

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

    @cached_property
    def _free(self) -> list[int]:
        return [k for k in range(len(self.optimum.z)) if k not in self.optimum.at_zero]

    @cached_property
    def covariance(self) -> Array:
        """Covariance of the free numbers of a point: twice the inverse Hessian; NaN where it has none."""
        free = self._free

        def slope(part: Array) -> tuple[float, Array]:
            z = self.optimum.z.copy()
            z[free] = part
            value, gradient = self.criterion(z)
            return value, gradient[free]

        step = 1e-4 if self.criterion.points == 1 else 1e-3
        H = hessian(slope, self.optimum.z[free], step)
        try:
            np.linalg.cholesky(H)
        except np.linalg.LinAlgError:
            return np.full(H.shape, np.nan)
        return 2 * np.linalg.inv(H)

    def _values(self, z: Array) -> Array:
        """Every parameter: coefficients, then standard deviations, correlations and shape."""
        return np.concatenate([np.zeros(0), *self.criterion.named(z).values()])

    @cached_property
    def joint(self) -> tuple[dict[tuple[str, int], int], Array]:
        """Places of all parameters in one vector, and its covariance, by the delta method."""
        places: dict[tuple[str, int], int] = {}
        for name, value in self.criterion.named(self.optimum.z).items():
            places |= {(name, k): len(places) + k for k in range(len(value))}
        columns = []
        for k in self._free:
            up, down = self.optimum.z.copy(), self.optimum.z.copy()
            up[k] += 1e-5
            down[k] -= 1e-5
            with np.errstate(invalid="ignore"):  # a dispersion at infinity has no slope
                columns.append((self._values(up) - self._values(down)) / 2e-5)
        slopes = np.stack(columns, axis=1) if columns else np.zeros((len(places), 0))
        return places, slopes @ self.covariance @ slopes.T

    def numbers(self) -> Mapping[str, Numbers]:
        """Quantities that have no units."""
        places, covariance = self.joint
        values = self._values(self.optimum.z)
        correlations = correlation_names(self.criterion.layout)
        found: dict[str, Numbers] = {}
        owned: dict[str, list[int]] = {}
        for (name, _), i in places.items():
            owned.setdefault(name, []).append(i)
        located = {name for name, _ in self.model.predictor.columns}
        for name, at in owned.items():
            if self.planned.lines[name].domain:
                continue
            with np.errstate(invalid="ignore"):
                sd = np.sqrt(np.diagonal(covariance)[at])
            axis = "identity" if name in located else "atanh" if name in correlations else "log"
            value = values[at]
            if self.runaway is not None and name in located:
                value, sd = self.runaway.replace(self.model.predictor, name, value, sd)
            stuck = (axis == "log") & (value == 0)
            found[name] = Numbers(
                value, np.where(stuck, np.nan, sd), np.full(len(at), np.inf), "parameter", axis
            )
        for effect in self.model.predictor.effects:
            if not self.planned.lines[effect.name].domain:
                m = self.conditional.units(effect.name)
                found[effect.name] = Numbers(
                    m.mean, np.sqrt(m.variance), np.full(len(m.mean), np.inf), "random"
                )
        return found

    def units(self, name: str) -> UnitMoments:
        """A quantity over units."""
        found = self.conditional.units(name)
        return found if self.runaway is None else self.runaway.units(self.model.predictor, name, found)

    def row_factors(self) -> Mapping[str, float]:
        """Mean square coefficients of random variables with one component."""
        return row_factors(self.model.predictor)

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y]."""
        return self.conditional.mean_variance(name)

    def profile_interval(self, name: str, position: int, level: float) -> tuple[float, float]:
        """Not available."""
        raise FitError(
            "profile intervals are available for linear models",
            expected="interval='wald'",
        )


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
