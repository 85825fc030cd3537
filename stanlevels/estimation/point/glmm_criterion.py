"""Minus twice the approximate log likelihood of a generalised linear mixed model, as a function."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.glmm_model import GlmmModel
from stanlevels.estimation.point.laplace import Mode, approximate, quadrature
from stanlevels.estimation.point.natural import spread_values
from stanlevels.estimation.point.optimum import Bounds
from stanlevels.estimation.point.prior_densities import log_prior
from stanlevels.gaussian.statistics import spread_blocks
from stanlevels.linear.predictor import by_quantity
from stanlevels.linear.spreads import FORMS

__all__ = ["GlmmCriterion", "differences"]


@dataclass(frozen=True, eq=False)
class GlmmCriterion:
    """Minus twice the approximate log likelihood; a point is coordinates, coefficients, log shape.

    With `priors`, minus twice their log density is added.
    """

    model: GlmmModel
    layout: Layout
    points: int
    priors: Mapping[str, Callable[[Array], float]] = field(default_factory=dict)

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
        x, beta, shape = self.split(z)
        T = spread_blocks(self.layout.factors(x, 1.0), self.model.data.blocks)
        return approximate(self.model.data, T, beta, shape)

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

    def deviance(self, z: Array) -> float:
        """Minus twice the approximate log likelihood alone."""
        mode = self.mode(z)
        return mode.deviance if self.points == 1 else quadrature(mode, self.points)

    def value(self, z: Array) -> float:
        """The value alone."""
        return self.deviance(z) + self.penalty(z)

    def __call__(self, z: Array) -> tuple[float, Array]:
        """Value and gradient: exact for the Laplace approximation, by differences for the rest."""
        if self.points > 1:
            return self.value(z), differences(self.value, z, range(len(z)))
        mode = self.mode(z)
        by_beta, by_factor = mode.slopes()
        by_x, _ = self.layout.pull(z[: len(self.units)] * self.units, 1.0, by_factor)
        gradient = np.concatenate([by_x * self.units, self._basis[1].T @ by_beta])
        if self.model.shape is not None:
            gradient = np.append(gradient, differences(self.deviance, z, [len(z) - 1]))
        if self.priors:
            gradient = gradient + differences(self.penalty, z, range(len(z)))
        return mode.deviance + self.penalty(z), gradient


def differences(function: Callable[[Array], float], z: Array, which: Any) -> Array:
    """Central differences of a function by some of its arguments."""
    found = []
    for k in which:
        h = 1e-5 * max(1.0, abs(float(z[k])))
        up, down = z.copy(), z.copy()
        up[k] += h
        down[k] -= h
        found.append((function(up) - function(down)) / (2 * h))
    return np.array(found)


def _plain_coefficients(data: Any, shape: float) -> Array:
    """Coefficients without random effects, by iteratively reweighted least squares."""
    eta = data.start()
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
