"""Bound rows with some of their columns changed, and all that is made of these made again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from stanlevels.binding.derived import Derivation, derived_where_possible
from stanlevels.binding.read.column_places import Place
from stanlevels.binding.read.columns import Values
from stanlevels.binding.widen.needs import made_from, sources_of
from stanlevels.graph import ROWS

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["Change", "made_of", "with_columns"]

Change = Callable[[Values], Values]
"""What becomes of a column, wherever it stands."""


def with_columns(bound: Bound, derived: Mapping[str, Derivation], changes: Mapping[str, Change]) -> Bound:
    """The same rows and units with some columns changed, in the rows and in the tables of levels.

    Columns made of them (standardised, centred, polynomials) are made again by the numbers of the fit; means
    of units stay as they are.

    Parameters
    ----------
    bound : Bound
    derived : mapping of str to Derivation
        How columns that are made of others were made when the model was fitted.
    changes : mapping of str to callable
        By column.
    """
    raw = replace(
        bound,
        rows=replace(bound.rows, columns=_changed(bound.rows.columns, changes)),
        encodings=replace(
            bound.encodings,
            tables={
                level: replace(table, columns=_changed(table.columns, changes))
                for level, table in bound.encodings.tables.items()
            },
        ),
    )
    touched = {name: made for name, made in derived.items() if set(sources_of(name, derived)) & set(changes)}
    if not touched:
        return raw
    place = Place(ROWS, raw.n_rows, raw.rows.columns)
    rows = replace(raw.rows, columns=derived_where_possible(touched, place, {}).columns)
    tables = {level: _again(raw, table, touched, derived) for level, table in raw.encodings.tables.items()}
    return replace(raw, rows=rows, encodings=replace(raw.encodings, tables=tables))


def _changed(columns: Mapping[str, Values], changes: Mapping[str, Change]) -> dict[str, Values]:
    return {name: changes[name](values) if name in changes else values for name, values in columns.items()}


def _again(
    raw: Bound, table: Place, touched: Mapping[str, Derivation], derived: Mapping[str, Derivation]
) -> Place:
    """The table of a level with what is made of changed columns, which may stand in the rows alone."""
    needed = {name for name in made_from(derived) if name in table.columns}
    sources = {source for name in needed for source in sources_of(name, derived)} - set(table.columns)
    beside = {source: raw.values((table.name,), source) for source in sources}
    whole = derived_where_possible(touched, replace(table, columns={**beside, **table.columns}), {})
    return replace(table, columns={name: whole.columns[name] for name in table.columns})


def made_of(columns: set[str], derived: Mapping[str, Derivation]) -> set[str]:
    """Some columns, and all that are made of them."""
    return columns | {name for name in made_from(derived) if set(sources_of(name, derived)) & columns}
