"""Units of the finest level by their information: what an outcome is known by where units agree in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.gaussian.pools import alike, fewer_rows, rows_left
from stanlevels.linear.line_statistics import LineStatistics
from stanlevels.linear.outcome_rows import Tree

__all__ = ["Pools", "pools_of", "shapes_of"]


@dataclass(frozen=True, eq=False)
class Pools:
    """Units of the finest level that agree in their information.

    Attributes
    ----------
    times : ndarray
        Where every effect is one number: how many units have each information. Else, how many units each row
        of scores stands for.
    which : ndarray of int, (rows,)
        The 0-based place of the information of each row of scores.
    children : ndarray, (units above, distinct)
        How many of the units below each unit of the next level have each information.
    """

    times: Array
    which: Codes
    children: Array


def shapes_of(information: Mapping[str, Array], width: int) -> tuple[int, int]:
    """How many units differ in their information, and how many rows of `width` scores they leave."""
    counts = np.bincount(_classes(information))
    return len(counts), int(rows_left(counts, width).sum())


def pools_of(
    lines: Mapping[str, LineStatistics], tree: Tree, plain: bool
) -> tuple[Pools, dict[str, LineStatistics]]:
    """Statistics of outcomes by distinct information, with what goes to the units of the next level.

    Scores of all outcomes are turned together: their sum has to have the products that it had.
    """
    classes = _classes({name: line.information for name, line in lines.items()})
    counts = np.bincount(classes)
    one = np.zeros(len(counts), dtype=np.int64)
    one[classes] = np.arange(len(classes))
    scores = {name: _scores(line) for name, line in lines.items()}
    rows, which = fewer_rows(np.column_stack(list(scores.values())), classes)
    above = np.repeat(np.arange(len(tree.first[0]) - 1), np.diff(tree.first[0])) if tree.first else None
    cells = len(tree.first[0]) - 1 if tree.first else 0
    place = np.zeros(0, dtype=np.int64) if above is None else above * len(counts) + classes
    found, start = {}, 0
    for name, line in lines.items():
        own = rows[:, start : start + scores[name].shape[1]]
        start += own.shape[1]
        c, p = line.columns, len(line.at)
        blocks = own.reshape(len(own), 1 + p, c)
        found[name] = replace(
            line,
            information=line.information[one],
            score=blocks[:, 0],
            cross=blocks[:, 1:].transpose(2, 0, 1),
            messages=_summed(place, scores[name], c, cells, len(counts)),
        )
    children = np.bincount(place, minlength=cells * len(counts)).reshape(cells, len(counts)).astype(float)
    times = counts.astype(float) if plain else _shared(counts, which)
    return Pools(times, which, children), found


def _classes(information: Mapping[str, Array]) -> Codes:
    every = np.stack(list(information.values()), axis=1)
    columns = int(np.sqrt(2 * every.shape[2] + 0.25))
    return alike(every, columns)


def _scores(line: LineStatistics) -> Array:
    """Scores of every unit, those of the residuals first, then those of every column of coefficients."""
    blocks = np.concatenate([line.score[:, None], line.cross.transpose(1, 2, 0)], axis=1)
    return blocks.reshape(len(line.score), -1)


def _summed(place: Codes, scores: Array, columns: int, above: int, distinct: int) -> Array:
    """Sums of scores: rows are units above, for each column of coefficients; columns are
    information, for each column of effects.
    """
    if not above:
        return np.zeros((0, columns * distinct))
    sums = [np.bincount(place, score, above * distinct).reshape(above, distinct) for score in scores.T]
    blocks = [np.column_stack(sums[k : k + columns]) for k in range(0, len(sums), columns)]
    return np.concatenate(blocks)


def _shared(counts: Codes, which: Codes) -> Array:
    """How many units each row stands for: one each, and the first of a kind for all that are left."""
    times = np.ones(len(which))
    first = np.searchsorted(which, np.arange(len(counts)))
    times[first] += counts - np.bincount(which)
    return times
