"""What the quantities of a predictor are multiplied by: columns, and how far they spread."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.graph import CovariatesNode
from stanlevels.linear.multiples import Columns
from stanlevels.linear.scales import moments
from stanlevels.linear.sums import Addend, Sum, Unknown
from stanlevels.plan.terms import Domain, Known, Linear, memberships_of_slot

__all__ = ["Column", "gather", "partial_spreads", "together"]


_FLAT = 1e-10  # of its size, below which a column does not vary
_COLLINEAR = 1e-10  # share of its variance that other columns leave, below which they leave nothing


@dataclass(frozen=True, eq=False)
class Column:
    """All that one quantity (or component) is multiplied by in a predictor.

    Attributes
    ----------
    name : str
    position : int or None
    home : Domain
        The units of the quantity.
    values : ndarray, (rows, columns)
        One column, or one per coefficient of a set of covariates.
    called : str
        What people call it.
    alone : bool
        Whether it is multiplied by numbers only: an intercept, whatever the data.
    of_set : bool
        Whether the columns are those of a set of covariates, with a coefficient each.
    intercept : bool
        Whether the first column of the set is the constant 1, multiplied by numbers only.
    of_members : bool
        Whether these are weights of members: in one place, or by `together` the lengths of their vectors.
    """

    name: str
    position: int | None
    home: Domain
    values: Array
    called: str
    alone: bool
    of_set: bool
    intercept: bool = False
    of_members: bool = False

    def split(self) -> list[Column]:
        """One for each coefficient of a set of covariates."""
        if not self.of_set:
            return [self]
        each = range(self.values.shape[1])
        return [
            replace(
                self,
                position=k,
                values=self.values[:, k : k + 1],
                alone=self.intercept and k == 0,
                of_set=False,
                intercept=False,
            )
            for k in each
        ]

    def slopes(self) -> Column:
        """The same with a zero in place of the constant 1."""
        values = self.values.copy()
        values[:, 0] = 0.0
        return replace(self, values=values, intercept=False)

    def moments(self, weights: Array | None) -> list[tuple[float, float]]:
        """Mean and standard deviation of each column."""
        return [moments(column, weights) for column in self.values.T]

    @property
    def is_constant(self) -> bool:
        """Whether it is one column that does not vary, and is not 0."""
        size = float(np.max(np.abs(self.values), initial=0.0))
        return self.values.shape[1] == 1 and size > 0 and float(np.ptp(self.values)) <= _FLAT * size


def gather(addends: Sum, rows: int, columns: Columns) -> list[Column]:
    """One entry per unknown quantity (or component), whatever the addends in which it stands."""
    found: dict[tuple[Any, ...], Column] = {}
    for addend in addends:
        unknown = addend.unknown
        assert isinstance(unknown, Unknown)
        values = _values(addend, rows, columns)
        values = values if rows else np.ones((1, values.shape[1]))  # without data: as if there were one row
        key = (unknown.name, unknown.position, unknown.place.path, values.shape[1])
        if key in found:
            before = found[key]
            alone = before.alone and _is_alone(addend, columns)
            first = before.intercept and _has_intercept(addend, columns)
            found[key] = replace(before, values=before.values + values, alone=alone, intercept=first)
        else:
            several = bool(columns.planned.lines[unknown.name].components) and _is_of_set(addend)
            found[key] = Column(
                unknown.name,
                unknown.position,
                unknown.place.home,
                values,
                _called(addend),
                _is_alone(addend, columns),
                several,
                several and _has_intercept(addend, columns),
                any(isinstance(f.term, Known) and memberships_of_slot(f.term.column) for f in addend.known),
            )
    return list(found.values())


def together(columns: list[Column]) -> list[Column]:
    """The same columns; those of members in several places of one sum are one, the length of their vector.

    The sum of independent effects times weights has their standard deviation times that length.
    """
    places = defaultdict(list)
    for column in columns:
        if column.of_members:
            places[column.name, column.position, column.called].append(column)
    first = {id(found[0]): found for found in places.values()}
    return [
        replace(column, values=np.sqrt(sum(np.square(each.values) for each in first[id(column)])))
        if column.of_members
        else column
        for column in columns
        if not column.of_members or id(column) in first
    ]


def _values(addend: Addend, rows: int, columns: Columns) -> Array:
    if addend.covariates is None:
        return np.broadcast_to(columns.multiple(addend)[:, :1], (rows, 1))
    matrix = np.broadcast_to(columns.matrix(addend), (rows, columns.matrix(addend).shape[1]))
    unknown = addend.unknown
    assert isinstance(unknown, Unknown)
    alone = not columns.planned.lines[unknown.name].components  # one number for all covariates
    return matrix.sum(axis=1, keepdims=True) if alone else matrix


def _is_of_set(addend: Addend) -> bool:
    """Whether an unknown stands for coefficients of all columns of a set of covariates."""
    return addend.covariates is not None and addend.column is None


def _is_alone(addend: Addend, columns: Columns) -> bool:
    """Whether an unknown is multiplied by numbers only; the constant 1 of a set is one."""
    if addend.column is not None:
        return addend.column == 0 and _has_intercept(addend, columns)
    return not addend.known and addend.covariates is None


def _has_intercept(addend: Addend, columns: Columns) -> bool:
    """Whether the coefficients of a set begin with an intercept, whatever the data."""
    term = None if addend.covariates is None else addend.covariates.term
    node = columns.planned.graph[term.covariates] if isinstance(term, Linear) else None
    return isinstance(node, CovariatesNode) and node.has_intercept and not addend.known


def _called(addend: Addend) -> str:
    if addend.covariates is not None:
        return str(getattr(addend.covariates.term, "covariates", "its covariates"))
    names = [_called_column(f.term.column) for f in addend.known if isinstance(f.term, Known)]
    return " x ".join(names) if len(names) == len(addend.known) else "what it multiplies"


def _called_column(name: str) -> str:
    """A column as messages name it: that of members in one place is all of theirs."""
    memberships = memberships_of_slot(name)
    return f"the weights in {memberships}" if memberships else name


def partial_spreads(varying: list[Column], weights: Array | None) -> Array:
    """The standard deviation of every single column that the other columns leave; 1 for one of zeros.

    With products and powers of covariates far from 0 the columns are nearly collinear, and a coefficient is
    larger than the spread of its own column says. Where nothing is left its own spread stands.
    """
    own = np.array([column.moments(weights)[0][1] for column in varying])
    moving = np.flatnonzero(own > 0)
    left = np.ones(len(own))
    if len(moving) and len(varying[0].values) > len(moving) + 1:
        Z = np.concatenate([varying[k].values for k in moving], axis=1)
        left[moving] = _left(Z, own[moving], weights)
    return np.where(own > 0, own * np.sqrt(left), 1.0)


def _left(Z: Array, spread: Array, weights: Array | None) -> Array:
    """The share of every column's variance that the others leave, 1 where that is nothing."""
    means = np.array([moments(column, weights)[0] for column in Z.T])
    scaled = (Z - means) / spread
    if weights is not None:
        scaled = scaled * np.sqrt(weights)[:, None]
    _, values, right = np.linalg.svd(np.linalg.qr(scaled, mode="r"), full_matrices=False)
    kept = values > 1e-12 * values.max(initial=0.0)
    if not kept.all():
        return np.ones(len(spread))
    inverse = np.sum(np.square(right / values[:, None]), axis=0)
    rows = float(len(Z) if weights is None else weights.sum())
    share = 1 / (inverse * max(rows - 1, 1.0))
    return np.where(share > _COLLINEAR, np.minimum(share, 1.0), 1.0)
