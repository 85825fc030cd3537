"""Bound data with the rows that lack an outcome as a level of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding.bound import Bound
from stanlevels.binding.levels.levels import BoundLevel, coordinates
from stanlevels.binding.partly.assumed import Found
from stanlevels.binding.partly.holes import absent, row_of, seen
from stanlevels.binding.partly.split import Sampled, split
from stanlevels.binding.read.column_places import Place
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS, VariableNode
from stanlevels.records import Record
from stanlevels.words import counted

__all__ = ["completed"]


def completed(bound: Bound, lines: Mapping[str, VariableNode], beside: Iterable[str] = ()) -> Bound:
    """The same where outcomes of some lines are partly known, with all that is not known as quantities.

    Raises
    ------
    DataError
        If rows of a unit disagree about whether its outcome is known.
    DeclarationError
        If others use an outcome whose missing values can be neither sampled nor summed out.
    """
    if not lines:
        return bound
    gone = {name: _gone(bound, node) for name, node in lines.items()}
    fills = {name: _fill(bound, node, gone[name]) for name, node in lines.items() if gone[name].ndim == 1}
    encodings = bound.encodings
    made = split(bound.graph, lines, beside, Found(encodings.categories, fills, encodings.codings))
    sums = {name: (each.names, each.values) for name, each in made.sums.items()}
    encodings = replace(encodings, fills={name: fills[name] for name in made.summed}, sums=sums)
    found = replace(bound, graph=made.graph, as_known=bound.graph, encodings=encodings)
    for name, parts in made.sampled.items():
        found = _with_level(found, bound, name, parts, np.flatnonzero(gone[name]))
    records = [
        _record_of_several(name, gone[name])
        if gone[name].ndim > 1
        else _record(name, gone[name], made.sampled.get(name), made.summed.get(name, ()))
        for name in lines
    ]
    return replace(found, rows=replace(found.rows, records=(*bound.records, *records)))


def _gone(bound: Bound, node: VariableNode) -> Any:
    """Which units lack the outcome, (n,); of several in one line which, (n, K)."""
    domain = bound.graph.units(node)
    try:
        if FAMILIES[node.family].is_vector:
            return np.stack([bound.column(domain, seen(node.name, c)) == 0 for c in node.observed], axis=1)
        return bound.column(domain, absent(node.name)) > 0
    except DataError as error:
        raise DataError(
            f"{_columns_of(node)}, observed by {node.name} over {' and '.join(domain)}, is missing in"
            " some rows of a unit and not in others",
            expected="the value of a unit in all of its rows, or in none",
            way_out=f"tables={{{domain[0]!r}: ...}} with a row for each",
        ) from error


def _fill(bound: Bound, node: VariableNode, gone: Any) -> Any:
    """What stands where an outcome is missing."""
    values = bound.values(bound.graph.units(node), node.observed[0])
    return values.tolist(np.flatnonzero(gone)[:1])[0]


def _with_level(found: Bound, before: Bound, name: str, parts: Sampled, units: Codes) -> Bound:
    """The same with one more level: the rows, or units, at `units`."""
    (axis,) = before.graph.units(before.graph.observed[name])
    n, level = len(units), parts.level
    place = np.zeros(before.size((axis,)), dtype=np.int64)
    place[units] = np.arange(n)  # others have no use for it: what they look up is multiplied by 0
    labels = _labels(before, axis, units)
    coordinate, _ = coordinates(level, labels, None, None)
    links = before.domains.links
    own = {target: at[units] for target, at in links[axis].items() if target != ROWS}
    own |= {level: np.arange(n), **({axis: units} if axis != ROWS else {})}
    parents = {target: at for target, at in own.items() if target in before.levels}
    made = BoundLevel(level, row_of(name), tuple(labels), coordinate, is_path=False, parents=parents)
    columns = {key: before.values((axis,), key).take(units) for key in _columns(before, axis)}
    encodings = found.encodings
    tables = {**encodings.tables, level: Place(level, n, columns)}
    encoded = {**encodings.links, level: own}
    rows, mine = dict(found.rows.links), {}
    if ROWS in links[axis]:
        mine = {ROWS: links[axis][ROWS][units]}
    rows[level] = mine
    of_levels, of_rows = dict(encodings.partial), dict(found.rows.partial)
    if axis != ROWS:
        of_levels[axis] = {**of_levels.get(axis, {}), level: place}
    if axis in links[ROWS]:
        of_rows[level] = place[links[ROWS][axis]]
    return replace(
        found,
        encodings=replace(
            encodings,
            levels={**encodings.levels, level: made},
            links=encoded,
            tables=tables,
            partial=of_levels,
        ),
        rows=replace(found.rows, links=rows, partial=of_rows),
    )


def _columns_of(node: VariableNode) -> str:
    return f"{'column' if len(node.observed) == 1 else 'one of columns'} {listing(node.observed)}"


def _labels(bound: Bound, axis: str, units: Codes) -> list[Any]:
    """What the rows or units are called."""
    if axis != ROWS:
        return [bound.levels[axis].coordinate[unit] for unit in units.tolist()]
    labels = bound.rows.labels
    if labels is None:
        return [int(unit) for unit in units]
    return [getattr(label, "item", lambda own=label: own)() for label in (labels[unit] for unit in units)]


def _columns(bound: Bound, axis: str) -> list[str]:
    """Columns that have a value at every unit of an axis."""
    found = []
    for name in dict.fromkeys(c for place in bound.domains.places.values() for c in place.columns):
        try:
            bound.values((axis,), name)
        except DataError:
            continue
        found.append(name)
    return found


_DROP = 'leave missing="model" out, and write bind(data, missing="drop")'


def _record(name: str, gone: Any, sampled: Sampled | None, users: tuple[str, ...]) -> Record:
    some = f"{int(gone.sum()):,} of {counted(len(gone), 'value')} missing"
    if sampled is not None:
        return Record(name, "missing", f"{some}: sampled as {sampled.latent}", "other lines use them", _DROP)
    if users:
        decision = f"{some}: summed out of {' and '.join(users)}"
        return Record(name, "missing", decision, "they are one of few values", _DROP)
    return Record(name, "missing", f"{some}: left out of the density", "no other line uses them")


def _record_of_several(name: str, gone: Any) -> Record:
    rows = counted(int(gone.any(axis=1).sum()), "row")
    some = f"{int(gone.sum()):,} of {counted(gone.size, 'value')} missing, in {rows}"
    return Record(
        name, "missing", f"{some}: integrated out", "what is known of a row has its own distribution"
    )
