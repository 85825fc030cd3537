"""Expectation-maximisation for linear Gaussian models, with the log likelihood after every step.

Two plain steps and a leap beyond them take turns; the log likelihood never falls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.covariance import Layout, triangular
from stanlevels.estimation.point.lmm.criterion import Criterion
from stanlevels.estimation.point.lmm.em_ends import Ends
from stanlevels.estimation.point.lmm.em_leap import Leaps
from stanlevels.estimation.point.lmm.em_step import State, stepped
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.gaussian import Moments, Statistics, moments
from stanlevels.gaussian.design import Factors

__all__ = ["Steps", "expectation_maximization", "in_words", "point_of"]


_PAUSE = 5  # leaps between two looks at what heads to a limit
_SLOWEST = 0.99999  # of the rates at which steps are taken to shrink
_ROUNDING = 1e-13  # of the log likelihood


@dataclass(frozen=True, eq=False)
class Steps:
    """What EM found.

    Attributes
    ----------
    factors : tuple of ndarray
        L_b.
    sigma : float
    trace : ndarray
        Log likelihood before every step, and at the end.
    ended : tuple of str
        Standard deviations that headed to 0, and were set to it: the likelihood was no smaller there.
    singular : tuple of str
        Random variables whose covariance headed to a singular one, likewise.
    converged : bool
    """

    factors: Factors
    sigma: float
    trace: Array
    ended: tuple[str, ...]
    singular: tuple[str, ...]
    converged: bool


@dataclass(frozen=True, eq=False)
class _At:
    """A state, its log likelihood, and the state one step on."""

    state: State
    value: float
    next: State


def expectation_maximization(
    statistics: Statistics,
    layout: Layout,
    tolerance: float = 1e-9,
    max_steps: int = 20_000,
    observer: Observer = unobserved,
    start: Array | None = None,
) -> Steps:
    """Run EM until the log likelihood has less than `tolerance` to gain by plain steps.

    What is left to gain is judged by the last gain and the rate at which gains shrink. `start` is a point
    of the criterion; without one every standard deviation begins as large as the residual's.

    Raises
    ------
    FitError
        If a covariance has no closed form in the M step, or the residual heads to 0.
    """
    _check(layout)
    criterion = Criterion(statistics, layout)
    begun = _begun(criterion) if start is None else State(*_parts(criterion, start))
    ends, leaps = Ends(statistics, layout, begun), Leaps(layout, begun)

    def at(state: State) -> _At:
        found = moments(statistics, state.factors, state.sigma)
        return _At(state, -found.profiled.deviance(state.sigma) / 2, _next(found, layout, ends.lost))

    trace: list[float] = []

    def told(found: _At) -> _At:
        trace.append(found.value)
        observer(found.value)
        return found

    now, converged, leaped = told(at(begun)), False, 0
    while len(trace) <= max_steps:
        new = told(at(now.next))
        other = None
        if _done(new.value - now.value, leaps.rate(now.state, new.state, new.next), new.value, tolerance):
            other = ends.left(new.state, new.value)
            if converged := other is None:
                now = new
                break
        elif len(trace) > max_steps:
            now = new
            break
        elif leaped % _PAUSE == _PAUSE - 1:
            other = ends.reached(new.state, new.next, new.value)
        leaped += 1
        now = told(at(other)) if other is not None else told(_leap(at, leaps, now, new))
    blocks = tuple(layout.effects[b].name for b in ends.lost)
    names = tuple(dict.fromkeys(place.quantity for place in ends.held if not isinstance(place, int)))
    state = now.state
    return Steps(state.factors, state.sigma, np.array(trace), names, blocks, converged)


def _leap(at: Callable[[State], _At], leaps: Leaps, now: _At, new: _At) -> _At:
    """Beyond the second of two steps, or there if that leads to less."""
    beyond = leaps.beyond(now.state, new.state, new.next)
    if beyond is None:
        return at(new.next)
    try:
        found = at(beyond[0])
    except FitError:  # nothing can be factored there
        found = None
    gained = found is not None and found.value >= new.value
    leaps.learn(beyond[1], gained)
    return found if found is not None and gained else at(new.next)


def _next(found: Moments, layout: Layout, lost: Mapping[int, int]) -> State:
    new = stepped(found, layout, lost)
    if new.sigma > 0:
        return new
    raise FitError(
        "the likelihood has no maximum: the residual standard deviation heads to 0",
        expected="rows that differ from what the random variables can reproduce exactly",
        way_out="leave out an effect that has one unit per row, or give the residual a known value",
    )


def _check(layout: Layout) -> None:
    for effect, free in zip(layout.effects, layout.free, strict=True):
        if effect.corr and not free:
            raise FitError(
                f"the standard deviations or correlations of {effect.name!r} serve other quantities too, and"
                " have no closed form in the M step",
                expected="correlated components with standard deviations and correlations of their own",
                way_out="use method='mle', which maximises the same likelihood",
            )


def _begun(criterion: Criterion) -> State:
    """Every standard deviation as large as the residual's, on the scale of its covariate."""
    layout, size = criterion.layout, criterion.size
    sigma = 1.0 if layout.noise is None else size
    x = np.array([c.start for c in layout.coordinates]) * criterion.units * (size if layout.relative else 1.0)
    return State(layout.factors(x, sigma), sigma)


def _parts(criterion: Criterion, z: Array) -> tuple[Factors, float]:
    """Factors and sigma at a point."""
    x, sigma = criterion.natural(z)
    return criterion.layout.factors(x, sigma), sigma


def _done(gain: float, rate: float, value: float, tolerance: float) -> bool:
    """Whether plain steps have next to nothing to gain: gains shrink by the square of the rate of steps."""
    if abs(gain) <= _ROUNDING * max(1.0, abs(value)):
        return True
    left = min(rate, _SLOWEST) ** 2
    return gain * left / (1 - left) < tolerance


def in_words(steps: Steps) -> tuple[str, ...]:
    """Where EM ended, and why."""
    count = len(steps.trace) - 1
    limit = "which EM reaches only in the limit: it was set to it"
    ended = [f"{name!r} heads to 0, {limit}" for name in steps.ended]
    ended += [f"the covariance of {name!r} heads to a singular one, {limit}" for name in steps.singular]
    if steps.converged:
        return (f"converged after {count} steps, the log likelihood rising with every one", *ended)
    state = f"did not converge in {count} steps: the log likelihood still rises; raise max_steps"
    return (state, *ended)


def point_of(criterion: Criterion, steps: Steps) -> Array:
    """Where EM ended, as a point of the criterion."""
    x = np.zeros(len(criterion.layout.coordinates))
    for k, c in enumerate(criterion.layout.coordinates):
        if c.root is None:
            x[k] = triangular(steps.factors[c.block])[c.i, c.j]
            continue
        b, i = criterion.first_use(c.root)
        x[k] = float(np.linalg.norm(steps.factors[b][i]))
    scale = np.array([steps.sigma if c.scales else 1.0 for c in criterion.layout.coordinates])
    z = x / criterion.units / (scale if criterion.profiles_sigma else 1.0)
    return np.append(z, np.log(steps.sigma / criterion.unit)) if criterion.has_sigma else z
