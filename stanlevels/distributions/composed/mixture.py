"""Mixtures: an outcome comes from one of several distributions, and nobody knows from which."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.distributions.categories import log_softmax
from stanlevels.distributions.composed.wrapper import base_arguments
from stanlevels.distributions.family import Composed, Family, Function, Parameter, Parameterization, Prior
from stanlevels.distributions.numbers import Compute, Numbers
from stanlevels.distributions.supports import REAL, SIMPLEX, VECTOR, Support
from stanlevels.graph import Call, Expr, Op, Ref

__all__ = ["mixture", "not_mixed", "numbered"]

_SHARES = Prior("Dirichlet", (1.0,), "shares: all are as likely")
_KINDS = {"location": "location of one", "scale": "scale of one"}
"""What an argument does that does it to one of the distributions."""


def numbered(name: str, place: int) -> str:
    """What an argument of the distribution at a place (from 1) is called."""
    return f"{name}_{place}"


def mixture(name: str, bases: Sequence[Family], several: Sequence[Parameterization]) -> Family:
    """The family of a mixture.

    Parameters
    ----------
    name : str
    bases : sequence of Family
    several : sequence of Parameterization
        How each of them is written.
    """
    suffix, size = bases[0].suffix, len(bases)
    stan = "_or_".join(form.stan for form in several)
    pairs = enumerate(zip(bases, several, strict=True), 1)
    parameters = tuple(p for place, (base, form) in pairs for p in _renamed(base, form, place))
    arguments = tuple(
        _with_number(expr, place) for place, form in enumerate(several, 1) for expr in form.arguments
    )
    by_share = Parameterization(
        key="",
        parameters=(*parameters, Parameter("shares", SIMPLEX, "shares", prior=_SHARES, size=size)),
        stan=f"mixed_{stan}",
        arguments=(*arguments, Ref("shares")),
        numbers=_numbers(several, lambda given: np.log(given["shares"])),
    )
    odds = Parameter("shares_logit", VECTOR, "odds of each", size=size)
    by_odds = Parameterization(
        key="logit",
        parameters=(*parameters, odds),
        stan=f"mixed_{stan}_logit",
        arguments=(*arguments, Ref("shares_logit")),
        numbers=_numbers(several, lambda given: log_softmax(given[odds.name])),
    )
    functions = (
        _function(f"{by_share.stan}_{suffix}", several, suffix, "log(weights)"),
        _function(f"{by_odds.stan}_{suffix}", several, suffix, "log_softmax(weights)"),
    )
    own = (*(p.name for p in parameters), "shares", "shares_logit")
    return Family(
        name,
        (by_share, by_odds),
        "One of several distributions, each as often as `shares` say.",
        latent=False,
        functions=(*dict.fromkeys(f for base in bases for f in base.functions), *functions),
        by_unit=True,
        composed=Composed("Mixture", ",".join(base.key for base in bases), own),
        symbol="Mixture",
    )


def not_mixed(bases: Sequence[Family]) -> str:
    """Why distributions cannot be mixed; "" where they can."""
    if any(not base.is_scalar or base.is_categorical or base.half or base.bounds for base in bases):
        return "distributions of single numbers, without bounds"
    if any(form.grouping for base in bases for form in base.parameterizations):
        return "distributions of rows by themselves"
    if any(base.composed for base in bases):
        return "distributions that are made of no other"
    if len({base.discrete for base in bases}) > 1:
        return "distributions of counts alone, or of other numbers alone"
    return ""


def _renamed(base: Family, form: Parameterization, place: int) -> list[Parameter]:
    return [
        replace(
            p,
            name=numbered(p.name, place),
            kind=_KINDS.get(p.kind, p.kind),
            link=base.location_link if form.link == "identity" else form.link,
        )
        for p in form.parameters
    ]


def _with_number(expr: Expr, place: int) -> Expr:
    match expr:
        case Ref(name=name):
            return Ref(numbered(name, place))
        case Op(symbol=symbol, args=args):
            return Op(symbol, tuple(_with_number(arg, place) for arg in args))
        case Call(function=function, args=args):
            return Call(function, tuple(_with_number(arg, place) for arg in args))
    return expr


def _function(name: str, several: Sequence[Parameterization], suffix: str, log_weights: str) -> Function:
    signature, terms = [], []
    for place, form in enumerate(several, 1):
        given = [(kind, numbered(called, place)) for kind, called in base_arguments(form)]
        signature += [f"{kind} {called}" for kind, called in given]
        terms.append(f"{form.stan}_{suffix}(y | {', '.join(called for _, called in given)})")
    return Function(
        name,
        "mixture",
        (
            ("signature", ", ".join(signature)),
            ("terms", ",\n                               ".join(terms)),
            ("log_weights", log_weights),
            ("kind", "int" if suffix == "lpmf" else "real"),
        ),
    )


def _numbers(several: Sequence[Parameterization], log_weights: Callable[[Any], Any]) -> Numbers:
    parts = [form.numbers for form in several]
    names = [[p.name for p in form.parameters] for form in several]

    def own(given: dict[str, Any]) -> list[dict[str, Any]]:
        return [{n: given[numbered(n, place)] for n in each} for place, each in enumerate(names, 1)]

    def terms(x: Any, given: dict[str, Any]) -> list[Any]:
        logs = log_weights(given)
        return [
            logs[..., k] + _log_density(part, x, mine)
            for k, (part, mine) in enumerate(zip(parts, own(given), strict=True))
        ]

    def log_density(x: Any, /, **given: Any) -> Any:
        first, *others = terms(x, given)
        for term in others:
            first = np.logaddexp(first, term)
        return first

    def draw(rng: np.random.Generator, size: tuple[int, ...], /, **given: Any) -> Any:
        weights = np.broadcast_to(np.exp(log_weights(given)), (*size, len(parts)))
        edges = np.cumsum(weights, axis=-1)
        chosen = (rng.random((*size, 1)) * edges[..., -1:] >= edges[..., :-1]).sum(axis=-1)
        found = np.zeros(size)
        for k, (part, mine) in enumerate(zip(parts, own(given), strict=True)):
            found = np.where(chosen == k, part.draw(rng, size, **mine), found)
        return found

    def summed(values: Sequence[Any], weights: Any) -> Any:
        return sum(weights[..., k] * value for k, value in enumerate(values))

    def mean(**given: Any) -> Any:
        weights = np.exp(log_weights(given))
        return summed([p.mean(**m) for p, m in zip(parts, own(given), strict=True)], weights)

    def variance(**given: Any) -> Any:
        weights = np.exp(log_weights(given))
        pairs = list(zip(parts, own(given), strict=True))
        squares = [p.variance(**m) + np.square(p.mean(**m)) for p, m in pairs]
        return summed(squares, weights) - np.square(mean(**given))

    def cumulative(x: Any, /, **given: Any) -> Any:
        weights, shares = np.exp(log_weights(given)), []
        for part, mine in zip(parts, own(given), strict=True):
            assert part.cumulative is not None
            low, high = part.support.lower, part.support.upper
            share = part.cumulative(np.clip(x, low, high), **mine)
            shares.append(np.where(x < low, 0.0, np.where(x >= high, 1.0, share)))
        return summed(shares, weights)

    low = min(part.support.lower for part in parts)
    high = max(part.support.upper for part in parts)
    alike = all(part.support == parts[0].support for part in parts)
    whole = parts[0].support.integer
    support = (
        parts[0].support
        if alike
        else Support(_words(whole), low, high, integer=whole)
        if np.isfinite(low)
        else REAL
    )
    able = all(part.cumulative is not None for part in parts)
    below = cumulative if able else None
    of_kind = _kinds(parts[0].support, terms, log_weights)
    return Numbers(support, log_density, draw, mean, variance, below, kinds=of_kind)


def _kinds(
    support: Support, terms: Callable[[Any, dict[str, Any]], list[Any]], log_weights: Callable[[Any], Any]
) -> Compute:
    """The log density of a value and each distribution, from the terms of their sum."""

    def kinds(x: Any, /, **given: Any) -> Any:
        logs, known = log_weights(given), ~np.isnan(x)
        each = terms(np.where(known, x, _inside(support)), given)
        found = [np.where(known, term, logs[..., k]) for k, term in enumerate(each)]
        return np.stack(np.broadcast_arrays(*found), axis=-1)

    return kinds


def _log_density(of: Numbers, x: Any, given: dict[str, Any]) -> Any:
    """The log density of any value: there is none outside the support."""
    inside = of.support.inside(x)
    return np.where(inside, of.log_density(np.where(inside, x, _inside(of.support)), **given), -np.inf)


def _words(whole: bool) -> str:
    return (
        "a whole number in the support of one of its distributions"
        if whole
        else "a number in the support of one"
    )


def _inside(support: Support) -> float:
    """Some number of a support."""
    if support.lower > -np.inf and support.upper < np.inf:
        return support.lower if support.integer else (support.lower + support.upper) / 2
    return support.lower + 1 if support.lower > -np.inf else 0.0
