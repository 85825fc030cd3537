"""What is left out together: every row by itself, or all that belongs to one unit of a level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding import Bound
from stanlevels.binding.levels.nesting import only_value
from stanlevels.distributions.composed import SEEN
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS, Derived
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain
from stanlevels.results.arviz.axes import label_array
from stanlevels.words import closest

__all__ = ["Partition", "by_groups", "by_units"]


@dataclass(frozen=True, eq=False)
class Partition:
    """Parts of the data that are left out one after another.

    Attributes
    ----------
    called : str
        What one part is: "row", or the name of a level.
    domain : tuple of str
        Of the parts.
    codes : mapping of str to ndarray of int
        By line with data: the part of each of its units, -1 for those that count for nothing.
    size : int
        Number of parts.
    kept : ndarray of int, (size,)
        The unit of `domain` that each part is.
    """

    called: str
    domain: Domain
    codes: Mapping[str, Codes]
    size: int
    kept: Codes

    @cached_property
    def _order(self) -> Mapping[str, tuple[Codes, Codes]]:
        """The units of every line, part by part, and where each part begins."""
        found = {}
        for name, codes in self.codes.items():
            order = np.argsort(codes, kind="stable")
            order = order[np.searchsorted(codes[order], 0) :]
            counts = np.bincount(codes[order], minlength=self.size)
            found[name] = order, np.concatenate([[0], np.cumsum(counts)])
        return found

    def units(self, line: str, parts: slice) -> tuple[Codes, Codes]:
        """The units of a line that some parts have, ascending within a part, and the part of each from 0."""
        order, starts = self._order[line]
        units = order[starts[parts.start] : starts[parts.stop]]
        return units, self.codes[line][units] - parts.start

    @cached_property
    def counts(self) -> Codes:
        """Outcomes in each part."""
        total = np.zeros(self.size, dtype=np.int64)
        for _, starts in self._order.values():
            total += np.diff(starts)
        return total

    def pieces(self, each: int, most: int) -> list[slice]:
        """Parts in pieces with about `most` numbers, where an outcome takes `each`."""
        ends = np.cumsum(self.counts * max(each, 1))
        place = ((ends - 1) // max(most, 1)).astype(np.int64)
        cuts = [0, *(np.flatnonzero(np.diff(place)) + 1).tolist(), self.size]
        return [slice(a, b) for a, b in pairwise(cuts) if b > a]

    def columns(self, bound: Bound) -> dict[str, Array]:
        """Labels of every part, and of what it lies in."""
        if self.domain == (ROWS,):
            reached = {
                a: bound.codes(self.domain, (a,)) for a in bound.levels if bound.determines(self.domain, (a,))
            }
            found = {axis: codes[self.kept] for axis, codes in reached.items()}
        else:
            sizes = [bound.size((axis,)) for axis in self.domain]
            found = dict(zip(self.domain, np.unravel_index(self.kept, sizes), strict=True))
            for axis, codes in tuple(found.items()):
                for parent, above in bound.levels[bound.graph.target_level(axis)].parents.items():
                    found.setdefault(parent, above[codes])
        table = {"row": self.kept} if self.domain == (ROWS,) else {}
        for axis, codes in found.items():
            labels = bound.levels[bound.graph.target_level(axis)].labels
            table[axis if axis not in _OWN else f"{axis}_"] = label_array(labels)[codes]
        return table


_OWN = frozenset(["row", "rows", "elpd", "pareto_k", "fold", "se"])


def by_units(planned: Planned, bound: Bound, name: str | None) -> Partition:
    """Every outcome by itself; several lines over the same units are left out together.

    Outcomes that have one density together, such as those of a choice, are one part.

    Raises
    ------
    FitError
        Where lines with data have different units, or none is called `name`.
    """
    lines = _lines(planned, name)
    if together := dict.fromkeys(level for n in lines if (level := _together(planned, n))):
        return by_groups(planned, bound, next(iter(together)), name)
    domains = dict.fromkeys(planned.observed[n].domain for n in lines)
    if len(domains) > 1:
        raise FitError(
            f"{listing(lines)} have data over different units",
            expected="one line with data, or a level that all of them belong to",
            way_out=f"name={lines[0]!r}, or by= the name of a level",
        )
    (domain,) = domains
    counted = np.zeros(bound.size(domain), dtype=bool)
    for n in lines:
        counted |= _weighs(bound, n)
    codes = np.where(counted, np.cumsum(counted) - 1, -1)
    each = {n: np.where(_weighs(bound, n), codes, -1) for n in lines}
    called = "row" if domain == (ROWS,) else " x ".join(domain)
    return Partition(called, domain, each, int(counted.sum()), np.flatnonzero(counted))


def by_groups(planned: Planned, bound: Bound, by: str | Sequence[str], name: str | None) -> Partition:
    """All that belongs to a unit of a level, or to a combination of units.

    Raises
    ------
    FitError
        Where there is no such level, or no line with data whose units each belong to one unit of it.
    """
    domain = _domain(bound, by)
    lines = [n for n in _lines(planned, name) if bound.determines(planned.observed[n].domain, domain)]
    called = " x ".join(domain)
    if not lines:
        roads = [a for a, node in bound.graph.aliases.items() if (node.of,) == domain]
        raise FitError(
            f"no line with data has rows that each belong to one {called}",
            expected="a level that every row belongs to once",
            way_out=f"leave out by {roads[0]!r}: by={roads[0]!r}" if roads else "",
        )
    whole = {n: bound.codes(planned.observed[n].domain, domain) for n in lines}
    for n, codes in whole.items():
        _check_whole(planned, bound, n, codes, called)
    there = np.zeros(bound.size(domain), dtype=bool)
    for n, codes in whole.items():
        there[codes[_weighs(bound, n)]] = True
    place = np.where(there, np.cumsum(there) - 1, -1)
    each = {n: np.where(_weighs(bound, n), place[codes], -1) for n, codes in whole.items()}
    return Partition(called, domain, each, int(there.sum()), np.flatnonzero(there))


def _together(planned: Planned, name: str) -> str:
    """The level whose outcomes have one density together; "" where each has its own."""
    line = planned.observed[name]
    expr = line.variable.arg(line.form.grouping) if line.form.grouping else None
    return str(expr.over) if isinstance(expr, Derived) else ""


def _check_whole(planned: Planned, bound: Bound, name: str, codes: Codes, called: str) -> None:
    level = _together(planned, name)
    if not level:
        return
    units = bound.codes(planned.observed[name].domain, (level,))
    _, differs, _ = only_value(units, codes, bound.size((level,)))
    if differs.any():
        labels = bound.levels[bound.graph.target_level(level)].labels
        raise FitError(
            f"the rows of {level} {listing([labels[u] for u in np.flatnonzero(differs)])} belong to several"
            f" {called}: the outcomes of {name!r} are known together",
            expected=f"{level!r}, or a level that it lies within",
            way_out=f"by={level!r}",
        )


def _domain(bound: Bound, by: str | Sequence[str]) -> Domain:
    names = (by,) if isinstance(by, str) else by
    known = [*bound.graph.levels, *bound.graph.aliases]
    if not isinstance(names, Sequence) or not names or not all(isinstance(n, str) for n in names):
        raise FitError(f"by is {by!r}", expected=f"the name of a level: {listing(known, 20)}")
    for each in names:
        if each not in known:
            raise FitError(f"by={each!r} is no level", expected=closest(each, known))
    return tuple(dict.fromkeys(names))


def _lines(planned: Planned, name: str | None) -> list[str]:
    observed = list(planned.observed)
    if not observed:
        raise FitError("no line has data", expected="at least one line with observed=")
    if name is None:
        return observed
    if name not in observed:
        raise FitError(f"name={name!r} is no line with data", expected=closest(str(name), observed))
    return [name]


def _weighs(bound: Bound, name: str) -> Array:
    """Which units of a line count for anything."""
    weights = bound.weights(name)
    n = bound.size(bound.observed_domain(name))
    if SEEN.name in dict(bound.graph.observed[name].args) and weights is None:
        return np.asarray(~np.isnan(np.asarray(bound.seen(name), dtype=float)).reshape(n, -1).all(axis=1))
    return np.ones(n, dtype=bool) if weights is None else np.asarray(weights) > 0
