"""`move`: sample effects and intercepts where the covariates beside them are at their means.

Where covariates lie away from 0 (calendar years, ages), the value of a predictor at 0 and the coefficients
determine each other. Sampled is ``z = x + means times coefficients`` instead of x; the shift has a unit
Jacobian, so the density of everything declared stays the same.
"""

from __future__ import annotations

from dataclasses import replace

from stanlevels.linear.origins import far_from_origin
from stanlevels.linear.prior_location import sum_of_means
from stanlevels.linear.size_of import Reference
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Between, Moved, Natural, Sampled, Value
from stanlevels.plan.terms import Apply, Domain, Term
from stanlevels.records import Record

__all__ = ["move"]


def move(planned: Planned, facts: Facts) -> Planned:
    """Choose what is sampled at the covariates' means."""
    if planned.decided.moved == frozenset():
        return planned
    found: dict[str, Sampled] = {}
    for name, references in far_from_origin(planned, facts, planned.decided.moved).items():
        line, value = planned.lines[name], planned.quantities[name].value
        lifted = planned.quantities[name].lifted
        plain = value == Sampled(Natural()) or bool(lifted) or bool(planned.quantities[name].between)
        together = line.variable.ordered or not line.components  # cutpoints move by one number
        if plain and together and line.family.location_scale:
            beside = tuple(
                reference
                for reference in references
                if _called(reference) not in lifted and not planned.quantities[reference.name].is_integrated
            )
            by = sum_of_means(line, beside, planned)
            found |= {} if by is None else {name: Sampled(_with(value, by, line.domain))}
    why = "the covariates beside it lie more than a standard deviation from 0"
    records = [Record(name, "move", "sampled where covariates are at their means", why) for name in found]
    return planned.with_values(found).in_order().noting(*records)


def _called(reference: Reference) -> str:
    """As plans call what is lifted."""
    return reference.name if reference.position is None else f"{reference.name}[{reference.position}]"


def _with(value: Value, by: Term, domain: Domain) -> Moved | Between:
    """What is lifted, and means times coefficients."""
    if not isinstance(value, Sampled) or not isinstance(value.form, Moved | Between):
        return Moved(by, at_means=True)
    total = by if value.form.by is None else Apply("+", (value.form.by, by), domain)
    return replace(value.form, by=total, at_means=True)
