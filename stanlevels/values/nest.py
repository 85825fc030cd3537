"""Integrated quantities whose levels are nested, with all that rows say of them reduced once.

Each unit of a level lies in one of the next, and each row in one chain of units. Rows that share a unit and a
residual variance are one *cell*: its rows are a triangular system (see `stanlevels.gaussian.nested`) that is
the same for every draw, but for its right-hand side, which is linear in everything that was sampled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.cells import cells_of
from stanlevels.distributions.links import LINKS
from stanlevels.gaussian.nested import triangular
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Known, Linear, Term, Use, uses, walk
from stanlevels.values.evaluate import evaluate, value
from stanlevels.values.group import Group, Sums
from stanlevels.values.store import Values, width

__all__ = ["Cells", "Level", "Nest", "Noise", "is_beyond", "nest_of", "noise_of_rows"]

_WIDEST = 24  # effects along one chain of units, beyond which matrices are better left to LAPACK

Column = tuple[int, int]
"""An effect: its level, and its place in it."""


@dataclass(frozen=True, eq=False)
class Level:
    """The units of one level.

    Attributes
    ----------
    units : int
    names : tuple of int
        Places in the group of the quantities over it.
    effects : tuple of (int, int)
        Of every effect of a unit: the quantity, and which of its components.
    columns : mapping of (int, int) to int
        The column of every effect from this level up in systems of this level: those that are alike in all
        rows share one.
    own : int
        How many of the columns are of the units' own effects: the first.
    up : ndarray of int, (units,)
        The unit of the next level; none at the top.
    """

    units: int
    names: tuple[int, ...]
    effects: tuple[Column, ...]
    columns: Mapping[Column, int]
    own: int
    up: Codes

    @property
    def width(self) -> int:
        """Number of columns."""
        return 1 + max(self.columns.values())


@dataclass(frozen=True, eq=False)
class Cells:
    """The rows of one line that depends on the group, in cells.

    Attributes
    ----------
    line : Line
    level : int
        The lowest level of which the line has a unit.
    unit : ndarray of int, (cells,)
        The unit of that level; ascending.
    root : ndarray, (cells, c, c)
        Upper triangular, up to the residual precision of the cell.
    rotation : sparse array, (cells * c, rows)
        Times residuals gives the right-hand side.
    effect : mapping of str to sparse array, (cells * c, numbers)
        What sampled quantities take off it.
    outcome : ndarray, (rows,)
        Data less what is known; where the line is itself sampled, its own values are in `effect`.
    scale : Term
        Of the residuals, apart from what is in `root` already; None where nothing is left.
    components : int
        Of the line.
    first : ndarray of int, (cells,)
        A row of each cell: unit of the line times its components plus the component.
    """

    line: Line
    level: int
    unit: Codes
    root: Array
    rotation: Any
    effect: Mapping[str, Any]
    outcome: Array
    scale: Term | None
    components: int
    first: Codes


@dataclass(frozen=True, eq=False)
class Nest:
    """A group as nested levels, from the leaf up.

    Attributes
    ----------
    levels : tuple of Level
    cells : tuple of Cells
        Of every line that depends on the group.
    means : tuple of Sums
        Of every quantity of the group.
    shares : mapping
        What deviations further up are multiplied by in a quantity: by (quantity, component) and effect,
        (units,).
    """

    levels: tuple[Level, ...]
    cells: tuple[Cells, ...]
    means: tuple[Sums, ...]
    shares: Mapping[tuple[Column, Column], Array]


def nest_of(group: Group, planned: Planned, data: Facts) -> Nest | None:
    """The group as nested levels; None where its levels are not, or something is not linear."""
    lines = [planned.lines[name] for name in (*group.names, *group.rows)]
    if any(line.name not in group.sums for line in lines):
        return None
    if any(is_beyond(planned.lines[name], planned) for name in group.rows):
        return None
    chain = _chain(group, planned, data)
    if chain is None:
        return None
    domains, ups = chain
    effects = [_effects(domain, group, planned) for domain in domains]
    if sum(map(len, effects)) > _WIDEST:
        return None
    read = {}
    for name in group.rows:
        found = _read(planned.lines[name], group, planned, data, domains, ups, effects)
        if found is None:
            return None
        read[name] = found
    read = {name: found for name, found in read.items() if found.level < len(domains)}
    levels = []
    for at, domain in enumerate(domains):
        columns = _columns(at, effects, list(read.values()))
        names = tuple(i for i, name in enumerate(group.names) if planned.lines[name].domain == domain)
        up = ups[at] if at < len(ups) else np.zeros(0, dtype=np.int64)
        own = 1 + max(columns[(at, k)] for k in range(len(effects[at])))
        levels.append(Level(data.size(domain), names, effects[at], columns, own, up))
    shares = _shares(group, planned, data, domains, ups, effects)
    if shares is None:
        return None
    cells = tuple(_cells(planned.lines[n], found, levels, group, planned, data) for n, found in read.items())
    means = tuple(group.sums[name] for name in group.names)
    return Nest(tuple(levels), cells, means, shares)


def is_beyond(line: Line, planned: Planned) -> bool:
    """Whether rows of a line are correlated, or it is sampled on another scale than that of its location."""
    correlated = bool(line.form.correlation) and width(planned, line.name) > 1
    return correlated or (not line.is_observed and line.family.location_link != "identity")


def _chain(group: Group, planned: Planned, data: Facts) -> tuple[list[Any], list[Codes]] | None:
    """The domains of a group, each of which determines the next, and how."""
    # of levels with the same units those come first whose quantities depend on others
    domains = list(dict.fromkeys(planned.lines[name].domain for name in reversed(group.names)))
    domains.sort(key=lambda d: -sum(data.determines(d, other) for other in domains))
    for lower, upper in pairwise(domains):
        if not data.determines(lower, upper):
            return None
    ups = [np.asarray(data.codes(low, up)) for low, up in pairwise(domains)]
    return domains, ups


def _effects(domain: Any, group: Group, planned: Planned) -> tuple[Column, ...]:
    return tuple(
        (i, k)
        for i, (name, block) in enumerate(zip(group.names, group.blocks, strict=True))
        if planned.lines[name].domain == domain
        for k in range(block.width)
    )


@dataclass(frozen=True, eq=False)
class _Read:
    """What the effects are multiplied by in the rows of a line, (rows,) for each effect that enters."""

    level: int
    unit: Codes
    z: Mapping[Column, Array]


def _read(
    line: Line,
    group: Group,
    planned: Planned,
    data: Facts,
    domains: Sequence[Any],
    ups: Sequence[Codes],
    effects: Sequence[tuple[Column, ...]],
) -> _Read | None:
    """The line's rows along the chain; None where they are not in one chain of units each."""
    matrix = group.rows[line.name].tocoo()
    n = matrix.shape[0]
    starts = np.cumsum([0, *(block.size for block in group.blocks)])
    block = np.searchsorted(starts, matrix.col, side="right") - 1
    entering = {int(i) for i in np.unique(block[matrix.data != 0])}
    level_of = {i: at for at, own in enumerate(effects) for i, _ in own}
    lowest = min((level_of[i] for i in entering), default=len(domains))
    if lowest == len(domains):
        return _Read(lowest, np.zeros(n, dtype=np.int64), {})
    if not data.determines(line.domain, domains[lowest]):
        return None
    repeated = width(planned, line.name)
    unit = np.repeat(np.asarray(data.codes(line.domain, domains[lowest])), repeated)
    z: dict[Column, Array] = {}
    codes = unit
    for at in range(lowest, len(domains)):
        if at > lowest:
            codes = ups[at - 1][codes]
        for k, (i, component) in enumerate(effects[at]):
            wide = group.blocks[i].width
            own = (block == i) & ((matrix.col - starts[i]) % wide == component)
            if not np.array_equal((matrix.col[own] - starts[i]) // wide, codes[matrix.row[own]]):
                return None
            z[(at, k)] = np.bincount(matrix.row[own], matrix.data[own], n) if own.any() else np.zeros(n)
    return _Read(lowest, unit, z)


def _columns(at: int, effects: Sequence[tuple[Column, ...]], read: Sequence[_Read]) -> dict[Column, int]:
    """Effects that are alike in all rows that speak of a level share a column; the level's own come first."""
    below = [found for found in read if found.level <= at]
    columns: dict[Column, int] = {}
    kept: list[Column] = []
    for level in range(at, len(effects)):
        for k in range(len(effects[level])):
            here = (level, k)
            same = (
                place
                for place, other in enumerate(kept)
                if all(np.array_equal(found.z[here], found.z[other]) for found in below)
            )
            place = next(same, len(kept))
            if place == len(kept):
                kept.append(here)
            columns[here] = place
    return columns


def _shares(
    group: Group,
    planned: Planned,
    data: Facts,
    domains: Sequence[Any],
    ups: Sequence[Codes],
    effects: Sequence[tuple[Column, ...]],
) -> dict[tuple[Column, Column], Array] | None:
    """How deviations further up enter the quantities through their means."""
    places = {name: i for i, name in enumerate(group.names)}
    found: dict[tuple[Column, Column], Array] = {}
    for i, name in enumerate(group.names):
        at = domains.index(planned.lines[name].domain)
        wide, units = group.blocks[i].width, group.blocks[i].units
        for other, part in group.sums[name].parts.items():
            if other not in places or other == name:
                continue
            j, level = places[other], domains.index(planned.lines[other].domain)
            if level < at:
                return None
            codes = np.arange(units)
            for up in ups[at:level]:
                codes = up[codes]
            matrix, across = part.tocoo(), group.blocks[j].width
            if not np.array_equal(matrix.col // across, codes[matrix.row // wide]):
                return None
            for k in range(wide):
                for m in range(across):
                    own = (matrix.row % wide == k) & (matrix.col % across == m)
                    if own.any():
                        share = np.bincount(matrix.row[own] // wide, matrix.data[own], units)
                        found[((i, k), (level, effects[level].index((j, m))))] = share
    return found


def _cells(
    line: Line, read: _Read, levels: Sequence[Level], group: Group, planned: Planned, data: Facts
) -> Cells:
    """The rows of a line reduced to cells."""
    k = width(planned, line.name)
    n = len(read.unit) // k if k else 0
    noise = noise_of_rows(line, planned, data)
    weights = data.weights(line.name) if line.is_observed else None
    counted = np.ones(n) if weights is None else np.asarray(weights, dtype=float)
    cells = cells_of(len(read.unit), read.unit, *noise.inputs)
    columns = levels[read.level].columns
    c = 1 + max(columns.values())
    z = np.empty((len(read.unit), c))
    for column, place in columns.items():
        z[:, place] = read.z[column]
    precision = np.repeat(counted, k) / np.square(noise.known)
    root, rotation = triangular(z, precision, cells.codes, len(cells.first))
    sums = group.sums[line.name]
    effect = {name: (rotation @ part).tocsr() for name, part in sums.parts.items() if name not in group.names}
    outcome = -sums.offset
    if line.is_observed:
        y = LINKS[line.family.location_link].predictor(value(line.name, Values(planned, {}), data))
        outcome = y.ravel() + outcome
    else:
        effect[line.name] = (-rotation).tocsr()
    return Cells(
        line, read.level, read.unit[cells.first], root, rotation, effect, outcome, noise.scale, k, cells.first
    )


@dataclass(frozen=True, eq=False)
class Noise:
    """The residual standard deviation of every row: known numbers times what `scale` says.

    Attributes
    ----------
    known : ndarray, (rows,)
    scale : Term or None
        None where nothing is left.
    inputs : list of ndarray, (rows,) or (rows, columns)
        What the scale rests on that differs between rows.
    """

    known: Array
    scale: Term | None
    inputs: list[Array]


def noise_of_rows(line: Line, planned: Planned, data: Facts) -> Noise:
    """The noise of the rows of a normal line, component by component."""
    n, k = data.size(line.domain), width(planned, line.name)
    known, left = np.ones((n, k)), _factors(line.args[line.scale])
    rest = [(power, f) for power, f in left if any(planned.unknowns[use.name] for use in uses(f))]
    if len(rest) > 1 or any(power < 0 for power, _ in rest):
        whole = line.args[line.scale]
        return Noise(known.ravel(), whole, _inputs(whole, line, planned, data, n, k))
    for power, factor in left:
        if (power, factor) not in rest:
            numbers = evaluate(factor, line.domain, Values(planned, {}), data)[0, 0]
            known = known * np.broadcast_to(numbers, (n, k)) ** power
    scale = rest[0][1] if rest else None
    return Noise(known.ravel(), scale, [] if scale is None else _inputs(scale, line, planned, data, n, k))


def _factors(term: Term) -> list[tuple[int, Term]]:
    """A term as a product of factors to the power of 1 or -1."""
    match term:
        case Apply(function="*", args=(left, right)):
            return [*_factors(left), *_factors(right)]
        case Apply(function="/", args=(left, right)):
            return [*_factors(left), *((-power, factor) for power, factor in _factors(right))]
    return [(1, term)]


def _inputs(term: Term, line: Line, planned: Planned, data: Facts, n: int, k: int) -> list[Array]:
    """All that makes a term differ between rows."""
    found: list[Array] = []
    pending = [term]
    while pending:
        for inner in walk(pending.pop()):
            match inner:
                case Known(column=column):
                    found.append(np.asarray(data.column(line.domain, column), dtype=float))
                case Linear(covariates=covariates):
                    found.append(np.asarray(data.matrix(line.domain, covariates), dtype=float))
                case Use(name=name, road=road) if road:
                    found.append(np.asarray(data.codes(line.domain, road)))
                case Use(name=name) if planned.lines[name].is_expression and planned.lines[name].domain:
                    pending.append(planned.lines[name].args["value"])
                case Use(name=name) if planned.lines[name].domain:
                    found.append(np.arange(n))
    repeated = [np.repeat(array, k, axis=0) for array in found]
    return [*repeated, np.tile(np.arange(k), n)] if term.components else repeated
