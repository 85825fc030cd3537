"""What a bound model remembers apart from its rows: how labels become units, columns and categories."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stanlevels.binding.clocks import Clock
from stanlevels.binding.coding import Codings
from stanlevels.binding.derived import Derivation
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.levels.nesting import Links
from stanlevels.binding.matrices import LabelledMatrix
from stanlevels.binding.memberships import Membership
from stanlevels.binding.read.column_places import Place

__all__ = ["Encodings"]


@dataclass(frozen=True)
class Encodings:
    """What new data and a saved fit need, and nothing else: no rows.

    Attributes
    ----------
    levels : mapping of str to BoundLevel
        Units of every level with their labels and keys; roads to a level are not among them.
    links : mapping of str to mapping
        For each level, the levels, roads and rows that it determines, with the unit of each.
    reached : tuple of str
        The levels and roads that every row belongs to.
    codings : mapping of CovariateColumn to Coding
        The coding of every column that stands among covariates as categories.
    categories : mapping of str to tuple
        The categories of every categorical outcome, in order, by line.
    tables : mapping of str to Place
        Columns of the levels' own tables, in the order of their units.
    derived : mapping of str to Derivation
        How columns that are made of all values of others were made, in order.
    clocks : mapping of str to Clock
        Times of units, by level.
    matrices : mapping of str to LabelledMatrix
        Covariances of units, by name.
    memberships : mapping of str to Membership
        Who belongs to each unit, by table.
    partial : mapping of str to mapping
        For a level, what some of its units belong to, with any unit for the others.
    fills : mapping of str to object
        What stands where an outcome that is summed out is missing, by line.
    sums : mapping of str to (tuple, tuple)
        By line that is a mixture over what outcomes may be: these outcomes, and for each part of the mixture
        the value of each, a category as its place from 1.
    """

    levels: Mapping[str, BoundLevel]
    links: Links
    reached: tuple[str, ...]
    codings: Codings
    categories: Mapping[str, tuple[Any, ...]]
    tables: Mapping[str, Place]
    derived: Mapping[str, Derivation] = field(default_factory=dict)
    clocks: Mapping[str, Clock] = field(default_factory=dict)
    matrices: Mapping[str, LabelledMatrix] = field(default_factory=dict)
    memberships: Mapping[str, Membership] = field(default_factory=dict)
    partial: Links = field(default_factory=dict)
    fills: Mapping[str, Any] = field(default_factory=dict)
    sums: Mapping[str, tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]] = field(default_factory=dict)
