"""How large every unknown quantity may be expected to be, from the outcomes that it reaches.

Outcomes say where their predictors lie (`scales`); every quantity takes its size from its place in them,
whatever the spelling: a coefficient the outcome's spread over that of what it multiplies, an intercept
the place where all covariates are at their means, the standard deviation of effects the spread of the
outcome over that of what they multiply. What reaches no outcome tells nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from math import prod

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.functions import FUNCTIONS
from stanlevels.distributions.links import link_undone_by
from stanlevels.distributions.parameters import Parameter
from stanlevels.distributions.supports import UNIT
from stanlevels.linear.declared_sizes import declared_size
from stanlevels.linear.expansion import Expanded, expand, is_random
from stanlevels.linear.gather import Column, gather, partial_spreads, together
from stanlevels.linear.implied_sizes import argument_at, shared_size
from stanlevels.linear.locations import location_of
from stanlevels.linear.multiples import Columns
from stanlevels.linear.reach import reach_of, units_apart
from stanlevels.linear.scales import (
    SHAPE,
    WIDE,
    Target,
    component_target,
    logarithm_of,
    outcome_chance,
    outcome_shape,
    outcome_spread,
    outcome_target,
    root_of_outcome,
    smallest_outcome,
)
from stanlevels.linear.shares import shares_at_means
from stanlevels.linear.size_of import Intercept, Size, beside_intercepts, references_to, without_intercept
from stanlevels.linear.sums import Addend, Opaque, Place, Reader, Sum, Unknown, component
from stanlevels.linear.waves import without_waves
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Setting, Term, Vector

__all__ = ["Sizes"]


@dataclass(frozen=True, eq=False)
class Sizes:
    """Sizes of the quantities of a planned model on data.

    Attributes
    ----------
    planned : Planned
    facts : Facts
    """

    planned: Planned
    facts: Facts
    found: dict[str, list[Size]] = field(default_factory=dict)

    @cached_property
    def columns(self) -> Columns:
        """Known numbers."""
        return Columns(self.planned, self.facts)

    @cached_property
    def reader(self) -> Reader:
        """Reads terms."""
        return Reader(self.planned)

    @cached_property
    def by_name(self) -> dict[str, list[Size]]:
        """Every size that was told, by quantity: its users come before it."""
        for line in reversed(list(self.planned.lines.values())):
            if line.is_observed:
                self._outcome(line)
            elif line.is_latent and line.name in self.found:
                self._latent(line, self.found[line.name])
        return self.found

    def _tell(self, name: str, size: Size) -> None:
        self.found.setdefault(name, []).append(size)

    # --- outcomes --------------------------------------------------------------------------------

    def _outcome(self, line: Line) -> None:
        width, weights = line.width, self.facts.weights(line.name)
        location = location_of(line, self.reader)
        scalars = self._scalars(location.term, location.place, width) if location else []
        n = self.facts.size(location.place.home) if location else 0
        if line.family.is_tally or (line.family.is_categorical and not line.family.is_ordinal):
            scalars = self._contrasts(scalars, n)
        for k, read in scalars:
            assert location is not None
            parts = expand(read, self.reader)
            offset = np.broadcast_to(self.columns.offset(parts.known, n), (n, 1))[:, 0]
            target = outcome_target(line, location, offset, k, self.columns)
            self._predictor(parts, n, target, weights)
            if line.form.cutpoints:
                term = line.args[line.form.cutpoints]
                entries = term.items if isinstance(term, Vector) else (term,)
                cuts = tuple(addend for entry in entries for addend in self._read(entry, line))
                self._cutpoints(cuts, parts, n, target, weights)
        for parameter in line.form.parameters:
            term = line.args[parameter.name]
            if parameter.kind in ("scale", "scale of one"):
                for k, read in self._scalars(term, Place(line.domain), width):
                    spread, words = outcome_spread(line, k, self.columns)
                    self._positive(read, spread, f"the scale of {line.name!r}: {words}", weights)
            elif parameter.name != line.form.cutpoints:
                self._argument(line, parameter, weights)

    def _argument(self, line: Line, parameter: Parameter, weights: Array | None) -> None:
        """Tell an argument its size that neither moves nor stretches the outcome."""
        read = self._read(line.args[parameter.name], line)
        match parameter.kind:
            case "rate":
                spread, words = outcome_spread(line, 0, self.columns)
                self._positive(read, 1 / spread, f"the rate of {line.name!r}: {words}", weights)
            case "drift":
                size, words = root_of_outcome(line, self.columns)
                n = self.facts.size(line.domain)
                target = Target(0.0, 1 / size, False, words)
                self._predictor(expand(read, self.reader), n, target, weights)
            case "boundary":
                size, words = root_of_outcome(line, self.columns)
                self._positive(read, 2 * size, words, weights)
            case "delay":
                self._positive(read, *smallest_outcome(line, self.columns), weights)
            case "chance":
                self._chance(parameter, line, weights)
            case "location of one" | "odds of each":
                self._of_one(parameter, line, weights)
            case "shape":
                self._positive(read, *outcome_shape(line, self.columns), weights)

    def _chance(self, parameter: Parameter, line: Line, weights: Array | None) -> None:
        """The log odds of what some outcomes show and others do not."""
        read, place = self._read(line.args[parameter.name], line), Place(line.domain)
        if parameter.support.constrained:  # a probability, perhaps of log odds by hand
            unknown = read[0].unknown if len(read) == 1 else None
            link = link_undone_by(unknown.function) if isinstance(unknown, Opaque) else None
            if not isinstance(unknown, Opaque) or link is None or link.name != "logit":
                return
            read, place = self.reader.read(unknown.terms[0], unknown.place), unknown.place
        n = self.facts.size(place.home)
        parts = expand(read, self.reader)
        offset = np.broadcast_to(self.columns.offset(parts.known, n), (n, 1))[:, 0]
        self._predictor(parts, n, outcome_chance(line, parameter, offset, self.columns), weights)

    def _of_one(self, parameter: Parameter, line: Line, weights: Array | None) -> None:
        """The location of one distribution of several, or the log odds of each."""
        term, n = line.args[parameter.name], self.facts.size(line.domain)
        scalars = self._scalars(term, Place(line.domain), 1)
        odds = parameter.kind == "odds of each"
        for _, read in self._contrasts(scalars, n) if odds else scalars:
            parts = expand(read, self.reader)
            offset = np.broadcast_to(self.columns.offset(parts.known, n), (n, 1))[:, 0]
            self._predictor(parts, n, component_target(line, parameter, offset, self.columns), weights)

    def _read(self, term: Term, line: Line) -> Sum:
        return self._sum(term, Place(line.domain))

    def _sum(self, term: Term, place: Place) -> Sum:
        return shares_at_means(self.reader.read(term, place), self.planned)

    def _scalars(self, term: Term, place: Place, width: int) -> list[tuple[int, Sum]]:
        """A term as scalar sums, with the component of the outcome that each is for."""
        last = max(width - 1, 0)
        if isinstance(term, Vector):
            return [(min(k, last), self._sum(item, place)) for k, item in enumerate(term.items)]
        read = self._sum(term, place)
        if not term.components:
            return [(k, read) for k in range(max(width, 1))]
        return [(min(k, last), component(read, k)) for k in range(self._count(term))]

    def _contrasts(self, scalars: list[tuple[int, Sum]], n: int) -> list[tuple[int, Sum]]:
        """Log odds of categories against those of the first without an intercept: only differences count."""
        reference = next((read for _, read in scalars if not self._has_intercept(read, n)), ())
        less = tuple(replace(addend, number=-addend.number) for addend in reference)
        return [(k, (*read, *less)) for k, read in scalars if not reference or read is not reference]

    def _has_intercept(self, read: Sum, n: int) -> bool:
        parts = expand(read, self.reader)
        unknown = gather((*parts.fixed, *parts.effects, *parts.others), n, self.columns)
        return any(single.is_constant for column in unknown for single in column.split())

    def _count(self, term: Term) -> int:
        return prod(len(self.planned.axes[axis]) for axis in term.components)

    # --- predictors ------------------------------------------------------------------------------

    def _predictor(self, parts: Expanded, n: int, target: Target, weights: Array | None) -> None:
        """Tell every quantity of a predictor its size."""
        counted = weights is not None and len(weights) == n and weights.sum() > 0
        weights = weights if counted else None
        parts, waves = without_waves(parts, self.planned.lines)
        for name, addend in waves.items():
            by = self._mean_multiple(replace(addend, covariates=None)) or 1.0
            self._tell(name, Size(None, (target.spread / by,), target.words))
        fixed = gather(parts.fixed, n, self.columns)
        singles = [single for column in fixed for single in column.split()]
        constant = [column for column in singles if column.is_constant]
        varying = [column for column in singles if not column.is_constant]
        alone = not (parts.fixed or parts.effects or parts.others)
        target = target if alone else without_intercept(target, constant)
        for column, spread in zip(varying, partial_spreads(varying, weights), strict=True):
            words = f"{target.words}, over the sd of {column.called}"
            self._tell(column.name, Size(column.position, (target.spread / float(spread),), words))
        for column in fixed:
            if not column.values.shape[1]:  # a set without columns: a size for what its coefficients rest on
                self._tell(column.name, Size(None, (target.spread,), target.words))
        self._intercepts(constant, fixed, target, weights)
        effects = [single for c in gather(parts.effects, n, self.columns) for single in c.split()]
        self._effects(together(effects), target, weights)
        for column in (single for c in gather(parts.others, n, self.columns) for single in c.split()):
            mean, sd = column.moments(weights)[0]
            by = abs(mean) if column.is_constant else sd
            size = target.spread / by if by > 0 else target.spread
            center = target.center / mean if mean else size
            self._tell(column.name, Size(column.position, (size,), target.words, center))
        for addend in parts.opaque:
            self._opaque(addend, target, alone, weights)

    def _intercepts(
        self, constant: list[Column], fixed: list[Column], target: Target, weights: Array | None
    ) -> None:
        """Each open intercept carries its share of the predictor at the covariates' means."""
        mine = [column for column in constant if column.alone and self._is_open(column)]
        where = ", where covariates are at their means" if len(fixed) > len(mine) else ""
        for column in constant:
            among = mine if column in mine else [column]
            beside = beside_intercepts(fixed, among) if column.alone else []
            by = column.moments(weights)[0][0]
            center = target.center / (by * len(among))
            references = references_to(beside, by * len(among), weights)
            spread, words = target.spread / abs(by), f"{target.words}{where}"
            intercept = Intercept(center, references)
            self._tell(column.name, Size(column.position, (spread,), words, center, intercept))

    def _cutpoints(self, read: Sum, parts: Expanded, n: int, target: Target, weights: Array | None) -> None:
        """Cutpoints are intercepts on the other side of the predictor."""
        weights = weights if weights is not None and len(weights) == n and weights.sum() > 0 else None
        references = references_to(gather(parts.fixed, n, self.columns), -1.0, weights)
        unknown = tuple(addend for addend in read if isinstance(addend.unknown, Unknown))
        for column in gather(unknown, n, self.columns):
            if column.alone:
                intercept = Intercept(0.0, references)
                size = Size(column.position, (target.spread,), target.words, 0.0, intercept)
                self._tell(column.name, size)
                continue
            for single in column.split():  # effects of covariates on some categories
                _, sd = single.moments(weights)[0]
                words = f"{target.words}, over the sd of {single.called}" if sd > 0 else target.words
                self._tell(single.name, Size(single.position, (target.spread / (sd or 1.0),), words))

    def _is_open(self, column: Column) -> bool:
        line = self.planned.lines[column.name]
        term = line.args.get(line.location)
        return isinstance(term, Setting) and not term.values

    def _effects(self, columns: list[Column], target: Target, weights: Array | None) -> None:
        """Effects: an intercept that varies is as large as slopes over the same units let it be at 0."""
        wide = WIDE if target.convention else 1.0
        slopes = [column for column in columns if not column.is_constant]
        for column in columns:
            mean, sd = column.moments(weights)[0]
            size, of = target.spread / (sd or 1.0), f", over the sd of {column.called}"
            if column.of_members:
                length = float(np.hypot(mean, sd))
                size, of = target.spread / (length or 1.0), f", over the length of {column.called}"
            elif column.is_constant:
                there = [each.moments(weights)[0] for each in slopes if each.home == column.home]
                far = sum((m / s) ** 2 for m, s in there if s > 0)
                size, of = target.spread / abs(mean) * float(np.sqrt(1 + far)), ""
            self._tell(column.name, Size(column.position, (wide * size,), f"{target.words}{of}"))

    def _opaque(self, addend: Addend, target: Target, alone: bool, weights: Array | None) -> None:
        """What is inside a function, or multiplied by another unknown quantity of known size."""
        opaque = addend.unknown
        assert isinstance(opaque, Opaque)
        by = self._mean_multiple(addend)
        if not by > 0:
            return
        if opaque.function == "*":
            self._product(opaque, target.spread / by, target.words)
        elif alone and target.center > 0:
            self._inside(opaque, target.center / by, target.words, weights)

    def _product(self, opaque: Opaque, size: float, words: str) -> None:
        for part in opaque.parts:
            others = [self._declared_size(p) for p in opaque.parts if p is not part]
            known = [other for other in others if other is not None and other > 0]
            if isinstance(part, Unknown) and len(known) == len(others):
                mine = size / prod(known)
                self._tell(part.name, Size(part.position, (mine,), words, mine))

    def _declared_size(self, part: Unknown | Opaque) -> float | None:
        """The size of a quantity by its own declaration; None where numbers do not tell it."""
        return declared_size(self.planned.lines[part.name], part) if isinstance(part, Unknown) else None

    # --- positive quantities -----------------------------------------------------------------------

    def _positive(self, read: Sum, size: float, words: str, weights: Array | None = None) -> None:
        """Tell what a standard deviation, a rate or a shape is made of."""
        for addend in read:
            unknown = addend.unknown
            by = self._mean_multiple(addend) if unknown is not None else 0.0
            if unknown is None or not by > 0:
                continue
            if isinstance(unknown, Unknown):
                self._tell(unknown.name, Size(unknown.position, (size / by,), words, size / by))
            elif unknown.function == "*":
                self._product(unknown, size / by, words)
            else:
                self._inside(unknown, size / by, words, weights)

    def _mean_multiple(self, addend: Addend) -> float:
        """How much an unknown quantity is multiplied by, on average; 1 without data."""
        multiple = np.abs(self.columns.multiple(addend))
        return float(multiple.mean()) if multiple.size else 1.0

    def _inside(self, opaque: Opaque, size: float, words: str, weights: Array | None) -> None:
        """What a function that has the value `size` is a function of."""
        if not size > 0 or not opaque.terms:
            return
        inner = self._sum(opaque.terms[-1], opaque.place)
        undone = {"sqrt": size**2, "square": size**0.5, "/": 1 / size}.get(opaque.function)
        if undone is not None:
            self._positive(inner, undone, words, weights)
        elif opaque.function == "exp":
            target = Target(float(np.log(size)), 1.0, True, f"1 on the log scale; {words}")
            self._predictor(expand(inner, self.reader), self.facts.size(opaque.place.home), target, weights)
        elif opaque.function in FUNCTIONS and FUNCTIONS[opaque.function].values is UNIT and size < 1:
            center = argument_at(opaque.function, size)
            target = Target(center, 1.0, True, f"1 inside {opaque.function}; {words}")
            self._predictor(expand(inner, self.reader), self.facts.size(opaque.place.home), target, weights)

    # --- latent lines ------------------------------------------------------------------------------

    def _latent(self, line: Line, sizes: list[Size]) -> None:
        """A quantity hands its size on to what its distribution is made of."""
        largest = max(max(size.spread) for size in sizes)
        center = float(np.mean([size.center for size in sizes]))
        words = f"the scale of {line.name!r}: {sizes[0].words}"
        if line.waves is not None:
            self._positive(self._read(line.waves.sigma, line), largest, words)
            told = line.waves.apart, f"how far places of {line.name!r} lie apart"
            self._positive(self._read(line.waves.length, line), *told)
            return
        on_logs = line.family.location_link == "log"
        own = 1.0 if on_logs else largest / reach_of(line, self.facts)
        for parameter in line.form.parameters:
            term = line.args[parameter.name]
            if line.family.structure is not None and parameter.name == line.family.structure.reach:
                apart = units_apart(line, self._read, self.columns, self.facts)
                self._positive(self._read(term, line), *apart)
            elif parameter.kind == "scale":
                self._scale(line, term, sizes, own, words)
            elif parameter.kind == "location" and not (line.domain and is_random(line)):
                here = Target(center, largest, False, words)
                self._location(line, term, logarithm_of(here) if on_logs else here)
            elif parameter.kind == "rate":
                self._positive(self._read(term, line), 1 / max(abs(center), largest), words)
            elif parameter.kind == "shape":
                self._positive(self._read(term, line), SHAPE, "a shape: anywhere from 1 to 60")

    def _scale(self, line: Line, term: Term, sizes: list[Size], largest: float, words: str) -> None:
        """The standard deviation of a quantity, component by component where it has several."""
        by_position: dict[int, float] = {}
        for size in sizes:
            if size.position is not None:
                widest = max(max(size.spread), by_position.get(size.position, 0.0))
                by_position[size.position] = widest
        if not by_position or not (isinstance(term, Vector) or term.components):
            told_by_component = len(by_position) > 1 and all(size.position is not None for size in sizes)
            shared = shared_size(by_position.values()) if told_by_component else largest
            self._positive(self._read(term, line), shared, words)
            return
        if isinstance(term, Vector):
            parts = [self._read(item, line) for item in term.items]
        else:
            parts = [component(self._read(term, line), k) for k in range(self._count(term))]
        for k, read in enumerate(parts):
            self._positive(read, by_position.get(k, largest), words)

    def _location(self, line: Line, term: Term, target: Target) -> None:
        """The mean of a quantity without units, or of one that is no location plus a deviation."""
        for _, read in self._scalars(term, Place(line.domain), 1):
            self._predictor(expand(read, self.reader), self.facts.size(line.domain), target, None)
