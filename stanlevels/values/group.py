"""Quantities that were integrated out together, and what depends on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stanlevels.arrays import Array, Codes
from stanlevels.gaussian.beside import UnitRows
from stanlevels.gaussian.design import Block
from stanlevels.graph import Expr
from stanlevels.plan.terms import Domain, Term

__all__ = ["Beside", "Besides", "ConjugateGroup", "Group", "Sums"]


@dataclass(frozen=True, eq=False)
class Sums:
    """A location as known numbers plus sparse matrices times unknown numbers.

    Attributes
    ----------
    offset : ndarray, (units * components,)
    parts : mapping of str to sparse array
        By quantity: one of the group enters by its deviations from its mean, any other as it is.
    """

    offset: Array
    parts: Mapping[str, Any]


@dataclass(frozen=True, eq=False)
class Besides:
    """What one outcome says of quantities, its effects of nested levels integrated out.

    Attributes
    ----------
    effects : tuple of str
        Their names, from the finest level up.
    rows : UnitRows
    at : ndarray, (K,)
        Least-squares values of the quantities' deviations.
    shift : ndarray, (K, coefficients)
        What is taken off these for every 1 that coefficients lie off theirs.
    coefficients : tuple of Term
        What is sampled beside them, and has no units.
    coefficients_at : ndarray
        Its least-squares values.
    scale : Term
        The residual standard deviation, but for known numbers.
    """

    effects: tuple[str, ...]
    rows: UnitRows
    at: Array
    shift: Array
    coefficients: tuple[Term, ...]
    coefficients_at: Array
    scale: Term


@dataclass(frozen=True, eq=False)
class Group:
    """Quantities that were integrated out together.

    Attributes
    ----------
    names : tuple of str
        In the order of dependence.
    blocks : tuple of Block
        Their deviations from their means, one block for each.
    rows : mapping of str to sparse array, (units * components, K)
        What the deviations are multiplied by in the location of every line that depends on them.
    sums : mapping of str to Sums
        The locations of these lines, and the quantities themselves, where everything in them is linear.
    besides : Besides, optional
        Where the group is drawn first, with effects that are drawn later integrated out: then `rows` and
        `sums` are empty.
    """

    names: tuple[str, ...]
    blocks: tuple[Block, ...]
    rows: Mapping[str, Any]
    sums: Mapping[str, Sums]
    besides: Besides | None = None

    @property
    def size(self) -> int:
        """Number of deviations."""
        return sum(block.size for block in self.blocks)


@dataclass(frozen=True, eq=False)
class Beside:
    """Exposures of one outcome that rest on what was sampled, by cells of equal rows.

    Attributes
    ----------
    term : Term
        The log of what the known exposures are multiplied by, at the rows.
    domain : Domain
        The rows.
    exposure : ndarray, (cells,)
        Sums of the known exposures of every cell, cells of one unit side by side.
    rows : ndarray of int, (cells,)
        A row of every cell.
    first : ndarray of int, (units + 1,)
        The place of the first cell of every unit, and the end.
    """

    term: Term
    domain: Domain
    exposure: Array
    rows: Codes
    first: Codes


@dataclass(frozen=True, eq=False)
class ConjugateGroup:
    """A quantity that was integrated out and is of its declared kind given the rows: gamma, or beta.

    Attributes
    ----------
    name : str
    kind : str
        As in `Conjugate`.
    shapes : tuple of Expr
        The two arguments of its distribution that data add to, from its arguments by name: shape and rate
        of a gamma variable, both shapes of a beta variable.
    added : tuple of ndarray, (units,)
        What every unit's rows add to either, as far as it is known.
    beside : tuple of Beside
        What rows add to the second besides.
    """

    name: str
    kind: str
    shapes: tuple[Expr, Expr]
    added: tuple[Array, Array]
    beside: tuple[Beside, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Of what is drawn back."""
        return (self.name,)

    @property
    def size(self) -> int:
        """Number of units."""
        return len(self.added[0])
