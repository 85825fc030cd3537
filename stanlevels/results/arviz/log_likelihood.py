"""The group `log_likelihood` of ArviZ: the log density of every row, from which LOO and WAIC are computed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.distributions.composed import SEEN
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.results.arviz.arviz_names import ArvizNames
from stanlevels.results.arviz.axes import component_axes, unit_axes
from stanlevels.results.arviz.inference_data import Variable, dataset, leading_axes
from stanlevels.results.draws import Draws
from stanlevels.results.room import check_room
from stanlevels.values.groups import first_rows, groups_of
from stanlevels.values.pieces import chunks, for_each
from stanlevels.values.pointwise import in_order, log_density, numbers_per_row
from stanlevels.values.remembered import remembered

if TYPE_CHECKING:
    import xarray

    from stanlevels.engines.base import RawDraws

__all__ = ["alone_in_their_units", "log_likelihood"]


def log_likelihood(draws: Draws, raw: RawDraws, names: ArvizNames, every: int) -> xarray.Dataset:
    """One variable for every outcome: (chain, draw, its units, its components where each has a density).

    Rows that count for nothing (weight 0) are left out.

    Parameters
    ----------
    draws : Draws
    raw : RawDraws
        Which chains there are.
    names : ArvizNames
    every : int
        Every how many-th draw of each chain; 1 is all of them.

    Raises
    ------
    FitError
        If an outcome has more than a thousand million log densities, or rests on what was not recorded.
    """
    found = []
    some = draws.window(slice(None, None, every))
    for name, line in draws.planned.observed.items():
        if not draws.locates(name):
            raise FitError(
                f"the log likelihood of {name!r} needs draws that were not recorded, as record= asked",
                expected=f"draws of what it depends on; recorded are {listing(draws.recorded, 20)}",
                way_out="fit again without record=",
            )
        weights = draws.bound.weights(name)
        counted = _kept(draws, name)
        kept = None if counted is None else np.asarray(counted)
        n, numbers = draws.bound.size(line.domain), numbers_per_row(line, some.values)
        check_room(f"the log likelihood of {name!r} has", n * numbers, some.shape)
        values = _filled(some, name, np.arange(n) if kept is None else kept, numbers)
        axes = unit_axes(line.domain, draws.bound, names)
        if numbers > 1:
            axes += component_axes(name, draws.planned, names)
        if kept is None:
            values = values.reshape(*values.shape[:2], *(len(axis.labels) for axis in axes))
        else:
            rows = axes[0].at(kept)
            shared = all(_kept(draws, other) == kept.tolist() for other in _beside(draws, name))
            axes = (rows if shared else replace(rows, dim=f"{rows.dim}_of_{names[name]}"), *axes[1:])
            values = values if numbers > 1 else values[..., 0]
        chain, draw = leading_axes(raw, draws.shape[1])
        attrs: dict[str, Any] = {} if weights is None else {"weights": line.variable.weights}
        found.append(
            Variable(names[name], (chain, draw.at(np.arange(draws.shape[1])[::every]), *axes), values, attrs)
        )
    return dataset(found, {})


def _kept(draws: Draws, name: str) -> list[int] | None:
    """The units of an outcome that count; None where all do.

    Of outcomes that have one density together the first stands for all.
    """
    line = draws.line(name)
    if line.form.grouping:
        first: list[int] = first_rows(groups_of(line, draws.values, draws.bound)).tolist()
        return first
    weights = draws.bound.weights(name)
    if weights is None and SEEN.name in draws.line(name).args:
        known = ~np.isnan(np.asarray(draws.bound.seen(name), dtype=float)).all(axis=1)
        return None if known.all() else np.flatnonzero(known).tolist()
    return None if weights is None or np.all(weights > 0) else np.flatnonzero(weights > 0).tolist()


def _beside(draws: Draws, name: str) -> list[str]:
    """Other outcomes of the same units."""
    lines = draws.planned.observed
    return [n for n, line in lines.items() if n != name and line.domain == lines[name].domain]


def _filled(draws: Draws, name: str, units: Codes, numbers: int) -> Array:
    """Log densities (chains, draws, units, numbers), in pieces of units."""
    line, (chains, length), data = draws.line(name), draws.shape, remembered(draws.bound)
    found = np.empty((chains, length, len(units), numbers))
    places = np.full(data.size(line.domain), -1)
    places[units] = np.arange(len(units))
    order = in_order(line, draws.values, data)
    order = order[places[order] >= 0]

    def fill(piece: slice) -> None:
        found[:, :, places[order[piece]]] = log_density(line, draws.values, data, order[piece])

    for_each(chunks(len(units), chains * length * numbers), fill)
    return found


def alone_in_their_units(draws: Draws) -> list[str]:
    """Random variables that have a unit of their own for every row that has one at all.

    A row without which its effect would be drawn from its distribution alone tells little of other rows: its
    importance weights have no variance, and no LOO can be computed from them.
    """
    found = []
    for name, line in draws.planned.latent.items():
        if not line.domain or not draws.bound.n_rows or not draws.planned.quantities[name].is_unknown:
            continue
        if line.domain == (ROWS,):
            found.append(name)
        elif draws.bound.determines((ROWS,), line.domain):
            counts = draws.bound.rows_of(line.domain)
            if counts.max(initial=0) <= 1:
                found.append(name)
    return found
