"""The likelihood around its maximum: curvature, directions in which it is flat, and what follows.

Coordinates are measured in steps of ordinary size: an effect's standard deviation in units of itself
or of the residual's, whichever is larger, and the logarithm of the residual one. Along a direction
with a curvature of next to nothing the data tell nothing; along a *ridge* the likelihood stays the
same for good. As covariances are linear in variances and covariances, ridges are straight there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.lmm.criterion import Criterion
from stanlevels.estimation.point.optimum import Optimum
from stanlevels.gaussian import Profiled
from stanlevels.gaussian.curvature import second_differences
from stanlevels.gaussian.design import Factors
from stanlevels.gaussian.information import average_information, coefficient_slopes

__all__ = ["Curvature", "leave_ends_of_ridges", "settled"]

_FLAT = 1e-3  # of minus twice the log likelihood per squared step: a standard error of 45 steps
_LITTLE = 0.05  # the same, where a direction is tried for a ridge: an optimum is not exact
_SAME = 1e-3  # of minus twice the log likelihood: what nobody can tell apart
_ASYMMETRIC = 1e-3  # of second derivatives: beyond, two digits of standard errors are not to be had
_EPSILON = 2.2e-16  # of the value, that rounding leaves of it
_ROUNDING = 1e-10  # of the value and of the largest curvature
_STEEP = 0.3  # rise per variance, in ordinary steps, above which a variance of 0 is a result
_TRIAL = 0.02  # where a variance of 0 is left on trial, in ordinary steps
_TOUCHES = 1e-4  # share of a number's derivatives above which it depends on a direction


@dataclass(frozen=True, eq=False)
class Curvature:
    """Minus twice the log likelihood around its minimum.

    Attributes
    ----------
    criterion : Criterion
    optimum : Optimum
    x : ndarray
        Absolute coordinates of the optimum.
    sigma : float
        Its residual standard deviation.
    """

    criterion: Criterion
    optimum: Optimum
    x: Array
    sigma: float

    @cached_property
    def free(self) -> list[int]:
        """Coordinates that are not on their boundary."""
        return [k for k in range(len(self.criterion.layout.coordinates)) if k not in self.optimum.at_zero]

    @property
    def with_sigma(self) -> bool:
        """Whether log sigma is the last coordinate."""
        return self.criterion.layout.noise is not None

    @cached_property
    def ordinary(self) -> Array:
        """Sizes of all absolute coordinates as the residual gives them."""
        c, scale = self.criterion, self.sigma / self.criterion.unit
        coordinates = zip(c.units, c.layout.coordinates, strict=True)
        return np.array([u * (scale if k.scales else 1.0) for u, k in coordinates])

    @cached_property
    def steps(self) -> Array:
        """Units of the free absolute coordinates (and of log sigma, where it is unknown)."""
        layout = self.criterion.layout
        own = np.where([k.scales for k in layout.coordinates], np.abs(self.x), 0.0)
        for k, c in enumerate(layout.coordinates):
            if c.block >= 0:
                own[k] = np.linalg.norm(layout.entries(c.block, self.x)[c.i])
        free = np.maximum(self.ordinary, own)[self.free]
        return np.append(free, 1.0) if self.with_sigma else free

    def moved(self, w: Array) -> tuple[Array, float]:
        """Absolute coordinates and sigma, w steps away from the optimum."""
        moved, m = self.x.copy(), len(self.free)
        moved[self.free] += w[:m] * self.steps[:m]
        return moved, self.sigma * float(np.exp(w[m])) if self.with_sigma else self.sigma

    def slope(self, w: Array) -> tuple[float, Array]:
        """Value and derivatives w steps away."""
        value, by_x, by_log_sigma = self.criterion.absolute(*self.moved(w))
        gradient = by_x[self.free] * self.steps[: len(self.free)]
        return value, np.append(gradient, by_log_sigma) if self.with_sigma else gradient

    @cached_property
    def _second(self) -> Array:
        """Second derivatives; of a large model the average information.

        It takes no further evaluation, and is close to them where there are many rows.
        """
        if self.criterion.is_large:
            return average_information(self.model, self.sigma, self.directions)
        return second_differences(self.slope, np.zeros(len(self.steps)), 1e-4)

    @property
    def has_digits(self) -> bool:
        """Whether rounding leaves the likelihood digits that tell points apart."""
        return _EPSILON * abs(self.optimum.value) < _SAME

    @cached_property
    def reliable(self) -> bool:
        """Whether rounding leaves second derivatives their digits: they do not depend on their order."""
        if not self.has_digits:
            return False
        H = self._second
        size = np.sqrt(np.abs(np.diagonal(H)))
        return bool(np.all(np.abs(H - H.T) <= _ASYMMETRIC * (np.outer(size, size) + _LITTLE)))

    @cached_property
    def _axes(self) -> tuple[Array, Array]:
        """Principal curvatures and their directions."""
        return np.linalg.eigh((self._second + self._second.T) / 2)

    @cached_property
    def model(self) -> Profiled:
        """The model at the optimum."""
        return self.optimum.model or self.criterion.at(self.optimum.z)[0]

    @cached_property
    def directions(self) -> list[tuple[Factors, float]]:
        """How relative covariances and log sigma change with every free coordinate."""

        def covariances(w: Array) -> list[Array]:
            return [L @ L.T for L in self.criterion.relative(*self.moved(w))]

        found, m = [], len(self.free)
        for k, w in enumerate(1e-5 * np.eye(len(self.steps))):
            ends = zip(covariances(w), covariances(-w), strict=True)
            found.append((tuple((up - down) / 2e-5 for up, down in ends), float(k == m)))
        return found

    def slopes_of_coefficients(self, expand: Array) -> Array:
        """Derivatives (p, free coordinates) of squared standard errors of ``expand @ beta``."""
        covariance, columns = self.model.beta_covariance, []
        for change, log_sigma in self.directions:
            moved = coefficient_slopes(self.model, change) + 2 * log_sigma * covariance
            columns.append(self.sigma**2 * ((expand @ moved) * expand).sum(axis=1))
        return np.stack(columns, axis=-1) if columns else np.zeros((len(expand), 0))

    @property
    def _least(self) -> float:
        return max(_FLAT, _ROUNDING * float(self._axes[0].max(initial=0.0)))

    @cached_property
    def _on_ridges(self) -> Array:
        """Which axes are directions in which the likelihood stays the same for good."""
        few = (self._axes[0] < _LITTLE / _FLAT * self._least) & self.reliable
        return np.array(
            [low and self._is_ridge(d) for low, d in zip(few, self._axes[1].T, strict=True)], dtype=bool
        )

    @cached_property
    def _is_loose(self) -> Array:
        return self._on_ridges | (self._axes[0] < self._least) | (not self.reliable)

    @property
    def ridges(self) -> Array:
        """Directions (m, r) along which the likelihood stays the same for good."""
        return np.asarray(self._axes[1][:, self._on_ridges])

    @property
    def loose(self) -> Array:
        """Directions (m, r) along which there is no curvature to speak of, the ridges among them."""
        return np.asarray(self._axes[1][:, self._is_loose])

    @property
    def falls(self) -> bool:
        """Whether the likelihood still rises in some direction: then this is no maximum."""
        return self.reliable and bool(np.any(self._axes[0][~self._on_ridges] < -10 * self._least))

    @cached_property
    def covariance(self) -> Array:
        """Covariance of the free coordinates in steps across what is loose: twice the inverse Hessian."""
        values, vectors = self._axes
        kept = ~self._is_loose
        return np.asarray(2 * (vectors[:, kept] / values[kept]) @ vectors[:, kept].T)

    def jacobian(self, function: Callable[[Array, float], Array], step: float = 1e-4) -> Array:
        """Derivatives (numbers, free coordinates) of a vector function of coordinates and sigma."""
        columns = [
            (function(*self.moved(w)) - function(*self.moved(-w))) / (2 * step)
            for w in step * np.eye(len(self.steps))
        ]
        return np.stack(columns, axis=-1) if columns else np.zeros((len(function(self.x, self.sigma)), 0))

    def undetermined(self, slopes: Array) -> Array:
        """Which numbers, with derivatives (numbers, m), depend on a direction that is loose."""
        along = np.linalg.norm(slopes @ self.loose, axis=1)
        return np.asarray(along > _TOUCHES * np.linalg.norm(slopes, axis=1))

    def spread(self, slopes: Array) -> Array:
        """Covariance of numbers with these derivatives; NaN where the data do not determine them."""
        found = np.asarray(slopes @ self.covariance @ slopes.T)
        lost = self.undetermined(slopes)
        found[lost] = np.nan
        found[:, lost] = np.nan
        return found

    # --- ridges --------------------------------------------------------------------------------

    def variances(self, direction: Array) -> Array:
        """Changes of variances along a direction: of every free coordinate's square, and of sigma^2."""
        m = len(self.free)
        changes = 2 * self.x[self.free] * direction[:m] * self.steps[:m]
        return np.append(changes, 2 * self.sigma**2 * direction[m]) if self.with_sigma else changes

    def _is_ridge(self, direction: Array) -> bool:
        """Whether variances can change as far as they reach, in both senses, without a difference."""
        for sense in (1.0, -1.0):
            value = self.criterion.absolute(*self._along(sense * direction))[0]
            if not value - self.optimum.value <= _SAME + _ROUNDING * abs(value):
                return False
        return True

    def _along(self, direction: Array) -> tuple[Array, float]:
        """The point where one variance has changed by half, or nearly all of one is gone."""
        layout, m = self.criterion.layout, len(self.free)
        change = np.zeros(len(self.x))
        change[self.free] = direction[:m] * self.steps[:m]
        plain = np.array([c.root is not None for c in layout.coordinates], dtype=bool)
        squares = np.append(np.where(plain, np.square(self.x), 0.0), self.sigma**2)
        slopes = np.append(np.where(plain, 2 * self.x * change, 0.0), 2 * self.sigma**2 * direction[m:].sum())
        sizes = np.append(self.steps[:m], self.sigma if self.with_sigma else [])
        turns = np.array([bool(c.corr) for c in layout.coordinates], dtype=bool)
        own = np.append(~turns[self.free], True)[: len(sizes)]  # of variances, not of correlations
        relative = float(np.abs(self.variances(direction) / sizes**2)[own].max(initial=0.0))
        ends = -squares[slopes < 0] / slopes[slopes < 0]
        turned = np.abs(change[turns]) / np.maximum(np.abs(self.x[turns]), 1.0)  # as far as to 0, or to twice
        t = min(0.5 / max(relative, 1e-300), 0.99 * float(ends.min(initial=np.inf)))
        t = min(t, 1 / max(float(turned.max(initial=0.0)), 1e-300))
        roots, t = self._roots_along(change, t)
        x = self.x + t * change
        moved = np.sqrt(np.maximum(squares + t * slopes, 0.0))
        x[plain] = moved[:-1][plain]
        for k, c in enumerate(layout.coordinates):
            if c.block in roots:
                x[k] = roots[c.block][c.i, c.j]
        return x, float(moved[-1])

    def _roots_along(self, change: Array, t: float) -> tuple[dict[int, Array], float]:
        """Factors of the covariances that have some, at t or as far as they stay positive definite.

        A singular covariance need not stay one of a variance along a straight line; its factor moves instead.
        """
        layout = self.criterion.layout
        blocks = np.flatnonzero(layout.free).tolist()
        free = {b: (layout.entries(b, self.x), layout.entries(b, change)) for b in blocks}
        whole = t
        for _ in range(8):
            try:
                return {
                    b: np.linalg.cholesky(L @ L.T + t * (L @ d.T + d @ L.T)) for b, (L, d) in free.items()
                }, t
            except np.linalg.LinAlgError:
                t /= 2
        return {b: L + whole * d for b, (L, d) in free.items()}, whole


