"""Numbers that a person gives for quantities: a number, an array, or numbers by label."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.results.draws import component_labels
from stanlevels.values.store import width
from stanlevels.words import closest

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["given_values"]


def given_values(planned: Planned, bound: Bound, values: Mapping[str, Any]) -> dict[str, Array]:
    """Values as arrays (1, 1, units, components), NaN where none is given.

    Raises
    ------
    FitError
        If a name is no quantity with a distribution, or its numbers do not fit it.
    """
    if not isinstance(values, Mapping):
        raise FitError(f"values= is a {type(values).__name__}", expected='a mapping such as {"mean": 1.0}')
    return {name: _given(name, value, planned, bound) for name, value in values.items()}


def _given(name: str, value: Any, planned: Planned, bound: Bound) -> Array:
    line = planned.lines.get(name)
    if line is None or not line.is_latent:
        known = [n for n, own in planned.lines.items() if own.is_latent]
        raise FitError(
            f"values= gives {name!r}, which is {_what(line)}",
            expected=f"quantities with a distribution and no data: {listing(known, 20)}",
            way_out=closest(str(name), known) if line is None else "",
        )
    units, numbers = bound.size(line.domain), width(planned, name)
    found = _numbers(line, value, planned, bound).reshape(1, 1, units, numbers)
    _check(line, found)
    return found


def _what(line: Line | None) -> str:
    if line is None:
        return "no quantity of the model"
    return "an outcome, which is drawn" if line.is_observed else "computed from others"


def _numbers(line: Line, value: Any, planned: Planned, bound: Bound) -> Array:
    """The numbers of all units, (units, components)."""
    units, numbers = bound.size(line.domain), width(planned, line.name)
    if line.is_correlation:
        return _correlation(line, value, planned)
    by_label = _by_label(value)
    if by_label is None:
        return _whole(line, value, (units, numbers))
    if not line.domain:
        return _one(line, by_label, planned)[None]
    found = np.full((units, numbers), np.nan)
    place = _units(line, bound)
    for label, own in by_label.items():
        if label not in place:
            raise FitError(
                f"values= gives {line.name!r} for {label!r}",
                expected=f"units such as {listing(list(place))}",
                way_out=closest(label, [p for p in place if isinstance(p, str)])
                if isinstance(label, str)
                else "",
            )
        found[place[label]] = _one(line, own, planned)
    return found


def _by_label(value: Any) -> Mapping[Any, Any] | None:
    """A mapping, or a pandas Series as one; None for plain numbers."""
    if isinstance(value, Mapping):
        return value
    if type(value).__module__.partition(".")[0] == "pandas" and hasattr(value, "items"):
        return dict(value.items())
    return None


def _one(line: Line, value: Any, planned: Planned) -> Array:
    """The components of one unit."""
    numbers = width(planned, line.name)
    by_label = _by_label(value)
    if by_label is None:
        return (
            np.broadcast_to(_array(line, value), (numbers,))
            if np.ndim(value) == 0
            else _exact(line, value, numbers)
        )
    labels = [own for axis in component_labels(planned, line.name) for own in axis]
    if len(component_labels(planned, line.name)) != 1 or any(label not in labels for label in by_label):
        raise FitError(
            f"values= gives {line.name!r} for {listing(by_label)}",
            expected=f"components {listing(labels, 20)}" if labels else "one number",
        )
    found = np.full(numbers, np.nan)
    for label, own in by_label.items():
        found[labels.index(label)] = float(_array(line, own))
    return found


def _exact(line: Line, value: Any, numbers: int) -> Array:
    found = _array(line, value)
    if found.shape != (numbers,):
        raise FitError(
            f"values= gives {line.name!r} an array of shape {found.shape}", expected=f"{numbers} numbers"
        )
    return found


def _whole(line: Line, value: Any, shape: tuple[int, int]) -> Array:
    """A number for all, or an array with one for each unit, component, or both."""
    found = _array(line, value)
    units, numbers = shape
    if found.ndim == 0:
        return np.broadcast_to(found, shape)
    fits = [(units, numbers)] if line.domain and numbers > 1 else [(units,) if line.domain else (numbers,)]
    if found.shape in fits or found.size == units * numbers == 1:
        return found.reshape(shape)
    if line.domain and numbers > 1 and found.shape == (numbers,):
        return np.broadcast_to(found, shape)
    words = " x ".join([*(f"{bound_axis}" for bound_axis in line.domain), *line.components])
    raise FitError(
        f"values= gives {line.name!r} an array of shape {found.shape}",
        expected=f"a number, or an array of shape {fits[0]}" + (f" ({words})" if words else ""),
    )


def _array(line: Line, value: Any) -> Array:
    try:
        return np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise FitError(
            f"values= gives {line.name!r} {value!r}", expected="numbers, or numbers by label"
        ) from None


def _correlation(line: Line, value: Any, planned: Planned) -> Array:
    size = len(planned.axes[line.components[0]])
    found = _array(line, value)
    if found.ndim == 0 and size == 2:
        found = np.array([[1.0, float(found)], [float(found), 1.0]])
    if found.shape != (size, size):
        raise FitError(
            f"values= gives {line.name!r} an array of shape {found.shape}",
            expected=f"a correlation matrix of shape {(size, size)}"
            + (", or one number" if size == 2 else ""),
        )
    proper = np.allclose(found, found.T) and np.allclose(np.diagonal(found), 1)
    if not proper or np.linalg.eigvalsh(found)[0] <= 0:
        raise FitError(
            f"values= gives {line.name!r} {found.tolist()}",
            expected="a correlation matrix: symmetric, positive definite, with 1 on the diagonal",
        )
    return found.reshape(1, -1)


def _units(line: Line, bound: Bound) -> dict[Any, int]:
    """Units by label: their own where no other has it, their path, and the pair of parent and own label."""
    if len(line.domain) > 1 or line.domain == (ROWS,):
        return {i: i for i in range(bound.size(line.domain))}
    level = bound.levels[bound.graph.target_level(line.domain[0])]
    found: dict[Any, int] = {label: i for i, label in enumerate(level.coordinate)}
    repeated = len(set(level.labels)) < len(level.labels)
    for i, label in enumerate(level.labels):
        if not repeated:
            found.setdefault(label, i)
        node = bound.graph.levels[level.name]
        if level.above is not None and node.within is not None:
            parent = bound.levels[bound.graph.target_level(node.within)]
            found[parent.coordinate[int(level.above[i])], label] = i
    return found


def _check(line: Line, found: Array) -> None:
    support = line.family.support
    told = found[~np.isnan(found)]
    if np.isnan(found).any() and support.shape != "scalar":
        raise FitError(f"values= gives some numbers of {line.name!r}", expected="all of them, or none")
    inside = support.inside(found if support.shape == "simplex" else told)
    odd = told[~np.isfinite(told)].tolist() or ([] if np.all(inside) else told.tolist())
    if odd and support.shape != "cholesky":
        wrong = [x for x in told.tolist() if not (np.isfinite(x) and np.all(support.inside(x)))] or odd
        raise FitError(f"values= gives {line.name!r} {listing(wrong)}", expected=support.words)
    if line.variable.ordered and np.any(np.diff(found, axis=-1) <= 0):
        raise FitError(f"values= gives {line.name!r} {found.ravel().tolist()}", expected="increasing numbers")
