"""What methods without draws hand over: estimates and conditional moments."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from stanlevels.arrays import Array

if TYPE_CHECKING:
    from stanlevels.estimation.point.normal.approximation import NormalApproximation
    from stanlevels.linear.predictor import Effect
    from stanlevels.plan.planned import Planned

__all__ = ["Numbers", "Solution", "UnitMoments", "random_numbers"]


@dataclass(frozen=True, eq=False)
class Numbers:
    """Estimates of one quantity for the whole model, one per component.

    Attributes
    ----------
    estimate, sd : ndarray, (m,)
        Of a parameter its standard error; of a random variable its conditional standard deviation.
    df : ndarray, (m,)
        Degrees of freedom of the estimate; infinite where the normal distribution is used.
    role : str
        "parameter", "random" or "computed".
    axis : str
        On which scale an interval is symmetric: "identity", "log", "logit" or "atanh".
    """

    estimate: Array
    sd: Array
    df: Array
    role: str
    axis: str = "identity"


@dataclass(frozen=True, eq=False)
class UnitMoments:
    """What is known of a quantity over units, flat: units slowest, then components.

    Attributes
    ----------
    mean, variance : ndarray, (m,)
        E[Z | y] and Var[Z | y] of a random variable; estimate and squared standard error of a parameter.
    role : str
    deviation : ndarray, (m,), optional
        Of a random variable, how far it is from its mean.
    deviation_variance : ndarray, (m,), optional
        Var[deviation | y].
    spread : ndarray, (m,), optional
        Its standard deviation.
    weight : ndarray, (m,), optional
        The share of the unit's own data in the estimate.
    no_pooling : ndarray, (m,), optional
        What the unit's own data say, everything else at its estimate.
    """

    mean: Array
    variance: Array
    role: str
    deviation: Array | None = None
    deviation_variance: Array | None = None
    spread: Array | None = None
    weight: Array | None = None
    no_pooling: Array | None = None


def random_numbers(
    planned: Planned, effects: Iterable[Effect], units: Callable[[str], UnitMoments]
) -> dict[str, Numbers]:
    """Random variables for the whole model, from their moments."""
    found = {}
    for effect in effects:
        if not planned.lines[effect.name].domain:
            m = units(effect.name)
            infinite = np.full(len(m.mean), np.inf)
            found[effect.name] = Numbers(m.mean, np.sqrt(m.variance), infinite, "random")
    return found


class Solution(Protocol):
    """What a method of estimation hands over."""

    @property
    def method(self) -> str:
        """Such as "reml"."""

    @property
    def words(self) -> str:
        """The method in words."""

    @property
    def roles(self) -> Mapping[str, str]:
        """The role of every quantity that reaches the data."""

    @property
    def log_likelihood(self) -> float:
        """At the estimates; restricted for REML."""

    @property
    def n_parameters(self) -> int:
        """Free numbers: coefficients, standard deviations and correlations."""

    @property
    def n_rows(self) -> float:
        """Rows, counted by their frequencies."""

    @property
    def notes(self) -> tuple[str, ...]:
        """Convergence and everything else worth knowing, in words."""

    @property
    def trace(self) -> Array:
        """The log likelihood after every step, where steps were kept."""

    @property
    def extras(self) -> Mapping[str, float]:
        """Further numbers of the method, such as R squared."""

    def numbers(self) -> Mapping[str, Numbers]:
        """Quantities that have no units."""

    @property
    def joint(self) -> tuple[Mapping[tuple[str, int], int], Array]:
        """Places of all parameters in one vector, and its covariance."""

    @property
    def approximation(self) -> NormalApproximation:
        """The joint normal approximation to parameters and random variables."""

    def units(self, name: str) -> UnitMoments:
        """A quantity over units; FitError where it is not linear in what was estimated."""

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y], one per component."""

    def profile_interval(self, name: str, position: int, level: float) -> tuple[float, float]:
        """Where the likelihood falls by half a chi-squared quantile; FitError where not available."""
