"""`marginalize`: integrate random variables out, exactly: normal ones here, others in `conjugate.py`.

Effects of nested levels, of any number and correlated or not, that enter normal outcomes linearly are normal
given everything else. They leave the program: its density is the marginal one, from sufficient statistics in
which rows do not appear, with a few parameters instead of thousands. Numbers without units, and effects of
levels that cross those, are integrated out besides where they are few. Their draws come back from their exact
conditional distribution (`values/restore.py`), so that the posterior is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from stanlevels.binding import Bound
from stanlevels.errors import FitError
from stanlevels.linear.cells import cells_of_line
from stanlevels.linear.common import common_of, is_crossed, size_of, too_much, why_not_besides
from stanlevels.linear.look_ups import is_shared, look_ups, look_ups_listed
from stanlevels.linear.multiples import Columns
from stanlevels.linear.nested import Reading, able, domains_of, outcomes_of, reading, why_not
from stanlevels.linear.outcome_rows import tree_of, units_of
from stanlevels.linear.rest import rest_of
from stanlevels.passes.conjugate import conjugate, refused
from stanlevels.plan.costs import rate
from stanlevels.plan.factors import Factor, Marginal, MarginalLine
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Integrated
from stanlevels.plan.terms import Domain
from stanlevels.records import Record
from stanlevels.words import counted, joined

__all__ = ["marginalize"]

Names = tuple[str, ...]

# An effective draw took 1 to 4 times as many gradients with crossed effects sampled (24 plates x 6 samples;
# 105 x 16 x 3 units), where their number alone lets one expect 1.4 to 1.8 times as many.
_AS_GOOD = 1.5

# A gradient took 3 ns for a pair of units that a sum over look-ups lists (5 ns where it is weighed), and
# 12 ns for a cell of equal rows with one look-up, 4 ns more with each other. A table has no more pairs than
# there are cells, but there is one for every two look-ups: beyond this many of these nobody counts.
_MANY = 12


def marginalize(planned: Planned, facts: Bound) -> tuple[Planned, Bound]:
    """Choose what is integrated out.

    Raises
    ------
    FitError
        If a plan asks for what cannot be integrated out.
    """
    wanted = planned.decided.marginalize
    unused = wanted is None and not planned.decided.priors  # the fit that follows writes no program
    if unused or wanted is False or wanted == frozenset():
        return planned, facts
    if isinstance(wanted, frozenset):
        return _as_wanted(wanted, planned, facts)
    for names in _chains(able(planned), planned, facts):
        if not why_not(names, planned, facts):
            planned, facts = _chosen(planned, names, facts)
            break
    return conjugate(planned, facts, None)


def _as_wanted(wanted: frozenset[str], planned: Planned, facts: Bound) -> tuple[Planned, Bound]:
    """What a plan names, normal quantities together and others each in its conjugate pair."""
    pairs = frozenset(name for name in wanted & set(planned.latent) if _is_paired(name, planned))
    names, common, reason = _divided(wanted - pairs, planned, facts)
    if reason:
        raise _impossible(wanted - pairs, reason)
    if names or common:
        planned, facts = _without(planned, names, common, facts)
    for name in sorted(pairs):
        if reason := refused(name, planned, facts):
            raise _impossible([name], f"{name!r}: {reason}")
        planned, facts = conjugate(planned, facts, frozenset([name]))
    return planned, facts


def _is_paired(name: str, planned: Planned) -> bool:
    line = planned.lines[name]
    return line.family.conjugate_prior is not None


def _impossible(names: Collection[str], reason: str) -> FitError:
    return FitError(
        f"a plan asks to integrate {joined(sorted(names), 'and')} out, which cannot be: {reason}",
        expected="normal random variables of nested levels in the location of normal outcomes, crossed ones"
        " and normal numbers beside them in one outcome, gamma rates of counts or waiting times, or beta"
        " probabilities of successes",
        way_out="leave them out of marginalize= in the plan",
    )


def _chosen(planned: Planned, names: Names, facts: Bound) -> tuple[Planned, Bound]:
    """Effects of nested levels integrated out, and what crosses them where that costs little."""
    partial, cells = _without(planned, names, (), facts)
    common = common_of(names, planned, facts)
    if not is_crossed(common, planned):
        return partial, cells
    against = too_much(names, common, planned, facts)
    if not against:
        full, rows = _without(planned, names, common, facts)
        more = rate(full, partial, (rows, cells))
        if more <= _AS_GOOD:
            return full, rows
        against = f"integrated out too, an effective draw would take about {more:.2g} times as long"
    return partial.noting(*_left(names, common, against, planned)), cells


def _divided(wanted: frozenset[str], planned: Planned, facts: Facts) -> tuple[Names, Names, str]:
    """What of a plan is nested, what is integrated out besides, and why they cannot be."""
    if not wanted:
        return (), (), ""
    strange = [name for name in wanted if name not in planned.latent]
    if strange:
        return (), (), f"{strange[0]!r} is no random variable"
    every = tuple(name for name in planned.lines if name in wanted)
    if all(planned.lines[name].domain for name in every):
        names = _ordered(every, planned, facts)
        reason = why_not(names, planned, facts)
        if not reason:
            return names, (), ""
    else:
        reason = ""
    chains = _chains(tuple(name for name in able(planned) if name in wanted), planned, facts)
    # those that could be alone come first, as where the planner chooses: its own plan gives the same again
    for names in (*sorted(chains, key=lambda names: bool(why_not(names, planned, facts))), ()):
        common = tuple(name for name in every if name not in names)
        against = why_not_besides(names, common, planned, facts)
        if not against:
            return names, common, ""
        reason = reason or against
    return (), (), reason


def _left(names: Names, common: Names, against: str, planned: Planned) -> Iterator[Record]:
    """What could be integrated out besides, and is sampled."""
    for name in common:
        if planned.lines[name].domain:
            yield Record(
                name,
                "marginalize",
                "sampled",
                against,
                f"sl.Plan(marginalize={[*names, *common]})",
            )


def _ordered(names: Names, planned: Planned, facts: Facts) -> Names:
    """From the finest level up."""
    latent = [name for name in names if name in planned.latent]
    domains = {domain: place for place, domain in enumerate(domains_of(latent, planned, facts))}
    return tuple(sorted(latent, key=lambda name: domains[planned.lines[name].domain]))


def _chains(names: Names, planned: Planned, facts: Facts) -> Iterator[Names]:
    """Random variables of nested levels, those with most numbers first."""
    domains = domains_of(names, planned, facts)
    found: list[tuple[Domain, ...]] = []
    for domain in reversed(domains):  # the coarsest first: each chain goes on below those above it
        above = [chain for chain in found if facts.determines(domain, chain[0])]
        found += [(domain, *chain) for chain in above] + [(domain,)]
    chains = [tuple(n for n in names if planned.lines[n].domain in chain) for chain in found]
    ordered = [_ordered(chain, planned, facts) for chain in dict.fromkeys(chains)]
    yield from sorted(ordered, key=lambda chain: -size_of(chain, planned, facts))


def _without(planned: Planned, names: Names, common: Names, facts: Bound) -> tuple[Planned, Bound]:
    """The plan with some random variables integrated out, and the data with the cells that it needs."""
    together = (*names, *common)
    lines = outcomes_of(together, planned)
    outcomes = " and ".join(line.name for line in lines)
    group, besides = f"<effects in {outcomes}>", f"<common effects in {outcomes}>"
    parts, plain = [], True
    for line in lines:
        read = reading(line, names, planned, common)
        assert not isinstance(read, str)
        if read.beside:
            part, facts = _beside(read, names, planned, facts)
            parts.append(part)
        else:
            parts.append(MarginalLine(line.name, tuple(read.fixed), read.scale))
        plain = plain and read.is_plain and set(read.effects) == set(names)
    density = Marginal(group, names, tuple(parts), plain, common)
    gone = {*together, *(line.name for line in lines)}
    last = lines[-1]
    factors = tuple(
        Factor(last.name, last.domain, density) if factor.source == last.name else factor
        for factor in planned.factors
        if factor.source == last.name or factor.source not in gone
    )
    values = {name: Integrated(group) for name in names} | {name: Integrated(besides) for name in common}
    planned = planned.with_values(values)
    return planned.with_density(factors).noting(*_records(density, planned, facts)), facts


def _beside(read: Reading, names: Names, planned: Planned, facts: Bound) -> tuple[MarginalLine, Bound]:
    """An outcome with what is sampled by unit beside its effects: by sums over look-ups, or by cells.

    Sums of squares about values that share where the outcome lies otherwise than draws do would cancel.
    """
    rest, facts = _in_cells(read, names, planned, facts)
    found = look_ups(read, planned)
    if found is not None and len(found) <= _MANY and not is_shared(found, read):
        listed = look_ups_listed(found, read, names, planned, facts, rest.domain)
        if listed <= (len(found) + 2) * facts.size(rest.domain):
            parts = tuple(each.part for each in found)
            part = MarginalLine(read.line.name, tuple(read.fixed), read.scale, looked_up=parts, listed=listed)
            return part, facts
    return MarginalLine(read.line.name, (), read.scale, rest), facts


def _in_cells(read: Reading, names: Names, planned: Planned, facts: Bound) -> tuple[Line, Bound]:
    """A line at cells of equal rows, those of one unit of the finest level side by side."""
    line, columns = read.line, Columns(planned, facts)
    term = rest_of(read.rest, line.domain, planned, facts)
    assert term is not None
    known = {name: line.args[name] for name in (line.location, line.scale)}
    found = cells_of_line(line, planned, facts, {"whole": known[line.location], **known, line.location: term})
    units = units_of(read, tree_of(domains_of(names, planned, facts), facts), columns)
    of_cell = np.zeros(found.size, dtype=np.int64)
    of_cell[found.codes] = units
    place = np.empty(found.size, dtype=np.int64)
    place[np.argsort(of_cell, kind="stable")] = np.arange(found.size)
    rest = replace(found.at(line), args={line.location: found.args[line.location]})
    return rest, facts.with_axis(found.axis, place[found.codes])


def _records(density: Marginal, planned: Planned, facts: Facts) -> Iterator[Record]:
    names = density.effects
    rows = sum(facts.size(planned.lines[part.source].domain) for part in density.lines)
    outcomes = joined([part.source for part in density.lines], "and")
    units = facts.size(planned.lines[names[0]].domain) if names else 1
    listed = sum(part.listed for part in density.lines)
    cells = sum(facts.size(part.rest.domain) for part in density.lines if part.rest is not None)
    seen = f" and {counted(listed, 'look-up')} of what is sampled" if listed else ""
    seen += f" and {counted(cells, 'cell')} of equal rows" if cells else ""
    for name in names:
        size = size_of((name,), planned, facts)
        yield Record(
            name,
            "marginalize",
            "integrated out, and drawn back",
            f"normal in a normal outcome: {counted(size, 'number')} fewer to sample;"
            f" {counted(rows, 'row')} of {outcomes} are known by"
            f" statistics of {counted(units, 'unit')}{seen}",
            f"sl.Plan(marginalize=False), or centered= in the line of {name}",
        )
    width = size_of(density.common, planned, facts)
    for name in density.common:
        size = size_of((name,), planned, facts)
        beside = f"given {joined(list(names), 'and')}" if names else "given its standard deviation"
        yield Record(
            name,
            "marginalize",
            "integrated out, and drawn back",
            f"normal in a normal outcome {beside}: {counted(size, 'number')} fewer to sample,"
            f" by a matrix of {width} x {width}",
            f"sl.Plan(marginalize={list(names)})" if names else "sl.Plan(marginalize=False)",
        )
