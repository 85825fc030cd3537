"""The density of a part of the data with its one own effect integrated out by Gauss-Hermite quadrature.

For every part and draw the nodes lie about the mode of the integrand and as far apart as its curvature says
(adaptive quadrature; Pinheiro and Bates 1995). The search for the mode begins at the effect that was drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.results.crossvalidation.own import Own, without
from stanlevels.results.crossvalidation.partition import Partition
from stanlevels.results.draws import Draws
from stanlevels.values.arguments import arguments_of
from stanlevels.values.pointwise import log_density
from stanlevels.values.store import Units, Values, width

__all__ = ["Quadrature"]

_NODES = 21
_STEPS = 40  # of Newton's method
_STEP = 1e-3  # of differences, in standard deviations of the effect
_FAR = 3.0  # a step at most
_FLAT = 0.05  # curvature at least
_DONE = 0.05  # standard deviations of the integrand that the nodes may lie off its mode


@dataclass(frozen=True, eq=False)
class _Told:
    """Values of effects of some units, (chains, draws, some units, 1)."""

    array: Array
    place: Codes

    @property
    def shape(self) -> tuple[int, int]:
        return self.array.shape[0], self.array.shape[1]

    def at(self, units: Units) -> Array:
        return self.array[:, :, self.place[units]]

    def window(self, draws: slice) -> _Told:
        return replace(self, array=self.array[:, draws])


@dataclass(frozen=True, eq=False)
class Quadrature:
    """Log densities of parts.

    Attributes
    ----------
    draws : Draws
    data : Facts
        The same data, remembered.
    partition : Partition
    own : Own
        One effect, with one unit in each part.
    """

    draws: Draws
    data: Facts
    partition: Partition
    own: Own

    @classmethod
    def of(cls, draws: Draws, data: Facts, partition: Partition, own: Own) -> Quadrature | str:
        """Why the effects cannot be integrated out by quadrature, where they cannot be."""
        numbers = sum(width(draws.planned, line.name) for line in own.lines)
        if numbers > 1:
            return f"a {partition.called} has {numbers} of them"
        (line,) = own.lines
        parts = own.parts[line.name]
        if np.bincount(parts[parts >= 0], minlength=partition.size).max(initial=0) > 1:
            return f"a {partition.called} has several units of them"
        if _axis(line) is None:
            return f"{line.name!r} has bounds that are themselves unknown"
        if not draws.holds(line.name):
            return f"draws of {line.name!r} were not recorded, as record= asked"
        return cls(draws, data, partition, own)

    @property
    def width(self) -> int:
        """Numbers for each outcome and draw."""
        return 6

    def at(self, parts: slice) -> Array:
        """Log densities of what depends on the effects, (parts, draws), draws chain by chain."""
        (line,) = self.own.lines
        units, here = self._units(parts)
        to, back, slope = _axis(line) or _REAL
        start = to(self.draws.whole(line.name, units)[..., 0])  # (chains, draws, units)
        size = start.std(axis=(0, 1), ddof=1) if start[:, :, 0].size > 1 else np.ones(len(units))
        size = np.where(np.isfinite(size) & (size > 1e-12), size, 1.0)
        base = without(self.draws.values, self.own)
        place = np.zeros(self.data.size(line.domain), dtype=np.int64)
        place[units] = np.arange(len(units))
        rows = {name: self.partition.units(name, parts) for name in self.own.touched}

        def height(u: Array) -> Array:
            t = start + size * u
            told = _Told(back(t)[..., None], place)
            values = replace(base, on_demand={**base.on_demand, line.name: told})
            found = self._prior(line, values, told, units) + slope(t) + np.log(size)
            for name, (some, part) in rows.items():
                own = log_density(self.draws.planned.lines[name], values, self.data, some).sum(axis=-1)
                found = found + _by_part(own, here[part], len(units))
            return np.asarray(np.where(np.isnan(found), -np.inf, found))

        found = _integrated(height, start.shape)
        whole = np.zeros((parts.stop - parts.start, start.shape[0] * start.shape[1]))
        whole[self.own.parts[line.name][units] - parts.start] = found.reshape(-1, len(units)).T
        return whole

    def _units(self, parts: slice) -> tuple[Codes, Codes]:
        """Units of the effect in some parts, and the place of each part's among them."""
        own = self.own.parts[self.own.lines[0].name]
        units = np.flatnonzero((own >= parts.start) & (own < parts.stop))
        here = np.zeros(parts.stop - parts.start, dtype=np.int64)
        here[own[units] - parts.start] = np.arange(len(units))
        return units, here

    def _prior(self, line: Line, values: Values, told: _Told, units: Codes) -> Array:
        """The log density of the effects from their own distribution, (chains, draws, units)."""
        arguments = arguments_of(line, values, self.data, units)
        return np.asarray(line.form.log_density(told.array, arguments)[..., 0])


