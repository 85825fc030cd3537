"""Residuals that are correlated within groups, as brms says them: ``cosy(gr = g)`` and ``ar(t, gr = g)``.

Those that have lines here are terms of a group, which they become before any line is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stanlevels.distributions.table import Family
from stanlevels.formulas.expand import Bar, Design, Term
from stanlevels.formulas.syntax import Call, Name, Number, Syntax, formula_text
from stanlevels.formulas.tokens import misread

__all__ = ["RESIDUALS", "has_residuals", "with_residuals"]

_ALIKE, _IN_TIME = "cosy", "ar"
RESIDUALS: Mapping[str, str] = {
    _ALIKE: "(1 | g): all rows of a unit are correlated alike",
    _IN_TIME: "a class has sl.AR1(over=(g, t)), or a line given the row before: see the page on time",
    **dict.fromkeys(("ma", "arma"), "no line has moving averages; sl.AR1(over=(g, t)) is the nearest"),
    "unstr": "a row for each unit and an outcome for each time: wide = df.pivot(index='g', columns='t',"
    " values='y'), and sl.MultiNormal([...], observed=[...], missing=\"model\"); of counts"
    " us(factor(t) + 0 | g)",
}
"""Functions of brms, and what is there where a formula cannot say them."""


def has_residuals(design: Design) -> bool:
    """Whether terms of a right side may be those of `with_residuals`."""
    return any(_call_of(term) is not None for term in design.terms)


def with_residuals(design: Design, row: Family, formula: str, *, plain: bool) -> Design:
    """The right side of a mean, in which correlated residuals are terms of a group.

    Rows of a group that are all correlated alike, and not negatively, share an effect of their group. Where
    an outcome has no residuals, as counts, brms's are effects on the scale of the predictor.

    Parameters
    ----------
    design : Design
    row : Family
        The distribution of the outcome.
    formula : str
    plain : bool
        Whether all rows have the same unknown standard deviation and no clause, such as weights.

    Raises
    ------
    DeclarationError
        If they cannot be said so.
    """
    bars: list[Bar] = []
    rest: list[Term] = []
    for term in design.terms:
        call = _call_of(term)
        if call is None:
            rest.append(term)
        elif call.function == _ALIKE:
            bars.append(_alike(call, [*design.bars, *bars], row, formula, plain=plain))
        else:
            bars.append(_in_time(call, row, formula))
    return replace(design, terms=tuple(rest), bars=(*design.bars, *bars))


def _call_of(term: Term) -> Call | None:
    only = term[0] if len(term) == 1 else None
    return only if isinstance(only, Call) and only.function in (_ALIKE, _IN_TIME) else None


def _alike(call: Call, bars: list[Bar], row: Family, formula: str, *, plain: bool) -> Bar:
    """``cosy(gr = g)``: what all rows of a unit share."""
    given = _given(call, formula)
    group = given.pop("gr", None)
    given.pop("time", None)  # the order of rows says nothing
    if given or not isinstance(group, Name):
        expected = f"{_ALIKE}(gr = g), g the column of a group"
        raise misread(f"a formula has {formula_text(call)}", formula, call.at, expected=expected)
    if not (row.is_normal and plain):
        raise misread(
            f"{formula_text(call)} stands beside more than the mean of a normal outcome",
            formula,
            call.at,
            expected="a normal outcome without clauses, and one sigma for all rows",
            way_out=f"(1 | {formula_text(group)}) is what rows of a unit share",
        )
    if any(bar.group == (group,) and bar.design.intercept for bar in bars):
        raise misread(
            f"{formula_text(call)} stands beside (1 | {formula_text(group)}), which is the same",
            formula,
            call.at,
            expected="one of the two: data cannot tell them apart",
        )
    return Bar(Design(True, ()), (group,), False, True, "", call.at)


def _in_time(call: Call, row: Family, formula: str) -> Bar:
    """``ar(t, gr = g, cov = TRUE)`` of an outcome without residuals: a stationary process of each unit."""
    given = _given(call, formula)
    time, group = given.pop("time", None), given.pop("gr", None)
    order, exact = given.pop("p", Number("1", call.at)), given.pop("cov", None)
    if not row.discrete or row.is_categorical or row.is_ordinal:
        raise misread(
            f"a formula has {formula_text(call)}: formulas cannot say correlated residuals here",
            formula,
            call.at,
            expected="an outcome of whole numbers, to whose predictor brms adds them",
            way_out=RESIDUALS[_IN_TIME],
        )
    first = formula_text(order) == "1" and exact is not None and formula_text(exact) in ("TRUE", "T")
    if given or not first or not isinstance(time, Name) or not isinstance(group, Name | None):
        raise misread(
            f"a formula has {formula_text(call)}",
            formula,
            call.at,
            expected=f"{_IN_TIME}(time, gr = g, p = 1, cov = TRUE), time and g columns",
        )
    groups = () if group is None else (group,)
    return Bar(Design(False, ((time,),)), groups, False, True, "", call.at, structure="ar1")


def _given(call: Call, formula: str) -> dict[str, Syntax]:
    """Arguments by name; those without one are the time and the group."""
    found = {name: value for name, value in call.arguments if name}
    if len(call.plain) > 2 or (call.plain and "time" in found) or (len(call.plain) > 1 and "gr" in found):
        expected = f"{call.function}(time, gr = g)"
        raise misread(f"a formula has {formula_text(call)}", formula, call.at, expected=expected)
    return dict(zip(("time", "gr"), call.plain, strict=False)) | found
