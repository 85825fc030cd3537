"""From what each unit says alone to its estimate: circles and arrows."""

from __future__ import annotations

from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.results.plots.style import ALONE, BLUE

__all__ = ["moves", "title_of"]

ARROWS = 200
"""At most so many arrows have heads; more are lines."""


def moves(ax: Any, alone: Array, partial: Array, sizes: Array, level: str) -> None:
    """Open circles, filled circles, and arrows from one to the other.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    alone, partial : ndarray, (units, 2)
        Places without pooling (NaN for a unit without data of its own) and with it.
    sizes : ndarray, (units,)
        Areas of the circles.
    level : str
        What a unit is called.
    """
    from matplotlib.collections import LineCollection

    moved = np.flatnonzero(np.isfinite(alone).all(axis=1))
    faint = float(np.clip(40 / np.sqrt(len(partial)), 0.25, 1))
    if len(partial) <= ARROWS:
        arrow = {"arrowstyle": "-|>,head_width=0.14,head_length=0.3", "color": ALONE, "lw": 0.8}
        arrow |= {"shrinkA": 2.5, "shrinkB": 2.5}
        for start, end in zip(alone[moved].tolist(), partial[moved].tolist(), strict=True):
            ax.annotate("", end, start, arrowprops=dict(arrow), annotation_clip=False)
    else:
        segments = list(np.stack([alone[moved], partial[moved]], axis=1))
        ax.add_collection(LineCollection(segments, colors=ALONE, linewidths=0.5, alpha=0.5 * faint, zorder=1))
    hollow = {"facecolors": "white", "edgecolors": ALONE, "linewidths": 0.8, "alpha": faint}
    ax.scatter(*alone.T, s=sizes, zorder=3, label=f"each {level} alone (no pooling)", **hollow)
    solid = {"color": BLUE, "lw": 0, "alpha": max(faint, 0.45)}
    ax.scatter(*partial.T, s=sizes, zorder=4, label="partial pooling", **solid)


def title_of(units: str, rows: Array | None) -> str:
    """How many units there are, and how many rows each has."""
    if rows is None or not np.ptp(rows):
        return units
    return f"{units}, {rows.min():,} to {rows.max():,} rows each (size of the dot)"
