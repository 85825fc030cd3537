"""What follows from a maximum that was found in all parameters at once."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sized
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.contrasts import Basis
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.natural import axis_of, is_stuck
from stanlevels.estimation.point.normal.approximation import NormalApproximation, root_of
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.estimation.point.solution import Numbers, UnitMoments, random_numbers
from stanlevels.gaussian.curvature import hessian
from stanlevels.linear.predictor import Predictor
from stanlevels.linear.spreads import Root

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["MaximumSolution", "without"]


class Read(Protocol):
    """A model with linear predictors."""

    @property
    def predictor(self) -> Predictor:
        """The predictors of all rows."""

    @property
    def basis(self) -> Basis:
        """Their independent columns."""


class Smooth(Protocol):
    """Minus twice a log density, as a function of a point that holds every parameter."""

    @property
    def layout(self) -> Layout:
        """The coordinates of the covariances."""

    @property
    def priors(self) -> Sized:
        """Those that count."""

    def __call__(self, z: Array) -> tuple[float, Array]:
        """Value and gradient."""

    def penalty(self, z: Array) -> float:
        """Minus twice the log density of the priors."""

    def named(self, z: Array) -> dict[str, Array]:
        """Every parameter by its quantity."""

    def split(self, z: Array) -> Any:
        """Coordinates, coefficients, and perhaps more."""


class Moments(Protocol):
    """What is known of random variables, given the data."""

    def units(self, name: str) -> UnitMoments:
        """A quantity over units."""

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y]."""


M = TypeVar("M", bound=Read)
C = TypeVar("C", bound=Smooth)


