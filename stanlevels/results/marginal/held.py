"""Units where covariates of their own level change: each keeps how far it is from what is expected of it.

A model says the same whether a covariate of schools stands in the mean of their effects or beside these; so
does what changes with it. An effect moves with the mean that its line declares, and in proportion where its
standard deviation changes. So does an outcome that other lines use, where the rows do not hold it: what they
hold stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.binding.derived import Derivation
from stanlevels.binding.usage import columns_of_set
from stanlevels.errors import FitError
from stanlevels.graph.text import node_text
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Known, Linear, Term, Use, walk
from stanlevels.results.marginal.changed import made_of
from stanlevels.results.predictions.needs import lines_behind
from stanlevels.results.predictions.prepared import Prepared
from stanlevels.values.evaluate import evaluate, value
from stanlevels.values.remembered import remembered
from stanlevels.values.store import Units, Values

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.plan.facts import Data
    from stanlevels.plan.planned import Planned

__all__ = ["moved_to"]


def moved_to(
    base: Prepared,
    name: str,
    bound: Bound,
    columns: set[str],
    derived: Mapping[str, Derivation],
    fixed: set[str],
) -> Prepared:
    """The same units on rows with changed columns.

    Parameters
    ----------
    base : Prepared
    name : str
        The line with data that will be asked for.
    bound : Bound
        The same rows and units; see `with_columns`.
    columns : set of str
        That were changed.
    derived : mapping of str to Derivation
    fixed : set of str
        Quantities whose units are parameters: what their lines declare does not move them.

    Raises
    ------
    FitError
        If an effect depends on them in a way in which nothing says how it moves.
    """
    planned = base.values.planned
    drawn = {*base.values.arrays, *base.values.on_demand}
    moved = _touched(planned, name, made_of(columns, derived), columns, fixed, drawn)
    nodes = tuple((weight, _moved(values, base.bound, bound, moved)) for weight, values in base.nodes)
    point = base.point
    if point is not None:
        point = tuple((weight, _moved(values, base.bound, bound, moved)) for weight, values in point)
    return replace(base, values=nodes[0][1], bound=bound, nodes=nodes, point=point)


def _touched(
    planned: Planned, name: str, made: set[str], raw: set[str], fixed: set[str], drawn: set[str]
) -> dict[str, tuple[Line, set[str]]]:
    """Lines over units that rest on changed columns, in order, each with the arguments that do."""
    found: dict[str, tuple[Line, set[str]]] = {}

    def rests(term: Term) -> bool:
        for inner in walk(term):
            match inner:
                case Known(column=column) if column in made:
                    return True
                case Linear(covariates=covariates) if raw & columns_of_set(planned.graph, covariates):
                    return True
                case Use(name=other) if other in found:
                    return True
        return False

    for other, line in lines_behind(planned, [name]).items():
        if other == name or (line.is_observed and other not in drawn):
            continue
        if line.is_latent and (not line.domain or other in fixed):
            continue
        if line.is_variable and line.variable.completes:
            continue  # an outcome that is missing stays what it is, as those do that are known
        arguments = (
            {argument for argument, term in line.unmoved.args.items() if rests(term)}
            if (line.is_variable)
            else {argument for argument, term in line.args.items() if rests(term)}
        )
        if arguments:
            if line.is_variable:
                _check(line, arguments)
            found[other] = (line, arguments)
    return found


def _check(line: Line, arguments: set[str]) -> None:
    families = line.family.location_scale is not None or line.family.gaussian
    if families and arguments <= {line.location, line.scale}:
        return
    if line.is_observed:
        raise FitError(
            f"the rows lack {line.name!r}, which follows what is changed, and has no distance from its mean"
            f" that it could keep: {node_text(line.node)}",
            expected=f"rows that hold {line.name!r}, which then stays as it is, or a normal one",
            way_out="compare predict() of rows with either value",
        )
    raise FitError(
        f"what is changed moves the units of {node_text(line.node)} through"
        f" {' and '.join(sorted(arguments))}, and nothing says where each unit would be",
        expected="a covariate in the location or the scale of effects",
        way_out="compare new units: data= with labels that were not fitted, or average_over="
        f"[{line.domain[0]!r}]",
    )


def _moved(values: Values, old: Bound, new: Bound, moved: Mapping[str, tuple[Line, set[str]]]) -> Values:
    found, before, after = values, remembered(old), remembered(new)
    for name, (line, arguments) in moved.items():
        arrays = {n: array for n, array in found.arrays.items() if n != name}
        on_demand = {n: each for n, each in found.on_demand.items() if n != name}
        found = replace(found, arrays=arrays, on_demand=on_demand)
        if line.is_variable:
            moving = _Moving(line, line.scale in arguments, values, before, found, after)
            found = replace(found, on_demand={**on_demand, name: moving})
    return found


@dataclass(frozen=True, eq=False)
class _Moving:
    """Values of a quantity whose line has other arguments than before."""

    line: Line
    scaled: bool
    before: Values
    old: Data
    after: Values
    new: Data

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of chains and of draws per chain."""
        return self.before.shape

    def window(self, draws: slice) -> _Moving:
        """The same with some of the draws of every chain."""
        return replace(self, before=self.before.window(draws), after=self.after.window(draws))

    def at(self, units: Units) -> Array:
        """Values of some units, (chains, draws, units, components)."""
        line, by_log = self.line, self.line.family.location_link == "log"
        own = value(line.name, self.before, self.old, units)
        if line.own_shift is not None:
            own = own + evaluate(line.own_shift, line.domain, self.before, self.old, units)
        location, was = self._both(line.unmoved.args[line.location], units)
        deviation = (np.log(own) if by_log else own) - was
        if self.scaled:
            scale, before = self._both(line.args[line.scale], units)
            with np.errstate(invalid="ignore", divide="ignore"):
                deviation = np.where(before > 0, deviation * scale / before, deviation)
        found = location + deviation
        if line.own_shift is not None:
            n = len(np.arange(self.new.size(line.domain)))
            there = self.after.storing({line.name: _spread(found, units, n)})
            found = found - evaluate(line.own_shift, line.domain, there, self.new, units)
        found = np.exp(found) if by_log else found
        return np.broadcast_to(
            found, (*self.shape, len(np.arange(self.new.size(line.domain))[units]), found.shape[3])
        )

    def _both(self, term: Term, units: Units) -> tuple[Array, Array]:
        """A term on the changed rows, and as it was."""
        domain = self.line.domain
        return evaluate(term, domain, self.after, self.new, units), evaluate(
            term, domain, self.before, self.old, units
        )


def _spread(values: Array, units: Units, n: int) -> Array:
    """Values of some units at their places among all."""
    found = np.zeros((*values.shape[:2], n, values.shape[3]))
    found[:, :, units] = values
    return found
