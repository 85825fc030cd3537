"""Minus twice the approximate log likelihood of a general model, with its gradient.

With v^ the mode of the deviations and H minus the Hessian there, the Laplace approximation is
``-2 log L = -2 f(v^) + log|H| - m log(2 pi)``, m the number of deviations whose distribution is among the
rows (those of normal ones have constants that cancel). Its gradient goes through the mode:
``dv^ = H^-1 d(grad f)``, and through H, by third derivatives of the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.again import Earlier, begin, coefficients, coordinates
from stanlevels.estimation.point.covariance import Layout, layout
from stanlevels.estimation.point.general.mode import Inner, Mode, find_mode
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.estimation.point.general.quadrature import Quadrature, integrate
from stanlevels.estimation.point.general.rows import Rows
from stanlevels.estimation.point.general.slopes import laplace_slopes
from stanlevels.estimation.point.general.start import Start, started
from stanlevels.estimation.point.natural import spread_values
from stanlevels.estimation.point.optimum import Bounds
from stanlevels.estimation.point.prior_densities import log_prior
from stanlevels.gaussian.curvature import differences
from stanlevels.gaussian.elimination import Elimination, eliminate
from stanlevels.gaussian.statistics import spread_blocks
from stanlevels.linear.predictor import by_quantity

__all__ = ["GeneralCriterion"]

_FARTHEST = 16.0  # a free coordinate from its start: a factor of ten million on a log scale


@dataclass(eq=False)
class _Last:
    """Where the last mode was found: the next search begins there."""

    v: Array


@dataclass(frozen=True, eq=False)
class GeneralCriterion:
    """Minus twice the approximate log likelihood; a point is coordinates of covariances, then coefficients.

    Attributes
    ----------
    model : GeneralModel
    points : int
        Of quadrature; 1 for the Laplace approximation.
    priors : mapping of str to callable
        Minus twice their log density is added.
    """

    model: GeneralModel
    points: int = 1
    priors: Mapping[str, Callable[[Mapping[str, Array]], float]] = field(default_factory=dict)

    @cached_property
    def layout(self) -> Layout:
        """The coordinates of the covariances."""
        return layout(self.model.effects, None)

    @cached_property
    def started(self) -> Start:
        """Where to begin."""
        return started(self.model)

    @cached_property
    def last(self) -> _Last:
        """Where the next search for a mode begins."""
        return _Last(self.started.v)

    @cached_property
    def rows(self) -> tuple[Rows, ...]:
        """Every line with a density."""
        return tuple(
            Rows(line.name, line.density, line.weights, line.random, line.common) for line in self.model.lines
        )

    @cached_property
    def elimination(self) -> Elimination:
        """The order of elimination, from the pattern of all rows."""
        from scipy import sparse

        K = len(self.model.penalty)
        total = sparse.csr_array((K, K))
        for line in self.model.lines:
            if line.random:
                around = sum(abs(line.Z[a]) for a in line.random)
                total = total + around.T @ around
        return eliminate(sparse.csr_array(total), self.model.blocks)

    @cached_property
    def turn(self) -> Array:
        """What coordinates of 1 mean, (m, m): effects of the size of what the rows leave open.

        The factor of a block that has its entries for coordinates is ``A L`` with L these coordinates and A
        the lower factor of the inverse information, so that an intercept and the slope of a covariate that is
        far from 0 are told apart as well as those of a centred one.
        """
        found = np.zeros((len(self.layout.coordinates),) * 2)
        places = {c: k for k, c in enumerate(self.layout.coordinates)}
        roots = [_open_root(information) for information in self.started.information]
        for k, c in enumerate(self.layout.coordinates):
            if c.corr:
                found[k, k] = 1.0
            elif c.root is not None:
                b, i = self._first_use(c.root)
                size = float(self.started.information[b][i, i])
                found[k, k] = 1 / np.sqrt(size) if size > 0 else 1.0
            else:
                for i in range(c.i, len(roots[c.block])):
                    found[places[replace(c, i=i)], k] = roots[c.block][i, c.i]
        return found

    def _first_use(self, root: Any) -> tuple[int, int]:
        effects = self.layout.effects
        return next((b, e.roots.index(root)) for b, e in enumerate(effects) if root in e.roots)

    @cached_property
    def start(self) -> Array:
        """Standard deviations of ordinary size, and coefficients of a fit without normal variables."""
        first = [c.start for c in self.layout.coordinates]
        return np.concatenate([first, np.zeros(len(self.started.beta))])

    def begun(self, earlier: Earlier) -> Array:
        """Where maximisation begins after an earlier fit."""
        m, start = len(self.layout.coordinates), self.started
        told = np.full(len(self.start), np.nan)
        if m:
            told[:m] = np.linalg.solve(self.turn, coordinates(self.layout, earlier))
        beta = coefficients(
            self.model.predictor,
            self.model.basis,
            {**earlier, **self._freed(earlier)},
            lambda: self.model.coefficients(start.beta, start.v),
        )
        if beta is not None:
            inner = beta[list(self.model.kept)] - start.beta
            told[m:] = np.linalg.lstsq(start.root, inner, rcond=None)[0] if inner.size else inner
        return begin(self.start, told, np.array([low == 0.0 for low, _ in self.bounds], dtype=bool))

    def _freed(self, earlier: Earlier) -> dict[str, Array]:
        """Free coordinates of what has bounds; NaN where they do not lead back to the numbers."""
        found = {}
        for name, free in self.model.reading.free.items():
            if name in earlier:
                line = self.model.predictor.planned.lines[name]
                width = self.model.predictor.forms.width(line)
                numbers = earlier[name].reshape(-1, width)
                if line.is_correlation:
                    numbers = numbers[np.triu_indices(width, 1)][None]
                with np.errstate(all="ignore"):
                    own = np.asarray(free.free(numbers))
                    back = np.asarray(np.isclose(free.value(own), numbers, rtol=1e-3, atol=1e-12))
                found[name] = np.where(back.all(axis=-1, keepdims=True), own, np.nan).ravel()
        return found

    @property
    def bounds(self) -> Bounds:
        """Of every number of a point."""
        found: list[tuple[float | None, float | None]] = [
            (0.0 if c.bounded else None, None) for c in self.layout.coordinates
        ]
        return [*found, *([(None, None)] * len(self.started.beta))]

    # --- at a point ----------------------------------------------------------------------------

    def split(self, z: Array) -> tuple[Array, Array]:
        """Coordinates in absolute units, and the coefficients that are maximised over."""
        m = len(self.layout.coordinates)
        return self.turn @ z[:m], self.started.beta + self.started.root @ z[m:]

    def natural(self, z: Array) -> tuple[Array, float]:
        """Absolute coordinates; there is no common residual standard deviation, so 1."""
        return self.split(z)[0], 1.0

    def free(self, z: Array, silent: float = 0.0) -> dict[str, Array]:
        """Free coordinates of every parameter that has columns; `silent` where its rows all have weight 0."""
        basis = self.model.basis
        told = np.where(basis.silent, silent, basis.expand @ self.coefficients(z))
        return by_quantity(self.model.predictor, told)

    def coefficients(self, z: Array) -> Array:
        """All coefficients of the basis."""
        v = self.mode(z).v if self.model.integrated else np.zeros(0)
        return self.model.coefficients(self.split(z)[1], v)

    def named(self, z: Array) -> dict[str, Array]:
        """Every parameter by its quantity."""
        found = {}
        for name, values in self.free(z, np.nan).items():
            free = self.model.reading.free.get(name)
            found[name] = (
                values if free is None else np.asarray(free.value(values.reshape(-1, free.size))).ravel()
            )
        reading = self.model.reading
        whole = {  # shares of one category, which have no columns
            name: np.ones(reading.bound.size(reading.planned.lines[name].domain))
            for name, free in reading.free.items()
            if not free.size
        }
        return found | whole | spread_values(self.layout, self.split(z)[0], 1.0)

    def inner(self, z: Array) -> Inner:
        """What is maximised over the deviations."""
        x, beta = self.split(z)
        T = spread_blocks(self.layout.factors(x, 1.0), self.model.blocks)
        self._check(z)
        base, B = [], []
        for line in self.model.lines:
            moved = [X @ beta for X in line.X]
            base.append(line.offset + np.stack(moved) if moved else line.offset)
            B.append(tuple(line.Z[a] if line.spherical[a] else line.Z[a] @ T for a in line.random))
        return Inner(self.rows, tuple(base), tuple(B), self.model.penalty, self.elimination)

    def _check(self, z: Array) -> None:
        """Raise where a bounded parameter has run far beyond what any data tell."""
        m = len(self.layout.coordinates)
        step = self._bounded @ (self.started.root @ z[m:])
        if step.size and np.abs(step).max() > _FARTHEST:
            raise FitError("a parameter heads for the end of its support")

    @cached_property
    def _bounded(self) -> Array:
        """Rows of the basis that belong to parameters with bounds."""
        columns, ends = self.model.predictor.columns, self.model.reading.ends
        free = [i for i, column in enumerate(columns) if ends(column)]
        return np.asarray(self.model.basis.expand[:, list(self.model.kept)][free])

    @np.errstate(all="ignore")
    def mode(self, z: Array) -> Mode:
        """The mode of the deviations at a point."""
        found = find_mode(self.inner(z), self.last.v)
        self.last.v = found.v
        return found

    def penalty(self, z: Array) -> float:
        """Minus twice the log density of the priors."""
        return -2 * log_prior(self.priors, self.named(z)) if self.priors else 0.0

    def _constant(self) -> float:
        return -float((1 - self.model.penalty).sum()) * float(np.log(2 * np.pi))

    def quadrature(self, mode: Mode) -> Quadrature:
        """The integral of every unit by adaptive Gauss-Hermite quadrature."""
        return integrate(mode, self.points)

    def deviance(self, z: Array) -> float:
        """Minus twice the approximate log likelihood."""
        mode = self.mode(z)
        if self.points > 1:
            return self.quadrature(mode).deviance + self._constant()
        return -2 * mode.value + mode.factor.log_determinant + self._constant()

    @np.errstate(all="ignore")
    def value(self, z: Array) -> float:
        """The value alone."""
        try:
            return self.deviance(z) + self.penalty(z)
        except FitError:
            return float("inf")

    @np.errstate(all="ignore")
    def __call__(self, z: Array) -> tuple[float, Array]:
        """Value and gradient."""
        mode = self.mode(z)
        if self.points > 1:
            found = self.quadrature(mode)
            value, slopes = found.deviance, found.slopes(self.model)
        else:
            value = -2 * mode.value + mode.factor.log_determinant
            slopes = laplace_slopes(mode, self.model, self._spread(z))
        by_x, _ = self.layout.pull(self.split(z)[0], 1.0, slopes.by_factors)
        gradient = np.concatenate([self.turn.T @ by_x, self.started.root.T @ slopes.by_beta])
        if self.priors:
            gradient = gradient + differences(self.penalty, z)
        return value + self._constant() + self.penalty(z), gradient

    def _spread(self, z: Array) -> Any:
        return spread_blocks(self.layout.factors(self.split(z)[0], 1.0), self.model.blocks)


def _open_root(information: Array) -> Array:
    """The lower factor of the inverse of what rows tell; diagonal where components are not told apart."""
    size = np.sqrt(np.where(np.diagonal(information) > 0, np.diagonal(information), 1.0))
    values, vectors = np.linalg.eigh(information / np.outer(size, size))
    if np.any(values < 1e-12):
        return np.diag(1 / size)
    inverse = (vectors / values) @ vectors.T
    return np.asarray(np.linalg.cholesky((inverse + inverse.T) / 2) / size[:, None])
