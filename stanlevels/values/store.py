"""Values by quantity: one array over chains, draws, units and components for each that is stored.

They come from draws, from a point (one chain of one draw), or from the prior. Axes along which a
quantity does not vary have length 1, so that ordinary broadcasting does the rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod
from typing import Protocol

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import InternalError
from stanlevels.plan.facts import Data
from stanlevels.plan.planned import Planned

__all__ = ["OnDemand", "Units", "Values", "flat_shape", "from_draws", "width"]

Units = slice | Codes
"""Which units of a domain: a piece of them, or these."""


class OnDemand(Protocol):
    """Values that are too many to be stored, and are made again each time they are asked for."""

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of chains and of draws per chain."""
        ...

    def at(self, units: Units) -> Array:
        """Those of some units, (chains, draws, units, components)."""
        ...

    def window(self, draws: slice) -> OnDemand:
        """The same with some of the draws of every chain."""
        ...


@dataclass(frozen=True, eq=False)
class Values:
    """What is stored of the quantities of a model; the rest is computed from it.

    Attributes
    ----------
    planned : Planned
        The model, which says where the value of each quantity comes from.
    arrays : mapping of str to ndarray, (chains, draws, units, components)
        By quantity. What is stored goes before what could be computed or read from data.
    left_out : frozenset of str
        Quantities with draws of which a person wanted none recorded.
    on_demand : mapping of str to OnDemand
        By quantity, what is not stored and can be had all the same.
    """

    planned: Planned
    arrays: Mapping[str, Array]
    left_out: frozenset[str] = frozenset()
    on_demand: Mapping[str, OnDemand] = field(default_factory=dict)

    @cached_property
    def shape(self) -> tuple[int, int]:
        """Numbers of chains and of draws per chain."""
        shapes = [array.shape[:2] for array in self.arrays.values()]
        shapes += [each.shape for each in self.on_demand.values()]
        if not shapes:
            return 0, 0
        chains, draws = np.broadcast_shapes(*shapes)
        return chains, draws

    def window(self, draws: slice) -> Values:
        """The same with some of the draws of every chain."""
        whole = self.shape[1]
        some = {n: a[:, draws] if a.shape[1] == whole else a for n, a in self.arrays.items()}
        return replace(self, arrays=some, on_demand={n: x.window(draws) for n, x in self.on_demand.items()})

    def storing(self, arrays: Mapping[str, Array]) -> Values:
        """The same with more quantities stored."""
        return replace(self, arrays={**self.arrays, **arrays})

    def is_on_demand(self, name: str) -> bool:
        """Whether a quantity is made again each time, or computed from what is."""
        if name in self.arrays or not self.on_demand:
            return False
        return name in self.on_demand or bool(self.planned.unknowns[name] & set(self.on_demand))


def width(planned: Planned, name: str) -> int:
    """How many numbers a quantity has per unit: a correlation matrix has one for every pair."""
    line = planned.lines[name]
    components = prod(len(planned.axes[axis]) for axis in line.components)
    return components**2 if line.is_correlation else components


def flat_shape(planned: Planned, data: Data, name: str) -> tuple[int, ...]:
    """The dimensions of one draw of a quantity in Stan: units flat, then components flat."""
    line = planned.lines[name]
    units = (data.size(line.domain),) if line.domain else ()
    components = width(planned, name)
    if line.is_correlation:
        size = len(planned.axes[line.components[0]])
        return (*units, size, size)
    return (*units, components) if line.components else units


def from_draws(
    planned: Planned, data: Data, outputs: Mapping[str, str], variables: Mapping[str, Array]
) -> Values:
    """The values in a program's draws, as views.

    Parameters
    ----------
    planned : Planned
    data : Data
        The rows that were fitted.
    outputs : mapping of str to str
        The Stan variable of each quantity.
    variables : mapping of str to ndarray, (chains, draws, [units], [components])
        The draws under Stan's names.

    Raises
    ------
    InternalError
        If draws are absent or have another shape: both are checked, never assumed.
    """
    leading = next((values.shape[:2] for values in variables.values()), (0, 0))
    arrays = {}
    for name, stan in outputs.items():
        expected, found = flat_shape(planned, data, name), variables.get(stan)
        if found is None or found.shape[:2] != leading or found.shape[2:] != expected:
            raise InternalError(
                f"the draws of {name!r} (Stan: {stan}) "
                + ("are absent" if found is None else f"have shape {found.shape}"),
                expected=f"shape {(*leading, *expected)}: chains, draws, units, components",
            )
        arrays[name] = found.reshape(*leading, data.size(planned.lines[name].domain), width(planned, name))
    return Values(planned, arrays)
