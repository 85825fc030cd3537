"""What `sl.effects` may be given."""

from __future__ import annotations

from typing import Any

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError
from stanlevels.graph import CovariateColumn
from stanlevels.language.declarations import Level, Rows
from stanlevels.language.describe import describe
from stanlevels.language.expressions import Covariates, Variable, checked_operand
from stanlevels.words import counted

__all__ = [
    "checked_axes",
    "checked_corr",
    "checked_count",
    "checked_given",
    "checked_template",
    "refuse_without_axes",
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
                way_out="declare subject = sl.Level() and write over=subject",
            )
    return axes


def checked_given(given: Any, suffix: str) -> Any:
    """A number, a quantity, a distribution, or a list of numbers and quantities, which becomes a tuple."""
    if hasattr(given, "tolist") and getattr(given, "ndim", 0) == 1:
        given = given.tolist()
    where = f"{suffix}= of sl.effects"
    if isinstance(given, tuple | list):
        return tuple(checked_operand(item, where) for item in given)
    return None if given is None else checked_operand(given, where)


def checked_corr(corr: Any, correlated: Any) -> None:
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
    if not correlated:
        raise DeclarationError(
            "sl.effects has corr= and correlated=False", expected="one of them", way_out="leave corr= out"
        )


def refuse_without_axes(corr: Any) -> None:
    """Coefficients that do not vary have no correlations."""
    if corr is not None:
        raise DeclarationError(
            "sl.effects has corr= without over=",
            expected="correlations between effects that vary",
            way_out="say whose effects they are, over=subject, or leave corr= out",
        )


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
    several = any(isinstance(f, CovariateColumn) for f in factors)
    count = len(terms.terms)
    if len(given) < count or (len(given) > count and not several):
        raise DeclarationError(
            f"{suffix}= of sl.effects has {len(given)} entries for {counted(count, 'term')}",
            expected="an entry for each term, in their order",
        )
