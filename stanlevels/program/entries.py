"""The data block as a recipe: what each entry holds, without the data themselves.

`needed` reads the entries off a planned model; `Entry.read` fetches one from bound data when a
program meets them. The recipe depends on structure alone, so new data never change a program.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import ROWS, VariableNode
from stanlevels.plan.factors import Cells, Conjugate, Marginal, MarginalLine
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain, Known, Linear, Members, Setting, Term, Use, walk
from stanlevels.program.look_up_entries import OfLookUp, OfTable, entries_of_look_ups
from stanlevels.program.outcome_entries import Outcome, Weights
from stanlevels.program.pooled_entries import PooledSize, PooledUnits, entries_of_pools
from stanlevels.program.source import Source
from stanlevels.program.statistics import Count, FirstChild, Statistic, Sufficient, sizes_of, statistics
from stanlevels.program.structured import OfUnits, entries_of_structure
from stanlevels.program.tallies import Summed, SummedSize, entries_of_pair, size_of_sums


@dataclass(frozen=True)
class Size:
    """The number of units of a domain."""

    domain: Domain

    def read(self, source: Source, planned: Planned) -> Any:
        """Return an int."""
        return source.size(self.domain)


@dataclass(frozen=True)
class Components:
    """The number of components along some axes."""

    axes: tuple[str, ...]

    def read(self, source: Source, planned: Planned) -> Any:
        """Return an int."""
        return prod(len(planned.axes[axis]) for axis in self.axes)


@dataclass(frozen=True)
class Codes:
    """For each unit of a domain, the unit (1-based) of a target."""

    domain: Domain
    target: Domain

    def read(self, source: Source, planned: Planned) -> Any:
        """Return whole numbers (units,)."""
        return np.asarray(source.codes(self.domain, self.target), dtype=np.int64) + 1


@dataclass(frozen=True)
class FirstMember:
    """For each unit of a domain, the first (1-based) of its memberships, and one past the last of all."""

    memberships: str
    domain: Domain

    def read(self, source: Source, planned: Planned) -> Any:
        """Return whole numbers (units + 1,)."""
        keys = source.codes((self.memberships,), self.domain)
        return np.searchsorted(keys, np.arange(source.size(self.domain) + 1)) + 1


@dataclass(frozen=True)
class Covariate:
    """A column at a domain; `integer` where Stan needs whole numbers."""

    domain: Domain
    column: str
    integer: bool = False

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (units,)."""
        values = np.asarray(source.column(self.domain, self.column))
        if not self.integer:
            return values.astype(float)
        whole = np.array_equal(values, np.floor(values))  # read as real numbers, where some cells are empty
        return values.astype(np.int64) if whole else values


@dataclass(frozen=True)
class Matrix:
    """A set of covariates at a domain."""

    domain: Domain
    covariates: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (units, columns)."""
        return np.asarray(source.matrix(self.domain, self.covariates), dtype=float)


@dataclass(frozen=True)
class Number:
    """The number (or one per component) of an argument."""

    quantity: str
    argument: str
    vector: bool
    integer: bool = False

    def read(self, source: Source, planned: Planned) -> Any:
        """Return a number, or numbers (components,)."""
        setting = setting_of(planned, self.quantity, self.argument)
        if self.vector:
            return np.asarray(setting.values, dtype=float)
        return int(setting.values[0]) if self.integer else float(setting.values[0])


@dataclass(frozen=True)
class Pilot:
    """What a pilot look says of a quantity between its forms, or of one that is soft near 0.

    `name` is "pilot_weight", how far each unit is centred, from 0 for not at all to 1; "pilot_scale",
    about how large its scale is; or "pilot_size", about how large it is itself.
    """

    quantity: str
    name: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers of the quantity's shape, or of that of one unit."""
        line, soft = planned.lines[self.quantity], planned.quantities[self.quantity].softened
        width = (prod(len(planned.axes[axis]) for axis in line.components),) if line.components else ()
        if soft is not None:
            return np.broadcast_to(soft.typical, width) if width else float(soft.typical[0])
        form = planned.quantities[self.quantity].between
        assert form is not None
        if self.name == "pilot_scale":
            return np.broadcast_to(form.typical, width) if width else float(form.typical[0])
        units = (source.size(line.domain),) if line.domain else ()
        weights = np.asarray(form.weights, dtype=float)
        kept = np.broadcast_to(weights if width else weights[:, 0], (*(units or (1,)), *width))
        found = kept if units else kept[0]
        return found if found.ndim else float(found)


