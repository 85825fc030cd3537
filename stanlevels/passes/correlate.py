"""`correlate`: sample vectors whose units are correlated through the independent numbers they are made of.

With ``x = location + scale * u(z)`` and z independent, correlations between the units, and between them and
what these rest on, are no matter of the sampler. Where the data tell nearly every unit beside its neighbours,
vectors are sampled as they are: then it is the independent numbers that are correlated, by what the data
say. A pilot look at the data decides as for vectors of effects (`center.py`), with the variance of what is
new in a unit for that of an effect. Where areas are many, their numbers are sampled apart from their scale
alone, with a density of differences between neighbours: work for each border, and not for each pair.
Nothing here is exchangeable: no other pass touches these lines. The density of the model stays the same.
"""

from __future__ import annotations

from dataclasses import replace

from stanlevels.distributions.structure import GROUPS, TIMES
from stanlevels.distributions.structures import Neighbours
from stanlevels.linear.innovations import beside_neighbours
from stanlevels.linear.pilot import Information, pilot
from stanlevels.passes.center import judge
from stanlevels.plan.factors import Standard
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Sampled, Standardised
from stanlevels.records import Record

__all__ = ["correlate"]

_MANY, _DENSE = 1000, 200


def correlate(planned: Planned, facts: Facts) -> Planned:
    """Choose the form of every line whose units are correlated."""
    lines = {name: line for name, line in planned.latent.items() if line.family.structure is not None}
    sparse = {n for n, x in lines.items() if not _given(x, planned) and _is_sparse(x, facts)}
    large = {n: x for n, x in lines.items() if n not in sparse and _is_large(x, facts)}
    open_ = [n for n, x in lines.items() if _given(x, planned) is None and n not in sparse and n not in large]
    asked = bool(open_) and planned.decided.priors
    found = pilot(planned, facts, correlated=True) if asked else {}
    judged = {name: _judged(lines[name], found.get(name), facts) for name in open_}
    away = {n: x for n, x in lines.items() if not (judged[n][0] if n in judged else _given(x, planned))}
    planned = planned.noting(*(_dense(n, x, facts) for n, x in large.items()))
    planned = planned.with_values(
        {n: Sampled(Standardised(x.location, x.scale, n in sparse)) for n, x in away.items()}
    )
    planned = planned.with_factors(lambda f: replace(f, density=Standard()) if f.source in away else f)
    reasons = {name: reason for name, (_, reason) in judged.items()}
    return planned.noting(
        *(
            _bordered(name) if name in sparse else _record(line, name in away, planned, reasons.get(name, ""))
            for name, line in lines.items()
        )
    )


def _is_large(line: Line, facts: Facts) -> bool:
    """Whether units that are each correlated with all others are so many that a look at them takes long."""
    structure = line.family.structure
    dense = structure is not None and structure.needs not in (TIMES, GROUPS)
    return dense and facts.size(line.domain[-1:]) > _MANY


def _is_sparse(line: Line, facts: Facts) -> bool:
    """Whether areas are so many that a difference at each border is less work than their covariance."""
    structure = line.family.structure
    many = structure is not None and structure.sparse is not None and facts.size(line.domain[-1:]) > _DENSE
    return many and isinstance(facts.geometry(line.name), Neighbours)


def _dense(name: str, line: Line, facts: Facts) -> Record:
    n = facts.size(line.domain[-1:])
    return Record(
        name,
        "correlate",
        f"each gradient goes through {n:,} x {n:,} numbers",
        "each of its units is correlated with all others",
        "units for all areas that the table of borders names: rows or a table of the level"
        if line.family.structure is not None and line.family.structure.sparse is not None
        else "fewer units, or waves for places: sl.GP(..., basis=20)",
        caution=True,
    )


def _bordered(name: str) -> Record:
    return Record(
        name,
        "correlate",
        "sampled by the differences between neighbours, and its sd apart",
        f"its areas are more than {_DENSE}, and all that the table of borders names: a gradient goes through"
        " the borders, and not through every pair of areas",
        "write centered=True in the line, for a density of all areas together",
    )


def _given(line: Line, planned: Planned) -> bool | None:
    """Whether it is sampled as it is by what a line or a plan says; None where neither does."""
    if line.family.structure is not None and line.family.structure.lost is not None:
        return False  # it has no density
    own, decided = line.variable.centered, planned.decided
    if isinstance(own, bool):
        return own
    chosen = decided.centered.get(line.name, decided.all_centered)
    return None if chosen is None else chosen is True


def _judged(line: Line, found: Information | None, facts: Facts) -> tuple[bool, str]:
    """Whether the data tell its units, and the reason in words; "" where they were not asked."""
    beside = None if found is None else beside_neighbours(found, facts.geometry(line.name))
    return (False, "") if beside is None else judge(beside)


def _record(line: Line, away: bool, planned: Planned, told: str) -> Record:
    decision = "sampled through the independent numbers it is made of" if away else "sampled as it is"
    if line.family.structure is not None and line.family.structure.lost is not None:
        reason, instead = "they sum to zero, and have no density as they are", "leave zero_sum=True out"
    elif line.variable.centered is not None:
        reason, instead = "as declared", f"drop centered={line.variable.centered} from the line"
    elif planned.decided.all_centered is not None or line.name in planned.decided.centered:
        reason, instead = "as in the plan that was given", "bind without plan="
    elif told:
        reason = f"beside the units around each: {told}"
        instead = f"write centered={away} in the line"
    else:
        reason = "its units are correlated, and these numbers are not"
        instead = "write centered=True in the line, where data tell nearly every unit by itself"
    return Record(line.name, "correlate", decision, reason, instead)
