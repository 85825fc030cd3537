"""How all pictures look: colours that everybody can tell apart, light axes, and no global settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "ALONE",
    "BLUE",
    "CHAINS",
    "INK",
    "POOLED",
    "SIZE",
    "axes",
    "below",
    "finish",
    "grid_of",
    "sizes_of",
]

BLUE, POOLED, ALONE, INK = "#0072B2", "#D55E00", "#8c8c8c", "#222222"
"""What was estimated; complete pooling; each unit alone; everything else."""
CHAINS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000")
"""The palette of Okabe and Ito (2008), for chains and groups."""
SIZE = (6.4, 3.8)
"""Width and height of a picture, in inches."""
SMALL, LINE = 8.5, 0.8


def axes(ax: Axes | None, size: tuple[float, float] = SIZE) -> Axes:
    """The axes that were given, or those of a new figure, which notebooks show."""
    if ax is None:
        from matplotlib import pyplot as plt

        _, ax = plt.subplots(figsize=size, layout="constrained")
    elif not hasattr(ax, "plot"):
        raise FitError(f"ax is {ax!r}", expected="axes of matplotlib: figure, ax = plt.subplots()")
    return ax


def grid_of(count: int, columns: int = 3, size: tuple[float, float] = (2.9, 2.2)) -> tuple[Figure, Array]:
    """A new figure with `count` axes in rows, and the axes as a flat array."""
    from matplotlib import pyplot as plt

    wide = min(columns, count)
    high = -(-count // wide)
    figure, found = plt.subplots(
        high, wide, figsize=(wide * size[0], high * size[1]), layout="constrained", squeeze=False
    )
    for extra in found.ravel()[count:]:
        extra.remove()
    return figure, found.ravel()[:count]


def finish(ax: Axes, *, x: str = "", y: str = "", title: str = "") -> Axes:
    """Labels and light borders."""
    ax.set_xlabel(x, fontsize=SMALL + 0.5, parse_math=False)
    ax.set_ylabel(y, fontsize=SMALL + 0.5, parse_math=False)
    if title:
        ax.set_title(title, fontsize=SMALL + 0.5, loc="left", color="#444444", parse_math=False)
    ax.tick_params(labelsize=SMALL, width=LINE, color="#888888")
    ax.spines[["top", "right"]].set_visible(False)
    for spine in ax.spines.values():
        spine.set(linewidth=LINE, color="#888888")
    return ax


def below(ax: Any, points: float = 34) -> Axes:
    """A legend under the axes, where it hides nothing: so many points under them."""
    from matplotlib.transforms import ScaledTranslation

    moved = ax.transAxes + ScaledTranslation(0, -points / 72, ax.figure.dpi_scale_trans)
    place = {"loc": "upper center", "bbox_to_anchor": (0.5, 0.0), "bbox_transform": moved, "ncols": 3}
    style = {"frameon": False, "fontsize": SMALL - 0.5, "labelcolor": INK, "handletextpad": 0.5}
    ax.legend(borderaxespad=0.0, **place, **style)
    found: Axes = ax
    return found


def sizes_of(rows: Array | None, n: int) -> Array:
    """Areas of dots by the number of rows behind them, smaller where there are many dots."""
    largest = float(np.clip(6000 / max(n, 1), 9, 75))
    if rows is None or not len(rows) or not rows.max():
        return np.full(n, 0.5 * largest)
    return np.asarray(0.15 * largest + 0.85 * largest * rows / rows.max())
