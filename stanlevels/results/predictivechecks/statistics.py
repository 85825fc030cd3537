"""Test statistics of the data and of outcomes replicated from the fit, overall or by level.

Outcomes are replicated given all parameters and effects as they were drawn: of the same units. The Bayesian p
value is how often a replicated statistic is larger than the observed one, ties counted half (Gelman, Meng and
Stern 1996); near 0 or 1 the model does not produce such data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.composed import SEEN
from stanlevels.errors import FitError, listing
from stanlevels.plan.placed import Line
from stanlevels.results.crossvalidation.partition import Partition, by_groups
from stanlevels.results.draws import Draws, thinned
from stanlevels.results.predictions.outcomes import replicated
from stanlevels.results.tables.describe import check_level
from stanlevels.values.arguments import picks_categories
from stanlevels.values.store import width
from stanlevels.words import closest

if TYPE_CHECKING:
    import pandas as pd

    from stanlevels.results.faces.face import Face

__all__ = ["STATISTICS", "Statistic", "ppc_statistics"]

Statistic = Callable[[Array], float]
_Grouped = Callable[[Array, Codes, Codes], Array]

_PIECE = 4_000_000  # numbers held at once
_DRAWS = 250  # of each chain, where none are asked for by number
_SHOWN = 0.025  # p below which, or above 1 less it, a statistic is named


def _mean(y: Array, starts: Codes, counts: Codes) -> Array:
    return np.asarray(np.add.reduceat(y, starts, axis=-1) / counts)


def _sd(y: Array, starts: Codes, counts: Codes) -> Array:
    off = y - np.repeat(_mean(y, starts, counts), counts, axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.sqrt(np.add.reduceat(off * off, starts, axis=-1) / (counts - 1))
    return np.asarray(np.where(counts > 1, found, np.nan))


def _least(y: Array, starts: Codes, counts: Codes) -> Array:
    return np.asarray(np.minimum.reduceat(y, starts, axis=-1))


def _most(y: Array, starts: Codes, counts: Codes) -> Array:
    return np.asarray(np.maximum.reduceat(y, starts, axis=-1))


def _zeros(y: Array, starts: Codes, counts: Codes) -> Array:
    return _mean((y == 0).astype(float), starts, counts)


STATISTICS: Mapping[str, _Grouped] = {
    "mean": _mean,
    "sd": _sd,
    "min": _least,
    "max": _most,
    "zeros": _zeros,
}
"""By name: of values in groups that begin at `starts` and hold `counts`, along the last axis."""


def ppc_statistics(
    fit: Face,
    statistics: Sequence[str] | Mapping[str, Statistic] | None,
    by: str | Sequence[str] | None,
    name: str | None,
    draws: int | None,
    level: float,
    seed: int,
) -> pd.DataFrame:
    """A row per statistic and unit; see `Checks.ppc_statistics`."""
    import pandas as pd

    from stanlevels.results.predictions.predict import chosen_line
    from stanlevels.results.tables.shown import shown

    check_level(level)
    chosen = chosen_line(fit, name, "ppc_statistics")
    few = min(_DRAWS, fit.by_quantity.shape[1]) if draws is None else draws
    drawn = thinned(fit.by_quantity, few)
    line = drawn.line(chosen)
    if not drawn.locates(chosen):
        raise FitError(
            f"replicating {chosen!r} needs draws that were not recorded, as record= asked",
            expected=f"draws of what it depends on; recorded are {listing(drawn.recorded, 20)}",
            way_out="fit again without record=",
        )
    wanted = _wanted(statistics, line, drawn)
    units, codes, partition = _groups(drawn, chosen, by)
    parts = _table(line, drawn, wanted, units, codes, level, seed)
    labels = {} if partition is None else partition.columns(drawn.bound)
    several = drawn.size(chosen)[1] if not picks_categories(line) else 1
    frames = []
    for statistic, columns in parts:
        n = len(columns["observed"]) // several
        lead: dict[str, Any] = {column: np.repeat(each, several) for column, each in labels.items()}
        if several > 1:
            lead["component"] = np.tile([str(x) for x in _components(drawn, chosen)], n)
        frames.append(pd.DataFrame({"statistic": [statistic] * (n * several), **lead, **columns}))
    table = pd.concat(frames, ignore_index=True)
    return shown(table, _notes(table))


def _components(draws: Draws, name: str) -> Sequence[Any]:
    axes = draws.line(name).components
    return list(draws.planned.axes[axes[0]]) if len(axes) == 1 else list(range(draws.size(name)[1]))


def _wanted(
    statistics: Sequence[str] | Mapping[str, Statistic] | None, line: Line, draws: Draws
) -> dict[str, _Grouped]:
    if line.family.is_categorical:
        if statistics is not None and not isinstance(statistics, Mapping):
            raise FitError(
                f"{line.name!r} is one of several categories, of which {listing(statistics)} means nothing",
                expected="statistics=None, for the share of each, or functions of their numbers from 1",
            )
        if statistics is None:
            labels = draws.bound.outcome_labels(line.name) or ()
            return {f"share of {label!r}": _share(k) for k, label in enumerate(labels, 1)}
    if statistics is None:
        zeros = line.family.discrete or bool((np.asarray(draws.bound.outcome(line.name)) == 0).any())
        return {k: v for k, v in STATISTICS.items() if k != "zeros" or zeros}
    if isinstance(statistics, Mapping):
        return {str(k): _one_by_one(f) for k, f in statistics.items()}
    names = [statistics] if isinstance(statistics, str) else list(statistics)
    for each in names:
        if each not in STATISTICS:
            raise FitError(
                f"there is no statistic {each!r}",
                expected=closest(str(each), STATISTICS),
                way_out="statistics={'name': function} takes your own, of an array of outcomes",
            )
    return {each: STATISTICS[each] for each in names}


def _share(k: int) -> _Grouped:
    return lambda y, starts, counts: _mean((y == k).astype(float), starts, counts)


def _number(found: Any) -> float:
    """What a statistic of the user's own gave, if it is a number."""
    if np.ndim(found) or np.asarray(found).dtype.kind not in "biuf":
        raise FitError(
            f"a statistic gave {type(found).__name__}"
            + (f" of shape {np.shape(found)}" if np.ndim(found) else ""),
            expected="one number for an array of outcomes",
            way_out="statistics={'largest': lambda y: y.max()}",
        )
    return float(found)


