"""Known covariates: ``sl.data`` and ``sl.covariates``."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any, Literal, TypeAlias, get_args, overload

from stanlevels.errors import DeclarationError
from stanlevels.graph import CovariateColumn
from stanlevels.language.check_text import check_text
from stanlevels.language.expressions import (
    Covariates,
    DataColumn,
    Expression,
    Factors,
    terms_of,
)
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import describe
from stanlevels.language.messages.meant import instead_of_columns
from stanlevels.words import counted

Term: TypeAlias = Expression | Covariates | str | int
"""What stands among covariates: a column's name, data and expressions of data, sets, and 1."""

Coding: TypeAlias = Literal["treatment", "sum", "indicator", "polynomial", "steps", "helmert"]
"""How categories become numbers."""

CODINGS = get_args(Coding)


_OF_DATA = {
    **dict.fromkeys(("category", "cat", "categories", "factor", "categoric"), "it is called categorical="),
    **dict.fromkeys(("ref", "baseline", "base", "levels"), "the category to compare with is reference="),
    **dict.fromkeys(("contrasts", "contrast", "encoding"), "it is called coding="),
    **dict.fromkeys(("level", "over", "group"), "it lives where its line lives: sl.data('column')"),
}


@overload
def data(column: str) -> Expression: ...
@overload
def data(
    column: str,
    *,
    categorical: Literal[True],
    coding: Coding = "treatment",
    reference: str | int | bool | None = None,
) -> Covariates: ...
@in_words("sl.data", _OF_DATA, "several columns are sl.covariates('a', 'b')")
def data(
    column: str,
    *,
    categorical: bool = False,
    coding: Coding = "treatment",
    reference: str | int | bool | None = None,
) -> Expression | Covariates:
    """A known covariate: a column of the data, at the level of the line that uses it.

    Parameters
    ----------
    column : str
        The column's name, exactly as in the data.
    categorical : bool
        The column holds categories. It then stands for several indicator columns, used as
        ``b @ region`` with ``b = sl.Normal(0, 1, over=region)``. Products with other categories and
        with columns, ``region * season``, are sets of covariates too.
    coding : {"treatment", "sum", "indicator", "polynomial", "steps", "helmert"}
        How categories become numbers: indicators of all but the reference; those with the
        reference at -1; indicators of every category; orthogonal polynomials over categories that
        have an order and are equally far apart (R's contr.poly), called ``dose[linear]``,
        ``dose[quadratic]``, ``dose[cubic]``, ``dose[^4]``; steps from each category to the next, of
        which a unit has those up to its own (monotonic effects: ``slope * (share @ income)`` with
        ``share = sl.Dirichlet(1, over=income)``); each category against the mean of those before it
        (R's contr.helmert).
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
    if not isinstance(categorical, bool):
        known = categorical in CODINGS
        raise DeclarationError(
            f"categorical= of sl.data({column!r}) is {categorical!r}",
            expected="True or False",
            way_out=f"write sl.data({column!r}, categorical=True, coding={categorical!r})" if known else "",
        )
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
    if reference is not None and coding not in ("treatment", "sum"):
        raise DeclarationError(
            f"sl.data({column!r}) has reference={reference!r} with coding={coding!r}, which has none",
            way_out="leave reference= out, or take treatment or sum coding",
        )
    return Covariates(((CovariateColumn(column, coding, reference),),))


@in_words("sl.covariates")
def covariates(*terms: Term) -> Covariates:
    """Several covariates that are used together, with one coefficient each.

    Parameters
    ----------
    *terms : 1, str, data, expression of data, or covariates
        ``1`` for an intercept, as the first term. A column's name: numbers stand as they are, text,
        categories and booleans are treatment coded (the plan says so). ``sl.data(...)``, numeric or
        categorical, and expressions of columns, such as ``sl.log(sl.data("x"))`` or ``a * b``. Products
        with categories, ``region * season`` and ``region * sl.data("x")``, have a column for each
        combination of their columns (R's ``region:season``). Another set stands for its terms.

    Returns
    -------
    covariates
        An axis (``b = sl.Normal(0, 1, over=X)``) and the right side of ``b @ X``. Its labels are the
        columns' names, ``region[south]``, ``a:b``, the text of an expression, and ``intercept``.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Prices(sl.Model):
    ...     region = sl.data("region", categorical=True)
    ...     age = sl.data("age")
    ...     X = sl.covariates(1, "size", age, age**2, region, region * age)
    ...     b = sl.Normal(over=X)
    ...     noise = sl.HalfNormal(1)
    ...     price = sl.Normal(b @ X, noise, observed=True)
    """
    found = [factors for term in terms for factors in _terms(term, "sl.covariates")]
    if not found:
        raise DeclarationError("sl.covariates() names no column", expected="at least one column")
    names = [factors[0].name for factors in found if _is_name(factors)]
    if len(set(names)) < len(names):
        raise DeclarationError(f"sl.covariates{tuple(names)!r} names a column twice")
    return Covariates(tuple(found))


@in_words("sl.interactions")
def interactions(*terms: Term, order: int = 2) -> Covariates:
    """Products of covariates, for use among them: all of 2 terms, of 3, up to `order`.

    Parameters
    ----------
    *terms : str, data, expression of data, or covariates
        As in `covariates`. A set counts as one term; alone, it stands for its terms.
    order : int
        How many terms are multiplied at most.

    Returns
    -------
    covariates
        The products alone: the terms themselves stand beside them, as in the example.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Yields(sl.Model):
    ...     X = sl.covariates(1, "soil", "dose", "rain", sl.interactions("soil", "dose", "rain"))
    ...     b = sl.Normal(over=X)
    ...     noise = sl.HalfNormal(1)
    ...     crop = sl.Normal(b @ X, noise, observed=True)
    """
    groups = [_terms(term, "sl.interactions") for term in terms]
    if len(groups) == 1:
        groups = [(factors,) for factors in groups[0]]
    if not isinstance(order, int) or isinstance(order, bool) or not 2 <= order <= len(groups):
        raise DeclarationError(
            f"sl.interactions has {counted(len(groups), 'term')} and order={order!r}",
            expected="two terms or more, and an order from 2 to their number",
        )
    if any(not factors for group in groups for factors in group):
        raise DeclarationError(
            "sl.interactions is given 1", expected="terms that vary", way_out="leave 1 out of them"
        )
    return Covariates(
        tuple(
            tuple(factor for factors in chosen for factor in factors)
            for size in range(2, order + 1)
            for several in combinations(groups, size)
            for chosen in product(*several)
        )
    )


def _terms(term: Any, where: str) -> tuple[Factors, ...]:
    """What one argument stands for, as products of factors."""
    if isinstance(term, Covariates | Expression):
        return terms_of(term)
    if isinstance(term, str):
        check_text(term, f"the column of {where}")
        return ((CovariateColumn(term),),)
    if isinstance(term, int) and not isinstance(term, bool) and term == 1:
        return ((),)
    raise DeclarationError(
        f"{where} is given {describe(term)}",
        expected="1 for an intercept, a column's name as text, sl.data(...) or an expression of it",
        way_out=instead_of_columns(term, where),
    )


def _is_name(factors: Factors) -> bool:
    return len(factors) == 1 and isinstance(factors[0], CovariateColumn)


def _check_column(column: object, where: str) -> None:
    if not isinstance(column, str):
        raise DeclarationError(
            f"{where} is given {describe(column)}",
            expected="a column's name, as text",
            way_out=instead_of_columns(column, where),
        )
    check_text(column, f"the column of {where}")
