"""How the mean of an outcome changes when columns do."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.usage import columns_used, level_columns
from stanlevels.binding.widen.needs import sources_of
from stanlevels.distributions.special import special
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.results.marginal.asked import Asked, Question
from stanlevels.results.marginal.changed import with_columns
from stanlevels.results.marginal.changes import Pair, Setting, check_columns, pairs_of
from stanlevels.results.marginal.held import moved_to
from stanlevels.results.marginal.tabled import Contrast, tabled
from stanlevels.results.predictions.needs import needs_of
from stanlevels.results.predictions.prepared import Prepared

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.faces.face import Face

__all__ = ["KINDS", "Changes", "coding_of", "column_of", "comparisons", "set_to"]

Changes = str | Sequence[str] | Mapping[str, Any]
"""Names of columns, or of each how it changes."""

KINDS: Mapping[str, tuple[str, Callable[[Array, Array], Array]]] = {
    "difference": ("-", lambda high, low: high - low),
    "ratio": ("/", lambda high, low: high / low),
    "log ratio": ("log ratio", lambda high, low: np.log(high) - np.log(low)),
    "odds ratio": ("odds ratio", lambda high, low: np.exp(special.logit(high) - special.logit(low))),
    "log odds": ("log odds", lambda high, low: special.logit(high) - special.logit(low)),
    "lift": ("lift", lambda high, low: (high - low) / low),
}
"""What is computed of two means, and what stands between them in words."""


def comparisons(
    fit: Face,
    changes: Changes,
    question: Question,
    *,
    together: bool,
    kind: str | Callable[[Array, Array], Array],
    level: float,
    output: str,
) -> pd.DataFrame | xarray.DataArray:
    """A row per change and group; see `Asks.comparisons`."""
    asked = Asked(fit, question)
    given = _given(changes)
    check_columns(asked, given, "comparisons")
    between, compute = _kind(kind)
    of_levels = set(level_columns(asked.bound.graph).values())
    pairs = {
        name: pairs_of(name, how, column_of(asked, name), coding_of(asked, name), of_level=name in of_levels)
        for name, how in given.items()
    }
    chosen = _several(pairs) if together else [{name: pair} for name, own in pairs.items() for pair in own]
    sets: list[Prepared] = []
    known: dict[tuple[tuple[str, str], ...], int] = {}
    contrasts = []
    for change in chosen:
        places = []
        for side in (0, 1):
            settings = {name: pair[side] for name, pair in change.items()}
            key = tuple((name, setting.words) for name, setting in settings.items())
            if key not in known:
                known[key] = len(sets)
                sets.append(set_to(asked, settings))
            places.append(known[key])
        high, low = (_words(change, side) for side in (0, 1))
        text = f"{high} {between} {low}" if len(between) == 1 else f"{between}: {high}, {low}"
        labels = {"change": ", ".join(change), "contrast": text}
        contrasts.append(Contrast(labels, (places[0], places[1]), compute))
    return tabled(asked, sets, contrasts, level=level, output=output)


def _given(changes: Changes) -> dict[str, Any]:
    if isinstance(changes, str):
        return {changes: None}
    given = dict(changes) if isinstance(changes, Mapping) else {}
    if isinstance(changes, list | tuple | set) and all(isinstance(name, str) for name in changes):
        given = dict.fromkeys(changes)
    if not given or not all(isinstance(name, str) for name in given):
        raise FitError(
            f"comparisons() was given {changes!r}",
            expected="names of columns, each with how it changes",
            way_out="fit.comparisons({'x': [0, 1]})",
        )
    return given


def _kind(kind: str | Callable[[Array, Array], Array]) -> tuple[str, Callable[[Array, Array], Array]]:
    if callable(kind):
        return getattr(kind, "__name__", "function").replace("<lambda>", "function"), kind
    if kind not in KINDS:
        raise FitError(f"kind is {kind!r}", expected=f"{listing(KINDS, 9)}, or a function of two means")
    return KINDS[kind]


def _several(pairs: Mapping[str, list[Pair]]) -> list[dict[str, Pair]]:
    """All columns at once: every change of the one with every change of the others."""
    return [dict(zip(pairs, several, strict=True)) for several in product(*pairs.values())]


def _words(change: Mapping[str, Pair], side: int) -> str:
    if len(change) == 1:
        return next(iter(change.values()))[side].words
    return "(" + ", ".join(f"{pair[side].words}" for pair in change.values()) + ")"


def column_of(asked: Asked, name: str) -> Any:
    """A column where it stands: in the rows, or in the table of a level."""
    bound = asked.bound
    if name in bound.rows.columns:
        return bound.rows.columns[name]
    for table in bound.encodings.tables.values():
        if name in table.columns:
            return table.columns[name]
    return asked.column(name, "that changes")


def coding_of(asked: Asked, name: str) -> Any:
    """The coding of a column that stands for categories; None for numbers."""
    codings = asked.fit.bound.encodings.codings
    return next((coding for column, coding in codings.items() if column.name == name), None)


def set_to(asked: Asked, settings: Mapping[str, Setting]) -> Prepared:
    """The rows with columns set to values: others as they are, units as they are held to be."""
    fit, graph = asked.fit, asked.bound.graph
    of_levels = set(level_columns(graph).values()) & set(settings)
    changes = {name: setting.change for name, setting in settings.items() if name not in of_levels}
    base = (
        asked.base if not of_levels else asked.ready(_rows_with(asked, {n: settings[n] for n in of_levels}))
    )
    if not changes:
        return base
    derived = fit.bound.encodings.derived
    bound = with_columns(base.bound, derived, changes)
    roles = getattr(fit, "roles", fit.planned.roles)
    fixed = {name for name, role in roles.items() if role == "parameter"}
    return moved_to(base, asked.name, bound, set(changes), derived, fixed)


def _rows_with(asked: Asked, settings: Mapping[str, Setting]) -> dict[str, list[Any]]:
    """The columns that lines over rows read, those of levels set to one label: the rest is the units' own."""
    graph, derived = asked.bound.graph, asked.fit.bound.encodings.derived
    needs = needs_of(asked.fit.planned, [asked.name], derived, outcomes=False)
    read_by_rows = {s for name in needs.columns.get((ROWS,), {}) for s in sources_of(name, derived)}
    wanted = read_by_rows | set(level_columns(graph).values())
    columns: dict[str, list[Any]] = {}
    if asked.frame is None:
        rows = asked.fit.bound.rows.columns
        columns = {name: values.tolist() for name, values in rows.items() if name in wanted}
    else:
        used = [name for name in columns_used(graph) if name in asked.frame.names and name in wanted]
        for name, read in asked.frame.read(used).items():
            gone = read.absent.tolist()
            items = zip(read.values.tolist(), gone, strict=True)
            columns[name] = [None if lost else item for item, lost in items]
    n = asked.bound.n_rows
    return columns | {name: [setting.value] * n for name, setting in settings.items()}
