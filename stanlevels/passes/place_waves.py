"""Coefficients of waves at their place: normal ones, whose standard deviations follow from a spectrum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from math import sqrt

import numpy as np

from stanlevels.distributions.spectrum import SQUARED_FREQUENCY
from stanlevels.distributions.table import FAMILIES
from stanlevels.errors import DeclarationError, InternalError, listing
from stanlevels.graph import Call, Expr, Number, Op, Ref, VariableNode
from stanlevels.passes.place_terms import Terms
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line, Waves
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Literal, Setting, Term
from stanlevels.records import Record

__all__ = ["lengths_told", "of_waves"]

_NORMAL = next(family for family in FAMILIES.values() if family.is_normal)


def of_waves(line: Line, terms: Terms, facts: Facts) -> Line:
    """The line as one of independent normal coefficients; one of another distribution as it is.

    Raises
    ------
    DeclarationError
        If its components are not those of waves.
    """
    spectrum = line.family.spectrum if line.is_variable else None
    if spectrum is None:
        return line
    along = facts.waves(line.components[-1]) if len(line.components) == 1 else ()
    if not along:
        raise DeclarationError(
            f"{line.name!r} is a Gaussian process over {listing(line.components) or 'nothing'},"
            " which is no set of sine waves",
            expected="one set that sl.sines makes, or the product of several",
            way_out=f'write H = sl.sines("x", 20), and {line.name} = sl.GP(..., over=H)',
        )
    squares = [sum(each) for each in product(*(np.square(w.frequencies).tolist() for w in along))]
    turning = Setting(line.name, SQUARED_FREQUENCY, tuple(squares), components=line.components)
    given = {**line.args, SQUARED_FREQUENCY: turning}
    form = _NORMAL.parameterizations[0]
    args = {form.location: Literal(0), form.scale: _written(spectrum.deviation(len(along)), given, terms)}
    node = replace(line.variable, family=_NORMAL.name, args=_declared(line.variable))
    waves = Waves(
        sigma=line.args["sigma"],
        length=line.args["length"],
        apart=sqrt(sum(w.half**2 / 3 for w in along)),
        least=max(spectrum.least(w.count, w.reach / w.half) * w.half for w in along),
        most=min(spectrum.most(w.reach / w.half) * w.half for w in along),
        count=min(w.count for w in along),
    )
    return replace(line, node=node, args=args, waves=waves)


def lengths_told(planned: Planned) -> Iterator[Record]:
    """Which lengths the waves of each process can tell."""
    for name, line in planned.latent.items():
        if (waves := line.waves) is not None:
            yield Record(
                name,
                "check",
                f"its waves tell lengths from {waves.least:.3g} to {waves.most:.3g}",
                "by how many they are, and where they end",
                "more waves (basis=) tell shorter ones, and ends further off (boundary=) longer ones",
            )


def _declared(node: VariableNode) -> tuple[tuple[str, Expr | None], ...]:
    """The arguments in words: what the standard deviation is made of."""
    form = _NORMAL.parameterizations[0]
    parts = tuple(expr for _, expr in node.args if expr is not None)
    return ((form.location, Number(0)), (form.scale, Call("spectrum", parts)))


def _written(expr: Expr, given: Mapping[str, Term], terms: Terms) -> Term:
    """An expression over arguments, at the place of the line."""
    match expr:
        case Number(value=value):
            return Literal(value)
        case Ref(name=name):
            return given[name]
        case Op(symbol=function, args=args) | Call(function=function, args=args):
            return terms.applied(function, tuple(_written(arg, given, terms) for arg in args))
    raise InternalError(f"a spectrum holds {expr!r}")
