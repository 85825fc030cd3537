"""`compress`: rows that agree in everything their density depends on become one cell.

A cell keeps the sufficient statistics of its rows (Fisher 1922): their number, mean and sum of squares where
they are normal, successes and trials, sums of counts, ... (`distributions.kept`). Where no sums say what a
distribution needs, rows that agree in their value too are one that counts as often as it occurs. The log
density stays the same, with every constant, and costs what the cells cost, however many rows they hold.
Results are about rows as ever.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np

from stanlevels.binding import Bound
from stanlevels.distributions.composed import STATUS, STATUSES
from stanlevels.errors import FitError
from stanlevels.graph import ROWS, references
from stanlevels.linear.cells import Leaf, LineCells, NotRepeating, cells_of_line, leaves, written_out
from stanlevels.linear.locations import location_of
from stanlevels.linear.sums import Place, Reader, never
from stanlevels.passes.pool import pool
from stanlevels.plan.factors import Cells, Factor, Pointwise
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Known, Literal, Term, uses
from stanlevels.records import Record
from stanlevels.words import counted, joined

__all__ = ["compress"]

_WORTH = 0.8  # the time of the cells in that of the rows, up to which they pay
_MANY = 32  # terms, from which on a chain of operators would be deep
_LEAST = 200  # rows saved, below which nothing is gained
_LOOPED = 3.0  # the time of a density in a loop, in that of one of many at once


def compress(planned: Planned, data: Bound) -> tuple[Planned, Bound]:
    """Exchange the densities of rows for those of cells, where these are fewer."""
    wanted, factors = planned.decided.compress, []
    for factor in planned.factors:
        if pooled := pool(factor, planned, data):
            factor, note = pooled
            factors.append(factor)
            planned = planned.noting(note)
            continue
        found = _cells(factor, planned, data)
        if found is not None:
            factor, cells, record = found
            data = data.with_axis(cells.axis, cells.codes)
            planned = planned.noting(record)
        elif isinstance(wanted, frozenset) and factor.source in wanted:
            raise _impossible(planned.lines[factor.source])
        factors.append(factor)
    return replace(planned, factors=tuple(factors)), data


def _cells(factor: Factor, planned: Planned, data: Bound) -> tuple[Factor, LineCells, Record] | None:
    """The factor of the cells of a line; None where there are none, or they are not wanted."""
    line, wanted = planned.lines[factor.source], planned.decided.compress
    if not (isinstance(factor.density, Pointwise) and line.is_observed and line.domain == (ROWS,)):
        return None
    if wanted is False or (isinstance(wanted, frozenset) and line.name not in wanted):
        return None
    if wanted is None and (not planned.decided.priors or data.n_rows <= _LEAST):
        return None
    try:
        read = _read(line, planned)
        if read is None or _is_otherwise_censored(read, data):
            read = _by_value(line)
        if read is None or (read.by_value and _is_used(line.name, planned)):
            return None
        by = (data.outcome(line.name),) if read.by_value else ()
        cells = cells_of_line(read.line, planned, data, read.args, by)
    except NotRepeating:
        return None
    few = cells.size * read.cost <= _WORTH * data.n_rows and cells.size + _LEAST < data.n_rows
    loops = line.variable.weights is not None and not read.by_value  # rows with weights stand in a loop
    if wanted is None and not few and not loops:
        return None
    if wanted is True and read.by_value and cells.size == data.n_rows:
        return None
    density = Cells(cells.at(read.line), read.exposure, read.by_value)
    record = _record(read, cells, data, given=wanted is not None)
    return replace(factor, domain=(cells.axis,), density=density), cells, record


# --- how a line is read ---------------------------------------------------------------------------


@dataclass(frozen=True)
class _Read:
    """A line in the parameterisation that cells take, with the arguments in which their rows agree."""

    line: Line
    args: Mapping[str, Term]
    exposure: Term | None = None
    by_value: bool = False

    @property
    def cost(self) -> float:
        """The time of a cell in that of a row."""
        if self.by_value:
            return 1.0 if self.line.by_unit or self.line.variable.weights is not None else _LOOPED
        kept = self.line.form.kept
        assert kept is not None
        return kept.cost

    @property
    def words(self) -> str:
        """What a cell keeps."""
        if self.by_value:
            return "value, rows"
        kept = self.line.form.kept
        assert kept is not None
        return ", ".join(statistic.words for part in kept.parts for statistic in part.statistics)


def _is_otherwise_censored(read: _Read, data: Bound) -> bool:
    """Whether rows are censored in other ways than those of which sums say all."""
    kept, status = read.line.form.kept, read.line.args.get(STATUS.name)
    if kept is None or not kept.censored:
        return False
    if not isinstance(status, Known):
        return True
    return bool(np.any(data.column(read.line.domain, status.column) > STATUSES["right"]))


def _by_value(line: Line) -> _Read | None:
    """Rows that agree in their value too, where that is one number with a density of its own."""
    own = line.family.is_scalar and line.width == 1 and not line.form.grouping
    return _Read(line, line.args, by_value=True) if own else None


def _is_used(name: str, planned: Planned) -> bool:
    """Whether other lines use an outcome: they may need it at the rows, under its own name."""
    return any(use.name == name for n in planned.lines for t in planned.terms(n).values() for use in uses(t))


def _read(line: Line, planned: Planned) -> _Read | None:
    """How the density of a line is read for cells; None where its distribution keeps rows."""
    found = _by_link(line, planned) or _Read(line, _others(line, line.form.trials, STATUS.name))
    kept = found.line.form.kept
    if kept is None:
        return None
    arguments = (a for part in kept.parts for a in part.arguments)
    common = {name for a in arguments if a.shape == "common" for name in references(a.value)}
    return None if any(found.args[name].domain for name in common) else found


def _by_link(line: Line, planned: Planned) -> _Read | None:
    """By the linear predictor, where cells have a density by it; what is known there is an exposure."""
    location = location_of(line, Reader(planned, members=never))
    if location is None or location.place != Place(line.domain):
        return None
    kept, beside = location.form.kept, location.exposure
    if kept is None or (beside is not None and not kept.exposed):
        return None
    term, exposures = location.term, list[Term]()
    if kept.exposed:
        term, offset = _without_known(written_out(term, planned), planned)
        exposures += [] if offset is None else [Apply("exp", (offset,), offset.domain)]
    if beside is not None:
        if any(known.place != location.place for known in beside.known):
            return None
        exposures += [Literal(beside.number), *(known.term for known in beside.known)]
    node = replace(line.variable, parameterization=location.form.key)
    args = {location.form.location: term, **_others(line, line.location, line.form.trials, STATUS.name)}
    return _Read(replace(line, node=node), args, _combined("*", exposures))


def _others(line: Line, *names: str) -> dict[str, Term]:
    return {name: term for name, term in line.args.items() if name not in names}


def _without_known(term: Term, planned: Planned) -> tuple[Term, Term | None]:
    """A sum without what is known in it, and the sum of that."""
    reader, unknown, known = (
        Reader(planned, members=never),
        list[tuple[int, Term]](),
        list[tuple[int, Term]](),
    )
    pending = [(1, term)]
    while pending:
        sign, inner = pending.pop()
        match inner:
            case Apply(function="+", args=(left, right)):
                pending += [(sign, right), (sign, left)]
            case Apply(function="-", args=(left, right)):
                pending += [(-sign, right), (sign, left)]
            case Apply(function="neg", args=(only,)):
                pending.append((-sign, only))
            case _:
                (known if reader.is_known(inner) else unknown).append((sign, inner))
    return _signed(unknown) or Literal(0.0), _signed(known)


def _signed(parts: list[tuple[int, Term]]) -> Term | None:
    return _combined("+", [part if sign > 0 else Apply("neg", (part,), part.domain) for sign, part in parts])


def _combined(function: str, parts: Sequence[Term]) -> Term | None:
    """Terms joined by an operator; None of none. Many are joined by halves: walking them is never deep."""
    if len(parts) > _MANY:
        half = len(parts) // 2
        parts = [part for some in (parts[:half], parts[half:]) if (part := _combined(function, some))]
    return reduce(lambda a, b: Apply(function, (a, b), a.domain or b.domain), parts) if parts else None


# --- in words -------------------------------------------------------------------------------------


def _record(read: _Read, cells: LineCells, data: Bound, given: bool) -> Record:
    line, found = read.line, leaves(cells.args.values())
    agree = joined([*([line.name] if read.by_value else []), *map(_called, found)], "and") or "everything"
    rows, found_cells = counted(data.n_rows, "row"), counted(cells.size, "cell")
    reason = (
        "as in the plan that was given"
        if given
        else "the log density is the same, and costs what the cells cost"
    )
    return Record(
        line.name,
        "compress",
        f"{rows} that agree in {agree} in {found_cells} of ({read.words})",
        reason,
        "bind with plan=sl.Plan(compress=False)",
    )


def _called(leaf: Leaf) -> str:
    return " with ".join(leaf.road) or leaf.column or leaf.covariates


def _impossible(line: Line) -> FitError:
    return FitError(
        f"plan= asks for cells of {line.name!r}, whose rows cannot be compressed: it uses a quantity with a"
        " value of its own for every row, is used by other lines, or is no line over rows with one number in"
        " each",
        way_out=f"leave {line.name!r} out of compress=",
    )
