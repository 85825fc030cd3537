"""Which blocks of random effects are eliminated, in which order, and what that fills.

The units of a block that no row couples are independent given everything else, so that their part of
Z'WZ is block diagonal and can be eliminated unit by unit. That couples what they meet: publishers by the
apps within them only with themselves, and they can go next; devices by the apps they are crossed with, all
of them. What stays coupled is factored as one dense matrix at the end.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from stanlevels.errors import FitError
from stanlevels.gaussian.design import Block

__all__ = ["LARGEST", "Pair", "Scheme", "Stage", "scheme"]

LARGEST = 12_000  # columns of a dense matrix that fits into ordinary memory (1.2 GB)
_SMALL = 400  # columns that a dense factorisation takes in no time
_SURELY = 5e7  # products beyond which a fill is taken as dense without looking
_NARROW = 1e5  # numbers that are kept densely whatever their pattern
_FULL = 0.1  # share of its entries above which a matrix is kept densely

Pair = tuple[int, int]
"""Two blocks, the one that is eliminated first in front."""


@dataclass(frozen=True, eq=False)
class Stage:
    """A block that is eliminated.

    Attributes
    ----------
    block : int
    borders : tuple of int
        The later blocks that its units meet.
    fills : mapping of (int, int) to pattern, "dense" or "units"
        What the part of every pair of borders becomes: dense, sparse on a pattern, or block diagonal.
    inner : bool
        Whether a block that was eliminated before meets it.
    """

    block: int
    borders: tuple[int, ...]
    fills: Mapping[Pair, Any]
    inner: bool


@dataclass(frozen=True, eq=False)
class Scheme:
    """An order of elimination.

    Attributes
    ----------
    blocks : tuple of Block
    stages : tuple of Stage
    last : tuple of int
        The blocks that are factored densely at the end.
    cost : float
        About how many multiplications a factorisation with its derivatives takes.
    """

    blocks: tuple[Block, ...]
    stages: tuple[Stage, ...]
    last: tuple[int, ...]
    cost: float

    @property
    def order(self) -> tuple[int, ...]:
        """Every block, in the order of elimination."""
        return (*(stage.block for stage in self.stages), *self.last)


def scheme(patterns: Mapping[Pair, Any], blocks: Sequence[Block]) -> Scheme:
    """Choose the order for blocks whose units meet as `patterns` say.

    The largest block whose units do not meet each other goes first, as long as that leaves less to be
    factored densely.

    Parameters
    ----------
    patterns : mapping of (i, j), i <= j, to sparse array (units of i, units of j)
        Where rows of data bring two units together; a pair without such rows may be missing.
    blocks : sequence of Block

    Raises
    ------
    FitError
        If more than 12,000 columns stay coupled: a dense factorisation would not fit into memory.
    """
    state, left = dict(patterns), list(range(len(blocks)))
    stages: list[_Found] = []
    cost = 0.0
    while left:
        chosen = _independent(state, left, blocks)
        if chosen is None or (len(left) > 1 and sum(blocks[i].size for i in left) <= _SMALL):
            break
        left.remove(chosen)
        stages.append(_stage(state, chosen, left, blocks))
        cost += stages[-1].cost
    coupled = sum(blocks[i].size for i in left)
    if coupled > LARGEST:
        raise FitError(
            f"{coupled:,} random effects of {', '.join(_sized(blocks[i]) for i in left)} stay coupled"
            " after the others are integrated out",
            expected=f"at most {LARGEST:,}",
            way_out="make the largest of them nested, leave one out, or use method='nuts'",
        )
    return Scheme(tuple(blocks), _in_order(stages, left, blocks), tuple(left), cost + float(coupled) ** 3)


def _sized(block: Block) -> str:
    return f"{block.name!r} ({block.size:,})"


def _independent(state: Mapping[Pair, Any], left: Sequence[int], blocks: Sequence[Block]) -> int | None:
    """The largest block whose units do not meet each other."""
    for i in sorted(left, key=lambda i: -blocks[i].size):
        own = state.get((i, i))
        if own is None or (not isinstance(own, str) and _is_diagonal(own)):
            return i
    return None


def _is_diagonal(pattern: Any) -> bool:
    entries = pattern.tocoo()
    return bool(np.array_equal(entries.row, entries.col))


@dataclass(frozen=True, eq=False)
class _Found:
    """A stage before the order of the later ones is known: pairs have the smaller number in front."""

    block: int
    borders: tuple[int, ...]
    fills: dict[Pair, Any]
    cost: float


def _stage(state: dict[Pair, Any], chosen: int, left: Sequence[int], blocks: Sequence[Block]) -> _Found:
    """Take a block out of the state, and fill what it couples."""
    state.pop((chosen, chosen), None)
    meets = {i: _from(state, chosen, i) for i in left}
    borders = tuple(i for i in sorted(left) if meets[i] is not None)
    fills, cost = {}, 0.0
    for i, j in combinations_with_replacement(borders, 2):
        three = chosen, i, j
        cost += min(250 * _meetings(meets[i], meets[j], blocks, three), _dense(blocks, three))
        state[i, j] = fills[i, j] = _filled(state.get((i, j)), meets[i], meets[j], (i, j), blocks)
    return _Found(chosen, borders, fills, cost)


def _in_order(stages: Sequence[_Found], last: Sequence[int], blocks: Sequence[Block]) -> tuple[Stage, ...]:
    """Stages with their borders in the order of elimination."""
    order = [*(stage.block for stage in stages), *last]
    met: set[int] = set()
    found = []
    for stage in stages:
        borders = tuple(sorted(stage.borders, key=order.index))
        fills = {}
        for i, j in combinations_with_replacement(borders, 2):
            low, high = min(i, j), max(i, j)
            fills[i, j] = _kind(stage.fills[low, high], i == j, blocks[low], blocks[high], low != i)
        found.append(Stage(stage.block, borders, fills, stage.block in met))
        met.update(borders)
    return tuple(found)


def _from(state: dict[Pair, Any], chosen: int, other: int) -> Any:
    """The pattern of a block's units against those of another, taken out of the state."""
    found = state.pop((min(chosen, other), max(chosen, other)), None)
    if found is None or isinstance(found, str) or chosen < other:
        return found
    return found.T.tocsr()


