"""New rows and the values of all that their outcomes rest on: what every prediction begins with."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.widen.widened import bind_widened
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.as_values import estimates
from stanlevels.results.draws import Draws, thinned
from stanlevels.results.predictions.averages import (
    FRESH,
    adds,
    at_mean,
    at_node,
    averaged_lines,
    nodes,
    resting_on,
)
from stanlevels.results.predictions.expected import expected
from stanlevels.results.predictions.needs import lines_behind, needs_of, used_by
from stanlevels.values.anew import Anew, Fresh, by_units, drawn
from stanlevels.values.evaluate import value
from stanlevels.values.remembered import remembered
from stanlevels.values.store import Units, Values, width
from stanlevels.values.together import Together
from stanlevels.words import counted

if TYPE_CHECKING:
    from stanlevels.binding import Bound
    from stanlevels.plan.placed import Line
    from stanlevels.plan.planned import Planned
    from stanlevels.results.faces.face import Face

__all__ = ["Prepared", "as_fitted", "at_estimates", "draws_of", "levels_of", "prepared"]

_STREAM = 0x9E3D  # keeps these draws apart from others of the same seed
_ALL = slice(None)
_STORED = 40_000_000  # numbers of quantities, beyond which they are made again when wanted


@dataclass(frozen=True, eq=False)
class Prepared:
    """New rows, with values of all that their outcomes rest on.

    Attributes
    ----------
    values : Values
        Draws over the units that the new rows have: of those known before, as they were fitted; of others
        from their distribution, at the right parent.
    bound : Bound
        The new rows.
    standing : mapping of str to ndarray of str, (rows,)
        By level and road that rows name or determine: whether the unit of each row is "known", "new" (a
        label not seen before), "unknown" (no label) or "averaged".
    before : mapping of str to ndarray of int, (units,)
        By level, the unit that each was in the data that were fitted, -1 where it was not there.
    nodes : tuple of (float, Values)
        Weights and values between which means are taken; one where nothing has to be averaged, or the values
        hold means already.
    averaging : str
        How a level is averaged over: "", "exact", "quadrature" or "draws".
    point : tuple of (float, Values), optional
        The same at the estimates of a fit that has estimates and no draws.
    """

    values: Values
    bound: Bound
    standing: Mapping[str, Array]
    before: Mapping[str, Codes]
    nodes: tuple[tuple[float, Values], ...]
    averaging: str = ""
    point: tuple[tuple[float, Values], ...] | None = None

    @property
    def shape(self) -> tuple[int, int]:
        """Numbers of chains and of draws per chain."""
        return self.values.shape

    def line(self, name: str) -> Line:
        """The line that declares `name`."""
        return self.values.planned.lines[name]

    def mean(self, name: str, units: Units = _ALL) -> Array:
        """The mean of the outcomes of some units of a line with data, or probabilities of its categories.

        Levels in `average_over` are averaged over.

        Returns
        -------
        ndarray, (chains, draws, units, components or categories)
        """
        return _weighted(self.nodes, self.line(name), self._data, units)

    def estimate(self, name: str, units: Units = _ALL) -> Array | None:
        """The same at the estimates, (units, components or categories); None of a fit with draws."""
        if self.point is None:
            return None
        return np.asarray(_weighted(self.point, self.line(name), self._data, units).mean(axis=(0, 1)))

    def spread(self, name: str, units: Units = _ALL) -> Array:
        """The largest standard error, over draws, with which fresh draws tell a mean (units, components)."""
        found = [expected(self.line(name), values, self._data, units) for _, values in self.nodes]
        square = np.var(np.stack(found), axis=0, ddof=1).mean(axis=(0, 1)) / len(found)
        return np.asarray(np.sqrt(square))

    @cached_property
    def _data(self) -> Bound:
        return remembered(self.bound)


def _weighted(nodes: tuple[tuple[float, Values], ...], line: Line, data: Bound, units: Units) -> Array:
    (weight, first), *others = nodes
    found = expected(line, first, data, units)
    if not others:
        return found
    found = weight * found
    for weight, values in others:
        found += weight * expected(line, values, data, units)
    return found


def as_fitted(fit: Face, draws: int | None = None) -> Prepared:
    """The rows that were fitted, with the values that they were fitted with."""
    earlier = draws_of(fit, draws)
    values, bound = _side_by_side(earlier.values), earlier.bound
    point = None
    if (found := at_estimates(fit)) is not None:
        point = ((1.0, found.values),)
    return Prepared(values, bound, {}, {}, ((1.0, values),), "", point)


def _side_by_side(values: Values) -> Values:
    """The same values, all draws of a unit beside each other where they fit into memory twice."""
    large = {
        name: array
        for name, array in values.arrays.items()
        if values.planned.lines[name].domain and array.size <= _STORED
    }
    return values.storing({name: by_units(array) for name, array in large.items()})


def at_estimates(fit: Face) -> Draws | None:
    """The estimates of a fit that has these and no draws, as one draw."""
    solution = getattr(fit, "solution", None)
    if solution is None:
        return None
    return Draws(estimates(solution, fit.planned, fit.bound, ends=True), fit.bound)


def prepared(
    fit: Face,
    new: Any,
    *,
    names: Sequence[str] | None = None,
    average_over: Collection[str] = (),
    tables: Mapping[str, Any] | None = None,
    draws: int | None = None,
    seed: int = 0,
    outcomes: bool = False,
    integrate: bool = True,
) -> Prepared:
    """New rows, with values of all that their outcomes rest on.

    Parameters
    ----------
    fit : Fit or PointFit
    new : dataframe, mapping or path
        The new rows. Labels of levels may be new, or missing: then the unit is one that nobody knows.
    names : sequence of str, optional
        The lines with data that will be asked for; by default all. Columns that these do not need may be
        absent.
    average_over : collection of str
        Levels of which rows have units that nobody knows, whatever their labels; means are taken over them.
    tables : mapping of str to dataframe, optional
        Covariates and parents of new units, by level.
    draws : int, optional
        At most so many draws of each chain, evenly spaced.
    seed : int
        Decides the draws of new units.
    outcomes : bool
        Whether outcomes and weights are read where the rows hold them.
    integrate : bool
        Whether means over `average_over` will be asked for; else its units are drawn, for each row its own.

    Raises
    ------
    DataError
        If the rows do not fit the model, naming columns and units.
    FitError
        If draws were not recorded, a unit is new of which no distribution was estimated, or `average_over`
        names no level.
    """
    planned = fit.planned
    chosen = list(planned.observed if names is None else names)
    over = levels_of(planned, average_over)
    fixed = fixed_in(fit)
    needs = needs_of(planned, chosen, fit.bound.encodings.derived, fixed=fixed, outcomes=outcomes)
    together = [n for n in over if not any(n in domain and own for domain, own in needs.columns.items())]
    wide = bind_widened(
        fit.bound, new, needs, tables=tables, average_over=over, together=together if integrate else ()
    )

    def anew_in(line: Line) -> bool:
        return bool((_before(line, wide.before, fit.bound, wide.bound) < 0).any())

    behind = lines_behind(planned, chosen, fixed=fixed, anew=anew_in)
    places = {name: (seed, _STREAM, place) for place, name in enumerate(planned.lines)}
    averaged = averaged_lines(behind, over) if integrate else {}
    lines = [planned.lines[name] for name in chosen]
    exact = all(adds(planned, line, behind, averaged) for line in lines)
    anew = resting_on(planned, behind, averaged)
    carry = _Carry(fit, behind, wide.bound, wide.before)

    def nodes_of(earlier: Draws, fresh: dict[str, Fresh], many: int) -> tuple[tuple[float, Values], ...]:
        if exact or not averaged:
            fresh = fresh | dict.fromkeys(averaged, at_mean)
            return ((1.0, carry.over(earlier, fresh)),)
        base = carry.over(earlier, fresh)
        if _is_one_normal(planned, averaged, needs.rows):
            kinds: list[tuple[float, dict[str, Fresh]]] = [
                (float(weight), dict.fromkeys(averaged, at_node(float(place))))
                for place, weight in zip(*nodes(), strict=True)
            ]
        else:
            kinds = [
                (1.0 / many, {name: drawn((*places[name], k)) for name in averaged}) for k in range(many)
            ]
        return tuple((weight, carry.over(earlier, fresh | own, base, anew)) for weight, own in kinds)

    earlier = draws_of(fit, draws)
    ways = nodes_of(earlier, {name: drawn(key) for name, key in places.items()}, FRESH)
    point = at_estimates(fit)
    at_point = None if point is None else nodes_of(point, dict.fromkeys(places, at_mean), 10 * FRESH)
    how = "" if not averaged else "exact" if exact else "draws" if ways[0][0] == 1 / FRESH else "quadrature"
    return Prepared(ways[0][1], wide.bound, wide.standing, wide.before, ways, how, at_point)


def levels_of(planned: Planned, average_over: Collection[str]) -> tuple[str, ...]:
    """Check what a person gave as levels to average over.

    Raises
    ------
    FitError
        If a name is none of a level.
    """
    names = (average_over,) if isinstance(average_over, str) else tuple(average_over)
    for name in names:
        if name not in planned.graph.levels:
            raise FitError(
                f"average_over has {name!r}, which is not a level of {planned.graph.name}",
                expected=f"names of levels: {listing(planned.graph.levels, 20) or 'there are none'}",
            )
    return names


def _is_one_normal(planned: Planned, averaged: Mapping[str, Line], roads: Collection[str]) -> bool:
    """Whether each row meets one normal number of the levels that are averaged over."""
    if len(averaged) != 1:
        return False
    ((name, line),) = averaged.items()
    ways = [r for r in roads if planned.graph.target_level(r) in line.domain]
    return line.family.is_normal and width(planned, name) == 1 and len(ways) == len(line.domain)


def draws_of(fit: Face, most: int | None) -> Draws:
    """At most so many draws of each chain, evenly spaced; of a fit without draws as many as are wanted.

    Raises
    ------
    FitError
        If the number is none of these.
    """
    draws, simulate = fit.by_quantity, getattr(fit, "simulate_draws", None)
    if simulate is not None and type(most) is int and most < 1:
        raise FitError(f"draws is {most!r}", expected="a whole number, 1 or more")
    if simulate is not None and type(most) is int and most > draws.shape[1]:
        more: Draws = simulate(most, seed=0).by_quantity
        return more
    return thinned(draws, most)


@dataclass(frozen=True, eq=False)
class _Carry:
    """Carries values to new rows; what takes much memory is made when it is wanted."""

    fit: Face
    behind: Mapping[str, Line]
    bound: Bound
    before: Mapping[str, Codes]

    def over(
        self,
        earlier: Draws,
        fresh: Mapping[str, Fresh],
        base: Values | None = None,
        anew: Collection[str] = (),
    ) -> Values:
        """Values of all lines; those not in `anew` are taken from `base` where there is one."""
        planned, data = self.fit.planned, remembered(self.bound)
        values, room = Values(planned, {}, earlier.values.left_out), _STORED
        for name, line in self.behind.items():
            if not (line.is_latent or self._is_lacking(line)) or name in earlier.values.left_out:
                continue  # what was not recorded may be needed by nobody; who needs it is told
            if base is not None and name not in anew:
                values = _with_own(values, base, name)
                continue
            if not line.domain:
                values = values.storing({name: value(name, earlier.values, earlier.bound)})
                continue
            units = _before(line, self.before, self.fit.bound, self.bound)
            if (units < 0).any():
                _check_varies(self.fit, line, self.bound, np.flatnonzero(units < 0))
            chains, draws = earlier.shape
            if line.family.structure is not None:
                key = getattr(fresh[name], "key", None)
                together = Together(line, values, data, units, earlier.values, earlier.bound, key)
                values = values.storing({name: together.all()})
                continue
            made = Anew(
                line,
                values,
                data,
                units,
                earlier.values,
                earlier.bound,
                fresh[name],
                (chains, draws),
                range(draws),
            )
            size = len(units) * width(planned, name) * chains * draws
            if size <= room:
                room -= size
                values = values.storing({name: made.all()})
            else:
                values = replace(values, on_demand={**values.on_demand, name: made})
        return values

    def _is_lacking(self, line: Line) -> bool:
        """Whether an outcome that others rest on is not in the rows: then it is drawn too."""
        if not line.is_observed or line.name not in used_by(self.behind):
            return False
        return not all(column in self.bound.rows.columns for column in line.variable.observed)


def _with_own(values: Values, base: Values, name: str) -> Values:
    if name in base.arrays:
        return values.storing({name: base.arrays[name]})
    return replace(values, on_demand={**values.on_demand, name: base.on_demand[name]})


def _before(line: Line, before: Mapping[str, Codes], old: Bound, new: Bound) -> Codes:
    """The earlier unit of every unit of a line; -1 for new ones, and for all rows."""
    units, size = np.zeros(1, dtype=np.int64), 1
    for axis in line.domain:
        if axis not in before:
            return np.full(new.size(line.domain), -1)
        own, n = before[axis], old.levels[axis].size
        known = (units[:, None] >= 0) & (own >= 0)
        units = np.where(known, units[:, None] * n + own, -1).ravel()
        size *= n
    return units


def fixed_in(fit: Face) -> frozenset[str]:
    """The quantities over units that were parameters of a fit: it has no distribution of theirs."""
    roles: Mapping[str, str] = getattr(fit, "roles", fit.planned.roles)
    return frozenset(name for name, role in roles.items() if role == "parameter")


def _check_varies(fit: Face, line: Line, bound: Bound, new: Codes) -> None:
    """Of a parameter no distribution was estimated from which a new unit could be drawn."""
    if line.name not in fixed_in(fit):
        return
    named = [unit for unit in new.tolist() if not _is_unnamed(line, bound, unit)]
    labels = listing([bound.called(line.domain, unit) for unit in named]) if named else "without a label"
    raise FitError(
        f"{line.name!r} is a parameter of this fit, and nothing says how its units vary:"
        f" {counted(len(new), 'unit')} not seen before: {labels}",
        expected="units that were fitted",
        way_out=f"fit with {line.name!r} random, as method='reml' has it, or leave these rows out",
    )


def _is_unnamed(line: Line, bound: Bound, unit: int) -> bool:
    """Whether a unit lies in one that nobody knows."""
    sizes = [bound.size((axis,)) for axis in line.domain]
    at = np.unravel_index(unit, sizes)
    return any(bound.levels[axis].labels[int(i)] is None for axis, i in zip(line.domain, at, strict=True))
