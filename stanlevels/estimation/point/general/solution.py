"""Maximum likelihood of general models, as a `Solution`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.again import Earlier
from stanlevels.estimation.point.general.conditional import GeneralConditional
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.estimation.point.general.limits import limits_of
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.estimation.point.general.quadrature import is_scalar
from stanlevels.estimation.point.general.remarks import general_notes, how_integrated
from stanlevels.estimation.point.general.search import searched
from stanlevels.estimation.point.general.spikes import refuse_spikes
from stanlevels.estimation.point.maximum import MaximumSolution, without
from stanlevels.estimation.point.normal.approximation import NormalApproximation
from stanlevels.estimation.point.normal.general import general_approximation
from stanlevels.estimation.point.observer import Observer, unobserved

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["GeneralSolution", "solve_general"]

_NONE = 1e-6
"""A share that is none."""

_ENDS = {"log": (0.0, np.inf), "logit": (0.0, 1.0)}
"""Where a quantity ends, by the axis on which its intervals are symmetric."""

_POINTS = 25
"""Of quadrature, where a random variable is not normal and nobody says how many."""


@dataclass(frozen=True, eq=False)
class GeneralSolution(MaximumSolution[GeneralModel, GeneralCriterion]):
    """The optimum of a general model, with what follows from it."""

    @property
    def method(self) -> str:
        """Either "mle" or "reml"."""
        return "reml" if self.model.integrated else "mle"

    @property
    def words(self) -> str:
        """The method in words, and how the random variables were integrated out."""
        penalised = " penalised by the priors" if self.criterion.priors else ""
        how = how_integrated(self.model, self.criterion.points)
        kind = "restricted maximum likelihood (REML)" if self.model.integrated else "maximum likelihood"
        return f"{kind}{penalised}{'' if self.model.integrated else how}"

    @property
    def n_parameters(self) -> int:
        """Every number of a point, and for REML the coefficients."""
        return super().n_parameters + len(self.model.integrated)

    @property
    def n_rows(self) -> float:
        """Rows, counted by their frequencies."""
        return self.model.n_rows

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Convergence and everything else, in words."""
        return general_notes(self.planned, self.criterion, self.optimum, self.curvature, self.limits)

    # --- uncertainty of the parameters -----------------------------------------------------------

    @property
    def step(self) -> float:
        """What the gradient is differenced by."""
        return 1e-3

    @cached_property
    def covariance(self) -> Array:
        """Covariance of the free numbers of a point: twice the inverse Hessian.

        NaN in directions along which the criterion does not curve. What is at an end beyond which there is no
        criterion stays there, and all else has its covariance given that.
        """
        here = np.isfinite(np.diagonal(self.curvature))
        curvature = self.curvature[np.ix_(here, here)]
        covariance = np.full(self.curvature.shape, np.nan)
        if not here.any() or not np.all(np.isfinite(curvature)):
            return covariance
        values, vectors = np.linalg.eigh(curvature)
        flat = values <= 1e-7 * max(float(values.max(initial=0.0)), 1e-300)
        inverse = np.where(flat, 0.0, 2 / np.where(flat, 1.0, values))
        found = (vectors * inverse) @ vectors.T
        unknown = np.any(np.abs(vectors[:, flat]) > 1e-3, axis=1)
        covariance[np.ix_(here, here)] = without(found, unknown)
        return covariance

    @cached_property
    def limits(self) -> dict[int, float]:
        """Columns of parameters whose best value is a limit, each with the sign of its direction."""
        return limits_of(self.criterion, self.optimum.z, self.covariance, self.free)

    @cached_property
    def slopes(self) -> Array:
        """Derivatives of all parameters by the free numbers of a point.

        0 of coefficients that were integrated over: as everywhere, standard deviations are taken for known.
        """
        found = super().slopes
        if self.model.integrated:
            own = np.any(self.model.basis.expand[:, list(self.model.integrated)] != 0, axis=1)
            columns = zip(self.model.predictor.columns, own, strict=True)
            found[[self.places[column] for column, is_own in columns if is_own]] = 0
        return found

    @cached_property
    def joint(self) -> tuple[dict[tuple[str, int], int], Array]:
        """As of other maxima, with the covariance of coefficients that were integrated over."""
        places, found = super().joint
        if p := len(self.model.integrated):
            found = found + self._flat(places, self.conditional.flat[-p:])
        return places, found

    def _flat(self, places: Mapping[tuple[str, int], int], covariance: Array) -> Array:
        """The covariance of coefficients that were integrated over, among all parameters."""
        expand = np.zeros((len(places), len(covariance)))
        rows = self.model.basis.expand[:, list(self.model.integrated)]
        for column, row in zip(self.model.predictor.columns, rows, strict=True):
            expand[places[column]] = row
        return expand @ covariance @ expand.T

    def adjusted(self, name: str, value: Array, sd: Array) -> tuple[Array, Array]:
        """Estimates and standard errors of a parameter: at a limit this is the estimate, without an error."""
        columns = enumerate(self.model.predictor.columns)
        signs = np.array([self.limits.get(i, 0.0) for i, (owner, _) in columns if owner == name])
        if not signs.any():
            return value, sd
        if len(signs) != len(value):  # shares: those that are none of the whole, or all of it
            return value, np.where((value < _NONE) | (value > 1 - _NONE), np.nan, sd)
        free = self.model.reading.free.get(name)
        low, high = _ENDS.get(free.axis, (value, value)) if free is not None else (value, value)
        at_limit = np.where(signs > 0, high, low)
        return np.where(signs == 0, value, at_limit), np.where(signs == 0, sd, np.nan)

    def axis(self, name: str) -> str:
        """On which scale an interval of a parameter is symmetric."""
        free = self.model.reading.free.get(name)
        return super().axis(name) if free is None else free.axis

    @cached_property
    def approximation(self) -> NormalApproximation:
        """Parameters by the curvature at the maximum, random variables given the coefficients."""
        return general_approximation(self.conditional, self.numbers(), *self.roots, list(self.limits))

    # --- random variables ------------------------------------------------------------------------

    @cached_property
    def conditional(self) -> GeneralConditional:
        """Moments of the random variables given the data."""
        m = len(self.criterion.layout.coordinates)
        free = [i for i, k in enumerate(self.free) if k >= m]
        root = self.criterion.started.root[:, [self.free[i] - m for i in free]]
        of_beta = root @ np.nan_to_num(self.covariance[np.ix_(free, free)]) @ root.T
        return GeneralConditional(self.model, self.criterion, self.optimum.z, of_beta)


