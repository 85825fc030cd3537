"""`identify`: say what only the priors tell apart. Changes nothing.

Two free means in one sum, effects at the rows beside a free residual scale, and crossed levels
whose units fall into unconnected groups: each has a posterior, because every prior is proper, but
the data speak of sums only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np

from stanlevels.errors import listing
from stanlevels.graph import Component, Expr, Number, Ref, Stack, VariableNode, composition
from stanlevels.graph.text import INTERCEPT
from stanlevels.linear.expansion import expand
from stanlevels.linear.gather import Column, gather
from stanlevels.linear.locations import location_of
from stanlevels.linear.multiples import Columns
from stanlevels.linear.origins import FAR, far_slopes
from stanlevels.linear.sums import Reader, Sum, Unknown
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Setting, Vector
from stanlevels.records import Record, cautioned
from stanlevels.words import counted

__all__ = ["entries", "identify", "predictors"]

Codes = Mapping[str, Any]


def identify(planned: Planned, facts: Facts) -> Planned:
    """Note every sum of which the data tell only the total."""
    reader, columns = Reader(planned), Columns(planned, facts)
    records: list[Record] = []
    moving = [
        _moving(line, expand(read, reader).fixed, columns)
        for line in planned.observed.values()
        for read in predictors(line, reader)
    ]
    for line in planned.observed.values():
        records += _exchangeable(line, planned)
        for read in predictors(line, reader):
            found = entries(read, columns)
            parts = expand(read, reader)
            records += _free_means(line, _moving(line, parts.fixed, columns), moving)
            records += _still(line, parts.fixed, columns)
            records += _far_slopes(line, parts.effects, columns)
            records += _at_rows(line, found)
            records += _unconnected(line, found, planned, facts)
    return planned.noting(*dict.fromkeys(records))


def _exchangeable(line: Line, planned: Planned) -> Iterator[Record]:
    """Distributions of a mixture that may change places, since nothing says which is which."""
    made = composition(line.variable)
    if made is None or not made.several or _differ(made.arguments[0][1]):
        return
    alike: dict[tuple[str, str], list[VariableNode]] = {}
    for part in made.parts:
        alike.setdefault((part.family, part.parameterization), []).append(part)
    for (family, _), parts in alike.items():
        arguments = zip(*([expr for _, expr in part.args] for part in parts), strict=True)
        if len(parts) < 2 or any(_tell_apart(each, planned) for each in arguments):
            continue
        name = parts[0].args[0][0].rpartition("_")[0] or parts[0].args[0][0]
        yield cautioned(
            line.name,
            "identify",
            f"mixes {counted(len(parts), 'distribution')} that may change places",
            "they are alike but for quantities with the same distribution: nothing says which is which",
            f"declare what tells them apart in an order: k = sl.Index({len(parts)}), {name} ="
            f" sl.Normal(over=k, ordered=True), and sl.Mixture(sl.{family}({name}, ...), ...)",
        )


def _differ(weights: Expr | None) -> bool:
    """Whether weights are known numbers, each another."""
    items = weights.items if isinstance(weights, Stack) else ()
    return bool(items) and all(isinstance(w, Number) for w in items) and len(set(items)) == len(items)


def _tell_apart(each: Sequence[Expr | None], planned: Planned) -> bool:
    """Whether an argument says which distribution is which: by its order, or by another declaration."""
    if len(set(each)) == 1:
        return False
    nodes = [planned.lines[e.name].node for e in each if isinstance(e, Ref)]
    of = {e.of.name for e in each if isinstance(e, Component)}
    if len(of) == 1 and all(isinstance(e, Component) for e in each):
        (node,) = (planned.lines[name].node for name in of)
        if not isinstance(node, VariableNode):
            return True
        return node.ordered or any(isinstance(expr, Stack) for _, expr in node.args)
    if len(nodes) < len(each) or not all(isinstance(node, VariableNode) for node in nodes):
        return True
    return len({replace(node, name="") for node in nodes}) > 1


def predictors(line: Line, reader: Reader) -> list[Sum]:
    """The predictors of a line with data, one per component where they are listed."""
    location = location_of(line, reader)
    if location is None:
        return []
    items = location.term.items if isinstance(location.term, Vector) else (location.term,)
    return [reader.read(item, location.place) for item in items]


def _plain(read: Sum) -> Iterator[Unknown]:
    """Unknown quantities that stand in a sum by themselves, without a covariate."""
    for addend in read:
        alone = addend.number > 0 and not addend.known and addend.covariates is None
        if alone and isinstance(addend.unknown, Unknown):
            yield addend.unknown


def entries(read: Sum, columns: Columns) -> Codes:
    """The units of random variables that stand in a sum by themselves."""
    found: dict[str, Any] = {}
    for unknown in _plain(read):
        line = columns.planned.lines[unknown.name]
        if not line.domain:
            continue
        codes = columns.units(unknown.place)
        found[unknown.name] = np.arange(columns.facts.size(line.domain)) if codes is None else codes
    return found


def _moving(line: Line, fixed: Sum, columns: Columns) -> frozenset[str]:
    """Unknown numbers that move a whole sum: its own, those that are means of its effects, and those of 1."""
    sets = [c for c in gather(fixed, columns.facts.size(line.domain), columns) if c.intercept]
    return frozenset(
        {_called(unknown) for unknown in _plain(fixed)} | {f"{c.name}[{INTERCEPT}]" for c in sets}
    )


def _free_means(line: Line, mine: frozenset[str], all_sums: list[frozenset[str]]) -> list[Record]:
    """Numbers that move the same sum, and of which no other sum tells one without the rest."""
    told = frozenset[str]().union(*(mine & other for other in all_sums if len(mine & other) == 1))
    free = sorted(mine - told)
    if len(free) < 2:
        return []
    return [
        Record(
            line.name,
            "identify",
            f"adds {' and '.join(free)}, which only their priors tell apart",
            "each moves the whole sum in the same way",
            f"give all but one of the levels a mean of 0, and keep {free[0]}",
        )
    ]


def _still(line: Line, fixed: Sum, columns: Columns) -> Iterator[Record]:
    """Covariates that are the same in every row, beside something that moves the whole sum anyhow."""
    n = columns.facts.size(line.domain)
    found = [part for column in gather(fixed, n, columns) for part in column.split()] if n > 1 else []
    yield from _empty(line, found, columns)
    free = [column for column in found if column.alone]
    for column in found:
        if free and not column.alone and column.is_constant:
            term = f"{column.name} times {column.called}"
            yield cautioned(
                line.name,
                "identify",
                f"adds {free[0].name} and {term}, which only their priors tell apart",
                f"{column.called} is the same in all {counted(n, 'row')}",
                f"leave out {column.name}",
            )


def _empty(line: Line, found: list[Column], columns: Columns) -> Iterator[Record]:
    """Covariates that are 0 in every row, as the product of categories that never meet."""
    for column in found:
        if column.values.any():
            continue
        axes = columns.planned.lines[column.name].components
        labels = columns.planned.axes[axes[0]] if len(axes) == 1 and column.position is not None else ()
        name = f"{column.name}[{labels[column.position or 0]}]" if labels else column.name
        yield Record(
            line.name,
            "identify",
            f"adds {name}, of which only its prior tells",
            f"what it is multiplied by is 0 in all {counted(len(column.values), 'row')}",
            "leave out the covariate, or put categories together",
        )


def _far_slopes(line: Line, effects: Sum, columns: Columns) -> Iterator[Record]:
    """Slopes that vary, with their intercepts far from the data: correlations of 1 but for rounding."""
    for name, covariate in far_slopes(effects, columns.facts.size(line.domain), columns):
        yield Record(
            name,
            "identify",
            f"has slopes of {covariate} that vary, and its intercepts at 0 are far from the data: they"
            " determine each other, and priors of correlations oppose that",
            f"{covariate} lies more than {FAR:g} standard deviations from 0",
            f"subtract a number near its mean from {covariate}",
        )


def _called(unknown: Unknown) -> str:
    return unknown.name if unknown.position is None else f"{unknown.name}[{unknown.position}]"


def _at_rows(line: Line, entries: Codes) -> Iterator[Record]:
    """An effect with a row per unit beside a residual scale that is free too."""
    scale = line.args[line.scale] if line.scale else None
    if not line.family.is_normal or scale is None or isinstance(scale, Setting) or scale.domain:
        return
    for name, codes in entries.items():
        if len(codes) > 1 and len(np.unique(codes)) == len(codes):
            yield Record(
                line.name,
                "identify",
                f"has one row for each unit of {name!r}: only priors tell {name!r} and the residual apart",
                f"{len(codes)} rows, {len(codes)} units",
                f"leave out {name!r}, or use a known residual sd",
            )


def _unconnected(line: Line, entries: Codes, planned: Planned, facts: Facts) -> Iterator[Record]:
    """Two crossed levels whose units fall into groups that never meet."""
    crossed = {name: np.unique(codes, return_inverse=True)[1] for name, codes in entries.items()}
    for (a, first), (b, second) in combinations(crossed.items(), 2):
        domains = planned.lines[a].domain, planned.lines[b].domain
        if facts.determines(*domains) or facts.determines(*domains[::-1]):
            continue
        groups = _groups(first, second)
        if groups > 1:
            yield Record(
                line.name,
                "identify",
                f"crosses {a!r} and {b!r} in {groups} groups that never meet: only the priors tell how the"
                " groups' totals divide between them",
                f"no row joins a unit of one group to a unit of another, by {listing([a, b])}",
                "read sums of the two, or differences within a group",
            )


def _groups(first: Any, second: Any) -> int:
    """Connected components of the graph that joins units which share a row, all of which occur."""
    if not len(first):
        return 0
    units, others = int(first.max()) + 1, int(second.max()) + 1
    if units * others <= len(first):
        met = np.bincount(first * others + second, minlength=units * others).reshape(units, others) > 0
        if met.all(axis=1).any() or met.all(axis=0).any():
            return 1
        first, second = np.nonzero(met)
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(len(first), dtype=np.int8)
    edges = coo_array((ones, (first, second + units)), shape=(units + others, units + others))
    return int(connected_components(edges, directed=False)[0])
