"""What the data added: prior and posterior of the same number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.plan.terms import uses
from stanlevels.results.draws import is_constant
from stanlevels.results.faces.face import Face
from stanlevels.results.plots.style import ALONE, BLUE, axes, finish, grid_of
from stanlevels.results.tables.subjects_of_rows import entries
from stanlevels.values.evaluate import value
from stanlevels.values.prior import draw_line
from stanlevels.values.store import Values

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["prior_draws", "prior_posterior"]

DRAWS, SEED, BINS, MOST = 4000, 0, 45, 24


def prior_posterior(fit: Face, names: Sequence[str] | str | None, ax: Axes | None) -> Axes | Figure:
    """See `stanlevels.results.plots.accessor.Plots.prior_posterior`."""
    numbers = list(_numbers(fit, _chosen(fit, names)))[:MOST]
    if len(numbers) == 1 or ax is not None:
        if len(numbers) > 1:
            raise FitError(f"one pair of axes for {len(numbers)} numbers", expected="the name of one number")
        return _draw(axes(ax, (4.4, 2.8)), *numbers[0], True)
    figure, found = grid_of(len(numbers), 3)
    for place, (one, number) in enumerate(zip(found, numbers, strict=True)):
        _draw(one, *number, place == 0)
    return figure


def prior_draws(fit: Face, name: str, draws: int = DRAWS) -> Array:
    """Draws of a quantity's prior, (draws, numbers), from what it depends on down to itself."""
    planned, rng = fit.planned, np.random.default_rng(SEED)
    needed, pending = set[str](), [name]
    while pending:
        each = pending.pop()
        if each not in needed:
            needed.add(each)
            pending += [use.name for term in planned.lines[each].args.values() for use in uses(term)]
    values = Values(planned, {})
    for each, line in planned.lines.items():
        if each in needed and line.is_variable:
            values = values.storing({each: draw_line(line, values, fit.bound, draws, rng)})
    found = value(name, values, fit.bound)
    return np.broadcast_to(found, (1, draws, *found.shape[2:])).reshape(draws, -1)


def _chosen(fit: Face, names: Sequence[str] | str | None) -> list[str]:
    """Quantities without units, with draws of a posterior."""
    if not hasattr(fit, "raw"):
        raise FitError(
            f"this fit of {fit.model_name} has estimates, and no posterior",
            expected="draws of the posterior",
            way_out="fit with method='nuts'",
        )
    draws = fit.by_quantity
    known = [n for n in draws.recorded if not draws.line(n).domain and not is_constant(draws.planned, n)]
    if names is None:
        return known
    wanted = [names] if isinstance(names, str) else list(names)
    if unknown := [n for n in wanted if n not in known]:
        raise FitError(
            f"prior and posterior of {listing(unknown)} cannot be drawn",
            expected=f"quantities without units: {listing(known, 20) or 'there are none'}",
        )
    return wanted


def _numbers(fit: Face, names: list[str]) -> Iterator[tuple[str, Array, Array]]:
    for name in names:
        positions, labels = entries(fit, name)
        prior, posterior = prior_draws(fit, name), fit.by_quantity.flat(name)
        for position, label in zip(positions.tolist(), labels, strict=True):
            yield label, prior[:, position], posterior[:, :, position].ravel()


def _draw(ax: Axes, label: str, prior: Array, posterior: Array, legend: bool) -> Axes:
    known = prior[np.isfinite(prior)]
    low, high = np.quantile(known, [0.01, 0.99]) if len(known) else (posterior.min(), posterior.max())
    low, high = min(low, posterior.min()), max(high, posterior.max())
    width = max(float(np.ptp(posterior)), 1e-12)
    low, high = max(low, posterior.min() - 8 * width), min(high, posterior.max() + 8 * width)
    edges = np.linspace(low, high, BINS + 1)
    for values, color, word, alpha in ((known, ALONE, "prior", 0.35), (posterior, BLUE, "posterior", 0.6)):
        fine = np.linspace(values.min(), values.max(), 26) if word == "posterior" else edges
        counts, places = np.histogram(values, bins=fine if np.ptp(fine) > 0 else 1)
        density = counts / (len(values) or 1) / np.diff(places)
        ax.stairs(density, places, fill=True, color=color, alpha=alpha, lw=0, label=word)
    ax.set_xlim(low, high)
    ax.set_yticks([])
    if legend:
        ax.legend(frameon=False, fontsize=8)
    finish(ax, x=label)
    ax.spines["left"].set_visible(False)
    return ax
