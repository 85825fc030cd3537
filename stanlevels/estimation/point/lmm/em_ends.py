"""Limits that expectation-maximisation does not reach: standard deviations of 0, singular covariances.

One that has become small and goes on shrinking is set to its limit where the likelihood is no smaller
there; EM keeps it. In the end it is let go once if the likelihood rises away from it. EM also keeps the
directions in which a singular covariance varies: these are found by maximising the likelihood itself (a
step of ECME; Liu and Rubin 1994).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.covariance import Layout, triangular
from stanlevels.estimation.point.lmm.em_step import State, factors_of, sds_of
from stanlevels.gaussian import Profiled, Statistics, profile
from stanlevels.linear.spreads import Root

__all__ = ["Ends"]

_SMALL = 0.3  # of the start, which has the size of the residual: what is smaller and shrinks is tried at 0
_TRIALS = (0.02, 0.1, 0.5)  # of the start, away from 0
_RISE = 1e-9  # of the log likelihood

Place = Root | int
"""A standard deviation, or the block of a covariance."""


@dataclass(eq=False)
class Ends:
    """What is at its limit, and what was let go."""

    statistics: Statistics
    layout: Layout
    begun: State
    held: list[Place] = field(default_factory=list)
    tried: set[Place] = field(default_factory=set)

    @property
    def lost(self) -> dict[int, int]:
        """How many directions of every block's covariance are held at 0."""
        blocks = [place for place in self.held if isinstance(place, int)]
        return {b: blocks.count(b) for b in blocks}

    def reached(self, old: State, new: State, value: float) -> State | None:
        """A state with one more limit taken, if that is no worse than `old`, whose value is given."""
        before, after, first = (sds_of(self.layout, state) for state in (old, new, self.begun))
        shrinking: list[Place] = [r for r in first if after[r] < min(before[r], _SMALL * first[r])]
        smallest = dict(self._smallest(new))
        shrinking += [b for b, size in self._smallest(old) if smallest[b] < min(size, _SMALL)]
        for place in shrinking:
            if place not in self.tried:
                trial = self._at_end(old, place)
                if self._log_likelihood(trial) >= value:
                    self.held.append(place)
                    return trial
        return None

    def left(self, state: State, value: float) -> State | None:
        """A state with a singular covariance turned, or something away from its limit, if that is better."""
        for b in self.lost:
            turned = self._turned(state, b)
            if self._log_likelihood(turned) > value + _RISE:
                return turned
        for place in dict.fromkeys(self.held):
            for trial in self._away(state, place):
                if self._log_likelihood(trial) > value + _RISE:
                    self.held.remove(place)
                    self.tried.add(place)
                    return trial
        return None

    def _scaled(self, state: State, b: int) -> Array:
        """The factor of a block, in units of where its components began."""
        return triangular(state.factors[b]) / self._size(b)

    def _size(self, b: int) -> Array:
        return np.asarray(np.linalg.norm(self.begun.factors[b], axis=1, keepdims=True))

    def _smallest(self, state: State) -> Iterator[tuple[int, float]]:
        """The smallest standard deviation of every correlated block that is not held at 0."""
        for b, free in enumerate(self.layout.free):
            sizes = np.linalg.svd(self._scaled(state, b), compute_uv=False) if free else np.zeros(0)
            kept = sizes[: len(sizes) - self.lost.get(b, 0)]
            if len(kept):
                yield b, float(kept[-1])

    def _at_end(self, state: State, place: Place) -> State:
        if not isinstance(place, int):
            return self._with(state, place, 0.0)
        vectors, sizes, _ = np.linalg.svd(self._scaled(state, place))
        sizes[len(sizes) - self.lost.get(place, 0) - 1 :] = 0.0
        return self._with_factor(state, place, vectors * sizes)

    def _away(self, state: State, place: Place) -> Iterator[State]:
        if not isinstance(place, int):
            first = sds_of(self.layout, self.begun)[place]
            yield from (self._with(state, place, share * first) for share in _TRIALS)
            return
        vectors, sizes, _ = np.linalg.svd(self._scaled(state, place))
        for k in range(len(sizes) - self.lost[place], len(sizes)):
            for share in _TRIALS:
                yield self._with_factor(
                    state, place, vectors * np.where(np.arange(len(sizes)) == k, share, sizes)
                )

    def _turned(self, state: State, b: int) -> State:
        """The best covariance of a block with as many directions at 0, everything else as it is."""
        from scipy import optimize

        size, q = self._size(b), len(state.factors[b])
        rows, columns = np.tril_indices(q)
        places = rows[columns < q - self.lost[b]], columns[columns < q - self.lost[b]]

        def scaled(entries: Array) -> Array:
            found = np.zeros((q, q))
            found[places] = entries
            return found

        def deviance(entries: Array) -> tuple[float, Array]:
            factors = list(state.factors)
            factors[b] = size * scaled(entries)
            found = self._profiled(replace(state, factors=tuple(factors)))
            slopes = size * found.slopes(state.sigma)[0][b] / state.sigma
            return found.deviance(state.sigma), slopes[places]

        start = self._scaled(state, b)[places]
        options = {"ftol": 1e-14, "gtol": 1e-9}
        found = optimize.minimize(deviance, start, jac=True, method="L-BFGS-B", options=options)
        return self._with_factor(state, b, scaled(found.x))

    def _with_factor(self, state: State, b: int, scaled: Array) -> State:
        factors = list(state.factors)
        factors[b] = triangular(self._size(b) * scaled)
        return replace(state, factors=tuple(factors))

    def _with(self, state: State, root: Root, sd: float) -> State:
        sds = sds_of(self.layout, state) | {root: sd}
        if self.layout.noise is not None:
            sds[self.layout.noise] = state.sigma
        return replace(state, factors=factors_of(self.layout, state.factors, sds))

    def _log_likelihood(self, state: State) -> float:
        return -self._profiled(state).deviance(state.sigma) / 2

    def _profiled(self, state: State) -> Profiled:
        return profile(self.statistics, tuple(L / state.sigma for L in state.factors))
