"""Terms that are processes: ``gp(x)`` over places, ``ar1(t + 0 | g)`` over times, ``car(W)`` over areas.

What belongs to a further parameter is called after it before the columns: `gp_x_sigma` is that of `gp_x`.
"""

from __future__ import annotations

from collections.abc import Mapping

from stanlevels.distributions.structures import KERNELS
from stanlevels.formulas.covariates import column_of, is_category
from stanlevels.formulas.draft import Draft, two_digits
from stanlevels.formulas.expand import Bar
from stanlevels.formulas.expressions import quoted
from stanlevels.formulas.syntax import Call, Name, Syntax, Text, evaluated, formula_text
from stanlevels.formulas.tokens import misread
from stanlevels.language.expression_source import number_source

__all__ = ["AREAS", "FIELDS", "areas", "field", "process_over_times"]

_OF_BAMBI = "hsgp"
FIELDS, AREAS = ("gp", _OF_BAMBI), ("car",)
_KERNELS: Mapping[str, str] = {
    **{name: name for name in KERNELS},
    **dict.fromkeys(("exp_quad", "expquad"), ""),
    "matern12": next(name for name, twice in KERNELS.items() if twice == 1),
    "matern15": "matern32",
    "matern25": "matern52",
}
"""Names of brms and of Bambi, and those here; "" is what is meant where nothing is said."""
_AS_HERE = {
    "gr": ("TRUE", "FALSE"),
    "scale": ("TRUE", "FALSE", "True", "False", "None"),
    "iso": ("TRUE", "True"),
    "centered": ("False",),
    "share_cov": ("True",),
}
"""Arguments that change how a process is computed or in what its length is counted, and not the model."""
_WAVES, _BOUNDARY = ("k", "m"), "c"
_OTHER_STRUCTURES: Mapping[str, str] = {
    "cs": "one variance and one correlation are (1 | g) + (1 | g:f), all of them us(f + 0 | g)",
    "homcs": "one variance and one correlation of units are (1 | g) + (1 | g:f)",
    "hetar1": "one standard deviation for all times is ar1(t + 0 | g)",
    "toep": "all variances and correlations are us(t + 0 | g); those that fall with the time apart ar1(...)",
    "rr": "a factor model is a product of lines, load * score, in a class",
    **dict.fromkeys(("exp", "mat", "gau"), "places with two coordinates are gp(x, z)"),
    **dict.fromkeys(("propto", "equalto"), "effects with a known covariance are (1 | gr(g, cov = A))"),
}


# --- over places -----------------------------------------------------------------------------------------


def field(call: Call, draft: Draft, of: str) -> str:
    """A Gaussian process over the distinct places of columns; what it adds to the predictor.

    Raises
    ------
    DeclarationError
        If an argument has no counterpart.
    """
    columns = [column_of(Call("", (("", value),), call.at), draft) for value in call.plain]
    if not columns:
        raise misread(f"{call.function}(...) has no column", draft.formula, call.at, expected="gp(x)")
    for column in columns:
        draft.columns.refuse_dates(column, draft.formula)
        if draft.columns.is_category(column.name):
            raise misread(
                f"{formula_text(call)} is over {column.name}, which holds categories",
                draft.formula,
                column.at,
                expected="columns of numbers, between which there are distances",
            )
    kernel, waves = _kernel(call, draft), _waves(call, len(columns), draft)
    names = [column.name for column in columns]
    by = call.named("by")
    each = bool(waves) and call.function == _OF_BAMBI and by is not None and is_category(by, draft)
    units = by if each and isinstance(by, Name) else None
    times = None if by is None or units is not None else _by(by, call, draft)
    said = [*map(quoted, names), *waves]
    if not waves:
        place = draft.level(columns[0].name)
        for column in columns[1:]:
            place = draft.level(column.name, within=place)
        said.append(f"over={place}")
    elif units is not None:  # a process each, with one length and one standard deviation
        said.append(f"over={draft.level(units.name)}")
    said += [f"kernel={quoted(kernel)}"] if kernel else []
    name = "_".join([f"gp{of}", *names, *([times.name] if times else [])])
    line = draft.line(name, f"sl.GP({', '.join(said)})")
    return f"{line} * {draft.name(times)}" if times else line


def _waves(call: Call, count: int, draft: Draft) -> list[str]:
    """What is said of a process that is a sum of waves: how many there are, and where they end."""
    given = call.named(_WAVES[0]) or call.named(_WAVES[1])
    if given is None or formula_text(given) == "NA":
        return []
    many = [f"{value:g}" for value in _numbers(given, draft)]
    found = [f"basis={many[0]}" if len(set(many)) == 1 else f"basis=[{', '.join(many)}]"]
    if len(many) not in (1, count):
        expected = "a number, or one for each column"
        raise misread("waves of a process are not one for each", draft.formula, given.at, expected=expected)
    ends = call.named(_BOUNDARY)
    if ends is None and call.function != _OF_BAMBI:
        return [*found, f"boundary={number_source(2 * 1.25)}"]
    if ends is None:
        return found
    first, *others = _numbers(ends, draft)
    if set(others) - {first}:
        raise misread("waves of a process end at two places", draft.formula, ends.at, expected="one number")
    half_ranges = first if call.function == _OF_BAMBI else 2 * first  # brms counts ranges of the data
    return [*found, f"boundary={number_source(half_ranges)}"]


