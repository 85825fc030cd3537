"""`identify`: say what only the priors tell apart. Changes nothing.

Two free means in one sum, effects at the rows beside a free residual scale, and crossed levels
whose units fall into unconnected groups: each has a posterior, because every prior is proper, but
the data speak of sums only.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import listing
from stanlevels.graph import ExpressionNode, VariableNode
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Setting, Take, Term, Use, Vector, addends
from stanlevels.records import Record


def identify(planned: Planned, facts: Facts) -> Planned:
    """Note every sum of which the data tell only the total."""
    records: list[Record] = []
    for line in planned.observed.values():
        for term in _locations(line):
            entries = _effects(term, planned)
            records += _free_means(line, term, planned)
            records += _at_rows(line, entries, planned, facts)
            records += _unconnected(line, entries, planned, facts)
    return planned.noting(*dict.fromkeys(records))


def _locations(line: Line) -> list[Term]:
    if isinstance(line.node, ExpressionNode):
        return [line.args["value"]]
    if not isinstance(line.node, VariableNode):
        return []
    form = FAMILIES[line.node.family].parameterization(line.node.parameterization)
    found = [line.args[p.name] for p in form.parameters if p.kind == "location"]
    return [item for term in found for item in (term.items if isinstance(term, Vector) else (term,))]


def _plain_uses(term: Term) -> Iterator[Use]:
    """Quantities that stand in a sum by themselves, without a covariate."""
    for sign, addend in addends(term):
        if isinstance(addend, Use) and sign > 0:
            yield addend
        elif isinstance(addend, Take) and sign > 0:
            yield addend.use


def _effects(term: Term, planned: Planned) -> dict[str, Use]:
    """Random variables over units in a sum, through named expressions at the same units."""
    found: dict[str, Use] = {}
    for use in _plain_uses(term):
        line = planned.lines[use.name]
        if isinstance(line.node, ExpressionNode) and not use.road:
            found |= _effects(line.args["value"], planned)
        elif isinstance(line.node, VariableNode) and line.domain:
            found[use.name] = use
    return found


def _free_means(line: Line, term: Term, planned: Planned) -> list[Record]:
    free = sorted(_means(term, planned))
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


def _means(term: Term, planned: Planned) -> set[str]:
    """Unknown scalars that move a whole sum: its own, and those that are means of its effects."""
    found: set[str] = set()
    for sign, addend in addends(term):
        for use in _plain_uses(addend) if sign > 0 else ():
            line = planned.lines[use.name]
            if isinstance(line.node, VariableNode) and not line.domain and not line.components:
                found.add(use.name)
            elif isinstance(line.node, VariableNode) and isinstance(addend, Take):
                found |= _mean_of_component(line, addend.position, planned)
            else:
                found |= {name for inner in _locations(line) for name in _means(inner, planned)}
    return found


def _mean_of_component(line: Line, position: int, planned: Planned) -> set[str]:
    locations = _locations(line)
    return _means(locations[position], planned) if len(locations) > position else set()


def _at_rows(line: Line, entries: dict[str, Use], planned: Planned, facts: Facts) -> Iterator[Record]:
    """An effect with a row per unit beside a residual scale that is free too."""
    family = FAMILIES[line.variable.family]
    scale = line.args.get("sigma")
    if family.name != "Normal" or scale is None or isinstance(scale, Setting) or scale.domain:
        return
    for name, use in entries.items():
        codes = _codes(use, line, facts)
        if len(codes) > 1 and len(np.unique(codes)) == len(codes):
            yield Record(
                line.name,
                "identify",
                f"has one row for each unit of {name!r}: only priors tell {name!r} and the residual apart",
                f"{len(codes)} rows, {len(codes)} units",
                f"leave out {name!r}, or use a known residual sd",
            )


def _unconnected(line: Line, entries: dict[str, Use], planned: Planned, facts: Facts) -> Iterator[Record]:
    """Two crossed levels whose units fall into groups that never meet."""
    for (a, first), (b, second) in combinations(entries.items(), 2):
        domains = planned.lines[a].domain, planned.lines[b].domain
        if facts.determines(*domains) or facts.determines(*domains[::-1]):
            continue
        groups = _groups(_codes(first, line, facts), _codes(second, line, facts))
        if groups > 1:
            yield Record(
                line.name,
                "identify",
                f"crosses {a!r} and {b!r} in {groups} groups that never meet: only the priors tell how the"
                " groups' totals divide between them",
                f"no row joins a unit of one group to a unit of another, by {listing([a, b])}",
                "read sums of the two, or differences within a group",
            )


def _codes(use: Use, line: Line, facts: Facts) -> Any:
    return facts.codes(line.domain, use.road or line.domain)


def _groups(first: Any, second: Any) -> int:
    """Connected components of the graph that joins units which share a row."""
    if not len(first):
        return 0
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    a, b = np.unique(first, return_inverse=True)[1], np.unique(second, return_inverse=True)[1]
    size = int(a.max()) + int(b.max()) + 2
    edges = coo_array((np.ones(len(a), dtype=np.int8), (a, b + a.max() + 1)), shape=(size, size))
    return int(connected_components(edges, directed=False)[0])
