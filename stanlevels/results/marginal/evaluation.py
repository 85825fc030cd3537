"""What an expression about a fit comes to: a table, and its draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.results.arviz.arviz_names import ArvizNames
from stanlevels.results.arviz.axes import Axis, label_array, storable, unit_axes
from stanlevels.results.marginal.dims import Dim
from stanlevels.results.marginal.labelled import Labelled
from stanlevels.results.tables.describe import COLUMNS, described
from stanlevels.results.tables.subjects_of_rows import unit_columns

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.binding import Bound

__all__ = ["Evaluation", "columns_of", "labels_of"]

_MOST = 5_000_000  # rows of a table of all pairs of units of levels that have nothing to do with each other


@dataclass(frozen=True, eq=False, repr=False)
class Evaluation:
    """Expressions about a fit, worked out draw by draw.

    Attributes
    ----------
    expressions : mapping of str to Labelled
    estimates : mapping of str to Labelled
        The same at the estimates, where a fit has these; empty where estimates are posterior means.
    names : ArvizNames
        Of dimensions.
    chains : tuple of int
        Numbers of the chains.
    level : float
        Share of the draws between `lower` and `upper`.
    alone : bool
        Whether a single expression was asked for.
    notes : tuple of str
        What should be read with the table.
    """

    expressions: Mapping[str, Labelled]
    estimates: Mapping[str, Labelled]
    names: ArvizNames
    chains: tuple[int, ...]
    level: float
    alone: bool
    notes: tuple[str, ...] = ()

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row per number.

        Of an expression that is true or false: `probability`, the share of draws in which it is true, and
        `odds`, which are that to its opposite. Of a number: estimate, sd, lower, upper, and `above_0`, the
        probability that it is positive. Labels of units and components stand before them.
        """
        import pandas as pd

        from stanlevels.results.tables.shown import shown

        parts = []
        for name, each in self.expressions.items():
            part = pd.DataFrame(columns_of(each, self.estimates.get(name), self.level))
            labels = labels_of(each.dims, each.bound, self.names)
            for at, (column, values) in enumerate(labels.items()):
                part.insert(at, column if column not in part else f"{column}_", values)
            part.insert(0, "expression", [name] * len(part))
            parts.append(part)
        whole = pd.concat(parts, ignore_index=True)
        if all(not each.dims for each in self.expressions.values()):
            return shown(whole.set_index("expression").rename_axis(None), self.notes)
        return shown(whole.drop(columns="expression") if self.alone else whole, self.notes)

    @cached_property
    def draws(self) -> xarray.DataArray | xarray.Dataset:
        """The draws with labels: an array, or a data set where several expressions were asked for."""
        import xarray

        found = {
            name: _data_array(name, each, self.names, self.chains) for name, each in self.expressions.items()
        }
        return next(iter(found.values())) if self.alone else xarray.Dataset(found)

    @property
    def estimate(self) -> Any:
        """The posterior mean, or the value at the estimates: a number, or an array as in `table`."""
        return self._column("estimate")

    @property
    def sd(self) -> Any:
        """The standard deviation of the draws."""
        return self._column("sd")

    @property
    def lower(self) -> Any:
        """The lower end of the interval."""
        return self._column("lower")

    @property
    def upper(self) -> Any:
        """The upper end of the interval."""
        return self._column("upper")

    @property
    def probability(self) -> Any:
        """The share of draws in which an expression is true, or above 0 where it is a number."""
        columns = [c for c in ("probability", "above_0") if c in self.table]
        return self._column(columns[0])

    def _column(self, name: str) -> Any:
        if name not in self.table:
            raise FitError(f"what is true or false has no {name}", expected=".probability")
        values = self.table[name].to_numpy()
        return float(values[0]) if len(values) == 1 else values

    def __repr__(self) -> str:
        return repr(self.table)

    def _repr_html_(self) -> str:
        found: Any = self.table
        return str(found._repr_html_())


def columns_of(each: Labelled, at_estimates: Labelled | None, level: float) -> dict[str, Array]:
    """The columns of numbers of a table, piece by piece."""
    n = prod(dim.size for dim in each.dims)
    if len([dim for dim in each.dims if dim.has_units]) > 1 and n > _MOST:
        raise FitError(
            f"{each.name} is over every pair of {' and '.join(dim.key for dim in each.dims)}: {n:,} numbers",
            expected="fewer",
            way_out="choose some of them by label, as in m.A[['x', 'y']]",
        )
    found: dict[str, Array] = {}
    for piece, values in each.pieces():
        for column, part in _described(values, level).items():
            found.setdefault(column, np.empty(n))[piece] = part
    if not found:
        found = _described(np.empty((*each.shape, 0)), level)
    if at_estimates is not None and "estimate" in found:
        found["estimate"] = np.concatenate([values.ravel() for _, values in at_estimates.pieces()])
    return found


def _described(values: Array, level: float) -> dict[str, Array]:
    if values.dtype == bool:
        share = values.mean(axis=(0, 1))
        with np.errstate(divide="ignore"):
            return {"probability": share, "odds": share / (1 - share)}
    with np.errstate(invalid="ignore"):
        above = (values > 0).mean(axis=(0, 1))
        unknown = np.isnan(values).any(axis=(0, 1))
    found = described(values.astype(float, copy=False), level)
    return {**{c: found[c] for c in COLUMNS}, "above_0": np.where(unknown, np.nan, above)}


# --- labels --------------------------------------------------------------------------------------


def labels_of(dims: tuple[Dim, ...], bound: Bound, names: ArvizNames) -> dict[str, Array]:
    """Columns that say what each number is about: units with what they lie in, and components."""
    units = [dim for dim in dims if dim.has_units]
    sizes = tuple(dim.size for dim in dims)
    at = np.indices(sizes).reshape(len(dims), -1) if dims else np.empty((0, 1), dtype=np.int64)
    found: dict[str, Array] = {}
    if units:
        flat = np.zeros(at.shape[1], dtype=np.int64)
        for k, dim in enumerate(dims):
            if dim.has_units:
                flat = flat * bound.size((dim.key,)) + dim.positions[at[k]]
        found |= {c: labels[flat] for c, labels in unit_columns(bound, tuple(dim.key for dim in units))}
    inner = [(k, dim) for k, dim in enumerate(dims) if not dim.has_units]
    for k, dim in inner:
        column = "component" if len(inner) == 1 else _plain(dim.key)
        found[column] = label_array(dim.labels)[dim.positions[at[k]]]
    return found


def _plain(key: str) -> str:
    return key.replace(" (", "_").rstrip(")")


def _data_array(name: str, each: Labelled, names: ArvizNames, chains: tuple[int, ...]) -> xarray.DataArray:
    import xarray

    axes = [_axis(dim, each.bound, names) for dim in each.dims]
    coords: dict[str, Any] = {"chain": list(chains), "draw": np.arange(each.shape[1])}
    for axis in axes:
        coords[axis.dim] = (axis.dim, storable(axis.labels))
        coords |= {other: (axis.dim, storable(labels)) for other, labels in axis.beside.items()}
    dims = ("chain", "draw", *(axis.dim for axis in axes))
    return xarray.DataArray(np.array(each.whole()), dims=dims, coords=coords, name=name)


def _axis(dim: Dim, bound: Bound, names: ArvizNames) -> Axis:
    if dim.has_units:
        return unit_axes((dim.key,), bound, names)[0].at(dim.positions)
    name = names.by_key.get(("component", dim.key)) or names.by_key.get(("name", dim.key)) or _plain(dim.key)
    return Axis(name, dim.labels).at(dim.positions)