def _kernel(call: Call, draft: Draft) -> str:
    """The kernel, after a look at all that is said by name."""
    for name, value in call.arguments:
        if name in ("", "by", "cov", _BOUNDARY, *_WAVES) or formula_text(value) in _AS_HERE.get(name, ()):
            continue
        way = "gp(x) + gp(z) has a length for each column" if name == "iso" else ""
        raise misread(
            f"a formula has {call.function}(..., {name} = {formula_text(value)})",
            draft.formula,
            value.at,
            expected="columns, by, cov, k and c",
            way_out=way,
        )
    said = call.named("cov")
    name = said.text if isinstance(said, Text) else "exp_quad" if said is None else formula_text(said)
    if name.lower() not in _KERNELS:
        raise misread(
            f"a formula has {call.function}(..., cov = {formula_text(said or call)})",
            draft.formula,
            call.at,
            expected="one of exp_quad, matern12, matern32 and matern52",
        )
    return _KERNELS[name.lower()]


def _numbers(given: Syntax, draft: Draft) -> list[float]:
    """A number, or those of ``c(10, 20)``."""
    parts = list(given.plain) if isinstance(given, Call) and given.function == "c" else [given]
    found = [value for part in parts if (value := evaluated(part)) is not None]
    if len(found) < len(parts) or not found:
        raise misread(f"{formula_text(given)} is no number", draft.formula, given.at, expected="a number")
    return found


def _by(by: Syntax, call: Call, draft: Draft) -> Name:
    draft.check(by)
    if not isinstance(by, Name):
        raise misread(f"by = of {call.function}(...) is no column", draft.formula, by.at)
    if is_category(by, draft):
        raise misread(
            f"{formula_text(call)} has a process for each category, each with a length of its own",
            draft.formula,
            by.at,
            expected="a column of numbers",
            way_out=f"a 0/1 column and a term for each: df['{by.name}_b'] = (df[{by.name!r}] == 'b')"
            f".astype(int), and gp({formula_text(call.plain[0])}, by = {by.name}_b)",
        )
    return by


# --- over areas ------------------------------------------------------------------------------------------


def areas(call: Call, draft: Draft, of: str) -> str:
    """``car(W, gr = area, type = "icar")``, or "bym2"; what it adds to the predictor.

    Raises
    ------
    DeclarationError
        If it is another of brms's types, or no area is named.
    """
    known = dict(zip(("M", "gr", "type"), call.plain, strict=False)) | {k: v for k, v in call.arguments if k}
    borders, area, kind = known.pop("M", None), known.pop("gr", None), known.pop("type", None)
    way = "car(W, gr = area, type = 'icar'), with tables={'W': borders} beside the data"
    if known or not isinstance(borders, Name) or not isinstance(area, Name):
        raise misread(f"a formula has {formula_text(call)}", draft.formula, call.at, expected=way)
    name = kind.text if isinstance(kind, Text) else "escar"
    if name not in ("icar", "bym2"):
        raise misread(
            f"car(...) is of type {name!r}", draft.formula, call.at, expected="'icar' or 'bym2'", way_out=way
        )
    draft.check(area)
    level = draft.level(area.name)
    if name == "icar":
        return draft.line(f"icar{of}_{level}", f"sl.ICAR(over={level}, borders={quoted(borders.name)})")
    size = two_digits(draft.size)  # beside a share nothing else tells it
    sd = draft.line(f"{level}_sd{of}", f"sl.HalfNormal({size})")
    share = draft.line(f"{level}_share{of}", "sl.Beta(1, 1)")
    space = draft.line(f"{level}_space{of}", f"sl.ICAR(1, over={level}, borders={quoted(borders.name)})")
    alone = draft.line(f"{level}_alone{of}", f"sl.Normal(0, 1, over={level})")
    mixed = f"{sd} * (sl.sqrt({share}) * {space} + sl.sqrt(1 - {share}) * {alone})"
    return draft.line(f"by_{level}{of}", mixed)


# --- over times ------------------------------------------------------------------------------------------


def process_over_times(bar: Bar, levels: list[str], draft: Draft, of: str) -> str:
    """GlmmTMB's ``ar1(t + 0 | g)`` and ``ou(numFactor(t) + 0 | g)``; the name of its line.

    Raises
    ------
    DeclarationError
        If it is another structure, or the times are not one column.
    """
    said = bar.structure
    if said not in ("ar1", "ou"):
        raise misread(
            f"a formula has {said}(... | ...)",
            draft.formula,
            bar.at,
            expected="us(...), diag(...), ar1(...) or ou(...)",
            way_out=_OTHER_STRUCTURES.get(said, ""),
        )
    (term,) = bar.design.terms if len(bar.design.terms) == 1 else ((),)
    if bar.design.intercept or len(term) != 1:
        raise misread(
            f"{said}(...) is not over one column of times",
            draft.formula,
            bar.at,
            expected=f"{said}(t + 0 | g)",
        )
    times = draft.level(column_of(term[0], draft).name)
    rho = [draft.line(f"rho_{times}{of}", "sl.Uniform(0, 1)")] if said == "ou" else []
    over = f"over=({', '.join([*levels, times])})" if levels else f"over={times}"
    return draft.line(f"by{of}_{'_'.join([*levels, times])}", f"sl.AR1({', '.join([*rho, over])})")
