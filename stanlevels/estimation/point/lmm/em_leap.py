"""Leaps along two steps of expectation-maximisation (SQUAREM; Varadhan and Roland 2008).

Where steps shrink slowly their sum is nearly a straight line; three states tell how far it goes. A leap
that loses is not taken, so that the log likelihood never falls.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.covariance import Layout, triangular
from stanlevels.estimation.point.lmm.em_step import State, factors_of, sds_of

__all__ = ["Leaps"]

_LONGER = 4.0  # by which the longest leap grows and shrinks
_MEMORY = 6  # leaps over which steps count as slow
_LEFT = 0.1  # of a standard deviation that a leap would take below 0


@dataclass(eq=False)
class Leaps:
    """States as vectors in which 1 is an ordinary step, and how far leaps may go."""

    layout: Layout
    begun: State
    longest: float = _LONGER
    rates: deque[float] = field(default_factory=lambda: deque(maxlen=_MEMORY))

    def beyond(self, first: State, second: State, third: State) -> tuple[State, float] | None:
        """Where three states in a row lead, and how far that is in steps; None if it is the third."""
        x0, x1, x2 = (self._vector(state) for state in (first, second, third))
        step, turn = x1 - x0, x2 - 2 * x1 + x0
        far = float(np.linalg.norm(step)) / max(float(np.linalg.norm(turn)), 1e-300)
        if not 1 < far < np.inf:
            return None
        far = min(far, self.longest)
        return self._state(x0 + 2 * far * step + far**2 * turn, third), far

    def rate(self, first: State, second: State, third: State) -> float:
        """By how much a step is shorter than the one before; the slowest of late, as leaps mix directions."""
        x0, x1, x2 = (self._vector(state) for state in (first, second, third))
        self.rates.append(float(np.linalg.norm(x2 - x1)) / max(float(np.linalg.norm(x1 - x0)), 1e-300))
        return max(self.rates)

    def learn(self, far: float, gained: bool) -> None:
        """Let leaps be longer after one that was as long as any and gained, shorter after one that lost."""
        if gained and far >= self.longest:
            self.longest *= _LONGER
        elif not gained:
            self.longest = max(1.0 + 1e-9, far / _LONGER)

    def _vector(self, state: State) -> Array:
        parts = [triangular(L)[np.tril_indices(len(L))] / self._unit(b) for b, L in self._free(state)]
        first = sds_of(self.layout, self.begun)
        parts.append(np.array([sd / first[root] for root, sd in sds_of(self.layout, state).items()]))
        return np.concatenate([*parts, [np.log(state.sigma)]])

    def _state(self, vector: Array, near: State) -> State:
        factors, first = list(near.factors), 0
        for b, L in self._free(near):
            at = np.tril_indices(len(L))
            own = np.zeros_like(L)
            own[at] = vector[first : first + len(at[0])] * self._unit(b)
            factors[b] = own
            first += len(at[0])
        begun, sds = sds_of(self.layout, self.begun), sds_of(self.layout, near)
        for root in sds:
            moved = float(vector[first]) * begun[root]
            sds[root] = moved if moved > 0 else _LEFT * sds[root]
            first += 1
        sigma = near.sigma if self.layout.noise is None else float(np.exp(vector[-1]))
        if self.layout.noise is not None:
            sds[self.layout.noise] = sigma
        return State(factors_of(self.layout, tuple(factors), sds), sigma)

    def _free(self, state: State) -> list[tuple[int, Array]]:
        return [(b, L) for b, L in enumerate(state.factors) if self.layout.free[b]]

    def _unit(self, b: int) -> Array:
        """Where the rows of a factor began, for its entries at and below the diagonal."""
        L = self.begun.factors[b]
        return np.asarray(np.linalg.norm(L, axis=1)[np.tril_indices(len(L))[0]])
