"""How chains mixed: their paths and densities, and the ranks of their draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy import stats

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.results.draws import Draws, is_constant
from stanlevels.results.faces.face import Face
from stanlevels.results.plots.densities import density, grid_around
from stanlevels.results.plots.style import CHAINS, INK, finish, grid_of
from stanlevels.results.tables.subjects_of_rows import entries

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["chosen_numbers", "rank", "trace"]

MOST = 40
"""Numbers in one picture."""


def trace(fit: Face, names: Sequence[str] | str | None, ax: Sequence[Axes] | None) -> Figure:
    """See `stanlevels.results.plots.accessor.Plots.trace`."""
    numbers, diverging = chosen_numbers(fit, names), _diverging(fit)
    if ax is None:
        figure, axes = grid_of(2 * len(numbers), 2, (3.6, 1.35))
    else:
        axes = _given(ax, 2 * len(numbers))
        figure = axes[0].figure
    chains = _chains(fit)
    for (label, values), left, right in zip(numbers, axes[::2], axes[1::2], strict=True):
        for place, chain in enumerate(values):
            color = CHAINS[place % len(CHAINS)]
            left.plot(*_density(chain), color=color, lw=1.1, label=f"chain {chains[place]}")
            right.plot(np.arange(1, len(chain) + 1), chain, color=color, lw=0.35, alpha=0.8)
        marks = values[diverging]
        left.plot(marks, np.zeros(len(marks)), "|", color=INK, ms=7)
        right.plot(np.nonzero(diverging)[1] + 1, np.full(len(marks), values.min()), "|", color=INK, ms=7)
        finish(left, x=label)
        left.set_yticks([])
        left.spines["left"].set_visible(False)
        finish(right, x=f"draw of {label}")
    axes[0].legend(frameon=False, fontsize=7)
    return figure


def rank(fit: Face, names: Sequence[str] | str | None, ax: Sequence[Axes] | None, bins: int) -> Figure:
    """See `stanlevels.results.plots.accessor.Plots.rank`."""
    if not isinstance(bins, int) or isinstance(bins, bool) or bins < 2:
        raise FitError(f"bins is {bins!r}", expected="a whole number from 2")
    numbers = chosen_numbers(fit, names)
    chains = _chains(fit)
    if len(chains) < 2:
        raise FitError("ranks compare chains, and there is one", expected="a fit with several")
    if ax is None:
        figure, axes = grid_of(len(numbers), 3)
    else:
        axes = _given(ax, len(numbers))
        figure = axes[0].figure
    for (label, values), one in zip(numbers, axes, strict=True):
        counts = rank_counts(values, bins)
        length = values.shape[1]
        low, high = (stats.binom.ppf(q, length, 1 / bins) for q in (0.025, 0.975))
        one.axhspan(low, high, color="#eeeeee", lw=0)
        edges = np.linspace(0, values.size, bins + 1)
        for place, count in enumerate(counts):
            color = CHAINS[place % len(CHAINS)]
            one.stairs(count, edges, baseline=None, color=color, lw=1.1, label=f"chain {chains[place]}")
        one.axhline(length / bins, color="#888888", lw=0.7)
        one.set_ylim(0, None)
        finish(one, x=f"rank of {label}", y="draws")
    axes[0].legend(frameon=False, fontsize=7, loc="lower center", ncols=2)
    return figure


def rank_counts(values: Array, bins: int) -> Array:
    """Counts of the ranks among all draws, by chain: (chains, bins)."""
    ranks = stats.rankdata(values, method="average").reshape(values.shape)
    place = np.minimum(((ranks - 0.5) / values.size * bins).astype(int), bins - 1)
    return np.stack([np.bincount(chain, minlength=bins) for chain in place])


def chosen_numbers(fit: Face, names: Sequence[str] | str | None) -> list[tuple[str, Array]]:
    """Numbers by what they are called, with their draws (chains, draws): by default what has no units.

    Raises
    ------
    FitError
        If the fit has no chains, a name is unknown, or there are too many numbers for a picture.
    """
    _sampled(fit)
    draws = fit.by_quantity
    known = [n for n in draws.recorded if not is_constant(draws.planned, n) and not draws.is_on_demand(n)]
    if names is None:
        wanted = [n for n in known if not draws.line(n).domain] or known
    else:
        wanted = [names] if isinstance(names, str) else list(names)
        if unknown := [n for n in wanted if n not in known]:
            raise FitError(
                f"there are no draws of {listing(unknown)}", expected=f"names among {listing(known, 20)}"
            )
    found = [pair for name in wanted for pair in _numbers(fit, draws, name)]
    if names is not None and len(found) > MOST:
        raise FitError(
            f"{listing(wanted)} are {len(found):,} numbers",
            expected=f"up to {MOST} in one picture",
            way_out="fit.diagnose() looks at all of them",
        )
    if not found:
        raise FitError(f"nothing in {fit.model_name} was sampled", expected="a quantity that varies")
    return found[:MOST]


def _numbers(fit: Face, draws: Draws, name: str) -> Iterator[tuple[str, Array]]:
    positions, labels = entries(fit, name)
    for position, label in zip(positions[: MOST + 1].tolist(), labels, strict=False):
        yield label, np.asarray(draws.numbers(name, np.array([position]))[:, :, 0])


def _sampled(fit: Face) -> Any:
    """Draws of chains, with what the sampler said of each."""
    raw = getattr(fit, "raw", None)
    if raw is None or "diverging" not in raw.stats:
        raise FitError(
            f"this fit of {fit.model_name} has no chains",
            expected="draws of the posterior",
            way_out="fit with method='nuts'",
        )
    return raw


def _chains(fit: Face) -> tuple[int, ...]:
    return tuple(_sampled(fit).chains)


def _diverging(fit: Face) -> Array:
    return np.asarray(_sampled(fit).stats["diverging"], dtype=bool)


def _density(values: Array) -> tuple[Array, Array]:
    """A density with its places; a spike where nothing varies."""
    low, high = float(values.min()), float(values.max())
    if not np.isfinite([low, high]).all() or high - low < 1e-12 * max(abs(low), abs(high), 1e-300):
        return np.array([low, low]), np.array([0.0, 1.0])
    edges = grid_around(values)
    return (edges[1:] + edges[:-1]) / 2, density(values, edges)


def _given(ax: Any, count: int) -> Array:
    axes = np.atleast_1d(np.asarray(ax, dtype=object)).ravel()
    if len(axes) != count:
        raise FitError(f"ax holds {len(axes)} axes", expected=f"{count} for this picture")
    return axes
