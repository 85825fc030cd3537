"""New rows, read by the encodings of data that were bound before.

A label known before gets its unit, whatever the other rows are; a categorical covariate keeps its columns
and an outcome its categories though some are absent. What was not known before is refused: a code that
stands for no unit would pick another unit's value without a word. Who wants new units widens the
encodings first.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from stanlevels.arrays import Codes
from stanlevels.binding.bound import Bound
from stanlevels.binding.coding import check_known
from stanlevels.binding.derived import derived_again
from stanlevels.binding.encodings import Encodings
from stanlevels.binding.levels.find_levels import by_depth
from stanlevels.binding.levels.levels import BoundLevel
from stanlevels.binding.levels.nesting import followed, only_value
from stanlevels.binding.levels.units import known_mention, known_units, units_of
from stanlevels.binding.read.column_places import Place, read_rows
from stanlevels.binding.read.column_summaries import summarize
from stanlevels.binding.read.missing import settle_missing
from stanlevels.binding.rows import Rows
from stanlevels.binding.usage import columns_used, level_columns, outcome_columns
from stanlevels.errors import DataError
from stanlevels.graph import ROWS, Graph
from stanlevels.words import closest

__all__ = ["bind_rows"]


def bind_rows(
    graph: Graph, encodings: Encodings, data: Any, *, missing: str = "error", outcomes: bool = True
) -> Bound:
    """Bind new rows to units, codings and categories that are known already.

    Outcomes and their weights may be absent; so may what the levels' tables hold, and the column of a level
    that another one determines. Everything else that the model uses must be there. A column that stands in
    the rows and in a level's table is taken from the rows on lines over rows.

    Parameters
    ----------
    graph : Graph
        The declared model.
    encodings : Encodings
        Of the data that were bound before.
    data : dataframe, mapping or path
        The new rows; they stay in their order.
    missing : {"error", "drop"}
        What to do with rows that lack a value.
    outcomes : bool
        Whether to read outcomes and weights where the rows hold them; not read, they may have holes.

    Returns
    -------
    Bound
        The same encodings with the new rows.

    Raises
    ------
    DataError
        If a column is absent, or a label or category was not known before; up to five are named.
    """
    tables = {column for table in encodings.tables.values() for column in table.columns}
    observed = outcome_columns(graph)
    optional = {*observed, *tables, *level_columns(graph).values()}
    read = {ROWS: read_rows(graph, data, optional, () if outcomes else observed)}
    settled, dropped = settle_missing(graph, read, missing)
    place = settled[ROWS]
    named = _known_codes(graph, encodings.levels, place)
    codes = {ROWS: np.arange(place.n), **followed(named, encodings.links)}
    _check_reached(graph, encodings, codes, place)
    for coding in encodings.codings.values():
        if coding.column in place.columns:
            check_known(coding, place.columns[coding.column])
    place = derived_again(encodings.derived, place, codes)
    rows = Rows(
        n=place.n,
        columns=place.columns,
        links={ROWS: codes, **_one_row_each(encodings.levels, codes)},
        records=tuple(dropped),
        summaries=tuple(summarize(read)),
        labels=place.labels,
    )
    return Bound(graph, encodings, rows)


def _known_codes(graph: Graph, levels: Mapping[str, BoundLevel], place: Place) -> dict[str, Codes]:
    """The unit of each row, for every level and road that its columns name."""
    codes: dict[str, Codes] = {}
    for node in by_depth(graph):
        parent = levels[graph.target_level(node.within)] if node.within is not None else None
        units = known_units(node, levels[node.name], parent)
        for road in (node, *(road for road in graph.aliases.values() if road.of == node.name)):
            if road.column in place.columns:
                above = codes.get(road.within) if road.within is not None else None
                mention = known_mention(units, road, place.columns[road.column], above)
                codes[road.name] = units_of(units, mention)
    return codes


def _one_row_each(
    levels: Mapping[str, BoundLevel], codes: Mapping[str, Codes]
) -> dict[str, dict[str, Codes]]:
    """Levels whose every unit has one row, and which."""
    found = {}
    for name in levels.keys() & codes.keys():
        row, differs, unseen = only_value(codes[name], codes[ROWS], levels[name].size)
        if not differs.any() and not unseen.any():
            found[name] = {ROWS: row}
    return found


def _check_reached(graph: Graph, encodings: Encodings, codes: Mapping[str, Codes], place: Place) -> None:
    columns = level_columns(graph)
    for name in encodings.reached:
        if name not in codes:
            column = columns[name]
            raise DataError(
                f"column {column!r} ({columns_used(graph)[column]}) is not in the new rows",
                expected=f"it, or columns of levels that determine {name}; {closest(column, place.columns)}",
            )
