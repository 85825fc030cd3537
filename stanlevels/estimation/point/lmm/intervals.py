"""Profile likelihood intervals of linear Gaussian models.

The interval of a parameter holds the values at which minus twice the log likelihood, maximised over
everything else, exceeds its minimum by no more than the chi-squared quantile (1 degree of freedom).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.estimation.point.conditional import Conditional
from stanlevels.estimation.point.covariance import Coordinate, Layout, scaled_layout, triangular
from stanlevels.estimation.point.lmm.criterion import Criterion
from stanlevels.estimation.point.lmm.model import LinearModel
from stanlevels.estimation.point.natural import correlation_names
from stanlevels.estimation.point.optimum import Bounds, Optimum, guarded, maximize
from stanlevels.gaussian import summarize
from stanlevels.gaussian.anchor import anchored
from stanlevels.linear.spreads import FORMS

__all__ = ["Maximum", "profile_interval"]

_TURN = 2.0  # a correlation of 0.9, as the ratio of loadings that describes it


class Maximum(Protocol):
    """What an interval asks of a solution: the criterion, and where it is best."""

    @property
    def method(self) -> str:
        """Such as "reml"."""

    @property
    def model(self) -> LinearModel:
        """Columns, effects and noise."""

    @property
    def criterion(self) -> Criterion:
        """The same in the coordinates of the search."""

    @property
    def written(self) -> Criterion:
        """Minus twice the (restricted) log likelihood, by components as they are written."""

    @property
    def optimum(self) -> Optimum:
        """Where it is least."""

    @property
    def conditional(self) -> Conditional:
        """The coefficients there, with their covariance."""

    @property
    def natural(self) -> tuple[Array, float]:
        """Absolute coordinates and sigma there."""

    @property
    def sigma(self) -> float:
        """The residual standard deviation there."""


def profile_interval(solution: Maximum, name: str, position: int, level: float) -> tuple[float, float]:
    """The interval of one number.

    Raises
    ------
    FitError
        For REML and coefficients, for units that sum to zero, and for correlations among more than two
        components.
    """
    from scipy import stats

    rise = float(stats.chi2.ppf(level, 1))
    located = [column for column in solution.model.predictor.columns if column[0] == name]
    if located:
        return _coefficient(solution, located[position], rise)
    return _spread(solution, name, position, rise)


# --- coefficients --------------------------------------------------------------------------------


def _coefficient(solution: Maximum, column: tuple[str, int], rise: float) -> tuple[float, float]:
    p, basis = solution.model.predictor, solution.model.basis
    if solution.method == "reml":
        raise FitError(
            "REML criteria of models with different coefficients cannot be compared",
            expected="method='mle' for profile intervals of coefficients",
        )
    if basis.summing:
        raise FitError(f"the units of {basis.summing[0]!r} sum to zero", expected="interval='wald'")
    k = p.columns.index(column)
    x, rest = basis.X[:, k], np.delete(basis.X, k, axis=1)
    design = solution.model.design
    best, sd = solution.conditional.beta[k], float(np.sqrt(solution.conditional.beta_covariance[k, k]))
    start = solution.optimum.z

    def deviance(value: float) -> float:
        fixed = replace(design, y=design.y - value * x, X=rest)
        found = summarize(fixed)
        if solution.written.statistics.anchor is not None:
            found = anchored(fixed, found)
        criterion = Criterion(found, solution.written.layout)
        if not criterion.profiles_sigma and criterion.has_sigma:
            return maximize(criterion).value
        return maximize(criterion, np.maximum(start, _floor(criterion, start))).value

    both = [_edge(deviance, best, side * sd, solution.optimum.value + rise) for side in (-1, 1)]
    return both[0], both[1]


def _floor(criterion: Criterion, start: Array) -> Array:
    """A start away from 0: a variance at 0 may leave it when a coefficient moves."""
    bounded = np.array([c.bounded for c in criterion.layout.coordinates] + [False] * criterion.has_sigma)
    return np.where(bounded, 0.1, start)


def _edge(deviance: Callable[[float], float], best: float, step: float, wanted: float) -> float:
    """Where the deviance reaches `wanted`, on the side that `step` points to."""
    from scipy import optimize

    inside, outside = best, best + 2 * step
    for _ in range(30):
        if deviance(outside) > wanted:
            break
        inside, outside = outside, outside + (outside - best)
    else:
        return float(np.sign(step) * np.inf)
    found = optimize.brentq(
        lambda v: deviance(v) - wanted, inside, outside, xtol=1e-5 * abs(step), rtol=1e-10
    )
    return float(found)


# --- standard deviations and correlations ---------------------------------------------------------


def _spread(solution: Maximum, name: str, position: int, rise: float) -> tuple[float, float]:
    near, unit = _coordinates(solution, name, position)
    layout = scaled_layout(near.layout.effects, near.layout.noise)
    criterion = replace(near, layout=layout)
    sds = _sds(solution, near.layout, layout)
    if name in correlation_names(layout):
        return _correlation(criterion, sds, name, rise, solution.optimum.value)
    roots = [c.root for c in layout.coordinates if c.root is not None]
    root = next(
        r for r in [*roots, layout.noise] if r is not None and (r.quantity, r.position) == (name, position)
    )
    if root == layout.noise:
        k, best = len(layout.coordinates), float(np.log(solution.sigma))
        lower, upper = _both(criterion, sds, k, best, 0.05, rise, solution.optimum.value, -np.inf)
        lower, upper = float(np.exp(lower)), float(np.exp(upper))
    else:
        k = layout.position(root=root)
        step = 0.2 * max(float(sds[k]), 0.2 * solution.sigma * float(criterion.units[k] / criterion.unit))
        lower, upper = _both(criterion, sds, k, float(sds[k]), step, rise, solution.optimum.value, 0.0)
    form = FORMS[root.form]
    return form.of(lower * unit), form.of(upper * unit)


def _coordinates(solution: Maximum, name: str, position: int) -> tuple[Criterion, float]:
    """Coordinates in which a number can be held, and its unit there.

    A slope's standard deviation is the same, up to a unit, beside an intercept in the middle of the rows,
    which tells the two apart where the covariate's 0 is far away; so is that of the residual.
    """
    written = solution.written.layout
    for b, effect in enumerate(written.effects):
        basis = written.basis(b)
        for i, root in enumerate(effect.roots):
            if basis is None or root is None or (root.quantity, root.position) != (name, position):
                continue
            return (
                (solution.criterion, float(basis[i, i])) if i == len(basis) - 1 else (solution.written, 1.0)
            )
    return (solution.written if name in correlation_names(written) else solution.criterion), 1.0


def _sds(solution: Maximum, old: Layout, layout: Layout) -> Array:
    """The optimum in coordinates of standard deviations, unscaled correlations, and log sigma."""
    x, sigma = solution.natural
    factors = old.factors(x, sigma)
    values = []
    for c in layout.coordinates:
        if c.root is not None:
            b, i = next((b, e.roots.index(c.root)) for b, e in enumerate(old.effects) if c.root in e.roots)
            values.append(float(np.linalg.norm(factors[b][i])))
            continue
        factor = triangular(factors[next(b for b, e in enumerate(old.effects) if e.corr == c.corr)])
        values.append(float(factor[c.i, c.j]) / max(float(factor[c.i, c.i]), 1e-6))
    return np.array([*values, np.log(sigma)] if layout.noise is not None else values)


def _correlation(
    criterion: Criterion, at: Array, name: str, rise: float, least: float
) -> tuple[float, float]:
    layout = criterion.layout
    turns = [k for k, c in enumerate(layout.coordinates) if c.corr == name]
    if len(turns) != 1:
        raise FitError(
            f"profile intervals of {name!r} are available for two components",
            expected="interval='wald'",
        )
    k = layout.coordinates.index(Coordinate(corr=name, i=1, j=0))
    lower, upper = _both(criterion, at, k, float(at[k]), 0.3, rise, least, -np.inf)
    return _from_turn(lower), _from_turn(upper)


def _from_turn(z: float) -> float:
    """The correlation of a turn: the second component's loadings are (z, 1) before they are scaled."""
    return float(z / np.hypot(1, z)) if np.isfinite(z) else float(np.sign(z))


