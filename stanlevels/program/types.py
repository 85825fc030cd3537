"""Stan types of quantities and data entries."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from stanlevels.distributions.supports import POSITIVE, UNIT, Support
from stanlevels.graph import ROWS
from stanlevels.plan.factors import Marginal
from stanlevels.plan.placed import Line
from stanlevels.program import stan
from stanlevels.program.entries import (
    Codes,
    Components,
    Covariate,
    Entry,
    FirstMember,
    Matrix,
    Number,
    Pilot,
    Size,
    setting_of,
)
from stanlevels.program.look_up_entries import OfLookUp, OfTable
from stanlevels.program.outcome_entries import Outcome, Weights
from stanlevels.program.pooled import messages_size, pooled_type, units_of
from stanlevels.program.pooled_entries import PooledSize, PooledUnits
from stanlevels.program.scope import Scope
from stanlevels.program.statistics import Count, FirstChild, Statistic, Sufficient, sizes_of
from stanlevels.program.structured import OfUnits
from stanlevels.program.tallies import Summed, SummedSize, size_of_sums

__all__ = ["bounded", "data_type", "shaped"]


def data_type(entry: Entry, scope: Scope) -> stan.Type:
    """The declared type of a data entry."""
    match entry:
        case Size() | Components() | Count() | SummedSize() | PooledSize():
            return stan.Type("int", lower=stan.Literal(0))
        case Codes(domain=domain, target=target):
            graph = scope.planned.graph
            reached = tuple(axis if axis == ROWS else graph.target_level(axis) for axis in target)
            return stan.Type("int", (), stan.Literal(1), scope.units(reached), (scope.units(domain),))
        case Covariate(domain=domain, integer=integer):
            size = scope.units(domain)
            return stan.Type("int", lower=stan.Literal(0), array=(size,)) if integer else _vector(size)
        case Matrix(domain=domain, covariates=covariates):
            return stan.Type("matrix", (scope.units(domain), scope.count((covariates,))))
        case Outcome(quantity=quantity, cells=cells):
            line = scope.planned.lines[quantity]
            return _outcome_type(replace(line, domain=cells or line.domain), scope)
        case Sufficient() | Statistic() | OfLookUp() | OfTable():
            return _kept_type(entry, scope)
        case Summed() | PooledUnits():
            return pooled_type(entry, scope) if isinstance(entry, PooledUnits) else _summed_type(entry, scope)
        case FirstChild(domain=domain) | FirstMember(domain=domain):
            above = stan.Binary("+", scope.units(domain), stan.Literal(1))
            return stan.Type("int", lower=stan.Literal(1), array=(above,))
        case Weights(quantity=quantity, cells=cells):
            size = scope.units(cells or scope.planned.lines[quantity].domain)
            return replace(_vector(size), lower=stan.Literal(0))
        case Pilot() | OfUnits():
            return _pilot_type(entry, scope) if isinstance(entry, Pilot) else _of_units_type(entry, scope)
        case Number():
            return _number_type(entry, scope)


def _kept_type(entry: Statistic | Sufficient | OfLookUp | OfTable, scope: Scope) -> stan.Type:
    if isinstance(entry, OfLookUp | OfTable):
        return _look_up_type(entry, scope)
    return _statistic_type(entry, scope) if isinstance(entry, Statistic) else _sufficient_type(entry, scope)


def _statistic_type(entry: Statistic, scope: Scope) -> stan.Type:
    sizes = tuple(
        scope.units(entry.domain) if of == "cells" else scope.variable(Count(entry.quantity, of))
        for of in sizes_of(entry, scope.planned)
    )
    return stan.Type(("real", "vector", "matrix")[len(sizes)], sizes)


def _vector(size: stan.Expression) -> stan.Type:
    return stan.Type("vector", (size,))


def _pilot_type(entry: Pilot, scope: Scope) -> stan.Type:
    line = scope.planned.lines[entry.quantity]
    if entry.name == "pilot_weight":
        return bounded(shaped(line, scope), UNIT)
    return bounded(_vector(scope.count(line.components)) if line.components else stan.Type("real"), POSITIVE)


def _of_units_type(entry: OfUnits, scope: Scope) -> stan.Type:
    units = scope.units(entry.domain)
    if entry.is_count:
        return stan.Type("int", lower=stan.Literal(0))
    if entry.is_matrix:
        last = scope.units(entry.domain[-1:])
        return stan.Type("matrix", (last, last))
    length = units if entry.length is None else scope.variable(entry.length)
    if entry.is_places:
        return stan.Type("int", lower=stan.Literal(0), upper=units, array=(length,))
    return _vector(length)


def _number_type(entry: Number, scope: Scope) -> stan.Type:
    line = scope.planned.lines[entry.quantity]
    if not entry.vector and entry.integer:
        return stan.Type("int", lower=stan.Literal(0))
    components = setting_of(scope.planned, entry.quantity, entry.argument).components
    plain = _vector(scope.count(components)) if entry.vector else stan.Type("real")
    declared = line.is_variable and entry.argument in line.args
    return bounded(plain, line.parameter(entry.argument).support) if declared else plain


def _sufficient_type(entry: Sufficient, scope: Scope) -> stan.Type:
    density = scope.planned.marginals[entry.quantity]
    if density.common:
        return _besides_type(entry, density, scope)
    units = units_of(density, entry.of, scope)
    rest = next(part for part in density.lines if part.source == entry.quantity).rest
    cells = units if rest is None else scope.units(rest.domain)
    columns, products, coefficients = (
        scope.variable(Sufficient(entry.quantity, entry.group, "columns")) if not density.plain else None,
        scope.variable(Sufficient(entry.quantity, entry.group, "products")) if not density.plain else None,
        scope.coefficients(entry.quantity),
    )
    match entry.of:
        case "columns" | "products":
            return stan.Type("int", lower=stan.Literal(1))
        case "at":
            return _vector(coefficients)
        case "root":
            return stan.Type("matrix", (coefficients, coefficients))
        case "information":
            return _vector(units) if products is None else stan.Type("matrix", (units, products))
        case "score":
            return _vector(units) if columns is None else stan.Type("matrix", (units, columns))
        case "mean" | "n":
            return _vector(cells)
        case "first":
            above = stan.Binary("+", units, stan.Literal(1))
            return stan.Type("int", lower=stan.Literal(1), array=(above,))
        case "multiples" if columns is not None:
            return stan.Type("matrix", (cells, columns))
        case "messages":
            return stan.Type("matrix", messages_size(density, columns, coefficients, scope))
        case "cross":
            return stan.Type("matrix", (units, coefficients), array=() if columns is None else (columns,))
    return stan.Type("real")


def _look_up_type(entry: OfLookUp | OfTable, scope: Scope) -> stan.Type:
    density = scope.planned.marginals[entry.quantity]
    looked_up = next(part for part in density.lines if part.source == entry.quantity).looked_up
    units = scope.units(looked_up[entry.place].domain)
    if isinstance(entry, OfLookUp):
        if entry.of == "cross":
            return stan.Type("matrix", (units, scope.coefficients(entry.quantity)))
        return _vector(units)

    def of(which: str) -> stan.Variable:
        return scope.variable(replace(entry, of=which))

    rows = units if entry.kind == "before" else scope.units(scope.planned.lines[density.effects[0]].domain)
    columns = units if entry.kind == "effects" else scope.units(looked_up[entry.which].domain)
    match entry.of:
        case "columns":
            return stan.Type("int", lower=stan.Literal(1), upper=columns, array=(of("entries"),))
        case "weights":
            return _vector(of("weighed"))
        case "sizes":
            return stan.Type("int", lower=stan.Literal(0), array=(of("groups"), stan.Literal(2)))
        case "place":
            return stan.Type("int", lower=stan.Literal(1), upper=rows, array=(rows,))
    return stan.Type("int", lower=stan.Literal(0))


def _summed_type(entry: Summed, scope: Scope) -> stan.Type:
    if entry.of in ("constant", "total"):
        return stan.Type("real")
    density = next(d for d in scope.planned.conjugates.values() if d.group == entry.group)
    size, own = size_of_sums(entry, scope.planned), scope.planned.lines[density.effect].domain
    units = scope.units(own) if size is None else scope.variable(size)
    if entry.of == "order":
        return stan.Type("int", lower=stan.Literal(1), array=(units,))
    rest = density.line(entry.quantity).rest if entry.quantity in scope.planned.conjugates else None
    if rest is None:
        return _vector(units)
    if entry.of == "first":
        return stan.Type("int", lower=stan.Literal(1), array=(stan.Binary("+", units, stan.Literal(1)),))
    return _vector(scope.units(rest.domain))


def _besides_type(entry: Sufficient, density: Marginal, scope: Scope) -> stan.Type:
    def of(which: str) -> stan.Variable:
        return scope.variable(Sufficient(entry.quantity, entry.group, which))

    if density.effects and entry.of in ("information", "by_unit", "turned", "between"):
        return _of_units(entry.of, density, of, scope.units(scope.planned.lines[density.effects[0]].domain))
    match entry.of:
        case "width" | "entries" | "pairs" | "rank" | "columns":
            return stan.Type("int", lower=stan.Literal(1))
        case "within":
            return stan.Type("matrix", (of("width"), of("width")))
        case "place":
            size = stan.Binary("*", of("width"), of("width"))
            return stan.Type("int", lower=stan.Literal(1), array=(size,))
        case "at":
            return _vector(scope.coefficients(entry.quantity))
        case "common_at" | "common_shift":
            left: stan.Expression = stan.Literal(1)
            if next(part for part in density.lines if part.source == entry.quantity).coefficients:
                left = stan.Binary("+", left, scope.coefficients(entry.quantity))
            own = stan.Binary("-", of("width"), left)
            if entry.of == "common_at":
                return _vector(own)
            return stan.Type("matrix", (own, scope.coefficients(entry.quantity)))
    return stan.Type("real")


def _of_units(
    name: str, density: Marginal, of: Callable[[str], stan.Variable], units: stan.Expression
) -> stan.Type:
    """The type of a statistic of the units of the finest level."""
    match name:
        case "information":
            return _vector(units)
        case "by_unit":
            return stan.Type("matrix", (units, of("width")))
        case "turned":
            return stan.Type("matrix", (units, of("columns")), array=(of("rank"),))
    if not density.plain:
        units = stan.Binary("*", stan.Binary("-", of("pairs"), stan.Literal(1)), units)
    return stan.Type("matrix", (of("entries"), units))


def _outcome_type(line: Line, scope: Scope) -> stan.Type:
    size = scope.units(line.domain)
    if line.family.is_tally:
        return stan.Type("int", array=(size, scope.count(line.components)), lower=stan.Literal(0))
    if line.family.support.several:
        kind = line.family.support.shape
        return stan.Type(kind, (scope.count(line.components),), array=(size,))
    plain = stan.Type("int", array=(size,)) if line.family.discrete else _vector(size)
    return bounded(plain, line.family.support)


def bounded(plain: stan.Type, support: Support) -> stan.Type:
    """A type with the bounds of a scalar support.

    Examples
    --------
    >>> from stanlevels.distributions.supports import UNIT
    >>> from stanlevels.program.printer import type_text
    >>> type_text(bounded(stan.Type("real"), UNIT))
    'real<lower=0, upper=1>'
    """
    lower = stan.Literal(support.lower) if math.isfinite(support.lower) else None
    upper = stan.Literal(support.upper) if math.isfinite(support.upper) else None
    return replace(plain, lower=lower, upper=upper)


def shaped(line: Line, scope: Scope) -> stan.Type:
    """The type of a quantity, without its bounds."""
    units = (scope.units(line.domain),) if line.domain else ()
    components = (scope.count(line.components),) if line.components else ()
    if special := _special(line):
        return stan.Type(special, components, array=units)
    if units and components:
        if scope.is_array(line):
            return stan.Type("vector", components, array=units)
        return stan.Type("matrix", (*units, *components))
    return stan.Type("vector" if units or components else "real", (*units, *components))


def _special(line: Line) -> str:
    """The name of a type with a constraint of its own; "" for the others."""
    if not line.is_variable:
        return ""
    if line.variable.ordered:
        return "ordered" if line.family.support.lower < 0 else "positive_ordered"
    return {"simplex": "simplex", "cholesky": "cholesky_factor_corr"}.get(line.family.support.shape, "")
