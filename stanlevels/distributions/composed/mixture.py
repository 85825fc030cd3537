"""Mixtures: an outcome comes from one of several distributions, and nobody knows from which."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from stanlevels.distributions.composed.wrapper import base_arguments
from stanlevels.distributions.family import Composed, Family, Function, Parameter, Parameterization
from stanlevels.distributions.numbers import Numbers
from stanlevels.distributions.supports import REAL, SIMPLEX, Support
from stanlevels.graph import Call, Expr, Op, Ref

__all__ = ["mixture", "not_mixed", "numbered"]

WEIGHTS = Parameter("weights", SIMPLEX)
"""How often each distribution is the one."""


def numbered(name: str, place: int) -> str:
    """What an argument of the distribution at a place (from 1) is called."""
    return f"{name}_{place}"


def mixture(name: str, bases: Sequence[Family]) -> Family:
    """The family of a mixture of several."""
    forms: list[Parameterization] = []
    functions: dict[str, Function] = {}
    suffix = bases[0].suffix
    for several in product(*(base.parameterizations for base in bases)):
        stan = "_or_".join(["mixed", *(form.stan for form in several)]).replace("mixed_or_", "mixed_", 1)
        parameters = [p for place, form in enumerate(several, 1) for p in _renamed(form, place)]
        arguments = [
            _with_number(expr, place) for place, form in enumerate(several, 1) for expr in form.arguments
        ]
        forms.append(
            Parameterization(
                key="/".join(form.key for form in several) if any(f.key for f in several) else "",
                parameters=(*parameters, WEIGHTS),
                stan=stan,
                arguments=(*arguments, Ref("weights")),
                numbers=_numbers(several),
            )
        )
        functions.setdefault(f"{stan}_{suffix}", _function(f"{stan}_{suffix}", several, suffix))
    brought = dict.fromkeys(f for base in bases for f in base.functions)
    own = tuple(dict.fromkeys(p.name for form in forms for p in form.parameters))
    return Family(
        name,
        tuple(forms),
        "One of several distributions, each as often as `weights` say.",
        latent=False,
        functions=(*brought, *functions.values()),
        by_unit=True,
        composed=Composed("Mixture", ",".join(base.name for base in bases), own),
        symbol="Mixture",
    )


def not_mixed(bases: Sequence[Family]) -> str:
    """Why distributions cannot be mixed; "" where they can."""
    if any(not base.is_scalar or base.is_categorical or base.half or base.bounds for base in bases):
        return "distributions of single numbers, without bounds"
    if len({base.discrete for base in bases}) > 1:
        return "distributions of counts alone, or of other numbers alone"
    return ""


def _renamed(form: Parameterization, place: int) -> list[Parameter]:
    return [
        Parameter(numbered(p.name, place), p.support, p.kind, p.default, p.prior, p.of_outcome)
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


def _function(name: str, several: Sequence[Parameterization], suffix: str) -> Function:
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
            ("kind", "int" if suffix == "lpmf" else "real"),
        ),
    )


def _numbers(several: Sequence[Parameterization]) -> Numbers:
    parts = [form.numbers for form in several]
    names = [[p.name for p in form.parameters] for form in several]

    def own(given: dict[str, Any]) -> list[dict[str, Any]]:
        return [{n: given[numbered(n, place)] for n in each} for place, each in enumerate(names, 1)]

    def log_density(x: Any, /, **given: Any) -> Any:
        weights = given["weights"]
        found = None
        for k, (part, mine) in enumerate(zip(parts, own(given), strict=True)):
            inside = part.support.inside(x)
            density = np.where(
                inside, part.log_density(np.where(inside, x, _inside(part.support)), **mine), -np.inf
            )
            term = np.log(weights[..., k]) + density
            found = term if found is None else np.logaddexp(found, term)
        return found

    def draw(rng: np.random.Generator, size: tuple[int, ...], /, **given: Any) -> Any:
        weights = np.broadcast_to(given["weights"], (*size, len(parts)))
        edges = np.cumsum(weights, axis=-1)
        chosen = (rng.random((*size, 1)) * edges[..., -1:] >= edges[..., :-1]).sum(axis=-1)
        found = np.zeros(size)
        for k, (part, mine) in enumerate(zip(parts, own(given), strict=True)):
            found = np.where(chosen == k, part.draw(rng, size, **mine), found)
        return found

    def summed(values: Sequence[Any], weights: Any) -> Any:
        return sum(weights[..., k] * value for k, value in enumerate(values))

    def mean(**given: Any) -> Any:
        weights = np.asarray(given["weights"])
        return summed([p.mean(**m) for p, m in zip(parts, own(given), strict=True)], weights)

    def variance(**given: Any) -> Any:
        weights = np.asarray(given["weights"])
        pairs = list(zip(parts, own(given), strict=True))
        squares = [p.variance(**m) + np.square(p.mean(**m)) for p, m in pairs]
        return summed(squares, weights) - np.square(mean(**given))

    def cumulative(x: Any, /, **given: Any) -> Any:
        weights, shares = np.asarray(given["weights"]), []
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
    return Numbers(support, log_density, draw, mean, variance, cumulative if able else None)


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
