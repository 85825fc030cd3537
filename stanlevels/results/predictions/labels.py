"""Which row each prediction is about: labels of its units, and whether these were known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.levels.nesting import only_value
from stanlevels.graph import ROWS
from stanlevels.results.arviz.arviz_names import storable_name
from stanlevels.results.arviz.axes import component_axes, label_array, storable
from stanlevels.results.predictions.expected import categories_of
from stanlevels.results.tables.describe import COLUMNS
from stanlevels.results.tables.subjects_of_rows import component_words, covariates_of_rows

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.binding import Bound
    from stanlevels.plan.placed import Line
    from stanlevels.results.faces.face import Face
    from stanlevels.results.predictions.prepared import Prepared

__all__ = ["draws_of_rows", "in_order_given", "kinds_of", "table_of_rows"]


def table_of_rows(
    fit: Face,
    ready: Prepared,
    name: str,
    columns: Mapping[str, Array],
    new: Any,
    notes: Sequence[str] = (),
    along: tuple[str, Sequence[Any]] | None = None,
) -> pd.DataFrame:
    """A row per unit of a line (and component, or category), with what tells it apart.

    Parameters
    ----------
    fit : Fit or PointFit
    ready : Prepared
    name : str
        A line with data.
    columns : mapping of str to ndarray, (units, components or categories)
    new : dataframe or other
        As it was given: a pandas frame lends its index.
    notes : sequence of str
    along : tuple of (str, sequence), optional
        What the numbers of a unit are: what they are called together, and their labels; by default
        categories, or components.
    """
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    line, bound = ready.line(name), ready.bound
    order = in_order_given(line, bound)
    kinds = kinds_of(fit, line, bound) if along is None else along[1]
    many = len(kinds) if kinds is not None else 1
    table: dict[str, Any] = {
        column: np.repeat(labels[order], many) for column, labels in label_columns(fit, ready, line)
    }
    if kinds is not None:
        which = "category" if categories_of(line, bound) is not None else "component"
        which = which if along is None else along[0]
        table[_free(which, table)] = np.tile(label_array(kinds), len(order))
    if many == 1 and line.domain == (ROWS,):
        table |= covariates_of_rows(bound, table)
    labels = list(table)
    table |= {_free(column, table): values[order].ravel() for column, values in columns.items()}
    index = np.repeat(_index(line, new, len(order)), many)
    frame = pd.DataFrame(table, index=index)
    if many == 1 and line.domain == (ROWS,) and isinstance(new, pd.DataFrame):
        frame.index = new.index
    frame.attrs["notes"] = list(notes)
    return shown(frame, notes, labels)


def draws_of_rows(
    fit: Face,
    ready: Prepared,
    name: str,
    values: Array,
    new: Any,
    *,
    of: str = "mean",
    along: tuple[str, Sequence[Any]] | None = None,
) -> xarray.DataArray:
    """Draws with dimensions chain, draw, the rows (or units) and the components or categories.

    Parameters
    ----------
    values : ndarray, (chains, draws, units, numbers)
    of : str
        "mean", or "outcome": then categories have no dimension of their own.
    along : tuple of (str, sequence), optional
        As in `table_of_rows`.
    """
    import xarray

    line, bound = ready.line(name), ready.bound
    order = in_order_given(line, bound)
    names = fit.names
    raw = getattr(fit, "raw", None)
    chains = tuple(raw.chains) if raw is not None else (1,)
    dims = ["chain", "draw", "_".join(names[axis] for axis in line.domain)]
    length = values.shape[1]
    every = max(1, -(-fit.by_quantity.shape[1] // max(length, 1)))
    coords: dict[str, Any] = {
        "chain": ("chain", np.asarray(chains)),
        "draw": ("draw", np.arange(length) * every),
        dims[2]: (dims[2], storable(_coordinate(line, bound, order, new))),
    }
    for column, labels in label_columns(fit, ready, line):
        coord = storable_name(column)
        while coord in (*dims, "category", "component"):
            coord = f"{coord}_"
        coords[coord] = (dims[2], storable(labels[order].tolist()))
    kinds = kinds_of(fit, line, bound) if of == "mean" or categories_of(line, bound) is None else None
    kinds = kinds if along is None else along[1]
    found = values[:, :, order]
    if kinds is None:
        found = found[..., 0]
    else:
        dim = "category" if categories_of(line, bound) is not None else _component_dim(fit, line)
        dim = dim if along is None else along[0]
        dims.append(dim)
        coords[dim] = (dim, storable(kinds))
    return xarray.DataArray(found, dims=dims, coords=coords, name=names[name])


def _coordinate(line: Line, bound: Bound, order: Codes, new: Any) -> list[Any]:
    """A unique label for each unit: its own where the line is over one level."""
    if line.domain == (ROWS,) or len(line.domain) > 1:
        return list(_index(line, new, len(order)).tolist())
    labels = bound.levels[line.domain[0]].coordinate
    return [labels[unit] for unit in order.tolist()]


def _component_dim(fit: Face, line: Line) -> str:
    axes = component_axes(line.name, fit.planned, fit.names)
    return "_".join(axis.dim for axis in axes)


def kinds_of(fit: Face, line: Line, bound: Bound) -> Sequence[Any] | None:
    """Labels of what a unit has several predictions of: categories or components; None where it has one."""
    categories = categories_of(line, bound)
    if categories is not None:
        return categories
    return component_words(fit, line.name) if line.components else None


def label_columns(fit: Face, ready: Prepared, line: Line) -> Iterator[tuple[str, Array]]:
    """Labels of the units of each level and road that a line's units belong to, and what these units are."""
    bound, taken = ready.bound, {*COLUMNS, "component", "category", *_statuses(ready)}
    found: dict[str, Array] = {}
    for name in bound.graph.roads:
        if bound.determines(line.domain, (name,)):
            units = bound.codes(line.domain, (name,))
            labels = label_array(bound.levels[bound.graph.target_level(name)].labels)
            column = name
            while column in taken:
                column = f"{column}_"
            taken.add(column)
            yield column, labels[units]
            if ready.standing and (name in ready.standing or line.domain != (ROWS,)):
                found[f"{column}_is"] = _standing(ready, line, name, units)
    yield from found.items()


