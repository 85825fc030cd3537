"""Maximum likelihood and REML of linear Gaussian models, as a `Solution`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.again import Earlier
from stanlevels.estimation.point.conditional import Conditional
from stanlevels.estimation.point.covariance import Layout, based, layout
from stanlevels.estimation.point.lmm.criterion import Criterion
from stanlevels.estimation.point.lmm.curvature import Curvature, leave_ends_of_ridges, settled
from stanlevels.estimation.point.lmm.em import expectation_maximization, in_words, point_of
from stanlevels.estimation.point.lmm.exactness import prepared
from stanlevels.estimation.point.lmm.intervals import profile_interval
from stanlevels.estimation.point.lmm.model import LinearModel
from stanlevels.estimation.point.lmm.newton import optimum_of
from stanlevels.estimation.point.lmm.ridges import ridge_notes, rounding_notes, vague_notes
from stanlevels.estimation.point.natural import axis_of, is_stuck, spread_values
from stanlevels.estimation.point.normal.approximation import NormalApproximation, root_of
from stanlevels.estimation.point.normal.linear import linear_approximation, root_of_coefficients
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.estimation.point.remarks import boundary_notes, convergence_note, role_notes
from stanlevels.estimation.point.solution import Numbers, UnitMoments, random_numbers
from stanlevels.gaussian import Moments, profile

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.plan.planned import Planned

__all__ = ["GaussianSolution", "solve_by_em", "solve_gaussian"]


_VAGUE = 10.0  # standard errors in units of a standard deviation that tell nothing of it

_WORDS = {
    "mle": "maximum likelihood",
    "reml": "restricted maximum likelihood (REML)",
    "em": "maximum likelihood (expectation-maximisation)",
}


_AVERAGE = (
    "standard errors of standard deviations and degrees of freedom come from the average of observed and"
    " expected information, which is as good as the observed one in a model of this size"
)


@dataclass(frozen=True, eq=False)
class GaussianSolution:
    """The optimum of a linear Gaussian model, with what follows from it."""

    planned: Planned
    bound: Bound
    model: LinearModel
    criterion: Criterion
    optimum: Optimum
    method: str
    trace: Array = field(default_factory=lambda: np.zeros(0))
    told: tuple[str, ...] = ()

    # --- figures -------------------------------------------------------------------------------

    @property
    def words(self) -> str:
        """The method in words."""
        return _WORDS[self.method]

    @property
    def roles(self) -> Mapping[str, str]:
        """The role of every quantity that reaches the data."""
        return self.model.predictor.roles

    @property
    def extras(self) -> Mapping[str, float]:
        """Nothing further."""
        return {}

    @property
    def log_likelihood(self) -> float:
        """At the estimates; restricted for REML."""
        return -self.optimum.value / 2 + self.model.log_jacobian

    @property
    def n_parameters(self) -> int:
        """Coefficients, coordinates of the covariances, and the residual standard deviation."""
        layout = self.criterion.layout
        return self.model.statistics.p + len(layout.coordinates) + (layout.noise is not None)

    @property
    def n_rows(self) -> float:
        """Rows, counted by their frequencies."""
        return self.model.statistics.n

    @cached_property
    def natural(self) -> tuple[Array, float]:
        """Absolute coordinates and sigma."""
        return self.criterion.natural(self.optimum.z, self.optimum.model)

    @property
    def sigma(self) -> float:
        """Residual standard deviation (times the known multiples of the rows)."""
        return self.natural[1]

    @cached_property
    def written(self) -> Criterion:
        """The criterion with components as they are written; the search has them in a basis of their own."""
        found = _written(self.model)
        if not found.bases:
            return self.criterion
        return replace(self.criterion, statistics=prepared(self.model, self.criterion.reml), layout=found)

    @cached_property
    def conditional(self) -> Conditional:
        """Conditional moments of the random variables, the coefficients being estimated."""
        x, sigma = self.natural
        found = self.curvature.model
        if self.written is not self.criterion:
            found = profile(self.written.statistics, self.written.relative(x, sigma))
        return Conditional(self.model.predictor, self.model.basis, Moments(found, self.sigma, False))

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Convergence and everything else, in words."""
        optimum, curvature = self.optimum, self.curvature
        state = convergence_note(optimum)
        if not curvature.reliable:
            state = (
                f"stopped after {optimum.evaluations} evaluations, as near to the maximum as rounding allows"
            )
        if not curvature.has_digits:
            state = "did not converge: rounding leaves nothing by which log likelihoods of this size differ"
        return (
            *(ridge_notes(self.model.predictor, curvature) or self.told or (state,)),
            *([_AVERAGE] if self.criterion.is_large else []),
            *rounding_notes(curvature),
            *self._vague_notes(),
            *boundary_notes(self.written, optimum, self.natural),
            *role_notes(self.planned, self.model.predictor, self.model.basis),
        )

    # --- uncertainty of the standard deviations --------------------------------------------------

    @cached_property
    def curvature(self) -> Curvature:
        """The criterion around its minimum, by the coordinates of the standard deviations."""
        return Curvature(self.criterion, self.optimum, *self.natural)

    def _variances(self, x: Array, sigma: float) -> Array:
        """Squared standard errors of every parameter in the location, at given standard deviations."""
        expand = self.model.basis.expand
        found = profile(self.criterion.statistics, self.criterion.relative(x, sigma))
        root = expand @ found.beta_covariance
        return np.asarray(sigma**2 * (root * expand).sum(axis=1))

    @cached_property
    def _slopes_of_variances(self) -> Array:
        """Derivatives of squared standard errors by the free coordinates."""
        if self.criterion.is_large:
            return self.curvature.slopes_of_coefficients(self.model.basis.expand)
        return self.curvature.jacobian(self._variances)

    @cached_property
    def _arbitrary(self) -> Array:
        """Which parameters in the location have standard errors that the data do not determine, (p,)."""
        if not self.curvature.loose.shape[1]:
            return np.zeros(len(self.model.predictor.columns), dtype=bool)
        return self.curvature.undetermined(self._slopes_of_variances)

    @cached_property
    def df(self) -> Array:
        """Satterthwaite's degrees of freedom of every parameter in the location.

        ``2 v^2 / (g' A g)`` with v the variance of the estimate, g its derivatives by the covariance
        parameters and A their covariance (Kuznetsova, Brockhoff and Christensen 2017).
        """
        v = np.maximum(np.diagonal(self.conditional.beta_covariance), 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            slopes = self._slopes_of_variances / v[:, None]  # squares of v leave the range of numbers
            spread = np.einsum("ka,ab,kb->k", slopes, self.curvature.covariance, slopes)
            found = np.where(spread > 0, 2 / spread, np.inf)
        return np.where(self._arbitrary, np.nan, found)

    # --- numbers -------------------------------------------------------------------------------

    def numbers(self) -> Mapping[str, Numbers]:
        """Quantities that have no units."""
        return {**self._location_numbers(), **self._spread_numbers()}

    def _location_numbers(self) -> dict[str, Numbers]:
        c, p = self.conditional, self.model.predictor
        sd = np.sqrt(np.maximum(np.diagonal(c.beta_covariance), 0))
        sd = np.where(self._arbitrary, np.nan, sd)
        found = {}
        for name in dict.fromkeys(owner for owner, _ in p.columns):
            if self.planned.lines[name].domain:
                continue
            at = [i for i, (owner, _) in enumerate(p.columns) if owner == name]
            found[name] = Numbers(c.beta[at], sd[at], self.df[at], "parameter")
        return found | random_numbers(self.planned, p.effects, c.units)

    def _spread_vector(self, x: Array, sigma: float) -> Array:
        return np.concatenate([np.zeros(0), *spread_values(self.written.layout, x, sigma).values()])

    def _spread_numbers(self) -> dict[str, Numbers]:
        values = spread_values(self.written.layout, *self.natural)
        slopes = self.curvature.jacobian(self._spread_vector, 1e-5)
        with np.errstate(invalid="ignore"):
            sd = np.sqrt(np.diagonal(self.curvature.spread(slopes)))
        found, first = {}, 0
        for name, value in values.items():
            own = sd[first : first + len(value)]
            axis = axis_of(self.criterion.layout, name)
            vague = (axis == "log") & (own > _VAGUE * value)
            own = np.where(is_stuck(value, axis) | vague, np.nan, own)
            found[name] = Numbers(value, own, np.full(len(value), np.inf), "parameter", axis)
            first += len(value)
        return found

    def _vague_notes(self) -> list[str]:
        """Which standard deviations are positive, and yet have no standard error beside a flat curvature."""
        return [] if self.curvature.loose.shape[1] else vague_notes(self._spread_numbers())

    @cached_property
    def joint(self) -> tuple[dict[tuple[str, int], int], Array]:
        """Places of all parameters in one vector, and its covariance (coefficients and the rest are
        uncorrelated at the optimum).
        """
        p = self.model.predictor
        places = {column: i for i, column in enumerate(p.columns)}
        spread = spread_values(self.written.layout, *self.natural)
        for name, value in spread.items():
            for k in range(len(value)):
                places[(name, k)] = len(places)
        slopes = self.curvature.jacobian(self._spread_vector, 1e-5)
        lower = self.curvature.spread(slopes)
        upper = np.array(self.conditional.beta_covariance)
        upper[self._arbitrary] = np.nan
        upper[:, self._arbitrary] = np.nan
        whole = np.zeros((len(places), len(places)))
        whole[: len(upper), : len(upper)] = upper
        whole[len(upper) :, len(upper) :] = lower
        return places, whole

    @cached_property
    def approximation(self) -> NormalApproximation:
        """Coefficients and effects by the mixed model equations, standard deviations beside them."""
        c, values = self.conditional, spread_values(self.written.layout, *self.natural)
        of_beta = root_of_coefficients(c)
        slopes = self.curvature.jacobian(self._spread_vector, 1e-5)
        own = root_of(self.curvature.spread(slopes))
        width, roots, first = of_beta.shape[1], {}, 0
        for name, value in values.items():
            some = own[first : first + len(value)]
            roots[name] = np.column_stack([np.zeros((len(value), width)), some])
            first += len(value)
        wide = np.column_stack([of_beta, np.zeros((len(of_beta), own.shape[1]))])
        return linear_approximation(c, self.numbers(), roots, wide)

    def units(self, name: str) -> UnitMoments:
        """A quantity over units."""
        return self.conditional.units(name)

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y]."""
        return self.conditional.mean_variance(name)

    def profile_interval(self, name: str, position: int, level: float) -> tuple[float, float]:
        """Where minus twice the log likelihood rises by a chi-squared quantile; NaN on a ridge of it."""
        if self.curvature.loose.shape[1] and np.isnan(self.numbers()[name].sd[position]):
            return float("nan"), float("nan")
        return profile_interval(self, name, position, level)


def _criterion(model: LinearModel, method: str) -> Criterion:
    reml = method == "reml"
    found = layout(model.predictor.effects, model.noise)
    return Criterion(prepared(model.turned(_written(model).bases), reml), found, reml)


def _written(model: LinearModel) -> Layout:
    """Coordinates in the basis in which they are searched for, and factors of components as written."""
    found = layout(model.predictor.effects, model.noise)
    return based(found, model.predictor.Z, model.design.precisions)


def solve_gaussian(
    planned: Planned,
    bound: Bound,
    model: LinearModel,
    method: str,
    observer: Observer = unobserved,
    earlier: Earlier | None = None,
) -> GaussianSolution:
    """Maximise the (restricted) likelihood of a linear Gaussian model, from earlier estimates if there are.

    Raises
    ------
    FitError
        If there is no maximum.
    """
    criterion = _criterion(model, method)

    def search(start: Array | None = None, near: bool = False) -> Optimum:
        return optimum_of(criterion, start, lambda value: observer(value + model.log_jacobian), near)

    first = search() if earlier is None else search(criterion.begun(_written(model), earlier), near=True)
    optimum = settled(criterion, leave_ends_of_ridges(criterion, first, search))
    return GaussianSolution(planned, bound, model, criterion, optimum, method)


def solve_by_em(
    planned: Planned,
    bound: Bound,
    model: LinearModel,
    tolerance: float,
    max_steps: int,
    observer: Observer = unobserved,
    earlier: Earlier | None = None,
) -> GaussianSolution:
    """Maximise the likelihood of a linear Gaussian model by expectation-maximisation.

    Raises
    ------
    FitError
        If there is no maximum, or a covariance has no closed form in the M step.
    """
    criterion = _criterion(model, "em")
    found = criterion.layout
    begun = None if earlier is None else criterion.begun(_written(model), earlier)
    steps = expectation_maximization(
        criterion.statistics,
        found,
        tolerance,
        max_steps,
        lambda value: observer(value + model.log_jacobian),
        begun,
    )
    z = point_of(criterion, steps)
    value, gradient = criterion(z)
    zero = tuple(k for k, c in enumerate(found.coordinates) if c.bounded and z[k] == 0)
    largest = float(np.abs(np.delete(gradient, zero)).max(initial=0))
    optimum = Optimum(z, value, zero, steps.converged, len(steps.trace), largest)
    if steps.converged:
        again = leave_ends_of_ridges(criterion, optimum, lambda start: optimum_of(criterion, start))
        optimum = settled(criterion, again)
    return GaussianSolution(planned, bound, model, criterion, optimum, "em", steps.trace, in_words(steps))
