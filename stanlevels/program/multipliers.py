"""The unit in which a parameter is sampled: the default prior's, so that the scale of the data is nothing.

Stan's adaptation takes parameters to lie within a few orders of magnitude of 1: it starts with steps of one
length for all, and never believes a standard deviation much below 0.003. An outcome in units of 1e-5, or a
covariate such as an income, has coefficients and effects far from that. Default priors know the scale; with
``multiplier=`` the sampler works in it. Numbers that a person wrote are no measure of the posterior.
"""

from __future__ import annotations

import math

from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Setting, Take, Term, Use, Vector
from stanlevels.program import stan
from stanlevels.program.entries import Number
from stanlevels.program.scope import Scope

__all__ = ["multiplier", "repeated"]


def multiplier(line: Line, scope: Scope) -> stan.Expression | None:
    """The unit of a quantity that is sampled as it is, or moved; None where no default tells it."""
    plain = bool(line.family.location_scale) and not line.variable.ordered
    if not plain or math.isfinite(line.family.support.lower) or math.isfinite(line.family.support.upper):
        return None
    unit = _unit(line.args[line.scale], scope)
    if unit is None or not line.components or not _is_vector(line.args[line.scale], scope):
        return unit
    if not line.domain:
        return stan.Transposed(unit) if isinstance(unit, stan.Row) else unit
    row = unit if isinstance(unit, stan.Row) else stan.Transposed(unit)
    return repeated(row, scope.units(line.domain))


def repeated(row: stan.Expression, rows: stan.Expression) -> stan.Expression:
    """A matrix of equal rows. (CmdStan does not compile `rep_matrix` of a row as a multiplier.)"""
    return stan.Binary("*", stan.Call("rep_vector", (stan.Literal(1), rows)), row)


def _unit(term: Term, scope: Scope) -> stan.Expression | None:
    """The size of a scale: the number of its default prior, or that of what it is."""
    match term:
        case Setting(quantity=name, argument=argument, components=components):
            given = dict(scope.planned.lines[name].variable.args).get(argument)
            return None if given is not None else scope.variable(Number(name, argument, bool(components)))
        case Use(name=name):
            return _size(scope.planned.lines[name], scope)
        case Take(use=use, position=position):
            whole = _unit(use, scope)
            if whole is None or not _is_vector(use, scope):
                return whole
            return stan.Index(whole, (stan.Literal(position + 1),))
        case Vector(items=items):
            found = tuple(unit for item in items if (unit := _unit(item, scope)) is not None)
            return stan.Row(found) if len(found) == len(items) else None
    return None


def _size(line: Line, scope: Scope) -> stan.Expression | None:
    """How large a standard deviation is by its own default prior."""
    if not line.is_latent or not (argument := _told_by(line)):
        return None
    unit = _unit(line.args[argument], scope)
    return stan.Call("inv", (unit,)) if unit is not None and argument != line.scale else unit


def _told_by(line: Line) -> str:
    """The argument that alone says how large a positive quantity is: a scale, or a rate; "" for none."""
    only = line.form.parameters[0]
    if len(line.form.parameters) == 1 and only.kind == "rate":
        return only.name
    return line.scale if line.family.half else ""


def _is_vector(term: Term, scope: Scope) -> bool:
    """Whether there is a unit for each component."""
    if isinstance(term, Use):
        line = scope.planned.lines[term.name]
        return _is_vector(line.args[_told_by(line)], scope)
    return isinstance(term, Vector) or (isinstance(term, Setting) and bool(term.components))
