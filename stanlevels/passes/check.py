"""`check`: refuse what cannot be meant, before anything is written. Changes nothing.

Supports of arguments against what they are given, families in places where they cannot stand,
shapes that are not supported; and notes about quantities that reach no data.
"""

from __future__ import annotations

from dataclasses import replace
from math import inf

from stanlevels.distributions.table import FAMILIES, Family, Parameter
from stanlevels.errors import DeclarationError, listing
from stanlevels.graph import VariableNode, parents
from stanlevels.graph.text import node_text
from stanlevels.passes.check_numbers import is_known
from stanlevels.passes.check_possible import check_possible
from stanlevels.passes.check_sums import check_sums
from stanlevels.passes.check_support import check_support
from stanlevels.passes.check_times import support_in_time
from stanlevels.passes.place_waves import lengths_told
from stanlevels.passes.sums_to_one import sums_to_one
from stanlevels.plan.components import axis_size
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Known, Literal, Setting, Term, Use, Vector
from stanlevels.records import Record
from stanlevels.words import counted


def check(planned: Planned, facts: Facts) -> Planned:
    """Check every line; note what reaches no data."""
    if not planned.graph.observed:
        raise DeclarationError(
            f"{planned.graph.name} has no line with data",
            expected="at least one line with observed=True",
            way_out="attach the outcome's column: y = sl.Normal(mu, sigma, observed=True)",
        )
    for line in planned.lines.values():
        if isinstance(line.node, VariableNode):
            _check_place(line, planned)
            _check_shape(line, planned)
            for name, term in line.args.items():
                _check_argument(line, name, term, planned, facts)
            check_sums(line, planned)
    check_possible(planned, facts)
    return planned.noting(*lengths_told(planned), *_unreached(planned))


def _family(line: Line) -> Family:
    return FAMILIES[line.variable.family]


def _count(line: Line, planned: Planned) -> int:
    return axis_size(dict(planned.axes), line.components)


def _check_place(line: Line, planned: Planned) -> None:
    family, node = _family(line), line.variable
    if node.is_observed and not family.observable:
        raise DeclarationError(
            f"{node_text(node)}: a {family.name} cannot be observed",
            expected="a distribution of numbers that are in the data",
        )
    if not node.is_observed and not family.latent and not family.discrete:
        raise DeclarationError(
            f"{node_text(node)}: {line.name!r} has no data, and its distribution is one of outcomes alone",
            expected="observed=True, or another distribution",
            way_out="mix the outcomes that depend on it, or write it with quantities of its own",
        )
    if not node.is_observed and not family.latent:
        called = (family.composed.wrapper if family.composed else "") or family.name
        raise DeclarationError(
            f"{node_text(node)}: {line.name!r} takes whole numbers only and has no data, and Hamiltonian"
            " Monte Carlo cannot move among whole numbers",
            expected="observed=True, or a continuous distribution",
            way_out=f"attach its column: {line.name} = sl.{called}(..., observed=True)",
        )
    several = family.support.several
    fits = len(node.observed) <= 2 if family.signed else (len(node.observed) > 1) == several
    if node.is_observed and not fits:
        wanted = "a list of columns, one per component" if several else "one column"
        if family.signed:
            wanted = "a column of times and one of choices, or one of times with signs"
        raise DeclarationError(
            f"{node_text(node)}: observed as {listing(node.observed)}",
            expected=wanted,
            way_out=f"write observed={'[...]' if several else repr(node.observed[0])}",
        )
    if several and len(set(node.observed)) < len(node.observed):
        raise DeclarationError(
            f"{node_text(node)}: the same column more than once",
            expected="a column of its own for each component",
        )
    if node.is_observed and several and len(node.observed) != _count(line, planned):
        raise DeclarationError(
            f"{node_text(node)}: {len(node.observed)} columns for {_count(line, planned)} components",
            expected="one column per component",
        )
    if node.is_observed and line.components and not several:
        raise DeclarationError(
            f"{node_text(node)}: a line with data has components over {listing(line.components)}",
            expected="one outcome per row: a Level, not an Index, in over=",
        )


