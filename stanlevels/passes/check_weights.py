"""Frequency weights that look like the sizes of means: noted, because the noise comes out too small.

A weight of n counts a row as n equal rows. The mean of n values is known better than one value, but it
is no n equal values: its noise is that of one value over the root of n.
"""

from __future__ import annotations

import numpy as np

from stanlevels.arrays import Array
from stanlevels.passes.check_numbers import is_known
from stanlevels.plan.facts import Facts
from stanlevels.plan.placed import Line
from stanlevels.plan.planned import Planned
from stanlevels.plan.term_text import term_text
from stanlevels.plan.terms import Apply
from stanlevels.records import Record, cautioned

__all__ = ["weight_records"]

_DISTINCT = 0.9
_OCCURRING = 0.5
_FINEST = 9  # decimals


def weight_records(planned: Planned, source: Facts) -> list[Record]:
    """A record for every line whose weighted rows look like means rather than like repeated values.

    Of values that each occurred several times, most of those between the quartiles, at the resolution in
    which they are written, occur. Means are written more finely than that, and no two are the same.

    Parameters
    ----------
    planned : Planned
    source : Facts
    """
    return [
        _record(line)
        for line in planned.observed.values()
        if _estimates_noise(line, planned) and _look_like_means(line, source)
    ]


def _estimates_noise(line: Line, planned: Planned) -> bool:
    """Whether the line has a continuous outcome whose scale is to be found."""
    family = line.family
    if family.discrete or family.support.shape != "scalar" or not family.location_scale or not line.scale:
        return False
    return line.variable.weights is not None and not is_known(line.args[line.scale], planned)


def _look_like_means(line: Line, source: Facts) -> bool:
    weights = np.asarray(source.weights(line.name))
    outcome = np.asarray(source.outcome(line.name))[weights > 0]
    weights = weights[weights > 0]
    if len(weights) < 3 or np.median(weights) <= 1:
        return False
    distinct = np.unique(outcome)
    if len(distinct) < _DISTINCT * len(outcome):
        return False
    order = np.argsort(outcome)
    share = np.cumsum(weights[order]) / weights.sum()
    low, high = (outcome[order][np.searchsorted(share, q)] for q in (0.25, 0.75))
    middle = distinct[(distinct >= low) & (distinct <= high)]
    places = (high - low) / _step(distinct) + 1
    expected = places * -np.expm1(-weights.sum() / 2 / places)
    return bool(len(middle) < _OCCURRING * expected)


def _step(values: Array) -> float:
    """How finely values are written: the distance of two neighbours at that number of decimals."""
    for decimals in range(_FINEST):
        scaled = values * 10.0**decimals
        if np.allclose(scaled, np.round(scaled), rtol=0, atol=1e-6):
            return 10.0**-decimals
    return 10.0**-_FINEST


def _record(line: Line) -> Record:
    n, scale = line.variable.weights, line.args[line.scale]
    text = f"({term_text(scale)})" if isinstance(scale, Apply) else term_text(scale)
    return cautioned(
        line.name,
        "check",
        f"counts every row {n!r} times over, as so many equal values; if the values are means of {n!r}"
        f" values, {text} comes out too small",
        "most weights are above 1, and the values are too finely written to have occurred so often",
        f'for means, leave out weights={n!r} and write {text} / sl.sqrt(sl.data("{n}")) as the'
        f" {line.scale} of {line.name!r}",
    )
