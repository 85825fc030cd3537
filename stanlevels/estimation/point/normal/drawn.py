"""Draws of the normal approximation as values of quantities, which the whole of `values/` works on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import listing
from stanlevels.estimation.point.general.reading import bounds_in_numbers, free_coordinates
from stanlevels.estimation.point.normal.approximation import Located, Movable, NormalApproximation
from stanlevels.estimation.point.normal.axes import correlations, inside
from stanlevels.estimation.point.normal.effects import EffectDraws
from stanlevels.graph import ROWS
from stanlevels.plan.placed import Line
from stanlevels.values.evaluate import evaluate
from stanlevels.values.pieces import chunks
from stanlevels.values.standard import Standard
from stanlevels.values.store import Units, Values, width

if TYPE_CHECKING:
    from stanlevels.plan.facts import Facts
    from stanlevels.plan.planned import Planned

__all__ = ["drawn", "drawn_apart", "held"]

_STREAM = 0x51D8  # keeps these draws apart from others of the same seed
_STORED = 50_000_000  # numbers of quantities over units, beyond which they are made again when wanted
_KEPT = 25_000_000  # numbers of effects that others are drawn given
_VAGUE = 0.5  # standard error, on its axis, of what has none, where draws are to lie apart
_APART = (
    "given the coefficients, units are drawn independently of each other: the fit was saved, and their joint"
    " covariance is too large to be saved with it; a fit in memory draws them jointly"
)
_LARGE = 1e8  # in place of an infinite number of degrees of freedom, or the like


def drawn(approximation: NormalApproximation, planned: Planned, data: Facts, draws: int, seed: int) -> Values:
    """Draws of parameters and random variables jointly, (1, draws, units, components).

    A parameter without a standard error stays at its estimate, an infinite one at a large number. What of
    quantities over units would take more than 400 MB is not stored but made again each time it is asked for,
    with the same numbers.

    Parameters
    ----------
    approximation : NormalApproximation
    planned : Planned
    data : Facts
        Sizes and lookups.
    draws : int
    seed : int
    """
    w = _standard(approximation.rank, draws, seed)
    values = Values(planned, _parameters(approximation, planned, w))
    effects = EffectDraws(approximation.chain, Standard((seed, _STREAM, 1)), range(draws))
    effects.keep(_KEPT)
    room = _STORED
    for name in planned.latent:
        if name not in approximation.located:
            continue
        line = planned.lines[name]
        own = _Drawn(approximation, line, w, effects, values, data)
        size = draws * data.size(line.domain) * width(planned, name)
        if size > room:
            values = replace(values, on_demand={**values.on_demand, name: own})
        else:
            values = values.storing({name: own.all()})
            room -= size
    return values


def drawn_apart(
    approximation: NormalApproximation, planned: Planned, data: Facts, draws: int, seed: int
) -> Values:
    """Draws as places to start from: they lie apart also where estimates have no standard error.

    What is at the end of its axis, as a standard deviation of 0, is NaN. Of rows there is nothing.
    """
    rng = np.random.default_rng(np.random.SeedSequence([seed, _STREAM, 2]))
    few = {n: x for n, x in approximation.located.items() if ROWS not in planned.lines[n].domain}
    found = drawn(replace(approximation, located=few), planned, data, draws, seed)
    arrays = dict(found.arrays)
    for name, own in approximation.parameters.items():
        line = planned.lines[name]
        wide = _VAGUE * rng.standard_normal((draws, len(own.middle))) * ~own.told
        with np.errstate(invalid="ignore"):
            x = own.middle + _standard(approximation.rank, draws, seed) @ own.slopes.T + wide
            x = np.where(np.isfinite(own.middle), x, np.nan)
        arrays[name] = _numbers(own.numbers(x), line, planned)
    return replace(found, arrays=arrays)


def held(approximation: NormalApproximation) -> list[str]:
    """What stays at its estimate in every draw, and what else draws leave out, in words."""
    names = [name for name, own in approximation.parameters.items() if not np.all(own.told)]
    verb = "stays at its estimate, which has" if len(names) == 1 else "stay at their estimates, which have"
    found = [f"in every draw {listing(names)} {verb} no standard error"] if names else []
    return [*found, _APART] if approximation.apart else found


def _standard(rank: int, draws: int, seed: int) -> Array:
    """W of every draw, (draws, r)."""
    rng = np.random.default_rng(np.random.SeedSequence([seed, _STREAM, 0]))
    return rng.standard_normal((draws, rank))


def _parameters(approximation: NormalApproximation, planned: Planned, w: Array) -> dict[str, Array]:
    found = {}
    for name, own in approximation.parameters.items():
        x = _whole(own) + w @ own.slopes.T
        found[name] = _numbers(np.minimum(own.numbers(x), _LARGE), planned.lines[name], planned)
    return found


def _whole(own: Movable) -> Array:
    """Estimates on their axis; the correlation of something that does not vary is 0."""
    return np.where(np.isnan(own.middle), 0.0, own.middle) if own.axis == "atanh" else own.middle


def _numbers(array: Array, line: Line, planned: Planned) -> Array:
    """Draws (draws, numbers) as values of a quantity for the whole model."""
    if line.is_correlation:
        array = correlations(array, len(planned.axes[line.components[0]]))
    return inside(array.reshape(1, len(array), 1, -1), line)


@dataclass(frozen=True, eq=False)
class _Drawn:
    """Draws of one quantity over units, made each time they are asked for.

    Attributes
    ----------
    approximation : NormalApproximation
    line : Line
    w : ndarray, (draws, r)
    effects : EffectDraws
    values : Values
        Draws of the quantities before it.
    data : Facts
    """

    approximation: NormalApproximation
    line: Line
    w: Array
    effects: EffectDraws
    values: Values
    data: Facts

    @property
    def shape(self) -> tuple[int, int]:
        """One chain."""
        return 1, len(self.w)

    @property
    def located(self) -> Located:
        return self.approximation.located[self.line.name]

    def window(self, draws: slice) -> _Drawn:
        """The same with some of the draws."""
        effects, values = self.effects.window(draws), self.values.window(draws)
        return replace(self, w=self.w[draws], effects=effects, values=values)

    def all(self) -> Array:
        """Those of all units, in pieces that bound the memory."""
        n = self.data.size(self.line.domain)
        each = len(self.w) * self.located.width
        parts = [self.at(piece) for piece in chunks(n, each)]
        return np.concatenate(parts, axis=2) if parts else np.zeros((*self.shape, 0, self.located.width))

    def at(self, units: Units) -> Array:
        """Those of some units, (1, draws, units, components)."""
        wanted = np.arange(self.data.size(self.line.domain))[units]
        linear = self._linear(wanted)
        match self.located.kind:
            case "log":
                return np.asarray(np.exp(linear))
            case "moved":
                return self._moved(linear, units)
            case "free":
                return self._freed(linear, units)
        return linear

    def _linear(self, units: Codes) -> Array:
        """The linear numbers, (1, draws, units, width)."""
        own, a = self.located, self.approximation
        rows = (units[:, None] * own.width + np.arange(own.width)).ravel()
        X, Z = own.X[rows], own.Z[rows]
        with np.errstate(invalid="ignore"):
            middle = own.offset[rows] + _times(X, a.beta) + Z @ a.effects
        found = middle[:, None] + (X @ a.by_beta + Z @ a.by_effects) @ self.w.T
        if Z.nnz:
            found += a.scale * self.effects.times(Z)
        return np.ascontiguousarray(found.T).reshape(1, len(self.w), len(units), own.width)

    def _moved(self, standard: Array, units: Units) -> Array:
        line = self.line
        location, scale = (
            evaluate(line.args[argument], line.domain, self.values, self.data, units)
            for argument in (line.location, line.scale)
        )
        found = location + scale * standard
        return np.asarray(np.exp(found) if line.family.location_link == "log" else found)

    def _freed(self, free: Array, units: Units) -> Array:
        line, planned = self.line, self.values.planned
        numbers = len(planned.axes[line.components[0]]) if line.is_correlation else width(planned, line.name)
        coordinates = free_coordinates(line, numbers)
        with np.errstate(over="ignore"):  # of what nothing tells, a draw may be infinite
            found = np.asarray(coordinates.value(free.reshape(-1, coordinates.size)))
        if line.is_correlation:
            found = correlations(found, numbers)
        found = found.reshape(*free.shape[:3], -1)
        if line.family.bounds and not bounds_in_numbers(line):
            low, high = (
                evaluate(line.args[bound], line.domain, self.values, self.data, units) if bound else None
                for bound in line.family.bounds
            )
            if high is None:
                found = low + found
            elif low is None:
                found = high - found
            else:
                found = low + (high - low) * found
        return np.asarray(found)


def _times(X: Any, beta: Array) -> Array:
    """X beta, NaN where a coefficient that enters is NaN."""
    unknown = np.isnan(beta)
    if not unknown.any():
        return np.asarray(X @ beta)
    touched = abs(X) @ unknown.astype(float)
    return np.where(touched > 0, np.nan, X @ np.where(unknown, 0.0, beta))
