"""Minus twice the approximate log likelihood of a generalised linear mixed model, as a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.glmm.crossings import gather
from stanlevels.estimation.point.glmm.laplace import Mode, approximate, quadrature
from stanlevels.estimation.point.glmm.model import GlmmModel
from stanlevels.estimation.point.natural import spread_values
from stanlevels.estimation.point.prior_densities import log_prior
from stanlevels.gaussian.curvature import differences
from stanlevels.linear.predictor import by_quantity
from stanlevels.linear.spreads import FORMS

__all__ = ["Evaluated", "GlmmCriterion", "information"]


@dataclass(frozen=True, eq=False)
class GlmmCriterion:
    """Minus twice the approximate log likelihood; a point is coordinates, coefficients, dispersion.

    The dispersion is the log of the shape, or 1 / sqrt(shape) where the family becomes another at 0.
    With `priors`, minus twice their log density is added.
    """

    model: GlmmModel
    layout: Layout
    points: int
    priors: Mapping[str, Callable[[Mapping[str, Array]], float]] = field(default_factory=dict)

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
            if not c.scales or (c.root is None and self.layout.basis(c.block) is not None):
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
    def vanishing(self) -> bool:
        """Whether the last coordinate is 1 / sqrt(shape), at 0 of which the family is another."""
        likelihood = self.model.data.outcomes[0].form.likelihood
        return self.model.shape is not None and likelihood is not None and bool(likelihood.limit)

    @property
    def bounded(self) -> Array:
        """Which numbers of a point cannot be negative."""
        own = [self.vanishing] if self.model.shape is not None else []
        rest = [False] * self.model.data.X.shape[1]
        return np.array([c.bounded for c in self.layout.coordinates] + rest + own, dtype=bool)

    def split(self, z: Array) -> tuple[Array, Array, float]:
        """Coordinates in absolute units, coefficients of X, and the shape."""
        m, p = len(self.layout.coordinates), self.model.data.X.shape[1]
        return z[:m] * self.units, self._basis[1] @ z[m : m + p], self._shape(z)

    def _shape(self, z: Array) -> float:
        if self.model.shape is None:
            return self.model.fixed_shape
        if self.vanishing:
            return float(z[-1] ** -2.0) if abs(z[-1]) > 1e-100 else np.inf
        return float(np.exp(z[-1]))

    def join(self, x: Array, beta: Array, shape: float) -> Array:
        """The point of absolute coordinates, coefficients of X, and a shape."""
        own = [] if self.model.shape is None else [shape**-0.5 if self.vanishing else np.log(shape)]
        inner = np.linalg.lstsq(self._basis[1], beta, rcond=None)[0] if len(beta) else beta
        return np.concatenate([x / self.units, inner, own])

    def natural(self, z: Array) -> tuple[Array, float]:
        """Absolute coordinates; there is no residual standard deviation, so 1."""
        return self.split(z)[0], 1.0

    def mode(self, z: Array, near: Array | None = None) -> Mode:
        """The mode of the effects at a point, from spherical effects near it."""
        x, beta, shape = self.split(z)
        return approximate(self.model.data, self.layout.factors(x, 1.0), beta, shape, near)

    def named(self, z: Array) -> dict[str, Array]:
        """Every parameter by its quantity."""
        x, beta, shape = self.split(z)
        found = by_quantity(self.model.predictor, self.model.basis.expand @ beta)
        found |= spread_values(self.layout, x, 1.0)
        if (root := self.model.shape) is not None:
            found[root.quantity] = np.array([FORMS[root.form].of(shape)])
        return found

    def penalty(self, z: Array) -> float:
        """Minus twice the log density of the priors."""
        return -2 * log_prior(self.priors, self.named(z)) if self.priors else 0.0

    def value(self, z: Array, near: Array | None = None) -> float:
        """The value alone."""
        return self._deviance(self.mode(z, near)) + self.penalty(z)

    def _deviance(self, mode: Mode) -> float:
        return mode.deviance if self.points == 1 else quadrature(mode, self.points)

    def __call__(self, z: Array) -> tuple[float, Array]:
        """Value and gradient."""
        found = self.evaluate(z)
        return found.value, found.gradient

    def evaluate(self, z: Array, near: Array | None = None) -> Evaluated:
        """Value and gradient, exact for the Laplace approximation, by differences for the rest."""
        mode = self.mode(z, near)
        value = self._deviance(mode) + self.penalty(z)
        if self.points > 1:
            gradient = differences(lambda at: self._deviance(self.mode(at, mode.v)), z)
        else:
            gradient = self._gradient(z, mode)
        if self.priors:
            gradient = gradient + differences(self.penalty, z)
        return Evaluated(z, value, gradient, mode)

    def _gradient(self, z: Array, mode: Mode) -> Array:
        by_beta, by_factor = mode.slopes()
        by_x, _ = self.layout.pull(z[: len(self.units)] * self.units, 1.0, by_factor)
        gradient = np.concatenate([by_x * self.units, self._basis[1].T @ by_beta])
        if self.model.shape is None:
            return gradient
        if not self.vanishing:
            return np.append(gradient, mode.shape_slope())
        w = float(z[-1])
        return np.append(gradient, -2 / w * mode.shape_slope() if abs(w) > 1e-6 else 0.0)

    def curvature(self, at: Evaluated, evaluate: Callable[[Array, Array], Evaluated]) -> Array:
        """An approximate Hessian: that of the working linear model for coefficients, else differences.

        Parameters
        ----------
        at : Evaluated
        evaluate : callable
            This criterion's method, or one that also counts.

        Returns
        -------
        ndarray, (d, d)
            Symmetric; not always positive definite.
        """
        m, d = len(self.layout.coordinates), len(at.z)
        H = np.zeros((d, d))
        middle = slice(m, m + self.model.data.X.shape[1])
        H[middle, middle] = 2 * self._basis[1].T @ information(at.mode) @ self._basis[1]
        for k in (*range(m), *range(middle.stop, d)):
            z, h = at.z.copy(), 1e-3
            z[k] += h
            near = evaluate(z, at.mode.v)
            H[k] = H[:, k] = (near.gradient - at.gradient) / h
        return H


@dataclass(frozen=True, eq=False)
class Evaluated:
    """A criterion at a point, with its gradient and the mode of the effects there."""

    z: Array
    value: float
    gradient: Array
    mode: Mode


def information(mode: Mode) -> Array:
    """X'V^-1 X of the working linear model at a mode, (p, p)."""
    d = mode.data
    W = d.weight(mode.eta, mode.shape)
    weighted = W[:, None] * d.X
    border = gather(mode.factors, d.blocks, np.asarray(d.transposed @ weighted))
    return np.asarray(d.X.T @ weighted - border.T @ mode.factor.solve(border))
