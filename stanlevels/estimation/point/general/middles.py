"""The middle of every parameter's declared distribution, in free coordinates: where a search can begin."""

from __future__ import annotations

from math import inf

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.plan.placed import Line
from stanlevels.values.evaluate import evaluate
from stanlevels.values.store import Values

__all__ = ["middles_of"]


def middles_of(model: GeneralModel) -> dict[str, Array]:
    """Free coordinates (units times d) of every parameter among the columns."""
    found = {}
    for name in dict.fromkeys(name for name, _ in model.predictor.columns):
        line = model.predictor.planned.lines[name]
        units = model.predictor.bound.size(line.domain)
        width = model.reading.forms.width(line)
        middle = _middle(line, model, units, width)
        free = model.reading.free.get(name)
        found[name] = (middle if free is None else free.free(middle)).ravel()
    return found


def _middle(line: Line, model: GeneralModel, units: int, width: int) -> Array:
    """Values (units, width) inside the support."""
    support = line.family.support
    if line.family.is_simplex:
        return np.full((units, width), 1 / width)
    fallback = 0.5 if support.upper < inf else 1.0 if support.lower > -inf else 0.0
    known = all(model.reading.forms.reader.is_known(term) for term in line.args.values())
    middle = np.full((units, width), fallback)
    if known:
        values, data = Values(model.predictor.planned, {}), model.predictor.bound
        arguments = {n: evaluate(t, line.domain, values, data)[0, 0] for n, t in line.args.items()}
        with np.errstate(all="ignore"):
            mean = np.broadcast_to(line.form.middle(arguments), (units, width))
        inside = np.isfinite(mean) & (mean > support.lower) & (mean < support.upper)
        middle = np.where(inside, mean, middle)
    if line.variable.ordered:
        middle = np.sort(middle, axis=-1) + np.arange(width) - (width - 1) / 2 * (support.lower == -inf)
    return middle
