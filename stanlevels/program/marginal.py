"""Marginal densities: normal outcomes with effects of nested levels integrated out, from statistics."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from stanlevels.graph.text import node_text
from stanlevels.plan.factors import Marginal, MarginalLine
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Domain, Linear, Literal
from stanlevels.program import stan
from stanlevels.program.design_matrix import beside, stacked
from stanlevels.program.gathered import gathered
from stanlevels.program.keys import local_key
from stanlevels.program.program import Statement
from stanlevels.program.scope import Scope
from stanlevels.program.statistics import FirstChild, Sufficient
from stanlevels.program.terms import Writer
from stanlevels.program.vector_arguments import covariance_factor, filled, vector_piece
from stanlevels.words import joined

__all__ = ["marginal"]

ONE = Literal(1.0)
Commands = Iterator[stan.Command]


def marginal(density: Marginal, scope: Scope) -> Statement:
    """The statement of a marginal density, with what is integrated out in words."""
    lines = [scope.planned.lines[part.source] for part in density.lines]
    texts = [node_text(line.node) for line in lines]
    out = [node_text(scope.planned.lines[name].node) for name in density.effects]
    notes = (*texts[1:], *(f"with {text} integrated out" for text in out), _back(density))
    body = stan.Block((*_residuals(density, scope), *_effects(density, scope)))
    return Statement((body,), lines[-1].name, texts[0], notes)


def _back(density: Marginal) -> str:
    them = joined(list(density.effects), "and")
    return f"{them} come{'s' if len(density.effects) == 1 else ''} back by exact draws, given the draws here"


# --- the outcomes ----------------------------------------------------------------------------------


def _residuals(density: Marginal, scope: Scope) -> Commands:
    """What an outcome adds by itself, its effects at 0."""
    for part in density.lines:
        name = part.source

        def of(which: str, name: str = name) -> stan.Variable:
            return scope.variable(Sufficient(name, density.group, which))

        squares: stan.Expression = of("squares")
        if part.rest is not None:
            residual = scope.variable(local_key(name, "residual"))
            location = gathered(part.rest.args[part.rest.location], Writer(scope, part.rest))
            value = stan.Binary("-", of("mean"), filled(location, scope.units(part.rest.domain)))
            cells = stan.Type("vector", (scope.units(part.rest.domain),))
            yield stan.Declaration(cells, residual.name, value)
            weighted = scope.variable(local_key(name, "weighted"))
            value = stan.Binary("*", of("n"), residual, elementwise=True)
            yield stan.Declaration(cells, weighted.name, value)
            squares = stan.Binary("+", squares, stan.Call("dot_product", (weighted, residual)))
        if part.coefficients:
            deviation = scope.variable(local_key(name, "deviation"))
            value = stan.Binary("-", stacked(_coefficients(part, scope)), of("at"))
            yield stan.Declaration(stan.Type("vector", (scope.coefficients(name),)), deviation.name, value)
            moved = stan.Call("dot_self", (stan.Binary("*", of("root"), deviation),))
            squares = stan.Binary("+", squares, moved)
        arguments = (of("rows"), squares, _residual_sd(part, scope))
        own = stan.Call("normal_residuals", arguments)
        yield stan.Increment(stan.Binary("+", own, of("constant")))


def _coefficients(part: MarginalLine, scope: Scope) -> Iterator[stan.Expression]:
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


def _sd(line: Line, scope: Scope) -> stan.Expression:
    return Writer(scope, line, inline="rows")(line.args[line.scale]).expression


def _residual_sd(part: MarginalLine, scope: Scope) -> stan.Expression:
    return Writer(scope, scope.planned.lines[part.source], inline="rows")(part.scale).expression


def _precise(of: stan.Expression, part: MarginalLine, scope: Scope) -> stan.Expression:
    """Divided by the residual variance of an outcome, but for known numbers."""
    if part.scale == ONE:
        return of
    return stan.Binary("/", of, stan.Call("square", (_residual_sd(part, scope),)))


def _about(density: Marginal, which: str, scope: Scope) -> stan.Expression:
    """Information or score of all outcomes about the effects of every unit of the finest level."""
    return reduce(
        lambda left, right: stan.Binary("+", left, right),
        (_precise(_of_line(density, part, which, scope), part, scope) for part in density.lines),
    )


def _of_line(density: Marginal, part: MarginalLine, which: str, scope: Scope) -> stan.Expression:
    def of(entry: str) -> stan.Variable:
        return scope.variable(Sufficient(part.source, density.group, entry))

    if part.rest is not None and which == "score":
        weighted = scope.variable(local_key(part.source, "weighted"))
        if density.plain:
            return stan.Call("segment_sums", (weighted, of("first")))
        columns = stan.Call("diag_pre_multiply", (weighted, of("multiples")))
        return stan.Call("segment_column_sums", (columns, of("first")))
    whole = of(which)
    if which == "information" or not part.coefficients:
        return whole
    cross = scope.variable(Sufficient(part.source, density.group, "cross"))
    deviation = scope.variable(local_key(part.source, "deviation"))
    if density.plain:
        return stan.Binary("-", whole, stan.Binary("*", cross, deviation))
    return stan.Call("residual_scores", (whole, cross, deviation))


# --- the effects -----------------------------------------------------------------------------------


def _effects(density: Marginal, scope: Scope) -> Commands:
    """What their integration adds, level by level."""
    yield from _plain(density, scope) if density.plain else _swept(density, scope)


def _plain(density: Marginal, scope: Scope) -> Commands:
    """Effects that are one number for each unit: a vector of information and one of scores for each level."""
    information, score = _about(density, "information", scope), _about(density, "score", scope)
    before: Domain = ()
    for name in density.effects:
        line = scope.planned.lines[name]
        if before and line.domain != before:
            first = scope.variable(FirstChild(density.group, line.domain))
            information, score = (stan.Call("segment_sums", (x, first)) for x in (information, score))
        before, units = line.domain, stan.Type("vector", (scope.units(line.domain),))
        mine, its = (scope.variable(local_key(name, which)) for which in ("information", "score"))
        kept = scope.variable(local_key(name, "kept"))
        yield stan.Declaration(units, mine.name, information)
        yield stan.Declaration(units, its.name, score)
        yield stan.Declaration(units, kept.name, stan.Call("shares_left", (mine, _sd(line, scope))))
        yield stan.Increment(stan.Call("normal_effects", (its, kept, _sd(line, scope))))
        information, score = (stan.Binary("*", x, kept, elementwise=True) for x in (mine, its))


def _swept(density: Marginal, scope: Scope) -> Commands:
    """Effects of any number: a matrix of information and scores for each level."""
    last, group = density.lines[-1].source, density.group
    columns, products = (scope.variable(Sufficient(last, group, of)) for of in ("columns", "products"))
    lines = [scope.planned.lines[name] for name in density.effects]
    units = scope.units(lines[0].domain)
    message = scope.variable(local_key(last, "message"))
    nothing = stan.Call("rep_vector", (stan.Literal(0), units))
    value = beside([_about(density, "information", scope), _about(density, "score", scope), nothing])
    width = stan.Binary("+", stan.Binary("+", products, columns), stan.Literal(1))
    yield stan.Declaration(stan.Type("matrix", (units, width)), message.name, value)
    found: stan.Expression = message
    left: stan.Expression = columns
    before = lines[0].domain
    for line in lines:
        if line.domain != before:
            first = scope.variable(FirstChild(group, line.domain))
            found, before = stan.Call("segment_column_sums", (found, first)), line.domain
        found = stan.Call("swept", (found, _root(line, scope), left))
        count = scope.count(line.components) if line.components else stan.Literal(1)
        left = stan.Binary("-", left, count)
    yield stan.Increment(stan.Call("density_of", (found,)))


def _root(line: Line, scope: Scope) -> stan.Expression:
    """The Cholesky factor of the covariance of an effect's components."""
    write = Writer(scope, line, inline="rows")
    if line.family.is_vector:
        return covariance_factor(write)
    if line.components:
        return stan.Call("diag_matrix", (vector_piece(write, line.scale).whole,))
    return stan.Row((stan.Row((_sd(line, scope),)),))
