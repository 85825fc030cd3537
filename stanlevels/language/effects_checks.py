"""What `sl.effects` may be given."""

from __future__ import annotations

from typing import Any

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError
from stanlevels.graph import CovariateColumn
from stanlevels.language.covariates import covariates
from stanlevels.language.declarations import Level, Rows
from stanlevels.language.distributions import family_of
from stanlevels.language.expressions import Covariates, DerivedColumn, Variable, checked_operand
from stanlevels.language.messages.describe import describe
from stanlevels.words import counted

__all__ = [
    "checked_axes",
    "checked_corr",
    "checked_count",
    "checked_given",
    "checked_template",
    "checked_terms",
    "is_one_column",
]


def checked_axes(over: Any) -> tuple[Level | Rows, ...]:
    """Levels, or the data's rows, as a tuple."""
    if over is None:
        return ()
    axes = tuple(over) if isinstance(over, tuple | list) else (over,)
    for axis in axes:
        if not isinstance(axis, Level | Rows):
            raise DeclarationError(
                f"over= of sl.effects is {describe(axis)}",
                expected="a Level, sl.rows, or a tuple of these",
                way_out=f"declare {_name(axis)} = sl.Level() and write over={_name(axis)}",
            )
    return axes


def _name(axis: object) -> str:
    return axis if isinstance(axis, str) and axis.isidentifier() else "subject"


def is_one_column(terms: Covariates) -> bool:
    """Whether a set has one column, as far as can be known before the data are seen."""
    return len(terms.terms) == 1 and not any(map(_may_be_several, terms.terms[0]))


def _may_be_several(factor: object) -> bool:
    """Whether a factor of a covariate may have several columns: categories, or powers."""
    powers = isinstance(factor, DerivedColumn) and factor.degree is not None
    return powers or isinstance(factor, CovariateColumn)


def checked_given(given: Any, suffix: str) -> Any:
    """A number, a quantity, a distribution, or a list of numbers and quantities, which becomes a tuple."""
    where = f"{suffix}= of sl.effects"
    if (family := family_of(given)) is not None:
        raise DeclarationError(
            f"{where} is the distribution {family.name} itself",
            expected="a call of it",
            way_out=f"write {suffix}=sl.{family.name}(...), or leave it out",
        )
    if hasattr(given, "tolist") and getattr(given, "ndim", 0) == 1:
        given = given.tolist()
    if isinstance(given, tuple | list):
        return tuple(checked_operand(item, where) for item in given)
    return None if given is None else checked_operand(given, where)


def checked_corr(corr: Any, correlated: Any, axes: tuple[Any, ...], *, single: bool) -> None:
    """A correlation matrix, or its prior, where there are correlations."""
    if not isinstance(correlated, bool):
        raise DeclarationError(
            f"correlated= of sl.effects is {describe(correlated)}", expected="True or False"
        )
    if corr is None:
        return
    if not (isinstance(corr, Variable) and FAMILIES[corr.family].is_correlation):
        raise DeclarationError(
            f"corr= of sl.effects is {describe(corr)}",
            expected="a correlation matrix: sl.LKJCholesky(2), or a line with one",
            way_out="for effects without correlations write correlated=False",
        )
    beside = "correlated=False" if not correlated else "one component" if single else "no over="
    if not correlated or single or not axes:
        raise DeclarationError(
            f"sl.effects has corr= and {beside}",
            expected="correlations between several effects that vary",
            way_out="leave corr= out",
        )


def checked_terms(terms: tuple[Any, ...]) -> Covariates:
    """Terms as a set of covariates; what stands among them by mistake is an error that says what is meant."""
    if not terms:
        raise DeclarationError(
            "sl.effects() names no term",
            expected="at least one: 1 for an intercept, a column's name, sl.data(...)",
            way_out='write sl.effects(1, "x", over=school)',
        )
    for term in terms:
        if isinstance(term, Level | Rows):
            raise DeclarationError(
                f"a term of sl.effects is {describe(term)}",
                expected="covariates: 1 for an intercept, columns' names, sl.data(...)",
                way_out="for an effect of every unit of a level write sl.effects(1, over=school)",
            )
        if isinstance(term, int | float) and term == 0:
            raise DeclarationError(
                f"a term of sl.effects is {term!r}",
                expected="covariates: 1 for an intercept, columns' names, sl.data(...)",
                way_out="leave it out: there is no intercept without 1",
            )
    return terms[0] if len(terms) == 1 and isinstance(terms[0], Covariates) else covariates(*terms)


def checked_template(given: Variable, suffix: str) -> None:
    """A distribution without a name: it becomes the prior of each component's own, or of the correlations."""
    family = FAMILIES[given.family]
    if given.over or given.observed:
        raise DeclarationError(
            f"{suffix}= of sl.effects is {describe(given)} with {'over=' if given.over else 'observed='}",
            expected="a distribution alone: it is that of every component",
            way_out=f"leave it out, or give the line a name and write {suffix}= with that name",
        )
    if suffix != "corr" and not (family.is_scalar and family.latent):
        raise DeclarationError(
            f"{suffix}= of sl.effects is {describe(given)}", expected="a distribution of one number"
        )


def checked_count(given: Any, suffix: str, terms: Covariates) -> None:
    """A list has an entry for each component: as many as terms, or more where these may be categories."""
    factors = [factor for term in terms.terms for factor in term]
    several = any(map(_may_be_several, factors))
    count = len(terms.terms)
    if len(given) < count or (len(given) > count and not several):
        raise DeclarationError(
            f"{suffix}= of sl.effects has {counted(len(given), 'entry')} for {counted(count, 'term')}",
            expected="an entry for each term, in their order",
        )
