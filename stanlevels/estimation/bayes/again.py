"""Sampling what has been sampled before: starts, inverse metric and a short warm-up from earlier draws.

Draws of an earlier posterior, brought over to new data (`values.carry`), are about draws of the new one.
Written as points of the new program they tell where its chains can start and what shape it has, whatever
the units, priors and forms of parameters are now. Each chain starts at a draw of its own; these lie as far
apart as draws do in what is not over units, so that R-hat sees where chains stayed. Numbers of new units
are drawn from their distribution, which is wider than their posterior will be: the metric takes them to be
as wide as those of known units with about as many rows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator

from stanlevels.arrays import Array, Codes
from stanlevels.estimation.bayes.curvature import corrected
from stanlevels.estimation.bayes.descent import Density
from stanlevels.estimation.bayes.directions import Shape, shape_of_draws, widths_of
from stanlevels.estimation.bayes.posterior import Posterior
from stanlevels.estimation.bayes.precondition import too_dear
from stanlevels.estimation.bayes.tuning import Tuning
from stanlevels.estimation.bayes.turned import layout_of, starts_along, turned
from stanlevels.estimation.bayes.unconstrained import parameters_of, places_of, unconstrained
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import uses
from stanlevels.values.arguments import arguments_of
from stanlevels.values.carry import Fresh
from stanlevels.values.prior import draw_line
from stanlevels.values.store import Values

__all__ = [
    "WARMUP",
    "fresh_draws",
    "shrunk_covariance",
    "starts_again",
    "starts_apart",
    "tuning_again",
]

WARMUP = 75
"""Iterations in which chains that start in the posterior and know its shape find their step size."""

_GRADIENTS = 300  # draws at which the new density is asked for its gradient
_CANDIDATES = 25  # draws for each chain from which starts are chosen
_ALIKE = 5  # known units with about as many rows as a new one
_WIDE = 2.0  # of a number whose prior alone says where it may be


def fresh_draws(data: Data, rng: Generator) -> Fresh:
    """What an earlier fit does not tell, drawn from its distribution given what it tells."""

    def fresh(line: Line, values: Values, known: Array) -> Array:
        drawn = draw_line(line, values, data, known.shape[1], rng)
        if line.family.location_scale is None or _rests_on_unknowns(line, values):
            return drawn
        arguments = arguments_of(line, values, data)
        middle, scale = (arguments[name] for name in (line.location, line.scale))
        widest = np.minimum(scale, _WIDE)
        return np.asarray(middle + np.clip(drawn - middle, -widest, widest))

    return fresh


def _rests_on_unknowns(line: Line, values: Values) -> bool:
    used = [use.name for term in line.args.values() for use in uses(term)]
    return any(values.planned.unknowns[name] for name in used)


def tuning_again(
    posterior: Posterior,
    values: Values,
    known: Mapping[str, Array],
    rows: Mapping[str, Codes],
    effective: float,
    chains: int,
    rng: Generator,
    density: Density | None = None,
) -> Tuning:
    """How chains run that have run before.

    Parameters
    ----------
    posterior : Posterior
        Of the new data.
    values : Values
        Draws of an earlier fit on the new data, one chain.
    known : mapping of str to ndarray of bool, (units,)
        By quantity the units that the earlier fit knows.
    rows : mapping of str to ndarray, (units,)
        By quantity how many rows of the new data a unit has.
    effective : float
        How many independent draws these are worth.
    chains : int
    rng : Generator
        Decides at which draws chains start.
    density : callable, optional
        The new log density and its gradient. Its gradients at some draws tell what has changed: rows that
        are new, and what earlier draws say wrongly.
    """
    points = unconstrained(posterior, values)
    chosen = _chosen(posterior, points, chains, rng)
    inits, at = _starts(posterior, values, chosen), points[chosen]
    points = _as_wide_as_others(posterior, points[np.isfinite(points).all(axis=1)], known, rows)
    some, slopes = _with_slopes(points, density, rng)
    form, along = posterior.planned.decided.metric, None
    if form == "dense" or (form is None and not too_dear(posterior, points.shape[1])):
        metric = shrunk_covariance(points, effective)
        if len(some) > 1:
            root = corrected(np.linalg.cholesky(metric), some, slopes)
            metric = root @ root.T
    elif len(some) > 1:
        metric = np.sqrt(points.var(axis=0) / np.maximum(slopes.var(axis=0), 1e-300))
        shape = _shape(posterior, density, some, slopes, metric) if form is None else None
        if shape is not None and not shape.is_plain:
            along = turned(posterior, shape)
            inits = starts_along(posterior, along, shape, inits, at)
            metric = widths_of(shape.variances, shape.back(some), shape.slopes(slopes))
    else:
        metric = points.var(axis=0)
    return Tuning(
        inits=inits,
        inverse_metric=metric,
        warmup=WARMUP,
        posterior=along,
        decision=f"starts and inverse metric from the fit that start= names; {WARMUP} iterations of warm-up"
        " adapt the step size",
        reason=f"{len(points):,} of its draws"
        + (f", and gradients at {len(some):,} of them on the new data" if len(some) else ""),
    )


def _with_slopes(points: Array, density: Density | None, rng: Generator) -> tuple[Array, Array]:
    """Some of the points, and the gradients of the log density there, where there are any."""
    if density is None:
        return points[:0], points[:0]
    some = points[rng.choice(len(points), size=min(_GRADIENTS, len(points)), replace=False)]
    slopes = np.array([density(point)[1] for point in some]).reshape(some.shape)
    finite = np.isfinite(slopes).all(axis=1)
    return some[finite], slopes[finite]


def starts_again(
    posterior: Posterior, values: Values, points: Array, chains: int, rng: Generator
) -> tuple[Mapping[str, Array], ...]:
    """A draw for each chain to start at, as a value of every parameter.

    `points` are the draws on the unconstrained scale.
    """
    return _starts(posterior, values, _chosen(posterior, points, chains, rng))


def _chosen(posterior: Posterior, points: Array, chains: int, rng: Generator) -> Codes:
    """The draws at which chains start."""
    alone = [np.full(len(u), not posterior.planned.lines[name].domain) for name, u in places_of(posterior)]
    told = np.concatenate([np.zeros(0, dtype=bool), *alone])
    inside = np.flatnonzero(np.isfinite(points).all(axis=1))
    apart = starts_apart(points[np.ix_(inside, told)] if told.any() else points[inside], chains, rng)
    return np.asarray(inside[apart])


def _starts(posterior: Posterior, values: Values, chosen: Codes) -> tuple[Mapping[str, Array], ...]:
    found = parameters_of(posterior, values)
    return tuple({name: array[draw] for name, array in found.items()} for draw in chosen)


def _shape(
    posterior: Posterior, density: Density | None, points: Array, slopes: Array, variances: Array
) -> Shape | None:
    """How the new density is wider than its coordinates say, where it can be asked."""
    if density is None or not (np.isfinite(variances) & (variances > 0)).all():
        return None
    layout = layout_of(posterior)
    return shape_of_draws(density, points, slopes, variances, layout.turned, layout.meeting)


def starts_apart(points: Array, chains: int, rng: Generator) -> list[int]:
    """Draws, one for each chain, each the farthest from those before it among some, in units of its spread.

    Parameters
    ----------
    points : ndarray, (draws, m)
    chains : int
    rng : Generator
    """
    size = min(len(points), _CANDIDATES * chains)
    some = rng.choice(len(points), size=size, replace=False)
    spread = points.std(axis=0)
    scaled = (points[some] - points.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    distance = np.square(scaled).sum(axis=1)
    chosen: list[int] = []
    for _ in range(chains):
        chosen.append(int(np.argmax(distance)))  # one twice, where there are fewer draws than chains
        away = np.square(scaled - scaled[chosen[-1]]).sum(axis=1)
        distance = away if len(chosen) == 1 else np.minimum(distance, away)
    return [int(some[i]) for i in chosen]


def _as_wide_as_others(
    posterior: Posterior, points: Array, known: Mapping[str, Array], rows: Mapping[str, Codes]
) -> Array:
    """The points with those of new units drawn together, to the spread of known ones with as many rows."""
    points, first = points.copy(), 0
    for name, units in places_of(posterior):
        own = slice(first, first + len(units))
        first += len(units)
        told = known[name]
        if told.all() or not told.any() or not len(units):
            continue
        order = np.argsort(units, kind="stable")  # unit by unit, then by component
        variance = points[:, own].var(axis=0)[order].reshape(len(told), -1)
        ratio, there = np.ones_like(variance), np.flatnonzero(told)
        for unit in np.flatnonzero(~told):
            near = there[np.argsort(np.abs(rows[name][there] - rows[name][unit]), kind="stable")[:_ALIKE]]
            like = np.median(variance[near], axis=0)
            ratio[unit] = np.sqrt(np.minimum(like / np.maximum(variance[unit], 1e-300), 1.0))
        by = np.empty(len(units))
        by[order] = ratio.ravel()
        middle = points[:, own].mean(axis=0)
        points[:, own] = middle + (points[:, own] - middle) * by
    return points


def shrunk_covariance(points: Array, effective: float) -> Array:
    """The covariance of draws, correlations shrunk by what chance alone would make of them.

    The share is that of Schäfer and Strimmer (2005), with the number of independent draws.
    """
    spread = points.std(axis=0)
    spread = np.where(spread > 0, spread, 1.0)
    scaled = (points - points.mean(axis=0)) / spread
    correlation = scaled.T @ scaled / len(points)
    off = ~np.eye(len(spread), dtype=bool)
    squares = np.square(correlation[off])
    by_chance = np.square(1 - squares).sum() / max(effective, 1.0)
    share = float(np.clip(by_chance / max(squares.sum(), 1e-300), 0.0, 1.0)) if squares.size else 0.0
    correlation = (1 - share) * correlation + share * np.eye(len(spread))
    return np.asarray(spread[:, None] * correlation * spread)
