"""Outcomes that have one density together: what is asked of some rows is asked of all that belong to them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.values.arguments import arguments_of
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Units, Values

__all__ = ["Together", "by_blocks", "first_rows", "groups_of", "together"]

_BLOCK = 64
"""Groups that are drawn together."""


def groups_of(line: Line, values: Values, data: Data) -> Codes:
    """The group of every unit of a line."""
    found = evaluate(line.args[line.form.grouping], line.domain, values, data)
    return np.broadcast_to(found.reshape(-1), (data.size(line.domain),)).astype(np.int64)


def first_rows(groups: Codes) -> Codes:
    """The first unit of every group, ascending: log densities of groups stand there.

    Examples
    --------
    >>> first_rows(np.array([4, 2, 4, 1])).tolist()
    [0, 1, 3]
    """
    return np.sort(np.unique(groups, return_index=True)[1])


@dataclass(frozen=True, eq=False)
class Together:
    """Whole groups, in which some units are asked for.

    Attributes
    ----------
    units : ndarray of int
        All of the groups.
    places : ndarray of int
        Where those that are asked for stand among them.
    arguments : dict of str to ndarray
        Of the distribution, (chains, draws, units).
    """

    units: Codes
    places: Codes
    arguments: dict[str, Array]


def together(
    line: Line, values: Values, data: Data, units: Units = slice(None), groups: Codes | None = None
) -> Together:
    """The groups of some units, with all that their distribution takes."""
    groups = groups_of(line, values, data) if groups is None else groups
    asked = np.arange(len(groups))[units]
    every = np.flatnonzero(np.isin(groups, groups[asked]))
    given = arguments_of(line, values, data, every, of_outcome=True)
    wide = {name: np.broadcast_to(a, (*a.shape[:2], len(every), 1))[..., 0] for name, a in given.items()}
    return Together(every, np.searchsorted(every, asked), wide)


def by_blocks(line: Line, values: Values, data: Data, units: Codes, key: tuple[int, ...]) -> Array:
    """Draws of some units, (chains, draws, units, 1), from a stream for every block of groups.

    They do not depend on which other units are asked for.
    """
    groups = groups_of(line, values, data)
    found = np.empty((*values.shape, len(units), 1))
    block = groups // _BLOCK
    for each in np.unique(block[units]):
        rng = np.random.Generator(np.random.SFC64([*key, int(each)]))
        wanted = np.flatnonzero(block[units] == each)
        whole = together(line, values, data, np.flatnonzero(block == each), groups)
        made = line.form.draw(rng, (*values.shape, len(whole.units)), whole.arguments)
        found[:, :, wanted, 0] = made[..., np.searchsorted(whole.units, units[wanted])]
    return found
