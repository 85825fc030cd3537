"""Stan types of quantities and data entries, and what entries are in words."""

from __future__ import annotations

import math
from dataclasses import replace

from stanlevels.distributions.supports import Support
from stanlevels.graph import ROWS, Graph
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Domain
from stanlevels.program import stan
from stanlevels.program.entries import (
    Codes,
    Components,
    Count,
    Covariate,
    Entry,
    Matrix,
    Number,
    Outcome,
    Size,
    Statistic,
    Weights,
    kept_of,
    setting_of,
    sizes_of,
)
from stanlevels.program.scope import Scope

__all__ = ["bounded", "data_type", "note", "shaped"]


def data_type(entry: Entry, scope: Scope) -> stan.Type:
    """The declared type of a data entry."""
    match entry:
        case Size() | Components() | Count():
            return stan.Type("int", lower=stan.Literal(0))
        case Codes(domain=domain, target=target):
            reached = tuple(scope.planned.graph.target_level(level) for level in target)
            return stan.Type("int", (), stan.Literal(1), scope.units(reached), (scope.units(domain),))
        case Covariate(domain=domain, integer=integer):
            size = scope.units(domain)
            return stan.Type("int", lower=stan.Literal(0), array=(size,)) if integer else _vector(size)
        case Matrix(domain=domain, covariates=covariates):
            return stan.Type("matrix", (scope.units(domain), scope.count((covariates,))))
        case Outcome(quantity=quantity):
            return _outcome_type(scope.planned.lines[quantity], scope)
        case Weights(quantity=quantity):
            size = scope.units(scope.planned.lines[quantity].domain)
            return replace(_vector(size), lower=stan.Literal(0))
        case Statistic():
            return _statistic_type(entry, scope)
        case Number():
            return _number_type(entry, scope)


def _statistic_type(entry: Statistic, scope: Scope) -> stan.Type:
    sizes = tuple(
        scope.units(entry.domain) if of == "cells" else scope.variable(Count(entry.quantity, of))
        for of in sizes_of(entry, scope.planned)
    )
    return stan.Type(("real", "vector", "matrix")[len(sizes)], sizes)


def _vector(size: stan.Expression) -> stan.Type:
    return stan.Type("vector", (size,))


def _number_type(entry: Number, scope: Scope) -> stan.Type:
    line = scope.planned.lines[entry.quantity]
    if not entry.vector and entry.integer:
        return stan.Type("int", lower=stan.Literal(0))
    components = setting_of(scope.planned, entry.quantity, entry.argument).components
    plain = _vector(scope.count(components)) if entry.vector else stan.Type("real")
    declared = line.is_variable and entry.argument in line.args
    return bounded(plain, line.parameter(entry.argument).support) if declared else plain


def _outcome_type(line: Line, scope: Scope) -> stan.Type:
    size = scope.units(line.domain)
    if line.family.support.shape in ("vector", "simplex"):
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


def note(entry: Entry, graph: Graph) -> str:
    """What a data entry is, in words."""
    match entry:
        case Size(domain=domain):
            return _units(domain)
        case Components(axes=axes):
            return f"components of {' x '.join(axes)}"
        case Codes(domain=domain, target=target):
            return f"the {' and '.join(target)} of each {_unit(domain)}"
        case Covariate(domain=domain, column=column):
            return f"{column!r} of each {_unit(domain)}"
        case Matrix(domain=domain, covariates=covariates):
            return f"the columns of {covariates} for each {_unit(domain)}"
        case Outcome(quantity=quantity):
            columns = graph.variables[quantity].observed
            return "observed" if columns == (quantity,) else f"observed as {', '.join(map(repr, columns))}"
        case Weights(quantity=quantity):
            return f"frequency weights of {quantity}"
        case Count(quantity=quantity, of=of):
            return f"categories of {quantity}" if of == "categories" else f"distinct values of {quantity}"
        case Statistic():
            return _statistic(entry, graph)
        case Number(quantity=quantity, argument=argument):
            if argument == "value":
                return "a known number"
            return f"{argument.replace('_', ' ')} of {quantity}"


def _statistic(entry: Statistic, graph: Graph) -> str:
    statistic = kept_of(entry, graph.variables[entry.quantity].family).statistic(entry.name)
    if entry.pooled:
        return f"{statistic.words}, of all {_units(entry.domain)}"
    return (
        f"{statistic.words} of each {_unit(entry.domain)}" if "cells" in statistic.sizes else statistic.words
    )


def _units(domain: Domain) -> str:
    if domain == (ROWS,):
        return "rows"
    derived = domain[0].startswith("<")
    return domain[0].strip("<>") if derived else f"units of {' x '.join(domain)}"


def _unit(domain: Domain) -> str:
    if domain == (ROWS,):
        return "row"
    return " x ".join(axis.strip("<>").replace("cells of", "cell of") for axis in domain)
