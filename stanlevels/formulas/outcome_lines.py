"""An outcome as a line: its family's row, arguments in their places, and what is said beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stanlevels.distributions.family import Parameterization
from stanlevels.distributions.foreign import INVERTED
from stanlevels.distributions.links import LINKS
from stanlevels.distributions.table import FAMILIES, Family
from stanlevels.errors import DeclarationError
from stanlevels.formulas.draft import Draft, two_digits
from stanlevels.formulas.expressions import as_column, data_text, expression_text, quoted
from stanlevels.formulas.outcomes import Chosen, Outcome
from stanlevels.formulas.syntax import Call, Name, Number, Syntax, bare, formula_text
from stanlevels.formulas.thresholds import thresholds
from stanlevels.formulas.tokens import misread
from stanlevels.words import closest

__all__ = ["Said", "component_text", "is_positive", "measured", "measured_text", "outcome_text", "row_of"]

_INVERSES = {"inverse": "1 / {}", "1/mu^2": "1 / sl.sqrt({})", "sqrt": "{} ** 2"}
_LOGS = {
    "inverse": "-sl.log({})",
    "1/mu^2": "-sl.log({}) / 2",
    "identity": "sl.log({})",
    "sqrt": "2 * sl.log({})",
}
_OF_WRAPPERS = {"zero": "logit", "ends": "ends_logit", "one": "one_logit"}
"""Arguments of wrappers, which are probabilities, and what their log odds are called."""


@dataclass(frozen=True)
class Said:
    """What a parameter is: a predictor on the scale of its link, or a number."""

    text: str
    linked: bool = True
    link: str = ""


def outcome_text(
    outcome: Outcome,
    column: Name,
    choice: Chosen,
    mu: str,
    others: Mapping[str, Said],
    draft: Draft,
    shifts: Sequence[str] = (),
) -> str:
    """The text of an outcome's line.

    Parameters
    ----------
    outcome : Outcome
    column : Name
        Which of its columns.
    choice : Chosen
    mu : str
        The predictor of the mean.
    others : mapping of str to Said
        Further parameters, by their foreign names.
    draft : Draft
        Gets further lines, such as thresholds.
    shifts : sequence of str
        Columns whose effects differ between thresholds.
    """
    row, arguments, own = _arguments(outcome, column, choice, mu, others, draft, shifts)
    clauses = _clauses(outcome, column, draft)
    if not choice.family.wrapper:
        return f"sl.{row.name}({', '.join([*arguments, *clauses])})"
    inner = f"sl.{row.name}({', '.join(arguments)})"
    return f"sl.{choice.family.wrapper}({', '.join([inner, *own, *clauses])})"


def component_text(
    outcome: Outcome, column: Name, choice: Chosen, mu: str, others: Mapping[str, Said], draft: Draft
) -> str:
    """The distribution alone, as a component of a mixture; arguments as in `outcome_text`."""
    row, arguments, _ = _arguments(outcome, column, choice, mu, others, draft, ())
    return f"sl.{row.name}({', '.join(arguments)})"


def _arguments(
    outcome: Outcome,
    column: Name,
    choice: Chosen,
    mu: str,
    others: Mapping[str, Said],
    draft: Draft,
    shifts: Sequence[str],
) -> tuple[Family, list[str], list[str]]:
    """The row, its arguments in their places, and those of the distribution that it stands in."""
    row = row_of(outcome, choice, draft)
    given = {name: f"{value:g}" for name, value in choice.family.known.items()}
    own: list[str] = []
    for name, said in others.items():
        argument = choice.family.arguments[name]
        if argument in _OF_WRAPPERS:
            own.append(f"{_OF_WRAPPERS[argument] if said.linked else argument}={said.text}")
        else:
            given[argument] = _natural(said, row, argument, inverted=name in INVERTED)
    if outcome.trials is not None and row.parameterizations[0].trials:
        given[row.parameterizations[0].trials] = _known(outcome.trials, draft)
    if "rate" in outcome.terms:
        _add_rate(outcome.terms["rate"], row, choice, given, draft)
    if choice.family.cut:
        given[choice.family.cut] = thresholds(outcome, column, choice, draft, shifts)
    elif "thres" in outcome.terms:
        raise misread("thres(...) stands with a family without thresholds", draft.formula, column.at)
    form = _located(row, choice, mu, given, draft)
    _add_errors(outcome, given, form, draft)
    return row, _in_places(form, given), own


def measured(outcome: Outcome) -> bool:
    """Whether the outcome is what was measured of another: ``y | mi(s)``."""
    return "mi" in outcome.terms and bool(outcome.terms["mi"].plain)


def measured_text(outcome: Outcome, column: Name, true: str, draft: Draft) -> str:
    """What was measured, about what it was."""
    error = expression_text(outcome.terms["mi"].plain[0], draft.formula, draft.name)
    clauses = _clauses(replace(outcome, terms={}), column, draft)
    return f"sl.Normal({', '.join([true, error, *clauses])})"


def row_of(outcome: Outcome, choice: Chosen, draft: Draft) -> Family:
    """The row of the table: by the link where there are several; of trials that are single rows.

    Raises
    ------
    DeclarationError
        If none has what the formula says.
    """
    rows = [FAMILIES[name] for name in choice.family.rows if name in FAMILIES]
    fitting = [row for row in rows if any(form.link == choice.link for form in row.parameterizations)]
    row = (fitting or rows)[0]
    if choice.family.cut and not fitting:
        have = sorted({form.link for each in rows for form in each.parameterizations})
        raise DeclarationError(
            f"the family {choice.name!r} has the link {choice.link!r}", expected=f"one of {', '.join(have)}"
        )
    if outcome.counts != choice.family.counts:
        raise misread(
            f"the outcome {'counts categories' if outcome.counts else 'is one column'},"
            f" and the family is {choice.name}",
            draft.formula,
            outcome.columns[0].at,
            expected="cbind(a, b, c) | trials(n) with multinomial or dirichlet_multinomial",
        )
    if outcome.logged:
        return _of_logarithms(row, choice, outcome, draft)
    if row.parameterizations[0].trials and outcome.trials is None:
        return _of_single_trials(choice, outcome, draft)
    return row


def _of_logarithms(row: Family, choice: Chosen, outcome: Outcome, draft: Draft) -> Family:
    """The row whose logarithm is normal."""
    if row.is_normal and choice.link == "identity":
        return next(f for f in FAMILIES.values() if f.gaussian and f.is_scalar and f.location_link == "log")
    column = outcome.columns[0]
    raise misread(
        f"the outcome is log({column.name}), and the family {choice.name}",
        draft.formula,
        column.at,
        expected="the family gaussian, of whose outcome it is the logarithm",
    )


def _of_single_trials(choice: Chosen, outcome: Outcome, draft: Draft) -> Family:
    """The row for outcomes 0 and 1, which lme4 calls binomial too."""
    if choice.family.single:
        return FAMILIES[choice.family.single]
    column = outcome.columns[0]
    raise misread(
        f"the family {choice.name} needs the number of trials",
        draft.formula,
        column.at,
        expected=f"{column.name} | trials(n), or cbind({column.name}, n - {column.name})",
    )


def _natural(said: Said, row: Family, argument: str, *, inverted: bool) -> str:
    """A parameter from its predictor: what must be positive is an exponential, a share by the logit."""
    if not said.linked:
        return f"1 / {said.text}" if inverted else said.text
    if inverted:
        return _mean_text("log", f"-{_atom(said.text)}", argument)
    parameter = next(p for form in row.parameterizations for p in form.parameters if p.name == argument)
    support = parameter.support
    default = "identity" if not support.constrained else "logit" if support.upper == 1 else "log"
    return _mean_text(said.link or default, said.text, argument)


def is_positive(row: Family, argument: str) -> bool:
    """Whether an argument of a row cannot be negative."""
    found = (p for form in row.parameterizations for p in form.parameters if p.name == argument)
    return next((p.support.lower == 0 for p in found), False)


def _located(row: Family, choice: Chosen, mu: str, given: dict[str, str], draft: Draft) -> Parameterization:
    """The parameterisation that takes the predictor, which is put among what is given."""
    link, standard = choice.link, row.parameterizations[0]
    if choice.family.spread:  # the variance is so many means: shape = mean / spread
        spread = given.get("shape") or draft.line(choice.family.spread, "sl.HalfNormal(1)")
        mean = draft.line("mu", _mean_text(link, mu, choice.name))
        given |= {standard.location: mean, "shape": f"{mean} / {_atom(spread)}"}
        return standard
    if choice.family.location:
        given[choice.family.location] = _mean_text(link, mu, choice.name)
        return standard
    mu = f"-{_atom(mu)}" if choice.family.turned and link == "log" else mu
    forms = [form for form in row.parameterizations if form.location]
    fitting = [form for form in forms if form.link == link]
    exact = next((f for f in fitting if given.keys() <= {p.name for p in f.parameters}), None)
    if exact is not None:
        given[exact.location] = mu
        return exact
    plain = next((form for form in forms if form.link == "identity"), None)
    logged = next((form for form in forms if form.link == "log"), None)
    if plain is not None and (link in LINKS or (link in _INVERSES and logged is None)):
        given[plain.location] = _mean_text(link, mu, choice.name)
        return plain
    if logged is not None and link in _LOGS:
        given[logged.location] = _LOGS[link].format(mu)
        return logged
    raise _no_link(choice.name, link)


def _mean_text(link: str, mu: str, what: str) -> str:
    if link in _INVERSES:
        return _INVERSES[link].format(_atom(mu))
    if link not in LINKS:
        raise _no_link(what, link)
    inverse = LINKS[link].inverse
    return f"sl.{inverse}({mu})" if inverse else mu


def _no_link(what: str, link: str) -> DeclarationError:
    return DeclarationError(f"{what!r} is given the link {link!r}", expected=closest(link, [*LINKS, *_LOGS]))


def _atom(text: str) -> str:
    """In parentheses where it is more than a name or a call."""
    return f"({text})" if " " in text and not text.startswith(("sl.data(", "sl.exp(")) else text


def _in_places(form: Parameterization, given: Mapping[str, str]) -> list[str]:
    """Arguments in their places, by name after one that is left open."""
    said, named = [], False
    for parameter in form.parameters:
        if parameter.name not in given:
            named = True
            continue
        named = named or parameter.name == form.key
        said.append(f"{parameter.name}=" * named + given[parameter.name])
    return said


def _add_errors(outcome: Outcome, given: dict[str, str], form: Parameterization, draft: Draft) -> None:
    """``se(s)``: known standard errors, alone or beside what is unknown."""
    if "se" not in outcome.terms:
        return
    call = outcome.terms["se"]
    if not form.scale:
        raise misread("se(...) stands with a family that has no sigma", draft.formula, call.at)
    text = expression_text(call.plain[0], draft.formula, draft.name)
    both = call.named("sigma")
    if both is not None and formula_text(both) in ("TRUE", "T"):
        size = two_digits(draft.columns.sd(outcome.columns[0].name))  # in a root, nothing else tells it
        noise = given.get(form.scale) or draft.line("sigma", f"sl.HalfNormal({size})")
        text = f"sl.sqrt({_atom(noise)} ** 2 + {_atom(text)} ** 2)"
    given[form.scale] = text


def _add_rate(call: Call, row: Family, choice: Chosen, given: dict[str, str], draft: Draft) -> None:
    """``rate(n)``: counts of n units of time each; the shape, too, is that of their sum."""
    if choice.link != "log" or choice.family.wrapper or not row.parameterizations[0].numbers.support.integer:
        raise misread(
            f"rate(...) stands with the family {choice.name!r}",
            draft.formula,
            call.at,
            expected="poisson, negbinomial or geometric, with the link log",
            way_out=f"offset(log({formula_text(call.plain[0])})) among the terms" if call.plain else "",
        )
    shape = next(iter(choice.family.arguments.values()), "shape" if choice.family.known else "")
    if shape and not choice.family.spread:
        units = _atom(expression_text(call.plain[0], draft.formula, draft.name))
        one = given.get(shape) or draft.line("shape", "sl.HalfNormal()")
        given[shape] = units if one == "1" else f"{_atom(one)} * {units}"


def _known(syntax: Syntax, draft: Draft) -> str:
    match bare(syntax):
        case Name() as name:
            draft.check(name)
            return data_text(name)
        case Number() as number:
            return number.text
    raise misread(
        f"the number of trials is {formula_text(syntax)}",
        draft.formula,
        syntax.at,
        expected="a column or a number",
        way_out=as_column(syntax),
    )


def _clauses(outcome: Outcome, column: Name, draft: Draft) -> list[str]:
    """What is said of the outcome beside its distribution."""
    if measured(outcome):
        return ["over=sl.rows"]
    name = draft.outcomes[column.name]
    found = ["observed=True" if name == column.name else f"observed={quoted(column.name)}"]
    several = [each.name for each in outcome.columns] if outcome.counts else []
    several += [column.name, _column(outcome.terms["dec"], 0, draft)] if "dec" in outcome.terms else []
    if several:
        found = [f"observed=[{', '.join(map(quoted, several))}]"]
    if "mi" in outcome.terms:
        found.append('missing="model"')
    if "cens" in outcome.terms:
        call = outcome.terms["cens"]
        found.append(f"censored={quoted(_column(call, 0, draft))}")
        until = call.named("y2")
        if until is not None or len(call.plain) > 1:
            ends = call if until is None else Call("cens", (*call.arguments[:1], ("", until)), call.at)
            found += [f"until={quoted(_column(ends, 1, draft))}"]
    if "trunc" in outcome.terms:
        call = outcome.terms["trunc"]
        given = dict(zip(("lb", "ub"), call.plain, strict=False)) | {k: v for k, v in call.arguments if k}
        for there, here in (("lb", "lower"), ("ub", "upper")):
            if there in given:
                found.append(f"{here}={expression_text(given[there], draft.formula, draft.name)}")
    if "weights" in outcome.terms:
        found.append(f"weights={quoted(_column(outcome.terms['weights'], 0, draft))}")
    return found


def _column(call: Call, place: int, draft: Draft) -> str:
    """The column that stands in a place of a call."""
    value = call.plain[place] if place < len(call.plain) else call
    if not isinstance(value, Name):
        raise misread(
            f"{call.function}(...) has {formula_text(value)}",
            draft.formula,
            value.at,
            expected="a column",
            way_out=as_column(value),
        )
    draft.check(value)
    return value.name