Entry = (
    Size
    | Components
    | Count
    | Codes
    | FirstMember
    | Covariate
    | Matrix
    | Outcome
    | Weights
    | Statistic
    | Pilot
    | Number
    | Sufficient
    | OfLookUp
    | OfTable
    | FirstChild
    | Summed
    | SummedSize
    | PooledSize
    | PooledUnits
    | OfUnits
)


def needed(planned: Planned) -> tuple[Entry, ...]:
    """Every data entry of a planned model, sizes before what is sized by them."""
    found: dict[Entry, None] = {}
    cells = {f.source: f.density for f in planned.factors if isinstance(f.density, Cells)}
    for name, line in planned.lines.items():
        if name in planned.left_out:
            continue
        entries = _of_cells(planned, cells[name]) if name in cells else _of_line(planned, line)
        for entry in entries:
            found.setdefault(entry)
    order: tuple[type, ...] = (
        *(Size, Components, Count, SummedSize, PooledSize, Codes, FirstMember, Outcome, Weights, Statistic),
        *(Covariate, Matrix, Sufficient, OfLookUp, OfTable, FirstChild, PooledUnits, OfUnits),
        *(Summed, Pilot, Number),
    )
    return tuple(sorted(found, key=lambda e: (order.index(type(e)), e != Size((ROWS,)))))


def _of_line(planned: Planned, line: Line) -> Iterator[Entry]:
    density, pair = planned.marginals.get(line.name), planned.conjugates.get(line.name)
    if density is not None:
        yield from _of_marginal(planned, density, line.name)
    elif pair is not None:
        yield from _of_pair(planned, pair, line.name)
    elif line.domain:
        yield Size(line.domain)
    if line.components:
        yield Components(line.components)
    seen = density is not None or pair is not None
    if not seen and isinstance(line.node, VariableNode) and line.node.is_observed:
        yield Outcome(line.name)
        if line.node.weights:
            yield Weights(line.name)
    if line.is_latent and line.family.structure is not None:
        yield Size(line.domain[-1:])
        yield from entries_of_structure(line, sparse=planned.quantities[line.name].is_sparse)
    if planned.quantities[line.name].between:
        yield from (Pilot(line.name, "pilot_weight"), Pilot(line.name, "pilot_scale"))
    if planned.quantities[line.name].softened:
        yield Pilot(line.name, "pilot_size")
    yield from _of_terms(planned, line)


def _of_terms(planned: Planned, line: Line) -> Iterator[Entry]:
    for argument, term in planned.written(line.name).items():
        if line.is_variable and argument in line.form.unread:
            continue
        integer = argument in line.args and line.is_variable and _is_count(line.variable, argument)
        yield from _of_term(planned, line, term, integer)


def _of_cells(planned: Planned, density: Cells) -> Iterator[Entry]:
    """What the rows of a line in cells need: nothing at the rows themselves."""
    line = density.line
    yield Size(line.domain)
    if density.by_value:
        yield from (Outcome(line.name, line.domain), Weights(line.name, line.domain))
    else:
        for entry in statistics(density).values():
            yield from (Count(line.name, of) for of in sizes_of(entry, planned) if of != "cells")
            yield entry
    for argument, term in line.args.items():
        integer = density.by_value and _is_count(line.variable, argument)
        yield from _of_term(planned, line, term, integer)


def _of_term(planned: Planned, line: Line, term: Term, integer: bool) -> Iterator[Entry]:
    for inner in walk(term):
        match inner:
            case Use(road=road, name=name):
                if road:
                    yield Size(planned.lines[name].domain)
                    yield Codes(line.domain, road)
                if planned.lines[name].is_observed:  # whatever is kept of it for its own density
                    yield Outcome(name)
            case Known(column=column):
                yield Covariate(line.domain, column, integer)
            case Members():
                yield from _of_members(planned, line, inner)
            case Linear(covariates=covariates):
                yield Matrix(line.domain, covariates)
                yield Components((covariates,))
            case Setting(components=components):
                if components and components != line.components:
                    yield Components(components)
                yield Number(inner.quantity, inner.argument, bool(components), integer)


def _of_members(planned: Planned, line: Line, term: Members) -> Iterator[Entry]:
    there = (term.memberships,)
    yield Size(line.domain)
    yield Size(there)
    yield Size(planned.lines[term.use.name].domain)
    yield Codes(there, term.road)
    yield FirstMember(term.memberships, line.domain)
    if term.weights:
        yield Covariate(there, term.weights)