def _one_by_one(function: Statistic) -> _Grouped:
    def grouped(y: Array, starts: Codes, counts: Codes) -> Array:
        flat = y.reshape(-1, y.shape[-1])
        found = [
            [_number(function(row[a : a + n])) for a, n in zip(starts, counts, strict=True)] for row in flat
        ]
        return np.asarray(found).reshape(*y.shape[:-1], len(starts))

    return grouped


def _groups(draws: Draws, name: str, by: str | Sequence[str] | None) -> tuple[Codes, Codes, Partition | None]:
    """Units of a line group by group (those that count several times as often), and the group of each."""
    weights = draws.bound.weights(name)
    n = draws.bound.size(draws.line(name).domain)
    times = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    if SEEN.name in draws.line(name).args:  # of several outcomes in a row all are replicated, or none
        times = times * ~np.isnan(draws.bound.seen(name)).any(axis=1)
    if not (times == np.round(times)).all():
        raise FitError(
            f"the weights of {name!r} are no whole numbers: rows cannot be replicated as often",
            expected="frequency weights that count rows",
        )
    partition = None if by is None else by_groups(draws.planned, draws.bound, by, name)
    codes = np.zeros(n, dtype=np.int64) if partition is None else partition.codes[name]
    order = np.argsort(codes, kind="stable")
    repeated = np.repeat(order, times[order].astype(np.int64))
    return repeated[codes[repeated] >= 0], codes[repeated][codes[repeated] >= 0], partition


def _table(
    line: Line,
    draws: Draws,
    wanted: Mapping[str, _Grouped],
    units: Codes,
    codes: Codes,
    level: float,
    seed: int,
) -> list[tuple[str, dict[str, Array]]]:
    """Columns of every statistic over groups and components, in pieces of groups."""
    numbers = 1 if picks_categories(line) else width(draws.planned, line.name)
    observed = np.asarray(draws.bound.outcome(line.name), dtype=float).reshape(-1, numbers)
    found: dict[str, list[dict[str, Array]]] = {statistic: [] for statistic in wanted}
    for block, piece in enumerate(_pieces(codes, int(np.prod(draws.shape)) * numbers)):
        rows, own = units[piece], codes[piece]
        counts = np.unique(own, return_counts=True)[1]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        y = observed[rows].T
        outcomes = replicated(draws, line.name, rows, seed, block)
        again = np.ascontiguousarray(outcomes.reshape(-1, *outcomes.shape[2:]).swapaxes(1, 2), dtype=float)
        for statistic, function in wanted.items():
            mine, theirs = function(y, starts, counts), function(again, starts, counts)
            found[statistic].append(_described(mine, theirs, level))
    return [(s, {c: np.concatenate([p[c] for p in parts]) for c in parts[0]}) for s, parts in found.items()]


def _pieces(codes: Codes, each: int) -> Iterator[slice]:
    """Whole groups with about so many numbers."""
    starts = np.flatnonzero(np.diff(codes, prepend=-1))
    ends = np.append(starts[1:], len(codes))
    first = 0
    for end in ends.tolist():
        if (end - first) * each >= _PIECE or end == len(codes):
            yield slice(first, end)
            first = end


def _described(observed: Array, replicated: Array, level: float) -> dict[str, Array]:
    """Columns of one statistic: (components, groups) held against (draws, components, groups)."""
    tail = (1 - level) / 2
    low, high = np.quantile(replicated, [tail, 1 - tail], axis=0)
    more = (replicated > observed).mean(axis=0) + 0.5 * (replicated == observed).mean(axis=0)
    p = np.where(np.isnan(observed), np.nan, more)
    columns = {
        "observed": observed,
        "estimate": replicated.mean(axis=0),
        "sd": replicated.std(axis=0, ddof=1) if len(replicated) > 1 else np.full(observed.shape, np.nan),
        "lower": low,
        "upper": high,
        "p": p,
    }
    return {column: values.T.ravel() for column, values in columns.items()}


def _notes(table: pd.DataFrame) -> list[str]:
    notes = ["p is how often a replicated statistic is larger than the observed one"]
    odd = (table["p"] < _SHOWN) | (table["p"] > 1 - _SHOWN)
    if odd.any():
        which = listing(dict.fromkeys(table.loc[odd, "statistic"]))
        told = f"{int(odd.sum()):,} of {len(table):,} lie in a tail of {_SHOWN:.1%} ({which})"
        expected = 2 * _SHOWN * len(table)
        by_chance = f"; {expected:.0f} would by chance" if expected >= 1 else ""
        notes.append(f"{told}{by_chance}")
    return notes
