"""What is known of rows among which some are chosen: the unit of each, and how many of its rows are."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import numpy as np

from stanlevels.arrays import Array, Codes
from stanlevels.errors import DataError, listing
from stanlevels.graph import CHOSEN, WITHIN, Derived, Graph
from stanlevels.graph.text import expression_text
from stanlevels.words import counted

__all__ = [
    "check_standing",
    "grouping_columns",
    "in_rows",
    "is_grouping",
    "numbers_of_units",
    "words_of_units",
]


def is_grouping(column: Derived) -> bool:
    """Whether a column says which rows are chosen among, or how many."""
    return column.function in (WITHIN, CHOSEN)


def grouping_columns(graph: Graph) -> set[str]:
    """What such columns of a model are called."""
    exprs = (expr for node in graph.observed.values() for _, expr in node.args)
    return {expression_text(e, bare=True) for e in exprs if isinstance(e, Derived) and is_grouping(e)}


def numbers_of_units(column: Derived, outcomes: Array, codes: Codes) -> Array:
    """Of every unit how many of its rows are chosen (units,); nothing for the units themselves."""
    if column.function == WITHIN:
        return np.zeros(0)
    return np.bincount(codes, outcomes, int(codes.max(initial=-1)) + 1)


def in_rows(column: Derived, numbers: Array, codes: Codes) -> Array:
    """The column (rows,); of units that were not there before one row is chosen."""
    if column.function == WITHIN:
        return codes.astype(float)
    known = np.ones(max(int(codes.max(initial=-1)) + 1, len(numbers)))
    known[: len(numbers)] = numbers
    return np.asarray(known[codes])


def words_of_units(column: Derived, numbers: Array, codes: Codes) -> str:
    """What the plan says of how many rows are chosen in each unit."""
    sizes = np.bincount(codes, minlength=len(numbers))
    there = sizes > 0
    low, high = int(sizes[there].min(initial=sizes.max(initial=0))), int(sizes.max(initial=0))
    among = f"{low}" if low == high else f"{low} to {high}"
    telling = (numbers > 0) & (numbers < sizes)
    several = telling & (numbers > 1)
    words = f"{counted(int(there.sum()), str(column.over))} of {among} rows: one is chosen in"
    words += f" {int((telling & ~several).sum()):,}"
    words += f", several in {int(several.sum()):,}" if several.any() else ""
    if (there & ~telling).any():
        none, every = int((there & (numbers == 0)).sum()), int((there & (numbers == sizes)).sum())
        parts = [f"none in {none:,}"] * bool(none) + [f"all in {every:,}"] * bool(every)
        words += f"; {' and '.join(parts)}, which tells nothing"
    return words


def check_standing(
    derived: Iterable[Derived],
    standing: Mapping[str, Array],
    codes: Mapping[str, Codes],
    together: Collection[str] = (),
) -> None:
    """Refuse new rows whose unit nobody knows: they are chosen among no others.

    Units that nobody knows are each row's own, but for levels whose rows share one (`together`): rows of one
    choice would have several.

    Raises
    ------
    DataError
        Naming the level and the rows.
    """
    for level in dict.fromkeys(str(column.over) for column in derived if is_grouping(column)):
        if level not in standing:
            continue  # the outcome is not asked for
        known = np.isin(standing[level], ("known", "new"))
        if lacking := np.flatnonzero(~known).tolist():
            raise DataError(
                f"{len(lacking):,} of {counted(len(known), 'row')} have no {level} among whose rows they are"
                f" chosen: {listing(lacking)} (counted from 0)",
                expected=f"a label in {level!r} for every row, known or new",
            )
        several = np.bincount(codes[level])[codes[level]] > 1
        for name, words in standing.items():
            alone = ("unknown",) if name in together else ("unknown", "averaged")
            if lacking := np.flatnonzero(several & np.isin(words, alone)).tolist():
                raise DataError(
                    f"{len(lacking):,} of {counted(len(known), 'row')} have no {name}, and so each its own,"
                    f" though they share a {level}: {listing(lacking)} (counted from 0)",
                    expected=f"the {name} of rows that are chosen among each other",
                    way_out="give them a label that was not there before",
                )