def _statuses(ready: Prepared) -> list[str]:
    return [f"{name}_is" for name in ready.standing]


def _standing(ready: Prepared, line: Line, name: str, units: Codes) -> Array:
    if line.domain == (ROWS,):
        return ready.standing[name]
    before = ready.before[ready.bound.graph.target_level(name)][units]
    labels = ready.bound.levels[ready.bound.graph.target_level(name)].labels
    named = np.array([labels[unit] is not None for unit in units.tolist()], dtype=bool)
    return np.where(before >= 0, "known", np.where(named, "new", "unknown")).astype(object)


def in_order_given(line: Line, bound: Bound) -> Codes:
    """The units of a line in the order in which rows first name them."""
    n = bound.size(line.domain)
    if line.domain == (ROWS,) or not bound.determines((ROWS,), line.domain) or bound.rows.counts is not None:
        return np.arange(n)
    units = bound.codes((ROWS,), line.domain)
    first, _, unseen = only_value(units[::-1], np.arange(len(units))[::-1].copy(), n)
    return np.argsort(np.where(unseen, len(units), first), kind="stable")


def _index(line: Line, new: Any, n: int) -> Array:
    """The index of a pandas frame, else numbers from 0."""
    index = getattr(new, "index", None)
    if line.domain == (ROWS,) and type(new).__module__.partition(".")[0] == "pandas" and index is not None:
        return label_array(index.tolist())
    return np.arange(n)


def _free(column: str, table: Mapping[str, Any]) -> str:
    while column in table:
        column = f"{column}_"
    return column
