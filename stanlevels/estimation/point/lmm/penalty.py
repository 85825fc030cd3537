"""Maximum likelihood of linear Gaussian models with the priors of parameters: penalised estimates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.again import Earlier, begin, coefficients, coordinates, sd_of
from stanlevels.estimation.point.conditional import Conditional
from stanlevels.estimation.point.covariance import Layout, layout
from stanlevels.estimation.point.lmm.criterion import Criterion
from stanlevels.estimation.point.lmm.exactness import prepared
from stanlevels.estimation.point.lmm.model import LinearModel
from stanlevels.estimation.point.maximum import MaximumSolution, without
from stanlevels.estimation.point.natural import spread_values
from stanlevels.estimation.point.normal.approximation import NormalApproximation
from stanlevels.estimation.point.normal.linear import linear_approximation
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.optimum import Bounds, maximize
from stanlevels.estimation.point.prior_densities import log_prior
from stanlevels.estimation.point.remarks import boundary_notes, convergence_note, role_notes
from stanlevels.gaussian import Moments, Statistics, gradient, log_likelihood, profile
from stanlevels.gaussian.curvature import differences
from stanlevels.linear.predictor import by_quantity

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["PenalisedSolution", "solve_penalised"]


_LEAST = -12.0  # of the logarithm of sigma in units of the residual
_LITTLE = 0.05  # curvature of minus twice the log density per squared step that is next to nothing


@dataclass(frozen=True, eq=False)
class PenalisedCriterion:
    """Minus twice the log of likelihood times priors; a point is coordinates, log sigma, coefficients."""

    model: LinearModel
    statistics: Statistics
    layout: Layout
    priors: Mapping[str, Callable[[Mapping[str, Array]], float]]

    @cached_property
    def _inner(self) -> Criterion:
        return Criterion(self.statistics, self.layout)

    @property
    def unit(self) -> float:
        """The size of the residual."""
        return self._inner.size

    @cached_property
    def step(self) -> float:
        """The size of the outcome about its least-squares fit, which coefficients are measured in."""
        s = self.statistics
        return float(np.sqrt(s.yy / max(s.n - s.p, 1.0))) or 1.0

    @cached_property
    def units(self) -> Array:
        """What a coordinate of 1 means."""
        scale = self.unit if self._inner.profiles_sigma else 1.0
        coordinates = zip(self._inner.units, self.layout.coordinates, strict=True)
        return np.array([u * (scale if c.scales else 1.0) for u, c in coordinates])

    @property
    def _has_sigma(self) -> bool:
        return self.layout.noise is not None

    @property
    def start(self) -> Array:
        """Standard deviations of the size of the residual, and coefficients of least squares."""
        first = [c.start for c in self.layout.coordinates]
        return np.array([*first, *([0.0] if self._has_sigma else []), *([0.0] * self.statistics.p)])

    @property
    def bounds(self) -> Bounds:
        """Of every number of a point."""
        rest: list[tuple[float | None, float | None]] = [(_LEAST, -_LEAST)] * self._has_sigma
        first: list[tuple[float | None, float | None]] = [
            (0.0 if c.bounded else None, None) for c in self.layout.coordinates
        ]
        return [*first, *rest, *([(None, None)] * self.statistics.p)]

    def begun(self, earlier: Earlier) -> Array:
        """Where maximisation begins after an earlier fit."""
        s, m, cold = self.statistics, len(self.layout.coordinates), self.start
        told = np.full(len(cold), np.nan)
        told[:m] = coordinates(self.layout, earlier) / self.units
        if self._has_sigma:
            sigma = sd_of(self.layout.noise, earlier)
            told[m] = np.clip(np.log(sigma / self.unit), 1 + _LEAST, -1 - _LEAST) if sigma > 0 else np.nan
        beta = coefficients(self.model.predictor, self.model.basis, earlier, lambda: self.split(cold)[1])
        if beta is not None:
            told[m + self._has_sigma :] = s.internal(beta) / self.step
        return begin(cold, told, np.array([low == 0 for low, _ in self.bounds], dtype=bool))

    def split(self, z: Array) -> tuple[Array, Array, float]:
        """Absolute coordinates, coefficients, and sigma."""
        m, s = len(self.layout.coordinates), self.statistics
        sigma = self.unit * float(np.exp(z[m])) if self._has_sigma else 1.0
        gamma = z[m + self._has_sigma :] * self.step
        return z[:m] * self.units, s.coefficients(gamma), sigma

    def natural(self, z: Array) -> tuple[Array, float]:
        """Absolute coordinates and sigma."""
        x, _, sigma = self.split(z)
        return x, sigma

    def named(self, z: Array) -> dict[str, Array]:
        """Every parameter by its quantity."""
        x, beta, sigma = self.split(z)
        found = by_quantity(self.model.predictor, self.model.basis.expand @ beta)
        return found | spread_values(self.layout, x, sigma)

    def penalty(self, z: Array) -> float:
        """Minus twice the log density of the priors."""
        return -2 * log_prior(self.priors, self.named(z))

    def value(self, z: Array) -> float:
        """The value alone."""
        x, beta, sigma = self.split(z)
        factors = self.layout.factors(x, sigma)
        return -2 * log_likelihood(self.statistics, factors, sigma, beta) + self.penalty(z)

    def __call__(self, z: Array) -> tuple[float, Array]:
        """Value and gradient: that of the likelihood exact, that of the priors by differences."""
        x, beta, sigma = self.split(z)
        s = self.statistics
        found = gradient(s, self.layout.factors(x, sigma), sigma, beta)
        by_x, by_sigma = self.layout.pull(x, sigma, found.factors)
        parts = [by_x * self.units]
        if self._has_sigma:
            parts.append(np.array([found.log_sigma + by_sigma * sigma]))
        by_gamma = np.linalg.solve(s.R.T, found.beta) if s.p else found.beta
        parts.append(by_gamma * self.step)
        slope = -2 * np.concatenate(parts) + differences(self.penalty, z)
        return -2 * found.value + self.penalty(z), slope


@dataclass(frozen=True, eq=False)
class PenalisedSolution(MaximumSolution[LinearModel, PenalisedCriterion]):
    """The optimum of a penalised linear Gaussian model, with what follows from it."""

    @property
    def words(self) -> str:
        """The method in words."""
        return "maximum likelihood penalised by the priors"

    @property
    def log_likelihood(self) -> float:
        """At the estimates, without the priors."""
        return super().log_likelihood + self.model.log_jacobian

    @property
    def n_rows(self) -> float:
        """Rows, counted by their frequencies."""
        return self.model.statistics.n

    # --- curvature -----------------------------------------------------------------------------

    @cached_property
    def _steps(self) -> Array:
        """Units of the free numbers of a point: 1, or its own size where that is larger."""
        z, m = self.optimum.z, len(self.criterion.layout.coordinates)
        sizes = np.where(np.arange(len(z)) < m, np.maximum(np.abs(z), 1.0), 1.0)
        return np.asarray(sizes[self.free])

    @cached_property
    def _axes(self) -> tuple[Array, Array]:
        """Principal curvatures in these units, and their directions."""
        H = self.curvature
        if not np.all(np.isfinite(H)):  # next to where a prior has no density
            return np.zeros(len(H)), np.eye(len(H))
        return np.linalg.eigh(H * np.outer(self._steps, self._steps))

    @cached_property
    def covariance(self) -> Array:
        """Covariance of the free numbers of a point across directions without curvature."""
        values, vectors = self._axes
        kept = values > _LITTLE
        wide = self._steps[:, None] * vectors[:, kept]
        return np.asarray(2 * (wide / values[kept]) @ wide.T)

    @cached_property
    def joint(self) -> tuple[dict[tuple[str, int], int], Array]:
        """Places of all parameters, and their covariance; NaN for what depends on no curvature."""
        places, covariance = super().joint
        values, vectors = self._axes
        moved = np.nan_to_num(self.slopes) @ (self._steps[:, None] * vectors[:, values <= _LITTLE])
        sizes = np.sqrt(np.maximum(np.diagonal(covariance), 0))
        return places, without(covariance, np.linalg.norm(moved, axis=1) > 1e-3 * sizes)

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Convergence, or what has no curvature in its place, and everything else, in words."""
        return (
            self._state(),
            *boundary_notes(self.criterion, self.optimum),
            *role_notes(self.planned, self.model.predictor, self.model.basis, True),
        )

    def _state(self) -> str:
        if not np.any(self._axes[0] <= _LITTLE):
            return convergence_note(self.optimum)
        places, covariance = self.joint
        lost = {name for (name, _), i in places.items() if np.isnan(covariance[i, i])}
        what = "is one choice of many that are nearly as good, without standard errors"
        return f"likelihood and priors hardly determine {listing(sorted(lost))}: what is shown {what}"

    @cached_property
    def approximation(self) -> NormalApproximation:
        """Parameters by the curvature at the maximum, effects given the coefficients."""
        return linear_approximation(self.conditional, self.numbers(), *self.roots)

    @cached_property
    def conditional(self) -> Conditional:
        """Conditional moments of the random variables."""
        x, beta, sigma = self.criterion.split(self.optimum.z)
        parts = tuple(factor / sigma for factor in self.criterion.layout.factors(x, sigma))
        found = profile(self.criterion.statistics, parts, beta)
        return Conditional(self.model.predictor, self.model.basis, Moments(found, sigma, False))


def solve_penalised(
    planned: Planned,
    model: LinearModel,
    priors: Mapping[str, Callable[[Mapping[str, Array]], float]],
    observer: Observer = unobserved,
    earlier: Earlier | None = None,
) -> PenalisedSolution:
    """Maximise likelihood times priors of a linear Gaussian model, from earlier estimates if there are.

    Raises
    ------
    FitError
        If there is no maximum.
    """
    found = layout(model.predictor.effects, model.noise)
    criterion = PenalisedCriterion(model, prepared(model), found, priors)
    optimum = maximize(criterion, None if earlier is None else criterion.begun(earlier), observer)
    m = len(found.coordinates)
    if model.noise is not None and optimum.z[m] < _LEAST + 0.01:
        raise FitError(
            f"{model.noise.quantity!r}, the residual standard deviation, heads to 0: likelihood times priors"
            " have no maximum",
            expected="rows that differ from what coefficients and random variables can reproduce",
            way_out=f"give {model.noise.quantity!r} a known value, or a prior that vanishes at 0",
        )
    return PenalisedSolution(planned, model, criterion, optimum)
