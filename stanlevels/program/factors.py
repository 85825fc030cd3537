"""Factors to statements: log densities, with all constants."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stanlevels.graph import Ref
from stanlevels.graph.text import node_text
from stanlevels.plan.factors import CategoricalGlm, Cells, Conjugate, Factor, Glm, Marginal, Standard
from stanlevels.plan.placed import Line
from stanlevels.plan.quantities import Between
from stanlevels.program import stan
from stanlevels.program.between import arguments_between
from stanlevels.program.categorical import categorical_glm
from stanlevels.program.cells import cells
from stanlevels.program.code import Code, number
from stanlevels.program.conjugate import conjugate
from stanlevels.program.correlated import density_of_structure, standard_of_structure
from stanlevels.program.design_matrix import definition
from stanlevels.program.glm import glm
from stanlevels.program.keys import between_key, factor_key, local_key, raw_key
from stanlevels.program.marginal import marginal
from stanlevels.program.outcome_entries import Weights
from stanlevels.program.program import Declared, Statement
from stanlevels.program.scope import Scope
from stanlevels.program.softened import log_slope
from stanlevels.program.terms import Writer, argument
from stanlevels.program.vector_arguments import Piece, covariance_factor, filled, gathered, vector_piece

__all__ = ["known_columns", "statement"]

Body = tuple[stan.Command, ...]


def statement(factor: Factor, scope: Scope) -> Statement:
    """The statement of a factor, under the declaration of its line."""
    line = scope.planned.lines[factor.source]
    if isinstance(factor.density, Marginal):
        return marginal(factor.density, scope)
    if isinstance(factor.density, Conjugate):
        return conjugate(factor.density, scope)
    note = "  (rows in cells)" if factor.is_compressed else ""
    return Statement(_body(factor, Writer(scope, line)), line.name, node_text(line.node) + note)


def _body(factor: Factor, write: Writer) -> Body:
    if isinstance(factor.density, Standard):
        form = write.scope.planned.quantities[factor.source].between
        return _standardised(write) if form is None else _between(write, form)
    if isinstance(factor.density, Glm):
        return (_increment(glm(write, factor.density)),)
    if isinstance(factor.density, CategoricalGlm):
        return (_increment(categorical_glm(write, factor.density)),)
    if isinstance(factor.density, Cells):
        return _repeated(write, factor.density) if factor.density.by_value else cells(write, factor.density)
    if write.scope.planned.quantities[factor.source].softened:
        return (*_pointwise(write), _increment(log_slope(write.line, write.scope)))
    return _pointwise(write)


def known_columns(factor: Factor, scope: Scope) -> Iterator[Declared]:
    """The matrix of known columns that a GLM function needs beside the data."""
    write = Writer(scope, scope.planned.lines[factor.source])
    if isinstance(factor.density, Glm | CategoricalGlm):
        made = definition(write, factor.density.blocks)
        if made is not None:
            yield made


def _pointwise(write: Writer) -> Body:
    """The declared density: vectorised where Stan's is, else by component or by unit."""
    line, scope = write.line, write.scope
    if line.is_correlation:
        eta = write(line.args["eta"]).expression
        return (
            _increment(stan.Density("lkj_corr_cholesky_lpdf", scope.variable(factor_key(line.name)), (eta,))),
        )
    if line.family.structure is not None:
        return density_of_structure(write)
    if line.components and line.family.is_scalar and line.by_unit:
        return _by_element(write)
    if line.domain and line.components and line.family.is_scalar:
        return _by_component(write)
    pieces = _pieces(write)
    varying = any(term.domain for term in line.args.values())
    unordered = line.family.is_categorical and not line.family.is_ordinal  # Stan takes one vector for all
    if line.by_unit and not line.domain:
        return _all_units(write, pieces)
    if line.variable.weights or (unordered and varying) or line.by_unit or _is_stretched(line):
        return _by_unit(write, pieces)
    return _all_units(write, pieces)


def _is_stretched(line: Line) -> bool:
    """Whether a density of vectors has more than its location differ from unit to unit."""
    if not line.family.is_vector:
        return False
    return any(line.args[p.name].domain for p in line.form.parameters if p.kind not in ("location", "known"))


