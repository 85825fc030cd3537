"""`correlate`: sample vectors whose units are correlated through the independent numbers they are made of.

With ``x = location + scale * u(z)`` and z independent, correlations between the units, and between them and
what these rest on, are no matter of the sampler. A line with ``centered=True`` is sampled as it is, and so
are all where a plan has everything centred. Nothing here is exchangeable: no other pass touches these lines.
The density of the model stays the same.
"""

from __future__ import annotations

from dataclasses import replace

from stanlevels.plan.factors import Standard
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Sampled, Standardised
from stanlevels.records import Record

__all__ = ["correlate"]


def correlate(planned: Planned, facts: Facts) -> Planned:
    """Choose the form of every line whose units are correlated."""
    lines = {name: line for name, line in planned.latent.items() if line.family.structure is not None}
    away = {name: line for name, line in lines.items() if not _as_it_is(line, planned)}
    planned = planned.with_values(
        {name: Sampled(Standardised(line.location, line.scale)) for name, line in away.items()}
    )
    planned = planned.with_factors(lambda f: replace(f, density=Standard()) if f.source in away else f)
    return planned.noting(*(_record(line, name in away, planned) for name, line in lines.items()))


def _as_it_is(line: Line, planned: Planned) -> bool:
    if line.family.structure is not None and line.family.structure.lost is not None:
        return False  # it has no density
    own, decided = line.variable.centered, planned.decided
    if isinstance(own, bool):
        return own
    return decided.centered.get(line.name, decided.all_centered) is True


def _record(line: Line, away: bool, planned: Planned) -> Record:
    decision = "sampled through the independent numbers it is made of" if away else "sampled as it is"
    if line.family.structure is not None and line.family.structure.lost is not None:
        reason, instead = "they sum to zero, and have no density as they are", "leave zero_sum=True out"
    elif line.variable.centered is not None:
        reason, instead = "as declared", f"drop centered={line.variable.centered} from the line"
    elif planned.decided.all_centered is not None or line.name in planned.decided.centered:
        reason, instead = "as in the plan that was given", "bind without plan="
    else:
        reason = "its units are correlated, and these numbers are not"
        instead = "write centered=True in the line, where data tell nearly every unit by itself"
    return Record(line.name, "correlate", decision, reason, instead)
