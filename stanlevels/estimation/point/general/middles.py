"""The middle of every parameter's declared distribution, in free coordinates: where a search can begin."""

from __future__ import annotations

from math import inf

import numpy as np

from stanlevels.arrays import Array
from stanlevels.estimation.point.general.model import GeneralModel
from stanlevels.plan.placed import Line
from stanlevels.plan.terms import Term, uses
from stanlevels.values.evaluate import evaluate
from stanlevels.values.own_shift import own_shift
from stanlevels.values.store import Values

__all__ = ["middles_of"]


def middles_of(model: GeneralModel) -> dict[str, Array]:
    """Free coordinates (units times d) of every parameter among the columns.

    In the order of dependence, each given those before it: an intercept whose prior lies where covariates are
    at their means starts where that puts it.
    """
    planned, data = model.predictor.planned, model.predictor.bound
    names = {name for name, _ in model.predictor.columns}
    values, found = Values(planned, {}), {}
    for name, line in planned.lines.items():
        if name not in names:
            continue
        if line.is_correlation:
            found[name] = np.zeros(model.reading.free[name].size)
            continue
        middle = _middle(line.unmoved, model, values)[None, None]
        shift, there = line.own_shift, values.storing({name: middle})
        if shift is not None and _is_told(shift, model, there):  # not by what is integrated out
            middle = own_shift(line, middle, values, data)
        values = values.storing({name: middle})
        free = model.reading.free.get(name)
        found[name] = (middle[0, 0] if free is None else free.free(middle[0, 0])).ravel()
    return found


def _middle(line: Line, model: GeneralModel, values: Values) -> Array:
    """Numbers (units, width) inside the support."""
    data = model.predictor.bound
    units, width = data.size(line.domain), model.reading.forms.width(line)
    support = line.family.support
    if line.family.is_simplex:
        return np.full((units, width), 1 / width)
    fallback = 0.5 if support.upper < inf else 1.0 if support.lower > -inf else 0.0
    known = all(_is_told(term, model, values) for term in line.args.values())
    middle = np.full((units, width), fallback)
    if known:
        arguments = {n: evaluate(t, line.domain, values, data)[0, 0] for n, t in line.args.items()}
        with np.errstate(all="ignore"):
            mean = np.broadcast_to(line.form.middle(arguments), (units, width))
        inside = np.isfinite(mean) & (mean > support.lower) & (mean < support.upper)
        middle = np.where(inside, mean, middle)
    if line.variable.ordered:
        middle = np.sort(middle, axis=-1) + np.arange(width) - (width - 1) / 2 * (support.lower == -inf)
    return middle


def _is_told(term: Term, model: GeneralModel, values: Values) -> bool:
    """Whether a term is known, or rests on quantities that have their middles already."""
    if model.reading.forms.reader.is_known(term):
        return True
    lines = model.predictor.planned.lines
    return all(
        use.name in values.arrays
        or (not lines[use.name].is_variable and _is_told(lines[use.name].args["value"], model, values))
        for use in uses(term)
    )
