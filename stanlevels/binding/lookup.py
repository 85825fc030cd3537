"""The value of a column at every unit of a domain."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding.domains import KEEP_ROWS, Domain, Domains
from stanlevels.binding.levels.nesting import only_value
from stanlevels.binding.read.column_places import Place, where
from stanlevels.binding.read.columns import Values
from stanlevels.errors import DataError, listing
from stanlevels.graph import ROWS
from stanlevels.words import closest, shown

__all__ = ["values_at"]


def values_at(domains: Domains, domain: Domain, name: str) -> Values:
    """Column `name` with one value per unit of `domain`.

    A column of the level's own table is taken as it stands. One of the data must be constant within
    each unit. One that stands only in the table of a level that the domain determines is looked up.

    Raises
    ------
    DataError
        If the column is nowhere, varies within a unit (three are named), or units have no value.
    """
    if name in (held := domains.held.get(domain, {})):
        return held[name]
    holders = [place for place in domains.places.values() if name in place.columns]
    if not holders and domains.counts is not None:
        raise DataError(
            f"column {name!r} was left out with the rows of the data, as a saved fit holds none",
            expected="what was estimated, or columns of tables of levels",
            way_out=KEEP_ROWS,
        )
    if not holders:
        known = dict.fromkeys(column for place in domains.places.values() for column in place.columns)
        raise DataError(
            f"column {name!r} is not in the data that were bound",
            expected=f"a column that the model uses; {closest(name, known)}",
        )
    if len(domain) > 1:
        return _at_product(domains, domain, name)
    axis = domain[0] if domain else ""
    own = domains.places.get(axis)
    if own is not None and name in own.columns:
        return own.columns[name]  # tables stand in the order of units
    for place in holders:
        units = _units_at(domains, place, axis)
        if units is not None:
            return _constant_within(domains, domain, place, units, name)
    if axis.startswith("<") and axis in domains.links[ROWS] and axis != ROWS:
        rows = Place(ROWS, domains.sizes[ROWS], {name: values_at(domains, (ROWS,), name)}, {})
        return _constant_within(domains, domain, rows, domains.links[ROWS][axis], name)
    reached = [
        place.name for place in holders if place.name != ROWS and domains.determines(domain, (place.name,))
    ]
    if len(reached) == 1:
        return domains.places[reached[0]].columns[name].take(domains.codes(domain, (reached[0],)))
    raise _out_of_reach(domains, domain, name, holders, reached)


def _units_at(domains: Domains, place: Place, axis: str) -> Codes | None:
    """The unit of each record of a place; one unit for all where there is no axis."""
    if not axis:
        return np.zeros(place.n, dtype=np.int64)
    return domains.links[ROWS].get(axis) if place.name == ROWS else place.codes.get(axis)


def _constant_within(domains: Domains, domain: Domain, place: Place, units: Codes, name: str) -> Values:
    column = place.columns[name]
    n = domains.size(domain)
    position, _, unseen = only_value(units, np.arange(len(units)), n)
    differs = np.zeros(n, dtype=bool)
    if len(units):
        differs[units[column.data != column.data[position[units]]]] = True
    if differs.any():
        raise _varies(domains, domain, place, units, name, np.flatnonzero(differs))
    if unseen.any():
        lost = [domains.called(domain, unit) for unit in np.flatnonzero(unseen)[:5].tolist()]
        raise DataError(
            f"column {name!r} has no value for {int(unseen.sum()):,} of {n:,} units: {'; '.join(lost)}",
            expected=f"a row in {where(place.name)} for each of them"
            + (f", or the column {name!r} in {where(domain[0])}" if domain else ""),
        )
    return column.take(position)


def _varies(
    domains: Domains, domain: Domain, place: Place, units: Codes, name: str, which: Codes
) -> DataError:
    column = place.columns[name]
    parts = []
    for unit in which[:3].tolist():
        values = dict.fromkeys(column.tolist(np.flatnonzero(units == unit)))
        parts.append(f"{domains.called(domain, unit)} has {listing(values)}")
    more = f"; and {len(which) - 3:,} more" if len(which) > 3 else ""
    of = " and ".join("row" if axis == ROWS else axis for axis in domain) or "the data"
    return DataError(
        f"column {name!r} is not constant within {of}: {'; '.join(parts)}{more}",
        expected=f"one value of {name!r} per {of}" if domain else f"one value of {name!r} in all rows",
        way_out="use it on a line over rows"
        + ("" if len(domain) != 1 else f", or bind a table of {of!r} that holds it"),
    )


def _at_product(domains: Domains, domain: Domain, name: str) -> Values:
    """A column that one axis settles, or that has one value for each pair that the rows hold."""
    for axis in domain:
        try:
            values = values_at(domains, (axis,), name)
        except DataError:
            continue
        return values.take(domains.codes(domain, (axis,)))
    rows: Mapping[str, Codes] = domains.links[ROWS]
    if name not in domains.places[ROWS].columns or any(axis not in rows for axis in domain):
        raise DataError(
            f"column {name!r} does not stand at a combination of {listing(domain)}",
            expected=f"a column of the data with one value per combination of {listing(domain)}",
            way_out="use it on a line over rows",
        )
    return _constant_within(domains, domain, domains.places[ROWS], domains.codes((ROWS,), domain), name)


def _out_of_reach(
    domains: Domains, domain: Domain, name: str, holders: list[Place], reached: list[str]
) -> DataError:
    of = "row" if domain == (ROWS,) else domain[0] if domain else "model"
    if reached:
        return DataError(
            f"column {name!r} of a line over {of} could be that of {listing(reached)}",
            expected="the column in one table only",
            way_out=f"rename it in one of them, such as {shown(reached[0] + '_' + name)}",
        )
    stands = ", ".join(where(place.name) for place in holders)
    return DataError(
        f"column {name!r} stands in {stands}, which does not say its value for each {of}",
        expected="the column in the data, constant within each "
        + (f"{of}, or in {where(of)}" if domain and domain != (ROWS,) else of),
    )
