"""`default_priors`: numbers for the priors that were left open, scaled to the data, each with its reason.

The numbers come from the sizes of quantities (`linear/sizes.py`, docs/priors.md). An open intercept gets
its prior where the covariates beside it are at their means, and is sampled there. A quantity whose size
nothing tells is an error that asks for a number, unless the fit has no use for priors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from stanlevels.distributions.family import Parameter
from stanlevels.errors import DeclarationError
from stanlevels.graph import ROWS, Number, VariableNode
from stanlevels.graph.text import node_text
from stanlevels.linear.prior_location import prior_location
from stanlevels.linear.prior_size import PriorSize, prior_size
from stanlevels.linear.sizes import Sizes
from stanlevels.passes.place import place
from stanlevels.plan.components import axis_size
from stanlevels.plan.decisions import prior_text
from stanlevels.plan.factors import Standard
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import Sampled, Standardised
from stanlevels.plan.terms import Literal, Setting, Term
from stanlevels.records import Record

__all__ = ["default_priors"]


def default_priors(planned: Planned, facts: Facts) -> Planned:
    """Give every open argument a number."""
    open_lines = {name: args for name, line in planned.latent.items() if (args := _open(line))}
    if not open_lines:
        return planned
    sizes = Sizes(_as_known(planned, facts), facts).by_name
    lines: dict[str, Line] = {}
    records: list[Record] = []
    moved: list[str] = []
    for name, args in open_lines.items():
        line = planned.lines[name]
        size = prior_size(sizes.get(name, []), axis_size(dict(planned.axes), line.components), sizes)
        if size is None and not planned.decided.priors and any(_needs_size(line, arg) for arg in args):
            lines[name] = _of_any_size(line, args)
            records.append(Record(name, "priors", "no prior", "nothing tells its size, and none is needed"))
            continue
        lines[name], at_means = _filled(line, args, size, planned)
        moved += [name] if at_means else []
        decision = f"default prior {prior_text(lines[name])}"
        reason = size.words if size is not None and any(_needs_size(line, a) for a in args) else _reason(line)
        records.append(Record(name, "priors", decision, reason, f"give {' and '.join(args)} in the line"))
    return _sampled_at_means(planned.with_lines(lines), moved).noting(*records).in_order()


def _as_known(planned: Planned, facts: Facts) -> Planned:
    """The plan that would hold if missing outcomes were known, from which scales of the data are read."""
    if facts.as_known is None:
        return planned
    return replace(place(facts.as_known, facts, planned.decided), roles=planned.roles)


def _open(line: Line) -> list[str]:
    return [arg for arg, term in line.args.items() if isinstance(term, Setting) and not term.values]


def _needs_size(line: Line, argument: str) -> bool:
    default = line.parameter(argument).default
    on_a_scale = line.location == argument and _link(line) != "identity"
    return default is not None and (default.center or default.power != 0 or on_a_scale)


def _link(line: Line) -> str:
    """What takes the variable to the scale of its location."""
    return line.family.location_link if line.form.link == "identity" else line.form.link


def _reason(line: Line) -> str:
    if line.family.is_correlation:
        return "correlations: mildly in favour of small ones"
    return f"the same for every {line.family.name}"


def _filled(line: Line, args: list[str], size: PriorSize | None, planned: Planned) -> tuple[Line, bool]:
    """The line with numbers, and whether its location is that of the predictor at the covariates' means."""
    filled: dict[str, Term] = dict(line.args)
    location = line.location if line.location in args else ""
    beside = prior_location(line, size, planned) if location and size is not None else None
    if size is not None and beside is None:
        size = size.reaching(_given_location(line)) if line.location else size.from_zero()
    for arg in args:
        parameter = line.parameter(arg)
        values = _numbers(line, parameter, size)
        wide = _needs_size(line, arg) or parameter.support.shape != "scalar"
        components = line.components if wide else ()
        if components and len(values) == 1:
            values = values * axis_size(dict(planned.axes), components)
        filled[arg] = Setting(line.name, arg, values, components=components)
        if arg == location and beside is not None:
            filled[arg] = beside.at(filled[arg])
    return replace(line, args=filled), beside is not None


def _of_any_size(line: Line, args: list[str]) -> Line:
    """The line with numbers that stand for none, where no prior enters the fit."""
    found = {arg: default for arg in args if (default := line.parameter(arg).default) is not None}
    settings = {
        arg: Setting(line.name, arg, default.numbers((1.0,), (0.0,))) for arg, default in found.items()
    }
    return replace(line, args={**line.args, **settings})


def _given_location(line: Line) -> float | None:
    """Where a prior lies whatever the data: a number that was given; None where there is none."""
    term = line.args[line.location]
    if isinstance(term, Literal):
        return float(term.value)
    return float(term.values[0]) if isinstance(term, Setting) and len(term.values) == 1 else None


def _numbers(line: Line, parameter: Parameter, size: PriorSize | None) -> tuple[float, ...]:
    if parameter.default is None:
        raise DeclarationError(
            f"{parameter.name} of {line.name!r} ~ {line.variable.outlined} is left open, and has no default",
            expected=parameter.support.words,
            way_out=f"give {parameter.name} a number or a quantity",
        )
    if not _needs_size(line, parameter.name):
        return parameter.default.numbers((1.0,), (0.0,))
    if size is None:
        raise _untold(line)
    if parameter.name == line.location and _link(line) in ("log", "log_rate"):
        found = np.log(np.maximum(np.abs(size.center), 1e-300))
        return tuple((found if _link(line) == "log" else -found).tolist())
    return parameter.default.numbers(tuple(size.spread.tolist()), tuple(size.center.tolist()))


def _untold(line: Line) -> DeclarationError:
    args = [name for name in _open(line) if _needs_size(line, name)]
    numbers = {name: Number(0.0 if name == line.location else 1.0) for name in args}
    node = replace(line.variable, args=tuple((n, numbers.get(n, e)) for n, e in line.variable.args))
    return DeclarationError(
        f"nothing tells how large {line.name!r} may be, so {' and '.join(args)} of {node_text(line.node)}"
        " cannot be left open: it reaches no data, or only inside a function or multiplied by other unknown"
        " quantities",
        expected=f"a number for {' and '.join(args)}",
        way_out=f"write a prior that fits its unit, such as  {_declaration(node)}",
    )


def _declaration(node: VariableNode) -> str:
    """A line as one writes it."""
    text = node_text(replace(node, over=())).replace(" ~ ", " = sl.", 1)
    axes = ["sl.rows" if axis == ROWS else axis for axis in node.over]
    over = axes[0] if len(axes) == 1 else f"({', '.join(axes)})"
    return f"{text.removesuffix(')')}, over={over})" if axes else text


def _sampled_at_means(planned: Planned, names: list[str]) -> Planned:
    """Intercepts are sampled where covariates are at their means: there they move apart from slopes."""
    found: Mapping[str, Sampled] = {
        name: Sampled(Standardised(*pair))
        for name in names
        if (pair := planned.lines[name].family.location_scale) is not None
        and not planned.lines[name].has_forms
        and not planned.lines[name].variable.ordered
    }
    planned = planned.with_values(found)
    return planned.with_factors(lambda f: replace(f, density=Standard()) if f.source in found else f)
