"""`marginalize`: integrate random variables out, exactly: normal ones here, others in `conjugate.py`.

Effects of nested levels, of any number and correlated or not, that enter normal outcomes linearly are normal
given everything else. They leave the program: its density is the marginal one, from sufficient statistics in
which rows do not appear, with a few parameters instead of thousands. Their draws come back from their exact
conditional distribution (`values/restore.py`), so that the posterior is the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np

from stanlevels.binding import Bound
from stanlevels.errors import FitError
from stanlevels.linear.cells import cells_of_line
from stanlevels.linear.conjugate import KINDS
from stanlevels.linear.multiples import Columns
from stanlevels.linear.nested import Reading, able, domains_of, outcomes_of, reading, why_not
from stanlevels.linear.rest import rest_of
from stanlevels.linear.sufficient import tree_of, units_of
from stanlevels.passes.conjugate import conjugate, refused
from stanlevels.plan.components import axis_size
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
            planned, facts = _without(planned, names, facts)
            break
    return conjugate(planned, facts, None)


def _as_wanted(wanted: frozenset[str], planned: Planned, facts: Bound) -> tuple[Planned, Bound]:
    """What a plan names, normal quantities together and others each in its conjugate pair."""
    pairs = frozenset(name for name in wanted & set(planned.latent) if _is_paired(name, planned))
    names = _ordered(tuple(name for name in planned.lines if name in wanted - pairs), planned, facts)
    if reason := _refused(names, wanted - pairs, planned, facts):
        raise _impossible(wanted - pairs, reason)
    if names:
        planned, facts = _without(planned, names, facts)
    for name in sorted(pairs):
        if reason := refused(name, planned, facts):
            raise _impossible([name], f"{name!r}: {reason}")
        planned, facts = conjugate(planned, facts, frozenset([name]))
    return planned, facts


def _is_paired(name: str, planned: Planned) -> bool:
    line = planned.lines[name]
    return line.variable.family in KINDS and not line.family.gaussian


def _impossible(names: Collection[str], reason: str) -> FitError:
    return FitError(
        f"a plan asks to integrate {joined(sorted(names), 'and')} out, which cannot be: {reason}",
        expected="normal random variables of nested levels in the location of normal outcomes, gamma rates of"
        " counts or waiting times, or beta probabilities of successes",
        way_out="leave them out of marginalize= in the plan",
    )


def _refused(names: Names, wanted: frozenset[str], planned: Planned, facts: Facts) -> str:
    strange = [name for name in wanted if name not in planned.latent]
    if strange:
        return f"{strange[0]!r} is no random variable"
    return why_not(names, planned, facts) if names else ""


def _ordered(names: Names, planned: Planned, facts: Facts) -> Names:
    """From the finest level up."""
    latent = [name for name in names if name in planned.latent]
    domains = {domain: place for place, domain in enumerate(domains_of(latent, planned, facts))}
    return tuple(sorted(latent, key=lambda name: domains[planned.lines[name].domain]))


def _size(names: Names, planned: Planned, facts: Facts) -> int:
    """How many numbers random variables have together."""
    lines = [planned.lines[name] for name in names]
    return sum(facts.size(line.domain) * axis_size(dict(planned.axes), line.components) for line in lines)


def _chains(names: Names, planned: Planned, facts: Facts) -> Iterator[Names]:
    """Random variables of nested levels, those with most numbers first."""
    domains = domains_of(names, planned, facts)
    found: list[tuple[Domain, ...]] = []
    for domain in reversed(domains):  # the coarsest first: each chain goes on below those above it
        above = [chain for chain in found if facts.determines(domain, chain[0])]
        found += [(domain, *chain) for chain in above] + [(domain,)]
    chains = [tuple(n for n in names if planned.lines[n].domain in chain) for chain in found]
    ordered = [_ordered(chain, planned, facts) for chain in dict.fromkeys(chains)]
    yield from sorted(ordered, key=lambda chain: -_size(chain, planned, facts))


def _without(planned: Planned, names: Names, facts: Bound) -> tuple[Planned, Bound]:
    """The plan with some random variables integrated out, and the data with the cells that it needs."""
    lines = outcomes_of(names, planned)
    group = f"<effects in {' and '.join(line.name for line in lines)}>"
    parts, plain = [], True
    for line in lines:
        read = reading(line, names, planned)
        assert not isinstance(read, str)
        if read.beside:
            rest, facts = _in_cells(read, names, planned, facts)
            parts.append(MarginalLine(line.name, (), read.scale, rest))
        else:
            parts.append(MarginalLine(line.name, tuple(read.fixed), read.scale))
        plain = plain and read.is_plain and set(read.effects) == set(names)
    density = Marginal(group, names, tuple(parts), plain)
    gone = {*names, *(line.name for line in lines)}
    last = lines[-1]
    factors = tuple(
        Factor(last.name, last.domain, density) if factor.source == last.name else factor
        for factor in planned.factors
        if factor.source == last.name or factor.source not in gone
    )
    planned = planned.with_values({name: Integrated(group) for name in names})
    return planned.with_density(factors).noting(*_records(names, density, planned, facts)), facts


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


def _records(names: Names, density: Marginal, planned: Planned, facts: Facts) -> Iterator[Record]:
    rows = sum(facts.size(planned.lines[part.source].domain) for part in density.lines)
    units = facts.size(planned.lines[names[0]].domain)
    for name in names:
        size = _size((name,), planned, facts)
        yield Record(
            name,
            "marginalize",
            "integrated out, and drawn back",
            f"normal in a normal outcome: {counted(size, 'number')} fewer to sample;"
            f" {counted(rows, 'row')} of {joined([p.source for p in density.lines], 'and')} are known by"
            f" statistics of {counted(units, 'unit')}",
            f"sl.Plan(marginalize=False), or centered= in the line of {name}",
        )
