"""Expressions whose every lookup is explicit: what `place` makes of the language's expressions.

A term is evaluated at the domain of its line. Its own `domain` is that domain, or () where it does
not vary over units; its `components` are the component axes along which it varies.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

Domain = tuple[str, ...]
"""Unit axes: () is a scalar, (ROWS,) the rows, (level,) a level, (a, b) all pairs of two levels."""


@dataclass(frozen=True)
class Literal:
    """A number that stays in the program's text."""

    value: float
    domain: Domain = ()
    components: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """A number of a prior: a data entry of the program, so that changing it compiles nothing.

    `values` has one entry, or one per component.
    """

    quantity: str
    argument: str
    values: tuple[float, ...]
    domain: Domain = ()
    components: tuple[str, ...] = ()


@dataclass(frozen=True)
class Use:
    """A quantity at the line's domain.

    `road` is how its unit is found from the line's unit: the levels (or roads, for ``strength[home]``)
    to look up; () where the quantity is a scalar or lives at the line's own domain.
    """

    name: str
    road: Domain
    domain: Domain
    components: tuple[str, ...] = ()


@dataclass(frozen=True)
class Take:
    """One component (0-based position) of a quantity."""

    use: Use
    position: int
    domain: Domain
    components: tuple[str, ...] = ()


@dataclass(frozen=True)
class Known:
    """A covariate at the line's domain."""

    column: str
    domain: Domain
    components: tuple[str, ...] = ()


@dataclass(frozen=True)
class Linear:
    """Coefficients times the covariates at the line's domain."""

    use: Use
    covariates: str
    domain: Domain
    components: tuple[str, ...] = ()


@dataclass(frozen=True)
class Apply:
    """An operator or a function, elementwise."""

    function: str
    args: tuple[Term, ...]
    domain: Domain
    components: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vector:
    """Several terms as the entries of one vector per unit."""

    items: tuple[Term, ...]
    domain: Domain
    components: tuple[str, ...] = ()


Term = Literal | Setting | Use | Take | Known | Linear | Apply | Vector


def inside(term: Term) -> tuple[Term, ...]:
    """The terms directly inside `term`."""
    match term:
        case Apply(args=args):
            return args
        case Vector(items=items):
            return items
        case Take(use=use) | Linear(use=use):
            return (use,)
        case _:
            return ()


def walk(term: Term) -> Iterator[Term]:
    """`term` and everything inside it."""
    pending = [term]
    while pending:
        found = pending.pop()
        yield found
        pending += reversed(inside(found))


def uses(term: Term) -> tuple[Use, ...]:
    """Every use of a quantity in `term`."""
    return tuple(inner for inner in walk(term) if isinstance(inner, Use))
