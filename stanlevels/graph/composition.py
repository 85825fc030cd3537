"""Distributions made of distributions, taken apart again: what a person wrote in the call of another."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stanlevels.graph.expressions import Expr
from stanlevels.graph.nodes import VariableNode

__all__ = ["Composition", "composition"]

_LOGIT = "_logit"


@dataclass(frozen=True)
class Composition:
    """A line whose distribution is made of others.

    Attributes
    ----------
    wrapper : str
        What makes it of them.
    parts : tuple of VariableNode
        The line with each of them in its place.
    arguments : tuple of (str, Expr or None)
        The further ones, None where left open.
    several : bool
        Whether it is made of a list.
    """

    wrapper: str
    parts: tuple[VariableNode, ...]
    arguments: tuple[tuple[str, Expr | None], ...]
    several: bool

    @property
    def own(self) -> tuple[tuple[str, Expr], ...]:
        """Further arguments as they are written: a single one by its place ("") or as ``logit=``."""
        given = tuple((name, expr) for name, expr in self.arguments if expr is not None)
        if len(self.arguments) > 1:
            return given
        return tuple(("logit" if name.endswith(_LOGIT) else "", expr) for name, expr in given)


def composition(node: VariableNode) -> Composition | None:
    """What the distribution of a line is made of; None where it is made of no other.

    Examples
    --------
    >>> from stanlevels.graph import Number
    >>> args = (("log", Number(1)), ("zero_logit", Number(0)))
    >>> found = composition(VariableNode("y", "Hurdle(Poisson)", args, "log|logit"))
    >>> found.wrapper, found.parts[0].family, found.own
    ('Hurdle', 'Poisson', (('logit', Number(value=0)),))
    """
    wrapper, _, inner = node.family.partition("(")
    if not inner:
        return None
    bases = [each.partition(":")[::2] for each in inner[:-1].split(",")]
    if len(bases) > 1:
        parts = tuple(_one(node, base, key, f"_{k}") for k, (base, key) in enumerate(bases, 1))
        return Composition(wrapper, parts, node.args[-1:], several=True)
    key, _, ways = node.parameterization.partition("|")
    count = ways.count(",") + 1
    part = replace(node, family=bases[0][0], parameterization=key, args=node.args[:-count])
    return Composition(wrapper, (part,), node.args[-count:], several=False)


def _one(node: VariableNode, base: str, key: str, end: str) -> VariableNode:
    """One of several distributions: the arguments that have its number, without it."""
    args = tuple((name.removesuffix(end), expr) for name, expr in node.args if name.endswith(end))
    return replace(node, family=base, parameterization=key, args=args)
