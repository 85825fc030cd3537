"""What was declared in formulas as the lines of a class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from stanlevels.errors import DeclarationError, listing
from stanlevels.formulas.columns import Columns
from stanlevels.formulas.draft import Draft
from stanlevels.formulas.expand import Bar, Design, expand
from stanlevels.formulas.expressions import expression_text, quoted
from stanlevels.formulas.groups import Shared, shared_lines
from stanlevels.formulas.latent import partly_known
from stanlevels.formulas.mixtures import Mixed, mixed, mixture_text
from stanlevels.formulas.outcome_lines import Said, is_positive, measured, measured_text, outcome_text, row_of
from stanlevels.formulas.outcomes import Chosen, Outcome, chosen, outcome_of, with_zeros
from stanlevels.formulas.predictor import predictor
from stanlevels.formulas.priors import Priors
from stanlevels.formulas.read import Declared, One
from stanlevels.formulas.residuals import has_residuals, with_residuals
from stanlevels.formulas.smooths import category_specific
from stanlevels.formulas.structures import AREAS, FIELDS
from stanlevels.formulas.syntax import Call, Name, Number, Syntax, bars_in, calls_in, names_in, right_of
from stanlevels.formulas.tokens import misread
from stanlevels.words import closest

__all__ = ["lines_of"]

_ZI, _LONG = "zi", 70
_EMPTY = Design(False, ())


@dataclass(frozen=True)
class _Part:
    """An outcome's column with everything that its line needs, before any line."""

    one: One
    outcome: Outcome
    column: Name
    choice: Chosen
    of: str
    designs: Mapping[str, Design]
    numbers: Mapping[str, str]
    mixed: Mixed | None = None


def lines_of(
    declared: Declared, family: Syntax | str, columns: Columns, priors: Priors | None = None
) -> Draft:
    """The lines of the class.

    Parameters
    ----------
    declared : Declared
    family : Syntax or str
        Of outcomes that have none of their own.
    columns : Columns
    priors : Priors, optional
        Those that were given, of which each is of a line.

    Raises
    ------
    DeclarationError
        Where the language has no lines for a part of it.
    DataError
        If a name is no column.
    """
    outcomes = [outcome_of(one.left, declared.text) for one in declared.outcomes]
    names = [column.name for outcome in outcomes for column in outcome.lines]
    draft = Draft(declared.text, columns, names, _groups(declared), priors)
    for outcome in outcomes:
        if outcome.counts:
            draft.outcomes[outcome.columns[0].name] = draft.free("counts")
    for outcome in outcomes:
        for column in outcome.columns:
            draft.check(column)
    several = len(names) > 1
    parts = [
        _part(one, outcome, column, family, draft, several)
        for one, outcome in zip(declared.outcomes, outcomes, strict=True)
        for column in outcome.lines
    ]
    bars: dict[str, list[tuple[str, Bar]]] = {}
    for part in parts:
        for of, design in _designs(part, draft).items():
            for bar in design.bars:
                if bar.key:
                    bars.setdefault(bar.key, []).append((of, bar))
    shared = shared_lines(bars, draft)
    if declared.correlated:
        _correlated(parts, draft, shared)
    else:
        for part in _in_order(parts):
            _add_outcome(part, draft, shared)
    draft.priors.check()
    return draft


def _in_order(parts: list[_Part]) -> list[_Part]:
    """Outcomes after those that are covariates of theirs."""
    left, found = list(parts), list[_Part]()
    while left:
        waiting = {part.column.name for part in left}
        ready = [p for p in left if not {n for d in p.designs.values() for n in partly_known(d)} & waiting]
        if not ready:
            names = listing(sorted(waiting))
            raise DeclarationError(f"{names} are covariates of each other", expected="one after the other")
        found += ready
        left = [part for part in left if part not in ready]
    return found


def _add_outcome(part: _Part, draft: Draft, shared: Mapping[str, Shared]) -> None:
    """The lines of an outcome, its own the last."""
    if part.mixed is not None:
        if part.one.nonlinear or part.outcome.terms:
            raise misread(
                "a mixture stands with nl = TRUE, or with more than the outcome before the ~",
                draft.formula,
                part.column.at,
                expected="y ~ x, with the family mixture(gaussian, gaussian)",
            )
        draft.size = _size(part, draft)
        name = draft.outcomes[part.column.name]
        draft.lines[name] = mixture_text(
            part.mixed, part.outcome, part.column, part.designs, part.numbers, part.of, draft, shared
        )
        return
    mu, others = _arguments(part, draft, shared)
    if len(mu) > _LONG:
        mu = draft.line(f"eta{part.of}", mu)
    shifts = [each.name for each in category_specific(part.designs.get("", _EMPTY), draft)]
    if shifts and (part.choice.family.ordered or not part.choice.family.cut):
        raise misread(
            "cs(...) stands with a family whose thresholds are in an order",
            draft.formula,
            part.column.at,
            expected="one of sratio, cratio and acat",
        )
    text = outcome_text(part.outcome, part.column, part.choice, mu, others, draft, shifts)
    name = draft.outcomes[part.column.name]
    if not measured(part.outcome):
        draft.lines[name] = text
        return
    true = draft.latent[part.column.name] = draft.line(f"true_{part.column.name}", text)
    draft.lines[name] = measured_text(part.outcome, part.column, true, draft)


