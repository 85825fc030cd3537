"""Which units and components an index of labels means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import EllipsisType
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.results.marginal.dims import Dim
from stanlevels.words import closest, plural

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["Key", "called", "chosen"]

Key = Any
"""A label; a path of labels from the highest level down, as a tuple; a list of these; one per dimension."""

Picked = tuple[Codes, bool]
"""Places along a dimension, and whether they are one that goes away."""


def chosen(key: Key, name: str, dims: Sequence[Dim], bound: Bound) -> list[Picked]:
    """The places along every dimension that an index means.

    Parameters
    ----------
    key : label, tuple or list
        A label for each dimension, or for the first ones; a unit of a nested level may be named by its path.
    name : str
        What is indexed, for messages.
    dims : sequence of Dim
    bound : Bound

    Raises
    ------
    FitError
        If there is no such unit or component, or several are called so.
    """
    if not dims:
        raise FitError(f"{name!r} is one number: it has no units or components", way_out="leave out [...]")
    parts = key if isinstance(key, tuple) else (key,)
    parts = tuple(slice(None) if isinstance(part, EllipsisType) else part for part in parts)
    for reading in _readings(parts, len(dims)):
        found = [_places(part, dim, bound) for part, dim in zip(reading, dims, strict=True)]
        if all(each is not None for each in found):
            return [each for each in found if each is not None]
    reading = next(iter(_readings(parts, len(dims))))
    at = next(i for i, part in enumerate(reading) if _places(part, dims[i], bound) is None)
    raise _unknown(reading[at], name, dims[at], bound)


def _readings(parts: tuple[Any, ...], n: int) -> Iterator[tuple[Any, ...]]:
    """Ways to read labels as one thing for each of n dimensions: apart first, then neighbours as paths."""
    if not parts:
        yield (slice(None),) * n
    elif n:
        for taken in range(1, len(parts) + 1):
            head = parts[0] if taken == 1 else parts[:taken]
            yield from ((head, *rest) for rest in _readings(parts[taken:], n - 1))


def _places(part: Any, dim: Dim, bound: Bound) -> Picked | None:
    """What one part of an index means along a dimension; None where there is no such thing."""
    if isinstance(part, slice):
        return (np.arange(dim.size), False) if part == slice(None) else None
    if not isinstance(part, list | np.ndarray):
        place = _place(part, dim, bound)
        return None if place is None else (np.array([place]), True)
    found = [_place(each, dim, bound) for each in part]
    known = [place for place in found if place is not None]
    return (np.array(known, dtype=np.int64), False) if len(known) == len(found) else None


def _place(label: Any, dim: Dim, bound: Bound) -> int | None:
    """The place of the one unit or component called so, among those of a dimension."""
    label = label.item() if isinstance(label, np.generic) else label
    units = _units(label, dim, bound)
    found = np.flatnonzero(np.isin(dim.positions, units)) if len(units) else units
    if len(found) > 1:
        raise _several(label, dim, dim.positions[found], bound)
    return int(found[0]) if len(found) else None


def _units(label: Any, dim: Dim, bound: Bound) -> Codes:
    if dim.key == ROWS:
        known = type(label) is int and 0 <= label < bound.n_rows
        return np.array([label] if known else [], dtype=np.int64)
    if dim.has_units:
        return _of_level(label, dim.key, bound)
    found = called(label, dim.labels)
    named = all(isinstance(other, str) for other in dim.labels)
    if not len(found) and named and type(label) is int and 0 <= label < len(dim.labels):
        return np.array([label])  # by position, as in a class
    return found


def _of_level(label: Any, level: str, bound: Bound) -> Codes:
    """The units of a level that a label or a path of labels names."""
    known = bound.levels[level]
    *path, own = label if isinstance(label, tuple) else (label,)
    found = called(own, known.labels)
    if not path:
        by_path = called(own, known.coordinate) if known.is_path or not len(found) else found
        return by_path if len(by_path) else found
    within = bound.graph.levels[level].within
    parents: Mapping[str, Codes] = dict(known.parents)
    if within is not None and known.above is not None:
        parents = {bound.graph.target_level(within): known.above}
    under = [np.isin(above[found], _of_level(tuple(path), p, bound)) for p, above in parents.items()]
    return found[np.any(under, axis=0)] if under else found[:0]


def called(label: Any, labels: Sequence[Any]) -> Codes:
    """The places of all that are called so: equal, and of one sort, for True is not 1."""
    sort = isinstance(label, bool)
    return np.array(
        [k for k, other in enumerate(labels) if other == label and isinstance(other, bool) == sort],
        dtype=np.int64,
    )


def _several(label: Any, dim: Dim, units: Codes, bound: Bound) -> FitError:
    level = bound.levels[dim.key]
    within = bound.graph.levels[dim.key].within
    words, example = listing((level.coordinate[unit] for unit in units.tolist()), 3), ""
    if within is not None and level.above is not None:
        parent = bound.levels[bound.graph.target_level(within)]
        example = f"[{parent.labels[level.above[units[0]]]!r}, {label!r}]"
    return FitError(
        f"{len(units):,} {plural(dim.key)} are called {label!r}: {words}",
        expected=f"one {dim.key}",
        way_out=f"name it by its path, as in {example}" if example else "",
    )


def _unknown(part: Any, name: str, dim: Dim, bound: Bound) -> FitError:
    parts = part if isinstance(part, list) else [part]
    lost = [each for each in parts if isinstance(each, slice) or _place(each, dim, bound) is None]
    if any(isinstance(each, slice) for each in lost):
        return FitError(
            f"{name!r} is given a slice",
            expected=f"labels of {dim.key}",
            way_out="a list of labels takes several, and : all",
        )
    if dim.key == ROWS:
        return FitError(
            f"{name!r} has no row {listing(lost)}",
            expected=f"a row's number from 0 to {bound.n_rows - 1:,}",
        )
    known = dim.labels if dim.labels else tuple(bound.levels[dim.key].coordinate[u] for u in dim.positions)
    what = "component" if dim.labels else dim.key
    level = None if dim.labels else bound.levels[dim.key]
    if level is not None and level.above is None and not isinstance(level.labels[0], str):
        # names and numbers look alike as text: 101 and '101'
        meant = [label for label in level.labels if str(label) == str(lost[0])]
        there = f"here is {listing(level.labels)}"
        return FitError(
            f"{name!r} has no {what} called {listing(lost)}",
            expected=f"did you mean {listing(meant)}? T{there}" if meant else f"t{there}",
            way_out="leave out the quotes" if meant and isinstance(lost[0], str) else "",
        )
    return FitError(
        f"{name!r} has no {what} called {listing(lost)}",
        expected=closest(str(lost[0]), known) if len(known) <= 2000 else f"one of {listing(known)}",
    )
