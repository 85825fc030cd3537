"""What the rows of every table are about: units, components, and the numbers of a quantity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.groups import grouping_columns
from stanlevels.binding.partly.again import known_in_part
from stanlevels.binding.read.columns import Values
from stanlevels.binding.usage import outcome_columns, outcomes_used
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS, LevelNode
from stanlevels.plan.planned import Planned
from stanlevels.results.arviz.arviz_names import ArvizNames
from stanlevels.results.arviz.axes import component_axes, label_array, rows_of, unit_axes
from stanlevels.results.checks.mixing import Mixing
from stanlevels.results.draws import is_simplex
from stanlevels.results.tables.describe import COLUMNS
from stanlevels.values.store import width

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = [
    "Named",
    "check_has_units",
    "component_words",
    "covariates_of_rows",
    "entries",
    "leading_columns",
    "row_labels",
    "shown_positions",
    "unit_columns",
]

_OWN_COLUMNS = frozenset(
    [
        *COLUMNS,
        *Mixing._fields,
        *("component", "rows", "observed", "deviation", "weight", "no_pooling", "complete_pooling"),
    ]
)


class Named(Protocol):
    """A fit, as far as tables name things."""

    @property
    def planned(self) -> Planned:
        """The model."""

    @property
    def bound(self) -> Bound:
        """The data."""

    @property
    def names(self) -> ArvizNames:
        """Names of levels and quantities."""


# --- a row per number ------------------------------------------------------------------------


def entries(fit: Named, name: str) -> tuple[Array, list[str]]:
    """Positions of a quantity's numbers that can vary, and what each is called: ``B[308, days]``.

    Of a correlation matrix every pair is named once, and its diagonal not at all.
    """
    line = fit.planned.lines[name]
    axes = unit_axes(line.domain, fit.bound, fit.names) + component_axes(name, fit.planned, fit.names)
    labels = list(product(*(axis.labels for axis in axes)))
    positions = shown_positions(fit.planned, name, fit.bound.size(line.domain))
    if not axes:
        return positions, [name]
    return positions, [f"{name}[{', '.join(str(x) for x in labels[i])}]" for i in positions.tolist()]


def shown_positions(planned: Planned, name: str, units: int) -> Array:
    """Flat positions of what the declaration lets vary.

    Left out are the diagonal and one half of a correlation matrix, and a simplex of one component.
    """
    line, numbers = planned.lines[name], width(planned, name)
    if not line.is_correlation:
        return np.arange(0 if is_simplex(planned, name) and numbers == 1 else units * numbers)
    size = len(planned.axes[line.components[0]])
    above = np.triu(np.ones((size, size), dtype=bool), k=1).ravel()
    return np.flatnonzero(np.tile(above, units))


# --- a row per unit --------------------------------------------------------------------------


def leading_columns(fit: Named, name: str) -> dict[str, Array]:
    """The columns that say which unit and component each row is about, and its rows of data."""
    domain = fit.planned.lines[name].domain
    words = component_words(fit, name)
    repeated = {c: np.repeat(labels, len(words)) for c, labels in unit_columns(fit.bound, domain)}
    table: dict[str, Any] = repeated
    if fit.planned.lines[name].components:
        table["component"] = np.tile(label_array(words), fit.bound.size(domain))
    rows = rows_of(domain, fit.bound)
    if rows is not None:
        table["rows"] = np.repeat(rows, len(words))
    return table


def component_words(fit: Named, name: str) -> list[Any]:
    """Labels of the components of a quantity; one empty word where it has a single one."""
    axes = component_axes(name, fit.planned, fit.names)
    kinds = product(*(axis.labels for axis in axes))
    return [kind[0] if len(kind) == 1 else ", ".join(map(str, kind)) for kind in kinds]


def unit_columns(bound: Bound, domain: tuple[str, ...]) -> Iterator[tuple[str, Array]]:
    """Own labels of each axis, then labels of what they lie in, with one column per level."""
    if domain == (ROWS,):
        yield "row", row_labels(bound)
        for level in bound.graph.roads:
            if bound.determines(domain, (level,)):
                labels = bound.levels[bound.graph.target_level(level)].labels
                yield _beside_row(level), label_array(labels)[bound.codes(domain, (level,))]
    axes = [axis for axis in domain if axis != ROWS]
    for axis in axes:
        yield _free(axis), label_array(bound.levels[axis].labels)[bound.codes(domain, (axis,))]
    reached = [parent for axis in axes for parent in bound.levels[axis].parents if parent not in axes]
    for axis in axes:
        for parent, above in bound.levels[axis].parents.items():
            if parent in axes:
                continue
            column = parent if reached.count(parent) == 1 else f"{axis}_{parent}"
            units = above[bound.codes(domain, (axis,))]
            yield _free(column), label_array(bound.levels[parent].labels)[units]


def row_labels(bound: Bound) -> Array:
    """What the frame calls each row: its index, or else the place of the row in it, from 0."""
    labels = bound.rows.labels
    return np.arange(bound.n_rows) if labels is None else np.asarray(labels)


def covariates_of_rows(bound: Bound, labels: Mapping[str, Array]) -> dict[str, Array]:
    """Columns of the rows that tell apart what labels do not: covariates in the order of their use, until
    no two rows are alike or none is left.

    Parameters
    ----------
    bound : Bound
        The rows.
    labels : mapping of str to ndarray, (n_rows,)
        Columns of a table over the rows; what is called ``row`` there counts for nothing.
    """
    import pandas as pd

    graph = bound.graph
    known = {
        *(node.column for node in (*graph.levels.values(), *graph.aliases.values())),
        *outcome_columns(graph),
        *grouping_columns(graph),
    }
    partly = known_in_part(bound)
    used = [name for name in outcomes_used(graph) if name in bound.rows.columns and name not in partly]
    known -= set(used)
    others = [name for name in bound.rows.columns if name not in used]
    left = [
        name
        for name in dict.fromkeys((*others, *partly, *used))
        if (name in partly or name not in known) and name[:1] != "<"
    ]
    table = pd.DataFrame({name: values for name, values in labels.items() if name != "row"})
    found: dict[str, Array] = {}
    while left and (table.shape[1] == 0 or bool(table.duplicated().any())):
        name = left.pop(0)
        values = partly[name] if name in partly else _shown(bound.rows.columns[name])
        found[_beside_row(name)] = table[f"covariate {name}"] = values
    return found


def _shown(column: Values) -> Array:
    return column.data if column.labels is None else label_array(column.tolist())


def _free(level: str) -> str:
    """A column for a level: its own name unless the table uses that for something else."""
    return f"{level}_" if level in _OWN_COLUMNS else level


def _beside_row(level: str) -> str:
    """The same in a table with the column `row`."""
    return "row_" if level == "row" else _free(level)


def check_has_units(planned: Planned, name: str) -> None:
    """Raise FitError where `name` is not a quantity that has units."""
    graph = planned.graph
    with_units = [n for n, line in planned.lines.items() if line.domain and not line.is_observed]
    known = f"one of {listing(with_units, 20)}" if with_units else "a quantity over a level (there is none)"
    if not isinstance(name, str):
        raise FitError(
            f"effects() was given {name!r}",
            expected=f"the name of one quantity: {known}",
            way_out="one call for each: [fit.effects(name) for name in names]",
        )
    if isinstance(graph.nodes.get(name), LevelNode):
        over = [n for n in with_units if graph.target_level(name) in planned.lines[n].domain]
        raise FitError(
            f"{name!r} is a level; effects() takes a quantity",
            expected=known,
            way_out=f"fit.effects({over[0]!r})" if over else "",
        )
    if name not in planned.lines:
        raise FitError(f"there is no quantity called {name!r}", expected=known)
    if planned.lines[name].is_observed:
        raise FitError(f"{name!r} is observed: it has data, not draws", expected=known)
    if not planned.lines[name].domain:
        raise FitError(
            f"{name!r} is one quantity for the whole model, not one per unit",
            expected=known,
            way_out=f"fit.summary(var_names=[{name!r}])",
        )
