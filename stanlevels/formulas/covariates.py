"""Terms as covariates: which columns, in which coding, by R's rules."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from stanlevels.formulas.draft import Draft
from stanlevels.formulas.expand import Design, Term
from stanlevels.formulas.expressions import as_column, expression_text, quoted
from stanlevels.formulas.syntax import Call, Name, Number, Operation, Syntax, Text, formula_text
from stanlevels.formulas.tokens import misread

__all__ = ["column_of", "covariate_texts", "is_category"]

_FACTORS = ("factor", "as.factor", "as_factor", "C", "relevel", "ordered", "as.ordered")
_CODINGS = {
    **dict.fromkeys(("contr.sum", "contr_sum", "Sum", "sum"), "sum"),
    **dict.fromkeys(("contr.poly", "contr_poly", "Poly", "poly"), "polynomial"),
    **dict.fromkeys(("contr.helmert", "contr_helmert", "Helmert", "helmert"), "helmert"),
    **dict.fromkeys(("contr.treatment", "contr_treatment", "Treatment", "treatment"), "treatment"),
}
_POLYNOMIALS = ("poly", "polynomial")


def covariate_texts(design: Design, draft: Draft) -> list[str]:
    """The arguments of ``sl.effects`` for the terms of a right side, 1 among them."""
    full = _full(design, draft)
    singles = [_single(term[0], term in full, draft, design) for term in design.terms if len(term) == 1]
    products = [term for term in design.terms if len(term) > 1]
    whole = _all_products([term for term in products if _plain(term, full, draft)])
    texts = ["1"] * (design.intercept and not design.absorbed) + singles + ([whole] if whole else [])
    return texts + [
        _product(term, full, draft) for term in products if not whole or not _plain(term, full, draft)
    ]


def _plain(term: Term, full: dict[Term, set[Syntax]], draft: Draft) -> bool:
    """Whether the names of its columns say all of a term."""
    named = all(isinstance(f, Name) and not draft.columns.is_unsaid(f.name) for f in term)
    return named and term not in full


def _all_products(terms: Sequence[Term]) -> str:
    """One set for all products of some columns up to an order; "" where some of them are not there."""
    names = list(dict.fromkeys(f.name for term in terms for f in term if isinstance(f, Name)))
    order = max(map(len, terms), default=0)
    wanted = {frozenset(some) for size in range(2, order + 1) for some in combinations(names, size)}
    if not terms or wanted != {frozenset(f.name for f in term if isinstance(f, Name)) for term in terms}:
        return ""
    said = [*map(quoted, names), *([f"order={order}"] if order > 2 else [])]
    return f"sl.interactions({', '.join(said)})"


def is_category(factor: Syntax, draft: Draft) -> bool | None:
    """Whether a factor is a categorical column; None where nothing tells."""
    if isinstance(factor, Name):
        return draft.columns.is_category(factor.name)
    return isinstance(factor, Call) and factor.function in _FACTORS


def _full(design: Design, draft: Draft) -> dict[Term, set[Syntax]]:
    """Factors of terms whose categories all have a column, since nothing else in the formula holds their sum.

    By R's rule a factor of a term is coded by contrasts where the term without it is there as well.
    """
    there = {frozenset(term) for term in design.terms} | (
        {frozenset[Syntax]()} if design.intercept else set()
    )
    found: dict[Term, set[Syntax]] = {}
    for term in design.terms:
        for factor in term:
            if is_category(factor, draft) and frozenset(term) - {factor} not in there:
                found.setdefault(term, set()).add(factor)
                if len(term) == 1:
                    there.add(frozenset())  # the columns of one factor sum to the intercept
    return found


def _single(factor: Syntax, full: bool, draft: Draft, design: Design) -> str:
    match factor:
        case Name(name=name):
            draft.check(factor)
            draft.columns.refuse_dates(factor, draft.formula)
            if full or draft.columns.is_unsaid(name):
                return draft.coded(name, _coded_text(factor, draft, full=full))
            unsaid = is_category(factor, draft) is None and not design.intercept
            return draft.name(factor) if unsaid else quoted(name)
        case Call(function=function) if function in _POLYNOMIALS:
            return _polynomial(factor, draft)
        case Call(function=function) if function in _FACTORS:
            return draft.coded(column_of(factor, draft).name, _coded_text(factor, draft, full=full))
    return _column(factor, draft)


def _column(factor: Syntax, draft: Draft) -> str:
    """An expression of columns, which are numbers."""
    draft.check(factor)
    if isinstance(factor, Operation):
        raise misread(
            f"a formula has the term {formula_text(factor)}",
            draft.formula,
            factor.at,
            expected="a column, a function of it, or I(...) around what is to be computed",
        )
    return expression_text(factor, draft.formula, draft.name)


def _product(term: Term, full: dict[Term, set[Syntax]], draft: Draft) -> str:
    """A product of factors, each with the column or columns that it stands for."""
    for factor in term:
        if isinstance(factor, Name):
            draft.check(factor)
            draft.columns.refuse_dates(factor, draft.formula)
        elif not is_category(factor, draft):  # of which names are those of codings, too
            draft.check(factor)
    if len(term) == 2 and _plain(term, full, draft):
        return f"sl.interactions({', '.join(quoted(f.name) for f in term if isinstance(f, Name))})"
    return " * ".join(_factor(factor, term, full, draft) for factor in term)


def _factor(factor: Syntax, term: Term, full: dict[Term, set[Syntax]], draft: Draft) -> str:
    category = is_category(factor, draft)
    if category:
        text = _coded_text(factor, draft, full=factor in full.get(term, ()))
        return draft.coded(column_of(factor, draft).name, text)
    if isinstance(factor, Call) and factor.function in _POLYNOMIALS:
        return _polynomial(factor, draft)
    if category is None and isinstance(factor, Name):
        return f"sl.covariates({quoted(factor.name)})"
    text = _column(factor, draft)
    return f"({text})" if " " in text and not text.endswith(")") else text


def column_of(factor: Syntax, draft: Draft) -> Name:
    """The column that a factor is of."""
    inner = factor.plain[0] if isinstance(factor, Call) and factor.plain else factor
    if not isinstance(inner, Name):
        raise misread(
            f"a formula has {formula_text(factor)}",
            draft.formula,
            factor.at,
            expected="a column's name as its first argument",
            way_out=as_column(inner),
        )
    draft.check(inner)
    return inner


def _coded_text(factor: Syntax, draft: Draft, *, full: bool) -> str:
    column = column_of(factor, draft)
    said = [quoted(column.name), "categorical=True"]
    if full:
        return f"sl.data({', '.join([*said, _said('coding', 'indicator')])})"
    if isinstance(factor, Call):
        coding, reference = _coding(factor, column.name, draft)
        said += [_said("coding", coding)] if coding != "treatment" else []
        said += [f"reference={reference}"] if reference else []
    return f"sl.data({', '.join(said)})"


def _said(argument: str, text: str) -> str:
    return f"{argument}={quoted(text)}"


def _coding(factor: Call, column: str, draft: Draft) -> tuple[str, str]:
    """The coding that a call asks for, and the category to compare with."""
    given = [*factor.plain[1:], *(value for name, value in factor.arguments if name in ("contr", "ref"))]
    more = [name for name, _ in factor.arguments if name not in ("", "contr", "ref", "x")]
    if more:
        raise misread(
            f"a formula has {factor.function}(..., {more[0]} = ...)",
            draft.formula,
            factor.at,
            expected="factor(x), C(x, contr.sum) or relevel(x, ref = 'a')",
            way_out="change labels and order in the data: df['x'] = pd.Categorical(df['x'], ...)",
        )
    if not given:
        return "treatment", ""
    match given[0]:
        case Text(text=text) if factor.function == "relevel":
            return "treatment", quoted(text)
        case Number() if factor.function == "relevel":
            return "treatment", given[0].text
        case Name(name=name) | Call(function=name) if name in _CODINGS:
            return _CODINGS[name], _reference(given[0], _CODINGS[name], column, draft)
    raise misread(
        f"a formula codes {formula_text(factor.plain[0])} by {formula_text(given[0])}",
        draft.formula,
        given[0].at,
        expected="one of contr.treatment, contr.sum, contr.poly, contr.helmert",
    )


def _reference(given: Name | Call, coding: str, column: str, draft: Draft) -> str:
    """The category that a coding compares with: by default the first, in sum coding the last."""
    labels = draft.columns.categories(column)
    arguments = given.arguments if isinstance(given, Call) else ()
    if isinstance(given, Call) and given.function.startswith("contr"):  # n, which the data tell
        arguments = tuple((name, value) for name, value in arguments if name == "base")
    for name, value in arguments:
        if name in ("", "reference", "omit") and isinstance(value, Text):
            return quoted(value.text)
        if name in ("", "reference", "omit") and isinstance(value, Number):
            return value.text
        if name == "base" and isinstance(value, Number) and labels:
            return _label_text(labels[int(value.value) - 1])
        raise misread(
            f"a formula codes {column} by {formula_text(given)}",
            draft.formula,
            given.at,
            expected="contr.treatment(base = 2) with data beside it, or C(f, Treatment('b'))",
            way_out=f"relevel({column}, ref = 'b')",
        )
    return _label_text(labels[-1]) if coding == "sum" and labels else ""


def _label_text(label: object) -> str:
    return quoted(label) if isinstance(label, str) else repr(label)


def _polynomial(call: Call, draft: Draft) -> str:
    """``poly(x, 2)``, or with ``raw = TRUE`` the powers themselves."""
    match call.plain:
        case (of, Number(value=degree)):
            pass
        case (of,):
            found = call.named("degree")
            degree = found.value if isinstance(found, Number) else 1
        case _:
            raise misread(
                "a formula has poly of several columns",
                draft.formula,
                call.at,
                expected="poly(x, 2)",
                way_out="poly(x, 2) * poly(z, 2), or t2(x, z) for a smooth surface",
            )
    column = _column(of, draft) if not isinstance(of, Name) else draft.name(of)
    raw = call.named("raw")
    if isinstance(raw, Name) and raw.name in ("TRUE", "T"):
        powers = [f"{column} ** {power}" if power > 1 else column for power in range(1, int(degree) + 1)]
        return f"sl.covariates({', '.join(powers)})"
    return f"sl.polynomial({quoted(of.name) if isinstance(of, Name) else column}, {int(degree)})"