def _dense(blocks: Sequence[Block], three: tuple[int, int, int]) -> float:
    return float(np.prod([float(blocks[i].size) for i in three]))


def _meetings(left: Any, right: Any, blocks: Sequence[Block], three: tuple[int, int, int]) -> float:
    if isinstance(left, str) or isinstance(right, str):
        return float("inf")
    widths = float(np.prod([blocks[i].width for i in three]))
    return widths * float(np.diff(left.indptr).astype(float) @ np.diff(right.indptr))


def _filled(before: Any, left: Any, right: Any, key: Pair, blocks: Sequence[Block]) -> Any:
    """The pattern of two blocks after a third that both meet was eliminated."""
    if isinstance(before, str) or isinstance(left, str) or isinstance(right, str):
        return "dense"
    units = [blocks[i].units for i in key]
    area = float(units[0]) * units[1]
    if float(np.diff(left.indptr).astype(float) @ np.diff(right.indptr)) > _SURELY:
        return "dense"
    pattern = (left.T @ right).tocsr()
    pattern = pattern if before is None else (pattern + before).tocsr()
    pattern.data[:] = 1
    pattern.sort_indices()
    if key[0] == key[1] and _is_diagonal(pattern):
        return pattern
    wide = area * blocks[key[0]].width * blocks[key[1]].width
    return "dense" if pattern.nnz > _FULL * area or wide <= _NARROW else pattern


def _kind(pattern: Any, same: bool, one: Block, other: Block, transposed: bool) -> Any:
    """How a filled part is kept: "dense", "units", or the pattern of its entries."""
    from scipy import sparse

    if isinstance(pattern, str):
        return pattern
    if same and _is_diagonal(pattern):
        return "units"
    square = np.ones((one.width, other.width))
    wide = sparse.kron(pattern, square, format="csr")
    wide = sparse.csr_array(wide.T if transposed else wide)
    wide.sort_indices()
    return wide
