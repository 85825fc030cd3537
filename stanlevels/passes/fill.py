"""`fill`: numbers for the priors that were left open, scaled to the data, each with its reason.

Structure is left as it is: the numbers are data entries of the program either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import prod

from stanlevels.errors import DeclarationError
from stanlevels.graph import ExpressionNode, VariableNode
from stanlevels.language.families import FAMILIES
from stanlevels.passes.planned import Context, Line, Planned, Record
from stanlevels.passes.terms import (
    Known,
    Linear,
    Literal,
    Setting,
    Take,
    Term,
    Use,
    Vector,
    addends,
    factors,
    uses,
)

_WIDE = 2.5  # times the scale: rstanarm's and brms's habit for weakly informative priors


@dataclass(frozen=True)
class Scale:
    """The size that a quantity may be expected to have.

    `spread` has one entry, or one per component along `components` (also where that is one, or none:
    the number of columns is a matter of data); `center` is None where 0 is the natural place.
    """

    spread: tuple[float, ...]
    center: float | None
    words: str
    components: tuple[str, ...] = ()

    @property
    def common(self) -> Scale:
        """The same for a quantity that does not extend along the components."""
        return Scale(self.spread[:1] or (1.0,), self.center, self.words) if self.components else self


def fill(planned: Planned, context: Context) -> Planned:
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
                    "fill",
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


_Rule = Callable[[Scale], tuple[float, ...]]


def _wide(scale: Scale) -> tuple[float, ...]:
    return tuple(_WIDE * s for s in scale.spread)


def _center(scale: Scale) -> tuple[float, ...]:
    return (scale.center or 0.0,)


def _spread(scale: Scale) -> tuple[float, ...]:
    return scale.spread


def _constant(value: float) -> _Rule:
    return lambda scale: (value,)


# What an open argument becomes, by family and argument.
_RULES: dict[tuple[str, str], _Rule] = {
    **{(f, "mu"): _center for f in ("Normal", "StudentT", "Cauchy", "Laplace", "Logistic")},
    **{(f, "sigma"): _wide for f in ("Normal", "StudentT", "Cauchy", "Laplace", "Logistic")},
    **{(f, "sigma"): _spread for f in ("HalfNormal", "HalfCauchy", "HalfStudentT", "Weibull")},
    **{(f, "nu"): _constant(3.0) for f in ("StudentT", "HalfStudentT")},
    ("LogNormal", "mu"): _constant(0.0),
    ("LogNormal", "sigma"): _constant(1.0),
    ("Gamma", "alpha"): _constant(2.0),
    ("Gamma", "beta"): lambda scale: tuple(2.0 / s for s in scale.spread),
    ("Gamma", "log"): _constant(0.0),
    ("Gamma", "shape"): _constant(2.0),
    ("InverseGamma", "alpha"): _constant(3.0),
    ("InverseGamma", "beta"): lambda scale: tuple(2.0 * s for s in scale.spread),
    ("Exponential", "beta"): lambda scale: tuple(1.0 / s for s in scale.spread),
    ("Exponential", "log"): _constant(0.0),
    ("Weibull", "alpha"): _constant(1.0),
    ("Beta", "alpha"): _constant(1.0),
    ("Beta", "beta"): _constant(1.0),
    ("Beta", "mean"): _constant(0.5),
    ("Beta", "logit"): _constant(0.0),
    ("Beta", "concentration"): _constant(2.0),
    ("LKJCholesky", "eta"): _constant(2.0),
    ("Dirichlet", "alpha"): _constant(1.0),
    ("MultiNormal", "mu"): _constant(0.0),
    ("MultiNormal", "sigma"): _wide,
}


def _numbers(line: Line, arg: str, scale: Scale) -> tuple[float, ...]:
    rule = _RULES.get((line.variable.family, arg))
    if rule is None:
        raise DeclarationError(
            f"{arg} of {line.name!r} ~ {line.variable.family}(...) is left open, and has no default",
            expected=FAMILIES[line.variable.family]
            .parameterization(line.variable.parameterization)
            .parameter(arg)
            .support.words,
            way_out=f"give {arg} a number or a quantity",
        )
    return rule(scale)


def prior_text(line: Line) -> str:
    """A prior with its numbers, such as ``Normal(0, 2.5)``."""
    parts = []
    for name, term in line.args.items():
        if isinstance(term, Setting):
            numbers = [f"{v:.4g}" for v in term.values]
            parts.append(
                numbers[0]
                if len(numbers) == 1
                else f"[{', '.join(numbers[:4])}{', ...' * (len(numbers) > 4)}]"
            )
        elif isinstance(term, Literal):
            parts.append(f"{term.value:g}")
        else:
            parts.append(name)
    return f"{line.variable.family}({', '.join(parts)})"


# --- scales ------------------------------------------------------------------------------------


def scale_of(name: str, planned: Planned, context: Context) -> Scale:
    """The scale of a quantity, from how it reaches the data.

    A location takes the outcome's own scale; a coefficient that over the standard deviation of its
    covariate; a standard deviation that of what it spreads. Anything else is of size 1.
    """
    if _is_correlation(name, planned):
        return Scale((1.0,), None, "correlations: mildly in favour of small ones")
    for found in _reached(name, planned, context):
        return found
    return Scale((1.0,), None, "of size 1: it reaches the data through a function or a shape")


def _is_correlation(name: str, planned: Planned) -> bool:
    node = planned.graph[name]
    return isinstance(node, VariableNode) and node.family == "LKJCholesky"


def _reached(name: str, planned: Planned, context: Context) -> Iterator[Scale]:
    for line in planned.lines.values():
        for arg, term in line.args.items():
            if name not in {u.name for u in uses(term)}:
                continue
            kind = _kind(line, arg)
            if kind == "location":
                target = _line_scale(line, planned, context)
                yield from _through_sum(name, line, term, target, context)
            elif kind == "scale":
                target = _line_scale(line, planned, context).common
                yield Scale(target.spread, None, f"the scale of {line.name!r}: {target.words}")


def _kind(line: Line, arg: str) -> str:
    if isinstance(line.node, ExpressionNode):
        return "location"
    if not isinstance(line.node, VariableNode):
        return "shape"
    form = FAMILIES[line.node.family].parameterization(line.node.parameterization)
    return form.parameter(arg).kind


def _line_scale(line: Line, planned: Planned, context: Context) -> Scale:
    if line.name in planned.observed:
        scales = context.scales(line.name)
        return Scale((scales.spread,), scales.center, scales.words)
    return scale_of(line.name, planned, context)


def _through_sum(name: str, line: Line, term: Term, target: Scale, context: Context) -> Iterator[Scale]:
    """The scale that `name` has as part of a sum that has the scale `target`."""
    items = term.items if isinstance(term, Vector) else (term,)
    for item in items:
        for _, addend in addends(item):
            parts = factors(addend)
            mine = [p for p in parts if _is(p, name)]
            if not mine:
                continue
            covariates = _covariates(mine[0], parts)
            if not covariates:
                yield replace(target, words=f"the scale of {line.name!r}: {target.words}")
                continue
            spreads = _product([context.spread(line.domain, c) for c in covariates])
            words = f"{target.words}, over the sd of {' x '.join(covariates)}"
            along = (mine[0].covariates,) if isinstance(mine[0], Linear) else ()
            yield Scale(tuple(target.common.spread[0] / s for s in spreads), None, words, along)


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
