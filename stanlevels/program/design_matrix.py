"""Known columns beside each other, as Stan's functions for generalised linear models take them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from stanlevels.plan.factors import Block
from stanlevels.program import stan
from stanlevels.program.entries import Matrix
from stanlevels.program.keys import local_key
from stanlevels.program.program import Declared
from stanlevels.program.terms import Writer
from stanlevels.program.vector_arguments import filled

__all__ = ["beside", "columns", "count", "definition", "stacked"]

Blocks = tuple[Block, ...]

_MANY = 32  # parts, from which on a chain of calls would be deep


def columns(write: Writer, blocks: Blocks) -> stan.Expression:
    """The matrix of the columns of `blocks`: a matrix of the data, or one that `definition` makes."""
    if definition(write, blocks) is None:
        return _matrix(write, blocks[0])
    return write.scope.variable(local_key(write.line.name, "columns"))


def definition(write: Writer, blocks: Blocks) -> Declared | None:
    """The matrix of the columns of several blocks, made once from data; None for a matrix of the data."""
    if len(blocks) == 1 and blocks[0].linear is not None:
        return None
    scope, line = write.scope, write.line
    name, rows = scope.names[local_key(line.name, "columns")], scope.length(line)
    parts = [part for block in blocks for part in _parts(write, block)]
    if len(parts) == 1:
        value: stan.Expression = stan.Call("to_matrix", (*parts, rows, stan.Literal(1)))
    else:
        value = beside(parts)
    width = reduce(lambda a, b: stan.Binary("+", a, b), (count(write, block) for block in blocks))
    return Declared(stan.Type("matrix", (rows, width)), name, line.name, value)


def count(write: Writer, block: Block) -> stan.Expression:
    """The number of columns of a block."""
    if block.linear is not None:
        return write.scope.count((block.linear.covariates,))
    return stan.Literal(len(block.coefficients))


def _parts(write: Writer, block: Block) -> list[stan.Expression]:
    if block.linear is not None:
        return [_matrix(write, block)]
    return [filled(write(known), write.scope.length(write.line)) for _, known in block.coefficients]


def _matrix(write: Writer, block: Block) -> stan.Expression:
    assert block.linear is not None
    return write.scope.variable(Matrix(block.linear.domain, block.linear.covariates))


def beside(parts: Iterable[stan.Expression]) -> stan.Expression:
    """Vectors and matrices beside each other."""
    return _joined("append_col", tuple(parts))


def stacked(parts: Iterable[stan.Expression]) -> stan.Expression:
    """Vectors or matrices above each other."""
    return _joined("append_row", tuple(parts))


def _joined(function: str, parts: tuple[stan.Expression, ...]) -> stan.Expression:
    """Calls within calls; many parts are joined by halves, so that walking them is never deep."""
    if len(parts) > _MANY:
        half = len(parts) // 2
        return stan.Call(function, (_joined(function, parts[:half]), _joined(function, parts[half:])))
    return reduce(lambda left, right: stan.Call(function, (left, right)), parts)