def _groups(declared: Declared) -> list[str]:
    """The names of what may become levels."""
    sides = [
        side for one in declared.outcomes for side in (one.right, *(right_of(said) for _, said in one.others))
    ]
    found = [bar.operands[-1] for side in sides for bar in bars_in(side)]
    named = [call.named(name) for side in sides for call in calls_in(side) for name in ("by", "gr")]
    found += [value for value in named if value is not None]
    places = [call for side in sides for call in calls_in(side) if call.function in (*FIELDS, *AREAS)]
    found += [value for call in places for value in call.plain]
    found += [by for one in declared.outcomes for call in calls_in(one.left) if (by := call.named("gr"))]
    return [name.name for group in found for name in names_in(group)]


def _of(part: _Part, parameter: str) -> str:
    """What the names of a parameter's lines end with."""
    return (f"_{parameter}" if parameter else "") + part.of


def _designs(part: _Part, draft: Draft) -> dict[str, Design]:
    """All right sides, by what the names of their lines end with."""
    found = {_of(part, name): design for name, design in part.designs.items()}
    if _is_in_categories(part, draft) and part.of in found:
        design = found.pop(part.of)
        found |= {f"_{label}{part.of}": design for label in _labels(part, draft)}
    return found


def _is_in_categories(part: _Part, draft: Draft) -> bool:
    """Whether every category but the first has a predictor of its own."""
    row = row_of(part.outcome, part.choice, draft)
    return (row.is_categorical or part.outcome.counts) and not part.choice.family.cut


def _labels(part: _Part, draft: Draft) -> list[Any]:
    """The categories of an outcome but the first."""
    if part.outcome.counts:
        return [column.name for column in part.outcome.columns[1:]]
    found = draft.columns.categories(part.column.name)
    if found is None:
        raise DeclarationError(
            f"an outcome in categories, {part.column.name!r}, needs data: each but the first has a predictor",
            way_out="give sl.formula the data, sl.formula(text, df, ...)",
        )
    return found[1:]


def _part(one: One, outcome: Outcome, column: Name, family: Syntax | str, draft: Draft, lone: bool) -> _Part:
    family = one.family if one.family is not None else family
    several = mixed(family, draft.formula)
    choice = several.components[0] if several is not None else chosen(family, draft.formula)
    if any(name == _ZI for name, _ in one.others) and not choice.family.wrapper:
        choice = with_zeros(choice)
    left = {column.name for column in outcome.columns}
    others = None if draft.columns.names is None else [n for n in draft.columns.names if n not in left]
    designs: dict[str, Design] = {}
    numbers: dict[str, str] = {}
    for name, said in one.others:
        name = _parameter(name, said, one, choice, draft, several)
        if isinstance(said, Number):
            numbers[name] = said.text
        elif name not in one.computed:
            designs[name] = expand(right_of(said), draft.formula, others)
    if not one.nonlinear:
        design = expand(one.right, draft.formula, others)
        if "rate" in outcome.terms and outcome.terms["rate"].plain:
            units = Call("log", (("", outcome.terms["rate"].plain[0]),))
            design = replace(design, offsets=(*design.offsets, units))
        if several is None and has_residuals(design):
            alike = not (designs or numbers or outcome.terms or lone) and choice.link == "identity"
            row = row_of(replace(outcome, logged=False), choice, draft)
            design = with_residuals(design, row, draft.formula, plain=alike)
        designs = {"": design} | designs
    return _Part(one, outcome, column, choice, f"_{column.name}" * lone, designs, numbers, several)


def _parameter(
    name: str, right: Syntax, one: One, choice: Chosen, draft: Draft, several: Mixed | None
) -> str:
    """A parameter of the family, or of the expression."""
    if several is not None and name in several.arguments and not one.nonlinear:
        return name
    if name == "dispersion":
        return next(iter(choice.family.arguments))
    if one.nonlinear or one.computed or name in choice.family.arguments:
        return name
    known = choice.family.arguments if several is None else several.arguments
    raise misread(
        f"{name!r} is no parameter of the family {choice.name!r}",
        draft.formula,
        right.at,
        expected=closest(name, known),
    )


