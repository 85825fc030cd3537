"""Cells of a line: rows that agree in everything that its arguments depend on, and these at the cells.

Which columns and codes make a cell is read off the terms alone (`leaves`), before any data are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.cells import cells_of
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Domain, Known, Linear, Take, Term, Use, Vector, walk

__all__ = [
    "Leaf",
    "LineCells",
    "NotRepeating",
    "axis_of",
    "cells_of_line",
    "leaves",
    "replaced",
    "written_out",
]


class NotRepeating(Exception):
    """What a line uses has a value of its own for every row, or none that cells could share."""


@dataclass(frozen=True, eq=False)
class LineCells:
    """The cells of a line.

    Attributes
    ----------
    axis : str
        What the derived axis is called.
    codes : ndarray of int, (rows,)
        The cell of each row.
    size : int
        Number of cells.
    args : mapping of str to Term
        The arguments that were asked for, at the cells.
    """

    axis: str
    codes: Codes
    size: int
    args: Mapping[str, Term]

    def at(self, line: Line) -> Line:
        """A line with these arguments, at the cells."""
        return replace(line, domain=(self.axis,), args=self.args)


def axis_of(name: str) -> str:
    """What the axis of a line's cells is called.

    Examples
    --------
    >>> axis_of("y")
    '<cells of y>'
    """
    return f"<cells of {name}>"


def cells_of_line(
    line: Line,
    planned: Planned,
    facts: Facts,
    args: Mapping[str, Term] | None = None,
    by: tuple[Codes, ...] = (),
) -> LineCells:
    """Rows of a line in cells, and its arguments at them.

    Give the axis to the data by ``facts.with_axis(cells.axis, cells.codes)``: whatever the terms at the cells
    look up is then found there.

    Parameters
    ----------
    line : Line
        At the rows.
    planned : Planned
    facts : Facts
    args : mapping of str to Term, optional
        Those arguments in which rows of a cell agree, at the rows; by default all.
    by : tuple of ndarray of int, (rows,)
        In what they agree besides: cells stand in its order.

    Raises
    ------
    NotRepeating
        If an argument uses what no two rows share: quantities with a unit for every row.
    """
    written = {name: written_out(term, planned) for name, term in (args or line.args).items()}
    keys = [_values(leaf, line.domain, facts) for leaf in _least(leaves(written.values()), line, facts)]
    found = cells_of(facts.size(line.domain), *by, *keys)
    axis = axis_of(line.name)
    args = {name: replaced(term, (axis,)) for name, term in written.items()}
    return LineCells(axis, found.codes, len(found.counts), args)


def written_out(term: Term, planned: Planned) -> Term:
    """A term at the rows with what is named there written out: it stands on look-ups and columns alone.

    Raises
    ------
    NotRepeating
        If it uses what has a value of its own for every row.
    """

    def changed(inner: Term) -> Term | None:
        if isinstance(inner, Use) and inner.domain and not inner.road:
            return _named(inner, planned)
        if isinstance(inner, Take | Linear) and inner.use.domain and not inner.use.road:
            raise NotRepeating(inner.use.name)
        return None

    return _mapped(term, changed)


def _named(use: Use, planned: Planned) -> Term:
    """What stands at the rows: a named expression is what it says, an outcome its column."""
    line = planned.lines[use.name]
    if line.components:
        raise NotRepeating(use.name)
    if line.is_expression:
        return written_out(line.args["value"], planned)
    if line.is_observed and line.family.is_scalar and not line.family.is_categorical:
        return Known(line.variable.observed[0], use.domain)
    raise NotRepeating(use.name)


def replaced(term: Term, domain: Domain) -> Term:
    """A term that stands on look-ups and columns alone, at another domain."""

    def changed(inner: Term) -> Term | None:
        return replace(inner, domain=domain) if isinstance(inner, Use | Known) and inner.domain else None

    return _mapped(term, changed, domain)


def _mapped(term: Term, changed: Callable[[Term], Term | None], domain: Domain | None = None) -> Term:
    """A term with parts exchanged; `domain`, if given, becomes that of everything that has one."""
    if (found := changed(term)) is not None:
        return found

    def inner(part: Term) -> Term:
        return _mapped(part, changed, domain)

    match term:
        case Apply(args=args):
            term = replace(term, args=tuple(inner(arg) for arg in args))
        case Vector(items=items):
            term = replace(term, items=tuple(inner(item) for item in items))
        case Take(use=use) | Linear(use=use):
            made = inner(use)
            assert isinstance(made, Use)
            term = replace(term, use=made)
        case _:
            return term
    return replace(term, domain=domain) if domain is not None and term.domain else term


# --- what makes a cell ----------------------------------------------------------------------------


class Leaf(NamedTuple):
    """What rows of a cell agree in: the units that a road leads to, a column, or a set of covariates."""

    road: Domain = ()
    column: str = ""
    covariates: str = ""


def leaves(terms: Iterable[Term]) -> tuple[Leaf, ...]:
    """What rows must agree in, for terms that are written out.

    Examples
    --------
    >>> rows = ("<rows>",)
    >>> leaves([Apply("+", (Use("A", ("app",), rows), Known("price", rows)), rows)])
    (Leaf(road=('app',), column='', covariates=''), Leaf(road=(), column='price', covariates=''))
    """
    found: dict[Leaf, None] = {}
    for inner in (inner for term in terms for inner in walk(term)):
        match inner:
            case Use(road=road) if road:
                found[Leaf(road)] = None
            case Known(column=column):
                found[Leaf(column=column)] = None
            case Linear(covariates=covariates):
                found[Leaf(covariates=covariates)] = None
    return tuple(found)


def _least(found: tuple[Leaf, ...], line: Line, facts: Facts) -> list[Leaf]:
    """Without units that others determine: an app's publisher says nothing that the app does not.

    A level that only some rows belong to (those with a missing value) tells nothing of the others.
    """
    roads = [leaf for leaf in found if leaf.road]
    kept: list[Leaf] = []
    for leaf in sorted(roads, key=lambda leaf: -facts.size(leaf.road)):
        whole = (other.road for other in kept if facts.determines(line.domain, other.road))
        if not any(_determines(road, leaf.road, facts) for road in whole):
            kept.append(leaf)
    return [*kept, *(leaf for leaf in found if not leaf.road)]


def _determines(road: Domain, other: Domain, facts: Facts) -> bool:
    return all(axis in facts.levels for axis in road) and facts.determines(road, other)


def _values(leaf: Leaf, domain: Domain, facts: Facts) -> Array:
    if leaf.road:
        return np.asarray(facts.codes(domain, leaf.road))
    if leaf.column:
        return np.asarray(facts.column(domain, leaf.column))
    return np.asarray(facts.matrix(domain, leaf.covariates))
