"""Terms that are more than columns: smooth curves, monotonic effects, and what the language has not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from stanlevels.formulas.covariates import column_of, is_category
from stanlevels.formulas.draft import Draft, two_digits
from stanlevels.formulas.expand import Design, Term, term_text
from stanlevels.formulas.expressions import expression_text, quoted
from stanlevels.formulas.latent import LATENT, latent_term
from stanlevels.formulas.residuals import RESIDUALS
from stanlevels.formulas.structures import AREAS, FIELDS, areas, field
from stanlevels.formulas.syntax import Call, Name, Number, Syntax, Text, formula_text
from stanlevels.formulas.tokens import misread

__all__ = [
    "category_specific",
    "counted_otherwise",
    "is_monotonic",
    "monotonic",
    "special_terms",
    "without_special",
]

_SMOOTHS, _TENSORS, _MONOTONIC = ("s",), ("t2", "te"), ("mo",)
_ABSENT: Mapping[str, str] = {
    "ti": "a tensor product without its margins",
    **dict.fromkeys(("bs", "ns"), "regression splines by their degrees of freedom; s(x) is a penalised one"),
    **dict.fromkeys(RESIDUALS, "correlated residuals"),
    **dict.fromkeys(("sar", "fcor"), "correlation between the residuals of neighbours"),
    "mmc": "covariates of memberships",
    "strata": "strata",
}
_SPECIFIC = ("cs", "cse")
_SPECIAL = {*LATENT, *_SPECIFIC, *_SMOOTHS, *_TENSORS, *_MONOTONIC, *FIELDS, *AREAS, *_ABSENT}
_BASES = ("tp", "ts", "cr", "cs", "ps", "ad")
_BASES_ELSEWHERE = {
    "re": "effects of a group are (1 | g), its slopes (0 + x | g)",
    "fs": "curves of units are a line over both, w = sl.Normal(0, sd, over=(g, S)): see the page on smooths",
    "mrf": "areas with neighbours are car(borders, gr = area, type = 'icar')",
    "gp": "a Gaussian process is gp(x)",
}


def without_special(design: Design, draft: Draft) -> Design:
    """The terms that are covariates; of smooth curves the straight lines, which have no penalty."""
    found = [term for term in design.terms if not _is_special(term)]
    for term in design.terms:
        if _is_special(term):
            found += [line for line in _straight(term, draft) if set(line) not in map(set, found)]
    return replace(design, terms=tuple(sorted(found, key=len)))


def special_terms(design: Design, draft: Draft, of: str) -> list[str]:
    """Lines for the other terms; what each adds to the predictor."""
    found = [term for term in design.terms if _is_special(term) and not _is_specific(term)]
    return [_special(term, draft, of) for term in found]


def counted_otherwise(design: Design) -> str:
    """A term whose coefficient has another unit in brms: of a smooth or a monotonic one; "" without one."""
    kinds = (*_SMOOTHS, *_TENSORS, *_MONOTONIC)
    found = (term for term in design.terms if any(_called(factor) in kinds for factor in term))
    return next(map(term_text, found), "")


def _is_specific(term: Term) -> bool:
    return len(term) == 1 and _called(term[0]) in _SPECIFIC


def category_specific(design: Design, draft: Draft) -> list[Name]:
    """The columns of ``cs(x)``, whose effects differ between the thresholds of an ordinal outcome."""
    found = [column_of(term[0], draft) for term in design.terms if _is_specific(term)]
    for name in found:
        if draft.columns.is_category(name.name):
            raise misread(
                f"cs({name.name}) is of categories",
                draft.formula,
                name.at,
                expected="a column of numbers",
                way_out="write 0/1 columns for categories: df['f_b'] = (df['f'] == 'b').astype(int)",
            )
    return found


def _is_special(term: Term) -> bool:
    return any(_called(factor) in _SPECIAL for factor in term)


def _called(factor: Syntax) -> str:
    return factor.function if isinstance(factor, Call) else ""


def _special(term: Term, draft: Draft, of: str) -> str:
    factor = next(f for f in term if _called(f) in _SPECIAL)
    assert isinstance(factor, Call)  # it has a function
    if factor.function in _ABSENT or factor.function in _SPECIFIC:
        raise misread(
            f"a formula has {term_text(term)}: formulas cannot say"
            f" {_ABSENT.get(factor.function, 'products of it')} here",
            draft.formula,
            factor.at,
            way_out=RESIDUALS.get(factor.function)
            or "write the class by hand: print(M) of the formula without this term, and add lines to it",
        )
    if factor.function in LATENT:
        return latent_term(factor, [f for f in term if f is not factor], draft, of)
    if factor.function in _MONOTONIC:
        return _slope_of_steps(factor, [f for f in term if f is not factor], draft, of)
    if len(term) > 1:
        raise misread(
            f"a formula has {term_text(term)}: a curve times a column is a curve of its own",
            draft.formula,
            factor.at,
            expected=f"{factor.function}(x, by = z)",
        )
    if factor.function in FIELDS:
        return field(factor, draft, of)
    if factor.function in AREAS:
        return areas(factor, draft, of)
    return _tensor(factor, draft, of) if factor.function in _TENSORS else _curve(factor, draft, of)


# --- smooth curves ---------------------------------------------------------------------------------------


def _straight(term: Term, draft: Draft) -> list[Term]:
    """The terms of a curve that have no penalty."""
    (call,) = term if len(term) == 1 else (None,)
    if not isinstance(call, Call) or call.function not in (*_SMOOTHS, *_TENSORS):
        return []
    columns = [column_of(Call("", (("", value),), call.at), draft) for value in call.plain]
    if call.function in _TENSORS:
        return [*((column,) for column in columns), tuple(columns)]
    by = call.named("by")
    if _basis(call) == "cc":
        return [] if by is None or is_category(by, draft) else [(by,)]
    if by is None:
        return [(columns[0],)]
    return [(by, columns[0])] if is_category(by, draft) else [(by,), (by, columns[0])]


def _basis(call: Call) -> str:
    basis = call.named("bs")
    return basis.text if isinstance(basis, Text) else "tp"


def _spline(column: Name, call: Call, draft: Draft, least: int) -> str:
    """``sl.spline("x", ...)`` of a column, as a smooth says."""
    draft.check(column)
    said = [quoted(column.name)]
    knots = call.named("k")
    if isinstance(knots, Number):
        said.append(f"{max(4, int(knots.value))}")
    elif least:
        said.append(f"{least}")
    if _basis(call) == "cc":
        length = draft.columns.length(column.name)
        if not length:
            raise misread(
                f"{formula_text(call)} goes round a circle, and nothing tells how long it is",
                draft.formula,
                call.at,
                expected="data beside the formula, of which it is the range",
            )
        said.append(f"period={length}")
    return f"sl.spline({', '.join(said)})"


def _check_smooth(call: Call, count: int, draft: Draft) -> list[Name]:
    """The columns of a smooth, whose arguments all have a meaning here."""
    for name, value in call.arguments:
        fine = name in ("", "k", "bs", "by") or (name in ("m", "id", "fx") and formula_text(value) == "FALSE")
        if not fine:
            found = f"a formula has {call.function}(..., {name} = ...)"
            raise misread(found, draft.formula, call.at, expected="k, bs and by")
    if _basis(call) not in (*_BASES, "cc"):
        way = _BASES_ELSEWHERE.get(_basis(call), "leave bs out")
        found = f"a formula has a smooth with bs = {_basis(call)!r}"
        raise misread(found, draft.formula, call.at, expected="'tp', 'cr', 'ps' or 'cc'", way_out=way)
    columns = [value for value in call.plain if isinstance(value, Name)]
    if len(columns) != count or len(call.plain) != count:
        raise misread(
            f"a formula has {formula_text(call)}",
            draft.formula,
            call.at,
            expected="s(x) of one column, or t2(x, z) of two",
        )
    return columns


def _curve(call: Call, draft: Draft, of: str) -> str:
    (column,) = _check_smooth(call, 1, draft)
    spline, by = _spline(column, call, draft, 0), call.named("by")
    if by is None:
        return _bends(f"curve_{column.name}{of}", [spline], draft, of)
    draft.check(by)
    if not isinstance(by, Name):
        raise misread("by = of s(...) is no column", draft.formula, by.at)
    name = f"curve_{column.name}_{by.name}{of}"
    if not is_category(by, draft):
        return _bends(name, [f"{spline} * {draft.name(by)}"], draft, of)
    level = draft.level(by.name)
    basis = draft.line(f"spline_{column.name}{of}", spline)
    wiggle = draft.line(f"{name}_sd", f"sl.HalfNormal(over={level})")
    curve = draft.line(name, f"sl.Normal(0, {wiggle}, over=({level}, {basis}))")
    return f"{curve} @ {basis}"


def _bends(name: str, splines: list[str], draft: Draft, of: str) -> str:
    prior = draft.priors.find("sds", of)
    sd = prior.line(positive=True) if prior is not None else "sl.HalfNormal()"
    return draft.line(name, f"sl.effects({', '.join(splines)}, mean=0, sd={sd})")


def _tensor(call: Call, draft: Draft, of: str) -> str:
    """What bends along either column, the other's line with it, and along both."""
    x, z = _check_smooth(call, 2, draft)
    s, t = (_spline(column, call, draft, 5) for column in (x, z))
    names = (f"curve_{x.name}{of}", f"curve_{z.name}{of}", f"curve_{x.name}_{z.name}{of}")
    splines = ([s, f"{s} * {draft.name(z)}"], [t, f"{t} * {draft.name(x)}"], [f"{s} * {t}"])
    return " + ".join(_bends(name, each, draft, of) for name, each in zip(names, splines, strict=True))