def _all_units(write: Writer, pieces: tuple[Piece, ...]) -> Body:
    """One density for all units."""
    line, scope = write.line, write.scope
    variable = _outcome(write)
    density: stan.Expression = _density(line, variable.whole, tuple(piece.whole for piece in pieces))
    if line.family.half:
        count = stan.Call("num_elements", (variable.whole,)) if line.domain or line.components else None
        density = _folded(density, count)
    prepare = [command for piece in pieces for command in piece.prepare]
    if vectors := [piece.gathered for piece in (variable, *pieces) if piece.gathered]:
        prepare += [v.declaration for v in vectors]
        prepare.append(scope.for_units(scope.length(line), *(v.fill for v in vectors)))
    return (stan.Block((*prepare, _increment(density))),) if prepare else (_increment(density),)


def _outcome(write: Writer) -> Piece:
    """The variable of a density, as one of its arguments."""
    line, scope = write.line, write.scope
    name = scope.variable(line.name)
    each = stan.Index(name, (scope.n,))
    if not line.family.is_vector or not line.domain or scope.is_array(line):
        return Piece(name, each)
    row = stan.Transposed(each)
    vectors = gathered(write, "vectors", scope.count(line.components), row)
    return Piece(vectors.name, row, gathered=vectors)


def _increment(density: stan.Expression) -> stan.Increment:
    return stan.Increment(density)


def _density(line: Line, variable: stan.Expression, arguments: tuple[stan.Expression, ...]) -> stan.Density:
    return stan.Density(f"{line.form.stan}_{line.family.suffix}", variable, arguments)


def _folded(density: stan.Expression, count: stan.Expression | None) -> stan.Expression:
    """The density of a half distribution: twice that of the whole, for each of `count` elements."""
    twice: stan.Expression = stan.Call("log2", ())
    return stan.Binary("+", density, twice if count is None else stan.Binary("*", count, twice))


# --- arguments -------------------------------------------------------------------------------------


def _pieces(write: Writer) -> tuple[Piece, ...]:
    line = write.line
    if line.family.is_vector:
        return _pieces_of_vectors(write)
    vectors = {p.name for p in line.form.parameters if p.support.shape != "scalar"}
    codes = write.arguments(skipping=vectors | line.form.unread)
    pieces = []
    for i, expr in enumerate(line.form.arguments, start=1):
        tag = expr.name if isinstance(expr, Ref) else f"argument_{i}"
        if tag in vectors:
            pieces.append(vector_piece(write, tag))
            continue
        code = argument(expr, codes)
        together = bool(line.form.grouping)
        if (vectors and not line.by_unit) or together:  # beside a vector Stan wants a number for every unit
            code = Code(filled(code, write.scope.length(line)), vector=True)
        pieces.append(_scalar_piece(write, tag, code))
    return tuple(pieces)


def _pieces_of_vectors(write: Writer) -> tuple[Piece, ...]:
    """What a density of vectors takes: scales and correlations together are one factor."""
    form, found = write.line.form, []
    for parameter in form.parameters:
        if parameter.name == form.scale:
            continue
        if parameter.name == form.correlation:
            found.append(_factor_piece(write))
        elif parameter.support.shape == "scalar":
            found.append(_scalar_piece(write, parameter.name, write(write.line.args[parameter.name])))
        else:
            found.append(_vectors_of_all(write, vector_piece(write, parameter.name), parameter.name))
    return tuple(found)


def _vectors_of_all(write: Writer, piece: Piece, name: str) -> Piece:
    """A vector that is the same for all units, once for each of them where a function of ours takes it."""
    line = write.line
    if line.args[name].domain or not line.domain or not line.family.functions:
        return piece
    every = stan.Call("rep_array", (piece.whole, write.scope.length(line)))
    return replace(piece, whole=every)


def _scalar_piece(write: Writer, tag: str, code: Code) -> Piece:
    """A scalar argument: itself, or its element."""
    whole, n = code.expression, write.scope.n
    if not code.vector:
        return Piece(whole, whole)
    if isinstance(whole, stan.Variable):
        return Piece(whole, stan.Index(whole, (n,)))
    local = write.scope.variable(local_key(write.line.name, tag))
    type_ = stan.Type("vector", (write.scope.length(write.line),))
    return Piece(whole, stan.Index(local, (n,)), locally=(stan.Declaration(type_, local.name, whole),))


