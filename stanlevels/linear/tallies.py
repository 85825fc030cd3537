"""Sums over the rows of every unit that a conjugate pair is known by: rows no longer appear in them.

Counts about gamma rates are known by each unit's total and exposure, successes about beta probabilities by
its successes and failures. Where the distribution is the same for all units, units that agree are counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import inf

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import InternalError
from stanlevels.linear.cells import LineCells, cells_of_line
from stanlevels.linear.conjugate import Pairing, pairing
from stanlevels.linear.multiples import Columns
from stanlevels.plan.factors import Conjugate
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

__all__ = ["CellsOfUnits", "LineTally", "Tally", "cells_of_units", "is_sound", "tally_of"]


@dataclass(frozen=True, eq=False)
class CellsOfUnits:
    """Rows of one unit that agree in what their exposure is sampled with, units in some order.

    Attributes
    ----------
    cells : LineCells
        Cells of one unit stand side by side.
    rows : ndarray of int, (cells,)
        A row of every cell.
    first : ndarray of int, (units + 1,)
        The 0-based place of the first cell of every unit, and the end.
    """

    cells: LineCells
    rows: Codes
    first: Codes


@dataclass(frozen=True, eq=False)
class LineTally:
    """What is kept of an outcome.

    Attributes
    ----------
    constant : float
        What the log density of its rows has beside what the quantity and sampled exposures change.
    first, second : ndarray, (units,)
        What every unit's rows add to the arguments of the quantity's distribution, sampled exposures at 1.
    units : ndarray of int, (rows,)
        The unit of every row.
    each : tuple of ndarray, (rows,)
        What every row adds to either.
    """

    constant: float
    first: Array
    second: Array
    units: Codes
    each: tuple[Array, Array]


@dataclass(frozen=True, eq=False)
class Tally:
    """What is kept of all outcomes of a conjugate pair.

    Attributes
    ----------
    lines : mapping of str to LineTally
    common : bool
        Whether units that agree are counted.
    """

    lines: Mapping[str, LineTally]
    common: bool
    made: dict[str, tuple[Array, Array]] = field(default_factory=dict)

    @cached_property
    def first(self) -> Array:
        """What all rows of every unit add to the first argument."""
        return np.asarray(sum(line.first for line in self.lines.values()))

    @cached_property
    def second(self) -> Array:
        """What they add to the second, sampled exposures at 1."""
        return np.asarray(sum(line.second for line in self.lines.values()))

    @cached_property
    def order(self) -> Codes:
        """Units by their exposure, so that sums that run over them lose no digits of the small ones."""
        return np.argsort(self.second, kind="stable")

    def counted(self, of: str) -> tuple[Array, Array]:
        """Sums of units ("first", "second", or "both"), and how many units have each; 0 adds nothing."""
        if of not in self.made:
            whole = self.first + self.second if of == "both" else getattr(self, of)
            if self.common:
                values, times = np.unique(whole[whole > 0], return_counts=True)
                self.made[of] = values, times.astype(float)
            else:
                self.made[of] = whole, np.ones(len(whole))
        return self.made[of]

    @cached_property
    def exposed(self) -> tuple[Mapping[str, Array], Array, Array]:
        """Exposures by outcome, sums of the totals of units that agree in them, and how many units do."""
        table = np.column_stack([line.second for line in self.lines.values()])
        if self.common:
            some = table.any(axis=1) | (self.first > 0)  # waiting times may be 0
            table, codes, counts = np.unique(table[some], axis=0, return_inverse=True, return_counts=True)
            total, times = np.bincount(codes.reshape(-1), self.first[some], len(table)), counts.astype(float)
        else:
            total, times = self.first, np.ones(len(table))
        return dict(zip(self.lines, table.T, strict=True)), total, times


def tally_of(density: Conjugate, planned: Planned, facts: Facts) -> Tally:
    """The sums of a conjugate pair."""
    lines = {}
    for part in density.lines:
        read = pairing(planned.lines[part.source], density.effect, planned, facts)
        if isinstance(read, str):
            raise InternalError(f"{density.effect!r} is integrated out, and {read}")
        lines[part.source] = _of_line(read, density, planned, facts)
    return Tally(lines, density.common)


def _of_line(read: Pairing, density: Conjugate, planned: Planned, facts: Facts) -> LineTally:
    line, n = read.line, facts.size(read.line.domain)
    y = np.asarray(facts.outcome(line.name), dtype=float)
    columns = Columns(planned, facts)
    codes = columns.units(read.place)
    units = np.arange(n) if codes is None else np.asarray(codes)
    given = facts.weights(line.name)
    weights = np.ones(n) if given is None else np.asarray(given, dtype=float)
    about, exposure = line.family.conjugate_outcome, np.ones(n)
    assert about is not None
    for factor in read.known:
        exposure = exposure * columns.factor(factor)[:, 0]
    with np.errstate(all="ignore"):
        each, constant = about.adds(y, exposure, _trials(read, planned, facts))
    first, second = (np.where(weights > 0, weights * own, 0.0) for own in each)
    size = facts.size(planned.lines[density.effect].domain)
    return LineTally(
        float(np.sum(np.where(weights > 0, weights * constant, 0.0))),
        np.bincount(units, first, minlength=size),
        np.bincount(units, second, minlength=size),
        units,
        (first, second),
    )


def _trials(read: Pairing, planned: Planned, facts: Facts) -> Array:
    line = read.line
    if not line.form.trials:
        return np.ones(1)
    found = evaluate(line.args[line.form.trials], line.domain, Values(planned, {}), facts)[0, 0, :, 0]
    return np.broadcast_to(found, (facts.size(line.domain),))


def is_sound(tally: Tally) -> bool:
    """Whether sums and constants are numbers that densities can have: exposures are not negative."""
    every = [x for line in tally.lines.values() for x in (*line.each, np.asarray(line.constant))]
    return all(bool(np.all(np.isfinite(x))) for x in every) and all(
        float(np.min(line.each[1], initial=inf)) >= 0 for line in tally.lines.values()
    )


def cells_of_units(read: Pairing, units: Codes, order: Codes, planned: Planned, facts: Facts) -> CellsOfUnits:
    """Rows that agree in their unit and in what their exposure is sampled with.

    Parameters
    ----------
    read : Pairing
    units : ndarray of int, (rows,)
        The unit of every row.
    order : ndarray of int, (units,)
        The units in the order in which they are to stand.
    """
    assert read.rest is not None
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    cells = cells_of_line(read.line, planned, facts, {"log": read.rest}, by=(place[units],))
    rows = np.zeros(cells.size, dtype=np.int64)
    rows[cells.codes] = np.arange(len(units))
    counts = np.bincount(place[units[rows]], minlength=len(order))
    return CellsOfUnits(cells, rows, np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
