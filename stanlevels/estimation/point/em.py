"""Expectation-maximisation for linear Gaussian models, with the log likelihood after every step.

The E step is `stanlevels.gaussian.moments`; the M step has closed forms: beta by least squares on
``y - Z E[u]``, covariances by ``mean_j E[u_j u_j']``, sigma^2 by the expected residual sum of squares
(Dempster, Laird and Rubin 1977; Laird and Ware 1982). The log likelihood never falls.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.covariance import Layout
from stanlevels.estimation.point.criterion import Criterion
from stanlevels.estimation.point.observer import Observer, unobserved
from stanlevels.gaussian import Moments, Statistics, moments
from stanlevels.gaussian.design import Factors
from stanlevels.linear.spreads import Root

__all__ = ["Steps", "expectation_maximization"]


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
        Random variables whose standard deviation heads to 0.
    converged : bool
    """

    factors: Factors
    sigma: float
    beta: Array
    trace: Array
    shrinking: tuple[str, ...]
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
        If a covariance has no closed form in the M step.
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
    converged = False
    for _ in range(max_steps):
        found = moments(statistics, state.factors, state.sigma, state.beta)
        trace.append(-found.profiled.deviance(state.sigma) / 2)
        observer(trace[-1])
        new = _step(found, layout)
        if converged := _done(trace, tolerance):
            break
        if len(trace) > 20 and trace[-1] - trace[-2] < 1e-4:
            shrinking = _shrinking(layout, state, new, begun)
            if shrinking and trace[-1] - trace[-2] < 1e-6:
                break
        state = new
    return Steps(state.factors, state.sigma, state.beta, np.array(trace), shrinking, converged)


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
