"""Labels that stand in several columns, on one list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from stanlevels.binding.read.columns import Values, kind_of, natural_order
from stanlevels.errors import DataError, listing

__all__ = ["check_kind_of", "check_one_kind", "shared_codes"]

_NUMBERS = {"integer", "float"}


def shared_codes(columns: Sequence[Values]) -> tuple[list[npt.NDArray[np.int64]], list[Any]]:
    """Codes of each column into one list of labels, and that list in the units' order.

    The order is that of the first column whose declared categories hold every label, else sorted,
    else by first appearance.
    """
    found = [column.factorize() for column in columns]
    labels = _merged([labels for _, labels in found], columns)
    rank = {label: code for code, label in enumerate(labels)}
    codes = []
    for own, own_labels in found:
        to_shared = np.fromiter((rank[label] for label in own_labels), np.int64, len(own_labels))
        codes.append(to_shared[own] if len(own) else np.zeros(0, dtype=np.int64))
    return codes, labels


def _merged(found: list[list[Any]], columns: Sequence[Values]) -> list[Any]:
    if len(found) == 1:
        return found[0]
    union = dict.fromkeys(label for labels in found for label in labels)
    for column in columns:
        if column.categorical and column.labels is not None and set(column.labels) >= set(union):
            return [label for label in column.labels if label in union]
    return natural_order(union)


def check_one_kind(what: str, columns: Sequence[tuple[str, Values]]) -> None:
    """Raise a DataError that names two columns whose labels are of different kinds.

    Parameters
    ----------
    what : str
        Whose labels they are, such as ``level team``.
    columns : sequence of (str, Values)
        Where each column stands, in words, and the column.
    """
    known = [(place, column) for place, column in columns if column.kind != "empty" and len(column)]
    for place, column in known[1:]:
        first_place, first = known[0]
        if column.kind != first.kind and not {column.kind, first.kind} <= _NUMBERS:
            raise DataError(
                f"{what} mixes types: {first.kind} in column {first.name!r} of {first_place} "
                f"({listing(first.tolist(slice(0, 1)))}), {column.kind} in column {column.name!r} of {place} "
                f"({listing(column.tolist(slice(0, 1)))})",
                expected="one type of label wherever the level is named",
                way_out="convert one of the columns first",
            )


def check_kind_of(what: str, labels: Sequence[Any], column: Values) -> None:
    """Raise a DataError where a new column's labels are of another kind than those known before."""
    if not labels or column.kind == "empty" or not len(column):
        return
    known = kind_of(column.name, labels)
    if column.kind != known and not {column.kind, known} <= _NUMBERS:
        raise DataError(
            f"{what} mixes types: {known} in the data that were bound ({listing(labels[:1])}), {column.kind}"
            f" in column {column.name!r} of the new rows ({listing(column.tolist(slice(0, 1)))})",
            expected="the type of label that was bound",
            way_out="convert the column first",
        )
