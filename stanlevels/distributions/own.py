"""A row of the table for a distribution of a person's own: arguments by kind, and Stan code."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from math import nan
from typing import Any

from stanlevels.distributions.family import Family, Function, Parameter, Parameterization, Prior
from stanlevels.distributions.numbers import Compute, Numbers
from stanlevels.distributions.supports import (
    COUNT,
    NONNEGATIVE,
    OPEN_UNIT,
    POSITIVE,
    POSITIVE_COUNT,
    REAL,
    WHOLE,
    Support,
)
from stanlevels.distributions.vocabulary import alternative, call, location, shape, standard
from stanlevels.distributions.vocabulary import scale as scale_named
from stanlevels.graph import Expr, Ref

__all__ = ["KINDS", "SUPPORTS", "own_family", "stan_functions"]

SUPPORTS: Mapping[str, Support] = {
    "real": REAL,
    "positive": POSITIVE,
    "nonnegative": NONNEGATIVE,
    "probability": OPEN_UNIT,
    "whole": WHOLE,
    "count": COUNT,
    "positive count": POSITIVE_COUNT,
}
"""Of the variable, by the words in which they are declared."""

KINDS: Mapping[str, Callable[[str], Parameter]] = {
    "location": lambda name: location(name),
    "mean": lambda name: location(name, POSITIVE),
    "probability": lambda name: location(name, OPEN_UNIT),
    "scale": lambda name: replace(scale_named(), name=name),
    "shape": lambda name: shape(name),
    "rate": lambda name: Parameter(name, POSITIVE, "rate", prior=shape(name).prior),
    "share": lambda name: Parameter(
        name, OPEN_UNIT, prior=Prior("Beta", (1.0, 1.0), "a probability: every value is as likely")
    ),
    "real": lambda name: Parameter(name, REAL),
    "positive": lambda name: Parameter(name, POSITIVE),
    "trials": lambda name: Parameter(name, COUNT, "data"),
}
"""Arguments by what they do: where it moves the variable (any number, a positive mean, or a probability),
stretches or shrinks it, or anything else; the last three have no default prior."""

_LINKS = {"mean": ("log", "exp"), "probability": ("logit", "inv_logit")}
"""What may be given in place of an argument that moves the variable."""


def _not_known(**given: Any) -> Any:
    return nan


def stan_functions(text: str) -> tuple[str, ...]:
    """Names of the functions that a Stan text defines.

    Examples
    --------
    >>> stan_functions("real twice(real x) { return 2 * x; }")
    ('twice',)
    """
    plain = re.sub(r"//[^\n]*|/\*.*?\*/", "", text, flags=re.S)
    return tuple(re.findall(r"(?:real|int|vector|void|matrix|\])\s+([A-Za-z]\w*)\s*\([^()]*\)\s*\{", plain))


def own_family(
    name: str,
    parameters: Mapping[str, str],
    priors: Mapping[str, Prior],
    stan: str,
    support: Support,
    log_density: Compute,
    draw: Compute,
    mean: Compute,
    variance: Compute | None,
    cumulative: Compute | None,
    doc: str,
    latent: bool,
) -> Family:
    """The row.

    Parameters
    ----------
    name : str
    parameters : mapping
        Names to keys of `KINDS`, in the order in which the Stan function takes them.
    priors : mapping
        What takes the place of the default priors of arguments that are left open.
    stan : str
        Functions, of which one is called ``<name>_lpdf``, or ``<name>_lpmf`` for whole numbers.
    support : Support
        Of the variable.
    log_density, draw, mean, variance, cumulative : callable
        As in `Numbers`.
    doc : str
    latent : bool
        Whether it may be a prior.
    """
    found = tuple(
        replace(made := KINDS[kind](each), prior=priors.get(each, made.prior))
        for each, kind in parameters.items()
    )
    numbers = Numbers(
        support,
        log_density=log_density,
        draw=draw,
        mean=mean,
        variance=variance or _not_known,
        cumulative=cumulative,
    )
    first = standard(name, numbers, *found)
    text = "\n".join(f"  {line}".rstrip() for line in stan.strip("\n").splitlines())
    suffix = "lpmf" if support.integer else "lpdf"
    defined = stan_functions(stan)
    trials = next((each for each, kind in parameters.items() if kind == "trials"), "")
    return Family(
        name,
        (first, *_linked(first, parameters)),
        doc,
        latent=latent and not support.integer,
        at_most=trials,
        functions=(Function(f"{name}_{suffix}", "own", (("text", text),), always=True),),
        by_unit=True,
        cumulative={f"{name}_lcdf", f"{name}_lccdf"} <= set(defined),
        digest=hashlib.sha256(repr((name, dict(parameters), text, support.words)).encode()).hexdigest()[:8],
    )


def _linked(first: Parameterization, parameters: Mapping[str, str]) -> tuple[Parameterization, ...]:
    """The same with the log of a mean, or the log odds of a probability."""
    moving = [each for each, kind in parameters.items() if kind in _LINKS]
    link, inverse = _LINKS[parameters[moving[0]]] if len(moving) == 1 else ("", "")
    if not link or link in parameters:
        return ()
    own = tuple(replace(location(link), default=None) if p.name in moving else p for p in first.parameters)
    arguments: tuple[Expr, ...] = tuple(
        call(inverse, Ref(link)) if p.name in moving else Ref(p.name) for p in first.parameters
    )
    return (alternative(first, link, own, arguments, link=link),)
