"""Marginal densities in which coefficients are integrated out besides effects of nested levels."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import pairwise

from stanlevels.plan.factors import Marginal, MarginalLine
from stanlevels.plan.placed import Line
from stanlevels.program import stan
from stanlevels.program.design_matrix import stacked
from stanlevels.program.keys import local_key
from stanlevels.program.marginal_parts import coefficients, precise, residual_sd, root_of, sd_of
from stanlevels.program.scope import Scope
from stanlevels.program.statistics import FirstChild, Sufficient
from stanlevels.program.terms import Writer
from stanlevels.program.vector_arguments import vector_piece

__all__ = ["besides"]

Commands = Iterator[stan.Command]


def besides(density: Marginal, scope: Scope) -> Commands:
    """What an outcome adds: its effects are integrated out level by level, and then the coefficients."""
    (part,) = density.lines

    def of(which: str) -> stan.Variable:
        return scope.variable(Sufficient(part.source, density.group, which))

    yield from _units(density, part, scope)
    found: stan.Expression = scope.variable(local_key(part.source, "products_left"))
    at: stan.Expression = of("common_at")
    if part.coefficients:
        deviation = scope.variable(local_key(part.source, "deviation"))
        value = stan.Binary("-", stacked(coefficients(part, scope)), of("at"))
        yield stan.Declaration(stan.Type("vector", (scope.coefficients(part.source),)), deviation.name, value)
        found = stan.Call("outcome_moved", (found, deviation))
        at = stan.Binary("-", at, stan.Binary("*", of("common_shift"), deviation))
    own = stan.Call("normal_residuals", (of("rows"), stan.Literal(0), residual_sd(part, scope)))
    yield stan.Increment(stan.Binary("+", own, of("constant")))
    yield stan.Increment(stan.Call("common_effects", (found, _sds(density, scope), at)))


def _units(density: Marginal, part: MarginalLine, scope: Scope) -> Commands:
    """Products of the columns of coefficients and of the outcome, the effects integrated out."""

    def of(which: str) -> stan.Variable:
        return scope.variable(Sufficient(part.source, density.group, which))

    products = scope.variable(local_key(part.source, "products_left"))
    square = stan.Type("matrix", (of("width"), of("width")))
    within = precise(of("within"), part, scope)
    if not density.effects:
        yield stan.Declaration(square, products.name, within)
        return
    lines = [scope.planned.lines[name] for name in density.effects]
    if density.plain:
        yield from _first_level(lines[0], density, part, scope)
        weight = scope.variable(local_key(lines[0].name, "weight"))
    else:
        roots = [root_of(line, scope) for line in lines]
        root = reduce(lambda left, right: stan.Call("block_diagonal", (left, right)), roots)
        weight = scope.variable(local_key(part.source, "weights_of_units"))
        entries = stan.Type("matrix", (scope.units(lines[0].domain), of("pairs")))
        value = stan.Call("unit_weights", (of("turned"), root, residual_sd(part, scope)))
        yield stan.Declaration(entries, weight.name, value)
        yield stan.Increment(stan.Call("weights_density", (weight,)))
    yield stan.Declaration(
        square, products.name, stan.Call("with_units", (within, of("between"), weight, of("place")))
    )
    for below, line in pairwise(lines) if density.plain else ():
        yield from _level(line, below, density, part, scope)


def _first_level(line: Line, density: Marginal, part: MarginalLine, scope: Scope) -> Commands:
    """The finest level of effects that are one number each."""
    information, kept, weight = (
        scope.variable(local_key(line.name, which)) for which in ("information", "kept", "weight")
    )
    units = stan.Type("vector", (scope.units(line.domain),))
    known = scope.variable(Sufficient(part.source, density.group, "information"))
    yield stan.Declaration(units, information.name, precise(known, part, scope))
    yield stan.Declaration(units, kept.name, stan.Call("shares_left", (information, sd_of(line, scope))))
    yield stan.Declaration(units, weight.name, precise(kept, part, scope))
    yield stan.Increment(stan.Call("weights_density", (kept,)))


def _level(line: Line, below: Line, density: Marginal, part: MarginalLine, scope: Scope) -> Commands:
    """A level above: sums over the units that lie in each of its own."""

    def of(which: str) -> stan.Variable:
        return scope.variable(Sufficient(part.source, density.group, which))

    def local(name: str, which: str) -> stan.Variable:
        return scope.variable(local_key(name, which))

    first = scope.variable(FirstChild(density.group, line.domain))
    units = scope.units(line.domain)
    finest = below.name == density.effects[0]
    weight = local(below.name, "weight" if finest else "kept")
    columns = of("by_unit") if finest else local(below.name, "score")
    mine, score, kept = (local(line.name, which) for which in ("information", "score", "kept"))
    left = stan.Binary("*", local(below.name, "information"), local(below.name, "kept"), elementwise=True)
    vector = stan.Type("vector", (units,))
    yield stan.Declaration(vector, mine.name, stan.Call("segment_sums", (left, first)))
    yield stan.Declaration(
        stan.Type("matrix", (units, of("width"))),
        score.name,
        stan.Call("segment_products", (weight, columns, first)),
    )
    yield stan.Declaration(vector, kept.name, stan.Call("shares_left", (mine, sd_of(line, scope))))
    yield stan.Increment(stan.Call("weights_density", (kept,)))
    products = local(part.source, "products_left")
    yield stan.Assignment(products, stan.Call("without_level", (products, score, kept, sd_of(line, scope))))


def _sds(density: Marginal, scope: Scope) -> stan.Expression:
    """The standard deviations of all coefficients; numbers stand together."""
    found: list[stan.Expression] = []
    numbers: list[stan.Expression] = []

    def close() -> None:
        if numbers:
            found.append(stan.Transposed(stan.Row(tuple(numbers))))
            numbers.clear()

    for name in density.common:
        line = scope.planned.lines[name]
        if not line.domain and not line.components:
            numbers.append(sd_of(line, scope))
            continue
        close()
        if not line.components:
            found.append(stan.Call("rep_vector", (sd_of(line, scope), scope.units(line.domain))))
            continue
        each = vector_piece(Writer(scope, line, inline="rows"), line.scale).whole
        if line.domain:
            each = stan.Call("to_vector", (stan.Call("rep_matrix", (each, scope.units(line.domain))),))
        found.append(each)
    close()
    return stacked(found)
