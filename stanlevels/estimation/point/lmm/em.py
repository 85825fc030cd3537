"""Expectation-maximisation for linear Gaussian models, with the log likelihood after every step.

The E step is `stanlevels.gaussian.moments`; the M step has closed forms: beta by least squares on
``y - Z E[u]``, covariances by ``mean_j E[u_j u_j']``, sigma^2 by the expected residual sum of squares
(Dempster, Laird and Rubin 1977; Laird and Ware 1982). The log likelihood never falls.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.lmm.criterion import Criterion
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.gaussian import Moments, Statistics, moments, profile
from stanlevels.gaussian.design import Factors
from stanlevels.linear.spreads import Root

__all__ = ["Steps", "expectation_maximization", "in_words", "point_of"]


_PAUSE = 10  # steps between two looks at what heads to 0
_SMALL_ENOUGH = 0.3  # of the start: a smaller sd that shrinks is tried at 0
_SMALL = 0.02  # of the start, which has the size of the residual: a smaller sd that shrinks heads to 0


@dataclass(frozen=True, eq=False)
class State:
    """Parameters between two steps."""

    factors: Factors
    sigma: float
    beta: Array


@dataclass(frozen=True, eq=False)
class Steps:
    """What EM found.

    Attributes
    ----------
    factors : tuple of ndarray
        L_b.
    sigma : float
    beta : ndarray, (p,)
    trace : ndarray
        Log likelihood before every step, and at the end.
    shrinking : tuple of str
        Random variables whose standard deviation (or a combination of them) still heads to 0.
    ended : tuple of str
        Quantities that headed to 0, and were set to it: the likelihood was no smaller there.
    converged : bool
    """

    factors: Factors
    sigma: float
    beta: Array
    trace: Array
    shrinking: tuple[str, ...]
    ended: tuple[str, ...]
    converged: bool


def expectation_maximization(
    statistics: Statistics,
    layout: Layout,
    tolerance: float = 1e-9,
    max_steps: int = 20_000,
    observer: Observer = unobserved,
) -> Steps:
    """Run EM until the log likelihood has less than `tolerance` to gain.

    What is left to gain is judged by Aitken's extrapolation of the last two gains.

    Raises
    ------
    FitError
        If a covariance has no closed form in the M step, or the residual heads to 0.
    """
    _check(layout)
    criterion = Criterion(statistics, layout)
    start = criterion.size
    known = layout.noise is None
    sigma = 1.0 if known else start
    factors = layout.factors(_start(criterion, start), sigma)
    state = State(factors, sigma, statistics.start)
    begun = state
    trace: list[float] = []
    shrinking: tuple[str, ...] = ()
    ends = _Ends(statistics, layout, begun)
    converged = False
    for _ in range(max_steps):
        found = moments(statistics, state.factors, state.sigma, state.beta)
        trace.append(-found.profiled.deviance(state.sigma) / 2)
        observer(trace[-1])
        new = _step(found, layout)
        if new.sigma <= 0:
            raise FitError(
                "the likelihood has no maximum: the residual standard deviation heads to 0",
                expected="rows that differ from what the random variables can reproduce exactly",
                way_out="leave out an effect that has one unit per row, or give the residual a known value",
            )
        if converged := _done(trace, tolerance):
            left = ends.left(state, trace[-1])
            if left is None:
                break
            converged, new = False, left
        elif len(trace) % _PAUSE == 0:
            new = ends.reached(state, new, trace[-1]) or new
            if trace[-1] - trace[-2] < 1e-6 and (shrinking := _shrinking(layout, state, new, begun)):
                break
        state = new
    names = tuple(dict.fromkeys(root.quantity for root in ends.held))
    return Steps(state.factors, state.sigma, state.beta, np.array(trace), shrinking, names, converged)


class _Ends:
    """Standard deviations that head to 0, which EM itself reaches only in the limit.

    One that has become small and goes on shrinking is set to 0 where the likelihood is no smaller
    there; EM keeps it. In the end it is let go once if the likelihood rises away from 0.
    """

    def __init__(self, statistics: Statistics, layout: Layout, begun: State) -> None:
        self.statistics = statistics
        self.layout = layout
        self.begun = begun
        self.held: list[Root] = []
        self.tried: set[Root] = set()

    def reached(self, old: State, new: State, value: float) -> State | None:
        """A state with one more standard deviation at 0, if that is no worse."""
        before, after, first = (_sds(self.layout, state) for state in (old, new, self.begun))
        for root in first:
            if after[root] < min(before[root], _SMALL_ENOUGH * first[root]) and root not in self.tried:
                trial = self._with(old, root, 0.0)
                if self._log_likelihood(trial) >= value:
                    self.held.append(root)
                    return trial
        return None

    def left(self, state: State, value: float) -> State | None:
        """A state with a standard deviation that was set to 0 away from it, if that is better."""
        first = _sds(self.layout, self.begun)
        for root in list(self.held):
            for share in (0.02, 0.1, 0.5):
                trial = self._with(state, root, share * first[root])
                if self._log_likelihood(trial) > value + 1e-9:
                    self.held.remove(root)
                    self.tried.add(root)
                    return trial
        return None

    def _with(self, state: State, root: Root, sd: float) -> State:
        factors = list(state.factors)
        for b, effect in enumerate(self.layout.effects):
            if not self.layout.free[b] and root in effect.roots:
                sds = [
                    sd if own == root else s
                    for own, s in zip(effect.roots, np.diagonal(factors[b]), strict=True)
                ]
                factors[b] = np.diag(sds)
        return replace(state, factors=tuple(factors))

    def _log_likelihood(self, state: State) -> float:
        found = profile(self.statistics, tuple(L / state.sigma for L in state.factors), state.beta)
        return -found.deviance(state.sigma) / 2


def _sds(layout: Layout, state: State) -> dict[Root, float]:
    """Standard deviations that are numbers of their own: no noise, and no correlated components."""
    return {
        root: float(state.factors[b][i, i])
        for b, effect in enumerate(layout.effects)
        for i, root in enumerate(effect.roots)
        if root is not None and root != layout.noise and not layout.free[b]
    }


def _check(layout: Layout) -> None:
    for effect, free in zip(layout.effects, layout.free, strict=True):
        if effect.corr and not free:
            raise FitError(
                f"the standard deviations or correlations of {effect.name!r} serve other quantities too, and"
                " have no closed form in the M step",
                expected="correlated components with standard deviations and correlations of their own",
                way_out="use method='mle', which maximises the same likelihood",
            )


def _start(criterion: Criterion, start: float) -> Array:
    """Every standard deviation as large as the residual's, on the scale of its covariate."""
    scale = start if criterion.layout.relative else 1.0
    return np.array([c.start for c in criterion.layout.coordinates]) * criterion.units * scale


