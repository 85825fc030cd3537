"""Outcomes of which some are known to lie above, below or between numbers, and no more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.distributions.composed.between import log_between
from stanlevels.distributions.composed.wrapper import function_of
from stanlevels.distributions.family import Family, Function, Parameter, Parameterization
from stanlevels.distributions.kept_in_part import right_censored
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import REAL, WHOLE, Support
from stanlevels.graph import Ref

__all__ = ["STATUS", "STATUSES", "UNTIL", "censored", "not_censored"]

STATUSES = {"none": 0, "right": 1, "left": 2, "interval": 3}
"""What is known of a row: its value; that it is more; at most that; or more, and at most another number."""
STATUS = Parameter(
    "status", Support("0, 1, 2 or 3", lower=0, upper=3, integer=True), "known", of_outcome=True
)
UNTIL = Parameter("until", REAL, "known", of_outcome=True)
UNTIL_COUNT = Parameter("until", WHOLE, "known", of_outcome=True)


def censored(base: Family, interval: bool) -> Family:
    """A family with what is known of each row, and perhaps the other ends of intervals."""
    until = UNTIL_COUNT if base.discrete else UNTIL
    own = (STATUS, until) if interval else (STATUS,)
    names = tuple(p.name for p in own)
    forms: list[Parameterization] = []
    functions: dict[str, Function] = {}
    brought = {each.name for each in (*base.functions, *base.tails) if isinstance(each, Function)}
    for form in base.parameterizations:
        stan, arguments = form.by_cumulative
        named = f"{'interval_' if interval else ''}censored_{stan}"
        forms.append(
            replace(
                form,
                parameters=(*form.parameters, *own),
                stan=named,
                arguments=(*arguments, *(Ref(name) for name in names)),
                below=None,
                together=(),
                numbers=_numbers(form.numbers, names),
                likelihood=None,
                glm="",
                glm_arguments=(),
                kept=None if interval else right_censored(form.kept),
                written=form.in_mathematics(),
                phrase=form.phrase and f"{form.phrase}, censored as {{status}} says",
            )
        )
        inner = replace(form, stan=stan, arguments=arguments)
        function = function_of("censored", inner, base.suffix, f"{named}_{base.suffix}")
        more = {"stan": stan, "kind": "int" if base.discrete else "real"} | (
            {"until": "yes"} if interval else {}
        )
        needs = tuple(f"{stan}_{part}" for part in (base.suffix, "lcdf") if f"{stan}_{part}" in brought)
        made = replace(function, values=(*function.values, *more.items()), needs=needs)
        functions.setdefault(function.name, made)
    return replace(
        base,
        parameterizations=tuple(forms),
        location_scale=None,
        gaussian=False,
        latent=False,
        functions=tuple(dict.fromkeys((*base.functions, *base.tails, *functions.values()))),
        tails=(),
        by_unit=True,
        symbol=base.symbol or base.name,
        conjugate_prior=None,
        conjugate_outcome=None,
    )


def _numbers(of: Numbers, names: tuple[str, ...]) -> Numbers:
    """Those of the distribution itself, but for the density of what is observed."""

    def own(given: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in given.items() if name not in names}

    def log_density(x: Any, /, **given: Any) -> Any:
        status, mine = given["status"], own(given)
        found = of.log_density(x, **mine)
        found = np.where(status == STATUSES["right"], of.log_beyond(x, mine), found)
        found = np.where(status == STATUSES["left"], of.log_up_to(x, mine), found)
        if "until" in names:
            whole = status == STATUSES["interval"]
            until = np.where(whole, given["until"], np.inf)
            found = np.where(whole, log_between(of, x, until, mine), found)
        return found

    cumulative, draw = of.cumulative, of.draw
    assert cumulative is not None
    return replace(
        of,
        # rows that are known to lie above the end of the support are no impossible ones
        support=replace(of.support, open_lower=False, open_upper=False),
        log_density=log_density,
        draw=lambda rng, size, /, **given: draw(rng, size, **own(given)),
        mean=lambda **given: of.mean(**own(given)),
        variance=lambda **given: of.variance(**own(given)),
        cumulative=lambda x, /, **given: cumulative(x, **own(given)),
        log_above=lambda x, /, **given: of.log_beyond(x, own(given)),
        log_below=lambda x, /, **given: of.log_up_to(x, own(given)),
    )


def not_censored(base: Family) -> str:
    """Why outcomes of a distribution cannot be censored; "" where they can."""
    if not base.has_cumulative or base.is_categorical:
        return "a distribution of single numbers"
    return "a distribution that is not folded at 0" if base.half else ""
