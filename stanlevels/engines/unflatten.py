"""From the flat columns of Stan's output to arrays.

Stan writes a container column by column with the first index running fastest. Each cell is placed by the
indices in its column's name, so that no assumption about the order can go wrong.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array
from stanlevels.engines.base import Shapes
from stanlevels.errors import EngineError

__all__ = ["Variable", "complete", "gather", "variables_of"]

_BRACKETS = re.compile(r"^([^\[]+)\[(\d+(?:,\d+)*)\]$")
_DOTS = re.compile(r"^([^.]+)((?:\.\d+)+)$")


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


def complete(variables: Sequence[Variable], shapes: Shapes) -> tuple[Variable, ...]:
    """The variables of a draw with those of length 0 among them, in the order of declaration.

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
        if 0 in shape:
            found[name] = Variable(name, shape, np.empty(shape, dtype=np.int64))
    order = [name for name in shapes.drawn if name in found]
    return tuple(found[name] for name in dict.fromkeys([*order, *found]))


def gather(variables: Sequence[Variable], table: Array) -> dict[str, Array]:
    """Arrays (..., *dims) by name, from a table (..., columns)."""
    return {variable.name: table[..., variable.columns] for variable in variables}
