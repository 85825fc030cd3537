"""What a person reads before a fit, and may decide or use again: the plan and the priors, as tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from stanlevels.graph import ROWS, ExpressionNode
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Domain, Literal, Setting, Take, Term, Use
from stanlevels.records import Record
from stanlevels.show import Table


@dataclass(frozen=True, repr=False)
class Plan(Table):
    """What was decided about a model and why.

    Given to another `bind`, it decides the same again, so that new data of the same structure have the
    same Stan text: the forms of random variables (`centered`), what is sampled where covariates are at their
    means (`moved`) or together with what stands beside it (`lifted`), and the domains of named expressions
    (`places`), which otherwise follow from the data.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Schools(sl.Model):
    ...     school = sl.Level()
    ...     spread = sl.HalfNormal(5)
    ...     effect = sl.Normal(0, spread, over=school)
    ...     estimate = sl.Normal(effect, 10, observed=True)
    >>> plan = Schools.bind({"school": ["A", "B"], "estimate": [28.0, 8.0]}).plan
    >>> plan.centered
    {'effect': False}
    """

    centered: Mapping[str, bool]
    places: Mapping[str, Domain]
    moved: frozenset[str]
    lifted: Mapping[str, tuple[str, ...]]
    records: tuple[Record, ...]


@dataclass(frozen=True, repr=False)
class Priors(Table):
    """Every prior with its numbers and its reason."""


def make_plan(planned: Planned) -> Plan:
    """The plan of a planned model."""
    rows = tuple((r.subject, r.step, r.decision, r.reason, r.instead) for r in planned.records)
    places = {n: line.domain for n, line in planned.lines.items() if isinstance(line.node, ExpressionNode)}
    return Plan(
        f"Plan of {planned.graph.name}",
        ("quantity", "step", "decision", "reason", "instead"),
        rows,
        dict(planned.centered),
        places,
        frozenset(name for name, quantity in planned.quantities.items() if quantity.is_at_means),
        {name: quantity.lifted for name, quantity in planned.quantities.items() if quantity.lifted},
        planned.records,
    )


def make_priors(planned: Planned) -> Priors:
    """The priors of a planned model."""
    reasons = {r.subject: r.reason for r in planned.records if r.step == "priors"}
    made = {r.subject: r.reason for r in planned.records if r.step == "open"}
    rows = []
    for name, line in planned.latent.items():
        if any(not isinstance(t, Literal | Setting) for t in line.args.values()) and name not in reasons:
            continue
        source = "default" if name in reasons or name in made else "declared"
        reason = "; ".join(part for part in (made.get(name, ""), reasons.get(name, "")) if part)
        rows.append((name, _where(line), prior_text(line), source, reason))
    columns = ("quantity", "over", "prior", "source", "reason")
    return Priors(f"Priors of {planned.graph.name}", columns, tuple(rows))


def _where(line: Line) -> str:
    axes = ["rows" if axis == ROWS else axis for axis in line.domain]
    axes += [axis for axis in line.components if axis != line.name]
    return " x ".join(axes)


def prior_text(line: Line) -> str:
    """A prior with its numbers, such as ``Normal(0, 2.5)`` or ``Normal(20 - 4.5 * slope, 7.8)``."""
    return f"{line.variable.family}({', '.join(_term_text(term, name) for name, term in line.args.items())})"


def _term_text(term: Term, name: str) -> str:
    match term:
        case Setting(values=values):
            numbers = [f"{value:.4g}" for value in values]
            more = ", ..." if len(numbers) > 4 else ""
            return numbers[0] if len(numbers) == 1 else f"[{', '.join(numbers[:4])}{more}]"
        case Literal(value=value):
            return f"{value:g}"
        case Apply(function="-" | "*" | "dot" as function, args=(left, right)):
            sign = {"dot": "@"}.get(function, function)
            beside = _term_text(right, name)
            if sign == "-" and beside.startswith("-"):
                sign, beside = "+", beside[1:]
            return f"{_term_text(left, name)} {sign} {beside}"
        case Use(name=used):
            return used
        case Take(use=use, position=position):
            return f"{use.name}[{position}]"
    return name