def leave_ends_of_ridges(
    criterion: Criterion, optimum: Optimum, again: Callable[[Array], Optimum]
) -> Optimum:
    """An optimum inside a ridge where the one found is at its end, where a variance is 0.

    There a variance of 0 is no result: other values are as good, and `Curvature` sees it from inside.
    """
    for k in optimum.at_zero:
        if criterion.layout.coordinates[k].corr:
            continue  # a correlation of 1, and no variance
        trial = optimum.z.copy()
        trial[k] = _TRIAL
        rise = (criterion.value(trial) - optimum.value) / _TRIAL**2
        units = criterion.layout.effects[criterion.owner(k)[0]].block.units
        if rise > _STEEP * (1 + units * _TRIAL**2):
            continue
        trial[k] = 1.0
        other = again(trial)
        if other.converged and other.value < optimum.value + 1e-6 and k not in other.at_zero:
            return other
    return optimum


def settled(criterion: Criterion, optimum: Optimum) -> Optimum:
    """The same optimum with one description of every covariance; see `Layout.settled`."""
    z, zero = criterion.layout.settled(optimum.z, set(optimum.at_zero))
    if np.array_equal(z, optimum.z):
        return optimum
    return replace(optimum, z=z, at_zero=tuple(sorted(zero)), model=None)