def _of_marginal(planned: Planned, density: Marginal, name: str) -> Iterator[Entry]:
    """The statistics of one outcome, and the tree of the effects."""
    part = next(part for part in density.lines if part.source == name)
    if density.common:
        yield from _of_besides(planned, density, part)
        return
    sized = () if density.plain else ("columns", "products")
    fixed = ("at", "root", "cross") if part.coefficients else ()
    cells = ("n", "mean", "first") if density.plain else ("n", "mean", "first", "multiples")
    kept = ("score", *fixed) if part.rest is None else cells
    several = len({planned.lines[effect].domain for effect in density.effects}) > 1
    upwards = ("messages",) if density.pooled and several else ()
    for of in (*sized, "rows", "constant", "squares", "information", *kept, *upwards):
        yield Sufficient(name, density.group, of)
    if density.pooled is None:
        yield Size(planned.lines[density.effects[0]].domain)
    else:
        yield from entries_of_pools(density, several)
    if part.rest is not None:
        yield Size(part.rest.domain)
        for term in part.rest.args.values():
            yield from _of_term(planned, part.rest, term, integer=False)
    if part.looked_up:
        yield from (Size(looked_up.domain) for looked_up in part.looked_up)
        yield from (e for x in part.looked_up for e in _of_term(planned, planned.lines[name], x.term, False))
        yield from entries_of_look_ups(part, *effects_of(density, planned))
    yield from _of_coefficients(part)
    yield from _of_levels(planned, density)


def effects_of(density: Marginal, planned: Planned) -> tuple[Marginal, str, int]:
    """A density, with what the finest level of its effects is called, and the number of their columns."""
    columns = 1 if density.plain else planned.components(density.effects)
    return density, "_".join(planned.lines[density.effects[0]].domain), columns


def _of_besides(planned: Planned, density: Marginal, part: MarginalLine) -> Iterator[Entry]:
    """The statistics of an outcome with coefficients that are integrated out besides its effects."""
    sizes: tuple[str, ...] = ("width", "entries") if density.effects else ("width",)
    if density.effects and not density.plain:
        sizes += ("pairs", "rank", "columns")
    several = len({planned.lines[effect].domain for effect in density.effects}) > 1
    units = (
        ()
        if not density.effects
        else ("between", "place", *(("information",) if density.plain else ("turned",)))
    )
    upwards = ("by_unit",) if several else ()
    at = ("at", "common_shift") if part.coefficients else ()
    for of in (*sizes, "rows", "constant", "within", *units, *upwards, "common_at", *at):
        yield Sufficient(part.source, density.group, of)
    if density.effects:
        yield Size(planned.lines[density.effects[0]].domain)
    yield from _of_coefficients(part)
    yield from _of_levels(planned, density)


def _of_coefficients(part: MarginalLine) -> Iterator[Entry]:
    for term in part.coefficients:
        if isinstance(term, Linear):
            yield Components((term.covariates,))


def _of_levels(planned: Planned, density: Marginal) -> Iterator[Entry]:
    domains = dict.fromkeys(planned.lines[effect].domain for effect in density.effects)
    for place, domain in enumerate(list(domains)[1:]):
        if place == 0 and density.pooled is not None:
            yield Size(domain)  # what the units below say of these is known by their information
        else:
            yield FirstChild(density.group, domain)


def _of_pair(planned: Planned, density: Conjugate, name: str) -> Iterator[Entry]:
    """The sums of one outcome of a conjugate pair, and of what is integrated out of it."""
    for entry in entries_of_pair(density, name):
        size = size_of_sums(entry, planned)
        if size is not None:
            yield size
        yield entry
    rest = density.line(name).rest
    if rest is not None:
        yield Size(rest.domain)
        for term in rest.args.values():
            yield from _of_term(planned, rest, term, integer=False)


def setting_of(planned: Planned, name: str, argument: str) -> Setting:
    """The numbers of a line that are called `argument`, wherever in its terms they stand."""
    found = (inner for term in planned.terms(name).values() for inner in walk(term))
    return next(s for s in found if isinstance(s, Setting) and s.argument == argument)


def _is_count(node: VariableNode, argument: str) -> bool:
    parameter = FAMILIES[node.family].parameterization(node.parameterization).parameter(argument)
    return parameter.is_whole
