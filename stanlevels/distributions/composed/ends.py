"""Shares of which some are 0 or 1: a chance of its own, and another for which of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from stanlevels.distributions.composed.chances import Way, chance
from stanlevels.distributions.composed.wrapper import Wrapper, form_with, function_of
from stanlevels.distributions.family import Family, Function, Parameterization
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import OPEN_UNIT, UNIT

__all__ = ["ZERO_ONE_INFLATED"]


def _at_an_end(y: Any) -> Any:
    return (y == 0) | (y == 1)


_ENDS = chance("ends", lambda y: (_at_an_end(y), np.ones(np.shape(y), dtype=bool)))
"""The probability of 0 or 1."""
_ONE = chance("one", lambda y: (y == 1, _at_an_end(y)))
"""The probability that it is 1, of what is 0 or 1."""


def _numbers(of: Numbers, ends: Way, one: Way) -> Numbers:
    def parted(given: dict[str, Any]) -> tuple[tuple[Any, Any], tuple[Any, Any], dict[str, Any]]:
        """Logs of the probabilities of an end and of 1, and what is the distribution's own."""
        names = (ends.parameter.name, one.parameter.name)
        own = {name: value for name, value in given.items() if name not in names}
        return ends.logs(given[names[0]]), one.logs(given[names[1]]), own

    def log_density(x: Any, /, **given: Any) -> Any:
        (end, between), (at_one, at_zero), own = parted(given)
        inside = np.where(_at_an_end(x), 0.5, x)
        found = between + of.log_density(inside, **own)
        return np.where(x == 0, end + at_zero, np.where(x == 1, end + at_one, found))

    def draw(rng: np.random.Generator, size: tuple[int, ...], /, **given: Any) -> Any:
        (end, _), (at_one, _), own = parted(given)
        which = np.where(rng.random(size) < np.exp(at_one), 1.0, 0.0)
        return np.where(rng.random(size) < np.exp(end), which, of.draw(rng, size, **own))

    def moment(power: int, given: dict[str, Any]) -> Any:
        (end, between), (at_one, _), own = parted(given)
        mean = of.mean(**own)
        inside = mean if power == 1 else of.variance(**own) + np.square(mean)
        return np.exp(end + at_one) + np.exp(between) * inside

    def cumulative(x: Any, /, **given: Any) -> Any:
        (end, between), (_, at_zero), own = parted(given)
        assert of.cumulative is not None
        inside = np.where(_at_an_end(x), 0.5, x)
        share = np.where(x == 0, 0.0, of.cumulative(inside, **own))
        return np.where(x == 1, 1.0, np.exp(end + at_zero) + np.exp(between) * share)

    return Numbers(
        UNIT,
        log_density,
        draw,
        mean=lambda **given: moment(1, given),
        variance=lambda **given: moment(2, given) - np.square(moment(1, given)),
        cumulative=cumulative,
    )


def _compose(base: Family) -> Family:
    forms: list[Parameterization] = []
    functions: dict[str, Function] = {}
    for form, ends, one in product(base.parameterizations, _ENDS, _ONE):
        suffixes = [way.suffix and way.parameter.name for way in (ends, one)]
        stan = "_".join(filter(None, ("zero_one_inflated", form.stan, *suffixes)))
        forms.append(form_with(form, (ends, one), stan, _numbers(form.numbers, ends, one)))
        name = f"{stan}_{base.suffix}"
        function = function_of("zero_one_inflated", form, base.suffix, name)
        functions.setdefault(name, replace(function, values=(*function.values, *ends.stan, *one.stan)))
    return Family(
        base.name,
        tuple(forms),
        f"0 or 1 with probability `ends`, 1 of these with probability `one`, else {base.doc[0].lower()}"
        f"{base.doc[1:]}",
        location_link=base.location_link,
        latent=False,
        functions=(*base.functions, *functions.values()),
        by_unit=True,
        part=base.support,
    )


def _no_shares(base: Family) -> str:
    """Why there are no ends beside a distribution."""
    return "" if base.is_scalar and base.support == OPEN_UNIT else "a distribution of shares between 0 and 1"


ZERO_ONE_INFLATED = Wrapper(
    "ZeroOneInflated", _no_shares, _compose, "0 or 1 {ends}, and then 1 {one}, else {of}"
)
