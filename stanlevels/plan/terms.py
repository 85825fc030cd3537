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
class Members:
    """A quantity summed over the members of the units of a line, by their weights.

    It is all of a line by itself, over the level whose units have members. `road` is where the quantity
    lives, as seen from a member; `of` the level of members, `weights` the column of the table, "" where each
    counts once, and `width` the most members that a unit has.
    """

    quantity: Use | Take
    memberships: str
    of: str
    road: Domain
    weights: str
    width: int
    domain: Domain
    components: tuple[str, ...] = ()

    @property
    def use(self) -> Use:
        """The quantity, whatever component of it."""
        return self.quantity.use if isinstance(self.quantity, Take) else self.quantity

    @property
    def position(self) -> int | None:
        """The component of the quantity, None where it has one number for each unit."""
        return self.quantity.position if isinstance(self.quantity, Take) else None


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


Term = Literal | Setting | Use | Take | Known | Linear | Members | Apply | Vector


def inside(term: Term) -> tuple[Term, ...]:
    """The terms directly inside `term`."""
    match term:
        case Apply(args=args):
            return args
        case Vector(items=items):
            return items
        case Take(use=use) | Linear(use=use):
            return (use,)
        case Members(quantity=quantity):
            return (quantity,)
        case _:
            return ()


def walk(term: Term) -> Iterator[Term]:
    """`term` and everything inside it."""
    pending = [term]
    while pending:
        found = pending.pop()
        yield found
        pending += reversed(inside(found))


def slot(memberships: str, place: int) -> str:
    """The road from a unit to its member in a place (from 0), and the column with the weight of that member.

    Where a unit has fewer members it leads to any of them, with a weight of 0.
    """
    return f"<{memberships} {place}>"


def memberships_of_slot(name: str) -> str:
    """The memberships whose place a road or a column stands for; "" for all others.

    Examples
    --------
    >>> memberships_of_slot(slot("lineup", 3)), memberships_of_slot("minutes")
    ('lineup', '')
    """
    memberships, _, place = name[1:-1].rpartition(" ")
    return memberships if name.startswith("<") and place.isdecimal() else ""


def uses(term: Term) -> tuple[Use, ...]:
    """Every use of a quantity in `term`."""
    return tuple(inner for inner in walk(term) if isinstance(inner, Use))