def _check_shape(line: Line, planned: Planned) -> None:
    family, node = _family(line), line.variable
    if family.support.shape == "cholesky" and line.domain:
        raise DeclarationError(
            f"{node_text(node)}: one correlation matrix per unit",
            expected="one correlation matrix: no over=",
        )
    if node.ordered:
        if len(planned.graph.component_axes(node.over)) != 1:
            raise DeclarationError(
                f"{node_text(node)}: nothing to put in order",
                expected="an Index as the last axis of over=",
                way_out="write over=k with k = sl.Index([...])",
            )
        if family.support.upper < inf or family.bounds:
            words = "bounds" if family.bounds else family.support.words
            raise DeclarationError(
                f"{node_text(node)}: ordered=True with {words}",
                expected="a distribution without an upper bound",
            )
    if family.support.several and not family.is_tally:
        vectors = [
            p for p in line.form.parameters if p.support.shape == "vector" and line.args[p.name].domain
        ]
        free = {"location", "scale", "known"} if node.is_observed else {"location"}
        varying = [p.name for p in vectors if p.kind not in free]
        if varying:
            raise DeclarationError(
                f"{node_text(node)}: {varying[0]} varies over units",
                expected=f"one {varying[0]} per component, the same for every unit",
            )
    if family.bounds:
        _check_bounds(line, family.bounds)
        if line.is_observed and family.composed is not None:
            _check_bounds_known(line, family.bounds, planned)
    if family.bounds and line.components and line.domain and any(t.domain for t in line.args.values()):
        raise DeclarationError(
            f"{node_text(node)}: bounds that vary over units, for a quantity with components",
            expected="numbers or scalars as bounds",
        )


def _check_bounds(line: Line, bounds: tuple[str, str]) -> None:
    low, high = (line.args.get(name) for name in bounds)
    if isinstance(low, Setting | Literal) and isinstance(high, Setting | Literal):
        ends = [n for t in (low, high) for n in (t.values if isinstance(t, Setting) else (t.value,))]
        if len(ends) == 2 and ends[0] >= ends[1]:
            raise DeclarationError(
                f"{node_text(line.node)}: there is no number between {ends[0]:g} and {ends[1]:g}",
                expected="the lower bound first",
            )


def _check_bounds_known(line: Line, bounds: tuple[str, str], planned: Planned) -> None:
    """The density of outcomes has an edge at an unknown bound, which no sampler or optimiser here finds."""
    for name in filter(None, bounds):
        if not is_known(line.args[name], planned):
            raise DeclarationError(
                f"{name} of {line.name!r} is unknown: {node_text(line.node)}",
                expected="a number or a column, for outcomes",
            )


def _check_argument(line: Line, name: str, term: Term, planned: Planned, facts: Facts) -> None:
    node = line.variable
    parameter = _family(line).parameterization(node.parameterization).parameter(name)
    where = f"{name} of {line.name!r}"
    if parameter.support.shape == "cholesky":
        _check_correlation(where, term, planned)
    elif parameter.is_known and parameter.support.shape == "scalar":
        if not (name == line.family.sums_to and is_known(term, planned)):
            _check_known(where, term)
        check_support(line, name, parameter.support, term, planned, facts)
    elif parameter.support.shape in ("simplex", "vector"):
        _check_vector(where, line, parameter, term, planned, facts)
    else:
        support = support_in_time(line, parameter, facts)
        for item in term.items if isinstance(term, Vector) else (term,):
            check_support(line, name, support, item, planned, facts)


def _check_correlation(where: str, term: Term, planned: Planned) -> None:
    target = planned.graph[term.name] if isinstance(term, Use) else None
    if not isinstance(target, VariableNode) or not FAMILIES[target.family].is_correlation:
        raise DeclarationError(
            f"{where} is no correlation matrix",
            expected="corr = sl.LKJCholesky(2, dim=...), declared on a line of its own",
        )


def _check_known(where: str, term: Term) -> None:
    if not isinstance(term, Known | Setting):
        raise DeclarationError(
            f"{where} is computed",
            expected="a column or a number: it must be known",
            way_out="make it a column of the data, and write sl.data('column')",
        )


