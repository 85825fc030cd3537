"""What rows look up of quantities that are sampled by unit, in marginal densities: by sums, without rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from stanlevels.plan.factors import Marginal, MarginalLine
from stanlevels.program import stan
from stanlevels.program.design_matrix import beside
from stanlevels.program.entries import effects_of
from stanlevels.program.keys import local_key, look_up_key
from stanlevels.program.look_up_entries import OfLookUp, OfTable, table_entries, tables_of
from stanlevels.program.scope import Scope
from stanlevels.program.terms import Writer
from stanlevels.program.vector_arguments import filled

__all__ = ["moved", "moved_by", "without_look_ups"]


def moved(place: int, part: MarginalLine, density: Marginal, scope: Scope) -> Iterator[stan.Command]:
    """What is looked up, less the values that sums are taken at, and the scores that others leave it."""
    looked_up = part.looked_up[place]
    units = scope.units(looked_up.domain)
    vector = stan.Type("vector", (units,))
    write = Writer(scope, replace(scope.planned.lines[part.source], domain=looked_up.domain))
    value = stan.Binary("-", filled(write(looked_up.term), units), _of(place, "at", part, density, scope))
    yield stan.Declaration(vector, scope.names[look_up_key(part.source, place, "moved")], value)
    score: stan.Expression = _of(place, "score", part, density, scope)
    if part.coefficients:
        deviation = scope.variable(local_key(part.source, "deviation"))
        cross = _of(place, "cross", part, density, scope)
        score = stan.Binary("-", score, stan.Binary("*", cross, deviation))
    for table in _tables(part, density, scope):
        if table.place == place and table.kind == "before":
            score = stan.Binary("-", score, _sums(table, table.which, scope))
    yield stan.Declaration(vector, scope.names[look_up_key(part.source, place, "left")], score)


def moved_by(place: int, part: MarginalLine, density: Marginal, scope: Scope) -> stan.Expression:
    """What that adds to the sum of squares."""
    what, left = (scope.variable(look_up_key(part.source, place, which)) for which in ("moved", "left"))
    return stan.Call("moved_squares", (what, _of(place, "weight", part, density, scope), left))


def without_look_ups(
    score: stan.Expression, part: MarginalLine, density: Marginal, scope: Scope
) -> stan.Expression:
    """Scores of effects that are integrated out, less what is looked up in their rows."""
    by_place: dict[int, list[stan.Expression]] = {}
    for table in _tables(part, density, scope):
        if table.kind == "effects":
            by_place.setdefault(table.place, []).append(_sums(table, table.place, scope))
    for columns in by_place.values():
        sums = columns[0] if len(columns) == 1 else beside(columns)
        if len(columns) == 1 and not density.plain:
            sums = stan.Call("to_matrix", (sums,))
        score = stan.Binary("-", score, sums)
    return score


def _tables(part: MarginalLine, density: Marginal, scope: Scope) -> Iterator[OfTable]:
    return tables_of(part, *effects_of(density, scope.planned))


def _sums(table: OfTable, of: int, scope: Scope) -> stan.Expression:
    """By unit, the sums of what is looked up at place `of`."""
    what = scope.variable(look_up_key(table.quantity, of, "moved"))
    _, _, _, *entries = table_entries(table)
    return stan.Call("looked_up_sums", (what, *(scope.variable(entry) for entry in entries)))


def _of(place: int, of: str, part: MarginalLine, density: Marginal, scope: Scope) -> stan.Variable:
    name = part.looked_up[place].name
    return scope.variable(OfLookUp(part.source, density.group, place, name, of))
