"""Draws of a quantity on other data: those of units that were there before, and new ones for the rest.

A new unit's draws come from its distribution given what that rests on, draw by draw, in blocks of units from
streams of their own: they do not depend on which others are asked for with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.plan.placed import Line
from stanlevels.values.arguments import arguments_of
from stanlevels.values.evaluate import evaluate, value
from stanlevels.values.groups import by_blocks
from stanlevels.values.prior import drawn_given
from stanlevels.values.store import Units, Values, width

if TYPE_CHECKING:
    from stanlevels.plan.facts import Data

__all__ = ["BLOCK", "Anew", "Fresh", "by_units", "drawn"]

_PIECE = 500_000  # numbers made at once
BLOCK = 64
"""Units that are drawn together."""


class Fresh(Protocol):
    """How values of new units are made."""

    def __call__(self, line: Line, values: Values, data: Data, units: Codes, blocks: Codes) -> Array:
        """Values of some units, (chains, draws, units, components).

        `blocks` is where each unit stands among all that are new; those asked for fill whole blocks.
        """
        ...


@dataclass(frozen=True, eq=False)
class Anew:
    """Values of one quantity, made each time they are asked for.

    Attributes
    ----------
    line : Line
    values : Values
        Of all that the line rests on, on the data below.
    data : Data
        The new rows and units.
    before : ndarray of int, (units,)
        The unit that each was in the earlier data; -1 for a new one.
    earlier : Values
    earlier_data : Data
    fresh : Fresh
    whole : (int, int)
        Chains and draws.
    draws : range
        Which draws of every chain.
    """

    line: Line
    values: Values
    data: Data
    before: Codes
    earlier: Values
    earlier_data: Data
    fresh: Fresh
    whole: tuple[int, int]
    draws: range

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of chains and of draws per chain."""
        return self.whole[0], len(self.draws)

    def window(self, draws: slice) -> Anew:
        """The same with some of the draws of every chain."""
        return replace(self, draws=self.draws[draws])

    @cached_property
    def _new(self) -> Codes:
        """The new units, in their order."""
        return np.flatnonzero(self.before < 0)

    @cached_property
    def _beside(self) -> Values:
        """The values, with as many draws where nothing unknown is behind the line and none are stored."""
        if self.values.shape == self.whole:
            return self.values
        return self.values.storing({self.line.name: np.zeros((*self.whole, 1, 1))})

    def at(self, units: Units) -> Array:
        """Values of some units, (chains, draws, units, components)."""
        wanted = np.arange(len(self.before))[units]
        known = self.before[wanted] >= 0
        found = _by_units(*self.whole, len(wanted), width(self.values.planned, self.line.name))
        if known.all():
            found[...] = self._known(wanted)
        elif known.any():
            found[:, :, known] = self._known(wanted[known])
        if not known.all():
            places = np.searchsorted(self._new, wanted[~known])
            blocks = np.unique(places // BLOCK)
            inside = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
            inside = inside[inside < len(self._new)]
            made = self.fresh(self.line, self._beside, self.data, self._new[inside], inside)
            if len(inside) == len(wanted) == len(places) and np.array_equal(inside, places):
                found[...] = made
            else:
                made = np.broadcast_to(made, (*self.whole, len(inside), found.shape[3]))
                found[:, :, ~known] = made[:, :, np.searchsorted(inside, places)]
        return found if len(self.draws) == self.whole[1] else found[:, np.asarray(self.draws)]

    def all(self) -> Array:
        """Values of all units, made in pieces so that no more than these are held at once."""
        chains, draws = self.shape
        n, numbers = len(self.before), width(self.values.planned, self.line.name)
        found = _by_units(chains, draws, n, numbers)
        step = max(1, _PIECE // max(chains * draws * numbers, 1) // BLOCK) * BLOCK
        for first in range(0, n, step):
            piece = slice(first, min(first + step, n))
            found[:, :, piece] = self.at(piece)
        return found

    def _known(self, units: Codes) -> Array:
        """Values of units that were there before."""
        return value(self.line.name, self.earlier, self.earlier_data, self.before[units])


def by_units(values: Array) -> Array:
    """The same values, laid so that all draws of a number lie side by side."""
    found = _by_units(*values.shape)
    found[...] = values
    return found


def _by_units(chains: int, draws: int, units: int, numbers: int) -> Array:
    """An array (chains, draws, units, numbers) in which all draws of a number lie side by side."""
    return np.moveaxis(np.empty((units, numbers, chains, draws)), (2, 3), (0, 1))


@dataclass(frozen=True)
class drawn:  # noqa: N801 (it is called like the functions beside it)
    """New units are drawn from their distribution.

    Attributes
    ----------
    key : tuple of int
        Which streams: the seed, the place of the quantity.
    """

    key: tuple[int, ...]

    def __call__(self, line: Line, values: Values, data: Data, units: Codes, blocks: Codes) -> Array:
        """Draws of some new units, (chains, draws, units, components)."""
        if line.form.grouping:
            return by_blocks(line, values, data, units, self.key)
        unmoved, numbers = line.unmoved, width(values.planned, line.name)
        arguments = arguments_of(unmoved, values, data, units)
        chains, draws = values.shape
        found = np.empty((chains, draws, len(units), numbers))
        starts = np.flatnonzero(np.diff(blocks // BLOCK, prepend=-1))
        for first, last in zip(starts, [*starts[1:], len(units)], strict=True):
            rng = np.random.Generator(np.random.SFC64([*self.key, int(blocks[first]) // BLOCK]))
            own = {n: a[:, :, first:last] if _varies(a) else a for n, a in arguments.items()}
            found[:, :, first:last] = drawn_given(unmoved, own, (chains, draws, last - first), numbers, rng)
        if line.own_shift is not None:
            there = values.storing({line.name: found})
            found = found - evaluate(line.own_shift, line.domain, there, data)
        return found


def _varies(argument: Array) -> bool:
    """Whether an argument has an axis of units."""
    return argument.ndim > 2 and argument.shape[2] > 1