# --- monotonic effects -----------------------------------------------------------------------------------


def is_monotonic(term: Term) -> bool:
    """Whether a term is ``mo(x)`` alone."""
    return len(term) == 1 and _called(term[0]) in _MONOTONIC


def monotonic(call: Call, draft: Draft, of: str = "") -> tuple[str, str]:
    """The column of a monotonic effect, and how far along its steps each row is, from 0 to 1."""
    column = column_of(call, draft).name
    steps = draft.coded(column, f'sl.data({quoted(column)}, categorical=True, coding="steps")')
    key = f"share_{column}{of}"
    if key not in draft.shares:
        draft.shares[key] = draft.line(key, f"sl.Dirichlet(1, over={steps})")
    return column, f"({draft.shares[key]} @ {steps})"


def _slope_of_steps(call: Call, others: list[Syntax], draft: Draft, of: str) -> str:
    """The whole way of a monotonic effect, times where each row is on it, and times other columns."""
    for other in others:
        draft.check(other)
        if is_category(other, draft) or (_called(other) in _SPECIAL and _called(other) not in _MONOTONIC):
            raise misread(
                f"a formula has mo(...) times {formula_text(other)}",
                draft.formula,
                call.at,
                expected="mo(x) alone, or times columns of numbers",
                way_out="write 0/1 columns for categories: df['f_b'] = (df['f'] == 'b').astype(int)",
            )
    among = [column_of(o, draft).name if _called(o) in _MONOTONIC else formula_text(o) for o in others]
    names = "".join(f"_{name}" for name in among)
    column, along = monotonic(call, draft, f"{names}{of}")
    texts = []
    for other in others:
        if isinstance(other, Call) and other.function in _MONOTONIC:
            texts.append(monotonic(other, draft, f"_{column}{of}")[1])
        else:
            texts.append(expression_text(other, draft.formula, draft.name, 2))
    several = any(_called(other) in _MONOTONIC for other in others)
    size = two_digits(2.5 * draft.size) if several else ""  # a product of shares tells no scale
    slope = draft.line(f"slope_{column}{names}{of}", f"sl.Normal({f'0, {size}' if size else ''})")
    return " * ".join([slope, *texts, along])
