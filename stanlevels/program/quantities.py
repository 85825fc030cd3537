"""Quantities to parameters and definitions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stanlevels.graph import ROWS
from stanlevels.graph.text import node_text
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.quantities import (
    Between,
    Computed,
    Moved,
    Natural,
    Quantity,
    Sampled,
    Softened,
    Standardised,
)
from stanlevels.plan.terms import Literal, Term, Use
from stanlevels.program import stan
from stanlevels.program.between import between_type, value_between
from stanlevels.program.code import Code, binary
from stanlevels.program.correlated import numbers_of_structure
from stanlevels.program.keys import between_key, factor_key, local_key, moved_key, raw_key, softened_key
from stanlevels.program.multipliers import multiplier
from stanlevels.program.program import Declared, Item, Parameter, Statement
from stanlevels.program.scope import Scope
from stanlevels.program.softened import value_softened
from stanlevels.program.terms import Writer
from stanlevels.program.types import bounded, shaped
from stanlevels.program.vector_arguments import (
    covariance_factor,
    filled,
    matrix_of_rows,
    transposed,
    vector_piece,
)

__all__ = ["correlations", "definitions", "parameters", "place_of"]


def place_of(quantity: Quantity, planned: Planned) -> str:
    """The block in which a quantity is defined; "" for what is given, sampled as it is, or in no program.

    What is computed for every row stays out of the draws: it can be computed again.
    """
    if quantity.name in planned.recorded and quantity.name not in planned.in_program:
        return ""
    if quantity.name in planned.left_out:
        return ""
    match quantity.value:
        case Computed(known=True):
            return "transformed data"
        case Computed():
            return "model" if quantity.domain == (ROWS,) else "transformed parameters"
        case Sampled(form=Standardised() | Moved() | Between() | Softened()):
            return "transformed parameters"
    return ""


# --- parameters ------------------------------------------------------------------------------------


def parameters(scope: Scope) -> Iterator[Parameter]:
    """A parameter for every sampled quantity, in its form."""
    for name, quantity in scope.planned.quantities.items():
        line = scope.planned.lines[name]
        match quantity.value:
            case Sampled(form=Standardised() as form):
                yield Parameter(name, form, scope.names[raw_key(name)], _raw_type(line, scope))
            case Sampled(form=Moved() as form):
                type_ = replace(shaped(line, scope), multiplier=multiplier(line, scope))
                yield Parameter(name, form, scope.names[moved_key(name)], type_)
            case Sampled(form=Between() as form):
                yield Parameter(name, form, scope.names[between_key(name)], between_type(line, scope))
            case Sampled(form=Softened() as form):
                yield Parameter(name, form, scope.names[softened_key(name)], shaped(line, scope))
            case Sampled(form=Natural() as form):
                key = factor_key(name) if line.is_correlation else name
                yield Parameter(name, form, scope.names[key], _natural_type(line, scope))


def _raw_type(line: Line, scope: Scope) -> stan.Type:
    """The type of a standardised parameter; vectors stand beside each other, ready to be multiplied."""
    if line.family.is_vector and line.domain:
        return stan.Type("matrix", (scope.count(line.components), scope.units(line.domain)))
    return shaped(line, scope)


def _natural_type(line: Line, scope: Scope) -> stan.Type:
    """The type of a quantity, within its support."""
    plain = shaped(line, scope)
    if line.family.bounds:
        write = Writer(scope, line, inline="all")
        low, high = (write(line.args[name]).expression if name else None for name in line.family.bounds)
        own = bounded(plain, line.family.support)
        return replace(plain, lower=low or own.lower, upper=high or own.upper)
    if unit := multiplier(line, scope):
        return replace(plain, multiplier=unit)
    if line.variable.ordered or not line.family.is_scalar:
        return plain
    return bounded(plain, line.family.support)


# --- definitions -----------------------------------------------------------------------------------


def definitions(quantity: Quantity, scope: Scope) -> Iterator[Item]:
    """What defines a computed quantity, or one with a parameter of another form."""
    line = scope.planned.lines[quantity.name]
    if quantity.is_standardised:
        yield from _unstandardised(line, scope)
    elif quantity.softened:
        yield Declared(shaped(line, scope), scope.names[line.name], line.name, value_softened(line, scope))
    elif quantity.between:
        if line.domain and line.components:
            write = Writer(scope, line, scope.k, "rows")
            yield from _by_component(line, scope, value_between(write, quantity.between))
        else:
            between = value_between(Writer(scope, line, None, "rows"), quantity.between)
            yield Declared(shaped(line, scope), scope.names[line.name], line.name, between)
    elif isinstance(quantity.value, Sampled) and isinstance(quantity.value.form, Moved):
        there = Code(scope.variable(moved_key(line.name)), bool(line.domain))
        value = binary("-", there, Writer(scope, line, None, "rows")(quantity.value.form.by))
        yield Declared(shaped(line, scope), scope.names[line.name], line.name, value.expression)
    else:
        yield from _computed(line, scope)


def _computed(line: Line, scope: Scope) -> Iterator[Item]:
    text, term = node_text(line.node), line.args["value"]
    if line.domain and line.components:
        column = filled(Writer(scope, line, scope.k)(term), scope.length(line))
        yield from _by_component(line, scope, column, text)
        return
    code = Writer(scope, line)(term)
    scalar = not (line.domain or line.components)
    value = code.expression if scalar else filled(code, scope.length(line))
    yield Declared(shaped(line, scope), scope.names[line.name], line.name, value, text)


def _by_component(line: Line, scope: Scope, column: stan.Expression, text: str = "") -> Iterator[Item]:
    """A matrix, column by column."""
    name = scope.variable(line.name)
    fill = stan.Assignment(stan.Index(name, (None, scope.k)), column)
    yield Declared(shaped(line, scope), name.name, line.name, note=text)
    yield Statement((scope.for_components(scope.count(line.components), fill),), line.name)


def _unstandardised(line: Line, scope: Scope) -> Iterator[Item]:
    """A quantity from its standardised parameter."""
    if line.family.is_vector:
        yield from _vectors(line, scope)
    elif line.domain and line.components:
        raw = stan.Index(scope.variable(raw_key(line.name)), (None, scope.k))
        yield from _by_component(line, scope, _affine(Writer(scope, line, scope.k, "rows"), raw))
    else:
        write, shift = Writer(scope, line, None, "rows"), line.own_shift
        value = _affine(write, scope.variable(raw_key(line.name)))
        yield Declared(shaped(line, scope), scope.names[line.name], line.name, value)
        if shift is not None:
            name = scope.variable(line.name)
            moved = binary("-", Code(name, True), write(shift)).expression
            yield Statement((stan.Assignment(name, moved),), line.name)


def _affine(write: Writer, raw: stan.Expression) -> stan.Expression:
    """Location plus scale times the standardised parameter.

    Stan's ``offset`` and ``multiplier`` would spare its name, but they lose all precision where a
    standard deviation is tiny: (A - mu) / sd cancels, and a chain that strays there is stuck.
    """
    line = write.line
    args = line.unmoved.args  # what the others move an intercept by is taken off afterwards
    location, scale = args.get(line.location, Literal(0)), args[line.scale]
    if line.family.structure is not None:
        raw = numbers_of_structure(write, raw)
    scaled = binary("*", write(scale), Code(raw, bool(line.domain or line.components)))
    return (scaled if _is_zero(location) else binary("+", write(location), scaled)).expression


def _vectors(line: Line, scope: Scope) -> Iterator[Item]:
    """Correlated quantities: means plus the Cholesky factor of the covariance times standard normals."""
    write = Writer(scope, line, inline="rows")
    name, location = scope.variable(line.name), line.form.location
    means = line.args[location]
    scaled: stan.Expression = stan.Binary("*", covariance_factor(write), scope.variable(raw_key(line.name)))
    if line.domain:
        scaled = stan.Transposed(scaled)
    if isinstance(means, Use) and means.domain and means.components:
        value: stan.Expression = stan.Binary("+", write.rows(means), scaled)
        yield Declared(shaped(line, scope), name.name, line.name, value)
        return
    if means.domain:
        yield Declared(shaped(line, scope), name.name, line.name)
        local = scope.variable(local_key(line.name, location))
        total = stan.Assignment(name, stan.Binary("+", local, scaled))
        yield Statement((stan.Block((*matrix_of_rows(write, location), total)),), line.name)
        return
    value = scaled
    if not (line.domain and _all_zero(means)):
        center = vector_piece(write, location).whole
        if line.domain:
            center = stan.Call("rep_matrix", (transposed(center), scope.units(line.domain)))
        value = stan.Binary("+", center, scaled)
    yield Declared(shaped(line, scope), name.name, line.name, value)


def _is_zero(term: Term) -> bool:
    return isinstance(term, Literal) and term.value == 0


def _all_zero(term: Term) -> bool:
    items = getattr(term, "items", (term,))
    return all(_is_zero(item) for item in items)


def correlations(scope: Scope) -> Iterator[Declared]:
    """Correlation matrices from their Cholesky factors."""
    for line in scope.planned.latent.values():
        if line.is_correlation and scope.planned.quantities[line.name].is_sampled:
            size, factor = scope.count(line.components), scope.variable(factor_key(line.name))
            value = stan.Call("multiply_lower_tri_self_transpose", (factor,))
            yield Declared(stan.Type("matrix", (size, size)), scope.names[line.name], line.name, value)
