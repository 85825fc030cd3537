"""`center`: choose the form in which every random variable is sampled: centred, not, or in between.

The choice follows the share w of each unit's own data in what is known of its effect, ``lambda / (1 +
lambda)`` with ``lambda = tau^2 I`` and I their information (`linear/weights.py`). Centred where all units
have nearly nothing but their own data, non-centred where they have little, and between both elsewhere, each
unit by its weight, which is data of the program: new data do not change its text (Papaspiliopoulos, Roberts
and Skold 2003). Vectors have one form for all units, by the median of lambda, with a threshold that is
higher the fewer units there are: the data have to speak against tau = 0 (`threshold`). All comes from a
pilot look at the data (`linear/pilot.py`). The density of the model stays the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import prod

import numpy as np

from stanlevels.errors import FitError
from stanlevels.linear.pilot import Information, pilot
from stanlevels.linear.weights import Weights, weights
from stanlevels.plan.factors import Standard
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import BETWEEN, Between, Centering, Form, Natural, Sampled, Standardised
from stanlevels.plan.terms import uses
from stanlevels.records import Record
from stanlevels.words import counted

# Weights at which one form does as well as the one in between, and costs less (benchmarks/between.py).
_CENTRED, _NOT_CENTRED = 0.9, 0.25
_RULE: Mapping[Centering, str] = {
    True: f"above {_CENTRED}",
    False: f"below {_NOT_CENTRED}",
    BETWEEN: "no one form suits all",
}
_UNTOLD = Weights(np.array([0.5]), 1.0)  # halfway, where the data alone do not tell

# Of vectors, which have one form for all units.
_LEAST = 1.5  # lambda at which the two forms do equally well with many units
_AGAINST_ZERO = 10.0  # log likelihood ratio against tau = 0 that makes a funnel unlikely
_NOTHING = 1e-3  # a lambda that is as good as 0


def center(planned: Planned, facts: Facts) -> Planned:
    """Choose a form for every random variable of a location-scale family over units."""
    lines = {name: line for name in planned.centered if (line := planned.lines[name]).has_forms}
    everywhere = planned.decided.all_centered
    decided = {
        **{n: everywhere for n, x in lines.items() if everywhere is not None and _has(x, everywhere)},
        **planned.decided.centered,
        **{n: c for n, x in lines.items() if (c := x.variable.centered) is not None},
    }
    _check(decided, lines)
    wanted = any(name not in decided or decided[name] == BETWEEN for name in lines)
    found = pilot(planned, facts) if wanted else {}
    chosen = {name: _choose(line, decided.get(name), found.get(name)) for name, line in lines.items()}
    forms = {name: _form(lines[name], form, found.get(name), planned) for name, (form, _) in chosen.items()}
    planned = planned.with_values({name: Sampled(form) for name, form in forms.items()})
    away = {name for name, form in forms.items() if form != Natural()}
    planned = planned.with_factors(lambda f: replace(f, density=Standard()) if f.source in away else f)
    return planned.noting(*(record for _, record in chosen.values()))


def _has(line: Line, form: Centering) -> bool:
    """Whether a form is one of a random variable's: components of a vector are centred together."""
    return not (form == BETWEEN and line.family.is_vector)


def _check(decided: Mapping[str, Centering], lines: Mapping[str, Line]) -> None:
    for name, form in decided.items():
        if name in lines and not _has(lines[name], form):
            raise FitError(
                f"plan= has {name!r}, of sl.{lines[name].family.name}, sampled between centred and not",
                expected="True or False: its components are centred together",
            )


def _form(line: Line, chosen: Centering, found: Information | None, planned: Planned) -> Form:
    assert line.family.location_scale is not None
    if chosen != BETWEEN:
        return Natural() if chosen else Standardised(*line.family.location_scale)
    width = prod(len(planned.axes[axis]) for axis in line.components)
    every = {} if found is None else {each.position: weights(each) for each in found.components}
    columns = [every.get(k, _UNTOLD) for k in range(width)]
    if line.is_shrunk and len(columns[0].weights) == width:
        columns = [Weights(columns[0].weights[k : k + 1], columns[0].typical) for k in range(width)]
    return Between(
        *line.family.location_scale,
        # rounded, since more digits are no better: how a look at the data ends does not show in a density
        np.round(np.column_stack(np.broadcast_arrays(*(column.weights for column in columns))), 2),
        tuple(float(f"{column.typical:.2g}") for column in columns),
    )


def _choose(line: Line, given: Centering | None, found: Information | None) -> tuple[Centering, Record]:
    form: Centering = given or False
    if line.variable.centered is None and given is None and line.waves is not None:
        reason = "fast waves are nearly 0 whatever the data say"
        instead = "write centered=True in the line, where data tell every wave"
    elif line.variable.centered is not None:
        reason, instead = "as declared", f"drop centered={form!r} from the line"
    elif given is not None:
        reason, instead = "as in the plan that was given", "bind without plan="
    else:
        each = "coefficient" if line.is_shrunk else "unit"
        form, reason = judge(found) if line.family.is_vector else judge_units(found, each)
        instead = f"write centered={form is not True} in the line"
    each = "coefficient by coefficient" if line.is_shrunk else "unit by unit"
    decision = {True: "centred", False: "non-centred", BETWEEN: f"between centred and not, {each}"}[form]
    return form, Record(line.name, "center", decision, reason, instead)


def judge_units(found: Information | None, each: str = "unit") -> tuple[Centering, str]:
    """The form of a random variable whose units may each have their own, and the reason in words.

    Examples
    --------
    >>> from stanlevels.linear.pilot import Units
    >>> alike = Units(0, 1.0, np.ones(60), np.full(60, 40.0), declared=False)
    >>> apart = replace(alike, informations=np.geomspace(0.1, 100, 60))
    >>> [judge_units(Information(1, 1, 1, 60, components=(units,)))[0] for units in (alike, apart)]
    [True, 'between']
    """
    if found is None:
        return False, "the data alone do not tell how much they inform it"
    every = [weights(units).weights for units in found.components if len(units.multiples)]
    tenths = np.array([np.quantile(mine, (0.1, 0.9)) for mine in every]).reshape(-1, 2)
    low, high = (float(tenths[:, 0].min()), float(tenths[:, 1].max())) if every else (0.0, 0.0)
    form: Centering = True if low > _CENTRED else (BETWEEN if high > _NOT_CENTRED else False)
    sd = f"the sd is declared, {found.effect_sd:.3g}" if found.declared else f"sd about {found.effect_sd:.3g}"
    return form, (
        f"weights of the {each}s' own data go from {low:.2g} (a tenth have less) to {high:.2g} (a tenth have"
        f" more): {_RULE[form]}; {sd}, against a residual sd of {found.residual_sd:.3g}"
    )


def judge(found: Information | None) -> tuple[bool, str]:
    """The one form for all units, from what a pilot look found, and the reason in words.

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
