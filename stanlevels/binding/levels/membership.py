"""The unit that each record belongs to."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from stanlevels.binding.levels.level import Codes
from stanlevels.binding.levels.units import Mention, Units
from stanlevels.binding.read.places import where
from stanlevels.errors import DataError, listing
from stanlevels.words import counted, plural, shown

__all__ = ["units_of"]


def units_of(units: Units, mention: Mention) -> Codes:
    """The unit of every record of `mention`, by (parent, label), or by label where that is all there is.

    Raises
    ------
    DataError
        If a unit is absent from the level's table, or a label alone does not say which unit is meant.
    """
    if units.node.within is not None and mention.parents is None:
        return _by_label(units, mention)
    keys = units.keys_of(mention)
    if not len(units.keys):
        found = np.zeros(len(keys), dtype=bool)
        at = np.zeros(len(keys), dtype=np.int64)
    else:
        at = np.minimum(np.searchsorted(units.keys, keys), len(units.keys) - 1)
        found = units.keys[at] == keys
    if not found.all():
        raise _under_another_parent(units, mention, found) or _absent(units, mention, found)
    return units.unit[at] if len(keys) else at


def _absent(units: Units, mention: Mention, found: npt.NDArray[np.bool_]) -> DataError:
    name = units.node.name
    lost = [units.all_labels[code] for code in dict.fromkeys(mention.labels[~found].tolist())]
    rows = counted(int((~found).sum()), "row")
    return DataError(
        f"{mention.words} names {counted(len(lost), name)} absent from {where(name)}: "
        f"{listing(lost)} ({rows})",
        expected=f"a row in {where(name)} for every {name} that the data name",
        way_out="add the rows to the table, or leave the rows out of the data",
    )


def _under_another_parent(units: Units, mention: Mention, found: npt.NDArray[np.bool_]) -> DataError | None:
    """An error for a unit that the table knows, but under another parent."""
    if units.parent is None or units.parents is None or mention.parents is None:
        return None
    known = np.isin(mention.labels, units.labels) & ~found
    if not known.any():
        return None
    first = int(np.flatnonzero(known)[0])
    name, above = units.node.name, units.node.within
    code = int(mention.labels[first])
    here = units.parent.coordinate[int(mention.parents[first])]
    there = [units.parent.coordinate[unit] for unit in units.parents[units.labels == code].tolist()]
    return DataError(
        f"{name} {shown(units.all_labels[code])} is under {above} {shown(here)} in {where(mention.place)} "
        f"but under {listing(there)} in {where(name)}",
        expected=f"every {name} under the same {above} in both",
    )


def _by_label(units: Units, mention: Mention) -> Codes:
    """Units by own label alone, where a place does not say what they are within."""
    labels, name, above = units.all_labels, units.node.name, str(units.node.within)
    count = np.bincount(units.labels, minlength=len(labels))
    used = np.bincount(mention.labels, minlength=len(labels)) > 0
    unknown = np.flatnonzero(used & (count == 0)).tolist()
    if unknown:
        lost = listing(labels[code] for code in unknown)
        raise DataError(
            f"{mention.words} names {plural(name)} of no known {above}: {lost}",
            expected=f"a column with their {above} beside it, or a table of {name!r}",
        )
    several = np.flatnonzero(used & (count > 1)).tolist()
    if several:
        raise DataError(
            f"{mention.words} names {name} {listing(labels[c] for c in several)}, found under several "
            f"{plural(above)}, and {where(mention.place)} does not say which",
            expected=f"the column of {above!r} beside it, or labels that are unique",
        )
    unit_of = np.zeros(len(labels), dtype=np.int64)
    unit_of[units.labels] = np.arange(len(units.labels))
    return unit_of[mention.labels]
