"""The columns that say which unit a row of a table is about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS, LevelNode
from stanlevels.plan.planned import Planned
from stanlevels.results.arviz.axes import label_array
from stanlevels.results.tables.moments import COLUMNS
from stanlevels.values.draws import Array
from stanlevels.values.mixing import Mixing

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["check_has_units", "unit_columns"]

_OWN_COLUMNS = frozenset(
    [
        *COLUMNS,
        *Mixing._fields,
        *("component", "rows", "deviation", "weight", "no_pooling", "complete_pooling"),
    ]
)


def unit_columns(bound: Bound, domain: tuple[str, ...]) -> Iterator[tuple[str, Array]]:
    """Own labels of each axis, then labels of what they lie in, with one column per level."""
    if domain == (ROWS,):
        yield "row", np.arange(bound.n_rows)
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


def _free(level: str) -> str:
    """A column for a level: its own name unless the table uses that for something else."""
    return f"{level}_" if level in _OWN_COLUMNS else level


def check_has_units(planned: Planned, name: str) -> None:
    """Raise FitError where `name` is not a quantity that has units."""
    graph = planned.graph
    with_units = [n for n, line in planned.lines.items() if line.domain and n not in graph.observed]
    known = f"one of {listing(with_units, 20)}" if with_units else "a quantity over a level (there is none)"
    if isinstance(graph.nodes.get(name), LevelNode):
        over = [n for n in with_units if graph.target_level(name) in planned.lines[n].domain]
        raise FitError(
            f"{name!r} is a level; effects() takes a quantity",
            expected=known,
            way_out=f"fit.effects({over[0]!r})" if over else "",
        )
    if name not in planned.lines:
        raise FitError(f"there is no quantity called {name!r}", expected=known)
    if name in graph.observed:
        raise FitError(f"{name!r} is observed: it has data, not draws", expected=known)
    if not planned.lines[name].domain:
        raise FitError(
            f"{name!r} is one quantity for the whole model, not one per unit",
            expected=known,
            way_out=f"fit.summary(var_names=[{name!r}])",
        )
