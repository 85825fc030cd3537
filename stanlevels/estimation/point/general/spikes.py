"""Rows at which a density grows without end: those fitted exactly, while their scale heads to 0."""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.errors import FitError, listing
from stanlevels.estimation.point.general.criterion import GeneralCriterion
from stanlevels.words import counted

__all__ = ["refuse_spikes"]

_SPIKE = 16.0  # log density of a row, in units of the outcome's standard deviation: scales of 4e-8 of it
_CONSTANT = 1e-3  # of an outcome's size, that it is taken to vary by at least


def refuse_spikes(criterion: GeneralCriterion, z: Array) -> None:
    """Raise where rows have a scale that is next to nothing beside how the outcome varies.

    A distribution without a scale, such as a beta one, is concentrated in all rows alike.

    Raises
    ------
    FitError
        With the outcome, the number of such rows, and the first of them.
    """
    model, mode = criterion.model, criterion.mode(z)
    for data, rows, eta in zip(model.lines, mode.inner.lines, mode.eta, strict=True):
        line = model.predictor.planned.lines[data.name]
        if data.own or line.family.discrete:
            continue
        if line.scale and model.reading.forms.reader.is_known(line.args[line.scale]):
            continue
        y = np.asarray(model.predictor.bound.outcome(data.name), dtype=float)
        spread = max(float(np.std(y)), _CONSTANT * float(np.abs(y).max(initial=0.0)), 1e-300)
        density, counting = rows.value(eta) / np.maximum(data.weights, 1e-300), data.weights > 0
        count = int(np.count_nonzero(counting))
        sharp = np.flatnonzero(counting & (density + np.log(spread) > _SPIKE))
        if not line.scale and len(sharp) > count / 2:  # rounding hides the others
            raise FitError(
                f"the likelihood has no maximum: the model fits {data.name!r} exactly, in"
                f" {counted(count, 'row')}, and grows without end as it concentrates there",
                expected="outcomes that differ from what the model's effects can reproduce",
                way_out="leave out an effect, or give the dispersion a known value",
            )
        if line.scale and len(sharp):
            raise FitError(
                f"the likelihood has no maximum: {data.name!r} is fitted exactly in"
                f" {counted(len(sharp), 'row')} ({listing(sharp)}, counted from 0), whose scale heads to 0",
                expected="outcomes that vary wherever a scale is estimated",
                way_out="leave these rows out, let their units share a scale, or use method='nuts'",
            )
