"""Predictions of the mean: a row per row (and component, or category), or the draws."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.results.predictions.alike import alike
from stanlevels.results.predictions.bar import going_on
from stanlevels.results.predictions.expected import categories_of, numbers_of
from stanlevels.results.predictions.labels import draws_of_rows, table_of_rows
from stanlevels.results.predictions.prepared import Prepared, as_fitted, levels_of, prepared
from stanlevels.results.predictions.summaries import summarised
from stanlevels.results.predictions.undefined import refuse_undefined
from stanlevels.results.room import check_room
from stanlevels.results.tables.describe import COLUMNS, check_level
from stanlevels.values.pieces import chunks, for_each
from stanlevels.values.remembered import remembered

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.faces.face import Face

__all__ = ["check_output", "chosen_line", "of_estimates", "predict", "prepared_for", "room_for"]

_PIECE = 250_000  # numbers at once


def predict(
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
    """The mean of the outcomes of rows; see `Predicts.predict`."""
    check_level(level)
    check_output(output)
    chosen = chosen_line(fit, name, "predict")
    ready = prepared_for(fit, new, chosen, average_over, draws, seed, tables, integrate=True)
    line, data = ready.line(chosen), remembered(ready.bound)
    some, kinds = alike(line, fit.planned, data)
    numbers, (chains, length) = numbers_of(line, ready.values, ready.bound), ready.shape
    pieces = chunks(len(some), chains * length * numbers, _PIECE)
    if output == "xarray":
        room_for(len(kinds) * numbers, ready.shape, "predictions")
        whole = np.empty((chains, length, len(some), numbers))
        for piece in going_on(pieces, len(pieces), "predicting", progress=progress):
            whole[:, :, piece] = ready.mean(chosen, some[piece])
        return draws_of_rows(fit, ready, chosen, whole[:, :, kinds], new)
    found = {column: np.empty((len(some), numbers)) for column in COLUMNS}

    def fill(piece: slice) -> None:
        means = ready.mean(chosen, some[piece])
        for column, part in summarised(means.reshape(chains, length, -1), level).items():
            found[column][piece] = part.reshape(-1, numbers)
        if (at_point := ready.estimate(chosen, some[piece])) is not None:
            found["estimate"][piece] = at_point

    for group in going_on(_groups(pieces), -(-len(pieces) // _TOGETHER), "predicting", progress=progress):
        for_each(group, fill)
    refuse_undefined(ready, chosen, found["estimate"], some, kinds)
    columns = {column: values[kinds] for column, values in found.items()}
    return table_of_rows(fit, ready, chosen, columns, new, notes=_notes(fit, ready, chosen, some))


_TOGETHER = 64  # pieces between two looks at the clock


def _groups(pieces: list[slice]) -> list[list[slice]]:
    return [pieces[i : i + _TOGETHER] for i in range(0, len(pieces), _TOGETHER)]


def prepared_for(
    fit: Face,
    new: Any,
    name: str,
    average_over: Collection[str],
    draws: int | None,
    seed: int,
    tables: Mapping[str, Any] | None,
    *,
    integrate: bool,
    verb: str = "predict",
) -> Prepared:
    """The rows that are asked for: new ones, or those that were fitted.

    Raises
    ------
    FitError
        If those that were fitted are asked for and the fit has lost them.
    """
    if not isinstance(seed, int) or isinstance(seed, bool) or seed < 0:
        raise FitError(f"seed is {seed!r}", expected="a whole number, 0 or more")
    if new is None:
        if fit.bound.rows.counts is not None and fit.planned.lines[name].domain == (ROWS,):
            raise FitError(
                "the rows that were fitted were left out of this fit when it was saved",
                way_out=f"pass rows: fit.{verb}(new)",
            )
        over = levels_of(fit.planned, average_over)
        if not over and tables is None:
            return as_fitted(fit, draws)
        new = {column: values.tolist() for column, values in fit.bound.rows.columns.items()}
    return prepared(
        fit,
        new,
        names=[name],
        average_over=average_over,
        tables=tables,
        draws=draws,
        seed=seed,
        integrate=integrate,
    )


def chosen_line(fit: Face, name: str | None, verb: str) -> str:
    """The line with data that is asked for: the only one, where none is named."""
    observed = fit.planned.observed
    if name is None and len(observed) == 1:
        (name,) = observed
    if name is None or name not in observed:
        raise FitError(
            f"{verb}() was given {name!r}" if name is not None else f"{verb}() was not told which line",
            expected=f"name= one of the lines with data: {listing(observed, 20) or 'there is none'}",
            way_out=f"fit.{verb}(name={next(iter(observed))!r})" if observed else "",
        )
    return name


def of_estimates(fit: Face) -> str:
    """What tables say of a fit that has estimates and no draws."""
    method = getattr(fit, "method", "maximum likelihood")
    return f"estimate: at the estimates of method={method!r}; sd, lower, upper: draws of their approximation"


def check_output(output: str) -> None:
    """Raise FitError where `output` is none of the two."""
    if output not in ("frame", "xarray"):
        raise FitError(f"output={output!r} is not known", expected="'frame' or 'xarray'")


def room_for(numbers: int, shape: tuple[int, int], what: str) -> None:
    """Raise FitError where draws that are handed over take more than 8 GB."""
    more = "; output='frame' keeps none of them; or pass the rows in parts"
    check_room(f"these {what} are", numbers, shape, more)


def _notes(fit: Face, ready: Prepared, name: str, some: Array) -> list[str]:
    """What should be read with the table."""
    notes = []
    line = ready.line(name)
    if categories_of(line, ready.bound) is not None:
        notes.append(f"estimate: the probability of each category of {name}")
    elif line.form.trials and len(some):
        notes.append(f"estimate: the expected count of {name} in its trials")
    if ready.point is not None:
        notes.append(of_estimates(fit))
    if ready.averaging == "draws" and len(some):
        error = float(np.nanmax(ready.spread(name, some[: min(len(some), 20)])))
        notes.append(
            f"averaged over {len(ready.nodes)} fresh units: standard error up to {error:.2g} of a draw, "
            f"{error / np.sqrt(np.prod(ready.shape)):.2g} of an estimate"
        )
    return notes
