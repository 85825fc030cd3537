"""The data block as a recipe: what each entry holds, without the data themselves.

`needed` reads the entries off a planned model; `Entry.read` fetches one from bound data when a
program meets them. The recipe depends on structure alone, so new data never change a program.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from math import prod
from typing import Any, Protocol

import numpy as np

from stanlevels.distributions.table import FAMILIES
from stanlevels.graph import ROWS, VariableNode
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain, Known, Linear, Setting, Use, walk


class Source(Data, Protocol):
    """What entries may ask of bound data (see `stanlevels.binding.Bound`)."""

    def weights(self, name: str) -> Any:
        """Frequency weights of an observed line, None where it has none."""


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
class Covariate:
    """A column at a domain; `integer` where Stan needs whole numbers."""

    domain: Domain
    column: str
    integer: bool = False

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (units,)."""
        values = np.asarray(source.column(self.domain, self.column))
        return values if self.integer else values.astype(float)


@dataclass(frozen=True)
class Matrix:
    """A set of covariates at a domain."""

    domain: Domain
    covariates: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (units, columns)."""
        return np.asarray(source.matrix(self.domain, self.covariates), dtype=float)


@dataclass(frozen=True)
class Outcome:
    """The observed values of a line."""

    quantity: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (units,) or (units, components)."""
        values = np.asarray(source.outcome(self.quantity))
        family = FAMILIES[planned.lines[self.quantity].variable.family]
        return values.astype(np.int64) if family.discrete else values.astype(float)


@dataclass(frozen=True)
class Weights:
    """The frequency weights of a line's rows."""

    quantity: str

    def read(self, source: Source, planned: Planned) -> Any:
        """Return numbers (units,)."""
        return np.asarray(source.weights(self.quantity), dtype=float)


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


Entry = Size | Components | Codes | Covariate | Matrix | Outcome | Weights | Number


def needed(planned: Planned) -> tuple[Entry, ...]:
    """Every data entry of a planned model, sizes before what is sized by them."""
    found: dict[Entry, None] = {}
    for line in planned.lines.values():
        for entry in _of_line(planned, line):
            found.setdefault(entry)
    order: tuple[type, ...] = (Size, Components, Codes, Outcome, Weights, Covariate, Matrix, Number)
    return tuple(sorted(found, key=lambda e: (order.index(type(e)), e != Size((ROWS,)))))


def _of_line(planned: Planned, line: Line) -> Iterator[Entry]:
    if line.domain:
        yield Size(line.domain)
    if line.components:
        yield Components(line.components)
    if isinstance(line.node, VariableNode) and line.node.is_observed:
        yield Outcome(line.name)
        if line.node.weights:
            yield Weights(line.name)
    for argument, term in planned.terms(line.name).items():
        integer = argument in line.args and line.is_variable and _is_count(line.variable, argument)
        for inner in walk(term):
            match inner:
                case Use(road=road, name=name) if road:
                    yield Size(planned.lines[name].domain)
                    yield Codes(line.domain, road)
                case Known(column=column):
                    yield Covariate(line.domain, column, integer)
                case Linear(covariates=covariates):
                    yield Matrix(line.domain, covariates)
                    yield Components((covariates,))
                case Setting(components=components):
                    if components and components != line.components:
                        yield Components(components)
                    yield Number(line.name, inner.argument, bool(components), integer)


def setting_of(planned: Planned, name: str, argument: str) -> Setting:
    """The numbers of a line that are called `argument`, wherever in its terms they stand."""
    found = (inner for term in planned.terms(name).values() for inner in walk(term))
    return next(s for s in found if isinstance(s, Setting) and s.argument == argument)


def _is_count(node: VariableNode, argument: str) -> bool:
    parameter = FAMILIES[node.family].parameterization(node.parameterization).parameter(argument)
    return parameter.kind == "data"


def wanted_name(entry: Entry) -> tuple[Hashable, str]:
    """The key of an entry and the name it would like in the program."""
    match entry:
        case Size(domain=domain):
            return entry, "N" if domain == (ROWS,) else "N_" + "_".join(domain)
        case Components(axes=axes):
            return entry, "K_" + "_".join(axes)
        case Codes(domain=domain, target=target):
            return entry, _at(domain, "_".join(target))
        case Covariate(domain=domain, column=column):
            return entry, _at(domain, column)
        case Matrix(domain=domain, covariates=covariates):
            return entry, _at(domain, covariates)
        case Outcome(quantity=quantity):
            return entry, quantity
        case Weights(quantity=quantity):
            return entry, f"{quantity}_weights"
        case Number(quantity=quantity, argument=argument):
            return entry, quantity if argument == "value" else f"{quantity}_{argument}"


def _at(domain: Domain, name: str) -> str:
    """Names at the rows are plain; names elsewhere begin with the domain."""
    return name if domain == (ROWS,) else "_".join((*domain, name))
