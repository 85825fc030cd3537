"""Known covariates: ``sl.data`` and ``sl.covariates``."""

from __future__ import annotations

from typing import Any, Literal, overload

from stanlevels.errors import DeclarationError
from stanlevels.graph import CovariateColumn
from stanlevels.language.check_text import check_text
from stanlevels.language.describe import describe
from stanlevels.language.expressions import Covariates, DataColumn

CODINGS = ("treatment", "sum", "indicator")


@overload
def data(column: str) -> DataColumn: ...
@overload
def data(
    column: str,
    *,
    categorical: Literal[True],
    coding: str = "treatment",
    reference: str | int | bool | None = None,
) -> Covariates: ...
def data(
    column: str,
    *,
    categorical: bool = False,
    coding: str = "treatment",
    reference: str | int | bool | None = None,
) -> DataColumn | Covariates:
    """A known covariate: a column of the data, at the level of the line that uses it.

    Parameters
    ----------
    column : str
        The column's name, exactly as in the data.
    categorical : bool
        The column holds categories. It then stands for several indicator columns, used as
        ``b @ region`` with ``b = sl.Normal(0, 1, over=region)``.
    coding : {"treatment", "sum", "indicator"}
        How categories become numbers: indicators of all but the reference; those with the
        reference at -1; indicators of every category.
    reference : optional
        The category that the others are compared with; by default the first.

    Returns
    -------
    expression, or covariates where `categorical`

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Prices(sl.Model):
    ...     region = sl.data("region", categorical=True, reference="north")
    ...     base = sl.Normal(0, 10)
    ...     b = sl.Normal(0, 1, over=region)
    ...     slope = sl.Normal(0, 1)
    ...     noise = sl.HalfNormal(1)
    ...     price = sl.Normal(base + b @ region + slope * sl.data("size"), noise, observed=True)
    """
    _check_column(column, "sl.data")
    if not categorical:
        if coding != "treatment" or reference is not None:
            raise DeclarationError(
                f"sl.data({column!r}) has coding= or reference= without categorical=True",
                way_out=f"write sl.data({column!r}, categorical=True, ...)",
            )
        return DataColumn(column)
    if coding not in CODINGS:
        raise DeclarationError(
            f"coding= of sl.data({column!r}) is {coding!r}", expected=", ".join(map(repr, CODINGS))
        )
    return Covariates((CovariateColumn(column, coding, reference),))


def covariates(*columns: Any) -> Covariates:
    """Several covariates that are used together, with one coefficient each.

    Parameters
    ----------
    *columns : str or categorical data
        Names of numeric columns, or ``sl.data("region", categorical=True)``.

    Returns
    -------
    covariates
        An axis (``b = sl.Normal(0, 1, over=X)``) and the right side of ``b @ X``.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Prices(sl.Model):
    ...     X = sl.covariates("age", "size")
    ...     base = sl.Normal(0, 10)
    ...     b = sl.Normal(0, 1, over=X)
    ...     noise = sl.HalfNormal(1)
    ...     price = sl.Normal(base + b @ X, noise, observed=True)
    """
    found: list[CovariateColumn] = []
    for column in columns:
        if isinstance(column, Covariates):
            found += column.columns
        else:
            _check_column(column, "sl.covariates")
            found.append(CovariateColumn(column))
    if not found:
        raise DeclarationError("sl.covariates() names no column", expected="at least one column")
    names = [c.name for c in found]
    if len(set(names)) < len(names):
        raise DeclarationError(f"sl.covariates{tuple(names)!r} names a column twice")
    return Covariates(tuple(found))


def _check_column(column: object, where: str) -> None:
    if not isinstance(column, str):
        raise DeclarationError(f"{where} is given {describe(column)}", expected="a column's name, as text")
    check_text(column, f"the column of {where}")
