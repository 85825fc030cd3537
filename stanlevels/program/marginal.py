"""Marginal densities: normal outcomes with effects of nested levels integrated out, from statistics."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce

from stanlevels.graph.text import node_text
from stanlevels.plan.factors import Marginal, MarginalLine
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Domain
from stanlevels.program import stan
from stanlevels.program.beside import besides
from stanlevels.program.design_matrix import beside, stacked
from stanlevels.program.gathered import gathered
from stanlevels.program.keys import local_key
from stanlevels.program.looked_up import moved, moved_by, without_look_ups
from stanlevels.program.marginal_parts import coefficients, precise, residual_sd, root_of, sd_of
from stanlevels.program.pooled import message_above, never, pooled_levels, pooled_message, times_of
from stanlevels.program.program import Statement
from stanlevels.program.scope import Scope
from stanlevels.program.statistics import FirstChild, Sufficient
from stanlevels.program.terms import Writer
from stanlevels.program.vector_arguments import filled
from stanlevels.words import joined

__all__ = ["marginal"]

Commands = Iterator[stan.Command]


def marginal(density: Marginal, scope: Scope) -> Statement:
    """The statement of a marginal density, with what is integrated out in words."""
    lines = [scope.planned.lines[part.source] for part in density.lines]
    texts = [node_text(line.node) for line in lines]
    out = [node_text(scope.planned.lines[name].node) for name in (*density.effects, *density.common)]
    notes = (*texts[1:], *(f"with {text} integrated out" for text in out), _back(density))
    if density.common:
        body = stan.Block(tuple(besides(density, scope)))
    else:
        body = stan.Block((*_residuals(density, scope), *_effects(density, scope)))
    return Statement((body,), lines[-1].name, texts[0], notes)


def _back(density: Marginal) -> str:
    names = (*density.effects, *density.common)
    come = "comes" if len(names) == 1 else "come"
    return f"{joined(list(names), 'and')} {come} back by exact draws, given the draws here"


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
            value = stan.Binary("-", stacked(coefficients(part, scope)), of("at"))
            yield stan.Declaration(stan.Type("vector", (scope.coefficients(name),)), deviation.name, value)
            own = stan.Call("dot_self", (stan.Binary("*", of("root"), deviation),))
            squares = stan.Binary("+", squares, own)
        for place in range(len(part.looked_up)):
            yield from moved(place, part, density, scope)
            squares = stan.Binary("+", squares, moved_by(place, part, density, scope))
        arguments = (of("rows"), squares, residual_sd(part, scope))
        own = stan.Call("normal_residuals", arguments)
        yield stan.Increment(stan.Binary("+", own, of("constant")))


def _about(density: Marginal, which: str, scope: Scope) -> stan.Expression:
    """Information or score of all outcomes about the effects of every unit of the finest level."""
    return reduce(
        lambda left, right: stan.Binary("+", left, right),
        (precise(_of_line(density, part, which, scope), part, scope) for part in density.lines),
    )


def _of_line(density: Marginal, part: MarginalLine, which: str, scope: Scope) -> stan.Expression:
    def of(entry: str) -> stan.Variable:
        return scope.variable(Sufficient(part.source, density.group, entry))

    if part.rest is not None and which == "score":
        weighted = scope.variable(local_key(part.source, "weighted"))
        if density.plain:
            return stan.Call("segment_sums", (weighted, of("first")))
        # a product for each unit: stanli's diag_pre_multiply makes a square matrix of the cells
        return stan.Call("segment_products", (weighted, of("multiples"), of("first")))
    whole: stan.Expression = of(which)
    if which == "information":
        return whole
    if part.coefficients:
        deviation = scope.variable(local_key(part.source, "deviation"))
        if density.plain:
            whole = stan.Binary("-", whole, stan.Binary("*", of("cross"), deviation))
        else:
            whole = stan.Call("residual_scores", (whole, of("cross"), deviation))
    return without_look_ups(whole, part, density, scope)


# --- the effects -----------------------------------------------------------------------------------


def _effects(density: Marginal, scope: Scope) -> Commands:
    """What their integration adds, level by level."""
    yield from _plain(density, scope) if density.plain else _swept(density, scope)


def _plain(density: Marginal, scope: Scope) -> Commands:
    """Effects that are one number for each unit: a vector of information and one of scores for each level."""
    information, score = _about(density, "information", scope), _about(density, "score", scope)
    effects, before = density.effects, Domain()
    if density.pooled is not None:
        information, score = yield from pooled_levels(density, information, score, scope)
        finest = scope.planned.lines[effects[0]].domain
        effects = tuple(name for name in effects if scope.planned.lines[name].domain != finest)
    for name in effects:
        line = scope.planned.lines[name]
        if before and line.domain != before:
            first = scope.variable(FirstChild(density.group, line.domain))
            information, score = (stan.Call("segment_sums", (x, first)) for x in (information, score))
        before, units = line.domain, stan.Type("vector", (scope.units(line.domain),))
        mine, its = (scope.variable(local_key(name, which)) for which in ("information", "score"))
        kept = scope.variable(local_key(name, "kept"))
        yield stan.Declaration(units, mine.name, information)
        yield stan.Declaration(units, its.name, score)
        yield stan.Declaration(units, kept.name, stan.Call("shares_left", (mine, sd_of(line, scope))))
        yield stan.Increment(stan.Call("normal_effects", (its, kept, sd_of(line, scope))))
        information, score = (stan.Binary("*", x, kept, elementwise=True) for x in (mine, its))


def _swept(density: Marginal, scope: Scope) -> Commands:
    """Effects of any number: a matrix of information and scores for each level."""
    last, group = density.lines[-1].source, density.group
    columns, products = (scope.variable(Sufficient(last, group, of)) for of in ("columns", "products"))
    lines = [scope.planned.lines[name] for name in density.effects]
    information, score = _about(density, "information", scope), _about(density, "score", scope)
    if density.pooled is not None:
        yield from _swept_pools(density, lines, (information, score), (columns, products), scope)
        return
    units = scope.units(lines[0].domain)
    message = scope.variable(local_key(last, "message"))
    nothing = stan.Call("rep_vector", (stan.Literal(0), units))
    width = stan.Binary("+", stan.Binary("+", products, columns), stan.Literal(1))
    value = beside([information, score, nothing])
    yield stan.Declaration(stan.Type("matrix", (units, width)), message.name, value)
    found, _ = _levels(density, lines, message, columns, scope)
    yield stan.Increment(stan.Call("density_of", (found,)))


def _swept_pools(
    density: Marginal,
    lines: list[Line],
    known: tuple[stan.Expression, stan.Expression],
    sizes: tuple[stan.Expression, stan.Expression],
    scope: Scope,
) -> Commands:
    """The finest level by distinct information, then those above it unit by unit."""
    finest = [line for line in lines if line.domain == lines[0].domain]
    above = [line for line in lines if line.domain != lines[0].domain]
    message, units = yield from pooled_message(density, *known, sizes, scope)
    found, left = _levels(density, finest, message, sizes[0], scope, times_of(density, scope))
    if above:
        through, _ = _levels(density, finest, units, sizes[0], scope, never(density, scope))
        message = yield from message_above(density, (found, through), left, scope)
        found, _ = _levels(density, above, message, left, scope)
    yield stan.Increment(stan.Call("density_of", (found,)))


def _levels(
    density: Marginal,
    lines: list[Line],
    found: stan.Expression,
    left: stan.Expression,
    scope: Scope,
    times: stan.Expression | None = None,
) -> tuple[stan.Expression, stan.Expression]:
    """What is left after these levels, and how many columns; `times` says how often each unit counts."""
    before = lines[0].domain
    for line in lines:
        if line.domain != before:
            first = scope.variable(FirstChild(density.group, line.domain))
            found, before = stan.Call("segment_column_sums", (found, first)), line.domain
        ones = stan.Call("rep_vector", (stan.Literal(1), scope.units(line.domain)))
        found = stan.Call("swept", (found, root_of(line, scope), left, ones if times is None else times))
        count = scope.count(line.components) if line.components else stan.Literal(1)
        left = stan.Binary("-", left, count)
    return found, left
