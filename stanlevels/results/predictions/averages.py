"""The mean over the units of a level: what rows have on average, whichever unit they belong to.

Exact where the effects of the level add to the mean; else by quadrature for one normal effect, or over many
fresh draws, whose error is told.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import Apply, Linear, Members, Take, Term, Use, uses
from stanlevels.values.arguments import arguments_of
from stanlevels.values.evaluate import evaluate
from stanlevels.values.means import mean_of
from stanlevels.values.store import Values, width

__all__ = ["FRESH", "adds", "at_mean", "at_node", "averaged_lines", "nodes", "resting_on"]

FRESH = 200
"""Fresh draws of a unit over which a mean is taken that has no simpler way."""

_NODES = 31  # of the quadrature over one normal effect


def averaged_lines(behind: Mapping[str, Line], levels: Collection[str]) -> dict[str, Line]:
    """The random quantities over some levels."""
    wanted = set(levels)
    return {name: line for name, line in behind.items() if line.is_latent and wanted & set(line.domain)}


def resting_on(planned: Planned, behind: Mapping[str, Line], names: Collection[str]) -> set[str]:
    """Some quantities, and all that rest on them."""
    found = set(names)
    for name, line in behind.items():
        if line.is_latent and not line.domain:
            continue
        if any(use.name in found for term in line.args.values() for use in uses(term)):
            found.add(name)
    return found


def adds(planned: Planned, line: Line, behind: Mapping[str, Line], names: Collection[str]) -> bool:
    """Whether some quantities enter the mean of an outcome as a sum, each times known numbers."""
    touched = resting_on(planned, behind, names)
    for name in touched - {line.name}:
        other = behind[name]
        if other.is_expression and _degree(other.args["value"], touched) > 1:
            return False
        if other.is_latent and name not in names and not _moves(other, touched):
            return False
        if other.is_observed:
            return False
    direct = line.form.link == "identity" and line.family.location_link == "identity"
    symmetric = bool(line.location) and line.form.numbers.symmetric
    return direct and symmetric and _degree(line.args[line.location], touched) <= 1


def _moves(line: Line, touched: Collection[str]) -> bool:
    """Whether quantities stand in the location of a line alone, which is its mean."""
    if not line.location or not line.form.numbers.symmetric:
        return False
    return all(
        _degree(term, touched) <= (1 if argument == line.location else 0)
        for argument, term in line.args.items()
    )


def _degree(term: Term, touched: Collection[str]) -> int:
    """0 where a term has none of some quantities, 1 where it is a sum of multiples of them, else 2."""
    match term:
        case Use(name=name) | Take(use=Use(name=name)) | Linear(use=Use(name=name)):
            return int(name in touched)
        case Members(use=Use(name=name)):
            return int(name in touched)
        case Apply(function="+" | "-" | "neg", args=args):
            return max(_degree(arg, touched) for arg in args)
        case Apply(function="*" | "dot", args=args):
            return sum(_degree(arg, touched) for arg in args)
        case Apply(function="/", args=(top, below)):
            return _degree(top, touched) + 2 * _degree(below, touched)
    return 2 * int(any(use.name in touched for use in uses(term)))


def nodes() -> tuple[Array, Array]:
    """Places and weights of a quadrature over a standard normal variable."""
    places, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return places, weights / weights.sum()


def at_mean(line: Line, values: Values, data: Data, units: Codes, blocks: Codes) -> Array:
    """New units have the mean of their distribution."""
    unmoved = line.unmoved
    arguments = {
        argument: evaluate(term, line.domain, values, data, units)
        for argument, term in unmoved.args.items()
        if argument != line.form.correlation
    }
    numbers = width(values.planned, line.name)
    found = mean_of(line.variable, arguments, numbers)
    found = np.broadcast_to(found, (*values.shape, len(units), numbers))
    if line.own_shift is not None:
        found = found - evaluate(line.own_shift, line.domain, values.storing({line.name: found}), data)
    return found


@dataclass(frozen=True)
class at_node:  # noqa: N801 (it is called like the functions beside it)
    """New units lie some standard deviations above the mean of their normal distribution."""

    place: float

    def __call__(self, line: Line, values: Values, data: Data, units: Codes, blocks: Codes) -> Array:
        """Values of some new units, (chains, draws, units, 1)."""
        arguments = arguments_of(line, values, data, units)
        return np.asarray(arguments[line.location] + self.place * arguments[line.scale])
