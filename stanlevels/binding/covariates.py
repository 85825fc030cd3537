"""Sets of covariates as matrices: products of coded columns and of expressions of columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.coding import Codings, coded
from stanlevels.binding.read.columns import Values
from stanlevels.distributions.functions import computed
from stanlevels.errors import DataError, InternalError, listing
from stanlevels.graph import (
    Call,
    Column,
    CovariateColumn,
    CovariatesNode,
    CovariateTerm,
    Derived,
    Expr,
    Number,
    Op,
)
from stanlevels.graph.text import INTERCEPT, expression_text, factor_text

__all__ = ["Meaning", "columns_of", "columns_of_powers", "matrix_of", "meanings_of", "width_of"]

Read = Callable[[str], Values]
"""The values of a column at the units of a domain."""

Meaning = tuple[str, str]
"""The label of a column with what its coefficient is a difference from, "" for no category."""


def matrix_of(node: CovariatesNode, n: int, read: Read, codings: Codings) -> Array:
    """The columns of a set (n, K) at n units.

    Raises
    ------
    DataError
        If a column is no number and has no coding, or a covariate is not finite.
    """
    parts = [np.zeros((n, 0)), *(_term(term, n, read, codings) for term in node.terms)]
    return np.concatenate(parts, axis=1, dtype=np.float64)


def _term(term: CovariateTerm, n: int, read: Read, codings: Codings) -> Array:
    """A product of factors: each column of one with each of the next, the first the slowest."""
    found = np.ones((n, 1))
    for factor in term.factors:
        found = (found[:, :, None] * _factor(factor, n, read, codings)[:, None, :]).reshape(
            n, found.shape[1] * width_of(factor, codings)
        )
    return found


def _factor(factor: CovariateColumn | Expr, n: int, read: Read, codings: Codings) -> Array:
    if isinstance(factor, CovariateColumn):
        values = read(factor.name)
        return coded(values, codings[factor]) if factor in codings else values.numeric()[:, None]
    if isinstance(factor, Derived) and factor.degree is not None:
        return np.column_stack([read(name).numeric() for name in columns_of_powers(factor)])
    with np.errstate(all="ignore"):
        found = np.broadcast_to(columns_of(factor, lambda name: read(name).numeric().astype(float)), (n,))
    bad = np.flatnonzero(~np.isfinite(found))
    if len(bad):
        raise DataError(
            f"the covariate {factor_text(factor)!r} is not finite in {len(bad):,} of {n:,} rows:"
            f" {listing(bad)} (counted from 0)",
            expected="a number in every row",
        )
    return found[:, None]


def columns_of(expr: Expr, column: Callable[[str], Array]) -> Array:
    """An expression of data columns and numbers, row by row."""
    match expr:
        case Number(value=value):
            return np.asarray(float(value))
        case Column(name=name):
            return column(name)
        case Derived():
            return column(expression_text(expr, bare=True))
        case Op(symbol=function, args=args) | Call(function=function, args=args):
            return computed(function, *(columns_of(arg, column) for arg in args))
    raise InternalError(f"{expr!r} stands in a covariate")


def width_of(factor: CovariateColumn | Expr, codings: Codings) -> int:
    """How many columns a factor has."""
    return len(_factor_meanings(factor, codings))


def meanings_of(node: CovariatesNode, codings: Codings) -> tuple[Meaning, ...]:
    """The columns of `matrix_of`: ``age``, ``region[south]``, ``region[south]:age``, ``intercept``.

    A set that is called as its only column, as in ``region = sl.data("region", categorical=True)``, says
    the column already: ``south``.
    """
    if len(node.terms) == 1 and len(node.terms[0].factors) == 1:
        (factor,) = node.terms[0].factors
        if isinstance(factor, CovariateColumn) and factor.name == node.name and factor in codings:
            coding = codings[factor]
            return tuple((str(category), coding.against) for category in coding.kept)
    return tuple(meaning for term in node.terms for meaning in _term_meanings(term, codings))


def _term_meanings(term: CovariateTerm, codings: Codings) -> list[Meaning]:
    if not term.factors:
        return [(INTERCEPT, "")]
    return [_joined(several) for several in product(*(_factor_meanings(f, codings) for f in term.factors))]


def _joined(several: Sequence[Meaning]) -> Meaning:
    """The meaning of a product of columns."""
    against = [each for _, each in several]
    return ":".join(label for label, _ in several), ":".join(against) if any(against) else ""


def _factor_meanings(factor: CovariateColumn | Expr, codings: Codings) -> list[Meaning]:
    if isinstance(factor, CovariateColumn) and factor in codings:
        return [(label, codings[factor].against) for label in codings[factor].labels]
    if isinstance(factor, Derived) and factor.degree is not None:
        return [(name, "") for name in columns_of_powers(factor)]
    return [(factor_text(factor), "")]


def columns_of_powers(factor: Derived) -> tuple[str, ...]:
    """The names of the columns of a polynomial, ``polynomial(x)[1]``, or a spline, ``spline(x, 10)[1]``."""
    nested = factor.function == "polynomial"  # of any degree, the first columns are the same
    whole = expression_text(replace(factor, degree=None) if nested else factor, bare=True)
    return tuple(f"{whole}[{k}]" for k in range(1, (factor.degree or 0) + 1))
