"""The table `effects`: a row per unit, for every kind of fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from stanlevels.arrays import Array
from stanlevels.binding.domains import KEEP_ROWS
from stanlevels.errors import FitError
from stanlevels.graph import ROWS
from stanlevels.results.tables.describe import check_level
from stanlevels.results.tables.subjects_of_rows import Named, check_has_units, leading_columns

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["effects"]

Columns = Callable[[str, float], Mapping[str, Array]]


def _check_rows(fit: Named, name: str) -> None:
    """Raise FitError for a quantity over rows where nothing says whose they are."""
    if ROWS in fit.planned.lines[name].domain and not fit.bound.has_rows:
        raise FitError(
            f"{name!r} has a value for each row, and the rows were left out when this fit was saved",
            expected="a quantity over a level; fit.draws gives the draws as they are",
            way_out=KEEP_ROWS,
        )


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
    _check_rows(fit, name)
    leading = leading_columns(fit, name)
    labels = [column for column in leading if column != "rows"]
    return shown(pd.DataFrame(leading | dict(columns(name, level))), labels=labels)
