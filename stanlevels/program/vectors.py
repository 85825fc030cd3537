"""Vector-valued arguments of densities: one vector, or one per unit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stanlevels.plan.terms import Term, Use, Vector
from stanlevels.program import stan
from stanlevels.program.code import Code
from stanlevels.program.entries import Codes
from stanlevels.program.keys import factor_key, local_key
from stanlevels.program.terms import Writer

__all__ = ["Piece", "covariance_factor", "filled", "matrix_of_rows", "transposed", "vector_piece"]


@dataclass(frozen=True)
class Piece:
    """One argument of a density, for all units at once and unit by unit.

    `whole` is None where Stan has no vectorised form; `prepare` are statements that `each` needs first.
    """

    whole: stan.Expression | None
    each: stan.Expression
    prepare: tuple[stan.Command, ...] = ()


def vector_piece(write: Writer, name: str) -> Piece:
    """A vector-valued argument."""
    term = write.line.args[name]
    if isinstance(term, Use) and term.domain and term.components:
        return _picked(write, term)
    if term.domain:
        local = write.scope.variable(local_key(write.line.name, name))
        row = stan.Transposed(stan.Index(local, (write.scope.n,)))
        return Piece(None, row, matrix_of_rows(write, name))
    whole = _one_vector(write, term)
    return Piece(whole, whole)


def _picked(write: Writer, use: Use) -> Piece:
    """The vector of each unit's own unit."""
    scope = write.scope
    name, row = scope.variable(use.name), scope.n
    array = scope.is_array(scope.planned.lines[use.name])
    place: stan.Expression = row
    if use.road:
        place = stan.Index(scope.variable(Codes(write.line.domain, use.road)), (row,))
    each = stan.Index(name, (place,))
    return Piece(name if array and not use.road else None, each if array else stan.Transposed(each))


def _one_vector(write: Writer, term: Term) -> stan.Expression:
    if isinstance(term, Vector):
        return stan.Transposed(stan.Row(tuple(write(item).expression for item in term.items)))
    code = write(term)
    if term.components:
        return code.expression
    components = write.line.components
    count = write.scope.count(components) if components else stan.Literal(1)
    return stan.Call("rep_vector", (code.expression, count))


def covariance_factor(write: Writer) -> stan.Expression:
    """The Cholesky factor of the covariance of a MultiNormal."""
    corr = write.line.args["corr"]
    assert isinstance(corr, Use)
    scales = vector_piece(write, "sigma").whole
    assert scales is not None
    return stan.Call("diag_pre_multiply", (scales, write.scope.variable(factor_key(corr.name))))


def matrix_of_rows(write: Writer, name: str) -> tuple[stan.Command, ...]:
    """Statements that make the matrix whose row n is the argument of unit n."""
    term, scope = write.line.args[name], write.scope
    local = scope.variable(local_key(write.line.name, name))
    rows = scope.length(write.line)
    if isinstance(term, Vector):
        count: stan.Expression = stan.Literal(len(term.items))
        columns = tuple(
            stan.Assignment(stan.Index(local, (None, stan.Literal(k))), filled(write(item), rows))
            for k, item in enumerate(term.items, start=1)
        )
        return (_matrix(local, rows, count), *columns)
    count = scope.count(term.components or write.line.components)
    if isinstance(term, Use) and term.components:
        return (_matrix(local, rows, count, write.rows(term)),)
    column = filled(replace(write, component=scope.k)(term), rows)
    fill = stan.Assignment(stan.Index(local, (None, scope.k)), column)
    return (_matrix(local, rows, count), scope.for_components(count, fill))


def _matrix(
    local: stan.Variable, rows: stan.Expression, count: stan.Expression, value: stan.Expression | None = None
) -> stan.Declaration:
    return stan.Declaration(stan.Type("matrix", (rows, count)), local.name, value)


def filled(code: Code, size: stan.Expression) -> stan.Expression:
    """A scalar, repeated where a vector is needed."""
    return code.expression if code.vector else stan.Call("rep_vector", (code.expression, size))


def transposed(expression: stan.Expression) -> stan.Expression:
    """The transpose, without the two signs of one already transposed."""
    return expression.inner if isinstance(expression, stan.Transposed) else stan.Transposed(expression)
