"""What tables of pooling have in common, whatever the method."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from stanlevels.graph import ROWS
from stanlevels.plan.planned import Planned
from stanlevels.results.arviz.axes import component_axes, rows_of
from stanlevels.results.arviz.names import arviz_names

if TYPE_CHECKING:
    from stanlevels.binding import Bound

__all__ = ["COLUMNS", "component_words", "rows_of_level"]

COLUMNS = (
    *("quantity", "level", "component", "units", "rows_min", "rows_median", "rows_max"),
    *("sd", "icc", "pooling_factor", "weight"),
)


def component_words(planned: Planned, name: str) -> list[str]:
    """Labels of the components of a quantity; one empty word where it has a single one."""
    axes = component_axes(planned.lines[name].components, planned, arviz_names(planned.graph))
    return [", ".join(map(str, x)) for x in product(*(axis.labels for axis in axes))] if axes else [""]


def rows_of_level(planned: Planned, bound: Bound, name: str) -> dict[str, Any]:
    """Level, number of units, and the smallest, median and largest number of rows of a unit."""
    domain = planned.lines[name].domain
    counts = rows_of(domain, bound)
    known = counts is not None and len(counts) > 0
    return {
        "level": " x ".join("row" if axis == ROWS else axis for axis in domain),
        "units": bound.size(domain),
        "rows_min": int(counts.min()) if known and counts is not None else np.nan,
        "rows_median": float(np.median(counts)) if known and counts is not None else np.nan,
        "rows_max": int(counts.max()) if known and counts is not None else np.nan,
    }
