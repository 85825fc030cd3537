"""Effects of nested levels drawn back: all draws at once, in pieces of whole branches or of units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.gaussian.nested import Entry, Lines, Matrix, System, drawn, passed, reduced
from stanlevels.plan.facts import Facts
from stanlevels.values.branches import Branch, Branches, Rows
from stanlevels.values.evaluate import evaluate
from stanlevels.values.group import Group
from stanlevels.values.nest import Nest
from stanlevels.values.pieces import chunks, for_each
from stanlevels.values.roots import root_of
from stanlevels.values.sampled import Sampled, lanes
from stanlevels.values.standard import DRAWS
from stanlevels.values.store import Values

__all__ = ["Nested", "Normals"]

_PIECE = 300_000  # units times draws handled at once: what is made of them stays near the processor
_LARGEST = 2_000_000  # the same where one unit has so much below it that it cannot be parted


class Normals(Protocol):
    """Where standard normal numbers come from; see `stanlevels.values.standard.Standard`."""

    def at(self, quantity: int, width: int, units: Codes, chains: int, draws: range) -> Array:
        """The numbers of some units (ascending) and draws of a quantity, (units, width, chains, draws)."""
        ...


@dataclass(frozen=True, eq=False)
class _Place:
    """Deviations of a level: (units, chains * draws) of each effect, and where those of some units stand."""

    effects: Sequence[Array]
    at: Codes

    def of(self, k: int) -> Array:
        """One effect at the units."""
        return self.effects[k][self.at]


@dataclass(frozen=True, eq=False)
class Nested:
    """A group of nested levels with the draws of everything else.

    Attributes
    ----------
    group : Group
    nest : Nest
    values : Values
        Draws of everything that the group depends on, and that depends on it.
    data : Facts
    normals : Normals
    kept : dict
        Deviations of whole levels that were drawn already, (units, effects, chains, draws).
    known : tuple of ndarray, optional
        What rows said, where they are gone; see `base`.
    """

    group: Group
    nest: Nest
    values: Values
    data: Facts
    normals: Normals
    kept: dict[int, Array] = field(default_factory=dict)
    known: tuple[Array, ...] | None = None

    @cached_property
    def _middle(self) -> dict[str, Array]:
        names = [name for cells in self.nest.cells for name in cells.effect]
        names += [name for sums in self.nest.means for name in sums.parts if name not in self.group.names]
        return {name: self.values.arrays[name].mean(axis=(0, 1)).ravel() for name in dict.fromkeys(names)}

    @cached_property
    def _branches(self) -> Branches:
        return Branches(self.group, self.nest, self._middle, self.known)

    @property
    def base(self) -> tuple[Array, ...]:
        """What outcomes say: right-hand sides of all cells, everything sampled at its mean."""
        return self._branches.base

    # --- whole levels --------------------------------------------------------------------------

    def size(self, level: int) -> int:
        """How many numbers the draws of all quantities of a level are."""
        chains, draws = self.values.shape
        return chains * draws * self.nest.levels[level].units * len(self.nest.levels[level].effects)

    def draw(self, lowest: int, keep: bool = False) -> dict[str, Array]:
        """Draws of all quantities from a level to the top, (chains, draws, units, components).

        `keep` has their deviations stay at hand, for levels below to be drawn later.
        """
        chains, draws = self.values.shape
        levels = self.nest.levels[lowest:]
        found = {
            self.group.names[i]: np.empty((chains, draws, level.units, self.group.blocks[i].width))
            for level in levels
            for i in level.names
        }
        if keep:
            for at, level in enumerate(levels, lowest):
                self.kept[at] = np.empty((level.units, len(level.effects), chains, draws))
        size = max(1, _PIECE // max(chains * min(draws, DRAWS), 1))
        top = len(self.nest.levels) - 1
        branches = [self._branches.at(top, units) for units in self._branches.parts(size)]
        for first in range(0, draws, DRAWS):
            window = range(draws)[first : first + DRAWS]
            normals = {
                i: self._normals(i, np.arange(level.units), window) for level in levels for i in level.names
            }
            sampled = self._sampled(window)

            def work(
                piece: slice, sampled: Sampled = sampled, normals: Mapping[int, Array] = normals
            ) -> None:
                for branch in branches[piece]:
                    self._draw(branch, lowest, sampled, normals, found)

            for_each([slice(i, i + 1) for i in range(len(branches))], work)
        return found

    def _sampled(self, draws: range) -> Sampled:
        """Some draws of what was sampled; those of the last call where they are the same."""
        found = self._last.get(draws)
        if found is None:
            found = Sampled(self.values, self._middle, draws)
            for name in self._middle:
                found.of(name)
            self._last.clear()
            self._last[draws] = found
        return found

    @cached_property
    def _last(self) -> dict[range, Sampled]:
        return {}

    def _normals(self, quantity: int, units: Codes, draws: range) -> Array:
        width = self.group.blocks[quantity].width
        return self.normals.at(quantity, width, units, self.values.shape[0], draws)

    def _draw(
        self,
        branch: Branch,
        lowest: int,
        sampled: Sampled,
        normals: Mapping[int, Array],
        found: Mapping[str, Array],
    ) -> None:
        """Draws of a branch, in windows of draws where it is large."""
        chains, window = self.values.shape[0], sampled.draws
        step = max(1, _LARGEST // (branch.largest * chains))
        for first in range(0, len(window), step):
            some = window[first : first + step]
            own = sampled if len(some) == len(window) else Sampled(self.values, self._middle, some)
            systems, roots = self._up(branch, own)
            places: dict[int, _Place] = {}
            for here in branch.downwards():
                if here.level < lowest:
                    break
                level, at = self.nest.levels[here.level], slice(some.start, some.stop)
                standard = [
                    normals[i][here.units, k, :, first : first + step].reshape(len(here.units), -1)
                    for i, k in level.effects
                ]
                places[here.level] = self._down(here, systems, roots, places, standard)
                shape = (len(here.units), chains, len(some))
                if here.level in self.kept:
                    for k in range(len(level.effects)):
                        self.kept[here.level][here.units, k, :, at] = places[here.level].of(k).reshape(shape)
                for i in level.names:
                    for k, values in enumerate(self._values(i, here, own, places)):
                        found[self.group.names[i]][:, at, here.units, k] = _turned(values, shape)
                if here.below is not None:
                    places = {m: _Place(place.effects, place.at[here.within]) for m, place in places.items()}

    # --- some units ----------------------------------------------------------------------------

    def at(self, quantity: int, units: Codes, draws: range) -> Array:
        """Draws of some units (ascending) of a quantity, (chains, draws, units, components)."""
        level = next(at for at, level in enumerate(self.nest.levels) if quantity in level.names)
        chains = self.values.shape[0]
        found = np.empty((chains, len(draws), len(units), self.group.blocks[quantity].width))
        sampled = self._sampled(draws)

        normals = {
            i: self._normals(i, units, draws) for i in self.nest.levels[level].names
        }  # made once, for blocks are shared by pieces

        def work(piece: slice) -> None:
            branch = self._branches.at(level, units[piece])
            step = max(1, _LARGEST // (branch.largest * chains))
            for first in range(0, len(draws), step):
                some = draws[first : first + step]
                own = sampled if len(some) == len(draws) else Sampled(self.values, self._middle, some)
                inner = slice(first, first + len(some))
                places = self._drawn_again(branch, own, {i: z[piece, ..., inner] for i, z in normals.items()})
                shape = (len(branch.units), chains, len(some))
                for k, values in enumerate(self._values(quantity, branch, own, places)):
                    found[:, inner, piece, k] = _turned(values, shape)

        for_each(chunks(len(units), chains * len(draws), _PIECE), work)
        return found

    def _drawn_again(
        self, branch: Branch, sampled: Sampled, normals: Mapping[int, Array]
    ) -> dict[int, _Place]:
        """Deviations of the units of a branch and of all that they lie in."""
        level, places = self.nest.levels[branch.level], dict[int, _Place]()
        if branch.level + 1 < len(self.nest.levels):
            parents, within = np.unique(level.up[branch.units], return_inverse=True)
            known = self._known(branch.level + 1, parents, sampled)
            places = {m: _Place(place.effects, place.at[within]) for m, place in known.items()}
        systems, roots = self._up(branch, sampled)
        standard = [normals[i][:, k].reshape(len(branch.units), -1) for i, k in level.effects]
        places[branch.level] = self._down(branch, systems, roots, places, standard)
        return places

    def _known(self, at: int, units: Codes, sampled: Sampled) -> dict[int, _Place]:
        """Deviations of a level further up and of all above it: those that are kept, or drawn again."""
        if at not in self.kept:
            normals = {i: self._normals(i, units, sampled.draws) for i in self.nest.levels[at].names}
            return self._drawn_again(self._branches.at(at, units), sampled, normals)
        places, codes, draws = {}, units, sampled.draws
        for m in range(at, len(self.nest.levels)):
            some, where = np.unique(codes, return_inverse=True)
            kept = self.kept[m][some][..., slice(draws.start, draws.stop, draws.step)]
            places[m] = _Place([kept[:, k].reshape(len(some), -1) for k in range(kept.shape[1])], where)
            codes = self.nest.levels[m].up[codes] if m + 1 < len(self.nest.levels) else codes
        return places

    # --- up and down ---------------------------------------------------------------------------

    def _up(self, branch: Branch, sampled: Sampled) -> tuple[dict[int, System], dict[int, Matrix]]:
        """Systems of all levels of a branch, from below, and roots of the prior covariances."""
        systems: dict[int, System] = {}
        roots: dict[int, Matrix] = {}
        for here in reversed(list(branch.downwards())):
            level = self.nest.levels[here.level]
            sources = [self._lines(rows, sampled) for rows in here.rows if len(rows.unit)]
            alone = len(sources) == 1
            if here.below is not None:
                lower, m = self.nest.levels[here.level - 1], here.level - 1
                effect_of = {place: effect for effect, place in reversed(list(level.columns.items()))}
                wanted = [lower.columns[effect_of[place]] for place in range(level.width)]
                own = [lower.columns[(m, k)] for k in range(len(lower.effects))]
                columns, right = passed(systems[m], roots[m], own, wanted)
                if columns:
                    alone = False
                    sources.append(Lines(columns, right, here.within, here.sums))
            if alone and np.array_equal(sources[0].unit, np.arange(len(here.units))):
                systems[here.level] = System(sources[0].columns, sources[0].right, level.own)
            else:
                systems[here.level] = reduced(sources, level.own, level.width)
            roots[here.level] = self._root(here, sampled)
        return systems, roots

    def _lines(self, rows: Rows, sampled: Sampled) -> Lines:
        """What some cells say, for some draws."""
        c = rows.root.shape[1]
        right = rows.base.reshape(-1, 1)
        for name, part in rows.effect.items():
            right = right - part @ sampled.of(name)
        scale = self._precision(rows, sampled)
        each = [right[i::c] * scale for i in range(c)]
        columns: Matrix = [
            [rows.root[:, i, b][:, None] * scale if b >= i else None for b in range(c)] for i in range(c)
        ]
        return Lines(columns, list[Entry](each), rows.unit, rows.sums)

    def _precision(self, rows: Rows, sampled: Sampled) -> Array:
        """The root of the residual precision of some cells, (cells or 1, chains * draws)."""
        cells = rows.cells
        if cells.scale is None:
            return np.ones((1, 1))
        k = cells.components
        units = rows.first // k
        sd = evaluate(cells.scale, cells.line.domain, sampled.window, self.data, units)
        sd = np.broadcast_to(sd, (*sampled.window.shape, *sd.shape[2:]))
        if sd.shape[3] > 1:
            sd = np.broadcast_to(sd, (*sd.shape[:2], len(units), sd.shape[3]))
            return 1 / lanes(sd[:, :, np.arange(len(units)), rows.first % k])
        return 1 / lanes(sd[..., 0])

    def _root(self, branch: Branch, sampled: Sampled) -> Matrix:
        """Roots of the covariances of all effects of a level."""
        level = self.nest.levels[branch.level]
        root: Matrix = [[None] * len(level.effects) for _ in level.effects]
        for i in level.names:
            line = self.values.planned.lines[self.group.names[i]]
            own = root_of(line, sampled.window, self.data, branch.units)
            own = lanes(np.broadcast_to(own, (*sampled.window.shape, *own.shape[2:])))
            places = {k: at for at, (j, k) in enumerate(level.effects) if j == i}
            for a, row in places.items():
                for b, column in places.items():
                    if b <= a and (a == b or line.form.correlation):
                        root[row][column] = own[:, a, b]
        return root

    def _down(
        self,
        branch: Branch,
        systems: Mapping[int, System],
        roots: Mapping[int, Matrix],
        places: Mapping[int, _Place],
        standard: Sequence[Array],
    ) -> _Place:
        """Deviations of the units of a branch, given those further up."""
        level = self.nest.levels[branch.level]
        above = [(place, places[m].of(k)) for (m, k), place in level.columns.items() if m > branch.level]
        own = [level.columns[(branch.level, k)] for k in range(len(level.effects))]
        found = drawn(systems[branch.level], roots[branch.level], own, above, standard)
        shape = standard[0].shape
        return _Place([np.broadcast_to(x, shape) for x in found], np.arange(len(branch.units)))

    def _values(
        self, quantity: int, branch: Branch, sampled: Sampled, places: Mapping[int, _Place]
    ) -> list[Array]:
        """The quantity at the units of a branch: its mean plus its deviation, for every component."""
        level, width = self.nest.levels[branch.level], self.group.blocks[quantity].width
        offset = self.nest.means[quantity].offset.reshape(-1, width)[branch.units]
        total = offset.reshape(-1, 1)
        for name, part in branch.means[quantity].items():
            total = total + (part @ self._middle[name])[:, None] + part @ sampled.of(name)
        found = []
        for k in range(width):
            own = total[k::width] + places[branch.level].of(level.effects.index((quantity, k)))
            for (effect, (m, j)), share in self.nest.shares.items():
                if effect == (quantity, k):
                    own = own + share[branch.units][:, None] * places[m].of(j)
            found.append(own)
        return found


def _turned(values: Array, shape: tuple[int, int, int]) -> Array:
    """(units, chains * draws) as (chains, draws, units)."""
    return values.reshape(shape).transpose(1, 2, 0)