Map = Callable[[Array], Array]
_REAL: tuple[Map, Map, Map] = (np.positive, np.positive, np.zeros_like)


def _axis(line: Line) -> tuple[Map, Map, Map] | None:
    """The way to the real line, the way back, and the log of its slope."""
    support = line.family.support
    if line.family.bounds:
        return None
    low, high = support.lower, support.upper
    if np.isinf(low) and np.isinf(high):
        return _REAL
    if np.isinf(high):
        return (lambda x: np.log(x - low)), (lambda t: low + np.exp(t)), np.positive

    def share(t: Array) -> Array:
        return np.asarray(1 / (1 + np.exp(-t)))

    def log_slope(t: Array) -> Array:
        return np.asarray(np.log(high - low) - np.logaddexp(0, t) - np.logaddexp(0, -t))

    if np.isfinite(low) and np.isfinite(high):
        return (
            (lambda x: np.log((x - low) / (high - x))),
            (lambda t: low + (high - low) * share(t)),
            log_slope,
        )
    return None


def _integrated(height: Map, shape: tuple[int, ...]) -> Array:
    """The log of the integral of exp(height(u)), about its mode."""
    u, curvature = _mode(height, shape)
    spread = 1 / np.sqrt(curvature)
    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    total = np.full(shape, -np.inf)
    for node, weight in zip(nodes, weights, strict=True):
        total = np.logaddexp(total, height(u + spread * node) + node**2 / 2 + np.log(weight))
    return np.asarray(total + np.log(spread))


def _mode(height: Map, shape: tuple[int, ...]) -> tuple[Array, Array]:
    """Where a function is largest, and minus its second derivative there."""
    u = np.zeros(shape)
    at, curvature = height(u), np.ones(shape)
    damping = np.ones(shape)
    for _ in range(_STEPS):
        up, down = height(u + _STEP), height(u - _STEP)
        first = (up - down) / (2 * _STEP)
        second = (up - 2 * at + down) / _STEP**2
        curvature = np.maximum(np.where(np.isfinite(second), -second, 1.0), _FLAT)
        move = np.clip(np.where(np.isfinite(first), first, 0.0) / curvature, -_FAR, _FAR)
        if np.abs(move * damping).max(initial=0.0) * np.sqrt(curvature.max(initial=1.0)) < _DONE:
            break
        tried = u + damping * move
        there = height(tried)
        better = there >= at
        u, at = np.where(better, tried, u), np.where(better, there, at)
        damping = np.where(better, np.minimum(2 * damping, 1.0), damping / 4)
        if (np.abs(move) * damping * np.sqrt(curvature)).max(initial=0.0) < _DONE:
            break
    return u, curvature


def _by_part(values: Array, place: Codes, n: int) -> Array:
    """Sums of (chains, draws, rows) by the part of each row, (chains, draws, n)."""
    from scipy import sparse

    chains, draws, rows = values.shape
    ones = sparse.csr_array((np.ones(rows), (place, np.arange(rows))), shape=(n, rows))
    return np.asarray((ones @ values.reshape(-1, rows).T).T).reshape(chains, draws, n)
