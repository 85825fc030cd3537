"""What outcomes rest on: lines, and through them levels and columns of new rows."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from stanlevels.binding.derived import Derivation
from stanlevels.binding.widen.needs import Needs, made_from
from stanlevels.graph import ROWS, Column, CovariateColumn, CovariatesNode, Derived, Expr, children
from stanlevels.graph.text import expression_text
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Known, Linear, Term, uses, walk

__all__ = ["lines_behind", "needs_of", "used_by"]


def lines_behind(
    planned: Planned,
    names: Iterable[str],
    *,
    fixed: Collection[str] = (),
    anew: Callable[[Line], bool] = lambda _: True,
) -> dict[str, Line]:
    """Lines with all that has to be known of them, in the order of dependence.

    Parameters
    ----------
    planned : Planned
    names : iterable of str
        Lines with data.
    fixed : collection of str
        Quantities of which no distribution was estimated: nothing is drawn from what they rest on.
    anew : callable
        Whether a random quantity may have units that were not fitted. Of others what they rest on says
        nothing more.
    """
    pending, found = list(names), set[str]()
    while pending:
        name = pending.pop()
        if name in found:
            continue
        found.add(name)
        line = planned.lines[name]
        if line.is_latent and not (line.domain and name not in fixed and anew(line)):
            continue
        pending += [use.name for term in line.args.values() for use in uses(term)]
    return {name: line for name, line in planned.lines.items() if name in found}


def needs_of(
    planned: Planned,
    names: Iterable[str],
    derived: Mapping[str, Derivation],
    *,
    fixed: Collection[str] = (),
    outcomes: bool = False,
) -> Needs:
    """What the lines behind some outcomes ask of new rows.

    Parameters
    ----------
    planned : Planned
    names : iterable of str
        Lines with data.
    derived : mapping of str to Derivation
        How columns that are made of others are made.
    fixed : collection of str
        Quantities of which no distribution was estimated.
    outcomes : bool
        Whether their own outcomes are wanted too, where the rows hold them.
    """
    names = list(names)
    rows, levels = set[str](), dict[str, set[str]]()
    columns: dict[tuple[str, ...], dict[str, bool]] = {}
    behind = lines_behind(planned, names, fixed=fixed)
    for line in behind.values():
        rows |= set(line.domain) - {ROWS} if line.is_observed else set()
        if line.is_latent and (not line.domain or line.name in fixed):
            continue
        own = columns.setdefault(line.domain, {})
        args = line.args if outcomes and line.name in names else line.needed_args
        for axis in {a for term in args.values() for use in uses(term) for a in use.road} - {ROWS}:
            if ROWS in line.domain:
                rows.add(axis)
            for level in set(line.domain) - {ROWS, axis}:
                levels.setdefault(level, set()).add(axis)
        for column in (column for term in args.values() for column in _columns(planned, term)):
            own[column] = own.get(column, False) or not line.is_latent
    made = made_from(derived)
    over = {made[column].column.over for own in columns.values() for column in own if column in made}
    return Needs(
        frozenset(rows | {level for level in over if level is not None}),
        {level: frozenset(axes) for level, axes in levels.items()},
        columns,
        frozenset(_outcomes(behind, names if outcomes else ())),
    )


def used_by(lines: Mapping[str, Line]) -> set[str]:
    """The quantities that some lines use."""
    return {use.name for line in lines.values() for term in line.args.values() for use in uses(term)}


def _outcomes(behind: Mapping[str, Line], wanted: Iterable[str]) -> Iterator[str]:
    """Columns of the outcomes that are wanted, or that other lines use."""
    used = used_by(behind)
    for name, line in behind.items():
        if line.is_observed and (name in used or name in wanted):
            yield from line.variable.observed
            if line.variable.weights is not None:
                yield line.variable.weights


def _columns(planned: Planned, term: Term) -> Iterator[str]:
    for inner in walk(term):
        if isinstance(inner, Known):
            yield inner.column
        elif isinstance(inner, Linear):
            node = planned.graph.nodes[inner.covariates]
            assert isinstance(node, CovariatesNode)
            for factor in (factor for each in node.terms for factor in each.factors):
                yield from [factor.name] if isinstance(factor, CovariateColumn) else _read(factor)


def _read(expr: Expr) -> Iterator[str]:
    """The columns that an expression reads: a derived one under its text."""
    pending = [expr]
    while pending:
        inner = pending.pop()
        if isinstance(inner, Column):
            yield inner.name
        elif isinstance(inner, Derived):
            yield expression_text(inner, bare=True)
        else:
            pending += children(inner)
