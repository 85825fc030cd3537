"""Outcomes with more zeros than a distribution has, or with zeros that are another matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.distributions.composed.between import draws_between
from stanlevels.distributions.composed.chances import Way, chance
from stanlevels.distributions.composed.wrapper import Wrapper, form_with, function_of
from stanlevels.distributions.family import Family, Function, Parameterization
from stanlevels.distributions.kept_in_part import with_zeros
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import NONNEGATIVE, OPEN_UNIT, POSITIVE, POSITIVE_COUNT, UNIT, Support

__all__ = ["HURDLE", "ZERO_INFLATED"]

_ZERO = chance("zero", lambda y: (y == 0, np.ones(np.shape(y), dtype=bool)))
"""The probability of a zero, of any or of one that is not the distribution's own."""


def _composed(
    base: Family, template: str, doc: str, numbers: Callable[[Numbers, Way], Numbers], part: Support | None
) -> Family:
    """The family whose every parameterisation is written in every way."""
    forms: list[Parameterization] = []
    functions: dict[str, Function] = {}
    for form in base.parameterizations:
        for way in _ZERO:
            stan = "_".join(filter(None, (template, form.stan, way.suffix and way.parameter.name)))
            made = form_with(form, (way,), stan, numbers(form.numbers, way))
            if part is not None and not base.discrete:  # what is above 0 has nothing to do with zeros
                kept = with_zeros(form.kept, way.parameter.name, by_logit=bool(way.suffix))
                made = replace(made, kept=kept)
            forms.append(made)
            name = f"{stan}_{base.suffix}"
            function = function_of(template, form, base.suffix, name)
            functions.setdefault(name, replace(function, values=(*function.values, *way.stan)))
    return Family(
        base.name,
        tuple(forms),
        doc,
        location_link=base.location_link,
        at_most=base.at_most,
        latent=False,
        functions=(*base.functions, *functions.values()),
        by_unit=True,
        part=part,
    )


# --- zero-inflated ------------------------------------------------------------------------------------


def _inflated_numbers(of: Numbers, way: Way) -> Numbers:
    name = way.parameter.name
    cumulative = of.cumulative

    def log_density(x: Any, /, **given: Any) -> Any:
        inflated, own = way.logs(given.pop(name))
        density = own + of.log_density(x, **given)
        return np.where(x == 0, np.logaddexp(inflated, density), density)

    def draw(rng: np.random.Generator, size: tuple[int, ...], /, **given: Any) -> Any:
        zero = np.exp(way.logs(given.pop(name))[0])
        own = of.draw(rng, size, **given)
        return np.where(rng.random(size) < zero, 0, own)

    def mean(**given: Any) -> Any:
        own = np.exp(way.logs(given.pop(name))[1])
        return own * of.mean(**given)

    def variance(**given: Any) -> Any:
        inflated, own = map(np.exp, way.logs(given.pop(name)))
        return own * (of.variance(**given) + inflated * np.square(of.mean(**given)))

    def below(x: Any, /, **given: Any) -> Any:
        inflated, own = map(np.exp, way.logs(given.pop(name)))
        assert cumulative is not None
        return inflated + own * cumulative(x, **given)

    def kinds(x: Any, /, **given: Any) -> Any:
        inflated, own = way.logs(given.pop(name))
        known = ~np.isnan(x)
        some = np.where(known, x, 0)
        extra = np.where(known & (some != 0), -np.inf, inflated)
        count = np.where(known, own + of.log_density(some, **given), own)
        return np.stack(np.broadcast_arrays(extra, count), axis=-1)

    return Numbers(of.support, log_density, draw, mean, variance, below if cumulative else None, kinds=kinds)


def _not_a_count(base: Family) -> str:
    """Why a distribution has no zeros to add to."""
    if not base.is_scalar or not base.discrete or base.is_categorical:
        return "a distribution of counts"
    return "" if base.support.upper == np.inf or base.at_most else "a distribution of counts"


ZERO_INFLATED = Wrapper(
    "ZeroInflated",
    _not_a_count,
    lambda base: _composed(
        base,
        "zero_inflated",
        f"0 with probability `zero`, else {base.doc[0].lower()}{base.doc[1:]}",
        _inflated_numbers,
        None,
    ),
    "0 {zero}, else {of}",
)


# --- hurdle -------------------------------------------------------------------------------------------


def _log_positive(of: Numbers, given: dict[str, Any]) -> Any:
    """The log probability of no zero, of a distribution of counts."""
    return np.log(-np.expm1(of.log_density(0.0, **given)))


def _hurdle_numbers(of: Numbers, way: Way) -> Numbers:
    name, counts = way.parameter.name, of.support.integer
    cumulative = of.cumulative

    def log_density(x: Any, /, **given: Any) -> Any:
        zero, other = way.logs(given.pop(name))
        some = np.where(x == 0, 1 if counts else 0.5, x)
        density = of.log_density(some, **given) - (_log_positive(of, given) if counts else 0.0)
        return np.where(x == 0, zero, other + density)

    def draw(rng: np.random.Generator, size: tuple[int, ...], /, **given: Any) -> Any:
        zero = np.exp(way.logs(given.pop(name))[0])
        found = draws_between(of, rng, size, given, 0, np.inf) if counts else of.draw(rng, size, **given)
        return np.where(rng.random(size) < zero, 0, found)

    def mean(**given: Any) -> Any:
        other = np.exp(way.logs(given.pop(name))[1])
        return other * of.mean(**given) / (np.exp(_log_positive(of, given)) if counts else 1.0)

    def variance(**given: Any) -> Any:
        other = np.exp(way.logs(given[name])[1])
        own = {n: value for n, value in given.items() if n != name}
        square = of.variance(**own) + np.square(of.mean(**own))
        if counts:
            square = square / np.exp(_log_positive(of, own))
        return other * square - np.square(mean(**given))

    def below(x: Any, /, **given: Any) -> Any:
        zero, other = map(np.exp, way.logs(given.pop(name)))
        assert cumulative is not None
        share = cumulative(x, **given)
        if counts:
            first = np.exp(of.log_density(0.0, **given))
            share = (share - first) / (1 - first)
        return zero + other * share

    support = of.support if counts else _ABOVE[of.support]
    return Numbers(support, log_density, draw, mean, variance, below if cumulative else None)


_ABOVE = {
    POSITIVE: NONNEGATIVE,
    NONNEGATIVE: NONNEGATIVE,
    OPEN_UNIT: replace(UNIT, words="a number from 0 on, below 1", open_upper=True),
}
"""Supports of what is above 0, with 0."""


def _neither_counts_nor_positive(base: Family) -> str:
    """Why there is no hurdle before a distribution."""
    words = "a distribution of counts, of positive numbers or of shares"
    if not base.is_scalar or base.is_categorical or base.half:
        return words
    if base.discrete:
        return "" if base.support.upper == np.inf or base.at_most else words
    return "" if base.support in _ABOVE else words


HURDLE = Wrapper(
    "Hurdle",
    _neither_counts_nor_positive,
    lambda base: _composed(
        base,
        "hurdle" if base.discrete else "hurdle_positive",
        f"0 with probability `zero`, else above 0: {base.doc[0].lower()}{base.doc[1:]}",
        _hurdle_numbers,
        POSITIVE_COUNT if base.discrete else replace(base.support, open_lower=True),
    ),
    "0 {zero}, else above 0: {of}",
)
