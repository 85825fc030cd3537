"""How much the data say of correlated units, beside what those around them say."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from stanlevels.distributions.structures import Correlations, Times
from stanlevels.linear.pilot import Information

__all__ = ["beside_neighbours"]


def beside_neighbours(found: Information, geometry: Any) -> Information | None:
    """What a pilot look found of units as if they were independent, with what is new in each for its sd.

    In time that is what is new since the unit before: the mean square of the differences of what the data of
    two units alone say, less what noise adds to it. Of units with a known covariance it is what is left of
    their variance given all others. None where it is not known how units are correlated.
    """
    if isinstance(geometry, Correlations):
        inverse = np.linalg.inv(geometry.whole[np.ix_(geometry.at, geometry.at)])
        left = np.tile(1 / np.diag(inverse), len(geometry.keys))
        variances = [np.square(found.effect_sd) * left] * len(found.components)
    elif isinstance(geometry, Times):
        variances = [_new(geometry, found, k) for k in range(len(found.components))]
    else:
        return None
    pairs = list(zip(variances, found.components, strict=True))
    if not pairs or any(len(new) != len(units.informations) for new, units in pairs):
        return None
    ratios = [float(np.median(new * units.informations)) for new, units in pairs]
    weakest = int(np.argmin(ratios))
    sd = float(np.sqrt(np.median(variances[weakest])))
    return replace(found, median_lambda=ratios[weakest], effect_sd=sd) if np.isfinite(ratios).all() else None


def _new(times: Times, found: Information, component: int) -> Any:
    """The variance of what is new in each unit of a process in time."""
    told, information = found.told[component], found.components[component].informations
    if found.declared:
        return np.square(found.components[component].multiples) * times.gap
    later = np.flatnonzero(times.before >= 0)
    earlier = times.before[later]
    seen = (information[later] > 0) & (information[earlier] > 0)
    later, earlier = later[seen], earlier[seen]
    if not len(later):
        return np.zeros(len(told))
    noise = 1 / information[later] + 1 / information[earlier]
    each = np.square(told[later] - told[earlier]) - noise
    weight = 1 / np.square(noise + np.median(np.maximum(each, 0)))
    step = float(weight @ each / (weight @ times.gap[later]))
    return np.maximum(step, 0.0) * times.gap
