"""`lift`: sample effects together with what is the same in all rows of each of their units.

In ``A[county] + g * uranium`` with ``A ~ Normal(a, s)`` and one uranium per county, g and the mean of A
determine each other: a sampler creeps along. Sampled is ``z = A + g * uranium``, as if the covariate stood
in the line of A (hierarchical centring; Gelfand, Sahu and Carlin 1995). The same holds for an intercept and
for effects of coarser levels. An intercept can go to the units of one road only (a level and what it lies
within): that of the effects about which the data of a unit say most, beside their own distribution. The
shift has a unit Jacobian, so the density of everything declared stays the same. Effects between centred and
not take it up as far as they are centred.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from stanlevels.graph import ROWS
from stanlevels.linear.liftable import Beside, Predictor, predictors
from stanlevels.linear.multiples import Columns
from stanlevels.linear.prior_location import depends
from stanlevels.plan.facts import Facts
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Form, Moved, Natural, Quantity, Sampled
from stanlevels.plan.terms import Apply, Term
from stanlevels.records import Record
from stanlevels.words import joined

__all__ = ["lift"]


def lift(planned: Planned, facts: Facts) -> Planned:
    """Choose what is counted to effects while they are sampled."""
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
        for beside in predictor.beside:
            if planned.quantities[_quantity(beside.called)].is_integrated:
                continue  # its values are in no program
            for name, term in _chosen(_able(predictor, beside, able, columns), beside, columns).items():
                if not _takes(_quantity(beside.called), name, found):
                    found[name][beside.called] = term
    lifted = {name: terms for name, terms in found.items() if terms and name not in several}
    values = {name: Sampled(_with(planned.quantities[name], terms)) for name, terms in lifted.items()}
    records = [_record(name, tuple(terms), planned) for name, terms in lifted.items()]
    return _in_order(planned.with_values(values)).noting(*records) if values else planned


def _quantity(called: str) -> str:
    return called.split("[")[0]


def _takes(name: str, other: str, found: Mapping[str, Mapping[str, Term]]) -> bool:
    """Whether `other` is counted to a quantity already, directly or through what is.

    Effects of two levels with the same units would each be counted to the other.
    """
    pending, seen = [name], set[str]()
    while pending:
        here = pending.pop()
        if here == other:
            return True
        if here not in seen:
            seen.add(here)
            pending += [_quantity(called) for called in found.get(here, ())]
    return False


def _in_order(planned: Planned) -> Planned:
    """The same with every quantity after those that are counted to it."""
    planned = planned.in_order()
    return replace(planned, quantities={name: planned.quantities[name] for name in planned.lines})


def _with(quantity: Quantity, terms: dict[str, Term]) -> Form:
    """The form of an effect with what is counted to it."""
    by, lifted = _sum(terms), tuple(terms)
    return replace(quantity.between, by=by, lifted=lifted) if quantity.between else Moved(by, lifted)


def _is_able(name: str, planned: Planned) -> bool:
    line, quantity = planned.lines[name], planned.quantities[name]
    plain = (quantity.value == Sampled(Natural()) or bool(quantity.between)) and not line.components
    free = line.family.location_link == "identity" and not line.variable.ordered
    return plain and bool(line.domain) and bool(line.family.location_scale) and free


def _able(predictor: Predictor, beside: Beside, able: set[str], columns: Columns) -> dict[str, Term]:
    """The effects to which something beside them may be counted, with what it adds in their units."""
    found: dict[str, Term] = {}
    for name in predictor.effects:
        if name in able and not depends(_quantity(beside.called), name, columns.planned):
            term = predictor.at(name, beside, columns)
            found |= {} if term is None else {name: term}
    return found


def _chosen(found: dict[str, Term], beside: Beside, columns: Columns) -> dict[str, Term]:
    """The effects to which it is counted: as a plan says, or all on the road of the best informed one."""
    facts, planned = columns.facts, columns.planned
    if planned.decided.lifted is not None:
        return {n: term for n, term in found.items() if beside.called in planned.decided.lifted.get(n, ())}
    domains = {name: planned.lines[name].domain for name in found}
    order = sorted(found, key=lambda name: (-_informed(name, planned), facts.size(domains[name]), name))
    best = domains[order[0]] if order else ()
    return {
        name: term
        for name, term in found.items()
        if facts.determines(domains[name], best) or facts.determines(best, domains[name])
    }


def _informed(name: str, planned: Planned) -> float:
    """How far the units of an effect are centred: what their data say about their sum with what is lifted."""
    between = planned.quantities[name].between
    return 1.0 if between is None else round(float(np.median(between.weights)), 3)


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
