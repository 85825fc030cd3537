"""Draws of outcomes: what rows might show, by the model and the draws of its quantities."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import FitError, listing
from stanlevels.results.arviz.axes import Axis, component_axes, label_array, unit_axes
from stanlevels.results.predictions.bar import going_on
from stanlevels.results.predictions.expected import categories_of
from stanlevels.results.predictions.labels import draws_of_rows, table_of_rows
from stanlevels.results.predictions.predict import check_output, chosen_line, prepared_for, room_for
from stanlevels.results.predictions.prepared import Prepared, as_fitted
from stanlevels.results.predictions.summaries import summarised
from stanlevels.results.tables.describe import COLUMNS, check_level
from stanlevels.values.anew import BLOCK, Anew, drawn
from stanlevels.values.remembered import remembered
from stanlevels.values.store import width

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.draws import Draws
    from stanlevels.results.faces.face import Drawn, Face

__all__ = ["add_posterior_predictive", "drawn_outcomes", "posterior_predictive", "replicated"]

_STREAM = 0x0C0E  # keeps these draws apart from others of the same seed
_PIECE = 1_000_000  # numbers at once


def posterior_predictive(
    fit: Face,
    new: Any,
    *,
    name: str | None,
    average_over: Collection[str],
    draws: int | None,
    level: float,
    seed: int,
    tables: Mapping[str, Any] | None,
    output: str,
    progress: bool,
) -> pd.DataFrame | xarray.DataArray:
    """Draws of the outcomes of rows; see `Predicts.posterior_predictive`."""
    check_level(level)
    check_output(output)
    chosen = chosen_line(fit, name, "posterior_predictive")
    ready = prepared_for(fit, new, chosen, average_over, draws, seed, tables, integrate=False)
    line = ready.line(chosen)
    categories = categories_of(line, ready.bound)
    if output == "xarray":
        values = drawn_outcomes(ready, chosen, seed, progress=progress)
        if categories is not None:
            values = label_array(categories)[values - 1]
        return draws_of_rows(fit, ready, chosen, values, new, of="outcome")
    n, (chains, length) = ready.bound.size(line.domain), ready.shape
    numbers = width(fit.planned, chosen) if categories is None else len(categories)
    columns = ("estimate",) if categories is not None else COLUMNS
    found = {column: np.empty((n, numbers)) for column in columns}
    for piece, values in _pieces(ready, chosen, seed, progress=progress):
        if categories is not None:
            shares = [(values == code).mean(axis=(0, 1))[:, 0] for code in range(1, numbers + 1)]
            found["estimate"][piece] = np.stack(shares, axis=1)
            continue
        for column, part in summarised(values.reshape(chains, length, -1), level).items():
            found[column][piece] = part.reshape(-1, numbers)
    notes = [] if categories is None else [f"estimate: the share of draws in which {chosen} is the category"]
    return table_of_rows(fit, ready, chosen, found, new, notes=notes)


def drawn_outcomes(ready: Prepared, name: str, seed: int, *, progress: bool = False) -> Array:
    """Draws of the outcomes of a line, (chains, draws, units, components); whole numbers where it counts.

    Categories are numbered from 1.

    Raises
    ------
    FitError
        If they take more than 8 GB.
    """
    line = ready.line(name)
    n, numbers = ready.bound.size(line.domain), width(ready.values.planned, name)
    room_for(n * numbers, ready.shape, "outcomes")
    found = np.empty((*ready.shape, n, numbers), dtype=np.int64 if line.family.discrete else np.float64)
    for piece, values in _pieces(ready, name, seed, progress=progress):
        found[:, :, piece] = values
    return found


def replicated(draws: Draws, name: str, rows: Codes, seed: int, piece: int) -> Array:
    """Draws of outcomes of some rows that were fitted, (chains, draws, rows, components).

    Parameters
    ----------
    draws : Draws
    name : str
    rows : ndarray of int
        Some of them perhaps more than once; each has an outcome of its own.
    seed : int
    piece : int
        Tells these draws apart from those of other pieces of the rows.
    """
    place = list(draws.planned.lines).index(name)
    fresh = drawn((seed, _STREAM, place, 1 + piece))
    return fresh(draws.line(name), draws.values, remembered(draws.bound), rows, np.arange(len(rows)))


def _pieces(ready: Prepared, name: str, seed: int, *, progress: bool) -> Any:
    """Pieces of units with draws of their outcomes, whole blocks each."""
    line, data = ready.line(name), remembered(ready.bound)
    n, (chains, length) = ready.bound.size(line.domain), ready.shape
    place = list(ready.values.planned.lines).index(name)
    none = np.full(n, -1)
    fresh = drawn((seed, _STREAM, place))
    outcomes = Anew(
        line, ready.values, data, none, ready.values, ready.bound, fresh, ready.shape, range(length)
    )
    each = max(chains * length * width(ready.values.planned, name), 1)
    step = max(1, _PIECE // each // BLOCK) * BLOCK
    pieces = [slice(first, min(first + step, n)) for first in range(0, n, step)]
    for piece in going_on(pieces, len(pieces), "drawing outcomes", progress=progress):
        yield piece, outcomes.at(piece)


def add_posterior_predictive(fit: Drawn, *, draws: int | None, seed: int, progress: bool) -> None:
    """Add the group `posterior_predictive` to `idata`; see `Predicts.add_posterior_predictive`."""
    from stanlevels.results.arviz.groups import put
    from stanlevels.results.arviz.inference_data import Variable, dataset

    held, found = fit.idata, []
    if fit.bound.rows.counts is not None:
        raise FitError(
            "the rows that were fitted were left out of this fit when it was saved",
            way_out="fit.posterior_predictive(new)",
        )
    for name, line in fit.planned.observed.items():
        if not fit.by_quantity.locates(name):
            raise FitError(
                f"outcomes of {name!r} need draws that were not recorded, as record= asked",
                expected=f"draws of what it depends on; recorded are {listing(fit.by_quantity.recorded, 20)}",
                way_out="fit again without record=",
            )
        ready = as_fitted(fit, draws)
        values = drawn_outcomes(ready, name, seed, progress=progress)
        length = fit.by_quantity.shape[1]
        every = -(-length // (draws or length))
        chains = Axis("chain", tuple(held["posterior"]["chain"].to_numpy().tolist()))
        some = Axis("draw", tuple(range(length)[::every]))
        axes = unit_axes(line.domain, fit.bound, fit.names)
        if line.components:
            axes += component_axes(name, fit.planned, fit.names)
        shape = tuple(len(axis.labels) for axis in axes)
        found.append(
            Variable(fit.names[name], (chains, some, *axes), values.reshape(*ready.shape, *shape), {})
        )
    put(held, "posterior_predictive", dataset(found, {}))
