"""Partial pooling of two numbers for each unit, such as intercept and slope, in their plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.results.faces.face import Face
from stanlevels.results.plots.labels import write_apart
from stanlevels.results.plots.moves import moves, title_of
from stanlevels.results.plots.style import POOLED, axes, below, finish, sizes_of
from stanlevels.results.plots.units import component, level_word, unit_labels
from stanlevels.results.tables.subjects_of_rows import component_words
from stanlevels.words import counted

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["plane", "population"]

NAMED = 25
"""At most so many units with their labels."""


def plane(fit: Face, name: str, table: pd.DataFrame, chosen: list[Any], ax: Axes | None) -> Axes:
    """Arrows from what each unit says alone to its estimate, and ellipses of the population."""
    both = [component(table, label) for label in chosen]
    alone, partial, pooled = (
        np.column_stack([part[column].to_numpy(dtype=float) for part in both])
        for column in ("no_pooling", "estimate", "complete_pooling")
    )
    weights = np.column_stack([part["weight"].to_numpy(dtype=float) for part in both])
    alone = np.where((weights > 0).all(axis=1, keepdims=True), alone, np.nan)
    rows = both[0]["rows"].to_numpy() if "rows" in both[0] else None
    ax = axes(ax, (5.6, 4.6))
    units, level = len(partial), level_word(fit, name)
    moves(ax, alone, partial, sizes_of(rows, units), level)
    common = np.unique(pooled.round(12), axis=0)
    ax.scatter(
        common[:, 0], common[:, 1], marker="+", s=60, color=POOLED, lw=1.4, zorder=5, label="complete pooling"
    )
    _ellipses(ax, fit, name, chosen, pooled.mean(axis=0))
    title = title_of(counted(units, level), rows)
    finish(ax, x=f"{name}[{chosen[0]}]", y=f"{name}[{chosen[1]}]", title=title)
    ax.autoscale_view()
    below(ax)
    if units <= NAMED:
        write_apart(ax, unit_labels(fit, name), partial)
    return ax


def population(fit: Face, name: str, chosen: list[Any]) -> Array | None:
    """Covariance of two components in the population, at the posterior means of its parts.

    None where the line has no such parts, or none of their draws were recorded.
    """
    draws, line = fit.by_quantity, fit.planned.lines[name]
    terms = [line.args[key] for key in (line.scale, "corr") if key in line.args]
    if line.scale not in line.args or not draws.determines(terms):
        return None
    words = component_words(fit, name)
    pick = [words.index(label) for label in chosen]
    size = len(words)
    sds = np.broadcast_to(_mean(fit, name, line.scale), (size,))[pick]
    found = np.outer(sds, sds)
    if "corr" not in line.args:
        return np.asarray(np.diag(np.diag(found)))
    corr = _mean(fit, name, "corr").reshape(size, size)[np.ix_(pick, pick)]
    return np.asarray(found * corr)


def _mean(fit: Face, name: str, argument: str) -> Array:
    """An argument of a line, averaged over draws and units."""
    draws, line = fit.by_quantity, fit.planned.lines[name]
    return np.asarray(draws.evaluate(line.args[argument], line.domain).mean(axis=(0, 1, 2)))


def _ellipses(ax: Axes, fit: Face, name: str, chosen: list[Any], center: Array) -> None:
    """Half and 95 % of the population: where deviations of a normal distribution end."""
    covariance = population(fit, name, chosen)
    if covariance is None or not np.isfinite(covariance).all():
        return
    values, vectors = np.linalg.eigh(covariance)
    angle = np.linspace(0, 2 * np.pi, 181)
    circle = np.sqrt(np.maximum(values, 0)) * np.column_stack([np.cos(angle), np.sin(angle)])
    for share, style in ((0.5, "-"), (0.95, "--")):
        edge = center + np.sqrt(-2 * np.log(1 - share)) * circle @ vectors.T
        label = f"{share:.0%} of the population".replace("%", " %")
        ax.plot(*edge.T, color=POOLED, lw=0.9, ls=style, alpha=0.8, zorder=2, label=label)
