"""`lift`: sample centred effects together with what is the same in all rows of each of their units.

In ``A[county] + g * uranium`` with ``A ~ Normal(a, s)`` and one uranium per county, g and the mean of A
determine each other: a sampler creeps along. Sampled is ``z = A + g * uranium``, as if the covariate stood in
the line of A (hierarchical centring; Gelfand, Sahu and Carlin 1995). The same holds for an intercept and for
effects of coarser levels. The shift has a unit Jacobian, so the density of everything declared stays the
same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stanlevels.graph import ROWS
from stanlevels.linear.liftable import Beside, Predictor, predictors
from stanlevels.linear.multiples import Columns
from stanlevels.linear.prior_location import depends
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Moved, Natural, Sampled
from stanlevels.plan.terms import Apply, Term
from stanlevels.records import Record
from stanlevels.words import joined

__all__ = ["lift"]


def lift(planned: Planned, facts: Facts) -> Planned:
    """Choose what is counted to centred effects while they are sampled."""
    able = {name for name, line in planned.latent.items() if _is_able(name, planned)}
    if not able or (planned.decided.lifted is not None and not planned.decided.lifted):
        return planned
    columns = Columns(planned, facts)
    found: dict[str, dict[str, Term]] = {}
    several: set[str] = set()
    for predictor in predictors(planned, facts, columns):
        several |= {name for name in predictor.effects if name in found}
        for name in predictor.effects:
            found.setdefault(name, {})
        for name, beside, term in _pairs(predictor, able, columns):
            if _is_wanted(name, beside.called, planned):
                found[name][beside.called] = term
    lifted = {name: terms for name, terms in found.items() if terms and name not in several}
    values = {name: Sampled(Moved(_sum(terms), tuple(terms))) for name, terms in lifted.items()}
    records = [_record(name, tuple(terms), planned) for name, terms in lifted.items()]
    return _in_order(planned.with_values(values)).noting(*records) if values else planned


def _in_order(planned: Planned) -> Planned:
    """The same with every quantity after those that are counted to it."""
    planned = planned.in_order()
    return replace(planned, quantities={name: planned.quantities[name] for name in planned.lines})


def _is_able(name: str, planned: Planned) -> bool:
    line = planned.lines[name]
    plain = planned.quantities[name].value == Sampled(Natural()) and not line.components
    free = line.family.location_link == "identity" and not line.variable.ordered
    return plain and bool(line.domain) and bool(line.family.location_scale) and free


def _is_wanted(name: str, called: str, planned: Planned) -> bool:
    """Whether a plan that was given, if any, counts it to the effect."""
    decided = planned.decided.lifted
    return decided is None or called in decided.get(name, ())


def _pairs(predictor: Predictor, able: set[str], columns: Columns) -> Iterator[tuple[str, Beside, Term]]:
    """Effects with what may be counted to them; a number for all rows goes to the units of one road only."""
    facts, lines = columns.facts, columns.planned.lines
    effects = [name for name in predictor.effects if name in able]
    for beside in predictor.beside:
        found = []
        for name in effects:
            if not depends(beside.called.split("[")[0], name, columns.planned):
                term = predictor.at(name, beside, columns)
                found += [] if term is None else [(name, term)]
        if not found:
            continue
        fewest = min((name for name, _ in found), key=lambda name: (facts.size(lines[name].domain), name))
        best = lines[fewest].domain
        for name, term in found:
            here = lines[name].domain
            if facts.determines(here, best) or facts.determines(best, here):
                yield name, beside, term


def _sum(terms: dict[str, Term]) -> Term:
    total: Term | None = None
    for term in terms.values():
        if total is None:
            total = term
        else:
            total = Apply("+", (total, term), total.domain or term.domain)
    assert total is not None
    return total


def _record(name: str, lifted: tuple[str, ...], planned: Planned) -> Record:
    unit = " with ".join("row" if axis == ROWS else axis for axis in planned.lines[name].domain)
    what = f"{joined(list(lifted), 'and')} add{'s' if len(lifted) == 1 else ''}"
    return Record(
        name,
        "lift",
        f"sampled with what {what} in each {unit}, as if that stood in its line",
        f"{name} is centred, and the rows tell the sum",
        f"write centered=False in the line of {name}",
    )
