"""Processes in time whose next value rests on the one before alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.random import Generator

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.structure import TIMES, Structure
from stanlevels.distributions.structures.geometry import Times
from stanlevels.errors import DataError

__all__ = ["AUTOREGRESSIVE", "WALK"]

_WHOLE = 1e-6
"""How far apart a number and the whole one beside it are, but for rounding."""


@dataclass(frozen=True)
class _Kind:
    """A process by what is left of a value after some steps, and the variance that has come to it.

    `endless` is whether it has always been running, with a variance of 1 at any time.
    """

    kept: Callable[..., Any]
    added: Callable[..., Any]
    endless: bool

    def steps(self, times: Times, given: dict[str, Any]) -> tuple[Array, Array]:
        """What is left of the value before each unit, and the sd of what is new, (..., units, ...)."""
        gap = times.gap[:, None]
        first = (times.before < 0)[:, None]
        kept = np.where(first, 0.0, self.kept(gap, **given))
        added = np.where(first & self.endless, 1.0, self.added(gap, **given))
        return kept, np.sqrt(added)

    # --- of all units ------------------------------------------------------------------------------

    def numbers(self, z: Array, times: Times, **given: Any) -> Array:
        kept, sd = self.steps(times, given)
        kept, sd = (np.broadcast_to(a, np.broadcast_shapes(a.shape, z.shape)) for a in (kept, sd))
        found = np.array(np.broadcast_to(z * sd, kept.shape))
        for unit in times.order.tolist():
            if times.before[unit] >= 0:
                found[..., unit, :] += kept[..., unit, :] * found[..., times.before[unit], :]
        return found

    def standard(self, x: Array, times: Times, **given: Any) -> Array:
        kept, sd = self.steps(times, given)
        return np.asarray((x - kept * x[..., np.maximum(times.before, 0), :]) / sd)

    def log_root(self, times: Times, **given: Any) -> Array:
        _, sd = self.steps(times, given)
        return np.asarray(np.log(sd).sum(axis=-2))

    def variance(self, times: Times, **given: Any) -> Array:
        if self.endless:
            return np.ones((len(times.at), 1))
        since = times.at - times.begin[times.run] + 1
        return np.asarray(self.added(since[:, None], **given))

    # --- of units beside others --------------------------------------------------------------------

    def given(
        self,
        rng: Generator | None,
        known: Times,
        x: Array,
        times: Times,
        before: Codes,
        here: dict[str, Any],
        there: dict[str, Any],
    ) -> Array:
        """Numbers of all units: known ones as they are, others one after another in the order of time.

        Each is drawn given its neighbour before, which is known by then, and the next one known after it.
        """
        shape = np.broadcast_shapes(x.shape[:-2], *(np.shape(a)[:-2] for a in here.values()))
        found = np.empty((*shape, len(times.at), x.shape[-1]))
        known_units = before >= 0
        found[..., known_units, :] = x[..., before[known_units], :]
        processes = known.process_of(times)
        for run, process in enumerate(processes.tolist()):
            units = np.flatnonzero((times.run == run) & ~known_units)
            if not len(units):
                continue
            own = np.flatnonzero(known.run == process) if process >= 0 else np.zeros(0, dtype=np.int64)
            own = own[np.argsort(known.at[own])]
            past = [(float(known.at[u]), x[..., u, :]) for u in own.tolist()]
            begin = float(known.begin[process] if process >= 0 else times.begin[run])
            for unit in units[np.argsort(times.at[units])].tolist():
                at = float(times.at[unit])
                arguments = {n: a[..., min(unit, a.shape[-2] - 1), :] for n, a in here.items()}
                mean, variance = self._one(at, past, begin, arguments)
                value = np.broadcast_to(mean, (*shape, x.shape[-1]))
                if rng is not None:
                    value = value + np.sqrt(variance) * rng.standard_normal(value.shape)
                found[..., unit, :] = value
                if not np.isnan(at):
                    place = sum(other < at for other, _ in past)
                    past.insert(place, (at, found[..., unit, :]))
        return found

    def _one(
        self, at: float, past: list[tuple[float, Array]], begin: float, given: dict[str, Any]
    ) -> tuple[Any, Any]:
        """Mean and variance at a time, given its neighbours."""
        if np.isnan(at):
            if self.endless:
                return 0.0, 1.0
            raise DataError(
                "a row has no time, and a random walk varies more the longer it goes on",
                expected="the time of each row",
                way_out="leave these rows out",
            )
        left = next(((t, x) for t, x in reversed(past) if t < at), None)
        right = next(((t, x) for t, x in past if t > at), None)
        for other, _ in filter(None, (left, right)):
            _check_steps(abs(at - other), given)
        if left is None and not self.endless:
            if at <= begin - 1:
                raise DataError(
                    f"a row lies {begin - at:g} steps before the first unit of a random walk",
                    expected="times from where it begins",
                    way_out="leave these rows out",
                )
            left = (begin - 1, np.zeros(1))
        mean, variance = 0.0, 1.0
        if left is not None:
            mean = self.kept(at - left[0], **given) * left[1]
            variance = self.added(at - left[0], **given)
        if right is None:
            return mean, variance
        kept, added = self.kept(right[0] - at, **given), self.added(right[0] - at, **given)
        total = np.maximum(added + np.square(kept) * variance, 1e-300)
        return (mean * added + kept * right[1] * variance) / total, variance * added / total


def _check_steps(steps: float, given: dict[str, Any]) -> None:
    """Refuse a time that is no whole steps from another, where a correlation may be negative."""
    if abs(steps - np.rint(steps)) > _WHOLE and any(np.any(np.less(a, 0)) for a in given.values()):
        raise DataError(
            f"a row lies {steps:.4g} steps from the time beside it, and a correlation that may be negative"
            " has whole powers alone",
            expected="times that are whole steps apart; a step is the shortest time between two units",
            way_out="declare a correlation that is not negative, such as rho = sl.Uniform(0, 1)",
        )


_STATIONARY = _Kind(
    kept=lambda steps, rho: np.power(rho, steps),
    added=lambda steps, rho: 1 - np.power(np.square(rho), steps),
    endless=True,
)
_DRIFTING = _Kind(kept=lambda steps: np.ones_like(steps), added=lambda steps: steps, endless=False)


def _structure(kind: _Kind, arguments: tuple[str, ...], stan: str) -> Structure:
    return Structure(
        needs=TIMES,
        arguments=arguments,
        stan=stan,
        data=("gap", "order", "before"),
        numbers=kind.numbers,
        standard=kind.standard,
        log_root=kind.log_root,
        given=kind.given,
        variance=kind.variance,
    )


AUTOREGRESSIVE = _structure(_STATIONARY, ("rho",), "autoregressed")
WALK = _structure(_DRIFTING, (), "walked")
