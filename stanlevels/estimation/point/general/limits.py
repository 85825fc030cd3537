"""Parameters whose best value is a limit: 0, infinity, or another end of their support."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.estimation.point.general.middles import middles_of
from stanlevels.linear.predictor import called

__all__ = ["limit_notes", "limits_of"]

_VAGUE = 2.0  # standard error of a free coordinate from which on it is looked at
_STEP = 2.0  # further along by this factor of e^2 on a log scale ...
_SAME = 0.02  # ... minus twice the log likelihood changes by less than this


def limits_of(criterion: GeneralCriterion, z: Array, covariance: Array, free: list[int]) -> dict[int, float]:
    """Columns of parameters that are at a limit, or run off to infinity, each with the sign of its direction.

    Parameters
    ----------
    covariance : ndarray
        Of the free numbers of a point, those of `free`; NaN where it has none.
    """
    model, m = criterion.model, len(criterion.layout.coordinates)
    at = [i for i, k in enumerate(free) if k >= m]
    root = model.basis.expand[:, list(model.kept)] @ criterion.started.root
    root = root[:, [free[i] - m for i in at]]
    own = covariance[np.ix_(at, at)]
    unknown = np.isnan(np.diagonal(own))
    variance = np.einsum("ir,rs,is->i", root, np.nan_to_num(own), root)
    vague = (np.sqrt(np.maximum(variance, 0)) > _VAGUE) | np.any(np.abs(root[:, unknown]) > 1e-9, axis=1)
    value, found = criterion.value(z), {}
    for i in np.flatnonzero(vague).tolist():
        name, k = model.predictor.columns[i]
        bounded = model.reading.ends((name, k))
        step = _STEP if bounded else max(1.0, abs(float(criterion.free(z)[name][k])))
        flat = []
        for sign in (1.0, -1.0):
            moved = _moved(criterion, z, i, sign * step)
            if moved is None:
                continue
            rise = criterion.value(moved) - value
            if rise < _SAME or not np.isfinite(rise):  # it has no value beyond where the search ends
                flat.append(sign)
        if len(flat) == 1 or (flat and bounded):  # an unbounded one may simply say nothing
            found[i] = flat[0] if len(flat) == 1 else _side(criterion, z, i)
    return found


def _side(criterion: GeneralCriterion, z: Array, column: int) -> float:
    """On which side of the middle of its prior a free coordinate is."""
    name, k = criterion.model.predictor.columns[column]
    middle = middles_of(criterion.model)[name][k]
    return 1.0 if criterion.free(z)[name][k] > middle else -1.0


def _moved(criterion: GeneralCriterion, z: Array, column: int, by: float) -> Array | None:
    """The point with one free coordinate moved, where that can be done alone."""
    model, m = criterion.model, len(criterion.layout.coordinates)
    rows = model.basis.expand[:, list(model.kept)]
    wanted = np.zeros(len(rows))
    wanted[column] = by
    step = np.linalg.lstsq(rows, wanted, rcond=None)[0]
    if np.abs(rows @ step - wanted).max() > 1e-6:
        return None
    moved = z.copy()
    moved[m:] += np.linalg.lstsq(criterion.started.root, step, rcond=None)[0]
    return moved


def limit_notes(criterion: GeneralCriterion, limits: dict[int, float]) -> list[str]:
    """The limits in words."""
    model, notes = criterion.model, []
    for i, sign in limits.items():
        column = model.predictor.columns[i]
        where = "the upper end of its support" if sign > 0 else "the lower end of its support"
        if not model.reading.ends(column):
            where = "infinity" if sign > 0 else "minus infinity"
        elif model.reading.free[column[0]].axis == "log":
            where = "infinity" if sign > 0 else "0"
        notes.append(
            f"{called(model.predictor, column)} heads for {where}: beyond some value the likelihood no longer"
            " changes or only rises, so that it has no standard error"
        )
    return notes
