"""Densities of cells: rows that agree in everything, by their sufficient statistics."""

from __future__ import annotations

from dataclasses import replace

from stanlevels.distributions.kept import CONSTANT, Argument, Kept
from stanlevels.graph import Ref
from stanlevels.plan.factors import Cells
from stanlevels.program import stan
from stanlevels.program.keys import local_key
from stanlevels.program.statistics import statistics
from stanlevels.program.terms import Writer, argument
from stanlevels.program.vector_arguments import filled, matrix_of_rows, vector_piece

__all__ = ["cells"]

Body = tuple[stan.Command, ...]


def cells(write: Writer, density: Cells) -> Body:
    """Our function of cells: of the first statistic, given the others and the arguments at the cells."""
    write = replace(write, line=density.line)
    kept = density.line.form.kept
    assert kept is not None
    entries = {name: write.scope.variable(entry) for name, entry in statistics(density).items()}
    constant = entries.pop(CONSTANT.name, None)
    prepared, increments = list[stan.Command](), list[stan.Command]()
    for part in kept.parts:
        own = [entries[statistic.name] for statistic in part.statistics]
        found, named = _part(write, part, own)
        prepared += named
        if constant is not None and part is kept:
            found = stan.Binary("+", found, constant)
        increments.append(stan.Increment(found))
    return (stan.Block((*prepared, *increments)),) if prepared else tuple(increments)


def _part(
    write: Writer, kept: Kept, entries: list[stan.Variable]
) -> tuple[stan.Expression, list[stan.Command]]:
    """One function of cells, and what is named before it."""
    variable, *others = entries
    prepared = [command for a in kept.arguments if a.shape == "table" for command in _table(write, a)]
    given = [_given(write, a) for a in kept.arguments]
    for k, (a, each) in enumerate(zip(kept.arguments, given, strict=True)):
        if a.shape == "cells" and not a.once and not isinstance(each, stan.Variable):
            local = _named(write, _tag(write, a, k), each)
            prepared.append(local)
            given[k] = stan.Variable(local.name)
    return stan.Density(f"{kept.stan}_lpdf", variable, (*others, *given)), prepared


def _given(write: Writer, of: Argument) -> stan.Expression:
    """One argument in the shape that the function takes."""
    line = write.line
    if of.shape == "table":
        assert isinstance(of.value, Ref)
        return write.scope.variable(local_key(line.name, of.value.name))
    vectors = {p.name for p in line.form.parameters if p.support.shape != "scalar"}
    if isinstance(of.value, Ref) and of.value.name in vectors:
        return vector_piece(write, of.value.name).whole
    code = argument(of.value, write.arguments(skipping={*vectors, line.form.trials}))
    return filled(code, write.scope.length(line)) if of.shape == "cells" else code.expression


def _tag(write: Writer, of: Argument, place: int) -> str:
    """What an argument is called: as it was declared, where it was."""
    declared = write.scope.planned.lines[write.line.name].args
    if isinstance(of.value, Ref) and of.value.name in declared:
        return of.value.name
    return f"argument_{place + 1}"


def _named(write: Writer, tag: str, value: stan.Expression) -> stan.Declaration:
    """A local variable for what the function reads more than once: the interpreter computes it each time."""
    local = write.scope.variable(local_key(write.line.name, tag))
    return stan.Declaration(stan.Type("vector", (write.scope.length(write.line),)), local.name, value)


def _table(write: Writer, of: Argument) -> Body:
    """A matrix with a row for every cell."""
    assert isinstance(of.value, Ref)
    return matrix_of_rows(write, of.value.name)