@dataclass(frozen=True, eq=False)
class MaximumSolution(ABC, Generic[M, C]):
    """The optimum of a criterion in all parameters, with what follows from its curvature there.

    Standard errors of the parameters are those of the free numbers of the point, by the delta method.
    """

    planned: Planned
    model: M
    criterion: C
    optimum: Optimum

    # --- figures -------------------------------------------------------------------------------

    @property
    def method(self) -> str:
        """Such as "mle"."""
        return "mle"

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
        """Every number of a point."""
        return len(self.optimum.z)

    # --- uncertainty of the parameters -----------------------------------------------------------

    @property
    def step(self) -> float:
        """What the gradient is differenced by."""
        return 1e-4

    @cached_property
    def free(self) -> list[int]:
        """Places of the numbers of a point that are not on their boundary."""
        return [k for k in range(len(self.optimum.z)) if k not in self.optimum.at_zero]

    @cached_property
    def curvature(self) -> Array:
        """Second derivatives of the criterion by the free numbers of a point; NaN next to where it ends."""
        free = self.free

        def slope(part: Array) -> tuple[float, Array]:
            z = self.optimum.z.copy()
            z[free] = part
            try:
                value, gradient = self.criterion(z)
            except FitError:
                return np.nan, np.full(len(free), np.nan)
            return value, gradient[free]

        return hessian(slope, self.optimum.z[free], self.step)

    @property
    @abstractmethod
    def covariance(self) -> Array:
        """Covariance of the free numbers of a point: twice the inverse curvature; NaN where it has none."""

    def values(self, z: Array) -> Array:
        """Every parameter of a point, one after another."""
        return np.concatenate([np.zeros(0), *self.criterion.named(z).values()])

    @cached_property
    def places(self) -> dict[tuple[str, int], int]:
        """Where every parameter is among `values`."""
        found: dict[tuple[str, int], int] = {}
        for name, value in self.criterion.named(self.optimum.z).items():
            found |= {(name, k): len(found) + k for k in range(len(value))}
        return found

    @cached_property
    def slopes(self) -> Array:
        """Derivatives of `values` by the free numbers of a point; NaN of what is infinite or unknown."""
        columns = []
        for k in self.free:
            up, down = self.optimum.z.copy(), self.optimum.z.copy()
            up[k] += 1e-5
            down[k] -= 1e-5
            with np.errstate(invalid="ignore"):
                columns.append((self.values(up) - self.values(down)) / 2e-5)
        return np.stack(columns, axis=1) if columns else np.zeros((len(self.places), 0))

    @cached_property
    def joint(self) -> tuple[dict[tuple[str, int], int], Array]:
        """Places of all parameters in one vector, and its covariance, by the delta method.

        NaN only for what has no slope, or depends on numbers whose covariance is NaN.
        """
        slopes, covariance = np.nan_to_num(self.slopes), self.covariance
        unknown = np.isnan(np.diagonal(covariance))
        lost = np.any(np.isnan(self.slopes), axis=1) | np.any(np.abs(slopes[:, unknown]) > 1e-9, axis=1)
        return self.places, without(slopes @ np.nan_to_num(covariance) @ slopes.T, lost)

    # --- numbers -------------------------------------------------------------------------------

    @property
    def further_roots(self) -> tuple[Root | None, ...]:
        """Numbers that are positive, beside the standard deviations of random variables."""
        return ()

    def axis(self, name: str) -> str:
        """On which scale an interval of a parameter is symmetric."""
        return axis_of(self.criterion.layout, name, self.further_roots)

    def adjusted(self, name: str, value: Array, sd: Array) -> tuple[Array, Array]:
        """Estimates and standard errors of a parameter, those at a limit replaced."""
        return value, sd

    def numbers(self) -> Mapping[str, Numbers]:
        """Quantities that have no units."""
        places, covariance = self.joint
        values, found = self.values(self.optimum.z), {}
        owned: dict[str, list[int]] = {}
        for (name, _), i in places.items():
            owned.setdefault(name, []).append(i)
        for name, at in owned.items():
            if self.planned.lines[name].domain:
                continue
            with np.errstate(invalid="ignore"):
                value, sd = self.adjusted(name, values[at], np.sqrt(np.diagonal(covariance)[at]))
            axis = self.axis(name)
            sd = np.where(is_stuck(value, axis), np.nan, sd)
            found[name] = Numbers(value, sd, np.full(len(at), np.inf), "parameter", axis)
        return found | random_numbers(self.planned, self.model.predictor.effects, self.conditional.units)

    @property
    def roots(self) -> tuple[dict[str, Array], Array]:
        """Derivatives of all parameters by the standard normal numbers that move a point, by quantity; and
        of the coefficients that were maximised over.
        """
        root = root_of(self.covariance)
        whole, found = self.slopes @ root, {}
        for name in dict.fromkeys(name for name, _ in self.places):
            found[name] = whole[[i for (owner, _), i in self.places.items() if owner == name]]
        columns = []
        for k in self.free:
            step = np.zeros_like(self.optimum.z)
            step[k] = 1.0  # coefficients are linear in a point
            ends = [self.criterion.split(self.optimum.z + sign * step)[1] for sign in (1, -1)]
            columns.append((ends[0] - ends[1]) / 2)
        beta = self.criterion.split(self.optimum.z)[1]
        slopes = np.stack(columns, axis=1) if columns else np.zeros((len(beta), 0))
        return found, slopes @ root

    @property
    @abstractmethod
    def approximation(self) -> NormalApproximation:
        """Parameters and random variables jointly."""

    # --- random variables ------------------------------------------------------------------------

    @property
    @abstractmethod
    def conditional(self) -> Moments:
        """Moments of the random variables given the data."""

    def units(self, name: str) -> UnitMoments:
        """A quantity over units."""
        return self.conditional.units(name)

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y]."""
        return self.conditional.mean_variance(name)

    def profile_interval(self, name: str, position: int, level: float) -> tuple[float, float]:
        """Not available."""
        raise FitError(
            "profile intervals are available for linear models with one residual standard deviation",
            expected="interval='wald'",
        )


def without(covariance: Array, lost: Array) -> Array:
    """A covariance with NaN for what is lost, (n,)."""
    found = covariance.copy()
    found[lost] = np.nan
    found[:, lost] = np.nan
    return found