def _check_vector(
    where: str, line: Line, parameter: Parameter, term: Term, planned: Planned, facts: Facts
) -> None:
    support = parameter.support
    items = term.items if isinstance(term, Vector) else (term,)
    count = _length(term, planned)
    own = len(planned.axes[line.components[0]]) if line.components else None
    if count is not None and own is not None and count != own:
        raise DeclarationError(
            f"{where} has {count} entries, and {line.name!r} has {own} components",
            expected=f"{own} entries, one per component",
        )
    _check_order(where, line, term, planned)
    if parameter.size is not None and count is not None and count != parameter.size:
        raise DeclarationError(
            f"{where} has {count} entries, and there are {counted(parameter.size, 'distribution')}",
            expected="one entry for each",
        )
    needs_list = parameter.size is not None or parameter.name == (line.form.categories or ("", 0))[0]
    if needs_list and count is None:
        raise DeclarationError(
            f"{where} is one number",
            expected=f"{support.words}: a list, or a quantity over an Index",
        )
    if support.shape == "simplex":
        _check_simplex(where, term, planned)
        return
    if support.ordered:
        _check_cutpoints(where, term, planned)
        return
    element = replace(support, shape="scalar")
    for item in items:
        check_support(line, parameter.name, element, item, planned, facts)


def _check_order(where: str, line: Line, term: Term, planned: Planned) -> None:
    """Labels that are the names of the columns stand in their order: places are all that Stan knows of."""
    columns = line.variable.observed
    if len(columns) < 2 or isinstance(term, Vector) or len(term.components) != 1:
        return
    labels = tuple(planned.axes[term.components[0]])
    if set(labels) == set(columns) and labels != columns:
        raise DeclarationError(
            f"{where} is over {term.components[0]!r}, whose labels are {listing(labels)}, and {line.name!r}"
            f" observes {listing(columns)}",
            expected="one order of both",
            way_out=f"write observed={list(labels)}",
        )


def _check_simplex(where: str, term: Term, planned: Planned) -> None:
    if isinstance(term, Setting):
        if min(term.values) < 0 or abs(sum(term.values) - 1) > 1e-8:
            raise DeclarationError(f"{where} is {list(term.values)}", expected="numbers that sum to 1")
        return
    if sums_to_one(term):
        return
    target = planned.graph[term.name] if isinstance(term, Use) else None
    if not isinstance(target, VariableNode) or FAMILIES[target.family].support.shape != "simplex":
        raise DeclarationError(
            f"{where} need not sum to 1",
            expected="a Dirichlet quantity, or numbers",
            way_out="write logit=[...] with one linear predictor per category",
        )


def _check_cutpoints(where: str, term: Term, planned: Planned) -> None:
    target = planned.graph[term.name] if isinstance(term, Use) else None
    ordered = isinstance(target, VariableNode) and target.ordered
    numbers = isinstance(term, Setting) and list(term.values) == sorted(set(term.values))
    if not ordered and not numbers and isinstance(term, Apply | Vector) and term.domain:
        raise DeclarationError(
            f"{where} need not increase",
            expected="a quantity with ordered=True, or increasing numbers",
            way_out="leave what moves all cutpoints to eta; effects on single ones are for outcomes in steps"
            " or of neighbours, sl.StoppingRatio and sl.AdjacentCategories",
        )
    if not ordered and not numbers:
        raise DeclarationError(
            f"{where} {'do' if isinstance(term, Setting) else 'need'} not increase",
            expected="a quantity with ordered=True, or increasing numbers",
            way_out="write cut = sl.Normal(0, 3, over=k, ordered=True) with k = sl.Index([...])",
        )


def _length(term: Term, planned: Planned) -> int | None:
    if isinstance(term, Vector):
        return len(term.items)
    if isinstance(term, Setting) and len(term.values) > 1:
        return len(term.values)
    return len(planned.axes[term.components[0]]) if len(term.components) == 1 else None


def _unreached(planned: Planned) -> list[Record]:
    """Quantities that no line with data depends on."""
    reached: set[str] = set()
    pending = list(planned.graph.observed)
    while pending:
        name = pending.pop()
        if name not in reached:
            reached.add(name)
            pending += parents(planned.graph[name])
    return [
        Record(
            name,
            "check",
            "reaches no line with data: its posterior is its prior",
            "no observed line depends on it",
            "use it in a line, or leave it out",
        )
        for name, line in planned.latent.items()
        if name not in reached
    ]
