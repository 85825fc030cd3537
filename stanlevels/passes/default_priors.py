"""`default_priors`: numbers for the priors that were left open, scaled to the data, each with its reason.

Structure is left as it is: the numbers are data entries of the program either way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import prod

from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError
from stanlevels.graph import ExpressionNode, VariableNode
from stanlevels.linear.scales import covariate_spread, response_scales
from stanlevels.plan.components import axis_size
from stanlevels.plan.decisions import prior_text
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import (
    Known,
    Linear,
    Setting,
    Take,
    Term,
    Use,
    Vector,
    addends,
    factors,
    uses,
)
from stanlevels.records import Record


@dataclass(frozen=True)
class Scale:
    """The size that a quantity may be expected to have.

    `spread` has one entry, or one per component along `components` (also where that is one, or none:
    the number of columns is a matter of data); `center` has one entry, or as many; 0 is the natural
    place of coefficients and spreads. `by_component` holds the words of each, where they differ.
    """

    spread: tuple[float, ...]
    center: tuple[float, ...]
    words: str
    components: tuple[str, ...] = ()
    by_component: tuple[str, ...] = ()

    @property
    def common(self) -> Scale:
        """The same for a quantity that does not extend along the components."""
        center = self.center[:1] if len(set(self.center)) == 1 else (0.0,)
        return replace(self.at(0), center=center)

    def at(self, position: int) -> Scale:
        """The same for one of the components."""
        if not self.components:
            return self
        here = slice(position, position + 1)
        spread = self.spread[here] or self.spread[:1] or (1.0,)
        center = self.center[here] or self.center[:1] or (0.0,)
        words = self.by_component[position] if position < len(self.by_component) else self.words
        return Scale(spread, center, words)


def default_priors(planned: Planned, context: Facts) -> Planned:
    """Give every open argument a number."""
    lines: dict[str, Line] = {}
    records: list[Record] = []
    for name, line in planned.latent.items():
        open_args = [arg for arg, term in line.args.items() if isinstance(term, Setting) and not term.values]
        if open_args:
            scale = scale_of(name, planned, context)
            lines[name] = _filled(line, open_args, scale)
            records.append(
                Record(
                    name,
                    "priors",
                    f"default prior {prior_text(lines[name])}",
                    scale.words,
                    f"give {' and '.join(open_args)} in the line",
                )
            )
    return planned.with_lines(lines).noting(*records)


def _filled(line: Line, open_args: list[str], scale: Scale) -> Line:
    args = dict(line.args)
    per_component = bool(scale.components) and scale.components == line.components
    scale = scale if per_component else scale.common
    for arg in open_args:
        values = _numbers(line, arg, scale)
        if per_component and len(values) == 1:
            values = values * len(scale.spread)
        args[arg] = Setting(line.name, arg, values, components=line.components if per_component else ())
    return replace(line, args=args)


def _numbers(line: Line, arg: str, scale: Scale) -> tuple[float, ...]:
    form = FAMILIES[line.variable.family].parameterization(line.variable.parameterization)
    parameter = form.parameter(arg)
    if parameter.default is None:
        raise DeclarationError(
            f"{arg} of {line.name!r} ~ {line.variable.family}(...) is left open, and has no default",
            expected=parameter.support.words,
            way_out=f"give {arg} a number or a quantity",
        )
    return parameter.default.numbers(scale.spread, scale.center)


# --- scales ------------------------------------------------------------------------------------


def scale_of(name: str, planned: Planned, context: Facts) -> Scale:
    """The scale of a quantity, from how it reaches the data.

    A location takes the outcome's own scale; a coefficient that over the standard deviation of its
    covariate; a standard deviation that of what it spreads. Anything else is of size 1.
    """
    if _is_correlation(name, planned):
        return Scale((1.0,), (0.0,), "correlations: mildly in favour of small ones")
    found = list(_reached(name, planned, context))
    if not found:
        return Scale((1.0,), (0.0,), "of size 1: it reaches the data through a function or a shape")
    position, scale = found[0]
    return scale if position is None else _by_component(found, planned.lines[name], planned)


def _by_component(found: list[tuple[int | None, Scale]], line: Line, planned: Planned) -> Scale:
    """The scale of a quantity whose components are used one by one, as in ``B[0] + B[1] * x``."""
    by_position: dict[int, Scale] = {}
    for position, scale in found:
        if position is not None:
            by_position.setdefault(position, scale)
    first = next(iter(by_position.values()))
    count = axis_size(dict(planned.axes), line.components)
    each = [by_position.get(position, first) for position in range(count)]
    words = tuple(scale.words for scale in each)
    return Scale(
        tuple(scale.spread[0] for scale in each),
        tuple(scale.center[0] for scale in each),
        "; ".join(dict.fromkeys(words)),
        line.components,
        words,
    )


def _is_correlation(name: str, planned: Planned) -> bool:
    node = planned.graph[name]
    return isinstance(node, VariableNode) and node.family == "LKJCholesky"


def _reached(name: str, planned: Planned, context: Facts) -> Iterator[tuple[int | None, Scale]]:
    """Scales of a quantity from every place that uses it; of one component where only that is used."""
    for line in planned.lines.values():
        for arg, term in line.args.items():
            if name not in {u.name for u in uses(term)}:
                continue
            kind = _kind(line, arg)
            if kind == "location":
                target = _line_scale(line, planned, context)
                yield from _through_sum(name, line, term, target, context)
            elif kind == "scale":
                target = _spread_by(name, term, _line_scale(line, planned, context))
                words = f"the scale of {line.name!r}: {target.words}"
                yield None, Scale(target.spread, (0.0,), words, target.components)


def _spread_by(name: str, term: Term, target: Scale) -> Scale:
    """The part of a line's scale that a standard deviation is about: its entry of a list, or all."""
    items = term.items if isinstance(term, Vector) else ()
    for position, item in enumerate(items):
        if name in {u.name for u in uses(item)}:
            return target.at(position)
    return target if term.components == target.components else target.common


