"""Distributions between bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.distributions.composed.between import (
    draws_between,
    log_between,
    moments_between,
)
from stanlevels.distributions.composed.wrapper import function_of
from stanlevels.distributions.family import Family, Function, Parameter, Parameterization
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import NONNEGATIVE, OPEN_UNIT, POSITIVE, UNIT
from stanlevels.graph import Ref

__all__ = ["not_truncated", "truncated"]


@dataclass(frozen=True)
class _Between:
    """The numbers of a distribution between bounds, which are among its arguments under their names."""

    of: Numbers
    names: tuple[str, ...]

    def parted(self, given: dict[str, Any]) -> tuple[dict[str, Any], Any, Any]:
        """Arguments of the distribution; what values lie above; and up to what they lie."""
        own = {n: v for n, v in given.items() if n not in self.names}
        low, high = given.get("lower", -np.inf), given.get("upper", np.inf)
        return own, low - 1 if self.of.support.integer else low, high

    def log_mass(self, own: dict[str, Any], low: Any, high: Any) -> Any:
        """Of all that is left, asked of no tail that is not there."""
        if "upper" not in self.names:
            return self.of.log_beyond(low, own)
        if "lower" not in self.names:
            return self.of.log_up_to(high, own)
        return log_between(self.of, low, high, own)

    def log_density(self, x: Any, /, **given: Any) -> Any:
        own, low, high = self.parted(given)
        found = self.of.log_density(x, **own) - self.log_mass(own, low, high)
        inside = (x > low) if self.of.support.integer else (x >= low)
        return np.where(inside & (x <= high), found, -np.inf)

    def log_below(self, x: Any, /, **given: Any) -> Any:
        own, low, high = self.parted(given)
        part = log_between(self.of, low, x, own) if "lower" in self.names else self.of.log_up_to(x, own)
        found = part - self.log_mass(own, low, high)
        return np.where(x <= low, -np.inf, np.where(x >= high, 0.0, found))

    def log_above(self, x: Any, /, **given: Any) -> Any:
        own, low, high = self.parted(given)
        part = log_between(self.of, x, high, own) if "upper" in self.names else self.of.log_beyond(x, own)
        found = part - self.log_mass(own, low, high)
        return np.where(x <= low, 0.0, np.where(x >= high, -np.inf, found))

    def cumulative(self, x: Any, /, **given: Any) -> Any:
        return np.exp(self.log_below(x, **given))

    def draw(self, rng: np.random.Generator, size: tuple[int, ...], /, **given: Any) -> Any:
        own, low, high = self.parted(given)
        return draws_between(self.of, rng, size, own, low, high)

    def mean(self, **given: Any) -> Any:
        return self.moments(given)[0]

    def variance(self, **given: Any) -> Any:
        return self.moments(given)[1]

    def moments(self, given: dict[str, Any]) -> tuple[Any, Any]:
        """Mean and variance, by a formula where there is one."""
        own, low, high = self.parted(given)
        formula = self.of.moments_between
        return moments_between(self.of, own, low, high) if formula is None else formula(low, high, **own)


def _numbers(of: Numbers, names: tuple[str, ...]) -> Numbers:
    cut = _Between(of, names)
    return Numbers(
        of.support,
        cut.log_density,
        cut.draw,
        cut.mean,
        cut.variance,
        cut.cumulative,
        log_above=cut.log_above,
        log_below=cut.log_below,
    )


def truncated(base: Family, names: tuple[str, ...]) -> Family:
    """A family between bounds.

    Parameters
    ----------
    base : Family
    names : tuple of str
        Which there are: "lower", "upper", or both.
    """
    kind = "known" if base.discrete else "bound"
    own = tuple(Parameter(name, _CLOSED.get(base.support, base.support), kind) for name in names)
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
            together=(),
            numbers=_numbers(form.numbers, names),
            likelihood=None,
            glm="",
            glm_arguments=(),
            kept=None,
            written=form.in_mathematics(),
            phrase=phrase,
        )
        forms.append(made)
        inner = replace(form, stan=stan, arguments=arguments)
        function = function_of("truncated", inner, base.suffix, f"{named}_{base.suffix}")
        more = {"stan": stan, "own": named, "kind": "int" if base.discrete else "real"}
        more |= dict.fromkeys(names, "yes")
        functions.setdefault(function.name, replace(function, values=(*function.values, *more.items())))
        beside = replace(
            functions[function.name],
            name=f"{named}_lcdf",
            template="truncated_tails",
            needs=(function.name,),
        )
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


_CLOSED = {POSITIVE: NONNEGATIVE, OPEN_UNIT: UNIT}
_PREFIX = {("lower",): "from", ("upper",): "up_to", ("lower", "upper"): "between"}
_WORDS = {"lower": "from", "upper": "up to"}
