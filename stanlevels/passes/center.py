"""`center`: choose the centred or the non-centred form of every random variable.

The choice follows lambda_j = tau^2 I_j, with I_j the information that the data of unit j hold about its
effect: centred where its median is above a threshold, else non-centred (Papaspiliopoulos, Roberts and Skold
2007). The centred form is bad where tau may be near 0, whatever its estimate, so the threshold is higher the
fewer units there are: the data have to speak against tau = 0 (`threshold`). lambda comes from a pilot look at
the data (`linear/pilot.py`). The density of the model stays the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from stanlevels.linear.pilot import Information, pilot
from stanlevels.plan.factors import Standard
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Sampled, Standardised
from stanlevels.plan.terms import uses
from stanlevels.records import Record
from stanlevels.words import counted

_LEAST = 1.5  # lambda at which the two forms do equally well with many units (benchmarks/centring.txt)
_AGAINST_ZERO = 10.0  # log likelihood ratio against tau = 0 that makes a funnel unlikely
_NOTHING = 1e-3  # a lambda that is as good as 0


def center(planned: Planned, facts: Facts) -> Planned:
    """Choose a form for every random variable of a location-scale family over units."""
    lines = {name: planned.lines[name] for name in planned.centered}
    everywhere = planned.decided.all_centered
    decided = {
        **({} if everywhere is None else dict.fromkeys(lines, everywhere)),
        **planned.decided.centered,
        **{n: c for n, x in lines.items() if (c := x.variable.centered) is not None},
    }
    found = pilot(planned, facts) if set(lines) - set(decided) else {}
    chosen = {name: _choose(line, decided.get(name), found) for name, line in lines.items()}
    raw = {n: line for n, line in lines.items() if not chosen[n][0]}
    planned = planned.with_values({n: Sampled(_standardised(line)) for n, line in raw.items()})
    planned = planned.with_factors(lambda f: replace(f, density=Standard()) if f.source in raw else f)
    return planned.noting(*(record for _, record in chosen.values()))


def _standardised(line: Line) -> Standardised:
    assert line.family.location_scale is not None
    return Standardised(*line.family.location_scale)


def _choose(line: Line, given: bool | None, pilot: Mapping[str, Information]) -> tuple[bool, Record]:
    decided = bool(given)
    if line.variable.centered is not None:
        reason, instead = "as declared", f"drop centered={decided} from the line"
    elif given is not None:
        reason, instead = "as in the plan that was given", "bind without plan="
    else:
        decided, reason = judge(pilot.get(line.name))
        instead = f"write centered={not decided} in the line"
    return decided, Record(line.name, "center", "centred" if decided else "non-centred", reason, instead)


def judge(found: Information | None) -> tuple[bool, str]:
    """The form for what a pilot look found, and the reason in words.

    Examples
    --------
    >>> judge(Information(effect_sd=1.0, residual_sd=1.0, median_lambda=20.0, units=30))[0]
    True
    """
    if found is None:
        return False, "the data alone do not tell how much they inform it"
    if found.declared:
        return _decided(found, 1.0, f"the sd is declared, {found.effect_sd:.3g}")
    if found.median_lambda < _NOTHING:
        return _decided(found, threshold(found.units), "its sd is estimated near 0")
    return _decided(found, threshold(found.units), f"with sd about {found.effect_sd:.3g}")


def _decided(found: Information, limit: float, sd: str) -> tuple[bool, str]:
    centred = found.median_lambda > limit
    why = f" (more than {_LEAST:g}: {counted(found.units, 'unit')})" if limit > _LEAST else ""
    reason = (
        f"median information ratio lambda = {found.median_lambda:.3g} is {'above' if centred else 'below'}"
        f" {limit:.3g}{why}; {sd}, against a residual sd of {found.residual_sd:.3g}"
    )
    return centred, reason


def threshold(units: int) -> float:
    """The lambda from which on the centred form is better.

    With `units` alike units the log likelihood at the estimate is ``units / 2 (lambda - log(1 + lambda))``
    above that at tau = 0. Where this is large, a chain does not get into the neck of the funnel.

    Examples
    --------
    >>> [round(threshold(units), 1) for units in (5, 12, 30, 100)]
    [5.9, 3.1, 1.6, 1.5]
    """
    wanted = 2 * _AGAINST_ZERO / max(units, 1)
    found = wanted + np.sqrt(2 * wanted)
    for _ in range(20):  # Newton's steps from above, on a convex function
        found -= (found - np.log1p(found) - wanted) * (1 + found) / found
    return float(max(found, _LEAST))


def without_mode(planned: Planned) -> dict[str, Line]:
    """Random variables in the centred form with an unknown standard deviation, by name.

    The density rises without bound as that goes to 0 and they to their means, unless its prior forbids it.
    """
    centred = {name: planned.lines[name] for name, chosen in planned.centered.items() if chosen}
    return {name: line for name, line in centred.items() if line.domain and _has_unknown_sd(line, planned)}


def _has_unknown_sd(line: Line, planned: Planned) -> bool:
    term = line.args.get(line.scale)
    return term is not None and any(planned.unknowns[use.name] for use in uses(term))
