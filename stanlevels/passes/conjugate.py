"""`marginalize`, of conjugate pairs: gamma rates of counts or waiting times, beta probabilities.

Given everything else, each unit's rate or probability is gamma or beta again. It leaves the program, whose
density is the negative binomial, the beta-binomial, ... from sums over each unit's rows; where the
distribution is the same for all units, those with equal sums are one with a count. Draws come back from the
exact conditional distribution (`values/conjugate.py`).
"""

from __future__ import annotations

from dataclasses import replace

from stanlevels.binding import Bound
from stanlevels.distributions.pairs import PROBABILITY
from stanlevels.graph import ROWS
from stanlevels.linear.conjugate import able_to_pair, not_conjugate, outcomes_about, pairing
from stanlevels.linear.tallies import Tally, cells_of_units, is_sound, tally_of
from stanlevels.plan.factors import Conjugate, ConjugateLine, Factor
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Integrated
from stanlevels.records import Record
from stanlevels.words import counted, joined

__all__ = ["conjugate", "refused"]


def conjugate(planned: Planned, facts: Bound, wanted: frozenset[str] | None) -> tuple[Planned, Bound]:
    """Integrate every quantity of a conjugate pair out, those with most units first; only those wanted."""
    names = [name for name in able_to_pair(planned) if wanted is None] + sorted(wanted or ())
    for name in sorted(names, key=lambda name: -facts.size(planned.lines[name].domain)):
        if not refused(name, planned, facts):
            planned, facts = _without(name, planned, facts)
    return planned, facts


def refused(name: str, planned: Planned, facts: Bound) -> str:
    """Why a quantity cannot be integrated out of a conjugate pair; empty if it can."""
    if found := not_conjugate(name, planned, facts):
        return found
    if not is_sound(tally_of(_density(name, planned, facts), planned, facts)):
        return "an exposure is negative or 0 where something was counted, or is no number"
    return ""


def _density(name: str, planned: Planned, facts: Bound) -> Conjugate:
    """The density, what is sampled beside it not yet at cells."""
    own, lines = planned.lines[name], outcomes_about(name, planned)
    parts = []
    for line in lines:
        read = pairing(line, name, planned, facts)
        assert not isinstance(read, str)
        scalar = read.rest is not None and not read.rest.domain
        parts.append(ConjugateLine(line.name, read.rest if scalar else None))
    group = f"<{name} in {' and '.join(line.name for line in lines)}>"
    common = not any(term.domain for term in own.args.values())
    assert own.family.conjugate_prior is not None
    return Conjugate(group, name, own.family.conjugate_prior.kind, tuple(parts), common)


def _without(name: str, planned: Planned, facts: Bound) -> tuple[Planned, Bound]:
    """The plan with a quantity integrated out, and the data with the cells that it needs."""
    density = _density(name, planned, facts)
    tally = tally_of(density, planned, facts)
    parts = []
    for part in density.lines:
        line = planned.lines[part.source]
        read = pairing(line, name, planned, facts)
        assert not isinstance(read, str)
        if read.rest is not None and part.multiple is None:
            found = cells_of_units(read, tally.lines[line.name].units, tally.order, planned, facts)
            facts = facts.with_axis(found.cells.axis, found.cells.codes)
            part = replace(part, rest=found.cells.at(line))
        parts.append(part)
    listed = _listed(replace(density, lines=tuple(parts)), tally)
    density = replace(density, lines=tuple(parts), listed=listed)
    gone = {name, *(part.source for part in parts)}
    last = parts[-1].source
    factors = tuple(
        Factor(last, (ROWS,), density) if factor.source == last else factor
        for factor in planned.factors
        if factor.source == last or factor.source not in gone
    )
    planned = planned.with_values({name: Integrated(density.group)}).with_density(factors)
    return planned.noting(_record(density, planned, facts)), facts


def _record(density: Conjugate, planned: Planned, facts: Bound) -> Record:
    name, own = density.effect, planned.lines[density.effect]
    abouts = [planned.lines[part.source].family.conjugate_outcome for part in density.lines]
    what, prior = dict.fromkeys(about.words for about in abouts if about), own.family.conjugate_prior
    assert prior is not None
    rows = sum(facts.size(planned.lines[part.source].domain) for part in density.lines)
    units = facts.size(own.domain)
    if density.in_cells:
        cells = sum(facts.size(part.rest.domain) for part in density.lines if part.rest is not None)
        known = f"sums in {counted(cells, 'cell')} of {counted(units, 'unit')}"
    elif density.common:
        known = f"{counted(density.listed, 'distinct sum')} of {counted(units, 'unit')}"
    else:
        known = f"sums of {counted(units, 'unit')}"
    return Record(
        name,
        "marginalize",
        "integrated out, and drawn back",
        f"{prior.words} about {joined(list(what), 'and')}: {counted(units, 'number')} fewer to sample;"
        f" {counted(rows, 'row')} of {joined([p.source for p in density.lines], 'and')} are known by {known}",
        "sl.Plan(marginalize=False)",
    )


def _listed(density: Conjugate, tally: Tally) -> int:
    """How many sums the density goes over."""
    if density.kind == PROBABILITY:
        return sum(len(tally.counted(of)[0]) for of in ("first", "second", "both"))
    exposed = len(tally.first) if density.in_cells else len(tally.exposed[1])
    return len(tally.counted("first")[0]) + exposed
