"""A planned model: quantities say where each value comes from, factors are the terms of the density."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from stanlevels.errors import InternalError
from stanlevels.graph import ROWS, Graph
from stanlevels.plan.components import axis_size
from stanlevels.plan.factors import Conjugate, Factor, Marginal, Pointwise
from stanlevels.plan.placed import Line
from stanlevels.plan.quantities import (
    BETWEEN,
    Between,
    Centering,
    Computed,
    Given,
    Moved,
    Quantity,
    Sampled,
    Value,
)
from stanlevels.plan.terms import Domain, Term, uses
from stanlevels.records import Record

__all__ = ["Axes", "Decided", "Planned", "literal"]

Axes = Mapping[str, tuple[str | int, ...]]


@dataclass(frozen=True)
class Decided:
    """What a plan that was given decides; None is for what the planner decides.

    Attributes
    ----------
    centered : mapping of str to bool or "between"
        Forms of random variables.
    all_centered : bool or "between", optional
        The form of those that `centered` does not name.
    places : mapping
        Domains of named expressions.
    moved : frozenset of str, optional
        What is sampled where covariates are at their means.
    lifted : mapping, optional
        What is sampled together with centred effects.
    compress : bool or frozenset of str, optional
        Observed lines whose rows become cells.
    marginalize : bool or frozenset of str, optional
        Random variables that are integrated out.
    soften : bool or frozenset of str, optional
        Positive quantities that are sampled soft near 0.
    metric : str, optional
        "diag" or "dense".
    glm : bool
        Whether Stan's functions for generalised linear models are used.
    priors : bool
        Whether the fit has any use for priors.
    """

    centered: Mapping[str, Centering] = field(default_factory=dict)
    all_centered: Centering | None = None
    places: Mapping[str, Domain] = field(default_factory=dict)
    moved: frozenset[str] | None = None
    lifted: Mapping[str, tuple[str, ...]] | None = None
    compress: bool | frozenset[str] | None = None
    marginalize: bool | frozenset[str] | None = None
    soften: bool | frozenset[str] | None = None
    metric: str | None = None
    glm: bool = True
    priors: bool = True


@dataclass(frozen=True)
class Planned:
    """A model as it will be fitted.

    Attributes
    ----------
    graph : Graph
        As declared, open arguments closed.
    lines : mapping of str to Line
        Every declared line at its place, in the order of dependence.
    quantities : mapping of str to Quantity
        Where the value of each declared name comes from, in the order of the parameters.
    factors : tuple of Factor
        The terms of the log density.
    axes : mapping of str to tuple
        Labels of the component axes.
    roles : mapping of str to str
        Those that were chosen for this fit: "parameter" or "random", by quantity.
    decided : Decided
        By a plan that was given.
    records : tuple of Record
    """

    graph: Graph
    lines: Mapping[str, Line]
    quantities: Mapping[str, Quantity]
    factors: tuple[Factor, ...]
    axes: Axes
    roles: Mapping[str, str] = field(default_factory=dict)
    decided: Decided = Decided()
    records: tuple[Record, ...] = ()

    def noting(self, *records: Record) -> Planned:
        """The same with more records."""
        return replace(self, records=(*self.records, *records))

    def with_lines(self, lines: Mapping[str, Line]) -> Planned:
        """The same with some lines replaced."""
        return replace(self, lines={**self.lines, **lines})

    def terms(self, name: str) -> Mapping[str, Term]:
        """All that the program says of a line: its arguments, and what its form is written with."""
        value, args = self.quantities[name].value, self.lines[name].args
        by = value.form.by if isinstance(value, Sampled) and isinstance(value.form, Moved | Between) else None
        return args if by is None else {**args, "by": by}

    def in_order(self) -> Planned:
        """The same with every line after those that its terms use."""
        order: dict[str, None] = {}
        pending, most = list(self.lines)[::-1], (1 + len(self.lines)) ** 2
        while pending:
            if len(pending) > most:  # each line waits once for each of those that use it
                raise InternalError(f"the lines of {self.graph.name} use each other in a circle")
            name = pending[-1]
            used = [use.name for term in self.terms(name).values() for use in uses(term)]
            below = [other for other in dict.fromkeys(used) if other not in order and other != name]
            if name in order or not below:
                order[pending.pop()] = None
            else:
                pending += below[::-1]
        lines = {name: self.lines[name] for name in order}
        places = {name: place for place, name in enumerate(order)}
        factors = tuple(sorted(self.factors, key=lambda factor: places[factor.source]))
        return replace(self, lines=lines, factors=factors)

    def with_values(self, values: Mapping[str, Value]) -> Planned:
        """The same with some values from elsewhere."""
        changed = {name: replace(self.quantities[name], value=value) for name, value in values.items()}
        return replace(self, quantities={**self.quantities, **changed})

    def with_density(self, factors: tuple[Factor, ...]) -> Planned:
        """The same with other factors."""
        return replace(self, factors=factors)

    def with_factors(self, change: Callable[[Factor], Factor]) -> Planned:
        """The same with every factor changed."""
        return replace(self, factors=tuple(change(factor) for factor in self.factors))

    @cached_property
    def latent(self) -> Mapping[str, Line]:
        """Lines with a distribution and no data."""
        return {name: line for name, line in self.lines.items() if line.is_latent}

    @cached_property
    def observed(self) -> Mapping[str, Line]:
        """Lines with data."""
        return {name: line for name, line in self.lines.items() if line.is_observed}

    @cached_property
    def centered(self) -> Mapping[str, Centering]:
        """Random variables that are sampled and have forms, and whether each is centred."""
        found = {
            n: self.quantities[n]
            for n, line in self.latent.items()
            if line.has_forms or line.family.structure is not None
        }
        sampled = {n: quantity for n, quantity in found.items() if quantity.is_sampled}
        return {n: BETWEEN if q.between else not q.is_standardised for n, q in sampled.items()}

    @cached_property
    def marginals(self) -> Mapping[str, Marginal]:
        """The marginal density of every outcome about effects that are integrated out, by its line."""
        found = [factor.density for factor in self.factors if isinstance(factor.density, Marginal)]
        return {part.source: density for density in found for part in density.lines}

    @cached_property
    def conjugates(self) -> Mapping[str, Conjugate]:
        """The density of every outcome about what is conjugate to it and integrated out, by its line."""
        found = [factor.density for factor in self.factors if isinstance(factor.density, Conjugate)]
        return {part.source: density for density in found for part in density.lines}

    def written(self, name: str) -> Mapping[str, Term]:
        """The terms of a line that its program writes: of normal effects that are integrated out, and of
        outcomes about them, all but the location; of an outcome about what is conjugate to it, none.
        """
        line = self.lines[name]
        if name in self.conjugates:
            multiple = self.conjugates[name].line(name).multiple
            return {} if multiple is None else {"log": multiple}
        if name in self.marginals:
            (part,) = (part for part in self.marginals[name].lines if part.source == name)
            return {line.scale: part.scale}
        if self.quantities[name].is_integrated and line.family.gaussian:
            return {argument: term for argument, term in line.args.items() if argument != line.location}
        return self.terms(name)

    @cached_property
    def unknowns(self) -> Mapping[str, frozenset[str]]:
        """The unknown quantities that each quantity is computed from; an unknown one's are itself alone."""
        found: dict[str, frozenset[str]] = {}
        for name, line in self.lines.items():
            used = (
                [use.name for term in line.args.values() for use in uses(term)] if line.is_expression else []
            )
            own = frozenset([name]) if self.quantities[name].is_unknown else frozenset()
            found[name] = own.union(*(found[n] for n in used))
        return found

    @cached_property
    def left_out(self) -> frozenset[str]:
        """Named expressions over rows that stand only in lines whose rows became cells: written out there."""
        found = {factor.source for factor in self.factors if factor.is_compressed}
        found |= set(self.marginals) | set(self.conjugates)
        users: dict[str, set[str]] = {}
        for name in self.lines:
            for term in self.terms(name).values():
                for use in uses(term):
                    users.setdefault(use.name, set()).add(name)
        for name, line in reversed(tuple(self.lines.items())):
            if line.is_expression and line.domain == (ROWS,) and name in users and users[name] <= found:
                found.add(name)
        return frozenset(name for name in found if self.lines[name].is_expression)

    def components(self, names: Iterable[str]) -> int:
        """How many components quantities have together, those that are one number counted as one each."""
        axes = dict(self.axes)
        return sum(axis_size(axes, self.lines[name].components) for name in names)

    @cached_property
    def recorded(self) -> Mapping[str, Quantity]:
        """Quantities that results hold for every draw: the unknown ones, and what is computed from them.

        What is computed for every row is left out: it can be computed again.
        """
        return {
            name: quantity
            for name, quantity in self.quantities.items()
            if quantity.is_unknown or (quantity.value == Computed() and quantity.domain != (ROWS,))
        }

    @cached_property
    def in_program(self) -> Mapping[str, Quantity]:
        """Recorded quantities that a program can hold: those that rest on nothing integrated out."""
        integrated = {name for name, quantity in self.quantities.items() if quantity.is_integrated}
        return {n: q for n, q in self.recorded.items() if not self.unknowns[n] & integrated}


def literal(graph: Graph, lines: Mapping[str, Line], axes: Axes, decided: Decided) -> Planned:
    """The plan that does what the declaration says: every unknown is sampled as it is."""
    known: dict[str, bool] = {}
    for name, line in lines.items():
        used = [use.name for term in line.args.values() for use in uses(term)]
        known[name] = line.is_constant or (line.is_expression and all(known[n] for n in used))
    quantities = {
        name: Quantity(name, line.domain, line.components, _value(line, known[name]))
        for name, line in lines.items()
    }
    factors = tuple(
        Factor(name, line.domain, Pointwise()) for name, line in lines.items() if line.is_variable
    )
    return Planned(graph, lines, quantities, factors, axes, decided=decided)


def _value(line: Line, known: bool) -> Value:
    if line.is_expression:
        return Computed(known)
    return Sampled() if line.is_latent else Given()
