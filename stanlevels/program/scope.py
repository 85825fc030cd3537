"""What every part of lowering asks: the planned model, and the identifiers of things in the program."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from functools import reduce

from stanlevels.names import Names
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain, Linear
from stanlevels.program import stan
from stanlevels.program.entries import Components, Entry, Size
from stanlevels.program.entry_names import wanted_name
from stanlevels.program.keys import (
    between_key,
    factor_key,
    local_key,
    look_up_key,
    loop_key,
    moved_key,
    raw_key,
    softened_key,
)
from stanlevels.program.outcome_entries import Outcome

__all__ = ["Scope", "assign_names"]

_LOCALS = ("covariance_factor", "vectors", "columns")


@dataclass(frozen=True)
class Scope:
    """A planned model with its identifiers."""

    planned: Planned
    names: Names

    def variable(self, key: Hashable) -> stan.Variable:
        """What `key` is called."""
        return stan.Variable(self.names[key])

    def count(self, axes: tuple[str, ...]) -> stan.Variable:
        """The number of components along some axes."""
        return self.variable(Components(axes))

    def units(self, domain: Domain) -> stan.Variable:
        """The number of units of a domain."""
        return self.variable(Size(domain))

    def length(self, line: Line) -> stan.Variable:
        """The number of units; of components where there are no units."""
        return self.units(line.domain) if line.domain else self.count(line.components)

    def coefficients(self, outcome: str) -> stan.Expression:
        """The number of coefficients in the mean of an outcome about effects that are integrated out."""
        parts = next(p for p in self.planned.marginals[outcome].lines if p.source == outcome).coefficients
        sets = [self.count((term.covariates,)) for term in parts if isinstance(term, Linear)]
        single = len(parts) - len(sets)
        counts: list[stan.Expression] = [*sets, *([stan.Literal(single)] if single or not sets else [])]
        return reduce(lambda left, right: stan.Binary("+", left, right), counts)

    def is_array(self, line: Line) -> bool:
        """Whether a quantity with units and components is an array of vectors in Stan (and not a matrix).

        Constrained vectors and outcomes are; a matrix serves all others better, in products and in
        look-ups of one component.
        """
        if not (line.domain and line.components and line.is_variable):
            return False
        family = line.family
        return line.variable.ordered or family.is_simplex or (family.is_vector and line.is_observed)

    @property
    def k(self) -> stan.Variable:
        """The counter of components."""
        return self.variable(loop_key("k"))

    @property
    def n(self) -> stan.Variable:
        """The counter of units."""
        return self.variable(loop_key("n"))

    def for_components(self, count: stan.Expression, *body: stan.Command) -> stan.For:
        """A loop over components."""
        return stan.For(self.k.name, count, body)

    def for_units(self, count: stan.Expression, *body: stan.Command) -> stan.For:
        """A loop over units."""
        return stan.For(self.n.name, count, body)


def assign_names(planned: Planned, entries: Iterable[Entry]) -> Names:
    """Identifiers of everything in a program: the person's own names choose first."""
    lines = planned.lines.values()
    own: list[tuple[Hashable, str]] = [(line.name, line.name) for line in lines if not line.is_constant]
    data = [wanted_name(entry) for entry in entries if not isinstance(entry, Outcome)]
    made: list[tuple[Hashable, str]] = []
    for line in lines:
        if line.is_correlation:
            made.append((factor_key(line.name), f"{line.name}_cholesky"))
        if planned.quantities[line.name].is_standardised:
            made.append((raw_key(line.name), f"{line.name}_raw"))
        if planned.quantities[line.name].between:
            made.append((between_key(line.name), f"{line.name}_between"))
        if planned.quantities[line.name].softened:
            made.append((softened_key(line.name), f"{line.name}_soft"))
        if planned.quantities[line.name].is_moved:
            lifted = bool(planned.quantities[line.name].lifted)
            made.append((moved_key(line.name), f"{line.name}_{'lifted' if lifted else 'at_means'}"))
        places = len(line.form.arguments) if line.is_variable else 0
        local = (
            *line.args,
            *(f"argument_{place}" for place in range(1, max(places, 3) + 1)),
            *_LOCALS,
            *(f"{argument}_vectors" for argument in line.args),
        )
        if line.name in planned.marginals:
            local = (
                *local,
                "deviation",
                "residual",
                "weighted",
                "message",
                "weights_of_units",
                "products_left",
            )
            (part,) = (part for part in planned.marginals[line.name].lines if part.source == line.name)
            made += [
                (look_up_key(line.name, place, what), f"{line.name}_{looked_up.name}_{what}")
                for place, looked_up in enumerate(part.looked_up)
                for what in ("moved", "left")
            ]
        if line.name in planned.conjugates:
            local = (*local, "log_exposure")
        if planned.quantities[line.name].is_integrated:
            local = (*local, "information", "score", "kept", "share", "weight", "exposure")
        made += [(local_key(line.name, a), f"{line.name}_{a}") for a in local]
    counters = [(loop_key(counter), counter) for counter in ("k", "n")]
    return Names.assign([*own, *data, *made, *counters])
