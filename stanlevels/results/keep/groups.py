"""Quantities that were integrated out, kept as what draws them back rather than as draws.

Rows say of nested levels, and of conjugate pairs, what a few numbers for each unit hold: from them the same
draws are made again. A fit keeps these where they are smaller than the draws, or the draws are too many.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array
from stanlevels.plan.facts import Facts
from stanlevels.values.conjugate import Paired
from stanlevels.values.group import ConjugateGroup, Group
from stanlevels.values.nest import Cells, Nest, nest_of
from stanlevels.values.nested import Nested
from stanlevels.values.redrawn import Redrawn
from stanlevels.values.restore import key_of, with_nested
from stanlevels.values.standard import Standard
from stanlevels.values.store import Values

__all__ = ["KeptGroup", "KeptNest", "KeptPair", "kept_groups", "kept_names", "with_groups"]

_SMALL = 250_000  # numbers of draws that are kept as they are: 2 MB


@dataclass(frozen=True, eq=False)
class KeptNest:
    """Nested levels, their rows reduced to cells.

    Attributes
    ----------
    place : int
        Of the group, which decides its draws together with the seed.
    group : Group
        Names and sizes; nothing of rows.
    nest : Nest
    base : tuple of ndarray, (cells, c)
        What the rows of each line say, everything sampled at its mean.
    stored : int
        The lowest level whose draws are held in memory; those below are drawn each time.
    """

    place: int
    group: Group
    nest: Nest
    base: tuple[Array, ...]
    stored: int


@dataclass(frozen=True, eq=False)
class KeptPair:
    """A conjugate pair: what rows add to the distribution of every unit.

    Attributes
    ----------
    place : int
    group : ConjugateGroup
    stored : bool
        Whether its draws are held in memory.
    """

    place: int
    group: ConjugateGroup
    stored: bool


KeptGroup = KeptNest | KeptPair


def kept_groups(
    groups: Sequence[Group | ConjugateGroup], values: Values, data: Facts
) -> tuple[tuple[KeptGroup, ...], tuple[str, ...]]:
    """The groups that are kept as what draws them back, and the names of what is kept as draws.

    Parameters
    ----------
    groups : sequence of Group or ConjugateGroup
        In the order in which they are drawn.
    values : Values
        Draws of everything, integrated quantities among them.
    data : Facts
        The rows.
    """
    found: list[KeptGroup] = []
    drawn: list[str] = []
    for place, group in enumerate(groups):
        kept = _kept(place, group, values, data)
        if kept is None:
            drawn += group.names
        else:
            found.append(kept)
    return tuple(found), tuple(drawn)


def _kept(place: int, group: Group | ConjugateGroup, values: Values, data: Facts) -> KeptGroup | None:
    """What draws a group back, where that is smaller than its draws."""
    again = any(name in values.on_demand for name in group.names)
    size = group.size * int(np.prod(values.shape))
    if size <= _SMALL and not again:
        return None
    if isinstance(group, ConjugateGroup):
        of_rows = any(beside.term.domain for beside in group.beside)
        return None if of_rows else KeptPair(place, group, group.name in values.arrays)
    nested = _nested(group, values, data)
    if nested is None or any(cells.scale is not None and cells.scale.domain for cells in nested.nest.cells):
        return None
    nest = replace(nested.nest, cells=tuple(_lean(cells) for cells in nested.nest.cells))
    kept = replace(group, rows={}, sums={})
    numbers = sum(cells.root.size + sum(e.nnz for e in cells.effect.values()) for cells in nest.cells)
    if numbers > size and not again:
        return None
    stored = [all(group.names[i] in values.arrays for i in level.names) for level in nest.levels]
    lowest = next((at for at in range(len(stored)) if all(stored[at:])), len(stored))
    return KeptNest(place, kept, nest, nested.base, lowest)


def _nested(group: Group, values: Values, data: Facts) -> Nested | None:
    """The nested levels of a group with draws of what they rest on."""
    for name in group.names:
        again = values.on_demand.get(name)
        if isinstance(again, Redrawn):
            return again.nested
    nest = None if group.besides is not None else nest_of(group, values.planned, data)
    return None if nest is None else Nested(group, nest, values, data, Standard((0,)))


def _lean(cells: Cells) -> Cells:
    """Cells without what is as long as the rows."""
    return replace(cells, rotation=None, outcome=np.zeros(0))


def with_groups(groups: Sequence[KeptGroup], values: Values, data: Facts, seed: int) -> Values:
    """The values with those of kept groups besides, the same numbers as before."""
    for kept in groups:
        key = key_of(seed, kept.place)
        if isinstance(kept, KeptNest):
            nested = Nested(kept.group, kept.nest, values, data, Standard(key), known=kept.base)
            values = with_nested(nested, values, kept.stored)
        else:
            paired = Paired(kept.group, values, data, key, range(values.shape[1]))
            if kept.stored:
                values = values.storing({kept.group.name: paired.all()})
            else:
                values = replace(values, on_demand={**values.on_demand, kept.group.name: paired})
    return values


def kept_names(groups: Sequence[KeptGroup]) -> Mapping[str, int]:
    """The quantities that groups draw back, with the number of their units."""
    found: dict[str, int] = {}
    for kept in groups:
        if isinstance(kept, KeptNest):
            found |= {block.name: block.units for block in kept.group.blocks}
        else:
            found[kept.group.name] = kept.group.size
    return found
