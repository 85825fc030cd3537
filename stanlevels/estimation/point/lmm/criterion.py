"""Minus twice the (restricted) log likelihood as a function of the coordinates of a `Layout`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.again import Earlier, begin, coordinates, sd_of
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.optimum import Bounds
from stanlevels.gaussian import Profiled, Statistics, profile
from stanlevels.gaussian.information import average_information

__all__ = ["Criterion"]


_LARGE = 1e7  # multiplications of an evaluation


@dataclass(frozen=True, eq=False)
class Criterion:
    """What maximum likelihood and REML minimise.

    A point z has one number per coordinate, in units in which 1 is an ordinary value; where the
    residual standard deviation is unknown and cannot be profiled, its logarithm comes last.
    """

    statistics: Statistics
    layout: Layout
    reml: bool = False

    @property
    def profiles_sigma(self) -> bool:
        """Whether the best sigma is found in closed form at every point."""
        return self.layout.relative

    @property
    def is_large(self) -> bool:
        """Whether an evaluation takes so long that their number counts."""
        return self.statistics.pieces.scheme.cost > _LARGE

    @property
    def has_sigma(self) -> bool:
        """Whether a point ends with log sigma."""
        return not self.profiles_sigma and self.layout.noise is not None

    @cached_property
    def size(self) -> float:
        """The size of the outcome about its least-squares fit, or of the little that effects leave of it."""
        s = self.statistics
        left = s.yy if s.anchor is None else float(s.anchor.rest[-1, -1])
        return float(np.sqrt(left / max(s.n - s.p, 1.0))) or 1.0

    @property
    def unit(self) -> float:
        """What a standard deviation of 1 means; 1 where sigma is profiled.

        Beside a known residual, which is 1 here, a smaller one tells nothing of the data.
        """
        if self.layout.noise is None:
            return max(self.size, 1.0)
        return 1.0 if self.profiles_sigma else self.size

    @cached_property
    def units(self) -> Array:
        """What a coordinate of 1 means: effects of the residual's size, or of their own if it is larger."""
        s, found = self.statistics, []
        diagonal = s.A.diagonal()
        for k, c in enumerate(self.layout.coordinates):
            if not c.scales:
                found.append(1.0)
                continue
            b, i = self.owner(k)
            basis = self.layout.basis(b) if c.root is None else None
            mine = s.by_unit(diagonal, b)[:, i]
            size = float(np.sqrt(mine.sum() / max(s.n, 1.0))) if basis is None else 1.0
            ratio = 1 / size if size > 0 else 1.0
            if s.anchor is not None:
                effects = s.by_unit(s.anchor.C[:, -1], b)
                own = (effects if basis is None else np.linalg.solve(basis, effects.T).T)[:, i]
                ratio = max(ratio, float(np.sqrt(np.mean(np.square(own)))) / self.size)
            found.append(self.unit * ratio)
        return np.array(found)

    def owner(self, k: int) -> tuple[int, int]:
        """Block and component that coordinate k scales."""
        c = self.layout.coordinates[k]
        return (c.block, c.i) if c.root is None else self.first_use(c.root)

    def first_use(self, root: Any) -> tuple[int, int]:
        """Block and component of the first effect with this standard deviation."""
        return next(
            (b, effect.roots.index(root))
            for b, effect in enumerate(self.layout.effects)
            if root in effect.roots
        )

    @property
    def start(self) -> Array:
        """Where maximisation begins."""
        first = [c.start for c in self.layout.coordinates]
        return np.array([*first, 0.0] if self.has_sigma else first)

    def begun(self, written: Layout, earlier: Earlier) -> Array:
        """Where maximisation begins after an earlier fit.

        `written` is the layout in which the factors of blocks are those of components as they are written.
        """
        sigma = 1.0 if self.layout.noise is None else sd_of(self.layout.noise, earlier)
        sigma = sigma if np.isfinite(sigma) and sigma > 0 else self.size
        scale = [sigma if self.profiles_sigma and c.scales else 1.0 for c in self.layout.coordinates]
        told = coordinates(written, earlier) / self.units / np.array(scale)
        told = np.append(told, np.clip(np.log(sigma / self.unit), -11.0, 11.0)) if self.has_sigma else told
        return begin(self.start, told, np.array([low == 0 for low, _ in self.bounds], dtype=bool))

    @property
    def bounds(self) -> Bounds:
        """Of every number of a point."""
        found: list[tuple[float | None, float | None]] = [
            (0.0 if c.bounded else None, None) for c in self.layout.coordinates
        ]
        return [*found, (-12.0, 12.0)] if self.has_sigma else found

    def __call__(self, z: Array) -> tuple[float, Array]:
        """Value and gradient at a point."""
        if self.profiles_sigma:
            x = z * self.units
            found = profile(self.statistics, self.layout.factors(x, 1.0))
            if found.r2 <= 0:
                return -np.inf, np.zeros(len(z))
            slopes, _ = found.slopes(reml=self.reml)
            by_x, _ = self.layout.pull(x, 1.0, slopes)
            return found.deviance(reml=self.reml), by_x * self.units
        x, sigma = self.split(z)
        value, by_x, by_log_sigma = self.absolute(x, sigma)
        gradient = by_x * self.units
        return value, np.append(gradient, by_log_sigma) if self.has_sigma else gradient

    def second(self, z: Array) -> tuple[float, Array, Array, Profiled]:
        """Value, gradient and approximate second derivatives at a point, and the model there."""
        found, sigma = self.at(z)
        if self.profiles_sigma:
            slopes, _ = found.slopes(reml=self.reml)
            gradient = self.layout.pull(z * self.units, 1.0, slopes)[0] * self.units
        else:
            by_x, by_log_sigma = self._slopes(found, *self.split(z))
            gradient = by_x * self.units
            gradient = np.append(gradient, by_log_sigma) if self.has_sigma else gradient
        return found.deviance(sigma, reml=self.reml), gradient, self.curvature(found, z, sigma), found

    def curvature(self, found: Profiled, z: Array, sigma: float) -> Array:
        """The average information about the numbers of a point, sigma at its best where it is profiled."""
        changes = [(change, 0.0) for change in self.changes(z, sigma)]
        if self.has_sigma:
            changes[-1] = changes[-1][0], 1.0
        if not self.profiles_sigma:
            return average_information(found, sigma, changes)
        none = tuple(np.zeros_like(L) for L in found.factors)
        whole = average_information(found, sigma, [*changes, (none, 1.0)])
        last = whole[:-1, -1]
        return np.asarray(whole[:-1, :-1] - np.outer(last, last) / whole[-1, -1])

    def changes(self, z: Array, sigma: float) -> list[tuple[Array, ...]]:
        """The derivative of every ``T_b T_b'`` by each number of a point."""

        def covariances(at: Array) -> list[Array]:
            if self.profiles_sigma:
                factors = self.layout.factors(at * self.units, 1.0)
            else:
                factors = self.relative(*self.split(at))
            return [L @ L.T for L in factors]

        found = []
        for k in range(len(z)):
            step = np.zeros(len(z))
            step[k] = 1e-5 * max(1.0, abs(z[k]))
            ends = zip(covariances(z + step), covariances(z - step), strict=True)
            found.append(tuple((up - down) / (2 * step[k]) for up, down in ends))
        return found

    def value(self, z: Array) -> float:
        """The value alone."""
        found, sigma = self.at(z)
        return found.deviance(sigma, reml=self.reml)

    def split(self, z: Array) -> tuple[Array, float]:
        """Absolute coordinates and sigma of a point (where sigma is not profiled)."""
        x = z[: len(self.layout.coordinates)] * self.units
        return x, float(self.unit * np.exp(z[-1])) if self.has_sigma else 1.0

    def at(self, z: Array) -> tuple[Profiled, float]:
        """The model at a point, and its sigma."""
        if self.profiles_sigma:
            found = profile(self.statistics, self.layout.factors(z * self.units, 1.0))
            return found, found.best_sigma(reml=self.reml)
        x, sigma = self.split(z)
        return profile(self.statistics, self.relative(x, sigma)), sigma

    def relative(self, x: Array, sigma: float) -> tuple[Array, ...]:
        """T_b = L_b / sigma at absolute coordinates."""
        return tuple(factor / sigma for factor in self.layout.factors(x, sigma))

    def natural(self, z: Array, model: Profiled | None = None) -> tuple[Array, float]:
        """Absolute coordinates and sigma of a point; `model` is the one there, if it is at hand."""
        if not self.profiles_sigma:
            return self.split(z)
        sigma = self.at(z)[1] if model is None else model.best_sigma(reml=self.reml)
        scales = np.array([sigma if c.scales else 1.0 for c in self.layout.coordinates])
        return z * self.units * scales, sigma

    def absolute(self, x: Array, sigma: float) -> tuple[float, Array, float]:
        """Value at absolute coordinates, with derivatives by them and by log sigma."""
        found = profile(self.statistics, self.relative(x, sigma))
        return found.deviance(sigma, reml=self.reml), *self._slopes(found, x, sigma)

    def _slopes(self, found: Profiled, x: Array, sigma: float) -> tuple[Array, float]:
        """Derivatives by absolute coordinates and by log sigma."""
        slopes, by_log_sigma = found.slopes(sigma, reml=self.reml)
        through = sum(float((s * t).sum()) for s, t in zip(slopes, found.factors, strict=True))
        by_x, by_sigma = self.layout.pull(x, sigma, tuple(s / sigma for s in slopes))
        return by_x, by_log_sigma - through + by_sigma * sigma
