"""The two tables of a fit: `summary`, a row per number, and `effects`, a row per unit."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.errors import FitError, listing
from stanlevels.results.arviz.axes import component_axes, label_array, rows_of, unit_axes
from stanlevels.results.arviz.names import ArvizNames
from stanlevels.results.tables.draw_pooling import pooling_columns
from stanlevels.results.tables.moments import check_level, describe
from stanlevels.results.tables.units import check_has_units, unit_columns
from stanlevels.values.draws import Array, Draws
from stanlevels.values.means import declared_mean
from stanlevels.values.mixing import Mixing, chunks

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KINDS", "effects", "entries", "shown_positions", "summary"]

KINDS = ("hyperparameters", "all")


# --- summary ---------------------------------------------------------------------------------


def summary(
    draws: Draws, names: ArvizNames, var_names: Sequence[str] | str | None, level: float, kind: str
) -> pd.DataFrame:
    """A row per number; see `Fit.summary`."""
    import pandas as pd

    check_level(level)
    chosen = _chosen(draws, var_names, kind)
    parts = []
    for name in chosen:
        positions, labels = entries(name, draws, names)
        mixed = draws.mixing(name).take(positions)
        numbers = describe(draws.flat(name)[:, :, positions], level, mixed)
        parts.append(pd.DataFrame(numbers, index=pd.Index(labels, dtype=object)))
    if not parts:
        return pd.DataFrame(describe(np.empty((1, 1, 0)), level))
    return pd.concat(parts)


def _chosen(draws: Draws, var_names: Sequence[str] | str | None, kind: str) -> list[str]:
    if kind not in KINDS:
        raise FitError(f"kind is {kind!r}", expected=" or ".join(repr(k) for k in KINDS))
    if var_names is None:
        random = [name for name in draws.outputs if not draws.is_constant(name)]
        return [name for name in random if kind == "all" or not draws.outputs[name].domain]
    wanted = [var_names] if isinstance(var_names, str) else list(var_names)
    unknown = [name for name in wanted if name not in draws.outputs]
    if unknown:
        raise FitError(
            f"the draws hold nothing called {listing(unknown)}",
            expected=f"one of {listing(draws.outputs, 20)}",
        )
    return wanted


def entries(name: str, draws: Draws, names: ArvizNames) -> tuple[Array, list[str]]:
    """Positions of a quantity's numbers that can vary, and what each is called: ``B[308, days]``.

    Of a correlation matrix every pair is named once, and its diagonal not at all.
    """
    output = draws.outputs[name]
    axes = unit_axes(output.domain, draws.bound, names)
    axes += component_axes(output.components, draws.planned, names, correlation=output.correlation)
    labels = list(product(*(axis.labels for axis in axes)))
    positions = shown_positions(name, draws)
    if not axes:
        return positions, [name]
    return positions, [f"{name}[{', '.join(str(x) for x in labels[i])}]" for i in positions.tolist()]


def shown_positions(name: str, draws: Draws) -> Array:
    """Flat positions of what the declaration lets vary.

    Left out are the diagonal and one half of a correlation matrix, and a simplex of one component.
    """
    output = draws.outputs[name]
    shape = draws.variables[output.stan].shape[2:]
    n = int(np.prod(shape, dtype=np.int64))
    if not output.correlation:
        return np.arange(0 if draws.is_simplex(name) and shape[-1] == 1 else n)
    size = len(draws.planned.axes[output.components[0]])
    above = np.triu(np.ones((size, size), dtype=bool), k=1).ravel()
    return np.flatnonzero(np.tile(above, n // max(above.size, 1)))


# --- effects ---------------------------------------------------------------------------------


def effects(draws: Draws, names: ArvizNames, name: str, level: float) -> pd.DataFrame:
    """A row per unit, or per unit and component; see `Fit.effects`."""
    import pandas as pd

    check_level(level)
    check_has_units(draws.planned, name)
    line = draws.line(name)
    components = component_axes(line.components, draws.planned, names)
    kinds = list(product(*(axis.labels for axis in components)))
    width, n = len(kinds), draws.bound.size(line.domain)
    table: dict[str, Any] = {
        column: np.repeat(labels, width) for column, labels in unit_columns(draws.bound, line.domain)
    }
    if components:
        words = [kind[0] if len(kind) == 1 else ", ".join(str(k) for k in kind) for kind in kinds]
        table["component"] = np.tile(label_array(words), n)
    rows = rows_of(line.domain, draws.bound)
    if rows is not None:
        table["rows"] = np.repeat(rows, width)
    return pd.DataFrame(table | _numbers(draws, name, level, width))


def _numbers(draws: Draws, name: str, level: float, width: int) -> dict[str, Array]:
    """The columns that come from the draws, in pieces of units so that memory stays bounded."""
    chains, length = draws.shape
    n = draws.bound.size(draws.line(name).domain)
    parts = [_described(draws, name, level, width, piece) for piece in chunks(n, chains * length * width)]
    parts = parts or [describe(np.empty((chains, length, 0)), level)]
    columns = {key: np.concatenate([part[key] for part in parts]) for key in parts[0]}
    mean = declared_mean(name, draws, width)
    if mean is None:
        return columns
    after = {key: columns.pop(key) for key in Mixing._fields}
    columns["deviation"] = columns["estimate"] - mean.ravel()
    return columns | pooling_columns(draws, name, width, columns["estimate"]) | after


def _described(draws: Draws, name: str, level: float, width: int, units: slice) -> dict[str, Array]:
    shape = (*draws.shape, units.stop - units.start, width)
    values = np.broadcast_to(draws.value(name, units), shape).reshape(*shape[:2], -1)
    if name not in draws.outputs:
        return describe(values, level)
    numbers = np.arange(units.start * width, units.stop * width)
    return describe(values, level, draws.mixing(name).take(numbers))