def _done(trace: list[float], tolerance: float) -> bool:
    if len(trace) < 3:
        return False
    last, before = trace[-1] - trace[-2], trace[-2] - trace[-3]
    rounding = 1e-13 * max(1.0, abs(trace[-1]))
    if abs(last) <= rounding:
        return True
    rate = min(max(last / before, 0.0), 0.99999) if before > 0 else 0.0
    return last / (1 - rate) < tolerance


def _step(found: Moments, layout: Layout) -> State:
    """One E step and one M step."""
    s = found.profiled.statistics
    u, covariance = found.mean, found.covariance_sums
    gamma = s.Qy - s.ZX.T @ u  # least squares of e - Z E[u] on Q
    beta = s.coefficients(gamma)
    residual = s.residual(gamma, u)
    slopes = zip(found.profiled.factors, found.profiled.determinant_slopes, strict=True)
    trace = found.sigma**2 * sum(float((L * slope).sum()) for L, slope in slopes)  # tr(I - M^-1)
    squares: dict[Root, list[float]] = {}
    factors: list[Array] = []
    for b, effect in enumerate(layout.effects):
        mean = s.by_unit(u, b)
        second = mean.T @ mean + covariance[b]
        factors.append(_root(second / effect.block.units))
        if not layout.free[b]:
            for a, root in enumerate(effect.roots):
                if root is not None:
                    entry = squares.setdefault(root, [0.0, 0.0])
                    entry[0] += float(second[a, a])
                    entry[1] += effect.block.units
    if layout.noise is not None:
        entry = squares.setdefault(layout.noise, [0.0, 0.0])
        entry[0] += residual + trace
        entry[1] += s.n
    sds = {root: float(np.sqrt(max(total, 0.0) / count)) for root, (total, count) in squares.items()}
    sigma = found.sigma if layout.noise is None else sds[layout.noise]
    for b, effect in enumerate(layout.effects):
        if not layout.free[b]:
            factors[b] = np.diag([1.0 if root is None else sds[root] for root in effect.roots])
    return State(tuple(factors), sigma, beta)


def _root(covariance: Array) -> Array:
    """A lower triangular root, also of a matrix that is singular to rounding."""
    try:
        return np.linalg.cholesky(covariance)
    except np.linalg.LinAlgError:
        values, vectors = np.linalg.eigh(covariance)
        _, upper = np.linalg.qr((vectors * np.sqrt(np.maximum(values, 0))).T)
        return np.asarray(upper.T * np.sign(np.diagonal(upper)))


def _shrinking(layout: Layout, old: State, new: State, begun: State) -> tuple[str, ...]:
    """Random variables whose smallest standard deviation is small beside where it began, and shrinks."""
    names = []
    for b, effect in enumerate(layout.effects):
        if all(root is None for root in effect.roots):
            continue
        before = np.linalg.svd(old.factors[b], compute_uv=False)[-1]
        after = np.linalg.svd(new.factors[b], compute_uv=False)[-1]
        first = np.linalg.svd(begun.factors[b], compute_uv=False)[-1]
        if after < before and after < _SMALL * first:
            names.append(effect.name)
    return tuple(names)


def in_words(steps: Steps) -> tuple[str, ...]:
    """Where EM ended, and why."""
    count = len(steps.trace) - 1
    if steps.shrinking:
        names = " and ".join(repr(name) for name in steps.shrinking)
        told = (
            f"stopped after {count} steps: the standard deviation of {names} heads to 0 (or its covariance"
            " to a singular one), which EM reaches only in the limit; method='mle' goes there at once"
        )
        return (told,)
    ended = [
        f"{name!r} heads to 0, which EM reaches only in the limit: it was set to it" for name in steps.ended
    ]
    if steps.converged:
        return (f"converged after {count} steps, the log likelihood rising with every one", *ended)
    state = f"did not converge in {count} steps: the log likelihood still rises; raise max_steps"
    return (state, *ended)


def point_of(criterion: Criterion, steps: Steps) -> Array:
    """Where EM ended, as a point of the criterion."""
    x = np.zeros(len(criterion.layout.coordinates))
    for k, c in enumerate(criterion.layout.coordinates):
        if c.root is None:
            x[k] = steps.factors[c.block][c.i, c.j]
            continue
        b, i = criterion.first_use(c.root)
        x[k] = float(np.linalg.norm(steps.factors[b][i]))
    scale = np.array([steps.sigma if c.scales else 1.0 for c in criterion.layout.coordinates])
    z = x / criterion.units / (scale if criterion.profiles_sigma else 1.0)
    return np.append(z, np.log(steps.sigma / criterion.unit)) if criterion.has_sigma else z