def _both(
    criterion: Criterion, at: Array, k: int, best: float, step: float, rise: float, least: float, floor: float
) -> tuple[float, float]:
    """Both ends of the interval of coordinate k; `floor` is the smallest value it can have."""

    def deviance(value: float) -> float:
        return _minimum_with(criterion, at, k, value)

    wanted = least + rise
    upper = _edge(deviance, best, step, wanted)
    if not np.isfinite(floor):
        return _edge(deviance, best, -step, wanted), upper
    if best <= floor or deviance(floor) <= wanted:
        return floor, upper
    from scipy import optimize

    return float(optimize.brentq(lambda v: deviance(v) - wanted, floor, best, xtol=1e-6 * best)), upper


def _minimum_with(criterion: Criterion, at: Array, k: int, value: float) -> float:
    """The smallest deviance with coordinate k held at `value`, over the others and sigma."""
    layout, known = criterion.layout, criterion.layout.noise is None
    m = len(layout.coordinates)
    sizes = np.append(
        [float(u) if c.scales else 1.0 for u, c in zip(criterion.units, layout.coordinates, strict=True)],
        [] if known else [1.0],
    )
    if criterion.profiles_sigma and not known:
        scaled = np.array([c.scales for c in layout.coordinates] + [False])
        sizes = np.where(scaled, sizes * np.exp(at[-1]), sizes)
    others = [j for j in range(len(at)) if j != k]

    def whole(part: Array) -> Array:
        z = at.copy()
        z[others] = part * sizes[others]
        z[k] = value
        return z

    def function(part: Array) -> tuple[float, Array]:
        z = whole(part)
        sigma = 1.0 if known else float(np.exp(z[-1]))
        found, by_x, by_log_sigma = criterion.absolute(z[:m], sigma)
        gradient = by_x if known else np.append(by_x, by_log_sigma)
        return found, (gradient * sizes)[others]

    start = np.array([at[j] / sizes[j] for j in others])
    lower = [0.0 if j < m and layout.coordinates[j].bounded else None for j in others]
    start = np.array([max(s, 1e-2) if low == 0.0 else s for s, low in zip(start, lower, strict=True)])
    if not others:
        return function(start)[0]
    bounds = [(low, None) for low in lower]
    turns = np.array([j < m and bool(layout.coordinates[j].corr) for j in others])
    return min(_least_from(guarded(function), begin, bounds) for begin in _starts(start, turns))


def _starts(start: Array, turns: Array) -> list[Array]:
    """Where to begin: also from smaller correlations, which one of 1 or -1 hides behind a flat likelihood."""
    if np.abs(start[turns]).max(initial=0.0) <= _TURN:
        return [start]
    tamer = np.where(turns, np.clip(start, -_TURN, _TURN), start)
    return [start, tamer, np.where(turns, 0.0, start)]


def _least_from(function: Callable[[Array], tuple[float, Array]], start: Array, bounds: Bounds) -> float:
    from scipy import optimize

    options = {"maxiter": 300, "ftol": 1e-13, "gtol": 1e-6}
    found = optimize.minimize(function, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return float(found.fun)
