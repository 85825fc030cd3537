"""The quantities of a fit by name, as expressions about them are written: ``m.A["x"]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import FitError
from stanlevels.graph import LevelNode
from stanlevels.results.draws import Draws, component_labels
from stanlevels.results.marginal.dims import Dim
from stanlevels.results.marginal.labelled import Labelled
from stanlevels.values.remembered import remembered
from stanlevels.words import closest

__all__ = ["Quantities", "labelled", "of_draws"]


@dataclass(frozen=True)
class Quantities:
    """What an expression about a fit is written with: its quantities, as attributes or by name.

    Attributes
    ----------
    by_name : mapping of str to Labelled
    levels : frozenset of str
        Names that are those of levels.
    observed : frozenset of str
        Names of lines with data.
    """

    by_name: Mapping[str, Labelled]
    levels: frozenset[str] = frozenset()
    observed: frozenset[str] = frozenset()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...

    else:

        def __getattr__(self, name):
            if name.startswith("__"):
                raise AttributeError(name)
            return self[name]

    def __getitem__(self, name: str) -> Labelled:
        """The quantity called `name`, for names that Python cannot write behind a dot."""
        if name in self.by_name:
            return self.by_name[name]
        if name in self.levels:
            raise FitError(f"{name!r} is a level: it has units, not numbers", expected=self._known(name))
        if name in self.observed:
            raise FitError(
                f"{name!r} is observed: it has data, not draws",
                expected=self._known(name),
                way_out="fit.predict() has its mean",
            )
        raise FitError(f"there is no quantity called {name!r}", expected=self._known(name))

    def _known(self, name: str) -> str:
        return closest(str(name), self.by_name)

    def __dir__(self) -> list[str]:
        return sorted(self.by_name)


def of_draws(draws: Draws) -> Quantities:
    """The quantities of a model with draws, none of them computed yet."""
    lines = draws.planned.lines
    names = [name for name, line in lines.items() if not line.is_observed]
    levels = frozenset(
        name for name, node in draws.planned.graph.nodes.items() if isinstance(node, LevelNode)
    )
    observed = frozenset(draws.planned.observed)
    return Quantities({name: labelled(draws, name) for name in names}, levels, observed)


def labelled(draws: Draws, name: str) -> Labelled:
    """One quantity with its labels."""
    line, kept = draws.line(name), Draws(draws.values, remembered(draws.bound), draws.only)
    units = [Dim(axis, np.arange(draws.bound.size((axis,)))) for axis in line.domain]
    axes = component_labels(draws.planned, name)
    keys = _component_keys(line.is_correlation, line.components)
    components = [Dim(key, np.arange(len(labels)), labels) for key, labels in zip(keys, axes, strict=True)]
    sizes = [dim.size for dim in (*units, *components)]

    def compute(places: tuple[Codes, ...]) -> Array:
        own, parts = places[: len(units)], places[len(units) :]
        flat = np.zeros(1, dtype=np.int64)
        for place, size in zip(own, sizes, strict=False):
            flat = (flat[:, None] * size + place).ravel()
        values = kept.whole(name, _together(flat)) if units else kept.whole(name)
        values = values.reshape(*values.shape[:2], *(len(each) for each in own), *sizes[len(units) :])
        for k, part in enumerate(parts):
            if len(part) != sizes[len(units) + k] or not np.array_equal(part, np.arange(len(part))):
                values = values.take(part, axis=2 + len(units) + k)
        return values

    if not prod(draws.shape):
        raise FitError("the fit has no draws, so there is nothing to compute with")
    return Labelled(name, (*units, *components), compute, draws.bound, draws.shape)


def _component_keys(is_correlation: bool, axes: tuple[str, ...]) -> list[str]:
    """What component axes are called; two of one name, such as the sides of a matrix, are told apart."""
    if is_correlation:
        return [f"{axes[0]} (row)", f"{axes[0]} (column)"]
    return list(axes)


def _together(units: Codes) -> slice | Codes:
    """Units as a slice where they are neighbours: their values are then looked at, and not copied."""
    first, n = int(units[0]) if len(units) else 0, len(units)
    return slice(first, first + n) if n and np.array_equal(units, np.arange(first, first + n)) else units
