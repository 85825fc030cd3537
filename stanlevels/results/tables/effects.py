"""The table `effects`: a row per unit, for every kind of fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from stanlevels.arrays import Array
from stanlevels.results.tables.describe import check_level
from stanlevels.results.tables.subjects_of_rows import Named, check_has_units, leading_columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["effects"]

Columns = Callable[[str, float], Mapping[str, Array]]


def effects(fit: Named, name: str, level: float, columns: Columns) -> pd.DataFrame:
    """A row per unit, or per unit and component.

    Parameters
    ----------
    fit : Named
        What names the rows.
    name : str
        A quantity over a level.
    level : float
        Share between `lower` and `upper`.
    columns : callable
        The method's columns of a quantity at a level: units slowest, then components.

    Raises
    ------
    FitError
        If the quantity is unknown or has no units, or `level` is not between 0 and 1.
    """
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    check_level(level)
    check_has_units(fit.planned, name)
    leading = leading_columns(fit, name)
    labels = [column for column in leading if column != "rows"]
    return shown(pd.DataFrame(leading | dict(columns(name, level))), labels=labels)
