"""The effects of a level with their intervals, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.results.faces.face import Tabled
from stanlevels.results.plots.style import BLUE, POOLED, SIZE, axes, finish
from stanlevels.results.plots.units import chosen_components, component, level_word, unit_labels
from stanlevels.words import counted

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["ORDERS", "caterpillar"]

ORDERS = ("estimate", "data", "rows")
LABELLED = 60
"""At most so many units with their labels."""
INNER = 0.5


def caterpillar(
    fit: Tabled, name: str, component_: object, level: float, order: str, ax: Axes | None
) -> Axes:
    """See `stanlevels.results.plots.accessor.Plots.effects`."""
    if order not in ORDERS:
        raise FitError(f"order is {order!r}", expected=" or ".join(repr(each) for each in ORDERS))
    wide = fit.effects(name, level=level)
    (chosen,) = chosen_components(fit, name, component_, 1)
    table = component(wide, chosen)
    if not len(table):
        raise FitError(f"{name!r} has no units", expected="at least one")
    narrow = component(fit.effects(name, level=min(INNER, level)), chosen)
    if order == "rows" and "rows" not in table:
        raise FitError(f"units of {name!r} have no number of rows", expected="order='estimate' or 'data'")
    key = np.arange(len(table)) if order == "data" else table[order].to_numpy(dtype=float)
    places = np.argsort(key, kind="stable")
    if order == "data":
        places = places[::-1]
    picture = _Picture(table, narrow, places, level, len(table) <= LABELLED)
    ax = axes(ax, (SIZE[0], float(np.clip(0.9 + 0.19 * len(table), 2.2, 12))) if picture.upright else SIZE)
    _draw(ax, picture)
    what = f"{name}[{chosen}]" if "component" in wide else name
    word = level_word(fit, name)
    if picture.upright:
        labels = unit_labels(fit, name)
        ax.set_yticks(np.arange(len(table)), [labels[i] for i in places], parse_math=False)
        ax.set_ylim(-0.8, len(table) - 0.2)
    else:
        ax.set_xticks([])
        ax.set_xlim(-0.02 * len(table), 1.02 * len(table))
        word = f"{word}, in order"
    shares = " and ".join(f"{100 * share:g}" for share in sorted({min(INNER, level), level}))
    title = f"{counted(len(table), level_word(fit, name))}, {shares} % intervals"
    return finish(ax, x=what if picture.upright else word, y=word if picture.upright else what, title=title)


@dataclass(frozen=True, eq=False)
class _Picture:
    """The tables of the wide and the narrow intervals, and the order of their rows."""

    table: pd.DataFrame
    narrow: pd.DataFrame
    places: Array
    level: float
    upright: bool


def _draw(ax: Any, picture: _Picture) -> None:
    table, places, upright = picture.table, picture.places, picture.upright
    units = len(table)
    at, thin = np.arange(units), float(np.clip(60 / units, 0.4, 1.2))
    lines = ax.hlines if upright else ax.vlines
    for each, width in ((table, thin), (picture.narrow, 3 * thin)):
        ends = [each[c].to_numpy(dtype=float)[places] for c in ("lower", "upper")]
        lines(at, *ends, color=BLUE, lw=width, alpha=0.8)
    center = table["estimate"].to_numpy(dtype=float)[places]
    dots = {"s": float(np.clip(1500 / units, 2, 20)), "color": "white" if upright else BLUE}
    ax.scatter(*((center, at) if upright else (at, center)), edgecolors=BLUE, lw=0.8, zorder=3, **dots)
    pooled = table["complete_pooling"].to_numpy(dtype=float) if "complete_pooling" in table else center
    if "complete_pooling" in table and np.ptp(pooled) <= 1e-6 * max(float(np.ptp(center)), 1e-12):
        (ax.axvline if upright else ax.axhline)(pooled[0], color=POOLED, lw=1, zorder=0)
