"""Ranks of units with their uncertainty: every draw ranks all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import ceil, prod
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import FitError, listing
from stanlevels.results.draws import Draws, every_nth
from stanlevels.results.marginal.evaluate import Written, worked_out
from stanlevels.results.marginal.evaluation import columns_of, labels_of
from stanlevels.results.marginal.labelled import Labelled
from stanlevels.results.marginal.quantities import of_draws
from stanlevels.results.predictions.bar import going_on
from stanlevels.results.predictions.predict import of_estimates
from stanlevels.results.predictions.prepared import at_estimates
from stanlevels.results.tables.describe import check_level
from stanlevels.values.pieces import chunks, for_each
from stanlevels.words import closest, counted

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.results.faces.face import Face

__all__ = ["Ranked", "rank", "ranked"]

_HELD = 100_000_000  # ranks in memory at once: 400 MB
_WINDOW = 25_000_000  # values in memory at once: 200 MB
_BEST = ("highest", "lowest")


def rank(
    fit: Face,
    of: str | Written,
    *,
    best: str,
    component: str | int | None,
    top: int | None,
    draws: int | None,
    level: float,
    progress: bool,
) -> pd.DataFrame:
    """A row per unit, the best first; see `Asks.rank`."""
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    check_level(level)
    if best not in _BEST:
        raise FitError(f"best is {best!r}", expected=" or ".join(map(repr, _BEST)))
    whole = of_draws(fit.by_quantity)

    def unit_values(given: Draws) -> Labelled:
        there = of_draws(given)
        found = there[of] if isinstance(of, str) else worked_out(of, there)
        return _one_per_unit(found, component)

    if isinstance(of, str):
        _check_has_units(whole[of], whole.by_name.values())
    values = unit_values(fit.by_quantity)
    n = prod(dim.size for dim in values.dims)
    if top is not None and not (type(top) is int and 1 <= top <= n):
        raise FitError(f"top is {top!r}", expected=f"a whole number from 1 to {n:,}, the number of units")
    taken = _taken(fit.by_quantity.shape, n, draws)

    def of_window(window: slice) -> Array:
        there = unit_values(fit.by_quantity.window(window))
        return there.whole().reshape(*there.shape, -1)

    chains = fit.by_quantity.shape[0]
    found = ranked(
        of_window, chains, n, taken, highest=best == "highest", top=top or 1, level=level, progress=progress
    )
    labels = labels_of(values.dims, values.bound, fit.names)
    if found.unknown.size:
        some = [" ".join(str(column[unit]) for column in labels.values()) for unit in found.unknown[:6]]
        raise FitError(
            f"{counted(len(found.unknown), 'unit')} of {values.name!r} have draws that are not numbers:"
            f" {listing(some)}",
            expected="a finite number in every draw",
        )
    plug_in = at_estimates(fit)
    numbers = columns_of(values, None if plug_in is None else unit_values(plug_in), level)
    table = labels | {"estimate": numbers["estimate"], "sd": numbers["sd"]} | found.columns(top)
    order = np.lexsort((found.median, found.expected))
    notes = [] if plug_in is None else [of_estimates(fit)]
    if len(taken) < fit.by_quantity.shape[1]:
        notes.append(f"ranks from {chains * len(taken):,} of {prod(fit.by_quantity.shape):,} draws")
    return shown(pd.DataFrame(table).iloc[order].reset_index(drop=True), notes, list(labels))


def _one_per_unit(values: Labelled, component: str | int | None) -> Labelled:
    inner = [dim for dim in values.dims if not dim.has_units]
    if component is not None and not inner:
        raise FitError(
            f"{values.name!r} has no components: component is {component!r}", way_out="leave it out"
        )
    if component is not None and len(inner) == 1:
        return values[tuple(component if dim is inner[0] else slice(None) for dim in values.dims)]
    if inner:
        labels = inner[0].labels
        raise FitError(
            f"{values.name!r} has several numbers per unit, and units are ranked by one",
            expected=closest("", labels),
            way_out=f"component={labels[0]!r}" if len(inner) == 1 else "rank(lambda m: ...) of one of them",
        )
    if not values.dims:
        raise FitError(
            f"{values.name!r} is one number: there is nothing to rank", expected="a quantity with units"
        )
    return values


def _check_has_units(values: Labelled, others: Iterable[Labelled]) -> None:
    if any(dim.has_units for dim in values.dims):
        return
    known = [each.name for each in others if any(dim.has_units for dim in each.dims)]
    raise FitError(
        f"{values.name!r} has no units to rank",
        expected=f"one of {listing(known, 20)}" if known else "a quantity over a level (there is none)",
    )


def _taken(shape: tuple[int, int], units: int, asked: int | None) -> range:
    """Draws of every chain from which ranks are taken: all that memory bears, or as many as asked for."""
    chains, length = shape
    every_nth(asked, length)
    if asked is not None:
        step = length // asked
        return range(0, step * asked, step)
    most = max(1, _HELD // max(1, units * chains))
    return range(0, length, -(-length // most))


@dataclass(frozen=True, eq=False)
class Ranked:
    """What many rankings say of every unit, all (units,); rank 1 is the best.

    Attributes
    ----------
    expected, median, lower, upper : ndarray
        Mean and quantiles of the rank; the ranks of units that tie are averaged.
    first, top : ndarray
        The shares of draws in which it is the best, and among the best.
    unknown : ndarray of int
        Units with a draw that is no number; the rest says nothing then.
    """

    expected: Array
    median: Array
    lower: Array
    upper: Array
    first: Array
    top: Array
    unknown: Codes

    def columns(self, top: int | None) -> dict[str, Array]:
        """Of a table; with the share among the best where a number of these is given."""
        found = {
            "expected_rank": self.expected,
            "median_rank": self.median,
            "lower_rank": self.lower,
            "upper_rank": self.upper,
            "first": self.first,
        }
        return found if top is None else {**found, f"top_{top}": self.top}


def ranked(
    values_of: Callable[[slice], Array],
    chains: int,
    units: int,
    taken: range,
    *,
    highest: bool,
    top: int,
    level: float,
    progress: bool = False,
) -> Ranked:
    """Rank all units in every draw that is taken.

    Parameters
    ----------
    values_of : callable
        Values (chains, draws, units) of a slice of the draws of every chain.
    chains, units : int
        How many there are.
    taken : range
        Draws of every chain.
    highest : bool
        Whether the highest value has rank 1.
    top : int
        How many count as being among the best.
    level : float
        Of the interval of ranks.
    progress : bool
        Whether a bar is shown where it takes long.
    """
    twice = np.empty((chains * len(taken), units), dtype=np.int32)  # ranks of units that tie end in .5
    counts, unknown = np.zeros((2, units)), np.zeros(units, dtype=bool)
    begin = 0
    windows = chunks(len(taken), chains * units, _WINDOW)
    for piece in going_on(windows, len(windows), "ranking", progress=progress):
        some = taken[piece]
        values = values_of(slice(some.start, some.stop, some.step)).reshape(-1, units)
        unknown |= np.isnan(values).any(axis=0)
        values = -values if highest else values
        _rank(values, twice[begin : begin + len(values)], counts, top)
        begin += len(values)
    found = np.full((4, units), np.nan)

    def fill(piece: slice) -> None:
        own = np.sort(twice[:, piece].T, axis=1)
        found[0][piece] = own.mean(axis=1) / 2
        for each, share in zip(found[1:], (0.5, (1 - level) / 2, (1 + level) / 2), strict=True):
            each[piece] = own[:, max(0, ceil(share * own.shape[1]) - 1)] / 2

    if not unknown.any():
        for_each(chunks(units, len(twice)), fill)
    expected, median, lower, upper = found
    first, among = counts / len(twice)
    return Ranked(expected, median, lower, upper, first, among, np.flatnonzero(unknown))


def _rank(values: Array, twice: Array, counts: Array, top: int) -> None:
    """The sum of the first and the last rank of every value in its row, which differ where values tie.

    To `counts` is added how often each column is the first, and among the first `top`; columns that tie for
    fewer places than they are have equal parts of these.
    """
    units, lock = values.shape[1], Lock()

    def fill(rows: slice) -> None:
        own = np.zeros_like(counts)
        for k in range(rows.start, rows.stop):
            order = np.argsort(values[k])
            new = np.flatnonzero(np.diff(values[k][order], prepend=np.nan) != 0)
            if len(new) == units:
                low = high = np.arange(1, units + 1)
            else:
                ends = np.append(new[1:], units)
                low, high = np.repeat(new + 1, ends - new), np.repeat(ends, ends - new)
            twice[k, order] = low + high
            for place, most in enumerate((1, top)):
                among = np.searchsorted(low, most, "right")
                shares = np.clip(most + 1 - low[:among], 0, high[:among] + 1 - low[:among])
                own[place, order[:among]] += shares / (high[:among] + 1 - low[:among])
        with lock:
            counts[:] += own

    for_each(chunks(len(values), units, 500_000), fill)