def _factor_piece(write: Writer) -> Piece:
    scales = vector_piece(write, write.line.form.scale)
    factor = covariance_factor(write, scales.whole)
    if scales.gathered:
        return Piece(factor, covariance_factor(write, scales.each), scales.prepare)
    local = write.scope.variable(local_key(write.line.name, "covariance_factor"))
    size = write.scope.count(write.line.components)
    declared = stan.Declaration(stan.Type("matrix", (size, size)), local.name, factor)
    return Piece(factor, local, locally=(declared,))


# --- loops -----------------------------------------------------------------------------------------


def _repeated(write: Writer, density: Cells) -> Body:
    """The density of one row for each cell of equal ones, as often as it occurs."""
    write = replace(write, line=density.line)
    return _by_unit(write, _pieces(write), Weights(density.line.name, density.line.domain))


def _by_unit(write: Writer, pieces: tuple[Piece, ...], weights: Weights | None = None) -> Body:
    line, scope = write.line, write.scope
    density: stan.Expression = _density(line, _outcome(write).each, tuple(piece.each for piece in pieces))
    if line.family.half:
        density = _folded(density, None)
    if weights or line.variable.weights:
        weight = stan.Index(scope.variable(weights or Weights(line.name)), (scope.n,))
        density = stan.Binary("*", weight, density)
    loop = scope.for_units(scope.length(line), _increment(density))
    prepare = tuple(command for piece in pieces for command in (*piece.prepare, *piece.locally))
    return (stan.Block((*prepare, loop)),) if prepare else (loop,)


def _by_component(write: Writer) -> Body:
    """One density per component of a matrix of effects."""
    line, scope = write.line, write.scope
    column: stan.Expression = stan.Index(scope.variable(line.name), (None, scope.k))
    if scope.is_array(line):
        column = stan.Call("to_vector", (column,))
    codes = replace(write, component=scope.k).arguments()
    arguments = tuple(argument(expr, codes).expression for expr in line.form.arguments)
    density: stan.Expression = _density(line, column, arguments)
    if line.family.half:
        density = _folded(density, scope.length(line))
    return (scope.for_components(scope.count(line.components), _increment(density)),)


def _by_element(write: Writer) -> Body:
    """One density per component of every unit, where Stan's is that of one number."""
    line, scope = write.line, write.scope
    name, k, n = scope.variable(line.name), scope.k, scope.n
    codes = replace(write, component=k).arguments()
    found = [argument(expr, codes) for expr in line.form.arguments]
    each = [stan.Index(c.expression, (n,)) if line.domain and c.vector else c.expression for c in found]
    variable = stan.Index(name, (n, k) if line.domain else (k,))
    body: stan.Command = _increment(_density(line, variable, tuple(each)))
    if line.domain:
        body = scope.for_units(scope.length(line), body)
    return (scope.for_components(scope.count(line.components), body),)


# --- standardised ----------------------------------------------------------------------------------


def _standardised(write: Writer) -> Body:
    """The density of the standardised parameter."""
    line, scope = write.line, write.scope
    raw: stan.Expression = scope.variable(raw_key(line.name))
    matrix = bool(line.domain and line.components)
    if line.family.structure is not None:
        return standard_of_structure(write, raw, matrix=matrix)
    if line.family.gaussian:
        flat = stan.Call("to_vector", (raw,)) if matrix else raw
        return (_increment(stan.Density("std_normal_lpdf", flat, ())),)
    assert line.family.location_scale
    location, scale = line.family.location_scale
    codes = replace(write, component=scope.k if matrix else None).arguments()
    codes |= {location: number(0), scale: number(1)}
    arguments = tuple(argument(expr, codes).expression for expr in line.form.arguments)
    return _of_parameter(raw, arguments, write)


def _between(write: Writer, form: Between) -> Body:
    """The density of the parameter of a quantity between both forms."""
    line, scope = write.line, write.scope
    matrix = bool(line.domain and line.components)
    codes = arguments_between(replace(write, component=scope.k if matrix else None), form)
    arguments = tuple(argument(expr, codes).expression for expr in line.form.arguments)
    return _of_parameter(scope.variable(between_key(line.name)), arguments, write)


def _of_parameter(parameter: stan.Expression, arguments: tuple[stan.Expression, ...], write: Writer) -> Body:
    """The line's distribution for its parameter, column by column where it is a matrix."""
    line, scope = write.line, write.scope
    if not (line.domain and line.components):
        return (_increment(_density(line, parameter, arguments)),)
    column = stan.Index(parameter, (None, scope.k))
    count = scope.count(line.components)
    return (scope.for_components(count, _increment(_density(line, column, arguments))),)
