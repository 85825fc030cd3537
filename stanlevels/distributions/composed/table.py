"""Families that are made of others: by a wrapper, or by clauses such as bounds.

A wrapped one is called ``ZeroInflated(Poisson)``, one with clauses ``Normal|lower,upper``: the arguments that
these bring along. A mixture says how each of its distributions is written: ``Mixture(Normal,Poisson:log)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from stanlevels.distributions.composed.censored import censored
from stanlevels.distributions.composed.ends import ZERO_ONE_INFLATED
from stanlevels.distributions.composed.mixture import mixture
from stanlevels.distributions.composed.partly import SEEN, partly
from stanlevels.distributions.composed.truncated import truncated
from stanlevels.distributions.composed.wrapper import Wrapper
from stanlevels.distributions.composed.zeros import HURDLE, ZERO_INFLATED
from stanlevels.distributions.family import Composed

if TYPE_CHECKING:
    from stanlevels.distributions.family import Family

__all__ = ["MIXTURE", "WRAPPERS", "made_of"]

_EVERY = (ZERO_INFLATED, HURDLE, ZERO_ONE_INFLATED)
WRAPPERS: dict[str, Wrapper] = {wrapper.name: wrapper for wrapper in _EVERY}
MIXTURE = "Mixture"
_BOUNDS = ("lower", "upper")


def made_of(name: str, families: Mapping[str, Family]) -> Family:
    """The family of that name.

    Raises
    ------
    KeyError
        If none can be made.
    """
    base, _, clauses = name.partition("|")
    if clauses:
        return _with_clauses(name, families[base], tuple(clauses.split(",")))
    outer, _, inner = name.partition("(")
    if outer == MIXTURE and inner.endswith(")"):
        pairs = [each.partition(":")[::2] for each in inner[:-1].split(",")]
        bases = [families[base] for base, _ in pairs]
        forms = [base.parameterization(key) for base, (_, key) in zip(bases, pairs, strict=True)]
        return mixture(name, bases, forms)
    if outer not in WRAPPERS or not inner.endswith(")"):
        raise KeyError(name)
    return WRAPPERS[outer].of(families[inner[:-1]])


def _with_clauses(name: str, base: Family, own: tuple[str, ...]) -> Family:
    bounds = tuple(clause for clause in own if clause in _BOUNDS)
    found = truncated(base, bounds) if bounds else base
    if "status" in own:
        found = censored(found, "until" in own)
    if SEEN.name in own:
        found = partly(found)
    return replace(found, name=name, digest="", composed=Composed("", base.key, own))
