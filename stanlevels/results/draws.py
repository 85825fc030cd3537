"""The draws of a fit: values of its quantities, with the data they belong to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import FitError
from stanlevels.graph import VariableNode
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain, Term, uses
from stanlevels.values.evaluate import evaluate, value
from stanlevels.values.pieces import chunks
from stanlevels.values.standard import UNITS as BLOCK
from stanlevels.values.store import Units, Values, width

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["Draws", "SAMPLE", "component_labels", "every_nth", "is_constant", "is_simplex", "thinned"]

_ALL = slice(None)
SAMPLE = 4096
"""Units that a diagnosis looks at where their draws are made again each time."""


@dataclass(frozen=True, eq=False)
class Draws:
    """What tables, checks and ArviZ ask for values, every quantity at the rows that were fitted.

    Attributes
    ----------
    values : Values
        What is stored.
    bound : Bound
        The data.
    only : tuple of str, optional
        The quantities that a person asked to record; by default all.
    """

    values: Values
    bound: Bound
    only: tuple[str, ...] | None = None

    @property
    def planned(self) -> Planned:
        """The model."""
        return self.values.planned

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of chains and of draws per chain."""
        return self.values.shape

    @property
    def recorded(self) -> Iterable[str]:
        """The quantities of which every draw counts as a result."""
        return self.planned.recorded if self.only is None else self.only

    @property
    def left_out(self) -> tuple[str, ...]:
        """The quantities with draws of which none were recorded, in the order of declaration."""
        return tuple(name for name in self.planned.lines if name in self.values.left_out)

    def holds(self, name: str) -> bool:
        """Whether a quantity has a value here: it was recorded, is known, or is computed from such."""
        stored = name in self.values.arrays or name in self.values.on_demand
        if stored or self.line(name).is_observed:
            return True
        return not self.planned.quantities[name].is_unknown and self.determines(self.line(name).args.values())

    def determines(self, terms: Iterable[Term]) -> bool:
        """Whether everything that some terms use has a value here."""
        return all(self.holds(use.name) for term in terms for use in uses(term))

    def locates(self, name: str) -> bool:
        """Whether the arguments of a quantity's line have values here."""
        return self.determines(self.line(name).args.values())

    def window(self, draws: slice) -> Draws:
        """The same with some of the draws of every chain."""
        return replace(self, values=self.values.window(draws))

    def line(self, name: str) -> Line:
        """The line that declares `name`."""
        return self.planned.lines[name]

    def size(self, name: str) -> tuple[int, int]:
        """Numbers of units and of numbers per unit."""
        return self.bound.size(self.line(name).domain), width(self.planned, name)

    def is_on_demand(self, name: str) -> bool:
        """Whether a quantity has too many draws to be stored: they are made again each time."""
        return self.values.is_on_demand(name)

    def pieces(self, name: str) -> list[slice]:
        """Units of a quantity in pieces that bound the memory; such as are made again in whole blocks."""
        (units, numbers), (chains, length) = self.size(name), self.shape
        found = chunks(units, chains * length * numbers)
        if not self.is_on_demand(name) or len(found) < 2:
            return found
        step = max(1, found[0].stop // BLOCK) * BLOCK
        return [slice(first, min(first + step, units)) for first in range(0, units, step)]

    def some_units(self, name: str) -> Codes:
        """Units of a quantity that stand for all where these are made again each time: every n-th block."""
        units, _ = self.size(name)
        if not self.is_on_demand(name) or units <= SAMPLE:
            return np.arange(units)
        blocks = np.unique(np.linspace(0, (units - 1) // BLOCK, SAMPLE // BLOCK).astype(np.int64))
        found = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
        return np.asarray(found[found < units])

    def numbers(self, name: str, positions: Codes) -> Array:
        """Some numbers of a quantity, by their flat positions (units slowest): (chains, draws, positions)."""
        _, width = self.size(name)
        units, places = np.unique(positions // width, return_inverse=True)
        return self.whole(name, units)[:, :, places, positions % width]

    def value(self, name: str, units: Units = _ALL) -> Array:
        """A quantity at its own domain; see `stanlevels.values.evaluate.value`."""
        return value(name, self.values, self.bound, units)

    def evaluate(self, term: Term, domain: Domain, units: Units = _ALL) -> Array:
        """A term on a line at `domain`; see `stanlevels.values.evaluate.evaluate`."""
        return evaluate(term, domain, self.values, self.bound, units)

    def whole(self, name: str, units: Units = _ALL) -> Array:
        """A quantity with all its axes at full length, (chains, draws, units, components)."""
        found = self.value(name, units)
        n, numbers = self.size(name)
        shape = (*self.shape, len(np.arange(n)[units]), numbers)
        return found if found.shape == shape else np.broadcast_to(found, shape)

    def flat(self, name: str) -> Array:
        """A quantity as (chains, draws, numbers): units slowest, then components."""
        values = self.whole(name)
        return values.reshape(*values.shape[:2], -1)


# --- what the model says of a quantity -------------------------------------------------------


def component_labels(planned: Planned, name: str) -> tuple[tuple[str | int, ...], ...]:
    """Labels along each component axis of a quantity (a correlation matrix has two)."""
    line = planned.lines[name]
    axes = line.components * 2 if line.is_correlation else line.components
    return tuple(tuple(planned.axes[axis]) for axis in axes)


def is_constant(planned: Planned, name: str) -> bool:
    """Whether nothing in it is random: a number, data, or what is computed from them alone."""
    return not planned.unknowns[name]


def is_simplex(planned: Planned, name: str) -> bool:
    """Whether its components sum to 1."""
    line = planned.lines[name]
    return isinstance(line.node, VariableNode) and line.family.support.shape == "simplex"


def thinned(draws: Draws, most: int | None) -> Draws:
    """At most so many draws of each chain, evenly spaced.

    Raises
    ------
    FitError
        If the number is none of these.
    """
    every = every_nth(most, draws.shape[1])
    return draws if every == 1 else draws.window(slice(None, None, every))


def every_nth(most: int | None, length: int) -> int:
    """Every how many-th draw gives at most so many of `length`; without a number all.

    Raises
    ------
    FitError
        If it is none from 1 to `length`.
    """
    if most is None:
        return 1
    if not isinstance(most, int) or isinstance(most, bool) or not 1 <= most <= length:
        raise FitError(f"draws is {most!r}", expected=f"a whole number from 1 to {length:,}, of each chain")
    return -(-length // most)
