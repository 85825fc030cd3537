"""How much varies at each level: standard deviations with their intervals, and shares of the variance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Use
from stanlevels.results.faces.face import Tabled
from stanlevels.results.plots.style import BLUE, SIZE, axes, finish
from stanlevels.results.plots.units import level_word
from stanlevels.results.tables.describe import described
from stanlevels.results.tables.subjects_of_rows import component_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["spreads", "variances"]


@dataclass(frozen=True)
class Spread:
    """A standard deviation: what varies, by how much, and its share of the variance of a row."""

    label: str
    estimate: float
    lower: float
    upper: float
    share: float = float("nan")


def variances(fit: Tabled, level: float, ax: Axes | None) -> Axes:
    """See `stanlevels.results.plots.accessor.Plots.variance`."""
    found = spreads(fit, level)
    if not found:
        raise FitError(
            f"nothing in {fit.model_name} has a standard deviation that was estimated",
            expected="a random variable over a level, or a normal outcome",
        )
    ax = axes(ax, (SIZE[0], 0.9 + 0.36 * len(found)))
    places = np.arange(len(found))[::-1]
    ax.hlines(places, [s.lower for s in found], [s.upper for s in found], color=BLUE, lw=1.6)
    ax.scatter([s.estimate for s in found], places, color=BLUE, s=28, zorder=3)
    ax.set_yticks(places, [s.label for s in found], parse_math=False)
    ax.set_ylim(-0.7, len(found) - 0.3)
    ax.set_xlim(left=0)
    for place, spread in zip(places, found, strict=True):
        if np.isfinite(spread.share):
            text = f"{100 * spread.share:.0f} %"
            ax.text(1.01, place, text, transform=ax.get_yaxis_transform(), va="center", fontsize=8.5)
    title = f"{100 * level:g} % intervals"
    if any(np.isfinite(s.share) for s in found):
        title += "; on the right the share of a row's variance"
    return finish(ax, x="standard deviation", title=title)


def spreads(fit: Tabled, level: float) -> list[Spread]:
    """The standard deviations of all random variables over units, and of normal outcomes."""
    lines = fit.planned.lines
    shares = _shares(fit)
    found: list[Spread] = []
    for line in lines.values():
        scaled = line.is_variable and line.scale in line.args and (line.domain or line.is_observed)
        if scaled and line.family.location_scale and fit.by_quantity.determines([line.args[line.scale]]):
            found += _of_line(fit, line, level, shares)
    return found


def _of_line(fit: Tabled, line: Line, level: float, shares: dict[str, float]) -> Iterator[Spread]:
    columns = _columns(fit, line, level)
    several = len(columns["estimate"]) > 1
    words = component_words(fit, line.name) if several else [""]
    whole = shares.get(line.name, float("nan"))
    # each component has a share of its own, which the whole's is not
    own = _component_shares(fit, line.name) if several and np.isfinite(whole) else {}
    for k, word in enumerate(words):
        label = f"{line.name}[{word}]" if str(word) else line.name
        middle, low, high = (float(columns[c][k]) for c in ("estimate", "lower", "upper"))
        if low < high:
            where = level_word(fit, line.name)
            share = own.get(str(word), float("nan")) if several else whole
            yield Spread(f"{label}\n({where})" if where else label, middle, low, high, share)


def _component_shares(fit: Tabled, name: str) -> dict[str, float]:
    """The share of each component of a random variable."""
    try:
        table = fit.variance_shares()
    except FitError:
        return {}
    if "component" not in table.columns:
        return {}
    rows = table[table["quantity"] == name]
    return {str(word): float(share) for word, share in zip(rows["component"], rows["share"], strict=True)}


def _columns(fit: Tabled, line: Line, level: float) -> dict[str, Array]:
    """Estimate and interval: of the quantity that it is, else of its draws, averaged over units."""
    term = line.args[line.scale]
    if isinstance(term, Use) and not term.domain and not fit.planned.lines[term.name].domain:
        try:
            table = fit.summary([term.name], level=level)
        except FitError:
            table = None
        if table is not None:
            return {c: table[c].to_numpy(dtype=float) for c in ("estimate", "lower", "upper")}
    draws = fit.by_quantity.evaluate(term, line.domain).mean(axis=2)
    return described(np.asarray(draws), level)


def _shares(fit: Tabled) -> dict[str, float]:
    """Shares of the variance of a row, where they sum to one with that of the outcome."""
    lines = fit.planned.lines
    observed = [name for name, line in lines.items() if line.is_observed]
    try:
        table = fit.pooling()
    except FitError:
        return {}
    shares = {row["quantity"]: float(row["icc"]) for row in table.to_dict("records")}
    if len(observed) == 1 and shares and all(np.isfinite(share) for share in shares.values()):
        return shares | {observed[0]: 1 - sum(shares.values())}
    return {}
