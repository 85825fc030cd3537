"""Crossed levels: parts that never meet, and levels that are one, or lie in each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding import Bound
from stanlevels.errors import listing
from stanlevels.graph import ROWS
from stanlevels.linear.multiples import Columns
from stanlevels.linear.sums import Reader
from stanlevels.passes.identify import entries, predictors
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain
from stanlevels.records import Record
from stanlevels.words import counted, plural

__all__ = ["crossings"]

_SHOWN = 4  # components that are named


def crossings(planned: Planned, bound: Bound) -> Iterator[Record]:
    """What two levels in one sum are to each other, where it is not that all units meet."""
    seen = set[tuple[str, str, str, str]]()
    for line, a, b, first, second in _pairs(planned, bound):
        domains = planned.lines[a].domain, planned.lines[b].domain
        one, other = _pairs_met(first, second)
        if not len(one) or min(one.max(), other.max()) < 1:
            continue  # of a single unit nothing differs
        up, down = _determines(one), _determines(other)
        found: Record | None
        if up and down:
            found = _one_level(a, b, *domains)
        elif up or down:
            (low, high), (x, y) = (domains, (a, b)) if up else (domains[::-1], (b, a))
            found = None if _declared(low, high, bound) else _nested(x, y, low, high)
        else:
            found = _disconnected(line, a, b, domains, one, other, bound)
        if found is not None and (key := (a, b, found.subject, found.decision)) not in seen:
            seen.add(key)
            yield found


def _one_level(a: str, b: str, own: Domain, other: Domain) -> Record:
    return Record(
        f"{_called(own)} x {_called(other)}",
        "crossings",
        f"are one level: each {_called(own)} has one {_called(other)} of its own",
        f"{a} and {b} are told apart by their priors alone",
        f"leave out {a} or {b}",
    )


def _nested(x: str, y: str, low: Domain, high: Domain) -> Record:
    return Record(
        f"{_called(low)} x {_called(high)}",
        "crossings",
        f"are nested, not crossed: each {_called(low)} has one {_called(high)}",
        f"what {y} says of a {_called(high)} is the mean of {x} over its {plural(_called(low))}",
        f"if that is meant, {_called(low)} = sl.Level(within={_called(high)}) says so; if each"
        f" {_called(low)} should meet several, look at the labels",
    )


def _disconnected(
    line: str, a: str, b: str, domains: tuple[Domain, Domain], one: Codes, other: Codes, bound: Bound
) -> Record | None:
    count, part_a, part_b = _components(one, other)
    if count < 2:
        return None
    return Record(
        f"{_called(domains[0])} x {_called(domains[1])}",
        "crossings",
        f"fall into {count:,} components that no row of {line} joins:"
        f" {_named(part_a, part_b, domains, bound)}",
        f"of {a} and {b} only sums within a component are told by the data; their priors divide them",
        "compare units within a component, or find rows that join them",
    )


def _pairs(planned: Planned, bound: Bound) -> Iterator[tuple[str, str, str, Codes, Codes]]:
    """Random variables that stand in one sum by themselves, two by two, with the units of rows."""
    reader, columns = Reader(planned), Columns(planned, bound)
    for line in planned.observed.values():
        for read in predictors(line, reader):
            found: Mapping[str, Any] = entries(read, columns)
            named = {n: c for n, c in found.items() if planned.lines[n].domain != (ROWS,)}
            for (a, first), (b, second) in combinations(named.items(), 2):
                if planned.lines[a].domain != planned.lines[b].domain:
                    yield line.name, a, b, first, second


def _pairs_met(first: Codes, second: Codes) -> tuple[Codes, Codes]:
    """The pairs of units that share a row, each once."""
    width = int(second.max(initial=0)) + 1
    met = np.unique(first.astype(np.int64) * width + second)
    return met // width, met % width


def _determines(codes: Codes) -> bool:
    """Whether every unit is in one pair."""
    return bool(np.bincount(codes).max(initial=0) <= 1)


def _components(one: Codes, other: Codes) -> tuple[int, Codes, Codes]:
    """The number of components, and the component of every unit (-1 of those in no pair)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    units, others = int(one.max()) + 1, int(other.max()) + 1
    ones = np.ones(len(one), dtype=np.int8)
    graph = coo_array((ones, (one, other + units)), shape=(units + others, units + others))
    _, found = connected_components(graph, directed=False)
    there = np.zeros(units + others, dtype=bool)
    there[one] = there[other + units] = True
    kept, codes = np.unique(found[there], return_inverse=True)
    part = np.full(units + others, -1)
    part[there] = codes
    return len(kept), part[:units], part[units:]


def _named(a: Codes, b: Codes, domains: tuple[Domain, Domain], bound: Bound) -> str:
    """Components in words, the largest first."""
    sizes = np.bincount(a[a >= 0]) + np.bincount(b[b >= 0])
    order = np.argsort(-sizes, kind="stable")
    words = []
    for part in order[:_SHOWN].tolist():
        sides = [_units(np.flatnonzero(c == part), d, bound) for c, d in ((a, domains[0]), (b, domains[1]))]
        words.append(f"{sides[0]} with {sides[1]}")
    rest = [f"and {len(order) - _SHOWN:,} more"] if len(order) > _SHOWN else []
    return "; ".join([*words, *rest])


def _units(units: Codes, domain: Domain, bound: Bound) -> str:
    labels = [bound.levels[domain[0]].labels[u] for u in units[:3].tolist()] if len(domain) == 1 else []
    more = ", ..." if len(units) > 3 else ""
    shown = f" ({listing(labels, 3)}{more})" if labels else ""
    return f"{counted(len(units), _called(domain))}{shown}"


def _called(domain: Domain) -> str:
    return " x ".join(domain)


def _declared(low: Domain, high: Domain, bound: Bound) -> bool:
    """Whether one level was declared within the other, or is a combination that holds it."""
    if set(high) <= set(low):
        return True
    above = [*low]
    while above:
        node = bound.graph.levels.get(above.pop())
        if node is not None and node.within is not None:
            if (bound.graph.target_level(node.within),) == high:
                return True
            above.append(bound.graph.target_level(node.within))
    return False
