"""Maximum likelihood of linear Gaussian models with the priors of parameters: penalised estimates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.conditional import Conditional
from stanlevels.estimation.point.covariance import Layout, layout
from stanlevels.estimation.point.criterion import Criterion
from stanlevels.estimation.point.exactness import refuse_exact, refuse_few_rows
from stanlevels.estimation.point.glmm_criterion import differences
from stanlevels.estimation.point.glmm_solution import GlmmSolution
from stanlevels.estimation.point.linear_model import LinearModel
from stanlevels.estimation.point.natural import spread_values
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.optimum import Bounds, maximize
from stanlevels.estimation.point.prior_densities import log_prior
from stanlevels.gaussian import Moments, gradient, log_likelihood, profile
from stanlevels.linear.predictor import by_quantity

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["PenalisedSolution", "solve_penalised"]


@dataclass(frozen=True, eq=False)
class PenalisedCriterion:
    """Minus twice the log of likelihood times priors; a point is coordinates, log sigma, coefficients."""

    model: LinearModel
    layout: Layout
    priors: Mapping[str, Callable[[Array], float]]
    points: int = 1

    @cached_property
    def unit(self) -> float:
        """The size of the outcome about its least-squares fit."""
        s = self.model.statistics
        return float(np.sqrt(s.yy / max(s.n - s.p, 1.0))) or 1.0

    @cached_property
    def units(self) -> Array:
        """What a coordinate of 1 means."""
        inner = Criterion(self.model.statistics, self.layout)
        scale = self.unit if inner.profiles_sigma else 1.0
        return np.array(
            [
                u * (scale if c.scales else 1.0)
                for u, c in zip(inner.units, self.layout.coordinates, strict=True)
            ]
        )

    @property
    def _has_sigma(self) -> bool:
        return self.layout.noise is not None

    @property
    def start(self) -> Array:
        """Standard deviations of the size of the residual, and coefficients of least squares."""
        first = [c.start for c in self.layout.coordinates]
        return np.array([*first, *([0.0] if self._has_sigma else []), *([0.0] * self.model.statistics.p)])

    @property
    def bounds(self) -> Bounds:
        """Of every number of a point."""
        rest: list[tuple[float | None, float | None]] = [(-12.0, 12.0)] * self._has_sigma
        first: list[tuple[float | None, float | None]] = [
            (0.0 if c.bounded else None, None) for c in self.layout.coordinates
        ]
        return [*first, *rest, *([(None, None)] * self.model.statistics.p)]

    def split(self, z: Array) -> tuple[Array, Array, float]:
        """Absolute coordinates, coefficients, and sigma."""
        m, s = len(self.layout.coordinates), self.model.statistics
        sigma = self.unit * float(np.exp(z[m])) if self._has_sigma else 1.0
        gamma = z[m + self._has_sigma :] * self.unit
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
        return -2 * log_likelihood(self.model.statistics, factors, sigma, beta) + self.penalty(z)

    def __call__(self, z: Array) -> tuple[float, Array]:
        """Value and gradient: that of the likelihood exact, that of the priors by differences."""
        x, beta, sigma = self.split(z)
        s = self.model.statistics
        found = gradient(s, self.layout.factors(x, sigma), sigma, beta)
        by_x, by_sigma = self.layout.pull(x, sigma, found.factors)
        parts = [by_x * self.units]
        if self._has_sigma:
            parts.append(np.array([found.log_sigma + by_sigma * sigma]))
        by_gamma = np.linalg.solve(s.R.T, found.beta) if s.p else found.beta
        parts.append(by_gamma * self.unit)
        slope = -2 * np.concatenate(parts) + differences(self.penalty, z, range(len(z)))
        return -2 * found.value + self.penalty(z), slope


@dataclass(frozen=True, eq=False)
class PenalisedSolution(GlmmSolution):
    """The optimum of a penalised linear Gaussian model, with what follows from it."""

    model: LinearModel  # type: ignore[assignment]
    criterion: PenalisedCriterion  # type: ignore[assignment]

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

    @property
    def residual_variance(self) -> float:
        """Of an average row."""
        return float(self.split[2] ** 2 * np.mean(np.square(self.model.scale)))

    def limit_notes(self) -> list[str]:
        """No dispersion has a limit of another family."""
        return []

    @cached_property
    def conditional(self) -> Conditional:
        """Conditional moments of the random variables."""
        x, beta, sigma = self.split
        parts = tuple(factor / sigma for factor in self.criterion.layout.factors(x, sigma))
        found = profile(self.model.statistics, parts, beta)
        return Conditional(self.model.predictor, self.model.basis, Moments(found, sigma, False))


def solve_penalised(
    planned: Planned,
    model: LinearModel,
    priors: Mapping[str, Callable[[Array], float]],
    observer: Observer = unobserved,
) -> PenalisedSolution:
    """Maximise likelihood times priors of a linear Gaussian model.

    Raises
    ------
    FitError
        If there is no maximum.
    """
    refuse_few_rows(model)
    refuse_exact(model)
    found = layout(model.predictor.effects, model.noise)
    criterion = PenalisedCriterion(model, found, priors)
    return PenalisedSolution(planned, model, criterion, maximize(criterion, observer=observer))
