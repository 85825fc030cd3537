"""Covariates that are lines of their own: with missing values, ``mi(x)``, or with errors, ``me(x, s)``."""

from __future__ import annotations

from stanlevels.formulas.covariates import column_of, is_category
from stanlevels.formulas.draft import Draft, two_digits
from stanlevels.formulas.expand import Design
from stanlevels.formulas.expressions import expression_text, quoted
from stanlevels.formulas.syntax import Call, Syntax, formula_text
from stanlevels.formulas.tokens import misread

__all__ = ["LATENT", "latent_term", "partly_known"]

LATENT = ("mi", "me")
_MISSING = "mi"


def partly_known(design: Design) -> set[str]:
    """The columns of ``mi(x)``, which have formulas of their own."""
    factors = [factor for term in design.terms for factor in term]
    calls = [f for f in factors if isinstance(f, Call) and f.function == _MISSING]
    return {formula_text(value) for call in calls for value in call.plain[:1]}


def latent_term(call: Call, others: list[Syntax], draft: Draft, of: str) -> str:
    """A slope times the line, and times other columns of the term.

    Raises
    ------
    DeclarationError
        If the covariate has no formula, or the other columns hold categories.
    """
    for other in others:
        draft.check(other)
        if is_category(other, draft) or (isinstance(other, Call) and other.function in LATENT):
            raise misread(
                f"a formula has {formula_text(call)} times {formula_text(other)}",
                draft.formula,
                call.at,
                expected=f"{formula_text(call)} alone, or times columns of numbers",
            )
    column = column_of(call, draft).name
    value = _missing(call, column, draft) if call.function == _MISSING else _true(call, column, draft)
    texts = [expression_text(other, draft.formula, draft.name, 2) for other in others]
    names = "".join(f"_{formula_text(other)}" for other in others)
    size = two_digits(2.5 * draft.size / draft.columns.sd(column)) if column in draft.latent else ""
    prior = f"0, {size}" if size else ""  # what is never seen does not tell how large its slope may be
    slope = draft.line(f"b_{column}{names}{of}", f"sl.Normal({prior})")
    return " * ".join([slope, *texts, value])


def _missing(call: Call, column: str, draft: Draft) -> str:
    found = draft.latent.get(column) or draft.outcomes.get(column, "")
    if found:
        return found
    raise misread(
        f"{formula_text(call)} has no formula of its own",
        draft.formula,
        call.at,
        expected=f"bf(y ~ {formula_text(call)}) + bf({column} | mi() ~ ...)",
    )


def _true(call: Call, column: str, draft: Draft) -> str:
    """What was measured with an error: one for each row."""
    if column not in draft.latent:
        if len(call.plain) < 2:
            raise misread("me(...) has no standard error", draft.formula, call.at, expected="me(x, s)")
        true = draft.latent[column] = draft.line(f"true_{column}", "sl.effects(1, over=sl.rows)")
        error = expression_text(call.plain[1], draft.formula, draft.name)
        draft.check(call.plain[1])
        name = draft.free(column)
        observed = "True" if name == column else quoted(column)
        draft.lines[name] = f"sl.Normal({true}, {error}, observed={observed})"
    return draft.latent[column]
