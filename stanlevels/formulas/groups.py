"""Bars as levels and lines of effects: ``(1 + x | g)`` is ``sl.effects(1, "x", over=g, mean=0)``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from stanlevels.errors import DeclarationError
from stanlevels.formulas.covariates import column_of, covariate_texts
from stanlevels.formulas.draft import Draft
from stanlevels.formulas.expand import Bar, Design, Term
from stanlevels.formulas.expressions import expression_text, quoted, unknown_function
from stanlevels.formulas.priors import INTERCEPT
from stanlevels.formulas.smooths import is_monotonic, monotonic
from stanlevels.formulas.structures import process_over_times
from stanlevels.formulas.syntax import Call, Name, Text, formula_text
from stanlevels.formulas.tokens import misread

__all__ = ["Shared", "group_terms", "merged", "shared_lines"]

_COMBINED = ("interaction", "paste", "paste0")


@dataclass(frozen=True)
class Shared:
    """Effects that several formulas share: the line, and the label of each of its components."""

    line: str
    labels: Mapping[tuple[str, str], str]


def group_terms(bars: Iterable[Bar], of: str, draft: Draft, shared: Mapping[str, Shared]) -> list[str]:
    """Lines for the effects of groups, about 0; what each adds to the predictor."""
    found = []
    for bar in bars:
        if bar.structure:
            found.append(process_over_times(bar, _levels(bar, draft), draft, of))
            continue
        if any(map(is_monotonic, bar.design.terms)):
            found += _monotonic(bar, of, draft)
            continue
        texts = _varying(bar.design, draft, bar)
        if bar.key in shared:
            found += _of_shared(shared[bar.key], texts, of)
            continue
        call = _call_of(bar)
        if call is not None and call.function == "mm":
            found.append(_memberships(call, texts, bar, of, draft))
            continue
        levels = _levels(bar, draft)
        options = _options(bar, texts, levels, of, draft)
        found.append(draft.line(_named(levels, texts, of, draft), options))
    return found


def merged(bars: tuple[Bar, ...], texts: list[str], of: str, draft: Draft) -> tuple[str, tuple[Bar, ...]]:
    """The line of effects with means of their own, and the bars that it stands for.

    It is there where the formula's other terms are those of one group alone, or of groups that lie in each
    other; "" where they are not.
    """
    able = [bar for bar in bars if texts and _may_have_means(bar)]
    alike = tuple(bar for bar in able if _varying(bar.design, draft, bar) == texts)
    if not alike or not all(bar.nested and bar.correlated == alike[0].correlated for bar in alike[1:]):
        return "", ()
    if alike[0].nested or any(bar.nested for bar in bars if bar not in alike):
        return "", ()
    name = ""
    for bar in alike:
        levels = _levels(bar, draft)
        line = _effects(texts, levels, bar.correlated, mean=name, **_given(bar, texts, of, draft))
        name = draft.line(_named(levels, texts, of, draft), line)
    return name, alike


def _may_have_means(bar: Bar) -> bool:
    return (
        not (bar.key or bar.structure)
        and _call_of(bar) is None
        and not any(map(is_monotonic, bar.design.terms))
    )


def _varying(design: Design, draft: Draft, bar: Bar) -> list[str]:
    if texts := covariate_texts(design, draft):
        return texts
    raise misread(
        "effects of a group have no terms", draft.formula, bar.at, expected="(1 | g), or (0 + x | g)"
    )


def _effects(texts: list[str], levels: list[str], correlated: bool, **given: str) -> str:
    over = levels[0] if len(levels) == 1 else f"({', '.join(levels)})"
    said = [f"{name}={value}" for name, value in given.items() if value]
    several = [] if correlated or texts == ["1"] else ["correlated=False"]
    return f"sl.effects({', '.join([*texts, f'over={over}', *said, *several])})"


def _options(bar: Bar, texts: list[str], levels: list[str], of: str, draft: Draft) -> str:
    """The line's text, with what ``gr(...)`` says."""
    call = _call_of(bar)
    given = _given(bar, texts, of, draft)
    if call is None:
        return _effects(texts, levels, bar.correlated, mean="0", **given)
    by, dist, cov = call.named("by"), call.named("dist"), call.named("cov")
    for name, value in call.arguments:
        if name not in ("", "by", "dist", "id", "cov") and not (
            name == "cor" and formula_text(value) in ("TRUE", "T")
        ):
            raise _no_such(call, name, draft)
    if texts != ["1"] and (by is not None or dist is not None or cov is not None):
        raise misread(
            "gr(...) with by, dist or cov stands with several terms",
            draft.formula,
            call.at,
            expected="(1 | gr(g, ...))",
            way_out="write the class by hand: change the lines of print(M) of the formula without it",
        )
    if isinstance(cov, Name) and by is None and dist is None:
        return f"sl.Normal(0, over={levels[0]}, corr={quoted(cov.name)})"
    sd = ""
    if by is not None:
        region = draft.level(column_of(by, draft).name)
        sd = draft.line(f"{levels[0]}_sd{of}", _sd(bar, of, draft, region))
    if isinstance(dist, Text) and dist.text in ("student", "t"):
        sd = sd or draft.line(f"{levels[0]}_sd{of}", _sd(bar, of, draft))
        return f"sl.StudentT(mu=0, sigma={sd}, over={levels[0]})"
    if dist is not None and formula_text(dist) not in ('"gaussian"', "gaussian"):
        raise _no_such(call, "dist", draft)
    return _effects(texts, levels, bar.correlated, mean="0", **given | ({"sd": sd} if sd else {}))


