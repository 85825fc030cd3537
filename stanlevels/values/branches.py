"""Parts of a nest that can be handled apart: some units of a level with everything below them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.values.group import Group
from stanlevels.values.nest import Cells, Nest

__all__ = ["Branch", "Branches", "Rows"]


@dataclass(frozen=True, eq=False)
class Rows:
    """Some cells, and what they say of the units of a branch.

    Attributes
    ----------
    cells : Cells
    first : ndarray of int, (n,)
        A row of each.
    unit : ndarray of int, (n,)
        Which unit of the branch, ascending.
    sums : sparse array, (units, n)
    root : ndarray, (n, c, c)
    base : ndarray, (n, c)
        The right-hand side where everything sampled is at its mean.
    effect : mapping of str to sparse array, (n * c, numbers)
    """

    cells: Cells
    first: Codes
    unit: Codes
    sums: Any
    root: Array
    base: Array
    effect: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Branch:
    """Some units of a level with everything below them.

    Attributes
    ----------
    level : int
    units : ndarray of int
        Ascending.
    rows : tuple of Rows
        Of lines that have units of this level and of none below.
    means : mapping of int to mapping of str to sparse array
        What sampled quantities are multiplied by in the mean of each quantity of the level.
    below : Branch or None
        The units of the level below that lie in these.
    within : ndarray of int
        The unit here of each unit of `below`.
    sums : sparse array, (units, units below)
    """

    level: int
    units: Codes
    rows: tuple[Rows, ...]
    means: Mapping[int, Mapping[str, Any]]
    below: Branch | None
    within: Codes
    sums: Any

    def downwards(self) -> Iterator[Branch]:
        """Itself and what is below, one level after another."""
        here: Branch | None = self
        while here is not None:
            yield here
            here = here.below

    @property
    def largest(self) -> int:
        """The largest number of units or cells of a level."""
        sizes = [len(rows.unit) for branch in self.downwards() for rows in branch.rows]
        return max([1, *sizes, *(len(branch.units) for branch in self.downwards())])


@dataclass(frozen=True, eq=False)
class Branches:
    """Takes branches from a nest.

    Attributes
    ----------
    group : Group
    nest : Nest
    middle : mapping of str to ndarray
        What was sampled, at its mean over draws. From there the draws are a small way, so that nothing large
        is taken from something large.
    known : tuple of ndarray, optional
        What `base` was found to be while the rows were there.
    """

    group: Group
    nest: Nest
    middle: Mapping[str, Array]
    known: tuple[Array, ...] | None = None

    def at(self, level: int, units: Codes) -> Branch:
        """The branch of some units (ascending) of a level."""
        rows = tuple(
            self._rows(place, units) for place, cells in enumerate(self.nest.cells) if cells.level == level
        )
        means = {i: self._means(i, units) for i in self.nest.levels[level].names}
        if level == 0:
            return Branch(level, units, rows, means, None, np.zeros(0, dtype=np.int64), None)
        order, starts = self._children[level]
        counts = starts[units + 1] - starts[units]
        children, within = order[_ranges(starts[units], counts)], np.repeat(np.arange(len(units)), counts)
        ascending = np.argsort(children, kind="stable")
        children, within = children[ascending], within[ascending]
        below = self.at(level - 1, children)
        return Branch(level, units, rows, means, below, within, _sums(within, len(units)))

    def parts(self, size: float) -> list[Codes]:
        """Units of the top level, in parts that have about `size` units below them."""
        counts = np.ones(self.nest.levels[0].units)
        for level, above in zip(self.nest.levels, self.nest.levels[1:], strict=False):
            counts = np.maximum(np.bincount(level.up, counts, above.units), 1)
        part = ((np.cumsum(counts) - counts) // size).astype(np.int64)
        return np.split(np.arange(len(counts)), np.flatnonzero(np.diff(part)) + 1) if len(counts) else []

    @cached_property
    def _children(self) -> dict[int, tuple[Codes, Codes]]:
        """Units of the level below in the order of the unit they lie in, and where those of each begin."""
        found = {}
        for at, (level, above) in enumerate(zip(self.nest.levels, self.nest.levels[1:], strict=False), 1):
            counts = np.bincount(level.up, minlength=above.units)
            found[at] = np.argsort(level.up, kind="stable"), np.concatenate([[0], np.cumsum(counts)])
        return found

    @cached_property
    def base(self) -> tuple[Array, ...]:
        """Right-hand sides of all cells at the middle, (cells, c) for each line."""
        if self.known is not None:
            return self.known
        found = []
        for cells in self.nest.cells:
            residual = cells.outcome.copy()
            for name, part in self.group.sums[cells.line.name].parts.items():
                if name not in self.group.names:
                    residual -= part @ self.middle[name]
            if not cells.line.is_observed:
                residual += self.middle[cells.line.name]
            found.append((cells.rotation @ residual).reshape(len(cells.unit), -1))
        return tuple(found)

    def _rows(self, place: int, units: Codes) -> Rows:
        cells = self.nest.cells[place]
        first = np.searchsorted(cells.unit, units)
        counts = np.searchsorted(cells.unit, units, side="right") - first
        picked, unit = _ranges(first, counts), np.repeat(np.arange(len(units)), counts)
        lines = _lines(picked, cells.root.shape[1])
        effect = {name: part[lines] for name, part in cells.effect.items()}
        return Rows(
            cells,
            cells.first[picked],
            unit,
            _sums(unit, len(units)),
            cells.root[picked],
            self.base[place][picked],
            effect,
        )

    def _means(self, quantity: int, units: Codes) -> dict[str, Any]:
        lines = _lines(units, self.group.blocks[quantity].width)
        parts = self.nest.means[quantity].parts
        return {name: part[lines] for name, part in parts.items() if name not in self.group.names}


def _lines(units: Codes, width: int) -> Codes:
    return np.asarray((units[:, None] * width + np.arange(width)).ravel())


def _ranges(first: Codes, counts: Codes) -> Codes:
    """The numbers first, first + 1, ... of every range, one range after another."""
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0
    return np.asarray(np.arange(total) + np.repeat(first - (ends - counts), counts))


def _sums(unit: Codes, units: int) -> Any:
    from scipy import sparse

    n = len(unit)
    return sparse.csr_array((np.ones(n), (unit, np.arange(n))), shape=(units, n))
