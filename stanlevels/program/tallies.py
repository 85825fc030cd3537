"""Entries of the data block that hold the sums of conjugate pairs, and what they extend over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from stanlevels.distributions.pairs import PROBABILITY, RATE
from stanlevels.plan.factors import Conjugate
from stanlevels.plan.planned import Planned
from stanlevels.program.source import Source

__all__ = ["SUMS", "Summed", "SummedSize", "entries_of_pair", "size_of_sums"]

SUMS = {
    RATE: {"totals": "first"},
    PROBABILITY: {"successes": "first", "failures": "second", "trials": "both"},
}
"""Of which sums of units a density needs how many units have each."""

_COUNTED, _DISTINCT = "_units", "distinct_"  # in a name: how many units have each; how many there are


@dataclass(frozen=True)
class SummedSize:
    """How many numbers a list of sums has, where units that agree are counted.

    `of` is "distinct_totals", ..., or "distinct_exposures".
    """

    quantity: str
    group: str
    of: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return an int."""
        return len(_list(self.of.removeprefix(_DISTINCT), self.group, source, planned))


@dataclass(frozen=True)
class Summed:
    """Sums over the rows of units of a quantity that is integrated out of a conjugate pair; see `Tally`.

    `of` is, of the quantity: "totals", "successes", "failures" or "trials", with "_units" for how many units
    have each; "exposed_totals" and "exposed_units" of those that agree in their exposure; "order". Of an
    outcome: "constant", "exposure", "total", and with cells "cell_totals" and "first".
    """

    quantity: str
    group: str
    of: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return a number or an array."""
        if self.quantity in planned.conjugates:
            return _of_outcome(self, source, planned)
        if self.of == "order":
            return source.tally(self.group).order + 1
        return _list(self.of, self.group, source, planned)


def _list(of: str, group: str, source: Source, planned: Planned) -> Any:
    tally, density = source.tally(group), _density(group, planned)
    if of.startswith("expos"):
        _, totals, units = tally.exposed
        found = units if of == "exposed_units" else totals
        if density.in_cells:
            found = np.ones(len(tally.order)) if of == "exposed_units" else tally.first[tally.order]
        return found
    values, times = tally.counted(SUMS[density.kind][of.removesuffix(_COUNTED)])
    return times if of.endswith(_COUNTED) else values


def _of_outcome(entry: Summed, source: Source, planned: Planned) -> Any:
    density = planned.conjugates[entry.quantity]
    tally, part = source.tally(entry.group), density.line(entry.quantity)
    line = tally.lines[entry.quantity]
    if entry.of == "constant":
        return line.constant
    if entry.of == "total":
        return float(line.first.sum())
    if part.rest is None:
        return line.second[tally.order] if density.in_cells else tally.exposed[0][entry.quantity]
    own = planned.lines[entry.quantity].domain
    cells, size = np.asarray(source.codes(own, part.rest.domain)), source.size(part.rest.domain)
    if entry.of == "first":
        unit = np.zeros(size, dtype=np.int64)
        unit[cells] = line.units
        place = np.empty(len(tally.order), dtype=np.int64)
        place[tally.order] = np.arange(len(place))
        counts = np.bincount(place[unit], minlength=len(place))
        return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64) + 1
    return np.bincount(cells, line.each[0 if entry.of == "cell_totals" else 1], size)


def _density(group: str, planned: Planned) -> Conjugate:
    return next(density for density in planned.conjugates.values() if density.group == group)


def size_of_sums(entry: Summed, planned: Planned) -> SummedSize | None:
    """What a list extends over; None for one number, and for the units themselves."""
    if entry.of in ("constant", "total", "order"):
        return None
    density = planned.conjugates.get(entry.quantity) or _density(entry.group, planned)
    of = entry.of.removesuffix(_COUNTED)
    exposed = entry.quantity in planned.conjugates or of.startswith("exposed")
    if not density.common or (exposed and density.in_cells):
        return None
    return SummedSize(density.effect, density.group, _DISTINCT + ("exposures" if exposed else of))


def entries_of_pair(density: Conjugate, name: str) -> Iterator[Summed]:
    """What the program needs of one outcome, and of the quantity."""

    def of(which: str, quantity: str = name) -> Summed:
        return Summed(quantity, density.group, which)

    part = density.line(name)
    yield of("constant")
    if density.kind == RATE:
        yield of("exposure")
        if part.multiple is not None:
            yield of("total")
        if part.rest is not None:
            yield from (of("cell_totals"), of("first"))
    if name != density.lines[-1].source:
        return
    for which in SUMS[density.kind]:
        yield from (of(which, density.effect), of(which + _COUNTED, density.effect))
    if density.kind == RATE:
        yield from (of("exposed_totals", density.effect), of("exposed_units", density.effect))
        if density.in_cells and not density.common:
            yield of("order", density.effect)
