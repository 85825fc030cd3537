"""Outcomes that say which rows of a group were chosen: ``sl.ConditionalLogit(eta, within=choice)``."""

from __future__ import annotations

from typing import Any

from stanlevels.distributions.choices import CONDITIONAL_LOGIT
from stanlevels.errors import DeclarationError
from stanlevels.graph import CHOSEN, WITHIN
from stanlevels.language.declarations import Level
from stanlevels.language.distributions import line_of
from stanlevels.language.expressions import DerivedColumn, Expression, Operand, OwnOutcome, checked_operand
from stanlevels.language.messages.calls import in_words
from stanlevels.language.messages.describe import describe

__all__ = ["ConditionalLogit"]

_MEANT = {
    **dict.fromkeys(
        ("strata", "stratum", "group", "by", "among", "level", "choice"),
        "the level whose rows are chosen among is within=",
    ),
    **dict.fromkeys(("logit", "mu", "utility", "x"), "the log odds are the first argument"),
    "over": "it has data in rows; the level whose rows are chosen among is within=",
    "weights": "rows of a unit count together: a unit that is there n times is n units",
    "missing": "rows of a unit are known together, or not at all",
}


@in_words("sl.ConditionalLogit", _MEANT, "write sl.ConditionalLogit(eta, within=choice, observed=True)")
def ConditionalLogit(
    eta: Operand,
    *,
    within: Level,
    observed: bool | str,
) -> Expression:
    """Which rows of each unit of a level were chosen, given how many of them.

    Rows are the alternatives of a choice, or the cases and controls of a stratum, and the outcome is 1 for
    those that were chosen and 0 for others. Where one of them is, the probability of a row is ``exp(eta)``
    over the sum of ``exp(eta)`` over the rows of its unit: McFadden's choice model, R's ``survival::clogit``.
    Where several are, it is the exact probability that these and no others are. What is the same for all rows
    of a unit has no say, and so an intercept is refused. Units may have any number of rows; those
    of which no row or every row is chosen tell nothing, and the plan says how many these are.

    Coefficients over a level (of persons who choose several times, say) make it a mixed logit.

    Parameters
    ----------
    eta : expression or number
        The log odds of each row, up to a number that rows of a unit share.
    within : Level
        Among whose rows are chosen.
    observed : bool or str
        True attaches the column of the same name, a text another column.

    Returns
    -------
    Expression
        Its values: 0 or 1. In rows to predict, of a unit that was not there before one row is chosen.

    Raises
    ------
    DeclarationError
        If `within` is no level, or there are no data.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Trips(sl.Model):
    ...     trip = sl.Level()
    ...     by_cost, by_time = sl.Normal(), sl.Normal()
    ...     utility = by_cost * sl.data("cost") + by_time * sl.data("time")
    ...     taken = sl.ConditionalLogit(utility, within=trip, observed=True)
    """
    if not isinstance(within, Level):
        raise DeclarationError(
            f"within= of sl.ConditionalLogit is {describe(within)}",
            expected="a Level: the choices, or strata, among whose rows are chosen",
            way_out=f"declare {within} = sl.Level()" * (isinstance(within, str) and within.isidentifier()),
        )
    if not isinstance(observed, bool | str) or observed is False:
        raise DeclarationError(
            f"observed= of sl.ConditionalLogit is {describe(observed)}",
            expected="True (the column of the same name) or a column's name",
        )
    own: dict[str, Any] = {name: DerivedColumn(name, OwnOutcome(), over=within) for name in (WITHIN, CHOSEN)}
    (form,) = CONDITIONAL_LOGIT.parameterizations
    args = ((form.location, checked_operand(eta, "eta of sl.ConditionalLogit")), *own.items())
    return line_of(CONDITIONAL_LOGIT, form.key, args, over=(), observed=observed)
