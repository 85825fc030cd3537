"""Maximum likelihood of generalised linear mixed models, as a `Solution`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.errors import FitError
from stanlevels.estimation.conditional import Conditional
from stanlevels.estimation.covariance import Layout, layout
from stanlevels.estimation.glmm_model import GlmmModel
from stanlevels.estimation.laplace import Mode, approximate, quadrature
from stanlevels.estimation.maximize import Bounds, Optimum, hessian, maximize
from stanlevels.estimation.natural import correlation_names, spread_values
from stanlevels.estimation.solution import Numbers, UnitMoments
from stanlevels.estimation.spreads import FORMS
from stanlevels.estimation.words import boundary_notes, role_notes
from stanlevels.gaussian import Design, Moments, profile, summarize

if TYPE_CHECKING:
    from stanlevels.passes.planned import Planned

__all__ = ["GlmmSolution", "solve_glmm"]

Array = np.ndarray[Any, Any]


@dataclass(frozen=True, eq=False)
class GlmmCriterion:
    """Minus twice the approximate log likelihood; a point is coordinates, coefficients, log shape."""

    model: GlmmModel
    layout: Layout
    points: int

    @cached_property
    def _basis(self) -> tuple[Array, Array]:
        """Columns of X scaled and orthogonal, and what turns their coefficients into those of X."""
        X = self.model.data.X
        Q, R = np.linalg.qr(X)
        size = np.sqrt(max(len(X), 1))
        return Q * size, (np.linalg.inv(R) * size if R.size else R)

    @cached_property
    def units(self) -> Array:
        """What a coordinate of 1 means: effects of size 1 on the scale of the predictor."""
        d, found = self.model.data, []
        squares = np.asarray(d.Z.multiply(d.Z).sum(axis=0)).ravel()
        for c in self.layout.coordinates:
            if not c.scales:
                found.append(1.0)
                continue
            b, i = (c.block, c.i) if c.root is None else self._first_use(c.root)
            mine = squares[d.offsets[b] : d.offsets[b + 1]][i :: d.blocks[b].width]
            size = float(np.sqrt(mine.sum() / max(len(d.offset), 1)))
            found.append(1 / size if size > 0 else 1.0)
        return np.array(found)

    def _first_use(self, root: Any) -> tuple[int, int]:
        effects = self.layout.effects
        return next((b, e.roots.index(root)) for b, e in enumerate(effects) if root in e.roots)

    @property
    def start(self) -> Array:
        """Standard deviations of 1, and coefficients of a fit without random effects."""
        plain = replace(self.model.data, X=self._basis[0])
        first = np.array([c.start for c in self.layout.coordinates])
        own = [0.0] if self.model.shape is not None else []
        return np.concatenate([first, _plain_coefficients(plain, self.model.fixed_shape), own])

    @property
    def bounds(self) -> Bounds:
        """Of every number of a point."""
        rest = len(self.start) - len(self.layout.coordinates)
        return [(0.0 if c.bounded else None, None) for c in self.layout.coordinates] + [(None, None)] * rest

    def split(self, z: Array) -> tuple[Array, Array, float]:
        """Coordinates in absolute units, coefficients of X, and the shape."""
        m, p = len(self.layout.coordinates), self.model.data.X.shape[1]
        shape = float(np.exp(z[-1])) if self.model.shape is not None else self.model.fixed_shape
        return z[:m] * self.units, self._basis[1] @ z[m : m + p], shape

    def natural(self, z: Array) -> tuple[Array, float]:
        """Absolute coordinates; there is no residual standard deviation, so 1."""
        return self.split(z)[0], 1.0

    def mode(self, z: Array) -> Mode:
        """The mode of the effects at a point."""
        from stanlevels.gaussian.statistics import spread_blocks

        x, beta, shape = self.split(z)
        T = spread_blocks(self.layout.factors(x, 1.0), self.model.data.blocks)
        return approximate(self.model.data, T, beta, shape)

    def value(self, z: Array) -> float:
        """The value alone."""
        mode = self.mode(z)
        return mode.deviance if self.points == 1 else quadrature(mode, self.points)

    def __call__(self, z: Array) -> tuple[float, Array]:
        """Value and gradient: exact for the Laplace approximation, by differences for quadrature."""
        if self.points > 1:
            return self.value(z), self._differences(z, range(len(z)))
        mode = self.mode(z)
        by_beta, by_factor = mode.slopes()
        by_x, _ = self.layout.pull(z[: len(self.units)] * self.units, 1.0, by_factor)
        gradient = np.concatenate([by_x * self.units, self._basis[1].T @ by_beta])
        if self.model.shape is not None:
            gradient = np.append(gradient, self._differences(z, [len(z) - 1]))
        return mode.deviance, gradient

    def _differences(self, z: Array, which: Any) -> Array:
        found = []
        for k in which:
            h = 1e-5 * max(1.0, abs(float(z[k])))
            up, down = z.copy(), z.copy()
            up[k] += h
            down[k] -= h
            found.append((self.value(up) - self.value(down)) / (2 * h))
        return np.array(found)


def _plain_coefficients(data: Any, shape: float) -> Array:
    """Coefficients without random effects, by iteratively reweighted least squares."""
    eta = data.likelihood.start(data.outcome)
    beta = np.linalg.lstsq(data.X, eta - data.offset, rcond=None)[0]
    for _ in range(30):
        eta = data.offset + data.X @ beta
        W = data.weight(eta, shape)
        root = np.sqrt(W)
        response = root * (eta - data.offset) + data.first(eta, shape) / root
        new = np.linalg.lstsq(root[:, None] * data.X, response, rcond=None)[0]
        if not np.all(np.isfinite(new)) or np.abs(new).max(initial=0) > 1e3:
            break
        moved, beta = float(np.abs(new - beta).max(initial=0)), new
        if moved < 1e-8:
            break
    return np.asarray(beta)


@dataclass(frozen=True, eq=False)
class GlmmSolution:
    """The optimum of a generalised linear mixed model, with what follows from it."""

    planned: Planned
    model: GlmmModel
    criterion: GlmmCriterion
    optimum: Optimum

    @property
    def method(self) -> str:
        """Always "mle"."""
        return "mle"

    @property
    def words(self) -> str:
        """The method in words."""
        if self.criterion.points > 1:
            return f"maximum likelihood (adaptive Gauss-Hermite quadrature, {self.criterion.points} points)"
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
        """At the estimates."""
        return -self.optimum.value / 2

    @property
    def n_parameters(self) -> int:
        """Every number of a point."""
        return len(self.optimum.z)

    @property
    def n_rows(self) -> float:
        """Rows, counted by their frequencies."""
        return float(self.model.data.outcome.weights.sum())

    @property
    def residual_variance(self) -> float:
        """Of the latent variable behind the link; NaN where there is none."""
        return self.model.data.likelihood.variance

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Convergence and everything else, in words."""
        o = self.optimum
        state = (
            f"converged after {o.evaluations} evaluations"
            if o.converged
            else f"did not converge: the largest derivative is {o.gradient:.2g}; rescale the covariates"
        )
        boundary = boundary_notes(self.criterion, o)
        return (state, *boundary, *role_notes(self.planned, self.model.predictor, self.model.basis))

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
        W = data.weight(mode.eta, mode.shape)
        response = mode.eta - data.offset + data.first(mode.eta, mode.shape) / W
        design = Design(response, data.X, data.Z, data.blocks, None, 1 / np.sqrt(W))
        statistics = summarize(design)
        found = profile(statistics, self.criterion.layout.factors(x, 1.0))
        at_mode = replace(found, gamma=statistics.internal(beta), v=mode.v)
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
        """Every parameter: coefficients of the model, then standard deviations, correlations and shape."""
        x, beta, shape = self.criterion.split(z)
        spread = spread_values(self.criterion.layout, x, 1.0).values()
        own = [] if self.model.shape is None else [np.array([FORMS[self.model.shape.form].of(shape)])]
        return np.concatenate([self.model.basis.expand @ beta, *spread, *own])

    @cached_property
    def joint(self) -> tuple[dict[tuple[str, int], int], Array]:
        """Places of all parameters in one vector, and its covariance, by the delta method."""
        p = self.model.predictor
        places = {column: i for i, column in enumerate(p.columns)}
        for name, value in spread_values(self.criterion.layout, self.split[0], 1.0).items():
            for k in range(len(value)):
                places[(name, k)] = len(places)
        if self.model.shape is not None:
            places[(self.model.shape.quantity, self.model.shape.position)] = len(places)
        columns = []
        for k in self._free:
            up, down = self.optimum.z.copy(), self.optimum.z.copy()
            up[k] += 1e-5
            down[k] -= 1e-5
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
        return self.conditional.units(name)

    def mean_variance(self, name: str) -> Array:
        """Var[mean over units of the deviations | y]."""
        return self.conditional.mean_variance(name)

    def profile_interval(self, name: str, position: int, level: float) -> tuple[float, float]:
        """Not available."""
        raise FitError(
            "profile intervals are available for linear models",
            expected="interval='wald'",
        )


def solve_glmm(planned: Planned, model: GlmmModel, points: int = 1) -> GlmmSolution:
    """Maximise the Laplace approximation (or quadrature with several points).

    Raises
    ------
    FitError
        If quadrature is asked for where there is not one scalar effect, or there is no maximum.
    """
    _check_points(model, points)
    criterion = GlmmCriterion(model, layout(model.predictor.effects, None), points)
    return GlmmSolution(planned, model, criterion, maximize(criterion))


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
