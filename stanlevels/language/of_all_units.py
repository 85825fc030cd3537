"""Clauses of a normal line that are about all its units together: a known covariance, or a sum of zero."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stanlevels.distributions.structures import CORRELATED, SUMMING
from stanlevels.distributions.table import FAMILIES, Family
from stanlevels.errors import DeclarationError
from stanlevels.language.check_text import check_text
from stanlevels.language.messages.describe import describe

__all__ = ["of_all_units"]


def of_all_units(family: Family, clauses: Mapping[str, Any], centered: Any) -> Family:
    """The distribution of all units together that clauses make of a normal one.

    Raises
    ------
    DeclarationError
        If they cannot stand together, or are not what they should be.
    """
    if clauses.get(CORRELATED) is not None:
        family = _correlated(family, clauses[CORRELATED])
    if clauses.get(SUMMING) not in (None, False):
        family = _summing_to_zero(family, clauses[SUMMING], centered)
    return family


def _correlated(family: Family, matrix: Any) -> Family:
    """The normal distribution whose units have a known covariance, by the name of its matrix."""
    if not isinstance(matrix, str):
        raise DeclarationError(
            f"corr= of sl.{family.name} is {describe(matrix)}",
            expected="the name of a matrix, which comes with the data",
            way_out="write corr='A' here, and bind(df, tables={'A': matrix})",
        )
    check_text(matrix, "the matrix of corr=")
    if family.composed is not None:
        raise DeclarationError(
            f"sl.{family.composed.base} is given corr= beside bounds",
            expected="one of them",
        )
    return FAMILIES[f"{family.key}|{CORRELATED}"]


def _summing_to_zero(family: Family, summing: Any, centered: Any) -> Family:
    """The normal distribution whose units sum to zero."""
    name = family.composed.base if family.composed is not None else family.name
    if summing is not True:
        raise DeclarationError(
            f"zero_sum= of sl.{name} is {describe(summing)}",
            expected="True or False",
        )
    if family.composed is not None:
        raise DeclarationError(
            f"sl.{name} is given zero_sum=True beside bounds or corr=",
            expected="one of them",
        )
    if centered not in (None, False):
        raise DeclarationError(
            f"sl.{name} is given zero_sum=True and centered={centered!r}",
            expected="zero_sum=True alone: numbers that sum to zero have no density of their own",
            way_out="leave centered= out",
        )
    return FAMILIES[f"{family.key}|{SUMMING}"]