def _group(bar: Bar) -> str:
    """What brms calls a group: ``g:h``."""
    plain = [factor.plain[0] if isinstance(factor, Call) and factor.plain else factor for factor in bar.group]
    return ":".join(map(formula_text, plain))


def _sd(bar: Bar, of: str, draft: Draft, over: str = "") -> str:
    """The line of a standard deviation of its own."""
    prior = draft.priors.find("sd", of, group=_group(bar), coef=INTERCEPT)
    if prior is not None:
        return prior.line(over, positive=True)
    return f"sl.HalfNormal({f'over={over}' if over else ''})"


def _given(bar: Bar, texts: list[str], of: str, draft: Draft) -> dict[str, str]:
    """The priors that were given for standard deviations and correlations."""
    found, group = {}, _group(bar)
    coef = (INTERCEPT if texts == ["1"] else texts[0].strip('"')) if len(texts) == 1 else ""
    sd, corr = draft.priors.find("sd", of, group=group, coef=coef), draft.priors.find("cor", "", group=group)
    if sd is not None:
        found["sd"] = sd.number or sd.line(positive=True)
    if corr is not None and len(texts) > 1 and bar.correlated:
        found["corr"] = corr.line()
    return found


def _no_such(call: Call, name: str, draft: Draft) -> DeclarationError:
    return misread(
        f"a formula has {call.function}(..., {name} = ...), which has no counterpart here",
        draft.formula,
        call.at,
        expected='gr(g), gr(g, by = f), gr(g, cov = A) or gr(g, dist = "student")',
    )


def _named(levels: list[str], texts: list[str], of: str, draft: Draft) -> str:
    name = f"by_{'_'.join(levels)}"
    return f"{name}{of}" if f"{name}{of}" not in draft.taken else f"{name}_{texts[-1].strip(chr(34))}{of}"


def _call_of(bar: Bar) -> Call | None:
    """The call that a group is, such as ``gr(g, by = f)``; None where it is a column."""
    only = bar.group[0] if len(bar.group) == 1 else None
    return only if isinstance(only, Call) and only.function in ("gr", "mm") else None


def _levels(bar: Bar, draft: Draft) -> list[str]:
    """The levels that effects are over."""
    columns = list(_columns(bar.group, draft))
    if not bar.nested:
        return [draft.level(column) for column in columns]
    inside = ""
    for column in columns:
        inside = draft.level(column, within=inside)
    return [inside]


def _columns(group: Term, draft: Draft) -> Iterable[str]:
    for factor in group:
        match factor:
            case Call(function="gr" | "factor" | "as.factor" | "C"):
                yield column_of(factor, draft).name
            case Call(function=function) if function in _COMBINED:
                yield from (column_of(value, draft).name for value in factor.plain)
            case Name(name=name):
                draft.check(factor)
                yield name
            case Call():
                raise unknown_function(factor, draft.formula)
            case _:
                raise misread(
                    f"a group is {formula_text(factor)}",
                    draft.formula,
                    factor.at,
                    expected="a column, or several: g, g/h or g:h",
                )


