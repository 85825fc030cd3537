"""Effects that belong to one part of the data each: what the density of a part is integrated over.

The effect of a school, those of its classes and students, and of each of its students on each item, are the
school's own. What is not, such as effects of items that all schools have, stays as it was drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.plan.facts import Data
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.terms import uses
from stanlevels.results.crossvalidation.partition import Partition
from stanlevels.results.draws import Draws
from stanlevels.values.evaluate import evaluate
from stanlevels.values.pointwise import log_density
from stanlevels.values.roots import root_of
from stanlevels.values.store import OnDemand, Units, Values, width

__all__ = ["Deviated", "Own", "depends", "deviated", "kfold_instead", "own_of", "without"]


@dataclass(frozen=True, eq=False)
class Own:
    """The effects of parts.

    Attributes
    ----------
    lines : tuple of Line
        In the order of dependence.
    parts : mapping of str to ndarray of int
        The part of every unit, -1 where it has none.
    touched : tuple of str
        Lines with data that depend on them.
    """

    lines: tuple[Line, ...]
    parts: Mapping[str, Codes]
    touched: tuple[str, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        """Of the effects."""
        return frozenset(line.name for line in self.lines)


def kfold_instead(partition: Partition) -> str:
    """What to do where nothing else will."""
    by = "" if partition.domain == (ROWS,) else f"by={partition.called!r}, "
    return f"leave parts out and fit again: bound.kfold({by}folds=10)"


def own_of(draws: Draws, partition: Partition) -> Own:
    """The effects of parts, and the lines with data that depend on them.

    Raises
    ------
    FitError
        Where something outside a part depends on them: then a part cannot be taken by itself.
    """
    planned = draws.planned
    found = dict(_belonging(draws, partition))
    reached = _above(partition.codes, planned)
    lines = tuple(line for name, line in planned.latent.items() if name in found and name in reached)
    names = frozenset(line.name for line in lines)
    touched = [name for name, line in planned.observed.items() if depends(line, names, planned)]
    outside = [name for name in touched if name not in partition.codes]
    outside += [
        name for name, line in planned.latent.items() if name not in names and depends(line, names, planned)
    ]
    if outside:
        raise FitError(
            f"{listing(outside)} depends on {listing(sorted(names))}, and does not belong to one"
            f" {partition.called}",
            expected=f"that what depends on effects of a {partition.called} belongs to it",
            way_out=kfold_instead(partition),
        )
    own = Own(lines, {name: found[name] for name in names}, tuple(touched))
    _check_apart(own, draws, partition)
    return own


def depends(line: Line, names: frozenset[str], planned: Planned, arguments: Iterable[str] = ()) -> bool:
    """Whether some arguments of a line (by default all) depend on what is called `names`."""
    terms = [line.args[a] for a in arguments] if arguments else line.args.values()
    return any(planned.unknowns[use.name] & names for term in terms for use in uses(term))


def _above(names: Iterable[str], planned: Planned) -> set[str]:
    """All unknown quantities that some lines depend on, however far up."""
    pending, found = list(names), set[str]()
    while pending:
        for term in planned.lines[pending.pop()].args.values():
            for use in uses(term):
                new = planned.unknowns[use.name] - found
                found |= new
                pending += new
    return found


def _belonging(draws: Draws, partition: Partition) -> Iterator[tuple[str, Codes]]:
    """Unknown quantities whose every unit belongs to one part, with the part of each."""
    bound = draws.bound
    place = np.full(bound.size(partition.domain), -1)
    place[partition.kept] = np.arange(partition.size)
    for name, line in draws.planned.latent.items():
        if not line.domain or not draws.planned.quantities[name].is_unknown:
            continue
        if line.variable.completes:
            continue  # rows that lack nothing have no unit: what is missing stays as it was drawn
        if line.family.structure is not None:
            continue  # what units of one part are says what those of others are
        n = bound.size(line.domain)
        if bound.determines(line.domain, partition.domain):
            yield name, place[bound.codes(line.domain, partition.domain)]
        elif partition.domain == (ROWS,) and bound.determines((ROWS,), line.domain):
            units = bound.codes(partition.domain, line.domain)[partition.kept]
            if np.bincount(units, minlength=n).max(initial=0) <= 1:
                parts = np.full(n, -1)
                parts[units] = np.arange(partition.size)
                yield name, parts


def _check_apart(own: Own, draws: Draws, partition: Partition) -> None:
    """Raise FitError where an outcome of one part depends on effects of another."""
    if partition.size < 2 or not own.lines or not all(map(draws.holds, own.names)):
        return
    some = draws.window(slice(0, 1)).values
    rng = np.random.default_rng(0)
    moved = rng.random(partition.size) < 0.5
    drawn, changed = {}, {}
    for line in own.lines:
        array = draws.window(slice(0, 1)).whole(line.name)
        parts = own.parts[line.name]
        other = np.where((parts >= 0)[:, None], np.roll(array, 1, axis=2), array)
        swap = (parts >= 0) & moved[parts]
        drawn[line.name] = array
        changed[line.name] = np.where(swap[:, None], other, array)
    known, values = without(some, own).storing(drawn), without(some, own).storing(changed)
    for name in own.touched:
        line, codes = draws.planned.lines[name], partition.codes[name]
        units = np.flatnonzero((codes >= 0) & ~moved[codes])
        before = log_density(line, known, draws.bound, units)
        after = log_density(line, values, draws.bound, units)
        if not np.array_equal(before, after, equal_nan=True):
            raise FitError(
                f"rows of {name!r} depend on {listing(sorted(own.names))} of several {partition.called}s",
                expected=f"rows that depend on effects of the {partition.called} they belong to",
                way_out=kfold_instead(partition),
            )


def without(values: Values, own: Own) -> Values:
    """Values in which nothing is stored that rests on the effects."""
    unknowns = values.planned.unknowns
    arrays = {n: a for n, a in values.arrays.items() if not unknowns[n] & own.names}
    again = {n: a for n, a in values.on_demand.items() if not unknowns[n] & own.names}
    return replace(values, arrays=arrays, on_demand=again, left_out=values.left_out - own.names)


@dataclass(frozen=True, eq=False)
class Deviated:
    """Normal effects as their mean plus the root of their covariance times given numbers.

    Attributes
    ----------
    line : Line
    values : Values
        Of all that its mean and covariance depend on.
    data : Data
    numbers : ndarray, (units or 1, components)
    shape : tuple of int
        Of the draws.
    """

    line: Line
    values: Values
    data: Data
    numbers: Array
    shape: tuple[int, int]

    def at(self, units: Units) -> Array:
        """Those of some units, (chains, draws, units, components)."""
        line = self.line
        mean = evaluate(line.args[line.location], line.domain, self.values, self.data, units)
        numbers = self.numbers if len(self.numbers) == 1 else self.numbers[units]
        if not numbers.any():
            return mean + np.zeros((1, 1, len(numbers), numbers.shape[1]))
        root = root_of(line, self.values, self.data, units)
        return np.asarray(mean + (root @ numbers[..., None])[..., 0])

    def window(self, draws: slice) -> Deviated:
        """The same with some of the draws of every chain."""
        values = self.values.window(draws)
        return replace(self, values=values, shape=(self.shape[0], len(range(self.shape[1])[draws])))


def deviated(
    own: Own, values: Values, data: Data, numbers: Mapping[str, Array], shape: tuple[int, int]
) -> Values:
    """Values with the effects at given standardised deviations from their means; 0 where none are given."""
    found = without(values, own)
    for line in own.lines:
        zero = np.zeros((1, width(values.planned, line.name)))
        made: OnDemand = Deviated(line, found, data, numbers.get(line.name, zero), shape)
        found = replace(found, on_demand={**found.on_demand, line.name: made})
    return found
