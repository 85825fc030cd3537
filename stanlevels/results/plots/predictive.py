"""What the model would show beside what was seen: all rows, or the units of a level."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.composed import STATUS, STATUSES
from stanlevels.errors import FitError, StanlevelsError, listing
from stanlevels.results.faces.face import Face
from stanlevels.results.plots.densities import density, grid_around
from stanlevels.results.plots.style import BLUE, INK, SIZE, axes, below, finish
from stanlevels.results.predictions.outcomes import drawn_outcomes
from stanlevels.results.predictions.prepared import as_fitted
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values
from stanlevels.words import counted

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["KINDS", "STATS", "Seen", "by_unit", "predictive"]

KINDS = ("density", "ecdf", "bars")
CURVES, DRAWS, LEAST, NUMBERS = 50, 400, 20, 50_000_000
"""Curves in a picture; draws for intervals, and at least; numbers that are drawn at most."""
BARS, LABELLED = 40, 50
"""Different whole numbers that have bars of their own; units with their labels."""


def _mean(values: Array, weights: Array) -> Array:
    return np.asarray((values * weights).sum(axis=-1) / weights.sum())


def _sd(values: Array, weights: Array) -> Array:
    center = _mean(values, weights)[..., None]
    return np.sqrt(_mean((values - center) ** 2, weights))


STATS: Mapping[str, Callable[[Array, Array], Array]] = {
    "mean": _mean,
    "sd": _sd,
    "min": lambda values, _: np.asarray(values.min(axis=-1)),
    "max": lambda values, _: np.asarray(values.max(axis=-1)),
}
"""What is compared unit by unit, of values (..., rows) and their weights."""


@dataclass(frozen=True, eq=False)
class Seen:
    """An outcome and draws of it.

    Attributes
    ----------
    name : str
    observed : ndarray, (n,)
        NaN rows left out.
    drawn : ndarray, (draws, n)
    weights : ndarray, (n,)
    labels : tuple or None
        Of categories, which are numbered from 1.
    rows : ndarray, (n,)
        Which of the outcome's rows these are.
    called : str
        The column, where its line has several; the name of the line by itself.
    going_on : ndarray, (n,), optional
        In which rows only what lies above the outcome is known, where there are such rows.
    """

    name: str
    observed: Array
    drawn: Array
    weights: Array
    labels: tuple[Any, ...] | None
    rows: Codes
    called: str = ""
    going_on: Array | None = None


def predictive(
    fit: Face,
    name: str | None,
    component: str | None,
    by: str | None,
    kind: str | None,
    stat: str,
    seed: int,
    ax: Axes | None,
) -> Axes:
    """See `stanlevels.results.plots.accessor.Plots.predictive`."""
    if kind is not None and kind not in KINDS:
        raise FitError(f"kind is {kind!r}", expected=" or ".join(repr(each) for each in KINDS))
    if stat not in STATS:
        raise FitError(f"stat is {stat!r}", expected=" or ".join(repr(each) for each in STATS))
    if by is not None and kind is not None:
        raise FitError("kind= and by= are two pictures", expected="one of them")
    chosen = _outcome(fit, name)
    which = _component(fit, chosen, component)
    seen = _seen(fit, chosen, which, DRAWS if by is not None else CURVES, seed)
    if seen.going_on is not None:
        kind = _of_censored(chosen, kind, by)
    if by is not None:
        return _by_unit(fit, seen, by, stat, ax)
    whole = np.issubdtype(seen.observed.dtype, np.integer)
    if kind is None:
        kind = "bars" if whole and np.ptp(seen.observed) < BARS else "density"
    if kind == "bars" and not whole:
        raise FitError(f"{chosen!r} is not a whole number or a category", expected="kind='density' or 'ecdf'")
    draw = {"bars": _bars, "density": _density, "ecdf": _ecdf}[kind]
    ax = axes(ax, SIZE)
    draw(ax, seen)
    title = f"{counted(len(seen.observed), 'row')}, {counted(len(seen.drawn), 'draw')} of them"
    return finish(ax, x=seen.called, title=title, y={"ecdf": "share of rows", "bars": "rows"}.get(kind, ""))


def _of_censored(name: str, kind: str | None, by: str | None) -> str:
    """What can be drawn of a censored outcome, of which draws say more than the data."""
    if by is not None or kind not in (None, "ecdf"):
        raise FitError(
            f"{name!r} is censored, and draws of it are not",
            expected="kind='ecdf': its shares by Kaplan and Meier beside those of the draws",
        )
    return "ecdf"


def _going_on(fit: Face, name: str) -> Array | None:
    """In which rows an outcome is more than what stands there; None where it is known in all of them."""
    line = fit.planned.lines[name]
    if STATUS.name not in line.args:
        return None
    values = Values(fit.planned, {})
    status = evaluate(line.args[STATUS.name], line.domain, values, fit.bound).reshape(-1)
    if np.any(status > STATUSES["right"]):
        raise FitError(
            f"{name!r} is censored from the left or in intervals, and draws of it are not",
            expected="a picture of an outcome that is known, or censored from the right",
        )
    return np.asarray(status == STATUSES["right"]) if np.any(status) else None


def _outcome(fit: Face, name: str | None) -> str:
    lines = fit.planned.observed
    if name is None and len(lines) == 1:
        return next(iter(lines))
    if name is None or name not in lines:
        found = "there are several lines with data" if name is None else f"{name!r} is not a line with data"
        raise FitError(found, expected=f"name= one of {listing(lines, 20)}")
    return name


def _component(fit: Face, name: str, component: str | None) -> int | None:
    """Which of the numbers of each row is drawn; None where there is one."""
    columns = fit.planned.graph.observed[name].observed
    several = len(columns) > 1 and not fit.planned.lines[name].family.is_scalar
    if not several and component is None:
        return None
    if not several or component not in columns:
        found = f"component is {component!r}" if component is not None else f"{name!r} has several numbers"
        expected = (
            f"component= one of {listing(columns, 20)}" if several else "no component: it is one number"
        )
        raise FitError(f"{found} in each row" if component is None else found, expected=expected)
    return columns.index(component)


def _seen(fit: Face, name: str, component: int | None, curves: int, seed: int) -> Seen:
    if fit.bound.rows.counts is not None:
        raise FitError(
            "the rows that were fitted were left out of this fit when it was saved",
            expected="the fit as it was made",
        )
    observed, there, called = fit.bound.outcome(name), fit.bound.seen(name), name
    if component is not None:
        observed, there = observed[:, component], there[:, component]
        called = fit.planned.graph.observed[name].observed[component]
    chains, length = fit.by_quantity.shape
    most = max(LEAST, min(curves, NUMBERS // max(len(observed), 1)))
    ready = as_fitted(fit, min(-(-most // chains), length))
    drawn = drawn_outcomes(ready, name, seed)
    drawn = (drawn if component is None else drawn[..., component]).reshape(-1, len(observed))
    rows = np.flatnonzero(np.isfinite(there.astype(float)))
    if not len(rows):
        raise FitError(f"{name!r} has no rows with data", expected="at least one")
    weights = fit.bound.weights(name)
    weights = np.ones(len(observed)) if weights is None else weights
    labels = fit.bound.outcome_labels(name)
    going_on = _going_on(fit, name)
    going_on = going_on if going_on is None else going_on[rows]
    return Seen(name, observed[rows], drawn[:, rows], weights[rows], labels, rows, called, going_on)


# --- all rows ------------------------------------------------------------------------------------


def _density(ax: Any, seen: Seen) -> None:
    edges = grid_around(seen.observed.astype(float), 0.35)
    middles = (edges[1:] + edges[:-1]) / 2
    for place, values in enumerate(seen.drawn):
        label = "drawn from the model" if place == 0 else "_"
        curve = density(values.astype(float), edges, seen.weights)
        ax.plot(middles, curve, color=BLUE, lw=0.6, alpha=0.35, label=label)
    seen_curve = density(seen.observed.astype(float), edges, seen.weights)
    ax.plot(middles, seen_curve, color=INK, lw=1.8, label="observed")
    ax.set_ylim(0, None)
    ax.set_xlim(edges[0], edges[-1])
    ax.set_yticks([])
    ax.legend(frameon=False, fontsize=8)


def _ecdf(ax: Any, seen: Seen) -> None:
    edges = grid_around(seen.observed.astype(float), 0.35)
    for place, values in enumerate((*seen.drawn, seen.observed)):
        last = place == len(seen.drawn)
        order, share = _shares(values, seen.weights, seen.going_on if last else None)
        style = {"color": INK, "lw": 1.8} if last else {"color": BLUE, "lw": 0.6, "alpha": 0.35}
        label = "observed" if last else "drawn from the model" if place == 0 else "_"
        ax.step(values[order], share, where="post", label=label, **style)
    ax.set_xlim(edges[0], edges[-1])
    ax.legend(frameon=False, fontsize=8)


def _shares(values: Array, weights: Array, going_on: Array | None) -> tuple[Codes, Array]:
    """Values in their order, and the share up to each: of censored ones by Kaplan and Meier (1958)."""
    if going_on is None:
        order = np.argsort(values, kind="stable")
        return order, np.cumsum(weights[order]) / weights.sum()
    order = np.lexsort((going_on, values))  # what happens at a time comes before what goes on from there
    left = np.cumsum(weights[order][::-1])[::-1]
    return order, 1 - np.cumprod(1 - weights[order] * ~going_on[order] / left)


def _bars(ax: Any, seen: Seen) -> None:
    if seen.labels is not None:
        values = np.arange(1, len(seen.labels) + 1)
        ax.set_xticks(values, [str(label) for label in seen.labels], parse_math=False)
    else:
        low, high = int(seen.observed.min()), int(seen.observed.max())
        reach = int(np.quantile(seen.drawn, 0.999))
        values = np.arange(min(low, int(seen.drawn.min())), max(high, min(reach, high + BARS)) + 1)
    counts = np.array(
        [[seen.weights[row == v].sum() for v in values] for row in (seen.observed, *seen.drawn)]
    )
    ax.bar(values, counts[0], width=0.7, color="#cfcfcf", label="observed")
    low, middle, high = np.quantile(counts[1:], [0.025, 0.5, 0.975], axis=0)
    ax.vlines(values, low, high, color=BLUE, lw=2, label="95 % of the draws")
    ax.scatter(values, middle, color=BLUE, s=20, zorder=3, label="their median")
    if seen.labels is None and len(values) <= 12:
        ax.set_xticks(values)
    ax.legend(frameon=False, fontsize=8)


# --- by unit -------------------------------------------------------------------------------------


def by_unit(codes: Codes, units: int, seen: Seen, stat: str) -> tuple[Array, Array]:
    """A statistic of each unit's rows: observed (units,), and drawn (draws, units); NaN without rows."""
    observed, drawn = np.full(units, np.nan), np.full((len(seen.drawn), units), np.nan)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(units + 1))
    for unit in range(units):
        rows = order[starts[unit] : starts[unit + 1]]
        weights = seen.weights[rows]
        if len(rows) and weights.sum() > 0:
            observed[unit] = STATS[stat](seen.observed[rows].astype(float), weights)
            drawn[:, unit] = STATS[stat](seen.drawn[:, rows].astype(float), weights)
    return observed, drawn


