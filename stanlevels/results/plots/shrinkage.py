"""Partial pooling: each unit alone, where it is drawn to, and what everybody's data say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.plan.placed import Line
from stanlevels.results.faces.face import Tabled
from stanlevels.results.plots.moves import moves, title_of
from stanlevels.results.plots.planes import plane
from stanlevels.results.plots.style import INK, POOLED, SIZE, axes, below, finish, sizes_of
from stanlevels.results.plots.units import (
    By,
    along,
    chosen_components,
    component,
    level_word,
    unit_labels,
)
from stanlevels.words import counted

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["LABELLED", "shrinkage"]

LABELLED, GROUPS = 50, 25
"""At most so many units with their labels, and groups with their names."""
LEAST = 0.03
"""Weights below this put what a unit says alone far away: such estimates do not set the axis' limits."""


@dataclass(frozen=True, eq=False)
class _Dots:
    """Units at their places: along one axis where they stand, along the other their estimates."""

    places: Array
    alone: Array
    partial: Array
    pooled: Array
    sizes: Array
    upright: bool
    """Whether estimates run from left to right, and units from top to bottom."""

    def at(self, places: Array, values: Array) -> tuple[Array, Array]:
        """As x and y."""
        return (values, places) if self.upright else (places, values)


def shrinkage(
    fit: Tabled,
    name: str,
    by: object = None,
    components: object = None,
    ax: Axes | None = None,
) -> Axes:
    """See `stanlevels.results.plots.accessor.Plots.shrinkage`."""
    table = pooled_table(fit, name)
    chosen = chosen_components(fit, name, components, 2)
    if len(chosen) == 2:
        if by is not None:
            raise FitError(
                f"two components of {name!r} cannot be drawn by something else",
                expected="by= with one component",
                way_out=f"components={chosen[0]!r}",
            )
        return plane(fit, name, table, chosen, ax)
    one = component(table, chosen[0])
    what = f"{name}[{chosen[0]}]" if "component" in table else name
    return _line(fit, name, what, one, by, ax)


def pooled_table(fit: Tabled, name: str) -> pd.DataFrame:
    """The effects of a quantity, with the columns that say between what they lie.

    Raises
    ------
    FitError
        If it was not pooled.
    """
    table = fit.effects(name)
    if "no_pooling" not in table:
        roles = getattr(fit, "roles", {})
        known = [name for name, line in fit.planned.lines.items() if _pooled(line, roles.get(name, "random"))]
        raise FitError(
            f"the units of {name!r} were not pooled",
            expected=f"a normal random variable over a level: {listing(known, 20) or 'there is none'}",
        )
    if not len(table):
        raise FitError(f"{name!r} has no units", expected="at least one")
    return table


def _pooled(line: Line, role: str) -> bool:
    return line.is_latent and bool(line.domain) and line.family.is_gaussian and role == "random"


def _line(fit: Tabled, name: str, what: str, table: pd.DataFrame, by: object, ax: Axes | None) -> Axes:
    units = len(table)
    rows = table["rows"].to_numpy() if "rows" in table else None
    if by is None and units > LABELLED and rows is not None and np.ptp(rows) > 0:
        by = "rows"
    against = None if by is None else along(fit, name, table, by)
    alone, partial, pooled = (
        table[c].to_numpy(dtype=float) for c in ("no_pooling", "estimate", "complete_pooling")
    )
    alone = np.where(table["weight"].to_numpy(dtype=float) > 0, alone, np.nan)
    upright = units <= LABELLED and (against is None or against.groups is not None)
    if against is not None and against.groups is None:
        places = _spread(against.values, alone) if isinstance(by, str) and by == "rows" else against.values
    else:
        key = np.where(np.isfinite(alone), alone, partial)
        groups = np.zeros(units) if against is None else against.values
        order = np.lexsort((key, groups))
        places = np.empty(units)
        places[order] = np.arange(units) + 0.8 * groups[order]
    dots = _Dots(places, alone, partial, pooled, sizes_of(rows, units), upright)
    height = 1.1 + 0.19 * units if upright else SIZE[1]
    ax = axes(ax, (SIZE[0], min(max(height, 2.4), 11.0)))
    _draw(ax, dots, level_word(fit, name), against)
    beyond = _limits(ax, dots, table["weight"].to_numpy(dtype=float))
    return _words(ax, fit, name, what, dots, against, rows, beyond)


def _spread(rows: Array, alone: Array) -> Array:
    """Units with as many rows beside each other, in the order of what each says alone."""
    order = np.lexsort((alone, rows))
    _, first, count = np.unique(rows[order], return_index=True, return_counts=True)
    place = np.arange(len(rows)) - np.repeat(first, count)
    within = (place + 0.5) / np.repeat(count, count) - 0.5
    found = np.empty(len(rows))
    found[order] = rows[order] + 0.7 * within
    return found