def _monotonic(bar: Bar, of: str, draft: Draft) -> list[str]:
    """Effects with monotonic ones among them: a component for each, by its name."""
    levels = _levels(bar, draft)
    pieces = {"intercept": ""} if bar.design.intercept else {}
    for term in bar.design.terms:
        if is_monotonic(term) and isinstance(term[0], Call):
            column, along = monotonic(term[0], draft, of)
            pieces[column] = f" * {along}"
        else:
            (text,) = covariate_texts(Design(False, (term,)), draft)
            name = _label("", text, bar, draft).partition(" ")[2]
            pieces[name] = f" * sl.data({quoted(name)})"
    index = draft.line(f"terms_{'_'.join(levels)}{of}", f"sl.Index([{', '.join(map(quoted, pieces))}])")
    over = f"over=({', '.join([*levels, index])})"
    name = _named(levels, list(pieces), of, draft)
    if len(pieces) > 1 and bar.correlated:
        line = draft.line(name, f"sl.MultiNormal(0, {over})")
    else:
        sd = draft.line(f"{name}_sd", f"sl.HalfNormal(over={index})")
        line = draft.line(name, f"sl.Normal(0, {sd}, {over})")
    return [f"{line}[{quoted(label)}]{piece}" for label, piece in pieces.items()]


# --- memberships in several units ------------------------------------------------------------------------


def _memberships(call: Call, texts: list[str], bar: Bar, of: str, draft: Draft) -> str:
    """``(1 | mm(a, b, weights = cbind(w, v)))``: units of one level by several columns of each row."""
    if texts != ["1"]:
        raise misread(
            "mm(...) stands with several terms", draft.formula, bar.at, expected="(1 | mm(first, second))"
        )
    columns = [column_of(value, draft).name for value in call.plain]
    level = draft.level(columns[0], name="member")
    roads = [draft.level(column, of=level) for column in columns]
    line = draft.line(f"by_{level}{of}", _effects(texts, [level], True, mean="0"))
    shares = _shares(call, len(columns), draft)
    reached = [f"{line}[{road}]" for road in roads]
    if not shares:
        return f"({' + '.join(reached)}) / {len(roads)}"
    return " + ".join(f"{share} * {unit}" for share, unit in zip(shares, reached, strict=True))


def _shares(call: Call, count: int, draft: Draft) -> list[str]:
    """The weight of each membership; none where they are alike."""
    given, scale = call.named("weights"), call.named("scale")
    if given is None:
        return []
    parts = given.plain if isinstance(given, Call) and given.function == "cbind" else ()
    if len(parts) != count:
        raise misread(
            "weights of mm(...) are not one for each column",
            draft.formula,
            given.at,
            expected="cbind(w1, w2)",
        )
    texts = [expression_text(part, draft.formula, draft.name, 2) for part in parts]
    if scale is not None and formula_text(scale) in ("FALSE", "F"):
        return texts
    total = draft.line("total_weight", " + ".join(texts))
    return [f"{text} / {total}" for text in texts]


# --- effects that several formulas share -----------------------------------------------------------------


def shared_lines(bars: Mapping[str, list[tuple[str, Bar]]], draft: Draft) -> dict[str, Shared]:
    """A line for the effects of each ID that stands in several formulas: correlated, about 0."""
    found: dict[str, Shared] = {}
    for key, several in bars.items():
        if len({of for of, _ in several}) < 2:
            continue
        levels = _levels(several[0][1], draft)
        labels: dict[tuple[str, str], str] = {}
        for of, bar in several:
            for text in _varying(bar.design, draft, bar):
                labels[of, text] = _label(of, text, bar, draft)
        over = ", ".join([*levels, f"sl.Index([{', '.join(map(quoted, labels.values()))}])"])
        line = draft.line(f"by_{'_'.join(levels)}", f"sl.MultiNormal(0, over=({over}))")
        found[key] = Shared(line, labels)
    return found


def _label(of: str, text: str, bar: Bar, draft: Draft) -> str:
    """What a component is called: its formula, and its covariate."""
    name = text.strip('"')
    whole = of.strip("_") or "mu"
    if text == "1":
        return whole
    if text != quoted(name) or draft.columns.is_category(name) is not False:
        raise misread(
            f"effects correlated across formulas are those of {name}",
            draft.formula,
            bar.at,
            expected="1 and columns of numbers",
            way_out="write 0/1 columns for categories: df['f_b'] = (df['f'] == 'b').astype(int)",
        )
    return f"{whole} {name}"


def _of_shared(shared: Shared, texts: list[str], of: str) -> list[str]:
    found = []
    for text in texts:
        component = f"{shared.line}[{quoted(shared.labels[of, text])}]"
        found.append(component if text == "1" else f"{component} * sl.data({text})")
    return found
