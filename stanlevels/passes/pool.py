"""`compress`, of units whose effects are integrated out: those that agree in their information become one.

A marginal density depends on the units of the finest level through their information about the effects (with
an intercept, how many rows each has) and through products of their scores. Units of the same information
are known by their number and by fewer rows of scores that have the same products; what they say of the level
above is a matrix of sums, times what is left by their information.
"""

from __future__ import annotations

from dataclasses import replace

from stanlevels.errors import FitError
from stanlevels.linear.pools import shapes_of
from stanlevels.linear.sufficient import information_of
from stanlevels.plan.factors import Factor, Marginal, Pooled
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Linear
from stanlevels.records import Record
from stanlevels.words import counted, joined

__all__ = ["pool"]

_LEAST = 100  # units saved, below which nothing is gained
_WORTH = 0.5  # what is left of their number, up to which it pays
_FULL = 6  # entries of the matrix of sums for each unit: one takes 1.4 ns of a gradient, a unit 55 ns


def pool(factor: Factor, planned: Planned, facts: Facts) -> tuple[Factor, Record] | None:
    """A marginal density by distinct information; None where it stays as it is.

    Raises
    ------
    FitError
        If a plan asks for it, and it cannot be.
    """
    density, wanted = factor.density, planned.decided.compress
    if not isinstance(density, Marginal) or wanted is False:
        return None
    sources = [part.source for part in density.lines]
    if isinstance(wanted, frozenset) and not wanted & set(sources):
        return None
    if against := _against(density):
        if isinstance(wanted, frozenset):
            raise FitError(
                f"plan= asks for one of all units that agree, of {joined(sources, 'and')}: {against}",
                way_out=f"leave {joined(sorted(wanted & set(sources)), 'and')} out of compress=",
            )
        return None
    units = facts.size(planned.lines[density.effects[0]].domain)
    if wanted is None and units <= _LEAST:
        return None
    found = _pooled(density, planned, facts)
    if wanted is None and not _pays(found, density, planned, facts):
        return None
    record = _record(density, found, units, planned, given=wanted is not None)
    return replace(factor, density=replace(density, pooled=found)), record


def _against(density: Marginal) -> str:
    """Why units of a density stay apart; empty if they need not."""
    if density.common:
        several = "is" if len(density.common) == 1 else "are"
        return f"{joined(density.common, 'and')} {several} integrated out with their effects"
    if density.in_cells:
        return "what is sampled with them differs between their rows"
    return ""


def _above(density: Marginal, planned: Planned) -> tuple[str, ...]:
    """The level above the finest; nothing where there is none."""
    domains = [planned.lines[name].domain for name in density.effects]
    return next((domain for domain in domains if domain != domains[0]), ())


def _pooled(density: Marginal, planned: Planned, facts: Facts) -> Pooled:
    scores = sum(1 + _coefficients(part.coefficients, facts) for part in density.lines)
    width = scores * _columns(density, planned)
    return Pooled(*shapes_of(information_of(density, planned, facts), width))


def _columns(density: Marginal, planned: Planned) -> int:
    """The number of columns of effects."""
    return 1 if density.plain else planned.components(density.effects)


def _coefficients(terms: tuple[object, ...], facts: Facts) -> int:
    return sum(len(facts.covariate_labels(t.covariates)) if isinstance(t, Linear) else 1 for t in terms)


def _pays(found: Pooled, density: Marginal, planned: Planned, facts: Facts) -> bool:
    units, above = facts.size(planned.lines[density.effects[0]].domain), _above(density, planned)
    left = found.rows + _columns(density, planned) * found.distinct
    few = left <= _WORTH * units and left + _LEAST <= units
    return few and (not above or facts.size(above) * found.distinct <= _FULL * units)


def _record(density: Marginal, found: Pooled, units: int, planned: Planned, given: bool) -> Record:
    domain = planned.lines[density.effects[0]].domain
    sources = joined([part.source for part in density.lines], "and")
    reason = (
        "as in the plan that was given"
        if given
        else "units that agree in it add to the log density by their number and the products of their scores"
    )
    return Record(
        density.effects[0],
        "compress",
        f"{counted(units, 'unit')} of {' x '.join(domain)} with {found.distinct:,} distinct"
        f" {'numbers' if density.plain else 'matrices'} of information of {sources}, by"
        f" {counted(found.rows, 'row')} of scores",
        reason,
        "bind with plan=sl.Plan(compress=False)",
    )
