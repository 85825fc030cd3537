"""A planned model on data, read for a pilot look: outcomes, covariates and random variables of predictors."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.distributions.links import LINKS
from stanlevels.linear.expansion import Expanded
from stanlevels.linear.forms import Forms, NotLinear
from stanlevels.linear.gather import gather
from stanlevels.linear.locations import Location
from stanlevels.linear.multiples import Columns
from stanlevels.linear.parts import Part, Road
from stanlevels.linear.spreads import Spread, spreads
from stanlevels.linear.sums import Addend, Factor, Place, Reader, Sum, Unknown
from stanlevels.linear.working import Curved, Outcome, Straight
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned

__all__ = ["Look"]


@dataclass(frozen=True, eq=False)
class Look:
    """A planned model on data, read."""

    planned: Planned
    facts: Facts

    @cached_property
    def forms(self) -> Forms:
        """What reads standard deviations."""
        bound: Any = self.facts  # of bound data no more is asked than the facts
        return Forms(self.planned, bound, {})

    @property
    def reader(self) -> Reader:
        """What reads predictors."""
        return self.forms.reader

    @property
    def columns(self) -> Columns:
        """Known numbers."""
        return self.forms.columns

    # --- covariates ----------------------------------------------------------------------------

    def design(self, fixed: Sum, n: int) -> Array:
        """A column of ones, and what quantities without units are multiplied by, at mean 0 and spread 1."""
        varying = [column.values for column in gather(fixed, n, self.columns) if not column.is_constant]
        if not varying:
            return np.ones((n, 1))
        Z = np.column_stack(varying)
        Z = Z - Z.mean(axis=0)
        size = np.sqrt(np.mean(np.square(Z), axis=0))
        return np.column_stack([np.ones(n), Z[:, size > 0] / size[size > 0]])

    # --- random variables ----------------------------------------------------------------------

    def parts(self, expanded: Expanded, n: int) -> tuple[Part, ...]:
        """The random variables of a predictor, and what else has units."""
        roads: dict[tuple[str, int], list[Road]] = {}
        for addend in (*expanded.effects, *expanded.others):
            for position, road in self._roads(addend, n):
                assert isinstance(addend.unknown, Unknown)
                _add(roads.setdefault((addend.unknown.name, position), []), road)
        names = dict.fromkeys(name for name, _ in roads)
        scales = {name: self._scales(self.planned.lines[name]) for name in sorted(names)}
        return tuple(
            self._part(name, position, tuple(roads[name, position]), *scales[name][position])
            for name, position in sorted(roads)
        )

    def _roads(self, addend: Addend, n: int) -> Iterator[tuple[int, Road]]:
        """The component, unit and multiple of an addend in every row; several for a set of covariates."""
        unknown = addend.unknown
        assert isinstance(unknown, Unknown)
        line = self.planned.lines[unknown.name]
        found = self.columns.units(unknown.place)
        codes = np.arange(n) if found is None else np.asarray(found)
        if not unknown.place.home:  # coefficients without units: all rows share them
            codes = np.zeros(n, dtype=np.int64)
        if addend.covariates is not None:
            matrix = self.columns.matrix(addend)
            matrix = matrix if line.components else matrix.sum(axis=1, keepdims=True)
            for k in range(matrix.shape[1]):
                yield k, Road(codes, np.broadcast_to(matrix[:, k], (n,)))
        elif not line.components or unknown.position is not None:
            multiple = self.columns.multiple(addend)[:, 0]
            position = (unknown.position or 0) if line.components else 0  # of one mean for all components
            yield position, Road(codes, np.broadcast_to(multiple, (n,)))

    def _part(
        self, name: str, position: int, roads: tuple[Road, ...], root: Hashable | None, known: Array
    ) -> Part:
        domain = self.planned.lines[name].domain
        return Part(name, position, domain, self.facts.size(domain), roads, root, known)

    def _scales(self, line: Line) -> list[tuple[Hashable | None, Array]]:
        """The unknown number in the standard deviation of every component, and what it is multiplied by."""
        width, units = self.forms.width(line), self.facts.size(line.domain)
        found = self._spreads(line, width) if line.has_forms else None
        if found is None:
            return [((line.name, k), np.ones(units)) for k in range(width)]
        return [(spread.root, np.broadcast_to(np.abs(spread.known), (units,))) for spread in found]

    def _spreads(self, line: Line, width: int) -> list[Spread] | None:
        """Standard deviations; None where they are no single unknown number times known ones."""
        if not line.scale:
            return None
        found = spreads(line, line.args[line.scale], width, self.forms, {})
        return None if isinstance(found, NotLinear) else found

    # --- outcomes ------------------------------------------------------------------------------

    def outcome(self, line: Line, location: Location, known: Sum) -> Outcome | None:
        """The outcome of a line, near its predictor; None where nothing is known of its variance."""
        y = np.asarray(self.facts.outcome(line.name), dtype=float)
        if not line.family.is_scalar or y.ndim != 1 or not len(y):
            return None
        offset = np.broadcast_to(self.columns.offset(known, len(y))[:, 0], y.shape)
        weights = self.facts.weights(line.name)
        frequency = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
        if location.link == "identity":
            plain = bool(line.family.location_scale) or line.family.gaussian
            return self._normal(line, y, offset, frequency) if plain else None
        if location.exposure is not None:
            with np.errstate(all="ignore"):
                offset = offset + np.log(self.columns.multiple(location.exposure)[:, 0])
        if not np.all(np.isfinite(offset)):
            return None
        return self._curved(line, location, y, offset, frequency)

    def _normal(self, line: Line, y: Array, offset: Array, frequency: Array) -> Straight | None:
        with np.errstate(all="ignore"):
            response = (np.log(y) if line.family.location_link == "log" else y) - offset
        found = self._spreads(line, 1)
        if not np.all(np.isfinite(response)):
            return None
        if found is None:
            return Straight(response, frequency, np.ones(len(y)), self._groups(line, len(y)))
        scale = np.broadcast_to(np.abs(found[0].known), y.shape)
        if not np.all(np.isfinite(scale) & (scale > 0)):
            return Straight(response, frequency, np.ones(len(y)))
        return Straight(response, frequency, scale, None, found[0].root is not None)

    def _groups(self, line: Line, n: int) -> Array | None:
        """Rows whose standard deviation is one unknown number; None where that cannot be told."""
        read = self.reader.read(line.args[line.scale], Place(line.domain)) if line.scale else ()
        unknown = read[0].unknown if len(read) == 1 else None
        if not isinstance(unknown, Unknown) or not unknown.place.home or unknown.position is not None:
            return None
        codes = self.columns.units(unknown.place)
        return None if codes is None else np.asarray(codes)

    def _curved(
        self, line: Line, location: Location, y: Array, offset: Array, frequency: Array
    ) -> Curved | None:
        form, place = location.form, Place(line.domain)
        others = [p.name for p in form.parameters if p.name != form.location]
        if location.link not in LINKS or any(name not in line.args for name in others):
            return None
        known = [name for name in others if self.reader.is_known(line.args[name])]
        unknown = [name for name in others if name not in known]
        if len(unknown) > 1 or any(line.args[name].domain for name in unknown):
            return None
        values = {name: self.columns.factor(Factor(line.args[name], place))[:, 0] for name in known}
        given = {name: np.broadcast_to(column, y.shape) for name, column in values.items()}
        made = Curved(form, y, offset, frequency, given, *unknown)
        return made if made.is_plain else None


def _add(roads: list[Road], road: Road) -> None:
    """Add a road; one to the same units adds up with what is there."""
    for k, other in enumerate(roads):
        if other.codes is road.codes or np.array_equal(other.codes, road.codes):
            roads[k] = Road(other.codes, other.multiple + road.multiple)
            return
    roads.append(road)
