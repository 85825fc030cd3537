"""Outcomes with more zeros than a distribution has, or with zeros that are another matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.distributions.composed.between import draws_between
from stanlevels.distributions.composed.wrapper import Wrapper, function_of
from stanlevels.distributions.family import Family, Function, Parameter, Parameterization, Prior
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import NONNEGATIVE, REAL, UNIT
from stanlevels.graph import Ref

__all__ = ["HURDLE", "ZERO_INFLATED"]

ZERO = Parameter("zero", UNIT, prior=Prior("Beta", (1.0, 1.0), "a probability: every value is as likely"))
"""The probability of a zero that is not the distribution's own."""
ZERO_LOGIT = Parameter("zero_logit", REAL)
"""Its log odds."""

Logs = Callable[[Any], tuple[Any, Any]]
"""Of an argument: the log of the probability that it stands for, and of one less it."""


def _of_probability(zero: Any) -> tuple[Any, Any]:
    return np.log(zero), np.log1p(-zero)


def _of_log_odds(zero_logit: Any) -> tuple[Any, Any]:
    return -np.logaddexp(0, -zero_logit), -np.logaddexp(0, zero_logit)


@dataclass(frozen=True)
class _Way:
    """How the probability of a zero is written: its argument, and what its name is in keys and in Stan."""

    parameter: Parameter
    logs: Logs
    suffix: str


_WAYS = (_Way(ZERO, _of_probability, ""), _Way(ZERO_LOGIT, _of_log_odds, "logit"))


def _composed(base: Family, prefix: str, doc: str, numbers: Callable[[Numbers, _Way], Numbers]) -> Family:
    """The family whose every parameterisation is written in every way."""
    forms: list[Parameterization] = []
    functions: dict[str, Function] = {}
    for form in base.parameterizations:
        for way in _WAYS:
            stan = f"{prefix}_{form.stan}" + ("_zero_logit" if way.suffix else "")
            made = replace(
                form,
                key=form.key + (f"|{way.suffix}" if way.suffix else ""),
                parameters=(*form.parameters, way.parameter),
                stan=stan,
                arguments=(*form.arguments, Ref(way.parameter.name)),
                numbers=numbers(form.numbers, way),
                likelihood=None,
                glm="",
                glm_arguments=(),
                kept=None,
                below=None,
                written=(*form.in_mathematics(), Ref(way.parameter.name)),
                phrase="",
            )
            forms.append(made)
            template = f"{prefix}{'_logit' if way.suffix else ''}"
            name = f"{stan}_{base.suffix}"
            functions.setdefault(name, function_of(template, form, base.suffix, name))
    return Family(
        base.name,
        tuple(forms),
        doc,
        at_most=base.at_most,
        latent=False,
        functions=(*base.functions, *functions.values()),
        by_unit=True,
    )


# --- zero-inflated ------------------------------------------------------------------------------------


def _inflated_numbers(of: Numbers, way: _Way) -> Numbers:
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

    return Numbers(of.support, log_density, draw, mean, variance, below if cumulative else None)


def _not_a_count(base: Family) -> str:
    """Why a distribution has no zeros to add to."""
    if not base.is_scalar or not base.discrete or base.is_categorical:
        return "a distribution of counts"
    return "" if base.support.upper == np.inf or base.at_most else "a distribution of counts"


ZERO_INFLATED = Wrapper(
    "ZeroInflated",
    _not_a_count,
    lambda base: _composed(
        base, "zero_inflated", f"0 with probability `zero`, else {base.doc[0].lower()}{base.doc[1:]}",
        _inflated_numbers,
    ),
)  # fmt: skip


# --- hurdle -------------------------------------------------------------------------------------------


def _log_positive(of: Numbers, given: dict[str, Any]) -> Any:
    """The log probability of no zero, of a distribution of counts."""
    return np.log(-np.expm1(of.log_density(0.0, **given)))


def _hurdle_numbers(of: Numbers, way: _Way) -> Numbers:
    name, counts = way.parameter.name, of.support.integer
    cumulative = of.cumulative

    def log_density(x: Any, /, **given: Any) -> Any:
        zero, other = way.logs(given.pop(name))
        some = np.where(x == 0, 1, x)
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

    support = of.support if counts else NONNEGATIVE
    return Numbers(support, log_density, draw, mean, variance, below if cumulative else None)


def _neither_counts_nor_positive(base: Family) -> str:
    """Why there is no hurdle before a distribution."""
    words = "a distribution of counts or of positive numbers"
    if not base.is_scalar or base.is_categorical or base.half:
        return words
    if base.discrete:
        return "" if base.support.upper == np.inf or base.at_most else words
    return "" if base.support.lower == 0 and base.support.upper == np.inf else words


HURDLE = Wrapper(
    "Hurdle",
    _neither_counts_nor_positive,
    lambda base: _composed(
        base,
        "hurdle" if base.discrete else "hurdle_positive",
        f"0 with probability `zero`, else above 0: {base.doc[0].lower()}{base.doc[1:]}",
        _hurdle_numbers,
    ),
)