def solve_general(
    planned: Planned,
    model: GeneralModel,
    points: int | None,
    priors: Mapping[str, Callable[[Mapping[str, Array]], float]],
    observer: Observer = unobserved,
    earlier: Earlier | None = None,
) -> GeneralSolution:
    """Maximise the likelihood of a general model, from earlier estimates if there are.

    Parameters
    ----------
    points : int or None
        Of quadrature, 1 for the Laplace approximation. None chooses: quadrature where the one random
        variable is not normal and every unit has one number of it, else the Laplace approximation.

    Raises
    ------
    FitError
        If quadrature is asked for where units have more than one number, or there is no maximum.
    """
    if points is None:
        points = _POINTS if not all(model.normal) and is_scalar(model) else 1
    if points > 1 and not is_scalar(model):
        names = ", ".join(repr(b.name) for b in model.blocks) or "none"
        raise FitError(
            f"quadrature with nAGQ={points} takes one random variable with one number per unit, and"
            f" there are {names}",
            expected="nAGQ=1, the Laplace approximation",
        )
    criterion = GeneralCriterion(model, points, priors)
    optimum = searched(criterion, observer, None if earlier is None else criterion.begun(earlier))
    if not criterion.priors:
        refuse_spikes(criterion, optimum.z)
    return GeneralSolution(planned, model, criterion, optimum)
