"""`center`: choose the centred or the non-centred form of every random variable.

The choice follows lambda_j = tau^2 I_j, with I_j the information that the data of unit j hold about
its effect: centred where its median is above 1, else non-centred; 3 takes the place of 1 where
there are fewer than 10 units or tau is near 0, because a funnel biases and a slow chain only costs
(Papaspiliopoulos, Roberts and Skold 2007). lambda is a moment estimate (`linear/pilot.py`).
The density of the model stays the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stanlevels.linear.pilot import Information, pilot
from stanlevels.plan.factors import Standard
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Sampled, Standardised
from stanlevels.records import Record

_FEW_UNITS = 10
_NEAR_ZERO = 0.1  # of the residual standard deviation


def center(planned: Planned, facts: Facts) -> Planned:
    """Choose a form for every random variable of a location-scale family over units."""
    lines = {name: line for name, line in planned.latent.items() if line.has_forms}
    decided = {
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
    careful = found.units < _FEW_UNITS or found.effect_sd < _NEAR_ZERO * found.residual_sd
    threshold = 3.0 if careful else 1.0
    side = "above" if found.median_lambda > threshold else "below"
    why = ""
    if careful:
        why = f" (3, not 1: {'few units' if found.units < _FEW_UNITS else 'a standard deviation near 0'})"
    reason = (
        f"median information ratio lambda = {found.median_lambda:.3g} is {side} {threshold:g}{why}, with sd"
        f" about {found.effect_sd:.3g} against a residual sd of {found.residual_sd:.3g}"
    )
    return found.median_lambda > threshold, reason
