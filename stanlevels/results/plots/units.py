"""What pictures ask of a quantity's units: their labels, a component of the table, what to draw them by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, StanlevelsError, listing
from stanlevels.graph import ROWS
from stanlevels.results.arviz.axes import unit_axes
from stanlevels.results.faces.face import Face
from stanlevels.results.tables.subjects_of_rows import component_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["By", "along", "chosen_components", "component", "level_word", "unit_labels"]


@dataclass(frozen=True, eq=False)
class By:
    """What units are drawn by.

    Attributes
    ----------
    label : str
    values : ndarray, (units,)
        Numbers, or the codes of groups.
    groups : tuple of str or None
        Names of the groups; None for numbers.
    """

    label: str
    values: Array
    groups: tuple[str, ...] | None = None


def unit_labels(fit: Face, name: str) -> list[str]:
    """A label for every unit, unique: with what it lies in where labels repeat."""
    axes = unit_axes(fit.planned.lines[name].domain, fit.bound, fit.names)
    labels = [""]
    for axis in axes:
        labels = [f"{one} \u00d7 {two}" if one else str(two) for one in labels for two in axis.labels]
    return labels


def level_word(fit: Face, name: str) -> str:
    """What a unit of a quantity is called: its level, or several."""
    domain = fit.planned.lines[name].domain
    return " \u00d7 ".join("row" if axis == ROWS else axis for axis in domain)


def chosen_components(fit: Face, name: str, asked: object, most: int) -> list[Any]:
    """Components by label: those asked for, else the first ones.

    Raises
    ------
    FitError
        If there is no such component, or too many are asked for.
    """
    words = component_words(fit, name)
    if asked is None:
        return words[:most]
    given = list(asked) if isinstance(asked, Sequence) and not isinstance(asked, str) else [asked]
    known = words if words != [""] else []
    if not 1 <= len(given) <= most or any(each not in known for each in given):
        raise FitError(
            f"components of {name!r} are given as {asked!r}",
            expected=f"{'one' if most == 1 else f'up to {most}'} of {listing(known, 20)}"
            if known
            else f"none: {name!r} has a single number for each {level_word(fit, name)}",
        )
    return given


def component(table: pd.DataFrame, label: Any) -> pd.DataFrame:
    """The rows of a table that are about one component, a row per unit."""
    if "component" not in table:
        return table
    found: pd.DataFrame = table[table["component"] == label].reset_index(drop=True)
    return found


def along(fit: Face, name: str, table: pd.DataFrame, by: object) -> By:
    """What the units of a quantity are drawn by: a column of its table, of the data, or values by unit.

    Raises
    ------
    FitError
        If there is no such column, it differs within units, or units are missing in it.
    """
    units = len(table)
    if not isinstance(by, str):
        return _given(fit, name, by, units)
    if by == "rows" and by in table:
        return By(f"rows per {level_word(fit, name)}", table["rows"].to_numpy(dtype=float))
    if by in table and by in fit.planned.graph.levels:
        return _grouped(by, table[by].tolist())
    domain = fit.planned.lines[name].domain
    try:
        if by in fit.planned.graph.levels:
            codes = fit.bound.codes(domain, (by,))
            return _grouped(by, [fit.bound.levels[by].labels[code] for code in codes])
        found = fit.bound.values(domain, by)
    except (StanlevelsError, KeyError, ValueError) as error:
        raise FitError(
            f"units of {name!r} cannot be drawn by {by!r}",
            expected="'rows', a level that they lie in, or a column of the model, constant in each unit",
            way_out="by= also takes a mapping or a pandas Series of values by unit",
        ) from error
    if found.labels is not None or found.kind not in ("integer", "float"):
        return _grouped(by, [str(x) for x in found.data])
    return By(by, np.asarray(found.data, dtype=float))


def _given(fit: Face, name: str, by: Any, units: int) -> By:
    """Values by the unit's label, or an array in the order of units."""
    label = str(getattr(by, "name", "") or "")
    labels = unit_labels(fit, name)
    if isinstance(by, Mapping) or hasattr(by, "to_dict"):
        known = {str(key): value for key, value in dict(by).items()}
        if missing := [each for each in labels if each not in known]:
            raise FitError(f"by= has no value for {listing(missing)}", expected=f"one for each {name!r}")
        values = [known[each] for each in labels]
    else:
        values = list(by) if isinstance(by, Sequence | np.ndarray) else []
        if len(values) != units:
            raise FitError(
                f"by= has {len(values)} values for {units} units of {name!r}",
                expected="a name, values by unit, or an array with a value for each",
            )
    numbers = np.array(values)
    if numbers.dtype.kind in "biuf":
        return By(label, numbers.astype(float))
    return _grouped(label, values)


def _grouped(label: str, values: list[Any]) -> By:
    names = list(dict.fromkeys(str(value) for value in values))
    names.sort()
    codes = np.array([names.index(str(value)) for value in values], dtype=float)
    return By(label, codes, tuple(names))