def _arguments(part: _Part, draft: Draft, shared: Mapping[str, Shared]) -> tuple[str, dict[str, Said]]:
    """The predictor of the mean, and what is said of the other parameters."""
    others = {name: Said(text, linked=False) for name, text in part.numbers.items()}
    several = _is_in_categories(part, draft)
    draft.size = _size(part, draft)
    if part.one.nonlinear and several:
        raise misread(
            "a formula with nl = TRUE has an outcome in categories, each with an expression of its own",
            draft.formula,
            part.column.at,
            way_out="write sl.Categorical(logit=[...]) with an expression for each",
        )
    if part.one.nonlinear:
        return _nonlinear(part, draft, shared), others | _said(part, draft, shared)
    design = part.designs[""]
    if part.choice.family.cut:
        design = replace(design, intercept=True, absorbed=True)
    if several:
        mu = _of_categories(part, design, draft, shared)
    else:
        mu = predictor(design, draft, part.of, shared)
    return mu, others | _said(part, draft, shared)


def _size(part: _Part, draft: Draft) -> float:
    """The standard deviation of the outcome, on the scale of its predictor."""
    return draft.columns.sd(part.column.name) if part.choice.link == "identity" else 1.0


def _said(part: _Part, draft: Draft, shared: Mapping[str, Shared]) -> dict[str, Said]:
    """The predictors of parameters of the family, beside the mean; intercepts alone are left open."""
    found = {}
    for name, design in part.designs.items():
        if name not in part.choice.family.arguments:
            continue
        if design.terms or design.bars or design.offsets:
            text = predictor(design, draft, _of(part, name), shared)
            found[name] = Said(text, link=part.choice.links.get(name, ""))
    for name, said in part.one.others:
        if name in part.one.computed and name in part.choice.family.arguments:
            text = expression_text(right_of(said), draft.formula, draft.name)
            found[name] = Said(text, link=part.choice.links.get(name, ""))
    for name, argument in part.choice.family.arguments.items():
        prior = draft.priors.find(name, part.of)
        if prior is not None and name not in found and name not in part.numbers:
            row = row_of(part.outcome, part.choice, draft)
            line = prior.line(positive=is_positive(row, argument))
            found[name] = Said(draft.line(f"{name}{part.of}", line), linked=False)
    return found


def _of_categories(part: _Part, design: Design, draft: Draft, shared: Mapping[str, Shared]) -> str:
    """A predictor for each category but the first."""
    each = [predictor(design, draft, f"_{label}{part.of}", shared) for label in _labels(part, draft)]
    return f"[{', '.join(['0', *each])}]"


def _nonlinear(part: _Part, draft: Draft, shared: Mapping[str, Shared]) -> str:
    """The expression of the mean; every parameter of it is a line of its own name."""
    for name, design in part.designs.items():
        if name not in part.choice.family.arguments:
            draft.free_intercepts.add(f"_{name}")
            draft.predictors[name] = _named(name, predictor(design, draft, f"_{name}", shared), draft)
    left = {name: right_of(said) for name, said in part.one.others if name in part.one.computed}
    while left:
        ready = [n for n, right in left.items() if not any(each.name in left for each in names_in(right))]
        if not ready:
            raise DeclarationError(f"the parameters {', '.join(left)} are computed from each other")
        for name in ready:
            right = left.pop(name)
            if name not in part.choice.family.arguments:
                text = expression_text(right, draft.formula, draft.name)
                draft.predictors[name] = _named(name, text, draft)
    return expression_text(part.one.right, draft.formula, draft.name)


def _named(name: str, text: str, draft: Draft) -> str:
    """A predictor as a line called like its parameter."""
    return draft.renamed(text, name) if text in draft.lines else draft.line(name, text)


def _correlated(parts: list[_Part], draft: Draft, shared: Mapping[str, Shared]) -> None:
    """Outcomes with correlated residuals: one line for all of them."""
    means = []
    for part in parts:
        mu, others = _arguments(part, draft, shared)
        row = row_of(part.outcome, part.choice, draft)
        if others or part.outcome.terms or not row.is_normal or part.choice.link != "identity":
            raise misread(
                "set_rescor(TRUE) stands with more than means of normal outcomes",
                draft.formula,
                part.column.at,
                expected="gaussian outcomes without formulas of sigma",
            )
        means.append(mu)
    names = ", ".join(quoted(part.column.name) for part in parts)
    draft.line("outcomes", f"sl.MultiNormal([{', '.join(means)}], observed=[{names}])")
