"""Pieces of marginal densities: coefficients, standard deviations, covariances."""

from __future__ import annotations

from collections.abc import Iterator

from stanlevels.plan.factors import MarginalLine
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Linear, Literal
from stanlevels.program import stan
from stanlevels.program.scope import Scope
from stanlevels.program.terms import Writer
from stanlevels.program.vector_arguments import covariance_factor, vector_piece

__all__ = ["coefficients", "precise", "residual_sd", "root_of", "sd_of"]

_ONE = Literal(1.0)


def coefficients(part: MarginalLine, scope: Scope) -> Iterator[stan.Expression]:
    """Every coefficient of an outcome; numbers stand together."""
    write = Writer(scope, scope.planned.lines[part.source])
    numbers: list[stan.Expression] = []
    for term in part.coefficients:
        if not isinstance(term, Linear):
            numbers.append(write(term).expression)
            continue
        if numbers:
            yield stan.Transposed(stan.Row(tuple(numbers)))
            numbers = []
        yield scope.variable(term.use.name)
    if numbers:
        yield stan.Transposed(stan.Row(tuple(numbers)))


def sd_of(line: Line, scope: Scope) -> stan.Expression:
    """The standard deviation of a line with one number for each unit."""
    return Writer(scope, line, inline="rows")(line.args[line.scale]).expression


def residual_sd(part: MarginalLine, scope: Scope) -> stan.Expression:
    """The residual standard deviation of an outcome, but for known numbers."""
    return Writer(scope, scope.planned.lines[part.source], inline="rows")(part.scale).expression


def precise(of: stan.Expression, part: MarginalLine, scope: Scope) -> stan.Expression:
    """Divided by the residual variance of an outcome, but for known numbers."""
    if part.scale == _ONE:
        return of
    return stan.Binary("/", of, stan.Call("square", (residual_sd(part, scope),)))


def root_of(line: Line, scope: Scope) -> stan.Expression:
    """The Cholesky factor of the covariance of an effect's components."""
    write = Writer(scope, line, inline="rows")
    if line.family.is_vector:
        return covariance_factor(write)
    if line.components:
        return stan.Call("diag_matrix", (vector_piece(write, line.scale).whole,))
    return stan.Row((stan.Row((sd_of(line, scope),)),))
