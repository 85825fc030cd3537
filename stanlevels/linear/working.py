"""Outcomes as a pilot look sees them: near a predictor, a normal response with a variance for every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.family import Parameterization
from stanlevels.distributions.links import LINKS

__all__ = ["Curved", "Straight", "Outcome", "Rows"]

_STEP = 1e-4  # of a predictor, for numerical slopes
_FARTHEST = 30.0  # of a predictor from 0, beyond which counts and odds are what they are there
_WIDEST = 1e8  # of a dispersion, either way


@dataclass(frozen=True, eq=False)
class Rows:
    """A working response less its offset, with precisions and what these change by with the predictor."""

    response: Array
    weight: Array
    bend: Array | None = None


@dataclass(frozen=True, eq=False)
class Straight:
    """Responses around their predictor with standard deviations ``sigma_g * scale``.

    Attributes
    ----------
    response : ndarray, (n,)
        Less its offset.
    frequency : ndarray, (n,)
    scale : ndarray, (n,)
        Known multiples of sigma; with `unknown` False the standard deviations themselves.
    groups : ndarray, (n,), or None
        Rows with a sigma of their own; None where all have the same.
    unknown : bool
    """

    response: Array
    frequency: Array
    scale: Array
    groups: Array | None = None
    unknown: bool = True

    @property
    def is_curved(self) -> bool:
        """Whether the precisions depend on the predictor."""
        return False

    def at(self, rows: Array) -> Straight:
        """At some rows."""
        groups = None if self.groups is None else self.groups[rows]
        return replace(
            self,
            response=self.response[rows],
            frequency=self.frequency[rows],
            scale=self.scale[rows],
            groups=groups,
        )

    def start(self) -> tuple[Array, Array]:
        """A predictor, and variances: one, or one per group."""
        if not self.unknown:
            return self.response, np.ones(1)
        spread = float(np.average(np.square(self.response / self.scale), weights=self.frequency))
        groups = 1 if self.groups is None else int(self.groups.max(initial=0)) + 1
        return self.response, np.full(groups, max(spread / 2, 1e-300))

    def rows(self, eta: Array, dispersion: Array) -> Rows:
        """The responses, with their precisions."""
        variance = dispersion[0] if self.groups is None else dispersion[self.groups]
        return Rows(self.response, self.frequency / (np.square(self.scale) * variance))

    def dispersed(self, fitted: Array, leverage: Array | None, freedom: float, before: Array) -> Array:
        """The variances that a fit leaves: of all rows, and of groups drawn a little towards it."""
        if not self.unknown:
            return before
        square = self.frequency * np.square((self.response - fitted) / self.scale)
        common = float(square.sum()) / max(freedom, 0.01 * len(square))
        if self.groups is None or leverage is None:
            return np.full(len(before), max(common, 1e-14))
        whole = square + self.frequency * leverage / np.square(self.scale)
        total = np.bincount(self.groups, whole, len(before)) + 2 * common
        return np.maximum(total / (np.bincount(self.groups, self.frequency, len(before)) + 2), 1e-14)


@dataclass(frozen=True, eq=False)
class Curved:
    """Outcomes of a distribution whose mean follows a predictor.

    Attributes
    ----------
    form : Parameterization
        With the predictor as its location.
    outcome, offset, frequency : ndarray, (n,)
    given : mapping of str to ndarray, (n,)
        Arguments that are known.
    dispersion : str
        An unknown number that moves the variance and not the mean; "" where there is none.
    """

    form: Parameterization
    outcome: Array
    offset: Array
    frequency: Array
    given: Mapping[str, Array]
    dispersion: str = ""

    @property
    def is_curved(self) -> bool:
        """Whether the precisions depend on the predictor."""
        return True

    @property
    def is_plain(self) -> bool:
        """Whether the mean is the link's alone (times trials), and the variance a finite number."""
        at = np.full(min(len(self.outcome), 1), 0.3)
        first = self.at(np.arange(len(at)))
        trials = first.given.get(self.form.trials, 1.0) if self.form.trials else 1.0
        means = [self.form.mean(first._arguments(at, np.array([size]))) for size in (1.0, 2.0)]
        variance = self.form.variance(first._arguments(at, np.full(1, 5.0)))
        right = all(np.allclose(mean, trials * LINKS[self.form.link].mean(at)) for mean in means)
        return right and bool(np.all(np.isfinite(variance)))

    def at(self, rows: Array) -> Curved:
        """At some rows."""
        given = {name: values[rows] for name, values in self.given.items()}
        return replace(
            self,
            outcome=self.outcome[rows],
            offset=self.offset[rows],
            frequency=self.frequency[rows],
            given=given,
        )

    def start(self) -> tuple[Array, Array]:
        """Predictors near the rows' own, halfway to what all have in common; and a dispersion."""
        trials = self.given.get(self.form.trials, np.ones(1)) if self.form.trials else np.ones(1)
        share = self.outcome / np.maximum(trials, 1e-12)
        near = (share + np.average(share, weights=self.frequency)) / 2 if len(share) else share
        with np.errstate(all="ignore"):
            eta = np.asarray(LINKS[self.form.link].predictor(near), dtype=float)
        eta = np.where(np.isfinite(eta), eta, 0.0)
        return np.clip(eta, -_FARTHEST, _FARTHEST), np.ones(1)

    def rows(self, eta: Array, dispersion: Array) -> Rows:
        """Fisher's scoring: the response on the predictor's scale, and how the precision bends."""
        mean, slope, weight = self._around(eta, dispersion)
        bend = (self._around(eta + _STEP, dispersion)[2] - self._around(eta - _STEP, dispersion)[2]) / (
            2 * _STEP
        )
        move = np.clip((self.outcome - mean) / slope, -1e6, 1e6)
        return Rows(eta - self.offset + move, self.frequency * weight, self.frequency * bend)

    def _around(self, eta: Array, dispersion: Array) -> tuple[Array, Array, Array]:
        """Mean, its slope, and precision at a predictor."""
        at = np.clip(eta, -_FARTHEST, _FARTHEST)
        trials = self.given.get(self.form.trials, 1.0) if self.form.trials else 1.0
        mean = self.form.mean(self._arguments(at, dispersion))
        slope = np.maximum(np.abs(trials * LINKS[self.form.link].slope(at)), 1e-12)
        variance = np.maximum(self.form.variance(self._arguments(at, dispersion)), 1e-300)
        return mean, slope, np.clip(np.square(slope) / variance, 1e-10, 1e12)

    def _arguments(self, eta: Array, dispersion: Array) -> dict[str, Any]:
        found: dict[str, Any] = {**self.given, self.form.location: eta}
        return {**found, self.dispersion: dispersion[0]} if self.dispersion else found

    def dispersed(self, fitted: Array, leverage: Array | None, freedom: float, before: Array) -> Array:
        """The dispersion at which squared residuals are what the variance says (Breslow 1984)."""
        if not self.dispersion:
            return before
        eta = np.clip(fitted + self.offset, -_FARTHEST, _FARTHEST)
        mean = self.form.mean(self._arguments(eta, before))
        square = self.frequency * np.square(self.outcome - mean)

        def excess(log: float) -> float:
            variance = self.form.variance(self._arguments(eta, np.array([np.exp(log)])))
            return float(np.sum(square / np.maximum(variance, 1e-300))) - freedom

        found = np.exp(_crossing(excess, -np.log(_WIDEST), np.log(_WIDEST)))
        return np.array([found])


Outcome = Straight | Curved


def _crossing(excess: Callable[[float], float], low: float, high: float) -> float:
    """Where a monotone function crosses 0, by halving; the end nearest to 0 where it does not."""
    at_low, at_high = excess(low), excess(high)
    if at_low * at_high > 0:
        return low if abs(at_low) < abs(at_high) else high
    for _ in range(30):
        middle = (low + high) / 2
        value = excess(middle)
        if value * at_low > 0:
            low = middle
        else:
            high = middle
    return (low + high) / 2
