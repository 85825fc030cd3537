"""From the flat columns of Stan's output to arrays.

Stan writes a container column by column with the first index running fastest. Each cell is placed by the
indices in its column's name, so that no assumption about the order can go wrong.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.base import Shapes
from stanlevels.errors import EngineError

__all__ = ["Variable", "complete", "gather", "kept", "variables_of"]

_BRACKETS = re.compile(r"^([^\[]+)\[(\d+(?:,\d+)*)\]$")
_DOTS = re.compile(r"^([^.]+)((?:\.\d+)+)$")
_INDEX = re.compile(r"[\[.]")


@dataclass(frozen=True, eq=False)
class Variable:
    """A Stan variable: its dimensions, and the column of each of its cells."""

    name: str
    shape: tuple[int, ...]
    columns: Array


def _split(column: str) -> tuple[str, tuple[int, ...]]:
    """Name and 0-based indices of a column `x[1,2]` or `x.1.2`.

    Examples
    --------
    >>> _split("x[2,1]"), _split("x.2.1"), _split("x")
    (('x', (1, 0)), ('x', (1, 0)), ('x', ()))
    """
    if match := _BRACKETS.match(column):
        return match[1], tuple(int(part) - 1 for part in match[2].split(","))
    if match := _DOTS.match(column):
        return match[1], tuple(int(part) - 1 for part in match[2][1:].split("."))
    return column, ()


def kept(columns: Sequence[str], keep: Collection[str] | None) -> slice | Array:
    """Positions of the columns that belong to the variables `keep`; all where nothing is said.

    Columns that lie side by side are a slice, with which a table is looked at rather than copied.

    Examples
    --------
    >>> kept(["a", "b[1]", "b[2]", "c"], ["b"]), kept(["a", "b", "c"], ["c", "a"])
    (slice(1, 3, None), array([0, 2]))
    """
    if keep is None:
        return slice(0, len(columns))
    wanted = frozenset(keep)
    found = np.flatnonzero([_INDEX.split(column, 1)[0] in wanted for column in columns])
    if len(found) and found[-1] - found[0] == len(found) - 1:
        return slice(int(found[0]), int(found[-1]) + 1)
    return found if len(found) else slice(0, 0)


def variables_of(columns: Sequence[str]) -> tuple[Variable, ...]:
    """The variables that columns belong to, in order of appearance.

    Raises
    ------
    EngineError
        If the cells of a variable do not fill a rectangle, as when a file was cut off.
    """
    cells: dict[str, list[tuple[tuple[int, ...], int]]] = {}
    for position, column in enumerate(columns):
        name, index = _split(column)
        cells.setdefault(name, []).append((index, position))
    return tuple(_variable(name, found) for name, found in cells.items())


def _variable(name: str, cells: list[tuple[tuple[int, ...], int]]) -> Variable:
    indices = [index for index, _ in cells]
    ranks = {len(index) for index in indices}
    shape = tuple(max(axis) + 1 for axis in zip(*indices, strict=True)) if len(ranks) == 1 else ()
    size = int(np.prod(shape, dtype=np.int64))
    if len(ranks) != 1 or size != len(cells) or len(set(indices)) != len(cells):
        raise EngineError(
            f"the output holds {len(cells)} columns of {name!r}, which do not fill an array",
            expected=f"{size} columns for dimensions {shape}",
            way_out="the output is incomplete or damaged: run again, and check that the disk is not full",
        )
    table = np.empty(shape, dtype=np.int64)
    for index, position in cells:
        table[index] = position
    return Variable(name, shape, table)


def complete(
    variables: Sequence[Variable], shapes: Shapes, keep: Collection[str] | None = None
) -> tuple[Variable, ...]:
    """The variables of a draw with those of length 0 among them, in the order of declaration.

    Variables of length 0 that are not kept stay out.

    Raises
    ------
    EngineError
        If the columns of a variable do not fill the shape that it was declared with.

    Examples
    --------
    >>> shapes = Shapes({"a": (0, 2), "b": (1,)})
    >>> [(v.name, v.shape) for v in complete(variables_of(["b[1]", "c"]), shapes)]
    [('a', (0, 2)), ('b', (1,)), ('c', ())]
    """
    found = {variable.name: variable for variable in variables}
    for name, shape in shapes.drawn.items():
        if name in found and found[name].shape != shape:
            raise EngineError(
                f"the output holds {name!r} with dimensions {found[name].shape}", expected=f"{shape}"
            )
        if 0 in shape and (keep is None or name in keep):
            found[name] = Variable(name, shape, np.empty(shape, dtype=np.int64))
    order = [name for name in shapes.drawn if name in found]
    return tuple(found[name] for name in dict.fromkeys([*order, *found]))


def gather(variables: Sequence[Variable], table: Array) -> dict[str, Array]:
    """Arrays (..., *dims) by name, from a table (..., columns): views where columns are in Stan's order."""
    return {variable.name: _gathered(variable, table) for variable in variables}


def _gathered(variable: Variable, table: Array) -> Array:
    flat = variable.columns.ravel(order="F")
    if not len(flat) or not np.array_equal(flat, np.arange(flat[0], flat[0] + len(flat))):
        return np.asarray(table[..., variable.columns])
    backwards = table[..., flat[0] : flat[0] + len(flat)].reshape((*table.shape[:-1], *variable.shape[::-1]))
    last = table.ndim - 1
    return backwards.transpose(*range(last), *range(backwards.ndim - 1, last - 1, -1))