def _by_unit(fit: Face, seen: Seen, by: str, stat: str, ax: Axes | None) -> Axes:
    if seen.labels is not None:
        if len(seen.labels) != 2:
            raise FitError(
                f"{seen.name!r} has {len(seen.labels)} categories", expected="numbers, or two categories"
            )
        seen = Seen(seen.name, seen.observed - 1, seen.drawn - 1, seen.weights, None, seen.rows, seen.called)
    codes, labels = _units(fit, seen, by)
    observed, drawn = by_unit(codes, len(labels), seen, stat)
    present = np.flatnonzero(np.isfinite(observed))
    order = present[np.argsort(observed[present], kind="stable")]
    at = np.arange(len(order))
    upright = len(order) <= LABELLED
    ax = axes(ax, (SIZE[0], float(np.clip(1.1 + 0.19 * len(order), 2.4, 11))) if upright else SIZE)
    inside = _intervals(ax, observed[order], drawn[:, order], at, upright)
    what = f"{stat} of {seen.called}"
    if upright:
        ax.set_yticks(at, [labels[i] for i in order], parse_math=False)
        ax.set_ylim(-0.8, len(order) - 0.2)
    else:
        ax.set_xticks([])
    word = by if upright else f"{by}, in order"
    title = f"{inside:,} of {counted(len(order), by)} within the 95 % interval"
    finish(ax, x=what if upright else word, y=word if upright else what, title=title)
    return below(ax)


