"""Minus twice the (restricted) log likelihood as a function of the coordinates of a `Layout`."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.optimum import Bounds
from stanlevels.gaussian import Profiled, Statistics, profile

__all__ = ["Criterion"]


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
        """What a standard deviation of 1 means; 1 where sigma is profiled."""
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
            mine = s.by_unit(diagonal, b)[:, i]
            size = float(np.sqrt(mine.sum() / max(s.n, 1.0)))
            ratio = 1 / size if size > 0 else 1.0
            if s.anchor is not None:
                own = s.by_unit(s.anchor.C[:, -1], b)[:, i]
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
            slopes, _ = found.slopes(reml=self.reml)
            by_x, _ = self.layout.pull(x, 1.0, slopes)
            return found.deviance(reml=self.reml), by_x * self.units
        x, sigma = self.split(z)
        value, by_x, by_log_sigma = self.absolute(x, sigma)
        gradient = by_x * self.units
        return value, np.append(gradient, by_log_sigma) if self.has_sigma else gradient

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

    def natural(self, z: Array) -> tuple[Array, float]:
        """Absolute coordinates and sigma of a point."""
        if not self.profiles_sigma:
            return self.split(z)
        _, sigma = self.at(z)
        scales = np.array([sigma if c.scales else 1.0 for c in self.layout.coordinates])
        return z * self.units * scales, sigma

    def absolute(self, x: Array, sigma: float) -> tuple[float, Array, float]:
        """Value at absolute coordinates, with derivatives by them and by log sigma."""
        parts = self.relative(x, sigma)
        found = profile(self.statistics, parts)
        slopes, by_log_sigma = found.slopes(sigma, reml=self.reml)
        through = sum(float((s * t).sum()) for s, t in zip(slopes, parts, strict=True))
        by_x, by_sigma = self.layout.pull(x, sigma, tuple(s / sigma for s in slopes))
        value = found.deviance(sigma, reml=self.reml)
        return value, by_x, by_log_sigma - through + by_sigma * sigma