def _kind(line: Line, arg: str) -> str:
    if isinstance(line.node, ExpressionNode):
        return "location"
    if not isinstance(line.node, VariableNode):
        return "shape"
    form = FAMILIES[line.node.family].parameterization(line.node.parameterization)
    return form.parameter(arg).kind


def _line_scale(line: Line, planned: Planned, context: Facts) -> Scale:
    if line.name in planned.observed:
        scales = response_scales(planned.graph, context, line.name)
        return Scale((scales.spread,), (scales.center or 0.0,), scales.words)
    return scale_of(line.name, planned, context)


def _through_sum(
    name: str, line: Line, term: Term, target: Scale, context: Facts
) -> Iterator[tuple[int | None, Scale]]:
    """The scale that `name` has as part of a sum that has the scale `target`."""
    vector = isinstance(term, Vector)
    for position, item in enumerate(term.items if isinstance(term, Vector) else (term,)):
        for _, addend in addends(item):
            parts = factors(addend)
            mine = [p for p in parts if _is(p, name)]
            if mine:
                own = target.at(position) if vector else target
                picked = mine[0].position if isinstance(mine[0], Take) else None
                yield picked, _as_factor(mine[0], parts, line, own, context)


def _as_factor(mine: Term, parts: tuple[Term, ...], line: Line, target: Scale, context: Facts) -> Scale:
    """The scale of one factor of an addend."""
    covariates = _covariates(mine, parts)
    if not covariates:
        # the component axis of a MultiNormal is its own; that of its vector of means has another name
        along = mine.components if target.components and mine.components else target.components
        return replace(target, words=f"the scale of {line.name!r}: {target.words}", components=along)
    spreads = _product([covariate_spread(context.graph, context, line.domain, c) for c in covariates])
    words = f"{target.words}, over the sd of {' x '.join(covariates)}"
    along = (mine.covariates,) if isinstance(mine, Linear) else ()
    return Scale(tuple(target.common.spread[0] / s for s in spreads), (0.0,), words, along)


def _is(term: Term, name: str) -> bool:
    match term:
        case Use(name=found) | Take(use=Use(name=found)) | Linear(use=Use(name=found)):
            return found == name
        case _:
            return False


def _covariates(mine: Term, parts: tuple[Term, ...]) -> list[str]:
    columns = [p.column for p in parts if isinstance(p, Known)]
    return [mine.covariates, *columns] if isinstance(mine, Linear) else columns


def _product(spreads: list[tuple[float, ...]]) -> tuple[float, ...]:
    """The first may have one entry per column; the others have one."""
    first, *others = spreads
    factor = prod(spread[0] for spread in others)
    return tuple(spread * factor for spread in first)
