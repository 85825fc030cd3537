"""What a person reads before a fit, and may decide or use again: the plan and the priors, as tables."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from stanlevels.errors import FitError
from stanlevels.graph import ROWS, ExpressionNode
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Decided, Planned
from stanlevels.plan.quantities import BETWEEN, Centering
from stanlevels.plan.terms import Apply, Domain, Literal, Setting, Take, Term, Use
from stanlevels.records import Record
from stanlevels.show import Table

_COLUMNS = ("quantity", "step", "decision", "reason", "instead")


@dataclass(frozen=True, repr=False)
class Plan(Table):
    """What is to be decided about a model, or what was decided and why.

    Given to `bind` or `fit`, it decides; what it leaves open (None) the planner decides from the data. The
    plan of a bound model, ``model.plan``, is a table of every decision with its reason. Given to another
    `bind`, it decides the same again, so that new data of the same structure have the same Stan text.

    Parameters
    ----------
    compress : bool or collection of str, optional
        Whether rows that agree in everything become cells, or of which observed lines they do; and, where
        effects are integrated out, whether units that agree in what their rows say of these become one.
    marginalize : bool or collection of str, optional
        Whether random variables are integrated out (normal ones, those of conjugate pairs), or which ones.
        Their draws come back all the same.
    lift : bool or mapping of str to tuple of str, optional
        Whether centred effects are sampled together with what is the same in all rows of their units, or
        which effects together with what.
    center : bool, "between", or mapping of str to these, optional
        Whether random variables are sampled centred (as they are), not (as standardised deviations), or in
        between (each unit as far centred as its data inform it); or which of them. A line that says
        ``centered=`` has the last word.
    soften : bool or collection of str, optional
        Whether standard deviations that may be 0 for all that the data say are sampled soft near 0 (not as
        their logarithm, which has a long tail there), or which positive quantities are.
    metric : {"diag", "dense"}, optional
        The form of the sampler's inverse metric.
    glm : bool
        Whether Stan's functions for generalised linear models are used.
    moved : collection of str, optional
        What is sampled where covariates are at their means.
    places : mapping of str to tuple of str
        Domains of named expressions, which otherwise follow from the data.
    title, columns, rows, records
        What the table shows, which the planner writes.

    Raises
    ------
    FitError
        If a switch is none of these.

    Examples
    --------
    >>> import stanlevels as sl
    >>> class Schools(sl.Model):
    ...     school = sl.Level()
    ...     spread = sl.HalfNormal(5)
    ...     effect = sl.Normal(0, spread, over=school)
    ...     estimate = sl.Normal(effect, 10, observed=True)
    >>> data = {"school": ["A", "B"], "estimate": [28.0, 8.0]}
    >>> Schools.bind(data, plan=sl.Plan(marginalize=False, center={"effect": True})).plan.center
    {'effect': True}
    """

    title: str = "Plan"
    columns: tuple[str, ...] = _COLUMNS
    rows: tuple[tuple[Any, ...], ...] = ()
    compress: bool | Collection[str] | None = None
    marginalize: bool | Collection[str] | None = None
    lift: bool | Mapping[str, tuple[str, ...]] | None = None
    center: Centering | Mapping[str, Centering] | None = None
    soften: bool | Collection[str] | None = None
    metric: str | None = None
    glm: bool = True
    moved: Collection[str] | None = None
    places: Mapping[str, Domain] = field(default_factory=dict)
    records: tuple[Record, ...] = ()

    def __post_init__(self) -> None:
        for name, kinds, words in _SWITCHES:
            value = getattr(self, name)
            if value is not None and not (isinstance(value, kinds) and not isinstance(value, str)):
                if name == "center" and value == BETWEEN:
                    continue
                raise FitError(f"{name}= of a Plan is {value!r}", expected=words)
        if wrong := [each for each in self.centered.items() if each[1] not in (True, False, BETWEEN)]:
            raise FitError(
                f"center= of a Plan has {wrong[0][0]!r}: {wrong[0][1]!r}", expected="True, False or 'between'"
            )
        if self.metric not in (None, "diag", "dense"):
            raise FitError(f"metric= of a Plan is {self.metric!r}", expected="'diag', 'dense', or None")

    @classmethod
    def literal(cls) -> Plan:
        """The plan that does what the declaration says, and no algebra.

        Every unknown is sampled, random variables non-centred unless their line says otherwise, with a
        density at every row, by Stan's own adaptation from starts near the middle of the priors.

        Examples
        --------
        >>> Plan.literal().marginalize
        False
        """
        return cls(
            title="Literal plan",
            compress=False,
            marginalize=False,
            lift=False,
            center=False,
            soften=False,
            metric="diag",
            glm=False,
            moved=(),
        )

    @property
    def names(self) -> tuple[str, ...]:
        """The quantities about which it decides."""
        several = (
            *(self.compress, self.marginalize, self.lift, self.center),
            *(self.soften, self.moved, self.places),
        )
        named = (each for each in several if isinstance(each, Collection) and not isinstance(each, str))
        return tuple(dict.fromkeys(name for names in named for name in names))

    @property
    def centered(self) -> Mapping[str, Centering]:
        """The random variables that it names, and whether each is sampled centred."""
        return self.center if isinstance(self.center, Mapping) else {}

    @property
    def lifted(self) -> Mapping[str, tuple[str, ...]]:
        """The effects that it names, and what each is sampled together with."""
        return {} if isinstance(self.lift, bool | None) else self.lift

    def decided(self) -> Decided:
        """The switches as passes ask for them."""
        return Decided(
            centered=dict(self.centered),
            all_centered=None if isinstance(self.center, Mapping) else self.center,
            places=self.places,
            moved=None if self.moved is None else frozenset(self.moved),
            lifted=None if self.lift is None or self.lift is True else self.lifted,
            compress=_named(self.compress),
            marginalize=_named(self.marginalize),
            soften=_named(self.soften),
            metric=self.metric,
            glm=self.glm,
        )


_SWITCHES: tuple[tuple[str, Any, str], ...] = (
    ("compress", bool | Collection, "True, False, None, or names of observed lines"),
    ("marginalize", bool | Collection, "True, False, None, or names of random variables"),
    ("lift", bool | Mapping, "True, False, None, or a mapping such as {'A': ('b',)}"),
    ("center", bool | Mapping, "True, False, 'between', None, or a mapping such as {'A': True}"),
    ("soften", bool | Collection, "True, False, None, or names of positive quantities"),
    ("glm", bool, "True or False"),
    ("moved", Collection, "names of quantities, or None"),
    ("places", Mapping, "a mapping of names to domains"),
)


def _named(switch: bool | Collection[str] | None) -> bool | frozenset[str] | None:
    return switch if isinstance(switch, bool | None) else frozenset(switch)


@dataclass(frozen=True, repr=False)
class Priors(Table):
    """Every prior with its numbers and its reason."""


def make_plan(planned: Planned) -> Plan:
    """The plan of a planned model."""
    rows = tuple((r.subject, r.step, r.decision, r.reason, r.instead) for r in planned.records)
    quantities = planned.quantities
    return Plan(
        title=f"Plan of {planned.graph.name}",
        rows=rows,
        compress=tuple(factor.source for factor in planned.factors if factor.is_compressed),
        marginalize=tuple(name for name, quantity in quantities.items() if quantity.is_integrated),
        lift={name: quantity.lifted for name, quantity in quantities.items() if quantity.lifted},
        center=dict(planned.centered),
        soften=tuple(name for name, quantity in quantities.items() if quantity.softened),
        metric=planned.decided.metric,
        glm=planned.decided.glm,
        moved=tuple(name for name, quantity in quantities.items() if quantity.is_at_means),
        places={n: line.domain for n, line in planned.lines.items() if isinstance(line.node, ExpressionNode)},
        records=planned.records,
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
    clauses = line.variable.clauses
    given = [f"{n}=" * (n in clauses) + _term_text(term, n) for n, term in line.args.items()]
    return f"{line.variable.distribution}({', '.join(given)})"


def _term_text(term: Term, name: str) -> str:
    match term:
        case Setting(values=values):
            numbers = [f"{value:.4g}" for value in values]
            more = ", ..." if len(numbers) > 4 else ""
            return numbers[0] if len(numbers) == 1 else f"[{', '.join(numbers[:4])}{more}]"
        case Literal(value=value):
            return f"{value:g}"
        case Apply(function="-", args=(Setting() as center, Apply(args=(Setting(argument="first"), others)))):
            first, *rest = _term_text(center, name).strip("[]").split(", ")  # the others move the first alone
            return f"[{', '.join([f'{first} - {_term_text(others, name)}', *rest])}]"
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