def _draw(ax: Any, dots: _Dots, level: str, against: By | None) -> None:
    _complete(ax, dots, against)
    alone, partial = (np.column_stack(dots.at(dots.places, v)) for v in (dots.alone, dots.partial))
    moves(ax, alone, partial, dots.sizes, level)


def _complete(ax: Any, dots: _Dots, against: By | None) -> None:
    """Complete pooling: one line, a line for each group, a line along a covariate, or marks of units."""
    style = {"color": POOLED, "linewidth": 1.2, "zorder": 2}
    label = "complete pooling"
    scale = max(float(np.ptp(dots.partial)), 1e-12)
    if np.ptp(dots.pooled) < 1e-6 * scale:
        (ax.axvline if dots.upright else ax.axhline)(dots.pooled[0], label=label, **style)
        return
    if against is not None and against.groups is not None:
        codes = against.values
        held = [np.flatnonzero(codes == code) for code in np.unique(codes)]
        if all(np.ptp(dots.pooled[units]) < 1e-3 * scale for units in held):
            for units in held:
                ends = np.array([dots.places[units].min() - 0.5, dots.places[units].max() + 0.5])
                ax.plot(*dots.at(ends, np.full(2, dots.pooled[units].mean())), label=label, **style)
                label = "_"
            return
    order = np.argsort(dots.places, kind="stable")
    if (
        against is not None
        and against.groups is None
        and _is_curve(against.values[order], dots.pooled[order])
    ):
        ax.plot(*dots.at(dots.places[order], dots.pooled[order]), label=label, **style)
        return
    mark = "|" if dots.upright else "_"
    ax.scatter(
        *dots.at(dots.places, dots.pooled), marker=mark, s=40, color=POOLED, lw=1.2, zorder=2, label=label
    )


def _is_curve(x: Array, y: Array) -> bool:
    """Whether y is a function of x (in order), and one that does not go up and down all the time."""
    scale = float(np.ptp(y))
    tied = np.diff(x) == 0
    steps = np.abs(np.diff(y))
    return bool(np.all(steps[tied] < 1e-3 * scale) and steps.sum() < 3 * scale)


def _limits(ax: Any, dots: _Dots, weight: Array) -> int:
    """Limits by what is known well; the number of units that lie beyond, arrows cut off at the border."""
    near = np.isfinite(dots.alone) & (weight >= LEAST)
    shown = np.concatenate([dots.partial, dots.pooled, dots.alone[near]])
    low, high = float(shown.min()), float(shown.max())
    room = 0.05 * (high - low) or 0.5
    low, high = low - room, high + room
    (ax.set_xlim if dots.upright else ax.set_ylim)(low, high)
    return int(np.sum((dots.alone < low) | (dots.alone > high)))


def _words(
    ax: Axes,
    fit: Tabled,
    name: str,
    what: str,
    dots: _Dots,
    against: By | None,
    rows: Array | None,
    beyond: int,
) -> Axes:
    units, level = len(dots.places), level_word(fit, name)
    title = title_of(counted(units, level), rows)
    if beyond:
        title += f"; {beyond:,} alone beyond the axis"
    label = level
    if dots.upright:
        order = np.argsort(dots.places)
        labels = unit_labels(fit, name)
        ax.set_yticks(dots.places[order], [labels[i] for i in order], parse_math=False)
        ax.set_ylim(float(dots.places.min()) - 0.9, float(dots.places.max()) + 0.9)
    elif against is None or against.groups is not None:
        ax.set_xticks([])
        label = f"{level}, in the order of its own data"
    else:
        label = against.label
        if (
            against.values.min() > 0
            and against.values.max() > 20 * against.values.min()
            and label.startswith("rows")
        ):
            _log(ax)
    if against is not None and against.groups is not None:
        label = _groups(ax, dots, against, level)
    x, y = (what, label) if dots.upright else (label, what)
    finish(ax, x=x, y=y, title=title)
    if dots.upright:
        ax.legend(frameon=False, fontsize=8, loc="lower right", labelcolor=INK)
    else:
        below(ax, 76 if against is not None and against.groups is not None else 34)
    return ax


def _log(ax: Any) -> None:
    """A logarithmic axis with the numbers 1, 2, 5, 10, ... on it."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    ax.set_xscale("log")
    ax.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    ax.xaxis.set_minor_formatter(NullFormatter())


def _groups(ax: Any, dots: _Dots, against: By, level: str) -> str:
    """Names of groups, where they are few enough to be read; what the axis of units says."""
    names = against.groups or ()
    if len(names) > GROUPS:
        return f"{level}, by {against.label}"
    for code, group in enumerate(names):
        middle = float(dots.places[against.values == code].mean())
        style = {"fontsize": 8, "color": "#444444", "parse_math": False}
        if dots.upright:
            style |= {"transform": ax.get_yaxis_transform(), "va": "center"}
            ax.text(1.01, middle, group, **style)
        else:
            style |= {"transform": ax.get_xaxis_transform(), "va": "top", "ha": "right"}
            ax.text(middle, -0.02, group, rotation=45, rotation_mode="anchor", **style)
    return level if dots.upright else ""
