"""What data entries are read from: rows and units, and the statistics in which rows no longer appear."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from stanlevels.linear.sufficient import NestedStatistics, nested_statistics
from stanlevels.linear.tallies import Tally, tally_of
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Domain

__all__ = ["Reading"]


@dataclass(frozen=True, eq=False)
class Reading:
    """Bound data of a planned model, with statistics that are computed once."""

    facts: Facts
    planned: Planned
    made: dict[str, NestedStatistics] = field(default_factory=dict)
    tallies: dict[str, Tally] = field(default_factory=dict)

    def statistics(self, group: str) -> NestedStatistics:
        """The sufficient statistics about a group of effects that are integrated out."""
        if group not in self.made:
            density = next(d for d in self.planned.marginals.values() if d.group == group)
            self.made[group] = nested_statistics(density, self.planned, self.facts)
        return self.made[group]

    def tally(self, group: str) -> Tally:
        """The sums about a quantity that is integrated out of a conjugate pair."""
        if group not in self.tallies:
            density = next(d for d in self.planned.conjugates.values() if d.group == group)
            self.tallies[group] = tally_of(density, self.planned, self.facts)
        return self.tallies[group]

    def size(self, domain: Domain) -> int:
        """Number of units of a domain."""
        return self.facts.size(domain)

    def codes(self, domain: Domain, target: Domain) -> Any:
        """The unit of `target` of each unit of `domain`."""
        return self.facts.codes(domain, target)

    def column(self, domain: Domain, name: str) -> Any:
        """A covariate at a domain."""
        return self.facts.column(domain, name)

    def matrix(self, domain: Domain, covariates: str) -> Any:
        """A set of covariates at a domain."""
        return self.facts.matrix(domain, covariates)

    def outcome(self, name: str) -> Any:
        """Observed values of a line."""
        return self.facts.outcome(name)

    def geometry(self, name: str) -> Any:
        """What the structure of a line needs to know of its units."""
        return self.facts.geometry(name)

    def weights(self, name: str) -> Any:
        """Frequency weights of an observed line."""
        return self.facts.weights(name)

    def outcome_labels(self, name: str) -> tuple[Any, ...] | None:
        """Labels of the categories of an outcome."""
        return self.facts.outcome_labels(name)
