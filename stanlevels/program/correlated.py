"""Lines whose units are correlated, to statements."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from stanlevels.plan.terms import Literal
from stanlevels.program import stan
from stanlevels.program.code import Code, binary
from stanlevels.program.structured import entries_of_structure, sparse_of, structure_of
from stanlevels.program.terms import Writer
from stanlevels.program.vector_arguments import filled

__all__ = ["density_of_structure", "numbers_of_structure", "standard_of_structure"]


def numbers_of_structure(write: Writer, raw: stan.Expression) -> stan.Expression:
    """The numbers of scale 1 around 0, from independent ones or such with a sparse precision."""
    if _is_sparse(write):
        sparse = sparse_of(write.line)
        return stan.Call(sparse.stan, (raw, *_entries(write, sparse.data)))
    return stan.Call(structure_of(write.line).stan, (raw, *_taken(write)))


def _is_sparse(write: Writer) -> bool:
    return write.scope.planned.quantities[write.line.name].is_sparse


def _entries(write: Writer, named: tuple[str, ...]) -> tuple[stan.Expression, ...]:
    entries = entries_of_structure(write.line, sparse=True)
    return tuple(write.scope.variable(entry) for entry in entries if entry.of in named)


def _taken(write: Writer) -> tuple[stan.Expression, ...]:
    """What the structure takes: arguments, with a number for every unit, and what is known of these."""
    line, scope = write.line, write.scope
    units = scope.units(line.domain)
    structure = structure_of(line)
    given = {name: filled(write(line.args[name]), units) for name in structure.arguments}
    places = [given.pop(name) for name in structure.beside]
    matrix = [reduce(lambda left, right: stan.Call("append_col", (left, right)), places)] if places else []
    if len(places) == 1:
        matrix = [stan.Call("to_matrix", (places[0],))]
    known = (scope.variable(entry) for entry in entries_of_structure(line))
    return (*given.values(), *matrix, *known, *map(stan.Literal, structure.settings))


def density_of_structure(write: Writer) -> tuple[stan.Command, ...]:
    """The density of the line's own numbers, component by component."""
    line, scope = write.line, write.scope
    several = bool(line.components)
    inner = replace(write, component=scope.k if several else None)
    name: stan.Expression = scope.variable(line.name)
    own = Code(stan.Index(name, (None, scope.k)) if several else name, True)
    location = line.args.get(line.location)
    if location is not None and not (isinstance(location, Literal) and location.value == 0):
        own = binary("-", own, inner(location))
    scale = filled(inner(line.args[line.scale]), scope.units(line.domain))
    density = stan.Density(f"{structure_of(line).stan}_density_lpdf", own.expression, (scale, *_taken(inner)))
    body = stan.Increment(density)
    return (scope.for_components(scope.count(line.components), body),) if several else (body,)


def standard_of_structure(write: Writer, raw: stan.Expression, *, matrix: bool) -> tuple[stan.Command, ...]:
    """The density of the independent numbers, or of those that stand for them."""
    if _is_sparse(write):
        sparse, scope = sparse_of(write.line), write.scope
        own = stan.Index(raw, (None, scope.k)) if matrix else raw
        taken = _entries(write, (*sparse.data, *sparse.more))
        body = stan.Increment(stan.Density(f"{sparse.stan}_density_lpdf", own, taken))
        return (scope.for_components(scope.count(write.line.components), body),) if matrix else (body,)
    flat = stan.Call("to_vector", (raw,)) if matrix else raw
    return (stan.Increment(stan.Density("std_normal_lpdf", flat, ())),)