def _intervals(ax: Any, observed: Array, drawn: Array, at: Array, upright: bool) -> int:
    """Intervals of the draws with the observed dots; how many of these lie within."""
    lines = ax.hlines if upright else ax.vlines
    thin = float(np.clip(60 / max(len(at), 1), 0.4, 1.2))
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0)
    lines(at, low, high, color=BLUE, lw=thin, alpha=0.7, label="95 % of the draws")
    lines(
        at,
        *np.quantile(drawn, [0.25, 0.75], axis=0),
        color=BLUE,
        lw=3 * thin,
        alpha=0.7,
        label="half of them",
    )
    within = (observed >= low) & (observed <= high)
    x, y = (observed, at) if upright else (at, observed)
    size = float(np.clip(1500 / max(len(at), 1), 3, 18))
    ax.scatter(x, y, s=size, color=INK, zorder=3, lw=0, label="observed")
    return int(within.sum())


def _units(fit: Face, seen: Seen, by: str) -> tuple[Codes, list[str]]:
    """The unit of each row: of a level, or of a column of labels or whole numbers."""
    domain = fit.planned.lines[seen.name].domain
    bound = fit.bound
    known = [n for n in (*bound.levels, *bound.graph.aliases) if bound.determines(domain, (n,))]
    try:
        if by in bound.levels or by in bound.graph.aliases:
            target = bound.graph.target_level(by)
            return bound.codes(domain, (by,))[seen.rows], [str(x) for x in bound.levels[target].coordinate]
        values = bound.values(domain, by).data[seen.rows]
    except (StanlevelsError, KeyError, ValueError, TypeError) as error:
        raise FitError(
            f"rows of {seen.name!r} cannot be gathered by {by!r}",
            expected=f"a level ({listing(known, 20) or 'there is none'}) or a column that the model uses",
        ) from error
    labels, codes = np.unique(values.astype(str) if values.dtype == object else values, return_inverse=True)
    return codes, [str(label) for label in labels.tolist()]
