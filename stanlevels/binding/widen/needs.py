"""What lines ask of new rows: which levels they look units up by, and which columns they read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from stanlevels.binding.covariates import columns_of_powers
from stanlevels.binding.derived import Derivation
from stanlevels.binding.groups import is_grouping
from stanlevels.graph import Column, Derived, walk
from stanlevels.graph.text import expression_text

__all__ = ["Needs", "made_from", "sources_of"]

Domain = tuple[str, ...]


@dataclass(frozen=True)
class Needs:
    """What some lines ask of rows and units.

    Attributes
    ----------
    rows : frozenset of str
        Levels, and roads to them, by which lines over rows look units up.
    levels : mapping of str to frozenset of str
        For each level, those by which its own lines do.
    columns : mapping of tuple to mapping of str to bool
        The columns that lines of a domain read, and whether they need the value of every unit; else that of
        units that are new. Columns that are made of others stand under their text.
    outcomes : frozenset of str
        Columns of outcomes to read where the rows hold them.
    """

    rows: frozenset[str]
    levels: Mapping[str, frozenset[str]]
    columns: Mapping[Domain, Mapping[str, bool]]
    outcomes: frozenset[str] = frozenset()


def made_from(derived: Mapping[str, Derivation]) -> dict[str, Derivation]:
    """How each column that is made of others is made, by its name; a polynomial has several."""
    found = {}
    for name, made in derived.items():
        found[name] = made
        if made.column.degree is not None:
            found |= dict.fromkeys(columns_of_powers(made.column), made)
    return found


def sources_of(name: str, derived: Mapping[str, Derivation]) -> Iterator[str]:
    """The columns of data behind a column, itself where it is one."""
    made = made_from(derived).get(name)
    if made is None:
        yield name
        return
    if is_grouping(made.column):
        return
    yield from (inner.name for inner in walk(made.column.of) if isinstance(inner, Column))


def derived_inside(column: Derived) -> list[str]:
    """The derived columns that a derived column is made of, by their text."""
    return [expression_text(inner, bare=True) for inner in walk(column.of) if isinstance(inner, Derived)]
