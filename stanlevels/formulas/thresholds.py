"""The thresholds of an outcome in an order: how many there are, and what they depend on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from stanlevels.errors import DeclarationError
from stanlevels.formulas.draft import Draft
from stanlevels.formulas.expressions import data_text
from stanlevels.formulas.outcomes import Chosen, Outcome
from stanlevels.formulas.priors import INTERCEPT
from stanlevels.formulas.syntax import Name, Number
from stanlevels.formulas.tokens import misread

__all__ = ["thresholds"]


def thresholds(
    outcome: Outcome, column: Name, choice: Chosen, draft: Draft, shifts: Sequence[str] = ()
) -> str:
    """Lines for the thresholds of an outcome, one less than it has categories.

    Parameters
    ----------
    outcome : Outcome
        Whose ``thres(3, gr = item)`` says how many, or of which group they are.
    column : Name
    choice : Chosen
    draft : Draft
        Gets the lines.
    shifts : sequence of str
        Columns whose effects differ between thresholds.

    Returns
    -------
    str
        What stands for them in the outcome's line.
    """
    count, group = _count(outcome, column, draft), _group(outcome)
    if group is not None and shifts:
        raise misread("thres(gr = ...) stands with cs(...)", draft.formula, group.at, expected="one of them")
    step = f"sl.Index({count})"
    if group is not None:
        step = f"({draft.level(group.name)}, {step})"
    prior = draft.priors.find(INTERCEPT)
    if prior is not None and not shifts:
        return draft.line("cut", prior.line(step, ordered=choice.family.ordered))
    if choice.family.ordered:
        return draft.line("cut", f"sl.Normal(over={step}, ordered=True)")
    if not shifts:
        return draft.line("cut", f"sl.Normal(over={step})")
    step = draft.line("step", step)
    cut = draft.line("cut", f"sl.Normal(over={step})")
    each = [(draft.line(f"b_{name}", f"sl.Normal(over={step})"), data_text(Name(name))) for name in shifts]
    return " - ".join([cut, *(f"{shift} * {column}" for shift, column in each)])


def _group(outcome: Outcome) -> Name | None:
    call = outcome.terms.get("thres")
    group = call.named("gr") if call is not None else None
    return group if isinstance(group, Name) else None


def _count(outcome: Outcome, column: Name, draft: Draft) -> int:
    """How many thresholds there are: as many as is said, or one less than categories in the data."""
    call = outcome.terms.get("thres")
    if call is not None and call.named("gr") is not None:
        group = _group(outcome)
        if group is None:
            raise misread("thres(gr = ...) is no column", draft.formula, call.at, expected="gr = item")
        draft.check(group)
    said = next(iter(call.plain), None) if call is not None else None
    if isinstance(said, Number):
        return int(said.value)
    if said is not None:
        expected = "thres(3), thres(gr = item)"
        raise misread("thres(...) is no number", draft.formula, said.at, expected=expected)
    found = draft.columns.categories(column.name)
    if found is None:
        raise DeclarationError(
            f"an outcome in an order, {column.name!r}, needs data: it has a threshold less than categories",
            way_out="give sl.formula the data, sl.formula(text, df, ...)",
        )
    if call is not None and (group := _group(outcome)) is not None:
        _check_alike(column, group, len(found), draft)
    return len(found) - 1


def _check_alike(column: Name, group: Name, count: int, draft: Draft) -> None:
    """Whether every unit of the group has all categories."""
    values, units = draft.columns.values[column.name], draft.columns.values[group.name]
    if len(values) != len(units):
        return
    codes, of = values.factorize()[0], units.factorize()[0]
    each = {len(set(codes[of == unit])) for unit in np.unique(of)}
    if each != {count}:
        fewest = min(each)
        raise misread(
            f"units of {group.name} have from {fewest} to {max(each)} of the {count} categories of"
            f" {column.name}",
            draft.formula,
            group.at,
            expected="the same categories in each",
            way_out=f"thres({count - 1}, gr = {group.name}), so that each has {count - 1} thresholds",
        )
