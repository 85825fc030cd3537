"""Vector-valued arguments of densities: one vector, or one per unit."""

from __future__ import annotations

from dataclasses import dataclass, replace

from stanlevels.plan.terms import Term, Use, Vector
from stanlevels.program import stan
from stanlevels.program.code import Code
from stanlevels.program.entries import Codes
from stanlevels.program.keys import factor_key, local_key
from stanlevels.program.terms import Writer

__all__ = ["Piece", "covariance_factor", "filled", "gathered", "matrix_of_rows", "transposed", "vector_piece"]


@dataclass(frozen=True)
class Gathered:
    """A local array of vectors, and the statement that fills element n: what vectorised densities take."""

    declaration: stan.Declaration
    fill: stan.Assignment

    @property
    def name(self) -> stan.Variable:
        """What it is called."""
        return stan.Variable(self.declaration.name)


@dataclass(frozen=True)
class Piece:
    """One argument of a density, for all units at once (`whole`) and unit by unit (`each`).

    `prepare` are statements that both need first, `locally` those that `each` alone needs; `whole`
    alone needs what is `gathered`.
    """

    whole: stan.Expression
    each: stan.Expression
    prepare: tuple[stan.Command, ...] = ()
    locally: tuple[stan.Command, ...] = ()
    gathered: Gathered | None = None


def vector_piece(write: Writer, name: str) -> Piece:
    """A vector-valued argument."""
    term, scope = write.line.args[name], write.scope
    if isinstance(term, Use) and term.domain and term.components:
        return _picked(write, term, name)
    if term.domain:
        matrix = scope.variable(local_key(write.line.name, name))
        commands = matrix_of_rows(write, name)
        row = stan.Transposed(stan.Index(matrix, (scope.n,)))
        vectors = gathered(write, f"{name}_vectors", _count(write, term), row)
        return Piece(vectors.name, row, commands, gathered=vectors)
    whole = _one_vector(write, term)
    return Piece(whole, whole)


def _picked(write: Writer, use: Use, argument: str) -> Piece:
    """The vector of each unit's own unit."""
    scope = write.scope
    line, name = scope.planned.lines[use.name], scope.variable(use.name)
    codes = scope.variable(Codes(write.line.domain, use.road)) if use.road else None
    row = stan.Index(name, (stan.Index(codes, (scope.n,)) if codes else scope.n,))
    array = scope.is_array(line)
    if array and codes is None:
        return Piece(name, row)
    each = row if array else stan.Transposed(row)
    vectors = gathered(write, argument, scope.count(line.components), each)
    return Piece(vectors.name, each, gathered=vectors)


def gathered(write: Writer, tag: str, count: stan.Expression, each: stan.Expression) -> Gathered:
    """Vectors beside each other, the n-th of them `each`."""
    local = write.scope.variable(local_key(write.line.name, tag))
    type_ = stan.Type("vector", (count,), array=(write.scope.length(write.line),))
    return Gathered(
        stan.Declaration(type_, local.name), stan.Assignment(stan.Index(local, (write.scope.n,)), each)
    )


def _count(write: Writer, term: Term) -> stan.Expression:
    """The number of entries of a vector-valued argument."""
    if isinstance(term, Vector):
        return stan.Literal(len(term.items))
    return write.scope.count(term.components or write.line.components)


def _one_vector(write: Writer, term: Term) -> stan.Expression:
    if isinstance(term, Vector):
        return stan.Transposed(stan.Row(tuple(write(item).expression for item in term.items)))
    code = write(term)
    if term.components:
        return code.expression
    components = write.line.components
    count = write.scope.count(components) if components else stan.Literal(1)
    return stan.Call("rep_vector", (code.expression, count))


def covariance_factor(write: Writer, scales: stan.Expression | None = None) -> stan.Expression:
    """The Cholesky factor of the covariance of a MultiNormal; `scales` are those of one unit."""
    form = write.line.form
    corr = write.line.args[form.correlation]
    assert isinstance(corr, Use)
    scales = vector_piece(write, form.scale).whole if scales is None else scales
    return stan.Call("diag_pre_multiply", (scales, write.scope.variable(factor_key(corr.name))))


def matrix_of_rows(write: Writer, name: str) -> tuple[stan.Command, ...]:
    """Statements that make the matrix whose row n is the argument of unit n, column by column."""
    term, scope = write.line.args[name], write.scope
    local = scope.variable(local_key(write.line.name, name))
    rows = scope.length(write.line)
    count = _count(write, term)
    if isinstance(term, Vector):
        columns = tuple(
            stan.Assignment(stan.Index(local, (None, stan.Literal(k))), filled(write(item), rows))
            for k, item in enumerate(term.items, start=1)
        )
        return (_matrix(local, rows, count), *columns)
    column = filled(replace(write, component=scope.k)(term), rows)
    fill = stan.Assignment(stan.Index(local, (None, scope.k)), column)
    return (_matrix(local, rows, count), scope.for_components(count, fill))


def _matrix(local: stan.Variable, rows: stan.Expression, count: stan.Expression) -> stan.Declaration:
    return stan.Declaration(stan.Type("matrix", (rows, count)), local.name)


def filled(code: Code, size: stan.Expression) -> stan.Expression:
    """A scalar, repeated where a vector is needed."""
    return code.expression if code.vector else stan.Call("rep_vector", (code.expression, size))


def transposed(expression: stan.Expression) -> stan.Expression:
    """The transpose, without the two signs of one already transposed."""
    return expression.inner if isinstance(expression, stan.Transposed) else stan.Transposed(expression)
