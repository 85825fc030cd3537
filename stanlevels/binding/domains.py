"""Domains: their units, and which of them determine which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.levels.nesting import Links, joined, only_value, pairs
from stanlevels.binding.memberships import Membership
from stanlevels.binding.read.column_places import Place, where
from stanlevels.binding.read.columns import Values
from stanlevels.errors import NestingError, listing
from stanlevels.graph import ROWS, Graph
from stanlevels.words import plural

__all__ = ["KEEP_ROWS", "Domain", "Domains"]

Domain = tuple[str, ...]

KEEP_ROWS = "save the fit with fit.save(path, rows=True), or fit again"


@dataclass(frozen=True)
class Domains:
    """What bound data say of domains.

    Attributes
    ----------
    graph : Graph
        What was declared.
    levels : mapping of str to BoundLevel
        Units of every level.
    sizes : mapping of str to int
        Number of units of every axis: the rows, levels, roads and derived axes.
    links : mapping
        What each axis determines.
    places : mapping of str to Place
        Columns and codes of the rows and of each table.
    counts : mapping, optional
        Rows of each unit by domain, where the rows themselves were left out.
    held : mapping of tuple to mapping of str to Values
        What columns of rows that were left out said of units, by domain.
    times : ndarray, optional
        How many rows of the data each row stands for.
    partial : mapping of str to mapping
        What some units of an axis belong to, with any unit for the others: it determines none of these, and
        only what is looked up by its name finds them.
    memberships : mapping of str to Membership
        Who belongs to which units, by table.
    """

    graph: Graph
    levels: Mapping[str, BoundLevel]
    sizes: Mapping[str, int]
    links: Links
    places: Mapping[str, Place]
    counts: Mapping[Domain, Codes] | None = None
    times: Array | None = None
    held: Mapping[Domain, Mapping[str, Values]] = field(default_factory=dict)
    partial: Links = field(default_factory=dict)
    memberships: Mapping[str, Membership] = field(default_factory=dict)

    def size(self, domain: Domain) -> int:
        """Number of units; 1 for a single number."""
        return prod(self.sizes[axis] for axis in domain)

    def slot(self, axis: str) -> tuple[Membership, int] | None:
        """The memberships whose place an axis or a column stands for, and which; None for all others."""
        name, _, place = axis[1:-1].rpartition(" ")
        found = self.memberships.get(name) if axis.startswith("<") and place.isdecimal() else None
        return None if found is None else (found, int(place))

    def called(self, domain: Domain, unit: int) -> str:
        """One unit of a domain as messages name it."""
        if not domain:
            return "the data"
        at = np.unravel_index(unit, [self.sizes[axis] for axis in domain])
        return " with ".join(self._called(axis, int(i)) for axis, i in zip(domain, at, strict=True))

    def _called(self, axis: str, unit: int) -> str:
        level = self.level_of(axis)
        return f"{noun(axis)} {unit}" if level is None else level.called(unit)

    def level_of(self, axis: str) -> BoundLevel | None:
        """The level whose units an axis reaches; None for the rows and derived axes."""
        return self.levels.get(self.graph.target_level(axis)) if axis in self.graph else None

    def determines(self, domain: Domain, target: Domain) -> bool:
        """Whether each unit of `domain` has exactly one unit of every axis of `target`."""
        return all(self._axis_for(domain, axis) is not None for axis in target)

    def codes(self, domain: Domain, target: Domain) -> Codes:
        """The 0-based unit of `target` for each unit of `domain`.

        Raises
        ------
        NestingError
            If it is not determined, naming three units.
        """
        n = self.size(domain)
        if target == domain:
            return np.arange(n)
        if len(target) == 1 and (found := self.slot(target[0])) is not None and domain == (found[0].by,):
            return found[0].slot(found[1], n)[0]
        total = np.zeros(n, dtype=np.int64)
        for axis in target:
            total = total * self.sizes[axis] + self._axis_codes(domain, axis)
        return total

    def _axis_for(self, domain: Domain, target: str) -> int | None:
        """Position of the axis of `domain` that determines `target`; an axis determines itself first."""
        if target in domain:
            return domain.index(target)
        return next((i for i, axis in enumerate(domain) if target in self.links[axis]), None)

    def _axis_codes(self, domain: Domain, target: str) -> Codes:
        position = self._axis_for(domain, target)
        if position is None and len(domain) == 1 and target in self.partial.get(domain[0], {}):
            return self.partial[domain[0]][target]
        if position is None:
            raise self._undetermined(domain, target)
        axis = domain[position]
        if len(domain) == 1:
            return self.links[axis][target]
        inner = self.size(domain[position + 1 :])
        units = np.arange(self.size(domain)) // max(inner, 1) % max(self.sizes[axis], 1)
        return units if target == axis else self.links[axis][target][units]

    def rows_of(self, domain: Domain) -> Codes:
        """Number of data rows of each unit; those of a level reached by roads count for each road."""
        if self.counts is not None and domain in self.counts:
            return self.counts[domain]
        n = self.size(domain)
        if len(domain) == 1 and domain[0] != ROWS and self.determines(domain, (ROWS,)):
            row = self.codes(domain, (ROWS,))  # each unit has one
            return self._counted(np.arange(self.sizes[ROWS]), self.sizes[ROWS])[row]
        if domain == (ROWS,) or self.determines((ROWS,), domain):
            return self._counted(self.codes((ROWS,), domain), n)
        total = np.zeros(n, dtype=np.int64)
        roads = [
            r for r, node in self.graph.aliases.items() if (node.of,) == domain and r in self.links[ROWS]
        ]
        for road in roads:
            total += self._counted(self.links[ROWS][road], n)
        tables = [m for m in self.memberships.values() if self.determines((m.of,), domain)]
        for table in tables:
            own = self.rows_of((table.by,))[table.keys]
            units = self.codes((table.of,), domain)[table.members]
            total += np.rint(np.bincount(units, own, minlength=n)).astype(np.int64)
        if not roads and not tables:
            raise self._undetermined((ROWS,), next(a for a in domain if a not in self.links[ROWS]))
        return total

    def _counted(self, units: Codes, n: int) -> Codes:
        return np.rint(np.bincount(units, self.times, minlength=n)).astype(np.int64)

    def _undetermined(self, domain: Domain, target: str) -> NestingError:
        if not domain:
            return NestingError(
                f"a single number has no {target}",
                expected=f"a line over {target}, or over what determines it",
                way_out=f"over={target}",
            )
        if self.counts is not None and ROWS in domain:
            return NestingError(
                f"which {target} each row belongs to was left out with the rows of the data",
                expected="what was estimated: a saved fit holds no rows unless asked to",
                way_out=KEEP_ROWS,
            )
        reasons = [_explain(self, axis, target) for axis in domain]
        if len(reasons) == 1:
            return reasons[0]
        return NestingError("; and ".join(r.found for r in reasons), expected=reasons[0].expected)


def noun(axis: str) -> str:
    """What messages call a unit of an axis."""
    return "row" if axis == ROWS else axis.strip("<>")


def _explain(domains: Domains, name: str, target: str) -> NestingError:
    """Why one axis does not determine another, naming three units."""
    known = domains.level_of(target)
    nouns = plural(noun(target))
    start = f"{_one(name)} does not determine {_one(target)}"
    found = pairs(domains.places, name, target)
    if not found:
        return _unconnected(domains.graph, start, name, target)
    units, others = joined(found)
    n = domains.sizes[name]
    _, differs, unseen = only_value(units, others, n)
    if not differs.any():
        lost = np.flatnonzero(unseen).tolist()
        some = "; ".join(domains.called((name,), unit) for unit in lost[:3])
        return NestingError(
            f"{start}: nothing says which {target} belongs to {len(lost):,} of {n:,}: {some}",
            expected=f"a row in the data, or a column with the {target} in {where(name)}, for every {name}",
        )
    parts = []
    for unit in np.flatnonzero(differs)[:3].tolist():
        several = np.unique(others[units == unit]).tolist()
        names = several if known is None else [known.coordinate[code] for code in several]
        parts.append(f"{domains.called((name,), unit)} has {nouns} {listing(names)}")
    more = int(differs.sum()) - len(parts)
    return NestingError(
        f"{start}: {'; '.join(parts)}" + (f"; and {more:,} more" if more > 0 else ""),
        expected=f"each {name} with exactly one {target}",
        way_out=f"use the quantity on a line over rows, or over a level that determines {target}",
    )


def _one(axis: str) -> str:
    return "a row" if axis == ROWS else axis


def _unconnected(graph: Graph, start: str, name: str, target: str) -> NestingError:
    roads = [road for road, node in graph.aliases.items() if node.of == target]
    if roads:
        ways = ", ".join(f"{road} (column {graph.aliases[road].column!r})" for road in roads)
        return NestingError(
            f"{start}: {target} is reached through {ways}",
            expected="which road is meant",
            way_out=f"index by one of them, as in quantity[{roads[0]}]",
        )
    return NestingError(
        f"{start}: no data hold both",
        expected=f"a column that names the {target} of each {'row' if name == ROWS else name}",
    )
