"""From coordinates of the covariances to the model's own quantities."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.covariance import Layout
from stanlevels.linear.spreads import FORMS, Root

__all__ = ["correlation_names", "spread_values"]


def correlation_names(layout: Layout) -> list[str]:
    """Quantities that hold correlations."""
    return list(dict.fromkeys(effect.corr for effect in layout.effects if effect.corr))


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
