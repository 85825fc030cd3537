"""Distributions between bounds."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.distributions.composed.between import (
    below,
    draws_between,
    log_between,
    moment_between,
)
from stanlevels.distributions.composed.wrapper import function_of
from stanlevels.distributions.family import Family, Function, Parameter, Parameterization
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import REAL, WHOLE
from stanlevels.graph import Ref

__all__ = ["not_truncated", "truncated"]


def _numbers(of: Numbers, names: tuple[str, ...]) -> Numbers:
    whole = of.support.integer

    def parted(given: dict[str, Any]) -> tuple[dict[str, Any], Any, Any]:
        """Arguments of the distribution; what values lie above; and up to what they lie."""
        own = {n: v for n, v in given.items() if n not in names}
        low, high = given.get("lower", -np.inf), given.get("upper", np.inf)
        return own, low - 1 if whole else low, high

    def log_mass(own: dict[str, Any], low: Any, high: Any) -> Any:
        if "upper" not in names:
            return of.log_beyond(low, own)
        return log_between(of, low, high, own) if "lower" in names else of.log_up_to(high, own)

    def log_density(x: Any, /, **given: Any) -> Any:
        own, low, high = parted(given)
        found = of.log_density(x, **own) - log_mass(own, low, high)
        inside = (x > low) if whole else (x >= low)
        return np.where(inside & (x <= high), found, -np.inf)

    def draw(rng: np.random.Generator, size: tuple[int, ...], /, **given: Any) -> Any:
        own, low, high = parted(given)
        return draws_between(of, rng, size, own, low, high)

    def mean(**given: Any) -> Any:
        own, low, high = parted(given)
        return moment_between(of, 1, own, low, high)

    def variance(**given: Any) -> Any:
        own, low, high = parted(given)
        return moment_between(of, 2, own, low, high) - np.square(moment_between(of, 1, own, low, high))

    def cumulative(x: Any, /, **given: Any) -> Any:
        own, low, high = parted(given)
        first = below(of, low, own)
        return np.clip((below(of, x, own) - first) / (below(of, high, own) - first), 0, 1)

    def log_below(x: Any, /, **given: Any) -> Any:
        own, low, high = parted(given)
        part = log_between(of, low, x, own) if "lower" in names else of.log_up_to(x, own)
        return np.where(x <= low, -np.inf, np.where(x >= high, 0.0, part - log_mass(own, low, high)))

    def log_above(x: Any, /, **given: Any) -> Any:
        own, low, high = parted(given)
        part = log_between(of, x, high, own) if "upper" in names else of.log_beyond(x, own)
        return np.where(x <= low, 0.0, np.where(x >= high, -np.inf, part - log_mass(own, low, high)))

    return Numbers(
        of.support,
        log_density,
        draw,
        mean,
        variance,
        cumulative,
        log_above=log_above,
        log_below=log_below,
    )


def truncated(base: Family, names: tuple[str, ...]) -> Family:
    """A family between bounds.

    Parameters
    ----------
    base : Family
    names : tuple of str
        Which there are: "lower", "upper", or both.
    """
    support, kind = (WHOLE, "known") if base.discrete else (REAL, "bound")
    own = tuple(Parameter(name, support, kind) for name in names)
    forms: list[Parameterization] = []
    functions: dict[str, Function] = {}
    tails: dict[str, Function] = {}
    for form in base.parameterizations:
        stan, arguments = form.by_cumulative
        named = f"{_PREFIX[names]}_{stan}"
        phrase = form.phrase and form.phrase + "".join(f", {_WORDS[n]} {{{n}}}" for n in names)
        made = replace(
            form,
            parameters=(*form.parameters, *own),
            stan=named,
            arguments=(*arguments, *(Ref(name) for name in names)),
            below=None,
            numbers=_numbers(form.numbers, names),
            likelihood=None,
            glm="",
            glm_arguments=(),
            kept=None,
            written=(*form.in_mathematics(), *(Ref(name) for name in names)),
            phrase=phrase,
        )
        forms.append(made)
        inner = replace(form, stan=stan, arguments=arguments)
        function = function_of("truncated", inner, base.suffix, f"{named}_{base.suffix}")
        more = {"stan": stan, "own": named, "kind": "int" if base.discrete else "real"}
        more |= dict.fromkeys(names, "yes")
        functions.setdefault(function.name, replace(function, values=(*function.values, *more.items())))
        beside = replace(functions[function.name], name=f"{named}_lcdf", template="truncated_tails")
        tails.setdefault(beside.name, beside)
    return replace(
        base,
        parameterizations=tuple(forms),
        location_scale=None,
        gaussian=False,
        bounds=("lower" if "lower" in names else "", "upper" if "upper" in names else ""),
        functions=tuple(dict.fromkeys((*base.functions, *base.tails, *functions.values()))),
        tails=tuple(tails.values()),
        by_unit=True,
        symbol=base.symbol or base.name,
        conjugate_prior=None,
        conjugate_outcome=None,
    )


def not_truncated(base: Family) -> str:
    """Why a distribution has no bounds besides its own; "" where it can have them."""
    if not base.has_cumulative or base.is_categorical:
        return "a distribution of single numbers"
    return "a distribution without bounds of its own" if base.half or base.bounds else ""


_PREFIX = {("lower",): "from", ("upper",): "up_to", ("lower", "upper"): "between"}
_WORDS = {"lower": "from", "upper": "up to"}
