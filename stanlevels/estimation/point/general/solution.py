"""Maximum likelihood of general models, as a `Solution`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.general.conditional import GeneralConditional
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.estimation.point.general.limits import limits_of
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.estimation.point.general.quadrature import is_scalar
from stanlevels.estimation.point.general.remarks import general_notes, how_integrated
from stanlevels.estimation.point.general.search import searched
from stanlevels.estimation.point.natural import correlation_names
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.estimation.point.solution import Numbers, UnitMoments
from stanlevels.gaussian.curvature import hessian

if TYPE_CHECKING:
    from stanlevels.plan.planned import Planned

__all__ = ["GeneralSolution", "solve_general"]

_POINTS = 25
"""Of quadrature, where a random variable is not normal and nobody says how many."""


@dataclass(frozen=True, eq=False)
class GeneralSolution:
    """The optimum of a general model, with what follows from it."""

    planned: Planned
    model: GeneralModel
    criterion: GeneralCriterion
    optimum: Optimum

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
        """Every number of a point, and for REML the coefficients."""
        return len(self.optimum.z) + len(self.model.integrated)

    @property
    def n_rows(self) -> float:
        """Rows, counted by their frequencies."""
        return self.model.n_rows

    @property
    def residual_variance(self) -> float:
        """There is no such number for all rows."""
        return float("nan")

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Convergence and everything else, in words."""
        return general_notes(self.planned, self.criterion, self.optimum, self.curvature, self.limits)

    # --- uncertainty of the parameters -----------------------------------------------------------

    @cached_property
    def _free(self) -> list[int]:
        return [k for k in range(len(self.optimum.z)) if k not in self.optimum.at_zero]

    @cached_property
    def curvature(self) -> Array:
        """Second derivatives of the criterion by the free numbers of a point."""
        free = self._free

        def slope(part: Array) -> tuple[float, Array]:
            z = self.optimum.z.copy()
            z[free] = part
            try:
                value, gradient = self.criterion(z)
            except FitError:  # next to a limit
                return np.nan, np.full(len(free), np.nan)
            return value, gradient[free]

        return hessian(slope, self.optimum.z[free], 1e-3)

    @cached_property
    def covariance(self) -> Array:
        """Covariance of the free numbers of a point: twice the inverse Hessian.

        NaN in directions along which the criterion does not curve.
        """
        if not np.all(np.isfinite(self.curvature)):
            return np.full(self.curvature.shape, np.nan)
        values, vectors = np.linalg.eigh(self.curvature)
        flat = values <= 1e-7 * max(float(values.max(initial=0.0)), 1e-300)
        inverse = np.where(flat, 0.0, 2 / np.where(flat, 1.0, values))
        found = (vectors * inverse) @ vectors.T
        unknown = np.any(np.abs(vectors[:, flat]) > 1e-3, axis=1)
        found[unknown] = np.nan
        found[:, unknown] = np.nan
        return np.asarray(found)

    @cached_property
    def limits(self) -> dict[int, float]:
        """Columns of parameters whose best value is a limit, each with the sign of its direction."""
        return limits_of(self.criterion, self.optimum.z, self.covariance, self._free)

    def _values(self, z: Array) -> Array:
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
            columns.append(np.nan_to_num(self._values(up) - self._values(down)) / 2e-5)
        slopes = np.stack(columns, axis=1) if columns else np.zeros((len(places), 0))
        if p := len(self.model.integrated):
            own = np.any(self.model.basis.expand[:, list(self.model.integrated)] != 0, axis=1)
            at = [places[c] for c, o in zip(self.model.predictor.columns, own, strict=True) if o]
            slopes[at] = 0  # as everywhere, standard deviations are taken for known
        found = _propagated(slopes, self.covariance)
        if p:
            found = found + self._flat(places, self.conditional.flat[-p:])
        return places, found

    def _flat(self, places: Mapping[tuple[str, int], int], covariance: Array) -> Array:
        """The covariance of coefficients that were integrated over, among all parameters."""
        expand = np.zeros((len(places), len(covariance)))
        rows = self.model.basis.expand[:, list(self.model.integrated)]
        for column, row in zip(self.model.predictor.columns, rows, strict=True):
            expand[places[column]] = row
        return expand @ covariance @ expand.T

    def numbers(self) -> Mapping[str, Numbers]:
        """Quantities that have no units."""
        places, covariance = self.joint
        values = self._values(self.optimum.z)
        variance = np.diagonal(covariance)
        found: dict[str, Numbers] = {}
        owned: dict[str, list[int]] = {}
        for (name, _), i in places.items():
            owned.setdefault(name, []).append(i)
        for name, at in owned.items():
            if self.planned.lines[name].domain:
                continue
            axis, limit = self._axis(name), self._limit(name)
            value = np.where(np.isnan(limit), values[at], limit) if len(limit) == len(at) else values[at]
            with np.errstate(invalid="ignore"):
                sd = np.where(np.isnan(value), np.nan, np.sqrt(variance[at]))
            stuck = (axis == "log") & ((value == 0) | ~np.isfinite(value))
            infinite = np.full(len(at), np.inf)
            found[name] = Numbers(value, np.where(stuck, np.nan, sd), infinite, "parameter", axis)
        for effect in self.model.predictor.effects:
            if not self.planned.lines[effect.name].domain:
                m = self.units(effect.name)
                infinite = np.full(len(m.mean), np.inf)
                found[effect.name] = Numbers(m.mean, np.sqrt(m.variance), infinite, "random")
        return found

    def _limit(self, name: str) -> Array:
        """The limits of a parameter's numbers; NaN where there is none. Only of what is positive."""
        columns = self.model.predictor.columns
        free = self.model.reading.free.get(name)
        if free is None or free.axis != "log":
            return np.full(sum(owner == name for owner, _ in columns), np.nan)
        signs = [self.limits.get(i, 0.0) for i, (owner, _) in enumerate(columns) if owner == name]
        return np.array([np.nan if s == 0 else np.inf if s > 0 else 0.0 for s in signs])

    def _axis(self, name: str) -> str:
        layout = self.criterion.layout
        if name in correlation_names(layout):
            return "atanh"
        if free := self.model.reading.free.get(name):
            return free.axis
        forms = {r.form for e in layout.effects for r in e.roots if r is not None and r.quantity == name}
        return "log" if forms and forms != {"exp"} else "identity"

    # --- random variables ------------------------------------------------------------------------

    @cached_property
    def conditional(self) -> GeneralConditional:
        """Moments of the random variables given the data."""
        m = len(self.criterion.layout.coordinates)
        free = [i for i, k in enumerate(self._free) if k >= m]
        root = self.criterion.started.root[:, [self._free[i] - m for i in free]]
        of_beta = root @ np.nan_to_num(self.covariance[np.ix_(free, free)]) @ root.T
        return GeneralConditional(self.model, self.criterion, self.optimum.z, of_beta)

    def units(self, name: str) -> UnitMoments:
        """A quantity over units."""
        return self.conditional.units(name)

    def row_factors(self) -> Mapping[str, float]:
        """There is no one scale of the rows to compare random variables on."""
        return {}

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y]."""
        return self.conditional.mean_variance(name)

    def profile_interval(self, name: str, position: int, level: float) -> tuple[float, float]:
        """Not available."""
        raise FitError(
            "profile intervals are available for linear models with one residual standard deviation",
            expected="interval='wald'",
        )


def _propagated(slopes: Array, covariance: Array) -> Array:
    """``J C J'``, NaN only for what depends on numbers whose covariance is."""
    unknown = np.isnan(np.diagonal(covariance))
    found = slopes @ np.nan_to_num(covariance) @ slopes.T
    lost = np.any(np.abs(slopes[:, unknown]) > 1e-9, axis=1)
    found[lost] = np.nan
    found[:, lost] = np.nan
    return np.asarray(found)


def solve_general(
    planned: Planned,
    model: GeneralModel,
    points: int | None,
    priors: Mapping[str, Callable[[Array], float]],
    observer: Observer = unobserved,
) -> GeneralSolution:
    """Maximise the likelihood of a general model.

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
    return GeneralSolution(planned, model, criterion, searched(criterion, observer))
