"""The derivative of the mean of an outcome with respect to a numeric column."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError
from stanlevels.results.marginal.asked import Asked, Question
from stanlevels.results.marginal.changes import Setting, adding, check_columns
from stanlevels.results.marginal.comparisons import coding_of, column_of, set_to
from stanlevels.results.marginal.tabled import Contrast, tabled

if TYPE_CHECKING:
    import pandas as pd
    import xarray

    from stanlevels.results.faces.face import Face

__all__ = ["slopes"]

_STEP = 2e-5  # of the column's spread: the error is near 1e-9 of the slope, by the step and by rounding alike


def slopes(
    fit: Face, columns: str | Sequence[str], question: Question, *, level: float, output: str
) -> pd.DataFrame | xarray.DataArray:
    """A row per column and group; see `Asks.slopes`."""
    names = [columns] if isinstance(columns, str) else columns
    if not isinstance(names, list | tuple) or not names or not all(isinstance(n, str) for n in names):
        raise FitError(
            f"slopes() was given {columns!r}: no column", expected="the name of a numeric column, or a list"
        )
    asked = Asked(fit, question)
    check_columns(asked, names, "slopes")
    sets, contrasts = [], []
    for name in names:
        step = _STEP * _spread(asked, name)
        sets += [set_to(asked, {name: Setting(name, adding(moved))}) for moved in (step, -step)]
        at = len(sets)
        contrasts.append(Contrast({"slope": name}, (at - 2, at - 1), partial(_quotient, 2 * step)))
    return tabled(asked, sets, contrasts, level=level, output=output)


def _quotient(width: float, high: Array, low: Array) -> Array:
    return (high - low) / width


def _spread(asked: Asked, name: str) -> float:
    values = column_of(asked, name)
    if coding_of(asked, name) is not None or not values.is_numeric or values.kind == "boolean":
        raise FitError(
            f"{name!r} stands for categories: the mean has no slope along it",
            expected="a numeric column",
            way_out=f"fit.comparisons({name!r}) compares them",
        )
    x = np.asarray(values.numeric(), dtype=float)
    spread = float(x.std()) if len(x) else 0.0
    return spread if spread > 0 else max(1.0, float(np.abs(x).max(initial=0.0)))
