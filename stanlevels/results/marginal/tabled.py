"""What is asked of means of groups: contrasts of them, as a table or as draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.results.arviz.axes import label_array, storable
from stanlevels.results.marginal.asked import Asked
from stanlevels.results.marginal.averages import Means, averaged, weighted
from stanlevels.results.marginal.evaluate import chains_of
from stanlevels.results.predictions.alike import alike
from stanlevels.results.predictions.expected import categories_of, numbers_of
from stanlevels.results.predictions.labels import kinds_of
from stanlevels.results.predictions.predict import check_output, of_estimates, room_for
from stanlevels.results.predictions.prepared import Prepared
from stanlevels.results.tables.describe import COLUMNS, check_level, described
from stanlevels.values.remembered import remembered

if TYPE_CHECKING:
    import pandas as pd
    import xarray

__all__ = ["Contrast", "tabled"]


@dataclass(frozen=True, eq=False)
class Contrast:
    """One row of a table for every group.

    Attributes
    ----------
    labels : mapping of str to str
        What it is: columns of the table.
    of : tuple of int
        The sets of rows whose means it is computed from.
    compute : callable
        Of these means.
    """

    labels: Mapping[str, str]
    of: tuple[int, ...]
    compute: Callable[..., Array]


def tabled(
    asked: Asked,
    sets: Sequence[Prepared],
    contrasts: Sequence[Contrast],
    *,
    level: float,
    output: str,
    counts: bool = False,
    divided: Callable[[Codes], Array] | None = None,
) -> pd.DataFrame | xarray.DataArray:
    """Contrasts of the means of groups of rows.

    Parameters
    ----------
    asked : Asked
        The rows, their weights and groups.
    sets : sequence of Prepared
        The same rows under different settings.
    contrasts : sequence of Contrast
    level : float
    output : {"frame", "xarray"}
    counts : bool
        Whether a table has a column `n`, the sum of the weights of a group.
    divided : callable, optional
        Numbers (1, 1, units, 1) that the means of some units are divided by.
    """
    check_level(level)
    check_output(output)
    name, groups = asked.name, asked.groups
    numbers = numbers_of(asked.line, asked.base.values, asked.bound)
    shape = asked.base.shape
    means = [_values(each, name, divided) for each in sets]
    each = prod(shape) * numbers * len(sets)
    some, kinds = alike(asked.line, asked.fit.planned, remembered(asked.bound))
    rows = weighted(some, groups.codes, asked.weights, kinds)
    pieces = averaged(means, rows, groups.size, each, progress=asked.question.progress)
    if output == "xarray":
        room_for(len(contrasts) * groups.size * numbers, shape, "contrasts")
        whole = np.full((len(contrasts), *shape, groups.size, numbers), np.nan)
        for piece, found in pieces:
            for at, contrast in enumerate(contrasts):
                whole[at][:, :, piece] = _contrast(contrast, found)
        return _draws(asked, contrasts, whole)
    columns = {c: np.full((len(contrasts), groups.size, numbers), np.nan) for c in COLUMNS}
    for piece, found in pieces:
        for at, contrast in enumerate(contrasts):
            values = _contrast(contrast, found)
            for column, part in described(values.reshape(*shape, -1), level).items():
                columns[column][at, piece] = part.reshape(-1, numbers)
    if sets[0].point is not None:
        at_point = [_at_point(each, name, divided) for each in sets]
        for piece, found in averaged(at_point, rows, groups.size, numbers):
            for at, contrast in enumerate(contrasts):
                columns["estimate"][at, piece] = _contrast(contrast, found)[0, 0]
    notes = [] if sets[0].point is None else [of_estimates(asked.fit)]
    if sets[0].averaging == "draws":
        notes.append(f"averaged over {len(sets[0].nodes)} fresh draws of each unit")
    return _table(asked, contrasts, columns, counts=counts, notes=notes)


def _contrast(contrast: Contrast, means: Sequence[Array]) -> Array:
    with np.errstate(all="ignore"):
        return contrast.compute(*(means[k] for k in contrast.of))


def _values(ready: Prepared, name: str, divided: Callable[[Codes], Array] | None) -> Means:
    if divided is None:
        return lambda units: ready.mean(name, units)
    return lambda units: ready.mean(name, units) / divided(units)


def _at_point(ready: Prepared, name: str, divided: Callable[[Codes], Array] | None) -> Means:
    def values(units: Codes) -> Array:
        found = ready.estimate(name, units)
        assert found is not None
        return found[None, None] / (1.0 if divided is None else divided(units))

    return values


def _kind(asked: Asked) -> str:
    return "component" if categories_of(asked.line, asked.bound) is None else "category"


def _table(
    asked: Asked,
    contrasts: Sequence[Contrast],
    columns: Mapping[str, Array],
    *,
    counts: bool,
    notes: Sequence[str],
) -> pd.DataFrame:
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    groups, kinds = asked.groups, kinds_of(asked.fit, asked.line, asked.bound)
    many = 1 if kinds is None else len(kinds)
    table: dict[str, Any] = {
        column: np.repeat(label_array(c.labels[column] for c in contrasts), groups.size * many)
        for column in (contrasts[0].labels if contrasts else ())
    }

    def add(column: str, values: Array) -> None:
        while column in table or column in COLUMNS:
            column = f"{column}_"
        table[column] = values

    for column, labels in groups.labels.items():
        add(column, np.tile(np.repeat(labels, many), len(contrasts)))
    if kinds is not None:
        add(_kind(asked), np.tile(label_array(kinds), groups.size * len(contrasts)))
    if counts:
        total = np.bincount(groups.codes, asked.weights, minlength=groups.size)
        add("n", np.tile(np.repeat(total, many), len(contrasts)))
    frame = pd.DataFrame(table | {c: values.ravel() for c, values in columns.items()})
    return shown(frame, notes, list(table))


def _draws(asked: Asked, contrasts: Sequence[Contrast], whole: Array) -> xarray.DataArray:
    """Draws with dimensions chain, draw, contrast (where there are several), group, and category."""
    import xarray

    groups, kinds = asked.groups, kinds_of(asked.fit, asked.line, asked.bound)
    dims = ["contrast", "chain", "draw", "group", _kind(asked)]
    coords: dict[str, Any] = {
        "contrast": ("contrast", [" ".join(c.labels.values()) for c in contrasts]),
        "chain": list(chains_of(asked.fit)),
        "draw": np.arange(whole.shape[2]),
    }
    if len(groups.labels) == 1:
        ((column, labels),) = groups.labels.items()
        dims[3] = column if column not in dims else f"{column}_"
        coords[dims[3]] = (dims[3], storable(labels.tolist()))
    else:
        for column, labels in groups.labels.items():
            coords[column if column not in dims else f"{column}_"] = ("group", storable(labels.tolist()))
    if kinds is not None:
        coords[dims[4]] = (dims[4], storable(kinds))
    found = xarray.DataArray(whole, dims=dims, coords=coords)
    if kinds is None:
        found = found.isel({dims[4]: 0})
    if not groups.labels:
        found = found.isel({dims[3]: 0})
    if not (contrasts and contrasts[0].labels):
        found = found.isel(contrast=0, drop=True)
    return found.transpose("chain", "draw", ...)
