"""How the mean of an outcome goes with a column: curves with their intervals, and the rows behind them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.read.columns import Values
from stanlevels.binding.usage import level_columns
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.results.faces.face import Face
from stanlevels.results.marginal.grid import grid, known_columns
from stanlevels.results.plots.style import ALONE, CHAINS, SIZE, axes, below, finish
from stanlevels.results.predictions.predict import chosen_line, predict

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["curve"]

PLACES, GROUPS, DOTS = 101, len(CHAINS), 2000
"""Places along a curve; curves with colours of their own; rows that are drawn as dots at most."""


def curve(
    fit: Face,
    x: str,
    by: str | None,
    at: Mapping[str, Any],
    name: str | None,
    *,
    level: float,
    rows: bool | None,
    data: Any,
    ax: Axes | None,
) -> Axes:
    """See `stanlevels.results.plots.accessor.Plots.curve`."""
    if by == x:
        raise FitError(f"x and by= are both {x!r}", expected="two columns")
    outcome, levels = chosen_line(fit, name, "plot.curve"), level_columns(fit.bound.graph)
    asked = {x: at[x] if x in at else _along(fit, x, data), **{key: at[key] for key in at if key != x}}
    if by is not None and by not in asked:
        asked[by] = _groups(fit, by, data)
    asked = {key: _several(value) for key, value in asked.items()}
    if other := [key for key, value in asked.items() if key not in (x, by) and len(value) > 1]:
        raise FitError(
            f"at= has several values of {listing(other)}", expected=f"one of each; several of {x!r} or by="
        )
    frame = grid(fit, asked, data)
    reached = [n for n in levels if n in fit.bound.encodings.reached]
    free = [n for n in reached if frame[levels[n]].isna().all()]
    table = predict(
        fit, frame, name=outcome, average_over=free, level=level, draws=None, seed=0, tables=None,
        output="frame", progress=False,
    )  # fmt: skip
    ax = axes(ax, SIZE)
    places = frame[levels.get(x, x)].to_numpy()
    _draw(ax, table, places, None if by is None else frame[levels.get(by, by)].to_numpy(), by)
    if rows if rows is not None else by is None and len(at) == (x in at):
        _dots(ax, fit, outcome, levels.get(x, x), places)
    averaged = f", averaged over {listing(free, 5)}" if free else ""
    return finish(
        ax, x=levels.get(x, x), y=outcome, title=f"mean of {outcome}, {100 * level:g} % intervals{averaged}"
    )


def _several(values: Any) -> list[Any]:
    single = isinstance(values, str | bytes) or not isinstance(values, Iterable)
    return [values] if single else list(values)


def _values(fit: Face, name: str, data: Any) -> Values:
    column = level_columns(fit.bound.graph).get(name, name)
    found = known_columns(fit.bound, data, [column])
    if column not in found:  # grid says what there is
        grid(fit, {name: [0]}, data)
        raise FitError(f"nothing says which values {name!r} has", expected=f"at={{{name!r}: [...]}}")
    return found[column]


def _is_coded(fit: Face, name: str) -> bool:
    return any(coding.column == name for coding in fit.bound.encodings.codings.values())


def _along(fit: Face, x: str, data: Any) -> list[Any]:
    """Places along numbers, from end to end; every category."""
    values = _values(fit, x, data)
    if values.is_numeric and values.kind != "boolean" and not _is_coded(fit, x):
        numbers = values.numeric()
        return list(np.linspace(numbers.min(), numbers.max(), PLACES))
    return list(values.factorize()[1])


def _groups(fit: Face, by: str, data: Any) -> list[Any]:
    """Units or categories; of other numbers their mean, and an sd on either side."""
    values = _values(fit, by, data)
    labels = list(values.factorize()[1])
    if len(labels) <= GROUPS:
        return labels
    if by in level_columns(fit.bound.graph) or not values.is_numeric:
        raise FitError(
            f"{by!r} has {len(labels):,} of them, which are too many curves",
            expected=f"up to {GROUPS}",
            way_out=f"at={{{by!r}: {labels[:3]!r}}}",
        )
    numbers = values.numeric()
    return [float(f"{numbers.mean() + k * numbers.std():.3g}") for k in (-1, 0, 1)]


def _dots(ax: Any, fit: Face, outcome: str, column: str, places: Array) -> None:
    """The rows behind a curve, where they are numbers in the same rows."""
    bound = fit.bound
    line = fit.planned.lines[outcome]
    if column not in bound.rows.columns or line.domain != (ROWS,) or line.family.is_categorical:
        return
    x, y = bound.rows.columns[column], bound.outcome(outcome)
    if y.ndim > 1 or bound.rows.counts is not None:
        return
    at = x.numeric() if x.is_numeric and places.dtype.kind in "fi" else np.array([str(v) for v in _labels(x)])
    keep = np.linspace(0, len(y) - 1, min(DOTS, len(y))).astype(int)
    size = float(np.clip(4000 / len(keep), 3, 16))
    ax.scatter(at[keep], y[keep], s=size, color=ALONE, alpha=0.5, lw=0, zorder=1)


def _labels(values: Values) -> list[Any]:
    codes, labels = values.factorize()
    return [labels[code] for code in codes]


def _draw(ax: Any, table: pd.DataFrame, places: Array, groups: Array | None, by: str | None) -> None:
    """A curve for each group and category of the outcome."""
    parts = len(table) // len(places)
    places = np.repeat(places, parts)
    keys: list[tuple[str, Array]] = [("", np.ones(len(places), dtype=bool))]
    if groups is not None:
        each = np.repeat(groups, parts)
        keys = [(f"{by} {label}", each == label) for label in dict.fromkeys(groups)]
    if parts > 1:
        kinds = table["category" if "category" in table else "component"].to_numpy()
        keys = [
            (" ".join(filter(None, (label, str(kind)))), mask & (kinds == kind))
            for label, mask in keys
            for kind in dict.fromkeys(kinds)
        ]
    numbers = places.dtype.kind in "fiu"
    for k, (label, mask) in enumerate(keys):
        color, part = CHAINS[k % len(CHAINS)], table[mask]
        middle, low, high = (part[c].to_numpy(dtype=float) for c in ("estimate", "lower", "upper"))
        style = {"color": color, "label": label, "zorder": 3}
        if numbers:
            order = np.argsort(places[mask].astype(float), kind="stable")
            x = places[mask].astype(float)[order]
            ax.fill_between(x, low[order], high[order], color=color, alpha=0.2, lw=0, zorder=2)
            ax.plot(x, middle[order], lw=1.6, **style)
        else:
            ends = np.clip([middle - low, high - middle], 0, None)
            ax.errorbar([str(place) for place in places[mask]], middle, ends, fmt="o", ms=4, lw=1.2, **style)
    if len(keys) > 1:
        below(ax)
