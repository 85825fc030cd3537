"""From coordinates of the covariances to the model's own quantities."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.covariance import Layout
from stanlevels.linear.spreads import FORMS, Root

__all__ = ["axis_of", "correlation_names", "is_stuck", "spread_values"]

_ONE = 1 - 1e-9  # a correlation of 1 but for rounding


def correlation_names(layout: Layout) -> list[str]:
    """Quantities that hold correlations."""
    return list(dict.fromkeys(effect.corr for effect in layout.effects if effect.corr))


def axis_of(layout: Layout, name: str, further: Iterable[Root | None] = ()) -> str:
    """On which scale an interval of a parameter is symmetric (see `solution.Numbers`).

    `further` are positive numbers beside the standard deviations of a layout.
    """
    if name in correlation_names(layout):
        return "atanh"
    roots = [layout.noise, *further, *(root for effect in layout.effects for root in effect.roots)]
    forms = {root.form for root in roots if root is not None and root.quantity == name}
    return "log" if forms and forms != {"exp"} else "identity"


def is_stuck(value: Array, axis: str) -> Array:
    """Which numbers are at the end of an axis, or nowhere on it, and so have no standard error."""
    at_end = {
        "log": value == 0,
        "atanh": np.abs(value) > _ONE,
        "logit": (value == 0) | (value == 1),
    }.get(axis, False)
    return np.asarray(~np.isfinite(value) | at_end)


def spread_values(layout: Layout, x: Array, sigma: float) -> dict[str, Array]:
    """Every standard deviation (or what makes it) and every correlation, by quantity.

    Parameters
    ----------
    layout : Layout
    x : ndarray
        Absolute coordinates.
    sigma : float
        Residual standard deviation.

    Returns
    -------
    dict of str to ndarray
        One number per component; of a correlation matrix the pairs above the diagonal, row by row.
    """
    sds: dict[Root, float] = {} if layout.noise is None else {layout.noise: sigma}
    correlations: dict[str, Array] = {}
    for effect, factor in zip(layout.effects, layout.factors(x, sigma), strict=True):
        size = np.sqrt(np.square(factor).sum(axis=1))
        sds |= {root: float(s) for root, s in zip(effect.roots, size, strict=True) if root is not None}
        if effect.corr:
            own = factor if np.all(size > 0) else layout.correlation_root(effect, x)
            correlations.setdefault(effect.corr, _pairs(own, size))
    values: dict[str, dict[int, float]] = {}
    for root, sd in sds.items():
        values.setdefault(root.quantity, {})[root.position] = FORMS[root.form].of(sd)
    found = {name: np.array([by[k] for k in sorted(by)]) for name, by in values.items()}
    return found | correlations


def _pairs(factor: Array, size: Array) -> Array:
    """Correlations above the diagonal; NaN where a standard deviation is 0."""
    covariance = factor @ factor.T
    with np.errstate(invalid="ignore", divide="ignore"):
        root = np.sqrt(np.diagonal(covariance))
        correlation = covariance / np.outer(root, root)
    correlation[:, size == 0] = np.nan
    correlation[size == 0] = np.nan
    return np.asarray(correlation[np.triu_indices(len(factor), 1)])
