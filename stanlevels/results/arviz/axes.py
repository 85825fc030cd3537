"""The axes of a quantity: their dimensions in ArviZ, and what labels each position has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import NestingError
from stanlevels.graph import ROWS, VariableNode
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain
from stanlevels.results.arviz.arviz_names import ArvizNames

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["Axis", "component_axes", "label_array", "labelled_axis", "rows_of", "storable", "unit_axes"]


@dataclass(frozen=True, eq=False)
class Axis:
    """One dimension.

    Attributes
    ----------
    dim : str
        Its name in ArviZ.
    labels : tuple
        One unique label per position.
    beside : mapping of str to tuple
        Further labels by the name of their coordinate: own labels, parents.
    """

    dim: str
    labels: tuple[Any, ...]
    beside: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)

    def at(self, positions: Array) -> Axis:
        """The same with some of its positions."""
        places = positions.tolist()
        beside = {name: tuple(labels[i] for i in places) for name, labels in self.beside.items()}
        return Axis(self.dim, tuple(self.labels[i] for i in places), beside)


def label_array(labels: Iterable[Any]) -> Array:
    """Labels as an array that keeps each as it is: text as objects, so that no width cuts it."""
    labels = list(labels)
    kinds = {type(label) for label in labels}
    if kinds <= {bool} or kinds <= {int} or kinds <= {float, int}:
        return np.array(labels, dtype=None if labels else object)
    return np.array([*labels, None], dtype=object)[:-1]


def storable(labels: Iterable[Any]) -> Array:
    """Labels as an array that a netCDF file can hold: anything but text and numbers becomes text."""
    array = label_array(labels)
    if array.dtype != object:
        return array
    return label_array(label if isinstance(label, str) else str(label) for label in array.tolist())


def unit_axes(domain: Domain, bound: Bound, names: ArvizNames) -> tuple[Axis, ...]:
    """One axis per level of a domain, with the labels of its parents beside it (decision 4)."""
    return tuple(_rows(bound, names) if axis == ROWS else _level(axis, bound, names) for axis in domain)


def _level(name: str, bound: Bound, names: ArvizNames) -> Axis:
    level = bound.levels[name]
    beside = {names.of("label", name): level.labels} if level.is_path else {}
    for parent, codes in level.parents.items():
        above = bound.levels[parent].coordinate
        beside[names.of("parent", name, parent)] = tuple(above[code] for code in codes.tolist())
    return Axis(names[name], level.coordinate, beside)


def _rows(bound: Bound, names: ArvizNames) -> Axis:
    beside = {}
    for name in bound.graph.roads:
        if not bound.determines((ROWS,), (name,)):
            continue
        units = bound.levels[bound.graph.target_level(name)].coordinate
        codes = bound.codes((ROWS,), (name,)).tolist()
        beside[names.of("parent", ROWS, name)] = tuple(units[code] for code in codes)
    return Axis(names[ROWS], tuple(range(bound.n_rows)), beside)


def component_axes(name: str, planned: Planned, names: ArvizNames) -> tuple[Axis, ...]:
    """One axis per component axis of a quantity; a correlation matrix has two with the same labels."""
    line = planned.lines[name]
    if line.is_correlation:
        (only,) = line.components
        return tuple(Axis(names.of(side, only), tuple(planned.axes[only])) for side in ("row", "column"))
    return tuple(labelled_axis(axis, planned, names) for axis in line.components)


def labelled_axis(axis: str, planned: Planned, names: ArvizNames) -> Axis:
    """An index, a set of covariates, or the own components of a quantity."""
    own = isinstance(planned.graph.nodes.get(axis), VariableNode)
    return Axis(names.of("component", axis) if own else names[axis], tuple(planned.axes[axis]))


def rows_of(domain: Domain, bound: Bound) -> Array | None:
    """Number of data rows of each unit; None where rows do not say which unit they belong to."""
    try:
        return bound.rows_of(domain)
    except NestingError:
        return None
