"""What a fit without its rows still says of them: all that was found while they were there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from stanlevels.arrays import Array
from stanlevels.binding.covariates import columns_of_powers
from stanlevels.errors import FitError
from stanlevels.graph import ROWS, Column, CovariateColumn, CovariatesNode, Derived
from stanlevels.graph.expressions import Call, Op
from stanlevels.graph.text import expression_text
from stanlevels.plan.terms import Domain, Known, Linear, walk
from stanlevels.results.checks.findings import Diagnosis
from stanlevels.results.keep.groups import KeptGroup
from stanlevels.results.tables.pooling_of_draws import FoundPooling

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.graph import Expr
    from stanlevels.plan.planned import Planned

__all__ = ["KnownOfRows", "check_there", "without_rows"]


@dataclass(frozen=True, eq=False)
class KnownOfRows:
    """What draws and rows together said, in a fit that has lost its rows.

    Attributes
    ----------
    pooling : FoundPooling
    diagnosis : Diagnosis
    integrated : mapping of str to ndarray, (chains, draws, units, components)
        Quantities that were integrated out, drawn back.
    groups : tuple of KeptGroup
        What draws others of them back each time the fit is loaded.
    warmup : mapping of str to ndarray
        The same for the warm-up, where it was saved.
    """

    pooling: FoundPooling
    diagnosis: Diagnosis
    integrated: Mapping[str, Array] = field(default_factory=dict)
    groups: tuple[KeptGroup, ...] = ()
    warmup: Mapping[str, Array] = field(default_factory=dict)


def check_there(bound: Bound, rows: bool) -> None:
    """Raise FitError where rows are wanted that were left out before."""
    if rows and not bound.has_rows:
        raise FitError(
            "this fit was loaded from a file without the rows of the data",
            expected="rows=False, or a fit that has its rows",
            way_out="save the fit with rows=True where it was fitted, or fit again",
        )


def without_rows(bound: Bound, planned: Planned) -> Bound:
    """The data without their rows, with all that lines above the rows need of them."""
    lines = planned.lines.values()
    counted = {line.domain for line in lines if line.domain and ROWS not in line.domain}
    return bound.without_rows(counted, dict.fromkeys(_above_the_rows(planned)))


def _above_the_rows(planned: Planned) -> Iterator[tuple[Domain, str]]:
    """Columns that lines above the rows use, with the domain of each such line."""
    for line in planned.lines.values():
        if ROWS in line.domain:
            continue
        for term in (inner for argument in line.args.values() for inner in walk(argument)):
            if isinstance(term, Known):
                yield line.domain, term.column
            elif isinstance(term, Linear):
                yield from ((line.domain, column) for column in _of_set(planned, term.covariates))


def _of_set(planned: Planned, name: str) -> Iterator[str]:
    """The columns of a set of covariates."""
    node = planned.graph.nodes[name]
    assert isinstance(node, CovariatesNode)
    for term in node.terms:
        for factor in term.factors:
            if isinstance(factor, CovariateColumn):
                yield factor.name
            else:
                yield from _in_expression(factor)


def _in_expression(expr: Expr) -> Iterator[str]:
    """The columns of an expression, derived ones by the names under which they stand."""
    match expr:
        case Column(name=name):
            yield name
        case Derived():
            yield from (expression_text(expr, bare=True),) if expr.degree is None else columns_of_powers(expr)
        case Op(args=args) | Call(args=args):
            for arg in args:
                yield from _in_expression(arg)
