"""New rows with units that were known before, new ones, and such as nobody knows.

Units of `bind_rows` must be known. Here a label that was not there before is a new unit, and a missing one a
unit that nobody knows, for each row its own; what they lie in comes from the rows, from tables, or is made
for them in turn. The bound rows have the units that they need and no others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.binding.bound import Bound
from stanlevels.binding.coding import check_known
from stanlevels.binding.derived import derived_where_possible
from stanlevels.binding.groups import check_standing
from stanlevels.binding.levels.nesting import only_value
from stanlevels.binding.rows import Rows
from stanlevels.binding.widen.columns import tables_of_units
from stanlevels.binding.widen.filled import fill
from stanlevels.binding.widen.kept import Kept, keep_used
from stanlevels.binding.widen.members import joined_members, members_kept
from stanlevels.binding.widen.needs import Needs
from stanlevels.binding.widen.places import read_asked
from stanlevels.binding.widen.standing import Growing, find_standing
from stanlevels.graph import ROWS

__all__ = ["Widened", "bind_widened"]


@dataclass(frozen=True, eq=False)
class Widened:
    """New rows, and where their units were before.

    Attributes
    ----------
    bound : Bound
        The new rows, with the units that they have.
    before : mapping of str to ndarray, (units,)
        By level, the unit that each was in the data bound before; -1 for one that was not there.
    standing : mapping of str to ndarray of str, (rows,)
        By level and road: whether a row's unit is "known", "new", "unknown" or "averaged".
    """

    bound: Bound
    before: Mapping[str, Codes]
    standing: Mapping[str, Array]


def bind_widened(
    old: Bound,
    data: Any,
    needs: Needs,
    *,
    tables: Mapping[str, Any] | None = None,
    average_over: Collection[str] = (),
    together: Collection[str] = (),
) -> Widened:
    """Bind new rows, whose units need not be known.

    Parameters
    ----------
    old : Bound
        Bound before, with or without its rows.
    data : dataframe, mapping or path
        The new rows; they stay in their order.
    needs : Needs
        What is to be computed on them; columns that nobody needs may be absent.
    tables : mapping of str to dataframe, optional
        Covariates and parents of new units, by level.
    average_over : collection of str
        Levels of which no row has a unit that anybody knows, whatever its label.
    together : collection of str
        Those of `average_over` of which rows that agree in all that the level determines share a unit.

    Raises
    ------
    DataError
        If a column is absent or lacks values, a category was not known before, or units stand under several
        others where lines need one.
    """
    graph, encodings = old.graph, old.encodings
    asked = read_asked(graph, encodings, data, tables, needs)
    places = asked.places
    grown, codes = find_standing(graph, encodings.levels, asked.labels)
    n = places[ROWS].n
    joined = joined_members(graph, encodings, grown, codes, asked.members, average_over)
    codes = {place: units for place, units in codes.items() if place not in joined}
    links = fill(graph, encodings, needs, grown, codes, n, asked.names, average_over, together)
    for coding in encodings.codings.values():
        for place in places.values():
            if coding.column in place.columns:
                check_known(coding, place.columns[coding.column])
    places = {
        name: derived_where_possible(encodings.derived, place, codes[name]) for name, place in places.items()
    }
    whose = [(m.by, joined[n].keys, m.of, joined[n].members) for n, m in encodings.memberships.items()]
    kept = keep_used(graph, grown, links, codes[ROWS], whose)
    own = {ROWS: kept.codes, **{p: _placed(kept, grown, codes[p]) for p in places if p != ROWS}}
    wider = replace(
        encodings,
        levels=kept.levels,
        links=kept.links,
        reached=tuple(kept.codes),
        tables=tables_of_units(old, needs, places, own, kept),
        derived={},
        memberships=members_kept(graph, joined, kept),
    )
    rows_codes = {ROWS: np.arange(n), **kept.codes}
    rows = Rows(
        n=n, columns=places[ROWS].columns, links={ROWS: rows_codes, **_one_row_each(kept, rows_codes)}
    )
    standing = {
        name: _words(
            grown[graph.target_level(name)], units, averaged=graph.target_level(name) in average_over
        )
        for name, units in codes[ROWS].items()
        if name in kept.codes
    }
    check_standing((made.column for made in encodings.derived.values()), standing, kept.codes, together)
    return Widened(Bound(graph, wider, rows), kept.before, standing)


def _placed(kept: Kept, grown: Mapping[str, Growing], codes: Mapping[str, Codes]) -> dict[str, Codes]:
    """Units of a table's records among those that are kept; -1 where they are not."""
    found = {}
    for name, units in codes.items():
        if name in kept.units:
            place = np.full(grown[name].size + 1, -1)
            place[kept.units[name]] = np.arange(len(kept.units[name]))
            found[name] = place[units]
    return found


def _words(grown: Growing, units: Codes, *, averaged: bool) -> Array:
    known = units < grown.level.size
    label = np.array([label is not None for label in grown.labels] + [False])
    new = ~known & label[np.where(known, len(label) - 1, units - grown.level.size)]
    other = "averaged" if averaged else "unknown"
    kinds = np.array(["known", "new", other], dtype=object)
    return kinds[np.where(known, 0, np.where(new, 1, 2))]


def _one_row_each(kept: Kept, codes: Mapping[str, Codes]) -> dict[str, dict[str, Codes]]:
    """Levels whose every unit has one row, and which."""
    found = {}
    for name in kept.levels.keys() & codes.keys():
        row, differs, unseen = only_value(codes[name], codes[ROWS], kept.levels[name].size)
        if not differs.any() and not unseen.any():
            found[name] = {ROWS: row}
    return found
