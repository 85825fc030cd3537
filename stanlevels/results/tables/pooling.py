"""The table `pooling`: a row per normal random variable and component, for every kind of fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.graph import ROWS
from stanlevels.results.arviz.axes import rows_of
from stanlevels.results.tables.subjects_of_rows import Named, component_words

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Shrinkage", "pooling"]

_COLUMNS = (
    *("quantity", "level", "component", "units", "rows_min", "rows_median", "rows_max"),
    *("sd", "icc", "pooling_factor", "weight"),
)


@dataclass(frozen=True, eq=False)
class Shrinkage:
    """How much the units of a random variable were pooled.

    Attributes
    ----------
    sd : ndarray, (components,)
        Its standard deviation, averaged over units.
    pooling_factor : ndarray, (components,)
        Gelman and Pardoe's lambda: 1 = complete pooling.
    weight : ndarray, (components,)
        Mean over units of the share of their own data.
    icc : float
        Its share of the variance of a row; NaN where that is not a sum of such shares.
    """

    sd: Array
    pooling_factor: Array
    weight: Array
    icc: float


def pooling(
    fit: Named, found: Mapping[str, Shrinkage], names: Sequence[str] | str | None = None
) -> pd.DataFrame:
    """A row per component of every random variable in `found`, or of some of them.

    Raises
    ------
    FitError
        For a name that is none of theirs.
    """
    import pandas as pd

    from stanlevels.results.tables.shown import shown

    chosen = tuple(found) if names is None else (names,) if isinstance(names, str) else names
    if not isinstance(chosen, Sequence) or any(name not in found for name in chosen):
        raise FitError(
            f"pooling() was given {names!r}",
            expected=f"names of normal random variables: {listing(found, 20) or 'there are none'}",
        )
    rows = []
    for name in chosen:
        shrinkage = found[name]
        for k, label in enumerate(component_words(fit, name)):
            numbers = {
                "sd": float(shrinkage.sd[k]),
                "icc": shrinkage.icc,
                "pooling_factor": float(shrinkage.pooling_factor[k]),
                "weight": float(shrinkage.weight[k]),
            }
            rows.append({"quantity": name, **_rows_of_level(fit, name), "component": str(label)} | numbers)
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    several = any(table["component"] != "")
    return shown(table if several else table.drop(columns="component"), labels=["quantity", "component"])


def _rows_of_level(fit: Named, name: str) -> dict[str, Any]:
    """Level, number of units, and the smallest, median and largest number of rows of a unit."""
    domain = fit.planned.lines[name].domain
    counts = rows_of(domain, fit.bound)
    known = counts is not None and len(counts) > 0
    return {
        "level": " x ".join("row" if axis == ROWS else axis for axis in domain),
        "units": fit.bound.size(domain),
        "rows_min": int(counts.min()) if known and counts is not None else np.nan,
        "rows_median": float(np.median(counts)) if known and counts is not None else np.nan,
        "rows_max": int(counts.max()) if known and counts is not None else np.nan,
    }
